//! Forms about terms, units and products.

use loggia_catalog::organise::Draft;
use loggia_catalog::{CatalogError, FieldError};
use loggia_model::Kind;
use loggia_model::facts::{ProductStatus, TermStatus};
use loggia_testkit::{Outcome, TestCatalog, Trouble, ana, asset, glossary, product, term, unit};

fn fields(errors: &[FieldError]) -> Vec<&str> {
    errors.iter().map(|error| error.field.as_str()).collect()
}

#[tokio::test]
async fn all_that_is_wrong_with_a_form_is_told_at_once() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let draft = Draft {
        name: "…".into(),
        glossary: "Nowhere".into(),
        parent: "Nothing".into(),
        owners: "Nobody".into(),
        status: "golden".into(),
        ..Draft::default()
    };

    let refused = catalog.create(&ana(), Kind::Term, &draft).await;

    let Err(CatalogError::Invalid(errors)) = refused else { return Err(Trouble::new("it was made")) };
    assert_eq!(fields(&errors), ["name", "glossary", "owners", "parent", "status"]);
    Ok(())
}

#[tokio::test]
async fn what_is_used_again_is_what_it_was_before() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let mut arrears = term("banking/arrears");
    arrears.facts.status = Some(TermStatus::Draft);
    let mut scores = product("scores");
    scores.facts.status = Some(ProductStatus::Active);
    let risk = unit("risk");
    catalog.holding([glossary("banking").put(), arrears.put(), scores.put(), risk.put()]).await?;
    for urn in [&arrears.urn, &scores.urn, &risk.urn] {
        catalog.deprecate(&ana(), urn).await?;
        catalog.use_again(&ana(), urn).await?;
        assert_eq!(catalog.compare(&ana(), urn, 2, 3).await?.len(), 1, "{urn} was deprecated");
    }
    assert_eq!(catalog.draft(&ana(), &arrears.urn).await?.0.status, "draft");
    assert_eq!(catalog.draft(&ana(), &scores.urn).await?.0.status, "active");
    Ok(())
}

#[tokio::test]
async fn a_unit_counts_what_belongs_to_it_and_not_the_units_below_it() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let bank = unit("bank");
    let below = ["lending", "cards"].map(|slug| unit(slug).below("bank").put());
    let tables = ["t.one", "t.two", "t.three"].map(|name| asset(name).in_unit("bank").put());
    catalog.holding([bank.put()].into_iter().chain(below).chain(tables)).await?;

    let shown = catalog.unit(&ana(), &bank.urn, 0, 2).await?;

    assert_eq!((shown.entries.len(), shown.total), (2, 3));
    assert_eq!(shown.children.len(), 2);
    Ok(())
}
