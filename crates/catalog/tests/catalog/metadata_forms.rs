//! Metadata forms: who makes them, what is filled in, what becomes of that when a form asks otherwise, and what is found.

use std::collections::BTreeMap;

use loggia_catalog::edit::AssetEdit;
use loggia_catalog::metadata_forms::{FieldDraft, Filling, FormDraft, Section};
use loggia_catalog::ports::Facet;
use loggia_catalog::rules::RuleDraft;
use loggia_catalog::{CatalogError, Result};
use loggia_model::facts::{AssetFacts, FieldKey, Role};
use loggia_model::{ColumnPath, Seq, Urn};
use loggia_testkit::{
    Entity, Outcome, TestCatalog, There, ana, asset, everything, glossary, looking_for, member,
    metadata_form, person, policy, project, signed_in, term, unit,
};
use serde_json::json;

fn loans() -> Entity<AssetFacts> {
    asset("t.loans").in_unit("risk").with_column("id", "bigint").with_column("amount", "int")
}

/// Stella minds the words of the unit, Conny writes in it, Vera looks at it; Mia is in another.
pub(super) async fn risk() -> Outcome<TestCatalog> {
    let catalog = TestCatalog::open().await?;
    let has = |name: &str, role| member(&person(name).urn, role);
    let risk = unit("risk")
        .named("Risk")
        .member(has("stella", Role::Steward))
        .member(has("conny", Role::Contributor))
        .member(has("vera", Role::Viewer));
    let sales = unit("sales").named("Sales").member(has("mia", Role::Steward));
    let people = ["stella", "conny", "vera", "mia"].map(|name| person(name).named(name).put());
    let words = [
        risk.put(),
        sales.put(),
        glossary("risk").in_unit("risk").put(),
        term("risk/churn").named("Churn").put(),
    ];
    catalog.holding(people.into_iter().chain(words)).await?;
    catalog.harvested("dbt:shop", [loans()]).await?;
    Ok(catalog)
}

pub(super) fn field(label: &str, field_type: &str) -> FieldDraft {
    FieldDraft { label: label.to_owned(), field_type: field_type.to_owned(), ..FieldDraft::default() }
}

/// One field of each type; the first two are required.
fn care() -> FormDraft {
    let required = |field| FieldDraft { required: "yes".to_owned(), ..field };
    let class = FieldDraft { choices: "public\ninternal\nsecret".to_owned(), ..field("Class", "choice") };
    FormDraft {
        name: "Data care".to_owned(),
        unit: "Risk".to_owned(),
        on: vec!["asset".to_owned(), "column".to_owned()],
        fields: vec![
            required(class),
            required(field("Kept until", "date")),
            field("Notes", "text"),
            field("Days kept", "number"),
            field("Who minds it", "person"),
            field("Subject", "term"),
            field("Rules of it", "link"),
            field("Yearly cost", "money"),
        ],
        ..FormDraft::default()
    }
}

fn care_urn() -> Urn {
    metadata_form("data-care").urn
}

pub(super) fn filling(values: &[(&str, &str)]) -> Filling {
    let value = |(key, text): &(&str, &str)| Some((key.parse::<FieldKey>().ok()?, (*text).to_owned()));
    Filling { form: care_urn(), column: None, values: values.iter().filter_map(value).collect() }
}

async fn fill(catalog: &TestCatalog, who: &str, values: &[(&str, &str)]) -> Result<Seq> {
    catalog.fill_form(&signed_in(who), &loans().urn, &filling(values), None).await
}

async fn with_care() -> Outcome<TestCatalog> {
    let catalog = risk().await?;
    catalog.save_metadata_form(&signed_in("stella"), None, &care(), None).await?;
    catalog.settled().await?;
    Ok(catalog)
}

/// As `who` sees the table.
async fn sections(catalog: &TestCatalog, who: &str) -> Outcome<Vec<Section>> {
    catalog.settled().await?;
    let looked = catalog.asset(&signed_in(who), &loans().urn, None).await?;
    let loggia_catalog::assets::Looked::Here(asset) = looked else { return Ok(Vec::new()) };
    Ok(catalog.forms_of_asset(&asset))
}

