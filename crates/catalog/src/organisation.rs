//! The organisation and its groups.

use loggia_model::facts::Role;
use loggia_model::{Actor, Body, Kind, Urn};
use loggia_policy::Action;

use crate::members::MembersView;
use crate::{Catalog, CatalogError, DirectoryEntry, Result};

pub struct OrganisationView {
    pub name: String,
    pub description: Option<String>,
    pub members: MembersView,
    pub groups: Vec<DirectoryEntry>,
    pub has_groups: bool,
    /// Whether anybody has said something of it yet.
    pub is_there: bool,
    pub may_change: bool,
}

pub struct GroupView {
    pub urn: Urn,
    pub name: String,
    pub description: Option<String>,
    /// People and groups that are in it directly.
    pub members: Vec<DirectoryEntry>,
    /// Where it has which role.
    pub roles: Vec<(DirectoryEntry, Role)>,
    pub may_change: bool,
}

impl Catalog {
    /// # Errors
    /// `NotFound` for whoever may not know of it.
    pub async fn organisation(&self, actor: &Actor) -> Result<OrganisationView> {
        let urn = Urn::organisation();
        let members = self.members(actor, &urn).await?;
        let permits = self.permits(actor).await?;
        let stored = self.store.read(std::slice::from_ref(&urn)).await?.pop().flatten();
        let facts = stored.as_ref().and_then(|stored| match stored.body.as_ref() {
            Body::Organisation(layers) => Some(layers.shown()),
            _ => None,
        });
        let mut groups = self.directory.all(Kind::Group);
        groups.retain(|group| self.may_know(&permits, &group.urn));
        Ok(OrganisationView {
            name: facts
                .as_ref()
                .and_then(|facts| facts.name.clone())
                .unwrap_or_else(|| "The organisation".to_owned()),
            description: facts.and_then(|facts| facts.description),
            may_change: members.may_change,
            members,
            has_groups: !groups.is_empty(),
            groups,
            is_there: stored.is_some(),
        })
    }

    /// # Errors
    /// `NotFound` where there is no such group.
    pub async fn group(&self, actor: &Actor, urn: &Urn) -> Result<GroupView> {
        self.caught_up(actor).await;
        let permits = self.permits(actor).await?;
        let stored = self.head_by(&permits, Action::Read, urn).await?;
        let Body::Group(layers) = stored.body.as_ref() else { return Err(CatalogError::no(urn)) };
        let facts = layers.shown();
        let roles = self.directory.roles_of(urn).into_iter();
        let roles = roles.filter_map(|(scope, role)| Some((self.named(&permits, &scope)?, role)));
        Ok(GroupView {
            urn: urn.clone(),
            name: stored.body.name(urn),
            members: self.all_named(&permits, facts.members.iter().flatten()),
            description: facts.description,
            roles: roles.collect(),
            may_change: permits.may(Action::Administer, &self.directory.resource_of(urn)),
        })
    }
}
