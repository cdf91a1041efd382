//! Terms and units that change their names, move, and become one.

use loggia_catalog::CatalogError;
use loggia_catalog::organise::Draft;
use loggia_catalog::ports::Facet;
use loggia_model::Kind;
use loggia_testkit::{
    Outcome, TestCatalog, There, ana, asset, everything, glossary, looking_for, term, unit,
};

async fn counts(catalog: &TestCatalog, facet: Facet) -> Outcome<Vec<(String, u64)>> {
    catalog.settled().await?;
    let mut counts: Vec<_> = catalog
        .facet_values(&ana(), facet)
        .await?
        .into_iter()
        .map(|value| (value.title, value.count))
        .collect();
    counts.sort();
    Ok(counts)
}

async fn with_terms() -> Outcome<TestCatalog> {
    let catalog = TestCatalog::open().await?;
    catalog
        .holding([
            glossary("business").named("Business").put(),
            term("business/churn").named("Churn").or("Attrition").put(),
            term("business/loss").named("Customer loss").put(),
            asset("t.one").carrying("business/churn").put(),
            asset("t.two").with_column("c", "int64").column_carrying("c", "business/loss").put(),
            asset("t.three").carrying("business/loss").carrying("business/churn").put(),
        ])
        .await?;
    Ok(catalog)
}

fn of_term(name: &str) -> Draft {
    Draft { name: name.into(), glossary: "Business".into(), ..Draft::default() }
}

#[tokio::test]
async fn a_renamed_term_is_found_under_its_new_name_on_what_carries_it() -> Outcome {
    let catalog = with_terms().await?;
    let churn = term("business/churn").urn;
    let mut found = catalog.found(looking_for("churn").choosing(Facet::Kind, &["table"])).await?;
    found.sort();
    assert_eq!(found, ["one", "three"]);

    let draft = Draft { synonyms: "Attrition, zorp".into(), ..of_term("Defection") };
    let seq = catalog.update(&ana(), &churn, &draft, None).await?;

    for word in ["defection", "zorp"] {
        // Not waiting for more than the writer's own last write.
        let tables = looking_for(word).choosing(Facet::Kind, &["table"]);
        let answer = catalog.search(&ana().having_seen(seq), tables.into()).await?;
        let mut found = loggia_testkit::shown_names(&answer);
        found.sort();
        assert_eq!(found, ["one", "three"], "{word}");
    }
    assert_eq!(counts(&catalog, Facet::Term).await?, [("Customer loss".into(), 2), ("Defection".into(), 2)]);
    assert_eq!(catalog.seen(&asset("t.one").urn).await?.terms.first().there()?.name, "Defection");
    Ok(())
}

#[tokio::test]
async fn a_merged_term_shows_as_the_one_that_it_became_part_of() -> Outcome {
    let catalog = with_terms().await?;
    let (churn, loss) = (term("business/churn").urn, term("business/loss").urn);

    catalog.merge(&ana(), &loss, "Churn").await?;

    assert_eq!(counts(&catalog, Facet::Term).await?, [("Churn".into(), 3)]);
    catalog.settled().await?;
    assert_eq!(catalog.term(&ana(), &churn, 0, 9).await?.carried, 3);
    let two = catalog.seen(&asset("t.three").urn).await?;
    assert!(two.terms.iter().map(|term| term.name.as_str()).eq(["Churn"]), "once, though it carries both");
    assert_eq!(catalog.found(looking_for("churn").choosing(Facet::Kind, &["term"])).await?, ["Churn"]);
    let by_its_old_name = catalog.found(looking_for("loss").choosing(Facet::Kind, &["term"])).await?;
    assert_eq!(by_its_old_name, ["Churn"], "who still says the old word is led on");
    let gone = catalog.term(&ana(), &loss, 0, 9).await?;
    assert_eq!(gone.merged_into.there()?.name, "Churn", "its page leads on");

    catalog.undo(&ana(), &loss).await?;

    assert_eq!(counts(&catalog, Facet::Term).await?, [("Churn".into(), 2), ("Customer loss".into(), 2)]);
    assert_eq!(catalog.verify(&ana()).await?, []);
    Ok(())
}

#[tokio::test]
async fn terms_do_not_become_part_of_each_other() -> Outcome {
    let catalog = with_terms().await?;
    let (churn, loss) = (term("business/churn").urn, term("business/loss").urn);
    catalog.merge(&ana(), &loss, "Churn").await?;
    catalog.settled().await?;

    for (which, into) in [(&churn, loss.as_str()), (&churn, "Churn"), (&churn, "Nothing"), (&churn, "")] {
        let refused = catalog.merge(&ana(), which, into).await;
        assert!(matches!(refused, Err(CatalogError::Invalid(_))), "{which} into {into}: {refused:?}");
    }
    Ok(())
}