/// What shows in each field, by its key.
fn shown(section: &Section) -> BTreeMap<String, String> {
    let fields = section.fields.iter();
    let line = |line: &loggia_catalog::metadata_forms::FieldLine| {
        Some((line.key.to_string(), line.shown.as_ref()?.text().to_owned()))
    };
    fields.filter_map(line).collect()
}

pub(super) fn told<T>(result: Result<T>) -> String {
    result.err().map(|error| error.to_string()).unwrap_or_default()
}

#[tokio::test]
async fn a_steward_makes_a_form_and_whoever_edits_fills_it_in() -> Outcome {
    let catalog = risk().await?;
    for who in ["conny", "vera", "mia"] {
        let refused = catalog.save_metadata_form(&signed_in(who), None, &care(), None).await;
        assert!(refused.is_err(), "{who}");
    }
    catalog.save_metadata_form(&signed_in("stella"), None, &care(), None).await?;
    catalog.settled().await?;
    let all = [
        ("class", "secret"),
        ("kept-until", "2031-12-31"),
        ("notes", "Kept for the supervisor."),
        ("days-kept", "3650"),
        ("who-minds-it", "Vera"),
        ("subject", "Churn"),
        ("rules-of-it", "https://bank.example/rules"),
        ("yearly-cost", "EUR 1200.50"),
    ];
    assert!(told(fill(&catalog, "vera", &all).await).contains("may not"));
    fill(&catalog, "conny", &all).await?;

    let sections = sections(&catalog, "vera").await?;
    let section = sections.first().there()?;
    let all: Vec<String> = shown(section).into_iter().map(|(key, value)| format!("{key}: {value}")).collect();
    let expected = [
        "class: secret",
        "days-kept: 3650",
        "kept-until: 2031-12-31",
        "notes: Kept for the supervisor.",
        "rules-of-it: https://bank.example/rules",
        "subject: Churn",
        "who-minds-it: vera",
        "yearly-cost: 1200.50 EUR",
    ];
    assert_eq!(all, expected);
    Ok(())
}

#[tokio::test]
async fn all_that_does_not_fit_is_told_at_once_and_nothing_is_saved() -> Outcome {
    let catalog = with_care().await?;
    let refused = fill(
        &catalog,
        "conny",
        &[
            ("class", "top secret"),
            ("kept-until", "2031-02-30"),
            ("days-kept", "ten"),
            ("who-minds-it", "Nobody"),
            ("rules-of-it", "javascript:alert(1)"),
            ("yearly-cost", "12 EUT"),
            ("gone", "x"),
        ],
    );
    let Err(CatalogError::Invalid(errors)) = refused.await else { panic!("it was saved") };
    let told: Vec<String> =
        errors.iter().map(|error| format!("{}: {}", error.field, error.message)).collect();
    let expected = [
        "class: 'top secret' is not one of public, internal, secret",
        "days-kept: 'ten' is not a number such as 12 or 0.5",
        "gone: is not asked by this form any more: open the page again",
        "kept-until: '2031-02-30' is not a day such as 2026-03-01",
        "rules-of-it: 'javascript:alert(1)' is not the address of a page, such as https://example.org/page",
        "who-minds-it: there is no person called 'Nobody'",
        "yearly-cost: 'EUT' is no currency of ISO 4217, such as EUR or USD",
    ];
    assert_eq!(told, expected);
    assert!(told_of(&catalog, "12.345 EUR").await.contains("2 after the point"));
    assert!(told_of(&catalog, "12.5 JPY").await.contains("0 after the point"));
    assert!(
        sections(&catalog, "conny").await?.first().there()?.fields.iter().all(|line| line.shown.is_none())
    );
    Ok(())
}

async fn told_of(catalog: &TestCatalog, money: &str) -> String {
    told(fill(catalog, "conny", &[("yearly-cost", money)]).await)
}

