//! Reading what was.

use loggia_catalog::ports::Store;
use loggia_model::{Op, Timestamp, Urn};

use crate::{Outcome, TestStore, There, ana, asset, bruno};

pub async fn every_revision_can_be_read_again(store: TestStore) -> Outcome {
    let accounts = asset("core.accounts");
    let (first, second) = (accounts.clone().named("First"), accounts.clone().named("Second"));
    store.append(&ana(), vec![first.put()]).await?;
    store.append(&bruno(), vec![second.put()]).await?;
    store.append(&ana(), vec![accounts.remove()]).await?;

    let mut read = Vec::new();
    for revision in 0..5 {
        read.push(
            store.read_revision(&accounts.urn, revision).await?.map(|record| (record.revision, record.op)),
        );
    }

    let put = |entity: &crate::Entity<_>| Op::Put(entity.body().into());
    assert_eq!(read, [None, Some((1, put(&first))), Some((2, put(&second))), Some((3, Op::Remove)), None]);

    let others = asset("core.others");
    store.append(&ana(), vec![others.clone().put()]).await?;
    let some = [(&accounts, 2), (&others, 1), (&others, 2), (&accounts, 9)];
    let some = some.map(|(entity, revision)| (entity.urn.clone(), revision));
    let mut found: Vec<(Urn, u64)> =
        store.read_revisions(&some).await?.into_iter().map(|record| (record.urn, record.revision)).collect();
    found.sort();
    assert_eq!(found, some[..2]);
    assert!(store.read_revisions(&[]).await?.is_empty());
    Ok(())
}

pub async fn any_instant_can_be_read_again(store: TestStore) -> Outcome {
    let accounts = asset("core.accounts");
    for name in ["First", "Second", "Third"] {
        store.write(accounts.clone().named(name).put()).await?;
        store.write(asset("core.other").put()).await?;
    }
    store.write(accounts.remove()).await?;
    let own: Vec<_> = store.log().await?.into_iter().filter(|record| record.urn == accounts.urn).collect();

    for record in &own {
        // The clock may give two records one instant; then the later one is what stood at its end.
        let stood = own.iter().rfind(|other| other.at <= record.at);
        assert_eq!(store.read_as_of(&accounts.urn, record.at).await?.as_ref(), stood);
        let before = Timestamp::from_micros(record.at.micros() - 1);
        let stood = own.iter().rfind(|other| other.at <= before);
        assert_eq!(store.read_as_of(&accounts.urn, before).await?.as_ref(), stood);
    }
    assert_eq!(store.read_as_of(&accounts.urn, Timestamp::EPOCH).await?, None);
    let now = store.read_as_of(&accounts.urn, Timestamp::from_micros(i64::MAX)).await?.there()?;
    assert_eq!(now.op, Op::Remove);
    Ok(())
}

pub async fn a_history_is_newest_first_and_in_pages(store: TestStore) -> Outcome {
    let accounts = asset("core.accounts");
    for number in 1..=6 {
        store
            .append(
                &if number % 2 == 0 { ana() } else { bruno() },
                vec![accounts.clone().named(&number.to_string()).put()],
            )
            .await?;
        store.write(asset("core.other").put()).await?;
    }
    store.write(accounts.remove()).await?;

    let newest = store.history(&accounts.urn, None, 3).await?;
    let older = store.history(&accounts.urn, Some(5), 3).await?;
    let oldest = store.history(&accounts.urn, Some(2), 3).await?;

    let told = |entries: &[loggia_catalog::ports::Entry]| -> Vec<(u64, String, bool)> {
        entries.iter().map(|entry| (entry.revision, entry.actor.to_string(), entry.removed)).collect()
    };
    assert_eq!(
        told(&newest),
        [(7, "ana".into(), true), (6, "ana".into(), false), (5, "bruno".into(), false)]
    );
    assert_eq!(newest.first().there()?.reason, "no longer needed");
    assert_eq!(
        told(&older),
        [(4, "ana".into(), false), (3, "bruno".into(), false), (2, "ana".into(), false)]
    );
    assert_eq!(told(&oldest), [(1, "bruno".into(), false)]);
    assert!(store.history(&asset("never").urn, None, 3).await?.is_empty());
    Ok(())
}

pub async fn what_is_removed_and_made_again_goes_on_with_its_revisions(store: TestStore) -> Outcome {
    let accounts = asset("core.accounts");
    store.write(accounts.put_new()).await?;
    store.write(accounts.remove()).await?;
    store.write(accounts.clone().named("Back").put_new()).await?;

    let stands = store.document(&accounts.urn).await?.there()?;
    assert_eq!((stands.revision, stands.body.name(&accounts.urn).as_str()), (3, "Back"));
    let removed: Vec<bool> =
        store.history(&accounts.urn, None, 9).await?.iter().map(|entry| entry.removed).collect();
    assert_eq!(removed, [false, true, false]);
    assert_eq!(store.verify().await?, []);
    Ok(())
}
