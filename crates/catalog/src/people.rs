//! People: who they are and what they own.

use loggia_model::facts::PersonFacts;
use loggia_model::{Actor, Body, Urn};
use loggia_policy::Action;

use crate::ports::{Card, Relation};
use crate::{Catalog, CatalogError, DirectoryEntry, Result};

pub struct PersonView {
    pub urn: Urn,
    pub name: String,
    pub facts: PersonFacts,
    pub unit: Option<DirectoryEntry>,
    pub owns: Vec<Card>,
    pub total: u64,
    /// Whether the actor may erase them.
    pub may_erase: bool,
}

impl Catalog {
    /// # Errors
    /// `NotFound` where there is no such person.
    pub async fn person(&self, actor: &Actor, urn: &Urn, offset: u32, limit: u32) -> Result<PersonView> {
        self.caught_up(actor).await;
        let permits = self.permits(actor).await?;
        let stored = self.head_by(&permits, Action::Read, urn).await?;
        let Body::Person(layers) = stored.body.as_ref() else { return Err(CatalogError::no(urn)) };
        let facts = layers.shown();
        let (owns, total) = self
            .index
            .referring(Relation::Owner, urn, offset, limit, permits.filter(Action::Discover))
            .await?;
        Ok(PersonView {
            urn: urn.clone(),
            name: stored.body.name(urn),
            may_erase: actor.key.person().as_ref() != Some(urn)
                && permits.may(Action::Administer, &self.directory.resource_of(&Urn::organisation())),
            unit: facts.unit.as_ref().and_then(|unit| self.named(&permits, unit)),
            facts,
            owns,
            total,
        })
    }
}
