//! From where a change came: the log says it, and forgets it with whoever is erased.

use loggia_catalog::ports::{AuditFilter, AuditStream, RawOrigin, Store};
use loggia_model::Actor;

use crate::builders::parsed;
use crate::{Engine, Outcome, TestStore, There, ana, asset, bruno, person};

fn away(actor: Actor) -> Actor {
    actor.from_address(Some("203.0.113.7".into()))
}

/// Of each record, oldest first.
async fn addresses(store: &TestStore) -> Outcome<Vec<Option<String>>> {
    let changes = store.changes(&AuditFilter::default(), None, 100).await?;
    Ok(changes.into_iter().rev().map(|change| change.origin.map(|origin| origin.to_string())).collect())
}

async fn found(store: &TestStore) -> Outcome<Vec<String>> {
    Ok(store.verify().await?.into_iter().map(|found| format!("{}: {}", found.what, found.differs)).collect())
}

pub async fn a_change_says_from_where_it_came_in_a_copy_too(store: TestStore) -> Outcome {
    store.append(&away(ana()), vec![asset("core.loans").put_new(), asset("core.cards").put_new()]).await?;
    store.append(&bruno(), vec![asset("core.loans").remove()]).await?;

    let here = Some("203.0.113.7".to_owned());
    assert_eq!(addresses(&store).await?, [here.clone(), here, None]);
    let log = store.raw_log().await?;
    let mut salts: Vec<_> = log
        .iter()
        .filter_map(|record| match &record.origin {
            Some(RawOrigin::Known { salt, .. }) => Some(salt.clone()),
            _ => None,
        })
        .collect();
    salts.dedup();
    assert!(salts.len() == 2 && salts.iter().all(|salt| salt.len() == 64), "one of its own each: {salts:?}");
    assert_eq!(found(&store).await?, Vec::<String>::new());
    for engine in Engine::BOTH {
        let other = TestStore::open(engine).await?;
        other.load(log.clone()).await?;
        assert_eq!(other.raw_log().await?, log, "{engine:?}");
        assert_eq!(other.chain().await?, store.chain().await?, "{engine:?}");
        assert_eq!(addresses(&other).await?, addresses(&store).await?, "{engine:?}");
        assert_eq!(found(&other).await?, Vec::<String>::new(), "{engine:?}");
    }
    Ok(())
}

pub async fn a_batch_says_so_too(store: TestStore) -> Outcome {
    let mut batch = store.begin(&away(ana())).await?;
    batch.append(vec![asset("core.loans").put_new()]).await?;
    batch.append(vec![asset("core.cards").put_new()]).await?;
    batch.commit().await?;

    let here = Some("203.0.113.7".to_owned());
    assert_eq!(addresses(&store).await?, [here.clone(), here]);
    assert_eq!(found(&store).await?, Vec::<String>::new());
    Ok(())
}

pub async fn what_came_by_no_network_says_nothing(store: TestStore) -> Outcome {
    store.append(&ana(), vec![asset("core.loans").put_new()]).await?;

    let log = store.raw_log().await?;

    assert_eq!(log.first().there()?.origin, None);
    let digests = store.database().texts("SELECT salt || origin_digest FROM log").await?;
    assert_eq!(digests, [""], "as a record of before addresses were noted");
    Ok(())
}

pub async fn a_changed_address_is_found(store: TestStore) -> Outcome {
    store.append(&away(ana()), vec![asset("core.loans").put_new(), asset("core.cards").put_new()]).await?;
    store.append(&ana(), vec![asset("core.loans").remove()]).await?;
    store.database().sql("CREATE TABLE log_before AS SELECT * FROM log").await?;
    for (seq, change, wrong) in [
        (1, "origin = '203.0.113.8'", "log record 1: does not come from the address that was written"),
        (2, "salt = 'ff'", "log record 2: does not come from the address that was written"),
        (2, "origin_digest = '', origin = NULL, salt = ''", "log record 2: the chain does not hold"),
        (1, "origin = NULL, salt = ''", "log record 1: has lost the address that it came from"),
        (1, "origin = NULL", "log record 1: does not come from the address that was written"),
        (3, "origin = '203.0.113.7'", "log record 3: does not come from the address that was written"),
    ] {
        store.database().sql(&format!("UPDATE log SET {change} WHERE seq = {seq}")).await?;
        let findings = found(&store).await?;
        let first = findings.first().there()?;
        assert!(first.starts_with(wrong) && findings.len() == 1, "{change}: {findings:?}");
        store.database().sql("DELETE FROM log").await?;
        store.database().sql("INSERT INTO log SELECT * FROM log_before").await?;
        assert_eq!(found(&store).await?, Vec::<String>::new());
    }
    Ok(())
}

pub async fn an_address_goes_with_who_is_erased_and_with_nobody_else(store: TestStore) -> Outcome {
    store.append(&bruno(), vec![person("ana").put_new(), person("bruno").put_new()]).await?;
    store.append(&away(ana()), vec![asset("core.loans").put_new()]).await?;
    store.append(&away(bruno()), vec![asset("core.cards").put_new()]).await?;

    store.erase_person(&away(bruno()), &person("ana").urn, &parsed("ana")).await?;

    let here = Some("203.0.113.7".to_owned());
    assert_eq!(addresses(&store).await?, [None, None, None, here.clone(), here]);
    let log = store.raw_log().await?;
    let hers = log.get(2).there()?;
    assert!(matches!(&hers.origin, Some(RawOrigin::Erased { digest }) if digest.len() == 64), "{hers:?}");
    assert_eq!(found(&store).await?, Vec::<String>::new());
    let other = TestStore::open(store.engine()).await?;
    other.load(log.clone()).await?;
    assert_eq!(other.raw_log().await?, log);
    assert_eq!(other.chain().await?, store.chain().await?);
    assert_eq!(found(&other).await?, Vec::<String>::new());
    Ok(())
}