#[tokio::test]
async fn two_who_fill_in_different_fields_lose_nothing_and_one_who_is_late_is_told() -> Outcome {
    let catalog = with_care().await?;
    fill(&catalog, "conny", &[("class", "public"), ("notes", "First.")]).await?;
    let seen = Some(catalog.seen(&loans().urn).await?.revision);
    let by = |who: &str, class: &str, notes: &str| {
        let filling = filling(&[("class", class), ("notes", notes)]);
        let (catalog, actor) = (&catalog, signed_in(who));
        async move { catalog.fill_form(&actor, &loans().urn, &filling, seen).await }
    };
    by("conny", "secret", "First.").await?;
    by("stella", "public", "Second.").await?;
    let now = shown(sections(&catalog, "vera").await?.first().there()?);
    assert_eq!(
        (now.get("class").there()?.as_str(), now.get("notes").there()?.as_str()),
        ("secret", "Second.")
    );
    let late = by("conny", "internal", "First.").await;
    assert!(matches!(late, Err(CatalogError::Conflict(_))), "{}", told(late));
    Ok(())
}

#[tokio::test]
async fn a_column_has_forms_of_its_own_and_what_is_published_waits_for_neither() -> Outcome {
    let catalog = with_care().await?;
    let column = Filling { column: Some(ColumnPath::top("amount")?), ..filling(&[("class", "secret")]) };
    catalog.fill_form(&signed_in("conny"), &loans().urn, &column, None).await?;
    let found = catalog.found(everything().choosing(Facet::Form, &["data-care/class=secret"])).await?;
    assert_eq!(found, ["loans"]);
    assert!(
        sections(&catalog, "vera").await?.first().there()?.fields.iter().all(|line| line.shown.is_none())
    );
    let gone = Filling { column: Some(ColumnPath::top("nothing")?), ..column };
    let missing = catalog.fill_form(&signed_in("conny"), &loans().urn, &gone, None).await;
    assert!(matches!(missing, Err(CatalogError::NotFound(_))));
    Ok(())
}

#[tokio::test]
async fn what_is_filled_in_is_a_draft_until_it_is_published() -> Outcome {
    let catalog = with_care().await?;
    let churn = project("churn").in_unit("risk").member(member(&person("stella").urn, Role::Owner));
    catalog.holding([churn.put()]).await?;
    catalog.edit_asset(&ana(), &loans().urn, AssetEdit::Project("churn".into()), None).await?;
    fill(&catalog, "stella", &[("class", "public")]).await?;
    catalog.publish(&signed_in("stella"), &loans().urn, "", None).await?;
    fill(&catalog, "stella", &[("class", "secret")]).await?;
    let seen = |sections: Vec<Section>| Some(shown(sections.first()?).get("class")?.clone());
    assert_eq!(seen(sections(&catalog, "vera").await?).as_deref(), Some("public"));
    assert_eq!(seen(sections(&catalog, "stella").await?).as_deref(), Some("secret"));
    let found = catalog.search(&signed_in("vera"), looking_for("secret").into()).await?;
    assert_eq!(found.total, 0, "what is not published is not found either");
    Ok(())
}

