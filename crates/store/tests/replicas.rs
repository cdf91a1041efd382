//! Two programs over one PostgreSQL database: what one writes, the other hears of.

use std::time::Duration;

use loggia_catalog::ports::Store;
use loggia_model::Seq;
use loggia_testkit::{Engine, Outcome, TestDatabase, TestStore, ana, asset, bruno};
use tokio::sync::watch;
use tokio::time::timeout;

/// Waits until `committed` says so, and asks nobody meanwhile.
async fn heard(mut committed: watch::Receiver<Seq>, seq: Seq) -> Outcome {
    timeout(Duration::from_secs(30), committed.wait_for(|known| *known >= seq)).await??;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_hears_what_another_commits() -> Outcome {
    let store = TestStore::open(Engine::Postgres).await?;
    let replica = store.database().open().await?;
    let committed = replica.committed();

    store.write(asset("core.accounts").put_new()).await?;

    heard(committed, Seq(1)).await?;
    assert_eq!(replica.follow(Seq(0), 9).await?, store.log().await?);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_hears_it_also_where_nobody_was_waiting_at_first() -> Outcome {
    let store = TestStore::open(Engine::Postgres).await?;
    let replica = store.database().open().await?;
    // As a catalog does that reads its names before it follows.
    for number in 0..40 {
        replica.stated_by(&format!("files:n{number}").parse()?).await?;
    }

    store.write(asset("core.accounts").put_new()).await?;

    heard(replica.committed(), Seq(1)).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replica_hears_again_after_its_connection_was_cut() -> Outcome {
    let store = TestStore::open(Engine::Postgres).await?;
    let replica = store.database().open().await?;
    let committed = replica.committed();
    store.write(asset("one").put_new()).await?;
    heard(committed.clone(), Seq(1)).await?;

    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
               WHERE datname = current_database() AND pid <> pg_backend_pid()";
    store.database().sql(cut).await?;
    let writer = store.database().open().await?;
    writer.append(&bruno(), vec![asset("other").put_new()]).await?;

    heard(committed, Seq(2)).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicas_take_turns_at_writing() -> Outcome {
    let store = TestStore::open(Engine::Postgres).await?;
    let replica = store.database().open().await?;
    let accounts = asset("core.accounts");
    for revision in (1..20).step_by(2) {
        store.append(&ana(), vec![accounts.clone().named("Hers").put()]).await?;
        replica.append(&bruno(), vec![accounts.clone().named("His").put_over(revision)]).await?;
    }

    assert_eq!(store.last().await?, Seq(20));
    assert_eq!(store.verify().await?, []);
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicas_that_start_at_once_make_one_schema() -> Outcome {
    let database = TestDatabase::new(Engine::Postgres).await?;

    let (one, other, third) = tokio::join!(database.open(), database.open(), database.open());

    let (one, other, _third) = (one?, other?, third?);
    one.append(&ana(), vec![asset("core.accounts").put_new()]).await?;
    assert_eq!(other.last().await?, Seq(1));
    Ok(())
}
