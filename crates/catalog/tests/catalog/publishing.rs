//! From inventory to listing: who finds what when, in which words and version, and what rules ask for before.

use loggia_catalog::assets::Looked;
use loggia_catalog::bulk::Bulk;
use loggia_catalog::edit::AssetEdit;
use loggia_catalog::find::SearchRequest;
use loggia_catalog::publishing::Fate;
use loggia_catalog::rules::RuleDraft;
use loggia_catalog::{CatalogError, Result};
use loggia_model::compatibility::ColumnChanged;
use loggia_model::facts::{AssetFacts, ListingStatus, Role};
use loggia_model::{Actor, Urn};
use loggia_testkit::{
    Entity, Outcome, TestCatalog, Trouble, ana, asset, everything, glossary, looking_for, member, person,
    project, signed_in, term, unit,
};

fn scores() -> Entity<AssetFacts> {
    asset("t.scores").with_column("id", "bigint").with_column("score", "int")
}

fn olga() -> Actor {
    signed_in("olga")
}

/// Olga owns the project `churn` in the unit `analytics`, Conny contributes to it, Vera is a viewer of the unit, Pia of the
/// project.
async fn churn() -> Outcome<TestCatalog> {
    let catalog = TestCatalog::open().await?;
    let has = |name: &str, role| member(&person(name).urn, role);
    let churn = project("churn")
        .named("Churn")
        .in_unit("analytics")
        .member(has("olga", Role::Owner))
        .member(has("conny", Role::Contributor))
        .member(has("pia", Role::Viewer));
    let analytics = unit("analytics")
        .named("Analytics")
        .member(has("vera", Role::Viewer))
        .member(has("olga", Role::Viewer))
        .member(has("stella", Role::Steward));
    let people = ["olga", "conny", "pia", "vera", "stella"].map(|name| person(name).put());
    catalog.holding(people.into_iter().chain([analytics.put(), churn.put()])).await?;
    catalog.harvested("dbt:shop", [scores().in_project("churn")]).await?;
    Ok(catalog)
}

async fn describe(catalog: &TestCatalog, who: &str, words: &str) -> Outcome {
    let edit = AssetEdit::Description(words.to_owned());
    catalog.edit_asset(&signed_in(who), &scores().urn, edit, None).await?;
    Ok(())
}

async fn publish(catalog: &TestCatalog, note: &str) -> Result<()> {
    catalog.publish(&olga(), &scores().urn, note, None).await.map(|_| ())
}

