//! The keys of a bucket, page by page, in their order.

use std::path::Path;
use std::time::Duration;

use futures::StreamExt;
use object_store::ObjectMeta;
use object_store::path::Path as Key;
use tokio::time::timeout;

use super::error::{BucketError, Doing, late};
use super::{Bucket, Patience, key};

/// Longer than any bucket takes to tell of the next key, however often it is asked again.
const STALLED: Duration = Duration::from_secs(120);

/// Keys that come again: a bucket that tells more of them goes round in a ring.
const AGAIN: u32 = 10_000;

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
        let prefix = key(folder).filter(|key| !key.as_ref().is_empty());
        let mut refused = None;
        let listed = self.wait(async {
            let mut last: Option<Key> = None;
            let mut patience = Patience::new();
            let mut again = 0;
            loop {
                let mut objects = match &last {
                    Some(last) => self.store.list_with_offset(prefix.as_ref(), last),
                    None => self.store.list(prefix.as_ref()),
                };
                let broken = loop {
                    match timeout(STALLED, objects.next()).await.map_err(late)? {
                        None => return Ok(()),
                        Some(Err(error)) => break error,
                        // The mark of a folder is listed by its name without the slash, so it may come twice.
                        Some(Ok(object)) if last.as_ref().is_some_and(|last| object.location <= *last) => {
                            again += 1;
                            if again > AGAIN {
                                refused = Some("lists the same keys again and again".to_owned());
                                return Ok(());
                            }
                        }
                        Some(Ok(object)) => {
                            patience = Patience::new();
                            last = Some(object.location.clone());
                            if let Err(why) = hear(object) {
                                refused = Some(why);
                                return Ok(());
                            }
                        }
                    }
                };
                patience.wait(broken).await?;
            }
        });
        listed.map_err(|error| BucketError::new(&self.address, &error, Doing::Listing))?;
        refused.map_or(Ok(()), |why| Err(BucketError::refused(&self.address, why)))
    }
}
