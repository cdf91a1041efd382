//! Named secrets, sealed. The store never sees what is in them, nor the key.

use async_trait::async_trait;
use loggia_model::{ActorKey, Timestamp};

use super::StoreError;

/// A secret as it lies in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedSecret {
    pub name: String,
    /// Which key sealed it, by its fingerprint.
    pub key: String,
    /// What came of sealing: text that only the key opens.
    pub sealed: String,
    pub set_at: Timestamp,
    pub set_by: ActorKey,
}

/// Beside the log: neither history nor backup has any of it.
#[async_trait]
pub trait Secrets: Send + Sync + 'static {
    /// Keeps a secret, in place of another of its name.
    async fn put_secret(&self, secret: &SealedSecret) -> Result<(), StoreError>;

    async fn secret(&self, name: &str) -> Result<Option<SealedSecret>, StoreError>;

    /// All of them, by name.
    async fn secrets(&self) -> Result<Vec<SealedSecret>, StoreError>;

    /// `false` where there was none.
    async fn remove_secret(&self, name: &str) -> Result<bool, StoreError>;

    /// Puts the second of each pair in place of the first, of the same name: all of them, or none where one is no
    /// longer as it was, and then `false`.
    async fn replace_secrets(&self, pairs: &[(SealedSecret, SealedSecret)]) -> Result<bool, StoreError>;
}
