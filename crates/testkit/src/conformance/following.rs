//! Following the log.

use std::time::Duration;

use loggia_catalog::ports::Store;
use loggia_model::Seq;
use tokio::time::timeout;

use crate::{Outcome, TestStore, Trouble, ana, asset, bruno};

/// Longer than anything takes that works.
const PATIENCE: Duration = Duration::from_secs(30);

pub async fn the_log_is_followed_in_order_and_in_pages(store: TestStore) -> Outcome {
    for number in 0..7 {
        store.write(asset(&format!("t{number}")).put()).await?;
    }

    let mut followed = Vec::new();
    let mut after = Seq::default();
    loop {
        let page = store.follow(after, 3).await?;
        let Some(last) = page.last() else { break };
        after = last.seq;
        followed.push(page.iter().map(|record| record.seq.0).collect::<Vec<_>>());
    }

    assert_eq!(followed, [vec![1, 2, 3], vec![4, 5, 6], vec![7]]);
    Ok(())
}

pub async fn whoever_waits_hears_of_a_commit(store: TestStore) -> Outcome {
    let mut committed = store.committed();
    assert_eq!(*committed.borrow(), Seq(0));
    let waiting = tokio::spawn(async move { committed.wait_for(|seq| *seq >= Seq(2)).await.map(|seq| *seq) });

    store.append(&ana(), vec![asset("one").put(), asset("other").put()]).await?;

    assert_eq!(timeout(PATIENCE, waiting).await???, Seq(2));
    assert_eq!(*store.committed().borrow(), Seq(2), "whoever comes later knows it at once");
    Ok(())
}

pub async fn a_follower_never_meets_a_later_record_before_an_earlier_one(store: TestStore) -> Outcome {
    const WRITES: u64 = 60;
    let other = store.database().open().await?;
    let mut committed = store.committed();
    let followed = store.shared();
    let follower = tokio::spawn(async move {
        let mut after = Seq::default();
        loop {
            let mut page = followed.follow(after, 7).await?;
            for record in page.drain(..) {
                assert_eq!(record.seq, Seq(after.0 + 1), "no record is skipped");
                after = record.seq;
            }
            if after == Seq(2 * WRITES + 1) {
                return Ok::<_, Trouble>(after);
            }
            if followed.last().await? == after {
                committed.changed().await?;
            }
        }
    });

    for number in 0..WRITES {
        let (ours, theirs) = (asset(&format!("a{number}")).put(), asset(&format!("b{number}")).put());
        let (ana, bruno) = (ana(), bruno());
        let (ours, theirs) = tokio::join!(store.append(&ana, vec![ours]), other.append(&bruno, vec![theirs]));
        ours?;
        theirs?;
    }

    // In SQLite a store is not told what another one writes, so the last is one that it writes itself.
    store.write(asset("last").put()).await?;
    assert_eq!(timeout(PATIENCE, follower).await???, Seq(2 * WRITES + 1));
    Ok(())
}
