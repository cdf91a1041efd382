//! The log put back as it was.

use loggia_catalog::ports::{Store, StoreError};
use loggia_model::{Kind, Seq};

use crate::{Engine, Outcome, TestStore, There, ana, asset, sample};

pub async fn a_dumped_log_loads_into_either_engine_chain_and_all(store: TestStore) -> Outcome {
    sample::fill(&store).await?;
    for engine in Engine::BOTH {
        let other = TestStore::open(engine).await?;
        loop {
            let page = store.dump(other.last().await?, 5).await?;
            if page.is_empty() {
                break;
            }
            other.load(page).await?;
        }

        assert_eq!(other.raw_log().await?, store.raw_log().await?, "{engine:?}");
        assert_eq!(other.chain().await?, store.chain().await?, "{engine:?}");
        assert_eq!(other.verify().await?, [], "{engine:?}");
        for kind in Kind::ALL {
            assert_eq!(other.urns(kind).await?, store.urns(kind).await?, "{engine:?}");
        }
        assert_eq!(other.aliases().await?, store.aliases().await?, "{engine:?}");
    }
    Ok(())
}

pub async fn a_loaded_log_goes_on(store: TestStore) -> Outcome {
    let origin = TestStore::open(store.engine()).await?;
    let accounts = asset("core.accounts");
    origin.append(&ana(), vec![accounts.put_new(), accounts.remove(), accounts.put_new()]).await?;
    store.load(origin.raw_log().await?).await?;
    assert_eq!(*store.committed().borrow(), Seq(3), "whoever follows hears of it");

    let written = store.append(&ana(), vec![accounts.clone().named("Accounts").put_over(3)]).await?;

    let written = written.first().there()?;
    assert_eq!((written.seq, written.revision), (Seq(4), 4));
    assert_eq!(store.verify().await?, []);
    Ok(())
}

pub async fn records_that_do_not_go_on_where_the_log_ends_are_refused(store: TestStore) -> Outcome {
    let origin = TestStore::open(store.engine()).await?;
    origin.append(&ana(), (0..4).map(|number| asset(&format!("t{number}")).put()).collect()).await?;
    let mut records = origin.raw_log().await?;
    let last = records.pop().there()?;

    let ahead = store.load(vec![last.clone()]).await.err().there()?;
    assert!(ahead.to_string().contains("record 4 comes where record 1 should be"), "{ahead}");
    store.load(records.clone()).await?;
    assert!(store.load(records).await.is_err(), "not twice");
    assert!(store.load(vec![last.clone(), last]).await.is_err(), "nor twice in one page");

    assert_eq!(store.last().await?, Seq(3));
    assert_eq!(store.verify().await?, []);
    Ok(())
}

pub async fn one_unreadable_record_and_none_of_its_page_is_loaded(store: TestStore) -> Outcome {
    let origin = TestStore::open(store.engine()).await?;
    origin.append(&ana(), (0..3).map(|number| asset(&format!("t{number}")).put()).collect()).await?;
    let mut records = origin.raw_log().await?;
    records.last_mut().there()?.body = Some("{\"dbt:shop\":{\"at\":\"yesterday\"}}".into());

    let refused = store.load(records).await;

    assert!(matches!(refused, Err(StoreError::Corrupt(_))), "{refused:?}");
    assert_eq!(store.last().await?, Seq(0));
    assert!(store.urns(Kind::Asset).await?.is_empty());
    Ok(())
}
