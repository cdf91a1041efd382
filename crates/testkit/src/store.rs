//! A store for one test.

use std::ops::Deref;
use std::path::Path;
use std::sync::Arc;

use loggia_catalog::ports::{RawRecord, Store, Stored};
use loggia_model::{Record, Seq, Urn};
use loggia_store::SqlStore;

use crate::{Engine, Outcome, TestDatabase, There, ana};

pub struct TestStore {
    store: Arc<SqlStore>,
    database: TestDatabase,
}

/// Whatever the port can do, a test store can.
impl Deref for TestStore {
    type Target = SqlStore;

    fn deref(&self) -> &SqlStore {
        &self.store
    }
}

impl TestStore {
    /// # Errors
    /// Where the database cannot be made or opened.
    pub async fn open(engine: Engine) -> Outcome<Self> {
        Self::over(TestDatabase::new(engine).await?).await
    }

    /// A store over a copy of a SQLite file.
    ///
    /// # Errors
    /// Where it cannot be copied or opened.
    pub async fn copy_of(file: &Path) -> Outcome<Self> {
        Self::over(TestDatabase::copy_of(file)?).await
    }

    async fn over(database: TestDatabase) -> Outcome<Self> {
        Ok(Self { store: Arc::new(database.open().await?), database })
    }

    pub fn engine(&self) -> Engine {
        self.database.engine()
    }

    pub fn database(&self) -> &TestDatabase {
        &self.database
    }

    /// As a catalog takes it.
    pub fn shared(&self) -> Arc<dyn Store> {
        self.store.clone()
    }

    /// Ana appends one change; its sequence.
    ///
    /// # Errors
    /// Where it is not written.
    pub async fn write(&self, change: loggia_model::Change) -> Outcome<Seq> {
        Ok(self.append(&ana(), vec![change]).await?.first().there()?.seq)
    }

    /// The document of one name.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub async fn document(&self, urn: &Urn) -> Outcome<Option<Stored>> {
        Ok(self.read(std::slice::from_ref(urn)).await?.pop().flatten())
    }

    /// The whole log.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub async fn log(&self) -> Outcome<Vec<Record>> {
        Ok(self.follow(Seq::default(), u32::MAX).await?)
    }

    /// The whole log, to the letter.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub async fn raw_log(&self) -> Outcome<Vec<RawRecord>> {
        Ok(self.dump(Seq::default(), u32::MAX).await?)
    }

    /// The chain after each record of the log.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub async fn chain(&self) -> Outcome<Vec<String>> {
        self.database.texts("SELECT chain FROM log ORDER BY seq").await
    }
}
