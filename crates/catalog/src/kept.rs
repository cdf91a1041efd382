//! What must survive between two requests of one browser: the words of a refused form, a token that is shown once.

use loggia_model::{Secret, Timestamp};

use crate::clock::now;
use crate::secrets::{SecretKey, seal};
use crate::sessions::digest;
use crate::{Catalog, CatalogError, Result};

/// To change what others change, too.
const TRIES: usize = 50;

impl Catalog {
    /// Keeps a value for so many seconds, under a key that only its owner knows.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub async fn keep(&self, key: &str, value: &str, seconds: u32) -> Result<()> {
        Ok(self.store.keep(key, value, now().plus_seconds(i64::from(seconds))).await?)
    }

    /// Changes what is kept under a key, of what several may change at once: what one of them keeps, no other loses.
    ///
    /// # Errors
    /// `Busy` where others change it all the time, and where the store cannot be read or written.
    pub(crate) async fn change_kept(
        &self,
        key: &str,
        change: impl Fn(Option<&str>) -> Option<(String, Timestamp)> + Send,
    ) -> Result<()> {
        for _ in 0..TRIES {
            let was = self.store.kept(key, now()).await?;
            let is = change(was.as_deref());
            if is.as_ref().map(|(value, _)| value) == was.as_ref() {
                return Ok(());
            }
            let is = is.as_ref().map(|(value, until)| (value.as_str(), *until));
            if self.store.keep_instead(key, was.as_deref(), is, now()).await? {
                return Ok(());
            }
        }
        Err(CatalogError::Busy("others change the same all the time: try again".to_owned()))
    }

    /// Takes it out again, once.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn take_kept(&self, key: &str) -> Result<Option<String>> {
        Ok(self.store.take(key, now()).await?)
    }

    /// Keeps a secret for so many seconds, sealed. The key that opens it is not kept: it is by what it is taken out.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub async fn keep_sealed(&self, value: &Secret, seconds: u32) -> Result<SecretKey> {
        let key = SecretKey::generate().map_err(|error| CatalogError::Refused(error.to_string()))?;
        let name = sealed_as(&key);
        self.keep(&name, &seal::seal(&name, value, &key)?, seconds).await?;
        Ok(key)
    }

    /// Takes it out again, once.
    ///
    /// # Errors
    /// Where the store cannot be read, or what it has is damaged.
    pub async fn take_sealed(&self, key: &SecretKey) -> Result<Option<Secret>> {
        let name = sealed_as(key);
        let Some(sealed) = self.take_kept(&name).await? else { return Ok(None) };
        seal::opened(&name, &sealed, key).map(Some)
    }
}

fn sealed_as(key: &SecretKey) -> String {
    format!("sealed {}", digest(&key.written()))
}