#[tokio::test]
async fn a_field_is_a_facet_whose_title_is_what_people_call_it() -> Outcome {
    let catalog = with_care().await?;
    let people = [("class", "secret"), ("who-minds-it", "vera"), ("subject", "churn")];
    let numbers = [("kept-until", "2031-01-31"), ("days-kept", "90"), ("yearly-cost", "1250 PYG")];
    let words = [("notes", "Mind it."), ("rules-of-it", "https://example.org/")];
    fill(&catalog, "conny", &[&people[..], &numbers, &words].concat()).await?;
    catalog.settled().await?;
    let facets = |view: loggia_catalog::find::SearchView| {
        let of_forms = view.facets.into_iter().filter(|facet| facet.facet == Facet::Form);
        let line = |facet: loggia_catalog::find::FacetView| {
            let values: Vec<_> = facet.values.into_iter().map(|value| (value.title, value.count)).collect();
            (facet.title, values)
        };
        of_forms.map(line).collect::<Vec<_>>()
    };
    let seen = facets(catalog.search(&signed_in("vera"), everything().into()).await?);
    let one = |title: &str, value: &str| (title.to_owned(), vec![(value.to_owned(), 1)]);
    assert_eq!(
        seen,
        [
            one("Class (Data care)", "secret"),
            one("Days kept (Data care)", "10 to under 100"),
            one("Kept until (Data care)", "2031"),
            one("Subject (Data care)", "Churn"),
            one("Who minds it (Data care)", "vera"),
            one("Yearly cost (Data care)", "PYG 1000 to under 10000"),
        ]
    );
    let chosen = ["data-care/kept-until=2031", "data-care/yearly-cost=PYG 1000 to under 10000"];
    assert_eq!(catalog.found(everything().choosing(Facet::Form, &chosen)).await?, ["loans"]);
    let another = everything().choosing(Facet::Form, &["data-care/kept-until=2030"]);
    assert!(catalog.found(another).await?.is_empty());
    let merged = term("risk/loss").named("Loss");
    catalog.holding([merged.put()]).await?;
    catalog.merge(&ana(), &term("risk/churn").urn, "Loss").await?;
    catalog.settled().await?;
    let found = catalog.found(everything().choosing(Facet::Form, &["data-care/subject=risk/loss"])).await?;
    assert_eq!(found, ["loans"], "a term that was merged is found by what it has become");

    let unseen = r#"forbid (principal == Person::"vera", action, resource is MetadataForm);"#;
    catalog.holding([policy("unseen", unseen).put()]).await?;
    assert_eq!(facets(catalog.search(&signed_in("vera"), everything().into()).await?), []);
    let chosen = || everything().choosing(Facet::Form, &["data-care/class=secret"]);
    assert_eq!(catalog.search(&signed_in("vera"), chosen().into()).await?.total, 0);
    assert_eq!(catalog.search(&signed_in("conny"), chosen().into()).await?.total, 1);
    assert!(sections(&catalog, "vera").await?.is_empty());
    Ok(())
}

#[tokio::test]
async fn what_may_not_be_known_of_is_neither_shown_nor_taken_away() -> Outcome {
    let catalog = risk().await?;
    let everywhere = FormDraft { unit: String::new(), ..care() };
    catalog.save_metadata_form(&ana(), None, &everywhere, None).await?;
    let hidden = term("vault/quetzal").named("Quetzal");
    let vault = glossary("vault").in_unit("sales");
    catalog.holding([vault.put(), hidden.put()]).await?;
    catalog.settled().await?;
    let filled = filling(&[("subject", "Quetzal"), ("class", "public")]);
    catalog.fill_form(&ana(), &loans().urn, &filled, None).await?;
    let section = sections(&catalog, "conny").await?.into_iter().next().there()?;
    assert_eq!(shown(&section).get("subject"), None);
    let typed = |line: &loggia_catalog::metadata_forms::FieldLine| (line.key.clone(), line.input.clone());
    let as_it_was = Filling { values: section.fields.iter().map(typed).collect(), ..filled };
    catalog.fill_form(&signed_in("conny"), &loans().urn, &as_it_was, None).await?;
    let all = catalog.seen(&loans().urn).await?;
    let stays = all.facts.forms.get(&care_urn(), &"subject".parse()?).there()?;
    assert_eq!(stays.to_string(), hidden.urn.to_string());
    Ok(())
}

#[tokio::test]
async fn a_word_that_is_no_choice_any_more_stays_when_the_rest_is_filled_in() -> Outcome {
    let catalog = with_care().await?;
    fill(&catalog, "conny", &[("class", "secret")]).await?;
    let (mut draft, revision) = catalog.metadata_form_draft(&signed_in("stella"), &care_urn()).await?;
    draft.fields.first_mut().there()?.choices = "public\ninternal".to_owned();
    draft.confirmed = "yes".to_owned();
    catalog.save_metadata_form(&signed_in("stella"), Some(&care_urn()), &draft, Some(revision)).await?;
    catalog.settled().await?;
    // As the page sends it: the input of what does not fit is empty.
    fill(&catalog, "conny", &[("class", ""), ("notes", "Looked at.")]).await?;
    let section = sections(&catalog, "vera").await?.into_iter().next().there()?;
    let others: Vec<_> = section.others.iter().map(|(key, value)| (key.as_str(), value.text())).collect();
    assert_eq!(others, [("class", "secret")]);
    assert_eq!(shown(&section).get("notes").map(String::as_str), Some("Looked at."));
    fill(&catalog, "conny", &[("class", "internal")]).await?;
    assert!(sections(&catalog, "vera").await?.first().there()?.others.is_empty());
    Ok(())
}

