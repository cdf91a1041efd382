//! Services: programs and agents that come with a token, and what they may do.

use loggia_model::facts::Role;
use loggia_model::{Actor, Body, Kind, Urn};
use loggia_policy::Action;

use crate::tokens::TokenView;
use crate::{Catalog, CatalogError, DirectoryEntry, Result};

pub struct ServiceView {
    pub urn: Urn,
    pub name: String,
    pub description: Option<String>,
    /// Who answers for it.
    pub owners: Vec<DirectoryEntry>,
    /// Where it has which role by its own name.
    pub roles: Vec<(DirectoryEntry, Role)>,
    /// `None` for whoever may not see them.
    pub tokens: Option<Vec<TokenView>>,
    pub may_change: bool,
}

impl Catalog {
    /// By name, slug or URN.
    ///
    /// # Errors
    /// `Invalid` where there is none that the actor may know of.
    pub async fn service_called(&self, actor: &Actor, name: &str) -> Result<Urn> {
        let permits = self.permits(actor).await?;
        let called = |name: &str| self.known(&permits, "service", Kind::Service, name);
        let by_slug = || called(&format!("urn:loggia:service:{}", name.trim()));
        let none = || {
            let name = name.trim();
            let message = format!("there is no service called '{name}': 'loggia service add' makes one");
            CatalogError::invalid("service", message)
        };
        called(name).or_else(|_| by_slug()).ok().flatten().ok_or_else(none)
    }

    /// # Errors
    /// `NotFound` where there is no such service.
    pub async fn service(&self, actor: &Actor, urn: &Urn) -> Result<ServiceView> {
        self.caught_up(actor).await;
        let permits = self.permits(actor).await?;
        let stored = self.head_by(&permits, Action::Read, urn).await?;
        let Body::Service(layers) = stored.body.as_ref() else { return Err(CatalogError::no(urn)) };
        let facts = layers.shown();
        let tokens = match self.tokens(actor, urn).await {
            Ok(tokens) => Some(tokens),
            Err(CatalogError::Forbidden(_)) => None,
            Err(error) => return Err(error),
        };
        let roles = self.directory.roles_of(urn).into_iter();
        let roles = roles.filter_map(|(scope, role)| Some((self.named(&permits, &scope)?, role)));
        Ok(ServiceView {
            urn: urn.clone(),
            name: stored.body.name(urn),
            description: facts.description,
            owners: self.all_named(&permits, facts.owners.iter().flatten()),
            roles: roles.collect(),
            tokens,
            may_change: permits.may(Action::Administer, &self.directory.resource_of(urn)),
        })
    }
}
