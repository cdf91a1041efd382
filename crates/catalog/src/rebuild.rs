//! Filling the index anew, while the old one goes on answering.

use loggia_model::{Actor, Kind};

use crate::{Catalog, Result, projection};

impl Catalog {
    /// Empties the index and fills it from the documents, in one commit: until then searches are answered
    /// from what was there. Changes made meanwhile follow afterwards. The number of documents.
    ///
    /// # Errors
    /// Where the store cannot be read or the index cannot be written.
    pub async fn rebuild_index(&self, _actor: &Actor, mut progress: impl FnMut(u64) + Send) -> Result<u64> {
        let _turn = self.projecting.lock().await;
        // Not the end of the log: what the directory has not taken in yet must still be followed.
        let until = self.directory.taken();
        self.index.clear().await?;
        let mut count = 0;
        for kind in Kind::ALL {
            let mut after = None;
            loop {
                let page = self.store.list(kind, after.as_ref(), 1_000).await?;
                let Some(last) = page.last() else { break };
                after = Some(last.urn.clone());
                count += projection::put_all(self, page).await?;
                progress(count);
            }
        }
        self.index.commit(until).await?;
        Ok(count)
    }
}
