//! Forms about terms, units and products.

use loggia_catalog::organise::Draft;
use loggia_catalog::{CatalogError, FieldError};
use loggia_model::Kind;
use loggia_model::facts::{ProductStatus, TermStatus};
use loggia_testkit::{Outcome, TestCatalog, Trouble, ana, glossary, product, term, unit};

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
