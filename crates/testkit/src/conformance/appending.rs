//! Appending: all of it or nothing.

use std::time::SystemTime;

use loggia_catalog::ports::{Store, Written};
use loggia_model::{Change, Door, Expected, Op, Seq, Timestamp};

use super::conflict;
use crate::{Outcome, TestStore, There, ana, asset, bruno, nightly, term};

pub async fn the_first_of_a_name_is_revision_one_and_the_log_says_who_when_why_and_by_which_door(
    store: TestStore,
) -> Outcome {
    let accounts = asset("core.accounts").described("One line an account.");
    let before = Timestamp::from_system(SystemTime::now());

    let written =
        store.append(&nightly(), vec![Change { reason: "the first".into(), ..accounts.put_new() }]).await?;

    assert_eq!(written, [Written { urn: accounts.urn.clone(), revision: 1, seq: Seq(1) }]);
    let record = store.log().await?.pop().there()?;
    assert_eq!(
        (record.actor.as_str(), record.door, record.reason.as_str()),
        ("nightly", Door::CommandLine, "the first")
    );
    assert!(record.at >= before && record.at <= Timestamp::from_system(SystemTime::now()));
    assert_eq!(record.op, Op::Put(accounts.body().into()));
    let stands = store.document(&accounts.urn).await?.there()?;
    assert_eq!(
        (stands.revision, stands.seq, stands.at, stands.body.as_ref()),
        (1, Seq(1), record.at, &accounts.body())
    );
    Ok(())
}

pub async fn one_conflict_and_nothing_of_the_append_is_written(store: TestStore) -> Outcome {
    let (known, new, newer) = (asset("known"), asset("new"), term("business/newer"));
    store.write(known.put_new()).await?;
    let chain = store.chain().await?;

    for place in 0..3 {
        let mut changes = vec![new.put_new(), newer.put()];
        changes.insert(place, known.put_over(7));
        conflict(store.append(&ana(), changes).await)?;
    }

    assert_eq!(store.last().await?, Seq(1));
    assert_eq!(store.chain().await?, chain);
    assert!(store.document(&new.urn).await?.is_none() && store.document(&newer.urn).await?.is_none());
    assert!(store.history(&new.urn, None, 9).await?.is_empty());
    Ok(())
}

pub async fn a_conflict_says_who_was_faster_and_when(store: TestStore) -> Outcome {
    let accounts = asset("core.accounts");
    store.append(&ana(), vec![accounts.put_new()]).await?;
    store.append(&bruno(), vec![accounts.clone().named("Accounts").put_over(1)]).await?;

    let met = conflict(store.append(&ana(), vec![accounts.put_over(1)]).await)?;

    let faster = store.document(&accounts.urn).await?.there()?;
    assert_eq!((met.urn, met.revision, met.by, met.at), (accounts.urn, 2, bruno().key, faster.at));
    Ok(())
}

pub async fn what_is_there_is_not_absent_until_it_is_removed(store: TestStore) -> Outcome {
    let accounts = asset("core.accounts");
    store.write(accounts.put_new()).await?;
    conflict(store.append(&ana(), vec![accounts.put_new()]).await)?;

    store.write(accounts.remove()).await?;

    conflict(store.append(&ana(), vec![accounts.put_over(1)]).await)?;
    conflict(store.append(&ana(), vec![accounts.put_over(2)]).await)?;
    store.write(accounts.put_new()).await?;
    Ok(())
}

pub async fn several_changes_to_one_name_in_one_append_are_as_many_revisions(store: TestStore) -> Outcome {
    let (accounts, other) = (asset("core.accounts"), asset("core.other"));
    let changes = vec![
        accounts.put_new(),
        other.put_new(),
        accounts.clone().named("Accounts").put_over(1),
        accounts.remove(),
        accounts.clone().named("Accounts again").put_new(),
    ];

    let written = store.append(&ana(), changes).await?;

    let revisions: Vec<u64> = written.iter().map(|written| written.revision).collect();
    assert_eq!(revisions, [1, 1, 2, 3, 4]);
    let stands = store.document(&accounts.urn).await?.there()?;
    assert_eq!((stands.revision, stands.seq), (4, Seq(5)));
    assert_eq!(stands.body.name(&accounts.urn), "Accounts again");
    assert_eq!(store.verify().await?, []);
    Ok(())
}

pub async fn a_conflict_with_an_earlier_change_of_the_same_append_is_a_conflict(store: TestStore) -> Outcome {
    let accounts = asset("core.accounts");

    let met = conflict(store.append(&bruno(), vec![accounts.put_new(), accounts.put_new()]).await)?;

    assert_eq!((met.urn, met.revision, met.by), (accounts.urn, 1, bruno().key));
    assert_eq!(store.last().await?, Seq(0));
    Ok(())
}

pub async fn more_changes_than_fit_into_one_statement_are_written_in_their_order(
    store: TestStore,
) -> Outcome {
    let assets: Vec<_> = (0..1_203).rev().map(|number| asset(&format!("wide.t{number:04}"))).collect();

    let written = store.append(&ana(), assets.iter().map(|asset| asset.put_new()).collect()).await?;

    let expected: Vec<_> = (1..).map(Seq).zip(assets.iter().map(|asset| &asset.urn)).collect();
    assert!(written.iter().map(|written| (written.seq, &written.urn)).eq(expected.iter().copied()));
    let log = store.log().await?;
    assert!(log.iter().map(|record| (record.seq, &record.urn)).eq(expected.iter().copied()));
    assert_eq!(store.verify().await?, []);
    Ok(())
}

pub async fn asking_for_nothing_writes_nothing(store: TestStore) -> Outcome {
    assert_eq!(store.append(&ana(), Vec::new()).await?, []);
    let unchanged =
        store.append(&ana(), vec![Change { expected: Expected::Revision(1), ..asset("no").remove() }]).await;
    assert!(unchanged.is_err(), "what never was cannot be changed");
    assert_eq!(store.last().await?, Seq(0));
    Ok(())
}