#[tokio::test]
async fn a_rule_asks_for_nothing_that_is_not_asked_of_the_asset() -> Outcome {
    let catalog = with_care().await?;
    let churn = project("churn").in_unit("sales").member(member(&person("stella").urn, Role::Owner));
    let leads = asset("t.leads").in_unit("sales").in_project("churn");
    catalog.holding([churn.put(), leads.clone().put()]).await?;
    let rule = RuleDraft { name: "Care".into(), form: "Data care".into(), ..RuleDraft::default() };
    catalog.save_rule(&ana(), None, &rule, None).await?;
    catalog.settled().await?;
    // The form is for risk alone: in sales nobody could fill it in.
    catalog.publish(&ana(), &leads.urn, "", None).await?;
    let columns = FormDraft { name: "Columns".into(), on: vec!["column".into()], ..care() };
    catalog.save_metadata_form(&ana(), None, &columns, None).await?;
    catalog.settled().await?;
    let rule = RuleDraft { name: "Other".into(), form: "Columns".into(), ..RuleDraft::default() };
    assert!(told(catalog.save_rule(&ana(), None, &rule, None).await).contains("a rule is for assets"));
    Ok(())
}

#[tokio::test]
async fn a_rule_asks_for_all_that_a_form_requires() -> Outcome {
    let catalog = with_care().await?;
    let churn = project("churn").in_unit("risk").member(member(&person("stella").urn, Role::Owner));
    catalog.holding([churn.put()]).await?;
    catalog.edit_asset(&ana(), &loans().urn, AssetEdit::Project("churn".into()), None).await?;
    let rule = RuleDraft {
        name: "Care".into(),
        unit: "Risk".into(),
        form: "Data care".into(),
        ..RuleDraft::default()
    };
    catalog.save_rule(&signed_in("stella"), None, &rule, None).await?;
    catalog.settled().await?;
    let (stella, loans) = (signed_in("stella"), loans().urn);
    let publish = || catalog.publish(&stella, &loans, "", None);
    let refused = told(publish().await);
    assert!(
        refused.contains("Data care") && refused.contains("Class, Kept until to be filled in"),
        "{refused}"
    );
    fill(&catalog, "stella", &[("class", "public"), ("kept-until", "2031-12-31")]).await?;
    publish().await?;

    // A form that nobody can fill in keeps nothing from being published.
    fill(&catalog, "stella", &[("class", "")]).await?;
    let refused = told(publish().await);
    assert!(refused.contains("Class to be filled in"), "{refused}");
    catalog.deprecate(&signed_in("stella"), &care_urn()).await?;
    catalog.settled().await?;
    publish().await?;
    assert!(told(fill(&catalog, "stella", &[("class", "secret")]).await).contains("is paused"));
    Ok(())
}

#[tokio::test]
async fn a_field_that_is_taken_away_while_ten_thousand_have_values_loses_none() -> Outcome {
    const MANY: usize = 10_000;
    let catalog = risk().await?;
    catalog.save_metadata_form(&ana(), None, &care(), None).await?;
    let table =
        |number: usize| asset(&format!("t.n{number}")).in_unit("risk").filled("data-care", "class", "secret");
    catalog.harvested("dbt:many", (0..MANY).map(table)).await?;
    let secret = || everything().choosing(Facet::Form, &["data-care/class=secret"]);
    assert_eq!(catalog.answer(secret()).await?.total, MANY as u64);

    let (mut draft, revision) = catalog.metadata_form_draft(&signed_in("stella"), &care_urn()).await?;
    draft.fields.first_mut().there()?.removed = "yes".to_owned();
    let save = |draft: FormDraft| {
        let (catalog, actor) = (&catalog, signed_in("stella"));
        async move { catalog.save_metadata_form(&actor, Some(&care_urn()), &draft, Some(revision)).await }
    };
    let refused = told(save(draft.clone()).await);
    assert!(
        refused.starts_with("confirmed: of 10000 things, what stands in 'Class' will not show"),
        "{refused}"
    );
    draft.confirmed = "yes".to_owned();
    save(draft).await?;
    catalog.settled().await?;
    assert_eq!(catalog.answer(secret()).await?.total, 0);
    let one = catalog.seen(&table(0).urn).await?;
    let section = catalog.forms_of_asset(&one).into_iter().next().there()?;
    let others: Vec<_> = section.others.iter().map(|(key, value)| (key.as_str(), value.text())).collect();
    assert_eq!(others, [("class", "secret")]);

    catalog.undo(&signed_in("stella"), &care_urn()).await?;
    catalog.settled().await?;
    assert_eq!(catalog.answer(secret()).await?.total, MANY as u64, "it shows again with the field");
    Ok(())
}

