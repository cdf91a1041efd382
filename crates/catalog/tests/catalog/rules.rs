//! What rules ask for, of whom, and from when on.

use loggia_catalog::checklist::Asked;
use loggia_catalog::edit::AssetEdit;
use loggia_catalog::rules::RuleDraft;
use loggia_catalog::{CatalogError, Result};
use loggia_model::facts::{AssetFacts, AssetType, CheckStatus, Role, RuleFacts};
use loggia_model::{Actor, Body, Change, Expected, Layered, Source, Timestamp, Urn};
use loggia_testkit::{
    Entity, Outcome, TestCatalog, There, asset, member, nightly, person, project, signed_in, unit,
};

/// Olga owns the projects `churn` in `scoring`, a unit below `analytics`, and `campaigns` in `sales`; Stella is the steward
/// of both units.
async fn bank() -> Outcome<TestCatalog> {
    let catalog = TestCatalog::open().await?;
    let has = |name: &str, role| member(&person(name).urn, role);
    let steward = || has("stella", Role::Steward);
    let in_project = |slug: &str, place: &str| project(slug).in_unit(place).member(has("olga", Role::Owner));
    let units = [
        unit("analytics").named("Analytics").member(steward()),
        unit("scoring").named("Scoring").below("analytics"),
        unit("sales").named("Sales").member(steward()),
    ];
    let projects = [in_project("churn", "scoring").named("Churn"), in_project("campaigns", "sales")];
    let people = ["olga", "stella"].map(|name| person(name).put());
    let places = units.iter().map(Entity::put).chain(projects.iter().map(Entity::put));
    catalog.holding(people.into_iter().chain(places)).await?;
    Ok(catalog)
}

fn scores() -> Entity<AssetFacts> {
    asset("t.scores").in_project("churn").with_column("id", "bigint").with_column("score", "int")
}

