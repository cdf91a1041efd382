//! A small catalog with something of everything: every kind of entity, several revisions, something removed
//! and made again, another name, labels taken away, a source that lost an asset.
//!
//! The fixtures of each version were made from this (crates/store/tests/fixtures/README.md). What it holds
//! may grow; what the fixtures hold stays.

use loggia_catalog::ports::{HarvestRun, Refusal, Store};
use loggia_model::facts::{AssetFacts, AssetType, CheckStatus};
use loggia_model::{Body, Change, Expected, Labels, Layered, Source, Timestamp};

use crate::builders::parsed;
use crate::{Entity, Outcome, TestStore, ana, asset, bruno, glossary, nightly, person, product, term, unit};

const NOON: Timestamp = Timestamp::from_micros(1_772_366_400_000_000);

/// The asset that most is said of.
pub fn accounts() -> Entity<AssetFacts> {
    asset("core.accounts")
        .stated_by("dbt:shop")
        .named("Accounts")
        .described("One line an **account**.")
        .of_type(AssetType::Table)
        .on("postgres")
        .in_unit("lending")
        .owned_by("ana-benitez")
        .tagged("pii")
        .tagged("gold")
        .data_of(NOON)
        .with_check("not_null_id", CheckStatus::Pass)
        .with_column("id", "int64")
        .with_column("opened_at", "timestamp")
        .column_described("id", "Número de cuenta")
        .column_carrying("id", "business/account")
        .column_tagged("id", "key")
}

/// Writes all of it into an empty store.
///
/// # Errors
/// Where it is not written.
pub async fn fill(store: &TestStore) -> Outcome {
    let accounts = accounts();
    let payments = asset("core.payments")
        .stated_by("dbt:shop")
        .made_from(&accounts.urn)
        .with_column("amount", "numeric");
    let landed = asset("landing/accounts").stated_by("files:landing").with_column("id", "string");
    let first = [
        unit("bank").named("Bank").put_new(),
        accounts.clone().described("One line an account, roughly.").put_new(),
        accounts.put_over(1),
        payments.put_new(),
        landed.put_new(),
    ];
    store.append(&nightly(), first.into()).await?;
    let words = [
        unit("lending").named("Lending").below("bank").put_new(),
        person("ana-benitez").named("Ana Benítez").in_unit("lending").put_new(),
        glossary("business").named("Business").owned_by("ana-benitez").put_new(),
        term("business/account").named("Account").meaning("What a customer holds.").or("Cuenta").put_new(),
        term("business/savings").named("Savings account").narrower_than("business/account").put_new(),
        product("ledger")
            .named("Ledger")
            .offering(&accounts.urn)
            .carrying("business/account")
            .tagged("gold")
            .put_new(),
        asset("short.lived").put_new(),
    ];
    store.append(&ana(), words.into()).await?;
    store.append(&bruno(), vec![asset("short.lived").remove()]).await?;
    store.append(&ana(), vec![asset("short.lived").named("Here again").put_new()]).await?;

    let mut said = layers(&accounts.body())?;
    let taken = Labels { put: [parsed("gdpr")].into(), taken: [parsed("gold")].into() };
    said.say("tags", &ana().key, NOON, |facts| facts.tags = taken);
    said.say("description", &ana().key, NOON, |facts| {
        facts.description = Some("Every account of the bank.".into())
    });
    let edited =
        Change::put(accounts.urn.clone(), Expected::Revision(2), Body::Asset(said), "edited description");
    store.append(&ana(), vec![edited]).await?;

    let mut also = layers(&landed.body())?;
    also.say("alias_of", &ana().key, NOON, |facts| facts.alias_of = Some(accounts.urn.clone()));
    let mut missing = layers(&payments.body())?;
    missing.miss(&Source::harvest("dbt", "shop")?, NOON);
    let later = vec![
        Change::put(landed.urn, Expected::Revision(1), Body::Asset(also), "another name of the same asset"),
        Change::put(payments.urn, Expected::Revision(1), Body::Asset(missing), "dbt:shop no longer has it"),
        term("business/savings").remove(),
    ];
    store.append(&nightly(), later).await?;

    store.add_visits(20_513, &[(accounts.urn.clone(), 7), (unit("bank").urn, 2)]).await?;
    let refused = vec![Refusal { what: "models/ñ.sql".into(), why: "has no name".into() }];
    let (started, finished, by) = (NOON, NOON.plus_seconds(3), nightly().key);
    let (added, changed, unchanged, missing) = (3, 1, 0, 1);
    let source = Source::harvest("dbt", "shop")?;
    let run = HarvestRun {
        source,
        started,
        finished,
        by,
        added,
        changed,
        unchanged,
        missing,
        refused,
        label: None,
        failed: None,
    };
    Ok(store.record_run(&run).await?)
}

fn layers(body: &Body) -> Outcome<Layered<AssetFacts>> {
    match body {
        Body::Asset(layers) => Ok(layers.clone()),
        _ => Err(crate::Trouble::new("not an asset")),
    }
}