/// What somebody reads of the table's description; `None` where they are told that there is no such table.
async fn read(catalog: &TestCatalog, who: &str) -> Outcome<Option<String>> {
    catalog.settled().await?;
    match catalog.asset(&signed_in(who), &scores().urn, None).await {
        Ok(Looked::Here(view)) => Ok(Some(view.facts.description.clone().unwrap_or_default())),
        Ok(Looked::Elsewhere(urn)) => Err(Trouble::new(format!("it is shown as {urn}"))),
        Err(CatalogError::NotFound(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

async fn finds(catalog: &TestCatalog, who: &str, text: &str) -> Outcome<bool> {
    catalog.settled().await?;
    let found = catalog.search(&signed_in(who), looking_for(text).into()).await?;
    Ok(found.hits.iter().any(|hit| hit.card.urn == scores().urn))
}

fn told<T>(result: Result<T>) -> String {
    result.err().map(|error| error.to_string()).unwrap_or_default()
}

#[tokio::test]
async fn what_is_not_published_is_found_by_who_works_on_it() -> Outcome {
    let catalog = churn().await?;
    for (who, may) in [("olga", true), ("conny", true), ("pia", true), ("stella", true), ("vera", false)] {
        assert_eq!(read(&catalog, who).await?.is_some(), may, "{who}");
        assert_eq!(finds(&catalog, who, "scores").await?, may, "{who}");
    }
    assert!(
        told(catalog.publish(&signed_in("conny"), &scores().urn, "", None).await).contains("may not publish")
    );

    publish(&catalog, "The first.").await?;

    assert!(finds(&catalog, "vera", "scores").await? && read(&catalog, "vera").await?.is_some());
    catalog.decide_listing(&olga(), &scores().urn, Fate::Withdrawn, None).await?;
    assert!(!finds(&catalog, "vera", "scores").await?);
    assert_eq!(read(&catalog, "vera").await?, None);
    assert_eq!(read(&catalog, "conny").await?, Some(String::new()));
    Ok(())
}

#[tokio::test]
async fn what_is_written_after_publishing_waits() -> Outcome {
    let catalog = churn().await?;
    describe(&catalog, "conny", "How likely a customer leaves.").await?;
    publish(&catalog, "").await?;
    describe(&catalog, "conny", "How likely a customer quits within a quarter.").await?;

    assert_eq!(read(&catalog, "vera").await?.as_deref(), Some("How likely a customer leaves."));
    assert_eq!(
        read(&catalog, "conny").await?.as_deref(),
        Some("How likely a customer quits within a quarter.")
    );
    assert!(!finds(&catalog, "vera", "quarter").await?);
    assert!(finds(&catalog, "vera", "leaves").await?);
    let history = catalog.history(&signed_in("vera"), &scores().urn, None, 20).await?;
    let reasons: Vec<&str> = history.iter().map(|entry| entry.entry.reason.as_str()).collect();
    assert_eq!(reasons, ["published 1.0.0"], "of a draft, a reader is not told");
    let all = catalog.history(&signed_in("conny"), &scores().urn, None, 20).await?;
    assert_eq!(all.len(), 4);

    let view = catalog.seen(&scores().urn).await?;
    assert!(view.has_draft);
    let publishing = catalog.publishing(&signed_in("conny"), &view).await?;
    let draft = publishing.draft.ok_or_else(|| Trouble::new("somebody works on it"))?;
    assert_eq!(draft.next.to_string(), "1.0.1");
    assert_eq!(draft.differences.len(), 1);

    publish(&catalog, "Said for how long.").await?;
    assert_eq!(
        read(&catalog, "vera").await?.as_deref(),
        Some("How likely a customer quits within a quarter.")
    );
    assert!(told(publish(&catalog, "").await).contains("nothing has changed since version 1.0.1"));
    Ok(())
}

#[tokio::test]
async fn a_version_says_what_the_columns_mean_for_readers() -> Outcome {
    let catalog = churn().await?;
    publish(&catalog, "").await?;
    let wider = scores().with_column("made_on", "date").in_project("churn");
    catalog.harvested("dbt:shop", [wider]).await?;
    publish(&catalog, "When it was made.").await?;
    let narrower =
        asset("t.scores").with_column("id", "bigint").with_column("made_on", "date").in_project("churn");
    catalog.harvested("dbt:shop", [narrower]).await?;
    publish(&catalog, "Ask the model for the score.").await?;

    let view = catalog.seen(&scores().urn).await?;
    let changelog = catalog.publishing(&signed_in("vera"), &view).await?.changelog;
    let told: Vec<(String, &str, Vec<&ColumnChanged>)> = changelog
        .iter()
        .map(|release| {
            let columns = release.columns.iter().map(|change| &change.what).collect();
            (release.release.version.to_string(), release.release.note.as_str(), columns)
        })
        .collect();
    assert_eq!(
        told,
        [
            ("2.0.0".to_owned(), "Ask the model for the score.", vec![&ColumnChanged::Dropped]),
            ("1.1.0".to_owned(), "When it was made.", vec![&ColumnChanged::Added]),
            ("1.0.0".to_owned(), "", vec![]),
        ]
    );
    Ok(())
}

#[tokio::test]
async fn who_edits_cannot_bring_back_or_undo_what_others_publish() -> Outcome {
    let catalog = churn().await?;
    publish(&catalog, "").await?;
    let conny = signed_in("conny");
    let restored = catalog.restore_revision(&conny, &scores().urn, 1).await;
    assert!(told(restored).contains("may not publish"));
    assert_eq!(read(&catalog, "vera").await?, Some(String::new()));
    catalog.undo(&olga(), &scores().urn).await?;
    assert_eq!(read(&catalog, "vera").await?, None, "who published it can undo that");
    Ok(())
}

#[tokio::test]
async fn what_comes_to_its_end_says_what_to_use_and_is_found_still() -> Outcome {
    let catalog = churn().await?;
    catalog
        .holding([asset("t.better").in_unit("analytics").put(), asset("t.secret").in_unit("other").put()])
        .await?;
    let deprecate = |successor: &str, ends_on: &str| {
        let fate = Fate::Deprecated { successor: successor.to_owned(), ends_on: ends_on.to_owned() };
        let (catalog, urn) = (&catalog, scores().urn);
        async move { catalog.decide_listing(&signed_in("olga"), &urn, fate, None).await }
    };
    assert!(told(deprecate("", "").await).contains("has not been published yet"));
    publish(&catalog, "").await?;
    assert!(told(deprecate("", "in May").await).contains("ends_on"));
    assert!(told(deprecate("no such thing", "").await).contains("successor"));
    assert!(told(deprecate(asset("t.secret").urn.as_str(), "").await).contains("no asset of this catalog"));
    assert!(told(deprecate(scores().urn.as_str(), "").await).contains("is this one"));

    let better = asset("t.better").urn;
    deprecate(better.as_str(), "2027-05-01").await?;
    catalog.settled().await?;

    let Looked::Here(view) = catalog.asset(&signed_in("vera"), &scores().urn, None).await? else {
        return Err(Trouble::new("it has no other name"));
    };
    let listing = view.listing.as_ref().ok_or_else(|| Trouble::new("it is published"))?;
    assert_eq!((listing.status, listing.successor.as_ref()), (ListingStatus::Deprecated, Some(&better)));
    let hit = catalog.search(&signed_in("vera"), looking_for("scores").into()).await?.hits;
    assert!(hit.iter().any(|hit| hit.card.urn == scores().urn && hit.card.deprecated));
    let path = format!("https://data.bank.py/assets/{}?tab=columns", better.rest().replace('/', "%2F"));
    deprecate(&path, "").await?;
    Ok(())
}

fn rule() -> RuleDraft {
    RuleDraft {
        name: "Listings say what they are".to_owned(),
        unit: "Analytics".to_owned(),
        description_length: "20".to_owned(),
        owner: "yes".to_owned(),
        ..RuleDraft::default()
    }
}

#[tokio::test]
async fn what_a_rule_asks_for_must_be_there_before() -> Outcome {
    let catalog = churn().await?;
    let stella = signed_in("stella");
    let refused = catalog.save_rule(&signed_in("conny"), None, &rule(), None).await;
    assert!(
        matches!(refused, Err(CatalogError::Forbidden(_))),
        "a contributor of a project looks after no unit"
    );
    let (urn, _) = catalog.save_rule(&stella, None, &rule(), None).await?;
    catalog.settled().await?;

    let blocked = publish(&catalog, "").await;
    let Err(CatalogError::Invalid(fields)) = blocked else { return Err(Trouble::new("it is blocked")) };
    let told_of: Vec<(&str, &str)> =
        fields.iter().map(|field| (field.field.as_str(), field.message.as_str())).collect();
    assert_eq!(
        told_of,
        [
            ("description", "0 of 20 characters, and the rule Listings say what they are asks for it"),
            ("owners", "nobody is named, and the rule Listings say what they are asks for it"),
        ]
    );
    describe(&catalog, "conny", "How likely a customer leaves within a quarter.").await?;
    catalog.edit_asset(&olga(), &scores().urn, AssetEdit::Owners("olga".to_owned()), None).await?;
    publish(&catalog, "").await?;

    // Paused, it asks for nothing.
    catalog.deprecate(&stella, &urn).await?;
    describe(&catalog, "conny", "Short.").await?;
    catalog.settled().await?;
    publish(&catalog, "").await?;
    Ok(())
}

#[tokio::test]
async fn a_rule_says_before_it_is_saved_which_listings_lack_something() -> Outcome {
    let catalog = churn().await?;
    publish(&catalog, "").await?;
    catalog.settled().await?;
    let stella = signed_in("stella");
    let saved = catalog.save_rule(&stella, None, &rule(), None).await;
    assert!(told(saved).contains("1 of 1 published listings lack what it asks for, such as scores"));
    let later = RuleDraft { enforced_from: "2099-01-01".to_owned(), ..rule() };
    assert!(told(catalog.save_rule(&stella, None, &later, None).await).contains("from 2099-01-01 on"));
    let later = RuleDraft { confirmed: "yes".to_owned(), ..later };
    let (urn, _) = catalog.save_rule(&stella, None, &later, None).await?;
    let confirmed = RuleDraft { confirmed: "yes".to_owned(), ..rule() };
    catalog.save_rule(&stella, Some(&urn), &confirmed, None).await?;
    catalog.settled().await?;
    let view = catalog.rule(&stella, &urn).await?;
    assert_eq!((view.failing.count, view.failing.looked_at), (1, 1));
    assert!(read(&catalog, "vera").await?.is_some(), "it stays published");
    Ok(())
}

#[tokio::test]
async fn a_rule_of_a_glossary_that_is_gone_stands_in_nobodys_way() -> Outcome {
    let catalog = churn().await?;
    let stella = signed_in("stella");
    let words = glossary("words").named("Words").in_unit("analytics");
    catalog.holding([words.put(), term("words/churn").named("Churn rate").put()]).await?;
    let asks = RuleDraft {
        name: "In our words".to_owned(),
        unit: "Analytics".to_owned(),
        terms: "1".to_owned(),
        glossary: "Words".to_owned(),
        ..RuleDraft::default()
    };
    catalog.save_rule(&stella, None, &asks, None).await?;
    catalog.settled().await?;
    assert!(told(publish(&catalog, "").await).contains("0 of 1 terms of Words"));

    catalog.holding([words.remove()]).await?;
    publish(&catalog, "").await?;
    Ok(())
}

#[tokio::test]
async fn a_rule_that_asks_for_nothing_or_nonsense_is_refused() -> Outcome {
    let catalog = churn().await?;
    let stella = signed_in("stella");
    let wrong = [
        (
            RuleDraft { owner: String::new(), description_length: String::new(), ..rule() },
            "asks for one thing at least",
        ),
        (RuleDraft { described_columns: "101".to_owned(), ..rule() }, "is not a number from 0 to 100"),
        (RuleDraft { terms: "-1".to_owned(), ..rule() }, "terms"),
        (RuleDraft { asset_type: "spoon".to_owned(), ..rule() }, "asset_type"),
        (RuleDraft { enforced_from: "soon".to_owned(), ..rule() }, "enforced_from"),
        (RuleDraft { unit: "Nowhere".to_owned(), ..rule() }, "unit"),
        (RuleDraft { name: String::new(), ..rule() }, "name"),
    ];
    for (draft, words) in wrong {
        let answer = told(catalog.save_rule(&stella, None, &draft, None).await);
        assert!(answer.contains(words), "{answer}");
    }
    assert_eq!(catalog.rules(&stella).await?.len(), 0);
    Ok(())
}

/// Waits until it is over.
async fn ended(catalog: &TestCatalog, ticket: &str) -> Outcome<Bulk> {
    loop {
        let bulk = catalog.publishing_of(&olga(), ticket).ok_or_else(|| Trouble::new("it is known"))?;
        if bulk.is_done {
            return Ok(bulk);
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn many_are_published_at_once_and_each_that_lacks_something_is_told() -> Outcome {
    let catalog = churn().await?;
    let names: Vec<String> = (0..600).map(|number| format!("t.made_{number}")).collect();
    let described =
        |name: &String| asset(name).described("A table that was made for a test.").in_project("churn");
    let bare = asset("t.bare").in_project("churn");
    let elsewhere = asset("t.elsewhere").in_unit("risk");
    catalog
        .holding(names.iter().map(|name| described(name).put()).chain([bare.put(), elsewhere.put()]))
        .await?;
    let lengths = RuleDraft { owner: String::new(), ..rule() };
    catalog.save_rule(&signed_in("stella"), None, &lengths, None).await?;
    catalog.settled().await?;

    let plan = catalog.plan_publishing(&olga(), &everything().into(), None).await?;
    assert_eq!((plan.all, plan.published, plan.lacking, plan.unchanged), (602, 600, 2, 0));
    assert_eq!(plan.told.iter().map(|line| line.name.as_str()).collect::<Vec<_>>(), ["bare", "scores"]);
    assert_eq!(plan.seq, Default::default(), "nothing is written by a plan");
    let nothing: SearchRequest = looking_for("bare with words that nothing has").into();
    assert_eq!(
        catalog.plan_publishing(&olga(), &nothing, None).await?.all,
        0,
        "what only resembles it is not meant"
    );

    let ticket = catalog.begin_publishing(&olga(), &everything().into(), None, "All of it.").await?;
    let bulk = ended(&catalog, &ticket).await?;
    assert_eq!((bulk.published, bulk.lacking, bulk.failed.as_deref()), (600, 2, None));
    assert_eq!(catalog.publishing_of(&signed_in("conny"), &ticket), None, "it is told to who began it");
    catalog.settled().await?;
    let seen = catalog.search(&signed_in("vera"), looking_for("made for a test").into()).await?;
    assert_eq!(seen.total, 600);

    let again = catalog.begin_publishing(&olga(), &everything().into(), None, "").await?;
    let bulk = ended(&catalog, &again).await?;
    assert_eq!((bulk.published, bulk.unchanged), (0, 600));
    let others: Urn = elsewhere.urn;
    assert!(catalog.seen(&others).await?.listing.is_none());
    Ok(())
}

#[tokio::test]
async fn who_began_publishing_many_can_stop_and_what_was_published_stays() -> Outcome {
    let catalog = churn().await?;
    let names: Vec<String> = (0..2_000).map(|number| format!("t.made_{number}")).collect();
    let made = |name: &String| asset(name).described("A table that was made for a test.").in_project("churn");
    catalog.holding(names.iter().map(|name| made(name).put())).await?;
    catalog.settled().await?;
    let ticket = catalog.begin_publishing(&olga(), &everything().into(), None, "").await?;
    let anothers = catalog.stop_publishing(&signed_in("conny"), &ticket);
    assert!(matches!(anothers, Err(CatalogError::NotFound(_))), "another did not begin it");
    catalog.stop_publishing(&olga(), &ticket)?;
    let bulk = ended(&catalog, &ticket).await?;
    assert!(bulk.is_stopped && bulk.published < 2_000, "{bulk:?}");
    catalog.settled().await?;
    let seen = catalog.search(&signed_in("vera"), looking_for("made for a test").into()).await?;
    assert_eq!(seen.total, bulk.published, "what is told of is what is there");
    Ok(())
}

#[tokio::test]
async fn a_draft_is_told_nowhere_to_who_only_reads() -> Outcome {
    let catalog = churn().await?;
    let (conny, vera) = (signed_in("conny"), signed_in("vera"));
    let name = |name: &str| AssetEdit::Name(name.to_owned());
    catalog.edit_asset(&conny, &scores().urn, name("Scores"), None).await?;
    publish(&catalog, "").await?;
    catalog.edit_asset(&conny, &scores().urn, name("Scores of the takeover"), None).await?;
    catalog.settled().await?;

    let refused = told(catalog.edit_asset(&vera, &scores().urn, name("Mine"), None).await);
    let explained = catalog.explain(&vera, &scores().urn, None).await?.name;
    let columns = [("id".to_owned(), "bigint".to_owned()), ("score".to_owned(), "int".to_owned())];
    let alike: Vec<String> =
        catalog.alike(&vera, &columns).await?.into_iter().map(|alike| alike.name).collect();
    assert!(refused.contains("may not edit Scores"), "{refused}");
    for told in [
        refused,
        explained,
        alike.join(", "),
        format!("{:?}", catalog.compare(&vera, &scores().urn, 2, 4).await?),
    ] {
        assert!(!told.contains("takeover"), "{told}");
    }
    // Nor once it has been taken back and is in no project any more.
    catalog.edit_asset(&conny, &scores().urn, name("Scores"), None).await?;
    catalog.decide_listing(&olga(), &scores().urn, Fate::Withdrawn, None).await?;
    catalog.harvested("dbt:shop", [scores().in_unit("analytics")]).await?;
    let history = catalog.history(&vera, &scores().urn, None, 20).await?;
    let differences = format!("{:?}", history.iter().map(|entry| &entry.differences).collect::<Vec<_>>());
    assert!(!history.is_empty() && !differences.contains("takeover"), "{differences}");
    Ok(())
}

#[tokio::test]
async fn an_end_and_a_taking_back_stay_until_somebody_says_otherwise() -> Outcome {
    let catalog = churn().await?;
    let calls = asset("t.calls").in_unit("analytics");
    catalog.holding([calls.put()]).await?;
    catalog.edit_asset(&ana(), &calls.urn, AssetEdit::Project("Churn".to_owned()), None).await?;
    publish(&catalog, "").await?;
    let fate = Fate::Deprecated { successor: calls.urn.to_string(), ends_on: "2027-05-01".to_owned() };
    catalog.decide_listing(&olga(), &scores().urn, fate, None).await?;
    describe(&catalog, "conny", "How likely a customer leaves.").await?;
    publish(&catalog, "Better words.").await?;
    let listing =
        catalog.seen(&scores().urn).await?.listing.ok_or_else(|| Trouble::new("it is published"))?;
    assert_eq!(
        (listing.status, listing.version().to_string().as_str()),
        (ListingStatus::Deprecated, "1.0.1")
    );
    assert_eq!(listing.successor.as_ref(), Some(&calls.urn));
    let to_a_person = Fate::Retired { successor: person("olga").urn.to_string() };
    let refused = catalog.decide_listing(&olga(), &scores().urn, to_a_person, None).await;
    assert!(told(refused).contains("is not an asset"));
    let late = catalog.decide_listing(&olga(), &scores().urn, Fate::Published, Some(1)).await;
    assert!(matches!(late, Err(CatalogError::Conflict(_))), "somebody has decided since");

    catalog.publish(&olga(), &calls.urn, "", None).await?;
    catalog.decide_listing(&olga(), &calls.urn, Fate::Withdrawn, None).await?;
    catalog.settled().await?;
    let plan = catalog.plan_publishing(&olga(), &everything().into(), None).await?;
    assert_eq!((plan.published, plan.unchanged, plan.taken_back), (0, 1, 1));
    let out =
        catalog.edit_asset(&signed_in("stella"), &calls.urn, AssetEdit::Project(String::new()), None).await;
    assert!(matches!(out, Err(CatalogError::Forbidden(_))), "it was taken back by who publishes it: {out:?}");
    Ok(())
}
