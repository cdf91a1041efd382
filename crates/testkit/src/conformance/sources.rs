//! Who states something about what, and under which other names.

use loggia_catalog::ports::Store;
use loggia_model::{Source, Urn};

use crate::builders::parsed;
use crate::{Outcome, TestStore, ana, asset};

pub async fn a_source_is_found_by_its_whole_name_whatever_letters_it_has(store: TestStore) -> Outcome {
    let sources = [
        "files:100%",
        "files:100%0",
        "files:100x",
        "files:a_b",
        "files:axb",
        "files:A_b",
        "files:C:\\in\\new",
        "files:a\\_b",
        "dbt:a_b",
        "files:ñandú",
        "files:it's \"it\"",
        "person",
        "code",
    ];
    let sources = sources.map(parsed::<Source>);
    let named = |source: &Source| asset(&format!("of.{source}")).stated_by(source.as_str());
    store.append(&ana(), sources.iter().map(|source| named(source).put()).collect()).await?;
    let both = asset("of.two").stated_by("files:a_b").body_with(&asset("of.two").stated_by("files:100%"));
    store
        .write(loggia_model::Change { op: loggia_model::Op::Put(both.into()), ..asset("of.two").put() })
        .await?;

    for source in &sources {
        let mut expected = vec![named(source).urn];
        expected.extend(["files:a_b", "files:100%"].contains(&source.as_str()).then(|| asset("of.two").urn));
        expected.sort();
        assert_eq!(store.stated_by(source).await?, expected, "{source}");
    }
    assert_eq!(store.stated_by(&parsed("files:10")).await?, [] as [Urn; 0]);
    Ok(())
}

pub async fn what_was_removed_is_stated_by_nobody(store: TestStore) -> Outcome {
    let (stays, goes) = (asset("stays").stated_by("dbt:shop"), asset("goes").stated_by("dbt:shop"));
    store.append(&ana(), vec![stays.put(), goes.put()]).await?;
    store.write(goes.remove()).await?;

    assert_eq!(store.stated_by(&parsed("dbt:shop")).await?, [stays.urn]);
    Ok(())
}

pub async fn other_names_are_told_until_they_are_taken_back(store: TestStore) -> Outcome {
    let accounts = asset("core.accounts");
    let (old, older, gone) = (asset("old.accounts"), asset("older.accounts"), asset("gone.accounts"));
    let also = |name: &crate::Entity<_>| name.clone().also_called(&accounts.urn).stated_by("person").put();
    store.append(&ana(), vec![accounts.put(), also(&old), also(&older), also(&gone)]).await?;

    store.append(&ana(), vec![older.put(), gone.remove()]).await?;

    assert_eq!(store.aliases().await?, [(old.urn, accounts.urn)]);
    Ok(())
}
