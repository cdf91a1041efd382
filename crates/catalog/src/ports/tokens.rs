//! What programs come in by: beside the log, as accounts and sessions are.

use std::fmt;
use std::str::FromStr;

use async_trait::async_trait;
use loggia_model::{ActorKey, Timestamp};

use super::StoreError;

/// What a token is good for; what its owner may do, their roles say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// To search.
    Search,
    /// To read whatever the API reads.
    Read,
    /// To bring people and groups from a company's directory. It reads nothing else, and no other scope has it.
    Provision,
}

impl Scope {
    pub const ALL: [Self; 3] = [Self::Search, Self::Read, Self::Provision];

    /// Whether a token of this scope is good for what needs the other.
    pub fn covers(self, needed: Self) -> bool {
        match self {
            Self::Search => needed == Self::Search,
            Self::Read => matches!(needed, Self::Search | Self::Read),
            Self::Provision => needed == Self::Provision,
        }
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Search => "search",
            Self::Read => "read",
            Self::Provision => "provision",
        }
    }

    /// As people read it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Search => "Search only",
            Self::Read => "Everything that the API reads",
            Self::Provision => "Bringing people and groups (SCIM)",
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not the scope of a token: there are read, search and provision")]
pub struct NoScope(String);

impl FromStr for Scope {
    type Err = NoScope;

    fn from_str(text: &str) -> Result<Self, NoScope> {
        let found = Self::ALL.into_iter().find(|scope| scope.as_str() == text);
        found.ok_or_else(|| NoScope(text.chars().take(40).collect()))
    }
}

/// That a program can come in as somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// By which it is told apart and revoked.
    pub id: String,
    /// Of what the program has: whoever reads the store cannot come in by it.
    pub digest: String,
    /// The person or service that it comes in as.
    pub owner: ActorKey,
    /// What it is for, in somebody's words.
    pub name: String,
    pub scope: Scope,
    pub made: Timestamp,
    pub made_by: ActorKey,
    pub expires: Timestamp,
    pub used: Option<Timestamp>,
}

#[async_trait]
pub trait Tokens: Send + Sync + 'static {
    async fn put_token(&self, token: &Token) -> Result<(), StoreError>;

    async fn token(&self, id: &str) -> Result<Option<Token>, StoreError>;

    /// As it stands in the store at this moment, expired or not.
    async fn token_by_digest(&self, digest: &str) -> Result<Option<Token>, StoreError>;

    /// Of one owner, the one that was made last first.
    async fn tokens_of(&self, owner: &ActorKey) -> Result<Vec<Token>, StoreError>;

    /// Of everybody, by owner, the one that was made last first.
    async fn all_tokens(&self) -> Result<Vec<Token>, StoreError>;

    async fn use_token(&self, id: &str, used: Timestamp) -> Result<(), StoreError>;

    /// `false` where there was none.
    async fn remove_token(&self, id: &str) -> Result<bool, StoreError>;

    /// Forgets those that expired before an instant.
    async fn forget_tokens(&self, expired: Timestamp) -> Result<(), StoreError>;
}
