//! Filling the index anew, while the old one goes on answering.

use loggia_model::{Actor, Kind, Seq};
use loggia_policy::Action;

use crate::ports::StoreError;
use crate::{Catalog, Result, projection};

/// Documents read at once.
const PAGE: u32 = 1_000;

impl Catalog {
    /// Empties the index and fills it from the documents, in one commit: until then searches are answered
    /// from what was there. Changes made meanwhile follow afterwards. The number of documents.
    ///
    /// # Errors
    /// Where the store cannot be read or the index cannot be written.
    pub async fn rebuild_index(&self, actor: &Actor, progress: impl FnMut(u64) + Send) -> Result<u64> {
        self.check_all(actor, Action::Administer).await?;
        let mut turn = self.projecting.lock().await;
        let filled = self.fill_anew(&mut turn, progress).await;
        if filled.is_err() {
            // The emptiness would show with the next commit of whatever follows the log.
            self.index.rollback().await;
        }
        filled
    }

    async fn fill_anew(
        &self,
        turn: &mut projection::Turn,
        mut progress: impl FnMut(u64) + Send,
    ) -> Result<u64> {
        // Not the end of the log: what the directory has not taken in yet must still be followed.
        let until = self.directory.taken();
        self.index.clear().await?;
        let mut count = 0;
        for kind in Kind::ALL {
            let mut page = self.store.list(kind, None, PAGE).await?;
            while let Some(last) = page.last().map(|stored| stored.urn.clone()) {
                // The next page is read while this one is indexed.
                let store = self.store.clone();
                let next = tokio::spawn(async move { store.list(kind, Some(&last), PAGE).await });
                turn.known = page.iter().map(|stored| stored.seq).fold(turn.known, Seq::max);
                let documents = projection::documents(self, page.into_iter()).await?;
                count += documents.len() as u64;
                self.index.add(documents).await?;
                progress(count);
                let ended = |_| StoreError::Unavailable("reading the documents was ended".into());
                page = next.await.map_err(ended)??;
            }
        }
        self.index.commit(until).await?;
        Ok(count)
    }
}
