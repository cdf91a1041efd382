//! The schema, forward and back, and databases that are not ours to touch.

use loggia_catalog::ports::{Store, StoreError};
use loggia_model::Seq;

use crate::{Outcome, TestStore, asset, sample};

pub async fn it_can_be_taken_back_and_brought_forward_again(store: TestStore) -> Outcome {
    sample::fill(&store).await?;
    store.database().open().await?.migrate_back().await?;
    assert!(store.last().await.is_err(), "the tables are gone");

    let again = store.database().open().await?;

    assert_eq!(again.last().await?, Seq(0));
    again.append(&crate::ana(), vec![asset("first").put_new()]).await?;
    assert_eq!(again.verify().await?, []);
    Ok(())
}

pub async fn a_store_that_is_opened_again_has_everything(store: TestStore) -> Outcome {
    sample::fill(&store).await?;

    let again = store.database().open().await?;

    assert_eq!(again.dump(Seq::default(), u32::MAX).await?, store.raw_log().await?);
    assert_eq!(*again.committed().borrow(), store.last().await?);
    assert_eq!(again.verify().await?, []);
    Ok(())
}

pub async fn a_database_of_a_newer_version_is_refused(store: TestStore) -> Outcome {
    sample::fill(&store).await?;
    store
        .database()
        .sql(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
             SELECT 4711, 'from the future', success, checksum, 0 FROM _sqlx_migrations WHERE version = 1",
        )
        .await?;

    let refused = store.database().open().await.err();

    assert!(matches!(refused, Some(StoreError::Newer { theirs: 4711, ours: 15 })), "{refused:?}");
    assert_eq!(store.verify().await?, [], "and nothing was done to it");
    Ok(())
}
