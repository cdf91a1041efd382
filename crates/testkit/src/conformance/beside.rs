//! What is kept beside the log.

use loggia_catalog::ports::{HarvestRun, Refusal, Store};
use loggia_model::Timestamp;

use crate::builders::parsed;
use crate::{Outcome, TestStore, ana, asset, nightly};

const NOON: Timestamp = Timestamp::from_micros(1_772_366_400_000_000);

pub async fn a_kept_value_is_taken_once(store: TestStore) -> Outcome {
    let value = "{\"name\":\"Días «de» mora %_' \u{1F600}\"}";
    store.keep("form-1", value, NOON.plus_seconds(60)).await?;
    store.keep("form-2", "another's", NOON.plus_seconds(60)).await?;

    assert_eq!(store.take("form-1", NOON).await?.as_deref(), Some(value));

    assert_eq!(store.take("form-1", NOON).await?, None);
    assert_eq!(store.take("form-3", NOON).await?, None);
    assert_eq!(store.take("form-2", NOON).await?.as_deref(), Some("another's"));
    Ok(())
}

pub async fn an_expired_value_is_gone(store: TestStore) -> Outcome {
    let until = NOON.plus_seconds(60);
    store.keep("until", "still there", until).await?;
    store.keep("after", "too late", until).await?;

    assert_eq!(store.take("until", until).await?.as_deref(), Some("still there"));
    assert_eq!(store.take("after", Timestamp::from_micros(until.micros() + 1)).await?, None);
    assert_eq!(store.take("after", NOON).await?, None, "it was not only hidden");
    Ok(())
}

pub async fn a_value_kept_again_is_the_newer_one(store: TestStore) -> Outcome {
    store.keep("form", "old", NOON.plus_seconds(1)).await?;
    store.keep("form", "new", NOON.plus_seconds(60)).await?;

    assert_eq!(store.take("form", NOON.plus_seconds(30)).await?.as_deref(), Some("new"));
    Ok(())
}

pub async fn visits_add_up_by_day(store: TestStore) -> Outcome {
    let names = ["a", "b", "c", "d"];
    let [a, b, c, d] = names.map(|name| asset(name).urn);
    store.append(&ana(), names.iter().map(|name| asset(name).put()).collect()).await?;
    store.add_visits(100, &[(a.clone(), 5), (b.clone(), 1)]).await?;
    store.add_visits(101, &[(b.clone(), 2), (c.clone(), 3), (d.clone(), 3)]).await?;
    store.add_visits(101, &[(b.clone(), 1)]).await?;
    store.add_visits(102, &[]).await?;

    let all = store.most_visited(0, 9).await?;
    assert_eq!(
        all,
        [(a.clone(), 5), (b.clone(), 4), (c.clone(), 3), (d.clone(), 3)],
        "most first, then by name"
    );
    assert_eq!(store.most_visited(101, 2).await?, [(b.clone(), 3), (c.clone(), 3)]);
    let by_day = [(100, a, 5), (100, b.clone(), 1), (101, b, 3), (101, c, 3), (101, d, 3)];
    assert_eq!(store.visits().await?, by_day);
    Ok(())
}

pub async fn what_was_removed_is_not_most_visited(store: TestStore) -> Outcome {
    let (stays, goes, never) = (asset("stays"), asset("goes"), asset("never"));
    store.append(&ana(), vec![stays.put(), goes.put()]).await?;
    store.write(goes.remove()).await?;
    store.add_visits(100, &[(stays.urn.clone(), 1), (goes.urn, 9), (never.urn, 9)]).await?;

    assert_eq!(store.most_visited(0, 9).await?, [(stays.urn, 1)]);
    Ok(())
}

pub async fn runs_are_told_newest_first_and_in_full(store: TestStore) -> Outcome {
    let run = |number: u64| HarvestRun {
        source: parsed("dbt:shop"),
        started: NOON,
        finished: NOON.plus_seconds(90),
        by: nightly().key,
        added: number,
        changed: 2,
        unchanged: 3,
        missing: 4,
        refused: vec![Refusal { what: "ñ.parquet".into(), why: "cut off".into() }],
        label: (number > 1).then(|| "lake «ñ»".to_owned()),
        failed: (number > 2).then(|| "the disk went away".to_owned()),
    };
    for number in 1..=3 {
        store.record_run(&run(number)).await?;
    }

    assert_eq!(store.runs(2).await?, [run(3), run(2)]);
    assert_eq!(store.runs(9).await?, [run(3), run(2), run(1)]);
    Ok(())
}

pub async fn a_source_is_paused_until_it_is_not(store: TestStore) -> Outcome {
    for (label, paused) in
        [("lake", true), ("lake", true), ("core «ñ»", true), ("old", true), ("old", false), ("new", false)]
    {
        store.pause(label, paused).await?;
    }
    assert_eq!(store.paused().await?, ["core «ñ»", "lake"]);
    Ok(())
}
