//! Profiles, kept by version.

use loggia_catalog::ports::Store;
use loggia_model::ColumnPath;
use loggia_quality::profile::ProfileHead;

use crate::builders::parsed;
use crate::{Engine, Outcome, TestStore, There, asset, profile};

pub async fn the_last_taken_is_first_whenever_it_was_recorded(store: TestStore) -> Outcome {
    let (accounts, other) = (asset("accounts").urn, asset("other").urn);
    for day in [3, 1, 2] {
        store.record_profile(&accounts, &profile(day, &["id", "b"]), 9).await?;
    }
    store.record_profile(&other, &profile(7, &["id"]), 9).await?;

    let versions = |heads: Vec<ProfileHead>| heads.into_iter().map(|head| head.version).collect::<Vec<_>>();
    assert_eq!(versions(store.profiles(&accounts, 9).await?), ["v3", "v2", "v1"]);
    assert_eq!(versions(store.profiles(&accounts, 1).await?), ["v3"]);
    assert_eq!(store.profiles(&asset("none").urn, 9).await?, []);
    let series = store.column_profiles(&accounts, &parsed("b"), 2).await?;
    let told: Vec<_> = series.iter().map(|(head, column)| (head.version.as_str(), column.values)).collect();
    assert_eq!(told, [("v3", 3), ("v2", 2)]);
    Ok(())
}

pub async fn columns_come_in_the_order_of_their_table_and_by_name(store: TestStore) -> Outcome {
    let accounts = asset("accounts").urn;
    let names: Vec<String> = (0..1_200).rev().map(|place| format!("c{place}.ñ_%")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let written = profile(1, &names);
    let two: Vec<_> = written.columns.iter().skip(700).take(2).cloned().collect();
    store.record_profile(&accounts, &written, 9).await?;

    let (columns, all) = store.profile_columns(&accounts, "v1", 700, 2).await?;
    assert_eq!((columns, all), (two, 1_200));
    assert_eq!(store.profile_columns(&accounts, "v2", 0, 9).await?, (Vec::new(), 0));
    let wanted: Vec<ColumnPath> = written.columns.iter().map(|column| column.path.clone()).collect();
    assert_eq!(store.profile_columns_of(&accounts, "v1", &wanted).await?.len(), 1_200);
    let some = store.profile_columns_of(&accounts, "v1", &[parsed("c7.ñ_%"), parsed("none")]).await?;
    assert_eq!(some.first().there()?.path, parsed("c7.ñ_%"));
    assert_eq!(some.len(), 1);
    Ok(())
}

pub async fn a_profile_of_the_same_version_takes_the_place_of_the_other(store: TestStore) -> Outcome {
    let accounts = asset("accounts").urn;
    store.record_profile(&accounts, &profile(1, &["id", "old"]), 9).await?;
    store.record_profile(&accounts, &profile(1, &["new", "id"]), 9).await?;

    let (columns, all) = store.profile_columns(&accounts, "v1", 0, 9).await?;
    assert_eq!((columns, all), (profile(1, &["new", "id"]).columns, 2));
    assert_eq!(store.profiles(&accounts, 9).await?.len(), 1);
    Ok(())
}

pub async fn only_the_newest_are_kept(store: TestStore) -> Outcome {
    let (accounts, other) = (asset("accounts").urn, asset("other").urn);
    store.record_profile(&other, &profile(1, &["id"]), 2).await?;
    for day in [1, 2, 3, 4] {
        store.record_profile(&accounts, &profile(day, &["id"]), 2).await?;
    }
    let heads = store.profiles(&accounts, 9).await?;
    assert_eq!(heads.iter().map(|head| head.version.as_str()).collect::<Vec<_>>(), ["v4", "v3"]);
    assert_eq!(store.column_profiles(&accounts, &parsed("id"), 9).await?.len(), 2, "columns go too");
    assert_eq!(store.profiles(&other, 9).await?.len(), 1);
    Ok(())
}

pub async fn all_of_them_are_copied_into_either_engine(store: TestStore) -> Outcome {
    for name in ["a", "b", "c"] {
        for day in [1, 2] {
            store.record_profile(&asset(name).urn, &profile(day, &["id", "x"]), 9).await?;
        }
    }
    for engine in Engine::BOTH {
        let other = TestStore::open(engine).await?;
        let mut after = None;
        loop {
            let after_this = after.as_ref().map(|(urn, version): &(_, String)| (urn, version.as_str()));
            let page = store.all_profiles(after_this, 4).await?;
            let Some((urn, last)) = page.last() else { break };
            after = Some((urn.clone(), last.head.version.clone()));
            for (urn, profile) in &page {
                other.record_profile(urn, profile, 9).await?;
            }
        }
        assert_eq!(other.all_profiles(None, 99).await?, store.all_profiles(None, 99).await?, "{engine:?}");
        assert_eq!(other.all_profiles(None, 99).await?.len(), 6);
    }
    Ok(())
}
