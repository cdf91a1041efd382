//! Who can sign in, and who has: beside the log, for none of it is the catalog's business.

use async_trait::async_trait;
use loggia_model::{ActorKey, Timestamp};

use super::StoreError;

/// That somebody can sign in with a password of their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    pub person: ActorKey,
    /// What one types; lower case.
    pub login: String,
    /// Argon2id, in the PHC format; `None` until one has been chosen.
    pub password: Option<String>,
    /// Whoever has left keeps the entry, and cannot sign in.
    pub is_disabled: bool,
    pub made: Timestamp,
}

/// That somebody has signed in, in one browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// A digest of what the browser has: whoever reads the store cannot come in by it.
    pub id: String,
    pub person: ActorKey,
    pub begun: Timestamp,
    pub seen: Timestamp,
    /// The browser, as it calls itself.
    pub agent: String,
}

#[async_trait]
pub trait Accounts: Send + Sync + 'static {
    /// Keeps an account in place of another of the same person. `false`, and nothing kept, where somebody else has
    /// the login.
    async fn put_account(&self, account: &Account) -> Result<bool, StoreError>;

    /// Puts one password in place of another, of whoever is not disabled. `false` where either is not so any more.
    async fn change_password(&self, person: &ActorKey, old: &str, new: &str) -> Result<bool, StoreError>;

    /// Keeps an account out or lets it in, and leaves all else of it. `false` where that is so already, or there is none.
    async fn set_disabled(&self, person: &ActorKey, disabled: bool) -> Result<bool, StoreError>;

    /// Puts a password in place of whatever there was, or takes it away, of whoever is not disabled. `false` where there
    /// is no such account.
    async fn set_password(&self, person: &ActorKey, password: Option<&str>) -> Result<bool, StoreError>;

    async fn account(&self, person: &ActorKey) -> Result<Option<Account>, StoreError>;

    async fn account_by_login(&self, login: &str) -> Result<Option<Account>, StoreError>;

    /// All of them, by login.
    async fn accounts(&self) -> Result<Vec<Account>, StoreError>;

    async fn put_session(&self, session: &Session) -> Result<(), StoreError>;

    /// Of whoever has an account that is not disabled.
    async fn session(&self, id: &str) -> Result<Option<Session>, StoreError>;

    async fn see_session(&self, id: &str, seen: Timestamp) -> Result<(), StoreError>;

    /// Of one person, the one that was seen last first.
    async fn sessions(&self, person: &ActorKey) -> Result<Vec<Session>, StoreError>;

    /// `false` where there was none.
    async fn end_session(&self, id: &str) -> Result<bool, StoreError>;

    /// Ends all of a person but one.
    async fn end_sessions(&self, person: &ActorKey, but: Option<&str>) -> Result<(), StoreError>;

    /// Forgets those that were begun, or were last seen, before these instants.
    async fn forget_sessions(&self, begun: Timestamp, seen: Timestamp) -> Result<(), StoreError>;
}
