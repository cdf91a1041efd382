//! Whom the directory of a company has brought here, and which groups: beside the log, as identities are.

use std::collections::HashSet;

use async_trait::async_trait;
use loggia_model::{ActorKey, Timestamp, Urn};

use super::StoreError;

/// That a service means this person by that name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvisionedUser {
    pub service: ActorKey,
    pub person: ActorKey,
    /// Lower case; one person's of each service.
    pub user_name: String,
    /// What the directory itself calls them; it may do so more than once.
    pub external_id: Option<String>,
    /// JSON: what is given back as it was stated.
    pub stated: String,
    pub made: Timestamp,
    pub changed: Timestamp,
    /// Since when the directory has them no longer: the name is kept for when they come again.
    pub ended: Option<Timestamp>,
    /// Whether it was the directory that had their account disabled: then it may let them in again.
    pub is_kept_out: bool,
}

/// That a service has made this group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProvisionedGroup {
    pub service: ActorKey,
    pub urn: Urn,
    pub name: String,
    pub external_id: Option<String>,
    pub made: Timestamp,
    pub changed: Timestamp,
}

#[async_trait]
pub trait Provisioned: Send + Sync + 'static {
    /// Keeps it in place of what was known of the same person. `false`, and nothing kept, where the name is somebody
    /// else's, be it of whom the directory has no longer.
    async fn put_provisioned_user(&self, user: &ProvisionedUser) -> Result<bool, StoreError>;

    /// Ended or not.
    async fn provisioned_user(
        &self,
        service: &ActorKey,
        person: &ActorKey,
    ) -> Result<Option<ProvisionedUser>, StoreError>;

    /// By a name in lower case; ended or not.
    async fn provisioned_user_named(
        &self,
        service: &ActorKey,
        name: &str,
    ) -> Result<Option<ProvisionedUser>, StoreError>;

    /// By what the directory calls them, by key; none that has ended.
    async fn provisioned_users_of(
        &self,
        service: &ActorKey,
        external_id: &str,
        limit: u32,
    ) -> Result<Vec<ProvisionedUser>, StoreError>;

    /// By key, after the given one; none that has ended.
    async fn provisioned_users(
        &self,
        service: &ActorKey,
        after: Option<&ActorKey>,
        limit: u32,
    ) -> Result<Vec<ProvisionedUser>, StoreError>;

    /// Those of these people whom the service has.
    async fn provisioned_among(
        &self,
        service: &ActorKey,
        people: &[ActorKey],
    ) -> Result<HashSet<ActorKey>, StoreError>;

    /// From now on it was no directory that had their account disabled.
    async fn forget_kept_out(&self, person: &ActorKey) -> Result<(), StoreError>;

    async fn forget_provisioned_user(&self, service: &ActorKey, person: &ActorKey) -> Result<(), StoreError>;

    /// Keeps it in place of what was known of the same group.
    async fn put_provisioned_group(&self, group: &ProvisionedGroup) -> Result<(), StoreError>;

    async fn provisioned_group(
        &self,
        service: &ActorKey,
        urn: &Urn,
    ) -> Result<Option<ProvisionedGroup>, StoreError>;

    /// By URN, after the given one.
    async fn provisioned_groups(
        &self,
        service: &ActorKey,
        after: Option<&Urn>,
        limit: u32,
    ) -> Result<Vec<ProvisionedGroup>, StoreError>;

    async fn forget_provisioned_group(&self, service: &ActorKey, urn: &Urn) -> Result<(), StoreError>;
}