#[tokio::test]
async fn a_name_that_is_taken_is_not_given_again() -> Outcome {
    let catalog = with_terms().await?;
    for name in ["churn", "ATTRITION", "Churn!"] {
        let refused = catalog.create(&ana(), Kind::Term, &of_term(name)).await;
        assert!(matches!(refused, Err(CatalogError::Invalid(_))), "{name}: {refused:?}");
    }
    let (urn, _) = catalog.create(&ana(), Kind::Term, &of_term("Días de mora")).await?;
    assert_eq!(urn.as_str(), "urn:loggia:term:business/dias-de-mora");
    Ok(())
}

async fn with_units() -> Outcome<TestCatalog> {
    let catalog = TestCatalog::open().await?;
    catalog
        .holding([
            unit("bank").named("Bank").put(),
            unit("lending").named("Lending").below("bank").put(),
            unit("mortgages").named("Mortgages").below("lending").put(),
            unit("cards").named("Cards").put(),
            asset("t.one").in_unit("mortgages").put(),
            asset("t.two").in_unit("lending").put(),
            asset("t.three").in_unit("cards").put(),
        ])
        .await?;
    Ok(catalog)
}

async fn tables_of(catalog: &TestCatalog, unit: &str) -> Outcome<Vec<String>> {
    let asking = everything().choosing(Facet::Domain, &[unit]).choosing(Facet::Kind, &["table"]);
    let mut found = catalog.found(asking).await?;
    found.sort();
    Ok(found)
}

#[tokio::test]
async fn a_unit_takes_along_all_that_is_below_it() -> Outcome {
    let catalog = with_units().await?;
    assert_eq!(tables_of(&catalog, "bank").await?, ["one", "two"]);

    let draft = Draft { name: "Lending".into(), parent: "Cards".into(), ..Draft::default() };
    catalog.update(&ana(), &unit("lending").urn, &draft, None).await?;

    assert_eq!(tables_of(&catalog, "bank").await?, [""; 0]);
    assert_eq!(tables_of(&catalog, "cards").await?, ["one", "three", "two"]);
    assert_eq!(tables_of(&catalog, "mortgages").await?, ["one"]);
    let below = Draft { name: "Cards".into(), parent: "Mortgages".into(), ..Draft::default() };
    let refused = catalog.update(&ana(), &unit("cards").urn, &below, None).await;
    assert!(matches!(refused, Err(CatalogError::Invalid(_))), "no ring: {refused:?}");
    Ok(())
}

#[tokio::test]
async fn a_renamed_unit_is_found_under_its_new_name_on_what_belongs_to_it() -> Outcome {
    let catalog = with_units().await?;

    let draft = Draft { name: "Zorp".into(), parent: "Lending".into(), ..Draft::default() };
    catalog.update(&ana(), &unit("mortgages").urn, &draft, None).await?;

    assert_eq!(catalog.found(looking_for("zorp").choosing(Facet::Kind, &["table"])).await?, ["one"]);
    assert_eq!(catalog.found(looking_for("mortgages")).await?, [""; 0]);
    Ok(())
}

#[tokio::test]
async fn what_belongs_to_a_merged_unit_belongs_to_the_other() -> Outcome {
    let catalog = with_units().await?;

    catalog.merge(&ana(), &unit("mortgages").urn, "Cards").await?;
    assert_eq!(tables_of(&catalog, "cards").await?, ["one", "three"]);
    assert_eq!(tables_of(&catalog, "lending").await?, ["two"]);

    catalog.undo(&ana(), &unit("mortgages").urn).await?;
    assert_eq!(tables_of(&catalog, "cards").await?, ["three"]);
    assert_eq!(tables_of(&catalog, "lending").await?, ["one", "two"]);
    Ok(())
}

#[tokio::test]
async fn a_term_says_which_columns_carry_it_and_what_has_become_part_of_it() -> Outcome {
    let catalog = with_terms().await?;
    let (churn, loss) = (term("business/churn").urn, term("business/loss").urn);
    catalog.merge(&ana(), &loss, "Churn").await?;
    catalog.settled().await?;

    let shown = catalog.term(&ana(), &churn, 0, 10).await?;

    let mut carriers: Vec<(String, String)> = Vec::new();
    for carrier in &shown.carried_by {
        let columns: Vec<&str> = carrier.columns.iter().map(|column| column.as_str()).collect();
        carriers.push((carrier.card.name.clone(), columns.join(",")));
    }
    carriers.sort();
    let expected =
        [("one", ""), ("three", ""), ("two", "c")].map(|(name, column)| (name.into(), column.into()));
    assert_eq!(carriers, expected);
    assert!(shown.merged.iter().map(|entry| entry.name.as_str()).eq(["Customer loss"]));
    Ok(())
}
