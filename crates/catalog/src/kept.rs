//! What must survive between two requests of one browser: the words of a refused form, a token that is shown once.

use loggia_model::Secret;

use crate::clock::now;
use crate::secrets::{SecretKey, seal};
use crate::sessions::digest;
use crate::{Catalog, CatalogError, Result};

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
