//! Harvests and people speak of the same assets, and neither overwrites the other.

use loggia_catalog::edit::{AssetEdit, ColumnEdit};
use loggia_catalog::harvest::Harvested;
use loggia_model::{Change, ColumnPath, Op, Source};
use loggia_testkit::{Outcome, TestCatalog, There, ana, asset, looking_for, nightly};

#[tokio::test]
async fn a_harvest_after_a_persons_edit_keeps_the_persons_words() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let accounts = asset("core.accounts").described("From the source.");
    catalog.harvested("dbt:shop", [accounts.clone()]).await?;
    catalog.edit_asset(&ana(), &accounts.urn, AssetEdit::Description("From Ana.".into()), None).await?;

    catalog
        .harvested("dbt:shop", [accounts.clone().described("The source's newer words.").tagged("new")])
        .await?;

    let seen = catalog.seen(&accounts.urn).await?;
    assert_eq!(seen.facts.description.as_deref(), Some("From Ana."));
    assert!(seen.description_from.there()?.is_person());
    assert_eq!(seen.facts.tags.put.len(), 1, "what the source says besides is taken in");

    catalog.edit_asset(&ana(), &accounts.urn, AssetEdit::Description(String::new()), None).await?;
    let seen = catalog.seen(&accounts.urn).await?;
    assert_eq!(seen.facts.description.as_deref(), Some("The source's newer words."));
    assert_eq!(seen.description_from.there()?.source.as_str(), "dbt:shop");
    Ok(())
}

#[tokio::test]
async fn a_source_that_falls_silent_blanks_its_own_words_only() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let accounts = asset("core.accounts");
    catalog.harvested("dbt:shop", [accounts.clone().named("Its name").described("Its words.")]).await?;
    catalog.edit_asset(&ana(), &accounts.urn, AssetEdit::Name("Ana's name".into()), None).await?;

    catalog.harvested("dbt:shop", [accounts.clone()]).await?;

    let seen = catalog.seen(&accounts.urn).await?;
    assert_eq!((seen.name.as_str(), &seen.facts.description), ("Ana's name", &None));
    Ok(())
}

#[tokio::test]
async fn a_second_harvest_of_the_same_writes_nothing() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let shop =
        || (0..7).map(|number| asset(&format!("t{number}")).described("As ever.").with_column("id", "int64"));
    catalog.harvested("dbt:shop", shop()).await?;
    let length = catalog.log_length().await?;

    let run = catalog.harvested("dbt:shop", shop()).await?;

    assert_eq!(catalog.log_length().await?, length);
    assert_eq!((run.added, run.changed, run.unchanged, run.missing), (0, 0, 7, 0));
    Ok(())
}

#[tokio::test]
async fn a_run_tells_what_it_did_and_is_kept() -> Outcome {
    let catalog = TestCatalog::open().await?;
    catalog.harvested("dbt:shop", ["same", "other", "gone"].map(asset)).await?;

    let run =
        catalog.harvested("dbt:shop", [asset("same"), asset("other").named("Other"), asset("new")]).await?;

    assert_eq!((run.added, run.changed, run.unchanged, run.missing), (1, 1, 1, 1));
    assert_eq!(catalog.harvest_runs(&ana(), 1).await?, [run]);
    Ok(())
}

#[tokio::test]
async fn what_vanishes_is_missing_and_comes_back_with_its_history() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let (stays, goes) = (asset("stays"), asset("goes").described("Comes and goes."));
    catalog.harvested("dbt:shop", [stays.clone(), goes.clone()]).await?;
    catalog.harvested("dbt:shop", [stays.clone()]).await?;
    assert!(catalog.seen(&goes.urn).await?.missing_since.is_some());
    assert_eq!(catalog.found(looking_for("comes goes")).await?, ["goes"], "it is still found");
    let length = catalog.log_length().await?;
    assert_eq!(catalog.harvested("dbt:shop", [stays.clone()]).await?.missing, 0, "it is missed once");
    assert_eq!(catalog.log_length().await?, length);

    catalog.harvested("dbt:shop", [stays.clone(), goes.clone()]).await?;

    assert_eq!(catalog.seen(&goes.urn).await?.missing_since, None);
    assert_eq!(catalog.history(&ana(), &goes.urn, None, 9).await?.len(), 3);
    assert_eq!(catalog.history(&ana(), &stays.urn, None, 9).await?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn what_another_source_still_has_is_not_missing() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let accounts = asset("core.accounts");
    let stays = || asset("stays");
    catalog.harvested("dbt:shop", [accounts.clone(), stays()]).await?;
    catalog.harvested("files:landing", [accounts.clone(), stays()]).await?;

    catalog.harvested("dbt:shop", [stays()]).await?;
    assert_eq!(catalog.seen(&accounts.urn).await?.missing_since, None);

    catalog.harvested("files:landing", [stays()]).await?;
    assert!(catalog.seen(&accounts.urn).await?.missing_since.is_some());
    Ok(())
}

