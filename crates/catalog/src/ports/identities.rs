//! Whom a provider of identities means, and who has come in by one: beside the log, as accounts are.

use std::collections::BTreeSet;

use async_trait::async_trait;
use loggia_model::{ActorKey, Secret, Timestamp, Urn};

use super::StoreError;

/// That a provider means this person by that subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    pub issuer: String,
    /// What the issuer calls them: never another's, and never changed.
    pub subject: String,
    pub person: ActorKey,
    /// Groups that they are in because the provider said so when they last came.
    pub groups: BTreeSet<Urn>,
    pub made: Timestamp,
    pub seen: Timestamp,
}

/// By what a session was begun, so that it can be ended at both ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FederatedSession {
    /// [`super::Session::id`].
    pub session: String,
    pub provider: String,
    pub subject: String,
    /// The provider's own session, where it tells.
    pub sid: Option<String>,
    /// By which the provider knows what is to be ended there.
    pub id_token: Secret,
}

#[async_trait]
pub trait Identities: Send + Sync + 'static {
    /// `false`, and nothing kept, where the subject is somebody's already.
    async fn add_identity(&self, identity: &Identity) -> Result<bool, StoreError>;

    /// Notes when somebody came, and in which groups that put them.
    async fn see_identity(&self, identity: &Identity) -> Result<(), StoreError>;

    async fn identity(&self, issuer: &str, subject: &str) -> Result<Option<Identity>, StoreError>;

    /// Of one person, by issuer and subject.
    async fn identities(&self, person: &ActorKey) -> Result<Vec<Identity>, StoreError>;

    /// Keeps by what a session was begun, as long as there is the session.
    async fn put_federated_session(&self, session: &FederatedSession) -> Result<(), StoreError>;

    async fn federated_session(&self, id: &str) -> Result<Option<FederatedSession>, StoreError>;

    /// Ends all that a subject has begun by this provider. How many.
    async fn end_sessions_of_subject(&self, provider: &str, subject: &str) -> Result<u64, StoreError>;

    /// Ends all that were begun in one session of the provider's. How many.
    async fn end_sessions_of_sid(&self, provider: &str, sid: &str) -> Result<u64, StoreError>;
}
