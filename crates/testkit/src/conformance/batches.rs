//! A transaction under way.

use loggia_catalog::ports::Store;
use loggia_model::Seq;

use super::conflict;
use crate::{Outcome, TestStore, There, ana, asset, bruno, nightly};

pub async fn a_batch_shows_nothing_until_it_is_committed(store: TestStore) -> Outcome {
    let (one, other) = (asset("one"), asset("other"));
    let mut batch = store.begin(&nightly()).await?;
    batch.append(vec![one.put_new()]).await?;
    batch.append(vec![other.put_new()]).await?;
    assert!(store.document(&one.urn).await?.is_none());
    assert_eq!((store.last().await?, *store.committed().borrow()), (Seq(0), Seq(0)));

    assert_eq!(batch.commit().await?, Seq(2));

    assert!(store.document(&one.urn).await?.is_some() && store.document(&other.urn).await?.is_some());
    assert_eq!((store.last().await?, *store.committed().borrow()), (Seq(2), Seq(2)));
    assert_eq!(store.log().await?.first().there()?.actor, nightly().key);
    assert_eq!(store.verify().await?, []);
    Ok(())
}

pub async fn a_dropped_batch_leaves_nothing(store: TestStore) -> Outcome {
    store.write(asset("before").put_new()).await?;
    let mut batch = store.begin(&nightly()).await?;
    batch.append((0..600).map(|number| asset(&format!("t{number}")).put_new()).collect()).await?;
    drop(batch);

    assert_eq!(store.write(asset("after").put_new()).await?, Seq(2), "others go on at once");

    assert!(store.document(&asset("t7").urn).await?.is_none());
    assert_eq!(store.log().await?.len(), 2);
    assert_eq!(store.verify().await?, []);
    Ok(())
}

pub async fn a_batch_goes_on_from_its_own_changes(store: TestStore) -> Outcome {
    let accounts = asset("core.accounts");
    let mut batch = store.begin(&nightly()).await?;
    batch.append(vec![accounts.put_new()]).await?;

    let written = batch.append(vec![accounts.clone().named("Accounts").put_over(1)]).await?;
    batch.commit().await?;

    assert_eq!(written.first().there()?.revision, 2);
    assert_eq!(store.document(&accounts.urn).await?.there()?.body.name(&accounts.urn), "Accounts");
    Ok(())
}

pub async fn a_batch_outlives_a_conflict(store: TestStore) -> Outcome {
    let (one, other, third) = (asset("one"), asset("other"), asset("third"));
    store.append(&bruno(), vec![one.put_new()]).await?;
    let mut batch = store.begin(&ana()).await?;
    batch.append(vec![other.put_new()]).await?;

    let met = conflict(batch.append(vec![third.put_new(), one.put_new()]).await)?;
    batch.append(vec![one.put_over(1)]).await?;
    batch.commit().await?;

    assert_eq!((met.by, met.revision), (bruno().key, 1));
    let log: Vec<_> = store.log().await?.into_iter().map(|record| (record.urn, record.revision)).collect();
    assert_eq!(log, [(one.urn.clone(), 1), (other.urn, 1), (one.urn, 2)]);
    assert_eq!(store.verify().await?, []);
    Ok(())
}

pub async fn others_write_after_the_batch(store: TestStore) -> Outcome {
    let mut batch = store.begin(&nightly()).await?;
    let other = store.shared();
    let waiting = tokio::spawn(async move { other.append(&ana(), vec![asset("waits").put_new()]).await });
    for number in 0..20 {
        batch.append(vec![asset(&format!("t{number}")).put_new()]).await?;
        tokio::task::yield_now().await;
    }
    assert!(!waiting.is_finished());

    batch.commit().await?;

    assert_eq!(waiting.await??.first().there()?.seq, Seq(21));
    Ok(())
}
