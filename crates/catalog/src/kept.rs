//! What must survive between two requests of one browser: the words of a refused form.

use crate::clock::now;
use crate::{Catalog, Result};

impl Catalog {
    /// Keeps a value for so many seconds, under a key that only its owner knows.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub async fn keep(&self, key: &str, value: &str, seconds: u32) -> Result<()> {
        Ok(self.store.keep(key, value, now().plus_seconds(i64::from(seconds))).await?)
    }

    /// Takes it out again, once.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn take_kept(&self, key: &str) -> Result<Option<String>> {
        Ok(self.store.take(key, now()).await?)
    }
}
