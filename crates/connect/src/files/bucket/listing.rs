//! The keys of a bucket, page by page, in their order.

use std::path::Path;

use futures::StreamExt;
use object_store::ObjectMeta;
use object_store::path::Path as Key;

use super::error::{BucketError, Doing};
use super::{Bucket, Patience, key};

impl Bucket {
    /// Hears of each object below a folder once. A listing that breaks goes on after the last key that it told.
    ///
    /// # Errors
    /// Where the bucket cannot be listed to the end, or whoever hears has had enough.
    pub fn each(
        &self,
        folder: &Path,
        hear: &mut dyn FnMut(ObjectMeta) -> Result<(), String>,
    ) -> Result<(), BucketError> {
        let failed = |error| BucketError::new(&self.address, &error, Doing::Listing);
        let prefix = key(folder).filter(|key| !key.as_ref().is_empty());
        self.runtime.block_on(async {
            let mut last: Option<Key> = None;
            let mut patience = Patience::new();
            loop {
                let mut objects = match &last {
                    Some(last) => self.store.list_with_offset(prefix.as_ref(), last),
                    None => self.store.list(prefix.as_ref()),
                };
                let broken = loop {
                    match objects.next().await {
                        None => return Ok(()),
                        Some(Err(error)) => break error,
                        // The mark of a folder is listed by its name without the slash, so it may come twice.
                        Some(Ok(object)) if last.as_ref().is_some_and(|last| object.location <= *last) => {}
                        Some(Ok(object)) => {
                            patience = Patience::new();
                            last = Some(object.location.clone());
                            hear(object).map_err(|why| BucketError::refused(&self.address, why))?;
                        }
                    }
                };
                patience.wait(broken).await.map_err(failed)?;
            }
        })
    }
}