#[tokio::test]
async fn what_an_ai_suggested_neither_shows_nor_hides_that_it_is_missing() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let accounts = asset("core.accounts").stated_by("dbt:shop");
    let suggested = accounts.clone().stated_by("ai:describe").described("A guess.");
    let body = accounts.body_with(&suggested);
    catalog.holding([Change { op: Op::Put(body.into()), ..accounts.put() }]).await?;
    assert_eq!(catalog.seen(&accounts.urn).await?.facts.description, None);

    catalog.harvested("dbt:shop", [asset("other")]).await?;

    assert!(catalog.seen(&accounts.urn).await?.missing_since.is_some());
    Ok(())
}

#[tokio::test]
async fn a_run_that_finds_nothing_at_all_is_refused_and_nothing_is_missing() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let accounts = asset("core.accounts");
    catalog.harvested("files:landing", [accounts.clone()]).await?;
    let length = catalog.log_length().await?;

    let refused = catalog.harvested("files:landing", []).await.err().there()?;

    assert!(format!("{refused:?}").contains("had 1 before"), "{refused:?}");
    assert_eq!(catalog.seen(&accounts.urn).await?.missing_since, None);
    assert_eq!(catalog.log_length().await?, length);
    Ok(())
}

#[tokio::test]
async fn what_could_not_be_read_this_time_is_not_missing() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let accounts = asset("landing/accounts");
    catalog.harvested("files:landing", [accounts.clone()]).await?;

    let unreadable = vec![accounts.urn.clone()];
    let source = Source::harvest("files", "landing")?;
    let (assets, people, refused) = (Vec::new(), Vec::new(), Vec::new());
    let run = catalog
        .harvest(
            &nightly(),
            Harvested { source, assets, people, refused, unreadable, label: None },
            |_, _| {},
        )
        .await?;

    assert_eq!(run.missing, 0);
    assert_eq!(catalog.seen(&accounts.urn).await?.missing_since, None);
    Ok(())
}

#[tokio::test]
async fn what_a_source_states_twice_in_one_run_does_not_stop_the_run() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let accounts = asset("core.accounts");

    let run = catalog
        .harvested(
            "dbt:shop",
            [accounts.clone().named("First"), asset("core.other"), accounts.clone().named("Second")],
        )
        .await?;

    assert_eq!(catalog.seen(&accounts.urn).await?.name, "First");
    assert_eq!((run.added, run.refused.len()), (2, 1), "{:?}", run.refused);
    Ok(())
}

#[tokio::test]
async fn a_tag_that_a_person_took_away_stays_away() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let accounts = asset("core.accounts").tagged("pii").tagged("gold");
    catalog.harvested("dbt:shop", [accounts.clone()]).await?;
    catalog.edit_asset(&ana(), &accounts.urn, AssetEdit::Tags("pii, mine".into()), None).await?;

    catalog.harvested("dbt:shop", [accounts.clone().tagged("new")]).await?;

    let seen = catalog.seen(&accounts.urn).await?;
    assert!(
        seen.facts.tags.put.iter().map(|tag| tag.as_str()).eq(["mine", "new", "pii"]),
        "{:?}",
        seen.facts.tags
    );
    Ok(())
}

#[tokio::test]
async fn words_about_a_dropped_column_wait_for_it() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let without = asset("core.accounts").with_column("id", "int64");
    let with = without.clone().with_column("segment", "string");
    let segment: ColumnPath = "segment".parse()?;
    catalog.harvested("dbt:shop", [with.clone()]).await?;
    catalog.edit_column(&ana(), &with.urn, &segment, ColumnEdit::Description("Ana's".into()), None).await?;

    catalog.harvested("dbt:shop", [without.clone()]).await?;
    assert!(!catalog.seen(&with.urn).await?.facts.columns.contains_key(&segment));

    catalog.harvested("dbt:shop", [with.clone()]).await?;
    let seen = catalog.seen(&with.urn).await?;
    assert_eq!(seen.facts.columns.get(&segment).there()?.description.as_deref(), Some("Ana's"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_harvest_and_a_person_at_the_same_time_both_get_through() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let accounts = asset("core.accounts");
    catalog.harvested("dbt:shop", [accounts.clone()]).await?;
    for round in 0..8 {
        let edit = AssetEdit::Name(format!("Ana's {round}"));
        let (ana, words) = (ana(), format!("Round {round}"));
        let (edited, run) = tokio::join!(
            catalog.edit_asset(&ana, &accounts.urn, edit, None),
            catalog.harvested("dbt:shop", [accounts.clone().described(&words)])
        );

        run?;
        let seen = catalog.seen(&accounts.urn).await?;
        assert_eq!(seen.facts.description, Some(words));
        // The harvest reads again where the person was faster; the person is told where the harvest was.
        assert_eq!(seen.name == format!("Ana's {round}"), edited.is_ok());
    }
    Ok(())
}
