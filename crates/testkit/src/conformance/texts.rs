//! Texts of every script and size.

use loggia_catalog::ports::Store;
use loggia_model::{Change, Op};

use crate::{Outcome, TestStore, There, ana, asset};

pub async fn every_letter_comes_back(store: TestStore) -> Outcome {
    let words = "Ñandú, «días», Ελληνικά, עברית, 漢字, e\u{301}, 👩‍👩‍👧, \u{200b}\u{feff}, tab\t, line\nline\r\n, nul\u{0}, \\ \" ' % _ | ;";
    let table =
        asset("depósito/año=2026/«ñ»;%_漢.parquet").named(words).described(words).tagged("ñandú 漢字");
    let change = Change { reason: words.into(), ..table.put_new() };

    store.append(&ana(), vec![change]).await?;

    let stands = store.document(&table.urn).await?.there()?;
    assert_eq!((&stands.urn, stands.body.as_ref()), (&table.urn, &table.body()));
    let record = store.log().await?.pop().there()?;
    assert_eq!(record.op, Op::Put(table.body().into()));
    assert_eq!(record.reason, words.replace('\0', ""), "no engine's text can hold a NUL, so it is left out");
    assert_eq!(store.verify().await?, []);
    Ok(())
}

pub async fn a_body_of_five_megabytes_comes_back(store: TestStore) -> Outcome {
    let wide = asset("core.wide").described(&"Más palabras. ".repeat(5 * 1024 * 1024 / 15 + 1));
    assert!(wide.body().to_json().len() > 5 * 1024 * 1024);

    store.write(wide.put_new()).await?;
    store.write(asset("core.after").put_new()).await?;

    assert_eq!(store.document(&wide.urn).await?.there()?.body.as_ref(), &wide.body());
    let other = TestStore::open(store.engine()).await?;
    other.load(store.raw_log().await?).await?;
    assert_eq!(other.chain().await?, store.chain().await?);
    assert_eq!(other.verify().await?, []);
    Ok(())
}
