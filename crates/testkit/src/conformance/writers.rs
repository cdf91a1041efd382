//! Many writers at once.

use std::collections::BTreeSet;
use std::sync::Arc;

use loggia_catalog::ports::{AppendError, Store};
use loggia_model::Seq;
use tokio::task::JoinSet;

use crate::{Outcome, TestStore, There, ana, asset, bruno, person, unit};

pub async fn many_writers_are_all_acknowledged_and_the_log_has_no_gap(store: TestStore) -> Outcome {
    const WRITERS: u64 = 24;
    const WRITES: u64 = 10;
    let other: Arc<dyn Store> = Arc::new(store.database().open().await?);
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let store = if writer % 2 == 0 { store.shared() } else { other.clone() };
        writers.spawn(async move {
            let mut acknowledged = Vec::new();
            for write in 0..WRITES {
                let changes = vec![asset("shared").put(), asset(&format!("of{writer}.t{write}")).put_new()];
                acknowledged.extend(store.append(&ana(), changes).await?);
            }
            Ok::<_, AppendError>(acknowledged)
        });
    }
    let mut acknowledged = Vec::new();
    while let Some(writer) = writers.join_next().await {
        acknowledged.extend(writer??);
    }

    let sequences: BTreeSet<Seq> = acknowledged.iter().map(|written| written.seq).collect();
    assert_eq!(sequences, (1..=WRITERS * WRITES * 2).map(Seq).collect());
    let log = store.log().await?;
    assert!(log.iter().map(|record| record.seq).eq(sequences), "in the log as it was acknowledged");
    assert!(log.is_sorted_by_key(|record| record.at), "in the order of time");
    for written in acknowledged {
        let place = usize::try_from(written.seq.0 - 1)?;
        let record = log.get(place).there()?;
        assert_eq!((&record.urn, record.revision), (&written.urn, written.revision));
    }
    assert_eq!(store.document(&asset("shared").urn).await?.there()?.revision, WRITERS * WRITES);
    assert_eq!(store.verify().await?, []);
    Ok(())
}

pub async fn of_many_that_change_one_revision_one_wins(store: TestStore) -> Outcome {
    let accounts = asset("core.accounts");
    store.write(accounts.put_new()).await?;
    let mut writers = JoinSet::new();
    for writer in 0..32 {
        let (store, change) = (store.shared(), accounts.clone().named(&format!("Name {writer}")).put_over(1));
        writers.spawn(async move { (writer, store.append(&bruno(), vec![change]).await) });
    }

    let mut winners = Vec::new();
    while let Some(writer) = writers.join_next().await {
        match writer? {
            (writer, Ok(_)) => winners.push(writer),
            (_, answer) => {
                let conflict = super::conflict(answer)?;
                assert_eq!((conflict.revision, conflict.by), (2, bruno().key));
            }
        }
    }

    let stands = store.document(&accounts.urn).await?.there()?;
    let names: Vec<String> = winners.iter().map(|writer| format!("Name {writer}")).collect();
    assert_eq!((stands.revision, names), (2, vec![stands.body.name(&accounts.urn)]));
    Ok(())
}

pub async fn one_writers_conflict_is_not_its_neighbours(store: TestStore) -> Outcome {
    store.write(asset("known").put_new()).await?;
    let mut writers = JoinSet::new();
    for writer in 0..40 {
        let change =
            if writer % 4 == 0 { asset("known").put_over(9) } else { asset(&format!("t{writer}")).put_new() };
        let store = store.shared();
        writers.spawn(async move { (writer, store.append(&ana(), vec![change]).await.is_ok()) });
    }

    let mut written = Vec::new();
    while let Some(writer) = writers.join_next().await {
        let (writer, is_written) = writer?;
        assert_eq!(is_written, writer % 4 != 0, "writer {writer}");
        written.extend(is_written.then_some(writer));
    }

    assert_eq!(store.last().await?, Seq(1 + written.len() as u64));
    Ok(())
}

pub async fn whoever_writes_knows_where_the_log_is_at_once(store: TestStore) -> Outcome {
    let heads = async || -> Outcome<(u64, u64)> {
        let heads = store.heads().await?;
        assert_eq!(heads.last, store.last().await?);
        Ok((heads.last.0, heads.policies.0))
    };
    assert_eq!(heads().await?, (0, 0));
    store.append(&ana(), vec![asset("core.accounts").put_new()]).await?;
    assert_eq!(heads().await?, (1, 0), "an asset changes nothing of who may what");
    store.append(&ana(), vec![person("vera").put(), asset("core.loans").put_new()]).await?;
    assert_eq!(heads().await?, (3, 2));
    let late = vec![unit("risk").put(), asset("core.loans").put_over(9)];
    assert!(store.append(&ana(), late).await.is_err());
    assert_eq!(heads().await?, (3, 2), "what is refused changes nothing");
    let mut batch = store.begin(&ana()).await?;
    batch.append(vec![unit("risk").put()]).await?;
    assert_eq!(heads().await?, (3, 2), "not before it is committed");
    batch.commit().await?;
    assert_eq!(heads().await?, (4, 4));
    let vera = person("vera").urn;
    store.erase_person(&ana(), &vera, &vera.rest().parse()?).await?;
    assert_eq!(heads().await?, (5, 5));

    let other = TestStore::open(store.engine()).await?;
    other.append(&ana(), vec![asset("core.accounts").put_new()]).await?;
    let loaded = TestStore::open(store.engine()).await?;
    loaded.load(other.raw_log().await?).await?;
    assert_eq!(loaded.heads().await?.last, Seq(1));
    assert_eq!(loaded.heads().await?.policies, Seq(1), "any of what was loaded may");
    Ok(())
}

pub async fn what_one_of_a_group_meets_is_not_what_others_wrote(store: TestStore) -> Outcome {
    let accounts = asset("core.accounts");
    store.write(accounts.put_new()).await?;
    let mut writers = JoinSet::new();
    for round in 0..20 {
        for number in 0..2 {
            let change = asset(&format!("core.t{round}")).named(&format!("Of {number}"));
            let change = if number == 0 { change.put_new() } else { change.put_over(1) };
            let (store, own) = (store.shared(), asset(&format!("own.t{round}_{number}")).put_new());
            writers.spawn(async move { (round, number, store.append(&ana(), vec![own, change]).await) });
        }
    }
    let mut refused = Vec::new();
    while let Some(writer) = writers.join_next().await {
        let (round, number, answer) = writer?;
        if answer.is_err() {
            assert_eq!(number, 1, "what was not there can be made");
            refused.push(asset(&format!("own.t{round}_1")).urn);
        }
    }
    for urn in &refused {
        assert!(store.document(urn).await?.is_none(), "nothing of what is refused is written");
    }
    assert_eq!(store.last().await?, Seq(1 + 80 - 2 * refused.len() as u64));
    assert_eq!(store.verify().await?, []);
    Ok(())
}
