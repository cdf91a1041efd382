//! What earlier versions wrote is read today: fixtures/README.md says how the files are made.

use std::path::Path;

use loggia_catalog::ports::Store;
use loggia_model::{Body, Kind, Op, Seq, Timestamp};
use loggia_testkit::{
    Engine, Outcome, TestStore, There, asset, glossary, person, product, sample, term, unit,
};

const V1: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/v1.sqlite");

/// A store over a copy of the first version's file; makes the file where that was asked for.
async fn first_version() -> Outcome<TestStore> {
    if std::env::var_os("LOGGIA_WRITE_FIXTURES").is_some() && !Path::new(V1).exists() {
        let store = TestStore::open(Engine::Sqlite).await?;
        sample::fill(&store).await?;
        store.database().sql(&format!("VACUUM INTO '{V1}'")).await?;
    }
    TestStore::copy_of(Path::new(V1)).await
}

#[tokio::test]
async fn a_database_of_the_first_version_verifies() -> Outcome {
    let store = first_version().await?;

    assert_eq!(store.last().await?, Seq(18));
    assert_eq!(store.verify().await?, []);
    Ok(())
}

#[tokio::test]
async fn its_documents_are_read() -> Outcome {
    let store = first_version().await?;
    let [accounts, payments, landed, short] =
        ["core.accounts", "core.payments", "landing/accounts", "short.lived"].map(|name| asset(name).urn);

    let stands = store.document(&accounts).await?.there()?;
    let Body::Asset(layers) = stands.body.as_ref() else { panic!("{accounts} is no asset") };
    let shown = layers.shown();
    assert_eq!(stands.revision, 3);
    assert_eq!(shown.name.as_deref(), Some("Accounts"));
    assert_eq!(shown.description.as_deref(), Some("Every account of the bank."));
    assert_eq!(layers.below_person().description.as_deref(), Some("One line an **account**."));
    assert!(shown.tags.put.iter().map(|tag| tag.as_str()).eq(["gdpr", "pii"]));
    assert_eq!(shown.owners, Some(vec![person("ana-benitez").urn]));
    assert!(shown.columns.keys().map(|path| path.as_str()).eq(["id", "opened_at"]));
    assert_eq!(shown.data_changed_at, Some("2026-03-01T12:00:00Z".parse()?));

    let mut tables = vec![accounts.clone(), payments.clone(), landed.clone(), short];
    tables.sort();
    assert_eq!(store.urns(Kind::Asset).await?, tables);
    assert_eq!(store.urns(Kind::Term).await?, [term("business/account").urn], "the other was removed");
    assert_eq!(store.urns(Kind::DomainUnit).await?, [unit("bank").urn, unit("lending").urn]);
    assert_eq!(store.urns(Kind::Glossary).await?, [glossary("business").urn]);
    assert_eq!(store.urns(Kind::DataProduct).await?, [product("ledger").urn]);
    assert_eq!(store.urns(Kind::Person).await?, [person("ana-benitez").urn]);
    assert_eq!(store.aliases().await?, [(landed, accounts)]);
    let missing = store.document(&payments).await?.there()?.body.missing_since();
    assert_eq!(missing, Some("2026-03-01T12:00:00Z".parse()?));
    Ok(())
}

#[tokio::test]
async fn its_history_is_read() -> Outcome {
    let store = first_version().await?;
    let accounts = asset("core.accounts").urn;

    let history = store.history(&accounts, None, 9).await?;
    let told: Vec<_> =
        history.iter().map(|entry| (entry.revision, entry.actor.as_str(), entry.reason.as_str())).collect();
    assert_eq!(
        told,
        [(3, "ana", "edited description"), (2, "nightly", "for the test"), (1, "nightly", "for the test")]
    );
    let first = store.read_revision(&accounts, 1).await?.there()?;
    let Op::Put(body) = first.op else { panic!("the first revision is a removal") };
    let Body::Asset(layers) = body.as_ref() else { panic!("{accounts} was no asset") };
    assert_eq!(layers.shown().description.as_deref(), Some("One line an account, roughly."));
    let removed: Vec<bool> =
        store.history(&asset("short.lived").urn, None, 9).await?.iter().map(|entry| entry.removed).collect();
    assert_eq!(removed, [false, true, false]);
    Ok(())
}

#[tokio::test]
async fn what_stands_beside_its_log_is_read() -> Outcome {
    let store = first_version().await?;

    let visits = [(20_513, asset("core.accounts").urn, 7), (20_513, unit("bank").urn, 2)];
    assert_eq!(store.visits().await?, visits);
    let run = store.runs(9).await?.pop().there()?;
    assert_eq!((run.source.as_str(), run.added, run.missing), ("dbt:shop", 3, 1));
    assert_eq!(run.started.to_string(), "2026-03-01T12:00:00Z");
    assert_eq!(run.refused.first().there()?.what, "models/ñ.sql");
    assert_eq!(store.take("nothing", Timestamp::EPOCH).await?, None);
    Ok(())
}

#[tokio::test]
async fn it_goes_on_being_written() -> Outcome {
    let store = first_version().await?;

    store.write(asset("core.accounts").named("Accounts of today").put_over(3)).await?;

    assert_eq!(store.last().await?, Seq(19));
    assert_eq!(store.verify().await?, []);
    Ok(())
}
