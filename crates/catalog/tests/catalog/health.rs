//! Do the log, the documents and the index agree; and making the index anew.

use loggia_catalog::ports::{Finding, Index, Store};
use loggia_model::{Kind, Seq};
use loggia_testkit::{
    Engine, Outcome, TestCatalog, TestStore, ana, asset, everything, looking_for, sample, term,
};
use tokio::runtime::{Builder, Runtime};

async fn with_everything() -> Outcome<TestCatalog> {
    let store = TestStore::open(Engine::Sqlite).await?;
    sample::fill(&store).await?;
    let catalog = TestCatalog::over(store).await?;
    catalog.settled().await?;
    Ok(catalog)
}

/// One life of the program: what it runs ends when this is dropped, as it does when it is killed.
fn program() -> Outcome<Runtime> {
    Ok(Builder::new_multi_thread().worker_threads(2).enable_all().build()?)
}

#[tokio::test]
async fn a_healthy_catalog_has_nothing_to_tell() -> Outcome {
    assert_eq!(TestCatalog::open().await?.verify(&ana()).await?, [], "when empty");
    assert_eq!(with_everything().await?.verify(&ana()).await?, []);
    Ok(())
}

#[tokio::test]
async fn a_document_that_the_index_misses_is_found_and_put_right() -> Outcome {
    let catalog = with_everything().await?;
    let accounts = sample::accounts().urn;
    catalog.index().remove(vec![accounts.clone()]).await?;
    catalog.index().commit(catalog.store().last().await?).await?;
    let finding = Finding { what: accounts.to_string(), differs: "is not in the search index".into() };
    assert_eq!(catalog.verify(&ana()).await?, [finding]);

    catalog.rebuild_index(&ana(), |_| {}).await?;

    assert_eq!(catalog.verify(&ana()).await?, []);
    Ok(())
}

#[tokio::test]
async fn a_document_that_the_index_has_too_many_is_found() -> Outcome {
    let catalog = TestCatalog::open().await?;
    let accounts = asset("core.accounts");
    catalog.holding([accounts.put()]).await?;
    catalog.store().database().sql("UPDATE document SET removed = 1").await?;

    let found = catalog.verify(&ana()).await?;

    assert_eq!(found.len(), 2, "by the log and by the index: {found:?}");
    assert!(found.iter().all(|finding| finding.what == accounts.urn.to_string()));
    Ok(())
}

#[tokio::test]
async fn a_tampered_log_is_found_from_here_too() -> Outcome {
    let catalog = with_everything().await?;
    catalog.store().database().sql("UPDATE log SET reason = 'no' WHERE seq = 2").await?;

    assert_eq!(catalog.verify(&ana()).await?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn a_rebuilt_index_answers_as_before() -> Outcome {
    let catalog = with_everything().await?;
    let ask = async || -> Outcome<_> {
        let view = catalog.answer(looking_for("account")).await?;
        let facets: Vec<(String, u64)> = view
            .facets
            .iter()
            .flat_map(|facet| &facet.values)
            .map(|value| (value.value.clone(), value.count))
            .collect();
        Ok((view.total, facets))
    };
    let before = ask().await?;

    let mut told = Vec::new();
    let count = catalog.rebuild_index(&ana(), |count| told.push(count)).await?;

    assert_eq!(ask().await?, before);
    assert_eq!(count, catalog.answer(everything()).await?.total);
    assert_eq!(told.last(), Some(&count));
    assert_eq!(catalog.verify(&ana()).await?, []);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn the_old_index_answers_until_the_new_one_is_there() -> Outcome {
    let catalog = with_everything().await?;
    let before = catalog.answer(everything()).await?.total;
    let (mut answered, ana) = (Vec::new(), ana());

    catalog
        .rebuild_index(&ana, |_| {
            let ask = catalog.search(&ana, everything().into());
            let found = tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(ask));
            answered.push(found.map(|view| view.total).ok());
        })
        .await?;

    assert!(answered.len() > 1 && answered.iter().all(|total| *total == Some(before)), "{answered:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_written_while_the_index_is_rebuilt_is_found_and_known() -> Outcome {
    let catalog = with_everything().await?;
    for number in 0..25 {
        let name = format!("Zorp{number}");
        catalog.store().write(term(&format!("business/z{number}")).named(&name).put_new()).await?;
        catalog.rebuild_index(&ana(), |_| {}).await?;
        catalog.settled().await?;

        let known = catalog.names(&ana()).await?.all(Kind::Term);
        assert!(known.iter().any(|term| term.name == name), "{name} is known");
        assert_eq!(catalog.found(looking_for(&name)).await?, [name]);
    }
    Ok(())
}

#[test]
fn what_was_written_just_before_the_program_was_killed_is_found_after_it() -> Outcome {
    let first = program()?;
    let (store, folder) = first.block_on(async {
        let catalog = TestCatalog::open().await?;
        let churn = term("b/churn").named("Churn");
        catalog.holding([churn.put(), asset("t.one").carrying("b/churn").put()]).await?;
        Outcome::Ok(catalog.into_parts())
    })?;
    drop(first);

    let second = program()?;
    second.block_on(async {
        // Acknowledged, and the index never heard of it.
        let writer = store.database().open().await?;
        let renamed = term("b/churn").named("Defection").put();
        writer.append(&ana(), vec![renamed]).await?;
        let catalog = TestCatalog::over_both(store, folder).await?;

        let mut found = catalog.found(looking_for("defection")).await?;

        found.sort();
        assert_eq!(found, ["Defection", "one"], "the term, and what carries it");
        assert_eq!(catalog.verify(&ana()).await?, []);
        Ok(())
    })
}

#[test]
fn an_index_of_another_log_is_filled_anew() -> Outcome {
    let first = program()?;
    let (_store, folder) = first.block_on(async {
        let catalog = TestCatalog::open().await?;
        catalog.holding((0..9).map(|number| asset(&format!("old.t{number}")).put())).await?;
        Outcome::Ok(catalog.into_parts())
    })?;
    drop(first);

    program()?.block_on(async {
        let store = TestStore::open(Engine::Sqlite).await?;
        store.write(asset("new.accounts").put()).await?;
        let catalog = TestCatalog::over_both(store, folder).await?;
        // Its index has applied more than this log holds, so there is nothing to wait for but the next write.
        let seq = catalog.store().write(asset("new.other").put()).await?;
        assert_eq!(seq, Seq(2));

        assert_eq!(catalog.answer(everything()).await?.total, 2);
        assert_eq!(catalog.verify(&ana()).await?, []);
        Ok(())
    })
}