/// What a rule asks for, an asset, and why that is not published; empty where it is.
type Case = (fn(&mut RuleDraft), Entity<AssetFacts>, &'static str);

/// What keeps an asset from being published.
fn blocking(result: Result<loggia_model::Seq>) -> String {
    match result {
        Ok(_) => String::new(),
        Err(CatalogError::Invalid(fields)) => {
            fields.into_iter().map(|field| field.message).collect::<Vec<_>>().join("; ")
        }
        Err(other) => format!("another: {other}"),
    }
}

async fn is_blocked(catalog: &TestCatalog, rule: RuleDraft, one: Entity<AssetFacts>) -> Outcome<String> {
    let rule = RuleDraft { name: "Asks".to_owned(), ..rule };
    let (urn, _) = catalog.save_rule(&signed_in("stella"), None, &rule, None).await?;
    catalog.harvested("dbt:shop", [one.clone()]).await?;
    catalog.settled().await?;
    let told = blocking(catalog.publish(&signed_in("olga"), &one.urn, "", None).await);
    catalog.holding([Change::remove(urn, Expected::Any, "the next")]).await?;
    catalog.holding([one.remove()]).await?;
    Ok(told)
}

#[tokio::test]
async fn each_thing_that_a_rule_can_ask_for_is_asked_for_where_it_is_not_there() -> Outcome {
    let catalog = bank().await?;
    let asking = |change: fn(&mut RuleDraft)| {
        let mut rule = RuleDraft { unit: "Analytics".to_owned(), ..RuleDraft::default() };
        change(&mut rule);
        rule
    };
    let now = Timestamp::from_system(std::time::SystemTime::now());
    let promised = || {
        let mut promised = scores();
        promised.facts.contract = Some(true);
        promised
    };
    let one_described = || scores().column_described("id", "Of the customer.");
    let cases: Vec<Case> = vec![
        (|rule| rule.fresh_days = "2".into(), scores(), "nobody knows when"),
        (|rule| rule.fresh_days = "2".into(), scores().data_of(now.plus_seconds(-3 * 86_400)), "2 days old"),
        (|rule| rule.fresh_days = "2".into(), scores().data_of(now), ""),
        (|rule| rule.checks_pass = "yes".into(), scores().with_check("unique", CheckStatus::Fail), "1 of 1"),
        (|rule| rule.checks_pass = "yes".into(), scores().with_check("unique", CheckStatus::Pass), ""),
        (|rule| rule.described_columns = "100".into(), one_described(), "1 of 2 columns"),
        (|rule| rule.described_columns = "50".into(), one_described(), ""),
        (|rule| rule.contract = "yes".into(), scores(), "none that is enforced"),
        (|rule| rule.contract = "yes".into(), promised(), ""),
        (|rule| rule.owner = "yes".into(), scores(), "nobody is named"),
        (|rule| rule.owner = "yes".into(), scores().owned_by("olga"), ""),
    ];
    for (rule, one, why) in cases {
        let told = is_blocked(&catalog, asking(rule), one).await?;
        assert_eq!(told.is_empty(), why.is_empty(), "{told}");
        assert!(told.contains(why), "{why}: {told}");
    }
    Ok(())
}

#[tokio::test]
async fn a_rule_is_for_its_unit_with_all_below_its_project_and_its_type() -> Outcome {
    let catalog = bank().await?;
    let owner = || RuleDraft { owner: "yes".to_owned(), ..RuleDraft::default() };
    let view = || scores().of_type(AssetType::View);
    let of_sales = || asset("t.campaigns").in_project("campaigns");
    let cases = [
        (RuleDraft { unit: "Analytics".to_owned(), ..owner() }, scores(), true, "in a unit below it"),
        (RuleDraft { unit: "Analytics".to_owned(), ..owner() }, of_sales(), false, "in another unit"),
        (
            RuleDraft { unit: "Analytics".to_owned(), project: "Churn".to_owned(), ..owner() },
            scores(),
            true,
            "in its project",
        ),
        (
            RuleDraft { unit: "Analytics".to_owned(), asset_type: "view".to_owned(), ..owner() },
            view(),
            true,
            "of its type",
        ),
        (
            RuleDraft { unit: "Analytics".to_owned(), asset_type: "view".to_owned(), ..owner() },
            scores(),
            false,
            "of another type",
        ),
    ];
    for (rule, one, blocks, why) in cases {
        assert_eq!(!is_blocked(&catalog, rule, one).await?.is_empty(), blocks, "{why}");
    }
    Ok(())
}

/// A rule as it was saved some time ago.
async fn saved_before(catalog: &TestCatalog, urn: &Urn, enforced_from: Timestamp) -> Outcome {
    let facts = RuleFacts {
        name: Some("Owned".to_owned()),
        unit: Some(unit("analytics").urn),
        owner: Some(true),
        enforced_from: Some(enforced_from),
        ..RuleFacts::default()
    };
    let mut layers = Layered::default();
    layers.state(&Source::code(), facts, &nightly().key, enforced_from);
    catalog.holding([Change::put(urn.clone(), Expected::Any, Body::Rule(layers), "saved")]).await?;
    Ok(())
}

#[tokio::test]
async fn a_rule_that_only_warns_yet_says_from_when_on_it_blocks_and_does_so_then() -> Outcome {
    let catalog = bank().await?;
    let olga = signed_in("olga");
    let now = Timestamp::from_system(std::time::SystemTime::now());
    catalog.harvested("dbt:shop", [scores()]).await?;
    let rule: Urn = "urn:loggia:rule:owned".parse()?;
    saved_before(&catalog, &rule, now.plus_seconds(86_400)).await?;
    let asked = async || -> Outcome<_> {
        let view = catalog.seen(&scores().urn).await?;
        let draft = catalog.publishing(&olga, &view).await?.draft.there()?;
        let line = draft.checklist.into_iter().find(|line| line.asked == Asked::Owner).there()?;
        Ok((line.is_met, line.blocks(), line.by.iter().any(|by| by.from.is_some())))
    };
    assert_eq!(asked().await?, (false, false, true), "it warns");
    catalog.publish(&olga, &scores().urn, "", None).await?;

    saved_before(&catalog, &rule, now.plus_seconds(-60)).await?;
    catalog.edit_asset(&olga, &scores().urn, AssetEdit::Name("Scores".into()), None).await?;
    assert_eq!(asked().await?, (false, true, false), "it blocks");
    let told = blocking(catalog.publish(&olga, &scores().urn, "", None).await);
    assert!(told.contains("nobody is named, and the rule Owned asks for it"), "{told}");
    Ok(())
}

#[tokio::test]
async fn whoever_saves_a_rule_that_blocks_later_is_told_what_it_will_block() -> Outcome {
    let catalog = bank().await?;
    catalog.harvested("dbt:shop", [scores()]).await?;
    catalog.publish(&signed_in("olga"), &scores().urn, "", None).await?;
    catalog.settled().await?;
    let stella: Actor = signed_in("stella");
    let later = RuleDraft {
        name: "Owned".to_owned(),
        unit: "Analytics".to_owned(),
        owner: "yes".to_owned(),
        enforced_from: "2099-01-01".to_owned(),
        ..RuleDraft::default()
    };
    let told = blocking(catalog.save_rule(&stella, None, &later, None).await.map(|(_, seq)| seq));
    assert!(told.contains("such as scores") && told.contains("from 2099-01-01 on"), "{told}");
    let confirmed = RuleDraft { confirmed: "yes".to_owned(), ..later };
    catalog.save_rule(&stella, None, &confirmed, None).await?;
    Ok(())
}
