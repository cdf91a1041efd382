//! The search index: the adapter for the port `loggia_catalog::ports::Index`, over tantivy.
//!
//! It is a cache of the log. What it has applied stands in tantivy's own commit, so that a crash between
//! the two is not possible; an index that cannot be opened is thrown away and filled again.

mod allowed;
mod collect;
mod facets;
mod highlight;
mod open;
mod query;
mod schema;
mod search;
mod tally;
mod words;
mod write;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use loggia_catalog::ports::{
    Card, Facet, FacetCount, Found, Index, IndexDocument, IndexError, Query, Relation, Tally,
};
use loggia_model::{Filter, Seq, Trait, Urn};
use tantivy::{Executor, IndexReader, IndexWriter, TantivyDocument, TantivyError};
use tokio::sync::{Semaphore, watch};

use crate::allowed::Allowed;
use crate::facets::Facets;
use crate::highlight::Markers;
use crate::schema::Fields;

/// Documents that can be gone through without a thread of its own.
const FEW: u64 = 20;

#[derive(Clone)]
pub struct TantivyIndex {
    inner: Arc<Inner>,
}

struct Inner {
    fields: Fields,
    reader: IndexReader,
    index: tantivy::Index,
    /// One writer, taken for as long as a batch takes; `None` until it is needed. One that has met an error
    /// takes nothing more.
    writer: Mutex<Option<IndexWriter<TantivyDocument>>>,
    applied: watch::Sender<Seq>,
    facets: Facets,
    allowed: Allowed,
    markers: Markers,
    /// Searches take a processor each; more at once would only make all of them late.
    turns: Semaphore,
    /// One question with all its counts is answered by all processors, a segment each; what is looked up by
    /// a term is answered before a thread would have woken.
    together: Executor,
}

impl TantivyIndex {
    /// Opens the index in the folder, or makes an empty one where there is none that can be read.
    ///
    /// # Errors
    /// Where the folder cannot be written.
    pub fn open(folder: &Path) -> Result<Self, IndexError> {
        open::open(folder).map(|inner| Self { inner: Arc::new(inner) })
    }

    /// Does what takes processor time on a thread that may take it.
    async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Inner) -> Result<T, IndexError> + Send + 'static,
    ) -> Result<T, IndexError> {
        let inner = self.inner.clone();
        tokio::task::spawn_blocking(move || work(&inner))
            .await
            .unwrap_or_else(|_| Err(IndexError::Unusable("a search ended without an answer".into())))
    }
}

#[async_trait]
impl Index for TantivyIndex {
    async fn search(&self, query: Query) -> Result<Found, IndexError> {
        let _turn = self.inner.turns.acquire().await;
        self.compute(move |inner| search::search(inner, &query)).await
    }

    async fn referring(
        &self,
        relation: Relation,
        to: &Urn,
        offset: u32,
        limit: u32,
        allowed: &Filter,
    ) -> Result<(Vec<Card>, u64), IndexError> {
        // What few refer to is answered in microseconds: another thread would take longer to wake.
        if search::referring_at_most(&self.inner, relation, to)? <= FEW {
            return search::referring(&self.inner, relation, to, offset, limit, allowed);
        }
        let (to, allowed) = (to.clone(), allowed.clone());
        self.compute(move |inner| search::referring(inner, relation, &to, offset, limit, &allowed)).await
    }

    async fn cards(&self, urns: &[Urn], allowed: &Filter) -> Result<Vec<Card>, IndexError> {
        let (urns, allowed) = (urns.to_vec(), allowed.clone());
        self.compute(move |inner| search::cards(inner, &urns, &allowed)).await
    }

    async fn having(&self, columns: &[String], limit: u32, allowed: &Filter) -> Result<Vec<Urn>, IndexError> {
        let (columns, allowed) = (columns.to_vec(), allowed.clone());
        self.compute(move |inner| search::having(inner, &columns, limit, &allowed)).await
    }

    async fn counts(&self, facet: Facet, allowed: &Filter) -> Result<Vec<FacetCount>, IndexError> {
        let allowed = allowed.clone();
        self.compute(move |inner| search::counts(inner, facet, &allowed)).await
    }

    async fn tally(&self, among: &Filter, each: Vec<BTreeSet<Trait>>) -> Result<Tally, IndexError> {
        let among = among.clone();
        self.compute(move |inner| tally::tally(inner, &among, &each)).await
    }

    async fn add(&self, documents: Vec<IndexDocument>) -> Result<(), IndexError> {
        if documents.is_empty() {
            return Ok(());
        }
        self.compute(move |inner| write::add(inner, documents)).await
    }

    async fn put(&self, documents: Vec<IndexDocument>) -> Result<(), IndexError> {
        if documents.is_empty() {
            return Ok(());
        }
        self.compute(move |inner| write::put(inner, documents)).await
    }

    async fn remove(&self, urns: Vec<Urn>) -> Result<(), IndexError> {
        if urns.is_empty() {
            return Ok(());
        }
        self.compute(move |inner| write::remove(inner, &urns)).await
    }

    async fn commit(&self, applied: Seq) -> Result<(), IndexError> {
        self.compute(move |inner| write::commit(inner, applied)).await
    }

    async fn rollback(&self) {
        // A writer that goes waits for its threads.
        let rolled_back = self.compute(|inner| {
            write::rollback(inner);
            Ok(())
        });
        if let Err(error) = rolled_back.await {
            tracing::error!(%error, "the index could not be rolled back");
        }
    }

    async fn clear(&self) -> Result<(), IndexError> {
        self.compute(write::clear).await
    }

    fn applied(&self) -> watch::Receiver<Seq> {
        self.inner.applied.subscribe()
    }

    async fn urns(&self) -> Result<Vec<Urn>, IndexError> {
        self.compute(search::urns).await
    }
}

fn unusable(error: TantivyError) -> IndexError {
    let text = error.to_string();
    // tantivy wraps the operating system's error; its words for ENOSPC are all that is left of it.
    if text.contains("No space left") { IndexError::DiskFull } else { IndexError::Unusable(text) }
}