#[tokio::test]
async fn a_form_that_cannot_be_is_refused_row_by_row() -> Outcome {
    let catalog = risk().await?;
    let draft = FormDraft {
        name: String::new(),
        on: Vec::new(),
        fields: vec![
            field("Class", "choice"),
            field("When", "moment"),
            FieldDraft { default: "soon".to_owned(), ..field("Kept until", "date") },
            FieldDraft { key: "known".to_owned(), ..FieldDraft::default() },
            FieldDraft { choices: "a\nb\na".to_owned(), ..field("Twice", "choice") },
        ],
        ..FormDraft::default()
    };
    let Err(CatalogError::Invalid(errors)) = catalog.save_metadata_form(&ana(), None, &draft, None).await
    else {
        panic!("it was saved")
    };
    let told: Vec<String> =
        errors.iter().map(|error| format!("{}: {}", error.field, error.message)).collect();
    let expected = [
        "name: is empty: say what people call it",
        "on: is empty: say what the form is for",
        "fields.0.choices: is empty: say what there is to choose from, one a line",
        "fields.1.type: type of a field 'moment' is not one of text, number, date, choice, person, term, link, money",
        "fields.2.default: 'soon' is not a day such as 2026-03-01",
        "fields.3.label: is empty: say what is asked, or take the field away",
        "fields.4.choices: has 'a' twice",
    ];
    assert_eq!(told, expected);
    Ok(())
}

#[tokio::test]
async fn what_is_filled_in_is_as_the_forms_json_schema_has_it_and_what_is_refused_is_not() -> Outcome {
    let catalog = with_care().await?;
    let schema = catalog.metadata_form_schema(&signed_in("vera"), &care_urn()).await?;
    let validator = jsonschema::options().should_validate_formats(true).build(&schema)?;
    fill(&catalog, "conny", &[("class", "secret"), ("kept-until", "2031-12-31"), ("days-kept", "0.5")])
        .await?;
    fill(&catalog, "conny", &[("who-minds-it", "vera"), ("subject", "churn"), ("yearly-cost", "7 JPY")])
        .await?;
    fill(&catalog, "conny", &[("rules-of-it", "https://bank.example/a?b=c"), ("notes", "ñ")]).await?;
    let facts = catalog.seen(&loans().urn).await?;
    let forms = serde_json::to_value(&facts.facts.forms)?;
    let filled = forms.get(care_urn().as_str()).there()?;
    assert!(validator.is_valid(filled), "{filled}");
    // Whatever the schema refuses, a form refuses too, and the other way round.
    for (key, value) in [
        ("class", json!("top secret")),
        ("class", json!(3)),
        ("kept-until", json!("2031-02-30")),
        ("kept-until", json!("soon")),
        ("days-kept", json!("3")),
        ("who-minds-it", json!("vera")),
        ("subject", json!("urn:loggia:person:vera")),
        ("rules-of-it", json!("javascript:alert(1)")),
        ("yearly-cost", json!("7 JPY")),
        ("yearly-cost", json!({ "amount": "7,5", "currency": "EUR" })),
        ("notes", json!("")),
    ] {
        let mut wrong = filled.clone();
        wrong.as_object_mut().there()?.insert(key.to_owned(), value.clone());
        assert!(!validator.is_valid(&wrong), "{key}: {value}");
        let facts = catalog.metadata_form(&ana(), &care_urn()).await?.facts;
        let admits = serde_json::from_value(value.clone())
            .is_ok_and(|value| facts.field(&key.parse().unwrap()).is_some_and(|field| field.admits(&value)));
        assert!(!admits, "{key}: {value}");
    }
    Ok(())
}
