//! OpenID Connect, as the side that asks: the code flow with PKCE, by any provider that says of itself what it can do
//! (OpenID Connect Discovery 1.0).
//!
//! What a provider says is verified here; who that is, and whether they may come in, is decided by the catalog.

mod address;
mod file;
mod logout;
mod provider;
mod said;
mod token;
mod web;

pub use crate::oidc::file::{Configured, ProvidersFile};
pub use crate::oidc::provider::{Provider, Sent};
pub use crate::oidc::web::Web;

use std::sync::Arc;

/// Those by which one can sign in.
#[derive(Clone, Default)]
pub struct Providers(Arc<[Arc<Provider>]>);

impl Providers {
    pub fn new(providers: Vec<Provider>) -> Self {
        Self(providers.into_iter().map(Arc::new).collect())
    }

    pub fn named(&self, name: &str) -> Option<&Arc<Provider>> {
        self.0.iter().find(|provider| provider.name() == name)
    }
}

/// Why a provider's answer is not taken. The words are for the log: whoever sent it is told nothing of them.
#[derive(Debug, thiserror::Error)]
pub enum OidcError {
    #[error("{0}")]
    Unreachable(String),
    /// It may have changed its keys.
    #[error("the token is signed by a key that the provider does not have: {0}")]
    UnknownKey(String),
    #[error("{0}")]
    Wrong(String),
}

impl OidcError {
    fn wrong(why: impl std::fmt::Display) -> Self {
        Self::Wrong(why.to_string())
    }
}
