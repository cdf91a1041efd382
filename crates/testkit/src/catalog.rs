//! A catalog for one test: a store and an index of its own.

use std::fs;
use std::io::ErrorKind;
use std::ops::Deref;
use std::sync::Arc;

use loggia_catalog::Catalog;
use loggia_catalog::assets::{AssetView, Looked};
use loggia_catalog::find::{SearchRequest, SearchView};
use loggia_catalog::harvest::Harvested;
use loggia_catalog::ports::{HarvestRun, Store};
use loggia_model::facts::AssetFacts;
use loggia_model::{Change, Kind, Seq, Urn};
use loggia_search::TantivyIndex;
use tempfile::TempDir;

use crate::builders::parsed;
use crate::{Engine, Entity, Outcome, TestStore, Trouble, ana, nightly};

pub struct TestCatalog {
    catalog: Catalog,
    index: TantivyIndex,
    store: TestStore,
    folder: IndexFolder,
}

/// Where an index lies; gone when it is dropped.
pub struct IndexFolder(TempDir);

impl Drop for IndexFolder {
    fn drop(&mut self) {
        // What the index does in the background ends with the test's runtime only, and may put another file
        // in while this takes them out. It can put none into a folder that is gone.
        for _ in 0..1_000 {
            match fs::remove_dir_all(self.0.path()) {
                Err(error) if error.kind() != ErrorKind::NotFound => std::thread::yield_now(),
                _ => return,
            }
        }
    }
}

/// Whatever the use cases can do, a test catalog can.
impl Deref for TestCatalog {
    type Target = Catalog;

    fn deref(&self) -> &Catalog {
        &self.catalog
    }
}

impl TestCatalog {
    /// An empty one.
    ///
    /// # Errors
    /// Where it cannot be made.
    pub async fn open() -> Outcome<Self> {
        Self::in_engine(Engine::Sqlite).await
    }

    /// # Errors
    /// Where it cannot be made.
    pub async fn in_engine(engine: Engine) -> Outcome<Self> {
        Self::over(TestStore::open(engine).await?).await
    }

    /// Over a store that has something already.
    ///
    /// # Errors
    /// Where it cannot be opened.
    pub async fn over(store: TestStore) -> Outcome<Self> {
        Self::over_both(store, IndexFolder(TempDir::with_prefix("loggia-test-index-")?)).await
    }

    /// As after a start of the program: over what [`TestCatalog::into_parts`] left.
    ///
    /// # Errors
    /// Where it cannot be opened.
    pub async fn over_both(store: TestStore, folder: IndexFolder) -> Outcome<Self> {
        let index = TantivyIndex::open(folder.0.path())?;
        let catalog = Catalog::open(store.shared(), Arc::new(index.clone())).await?;
        Ok(Self { catalog, index, store, folder })
    }

    /// What outlives the program.
    pub fn into_parts(self) -> (TestStore, IndexFolder) {
        (self.store, self.folder)
    }

    pub fn store(&self) -> &TestStore {
        &self.store
    }

    pub fn index(&self) -> &TantivyIndex {
        &self.index
    }

    /// Waits until everything that was written can be found.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn settled(&self) -> Outcome {
        self.until_found(self.store.last().await?).await;
        Ok(())
    }

    /// Writes what the test begins with, and waits until it can be found.
    ///
    /// # Errors
    /// Where it is not written.
    pub async fn holding(&self, changes: impl IntoIterator<Item = Change>) -> Outcome {
        self.store.append(&nightly(), changes.into_iter().collect()).await?;
        self.settled().await
    }

    /// One run of a source that has exactly these assets, found when it returns.
    ///
    /// # Errors
    /// Where it is not written.
    pub async fn harvested(
        &self,
        source: &str,
        assets: impl IntoIterator<Item = Entity<AssetFacts>>,
    ) -> Outcome<HarvestRun> {
        let assets = assets.into_iter().map(|asset| (asset.urn, asset.facts)).collect();
        let (people, refused, unreadable) = (Vec::new(), Vec::new(), Vec::new());
        let harvested =
            Harvested { source: parsed(source), assets, people, refused, unreadable, label: None };
        let run = self.harvest(&nightly(), harvested, |_, _| {}).await?;
        self.settled().await?;
        Ok(run)
    }

    /// Ana's view of an asset that goes by this name.
    ///
    /// # Errors
    /// Where there is none, or the name is another one's.
    pub async fn seen(&self, urn: &Urn) -> Outcome<AssetView> {
        self.settled().await?;
        match self.asset(&ana(), urn, None).await? {
            Looked::Here(view) => Ok(*view),
            Looked::Elsewhere(other) => Err(Trouble::new(format!("{urn} is shown as {other}"))),
        }
    }

    /// What Ana finds, everything written being found.
    ///
    /// # Errors
    /// Where the question is refused.
    pub async fn answer(&self, asking: impl Into<SearchRequest>) -> Outcome<SearchView> {
        self.settled().await?;
        Ok(self.search(&ana(), asking.into()).await?)
    }

    /// The names of what Ana finds, best first.
    ///
    /// # Errors
    /// Where the question is refused.
    pub async fn found(&self, asking: impl Into<SearchRequest>) -> Outcome<Vec<String>> {
        Ok(shown_names(&self.answer(asking).await?))
    }

    /// How many records the log has.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub async fn log_length(&self) -> Outcome<u64> {
        let Seq(last) = self.store.last().await?;
        Ok(last)
    }

    /// Every document, as a line of JSON.
    ///
    /// # Errors
    /// Where they cannot be read.
    pub async fn documents(&self) -> Outcome<Vec<String>> {
        let mut lines = Vec::new();
        for kind in Kind::ALL {
            let stored = self.store.list(kind, None, u32::MAX).await?;
            lines.extend(stored.iter().map(loggia_catalog::yaml::write_json_line));
        }
        Ok(lines)
    }
}

/// The names of the hits, best first.
pub fn shown_names(view: &SearchView) -> Vec<String> {
    view.hits.iter().map(|hit| hit.card.name.clone()).collect()
}
