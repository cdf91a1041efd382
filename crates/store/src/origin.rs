//! From where a change came. The chain covers a digest of the address, and the salt keeps that digest from telling it: both
//! can be taken away, and the chain holds.

use loggia_catalog::ports::{RawOrigin, StoreError};

use crate::chain;
use crate::rows::Fields;

/// What keeps the addresses of one transaction to themselves.
pub struct Chance(String);

#[derive(Debug, Clone, Default)]
pub struct Origin {
    pub address: Option<String>,
    /// Empty where there is no address.
    pub salt: String,
    /// Empty where there never was one.
    pub digest: String,
}

impl Chance {
    pub fn new() -> Result<Self, StoreError> {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes)
            .map_err(|why| StoreError::Unavailable(format!("the system gives no random numbers: {why}")))?;
        Ok(Self(hex::encode(bytes)))
    }
}

impl Origin {
    pub fn of(address: Option<&str>, chance: &Chance, seq: u64) -> Self {
        match address {
            Some(address) => Self::salted(address, chain::salt(&chance.0, seq)),
            None => Self::default(),
        }
    }

    pub fn loaded(raw: Option<&RawOrigin>) -> Self {
        match raw {
            Some(RawOrigin::Known { address, salt }) => Self::salted(address, salt.clone()),
            Some(RawOrigin::Erased { digest }) => Self { digest: digest.clone(), ..Self::default() },
            None => Self::default(),
        }
    }

    pub fn read(row: &impl Fields) -> Result<Self, StoreError> {
        Ok(Self {
            address: row.optional_text("origin")?,
            salt: row.text("salt")?,
            digest: row.text("origin_digest")?,
        })
    }

    pub fn dumped(self) -> Option<RawOrigin> {
        match self.address {
            Some(address) => Some(RawOrigin::Known { address, salt: self.salt }),
            None if self.digest.is_empty() => None,
            None => Some(RawOrigin::Erased { digest: self.digest }),
        }
    }

    /// Whether there was an address that is gone, salt and all.
    pub fn is_erased(&self) -> bool {
        self.address.is_none() && self.salt.is_empty() && !self.digest.is_empty()
    }

    /// Whether the digest is that of the address.
    pub fn holds(&self) -> bool {
        chain::origin_digest(&self.salt, self.address.as_deref()) == self.digest
    }

    fn salted(address: &str, salt: String) -> Self {
        let digest = chain::origin_digest(&salt, Some(address));
        Self { address: Some(address.to_owned()), salt, digest }
    }
}
