//! People: who they are, what they own and answer for, which roles they have, and what there is to do for them.

use loggia_model::facts::{PersonFacts, Role};
use loggia_model::{Actor, Body, Kind, Timestamp, Urn, Who};
use loggia_policy::Action;

use crate::clock::now;
use crate::ports::{Card, Relation};
use crate::tasks::Tasks;
use crate::{Catalog, CatalogError, DirectoryEntry, Permits, Result};

/// Of what somebody answers for, by each part.
const SHOWN: u32 = 20;

pub struct PersonView {
    pub urn: Urn,
    pub name: String,
    pub facts: PersonFacts,
    pub unit: Option<DirectoryEntry>,
    pub owns: Vec<Card>,
    pub total: u64,
    /// Whether the actor may erase them.
    pub may_erase: bool,
    pub roles: Vec<RoleView>,
    /// The first of each, and how many there are.
    pub responsible: (Vec<Card>, u64),
    pub consulted: (Vec<Card>, u64),
    pub informed: (Vec<Card>, u64),
    /// For whoever looks at their own page.
    pub tasks: Option<Tasks>,
}

/// A role that somebody has.
#[derive(Debug, Clone, PartialEq)]
pub struct RoleView {
    pub place: DirectoryEntry,
    pub role: Role,
    pub until: Option<Timestamp>,
    /// The group that has it, where the person is in it.
    pub through: Option<DirectoryEntry>,
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
        let allowed = permits.filter(Action::Discover);
        let (owns, total) = self.referring(&permits, Relation::Owner, urn, (offset, limit), allowed).await?;
        let is_me = matches!(actor.who, Who::Person) && actor.key.person().as_ref() == Some(urn);
        let roles = self.roles_somebody_has(&permits, urn);
        Ok(PersonView {
            urn: urn.clone(),
            name: stored.body.name(urn),
            may_erase: actor.key.person().as_ref() != Some(urn)
                && permits.may(Action::Administer, &self.directory.resource_of(&Urn::organisation())),
            unit: facts.unit.as_ref().and_then(|unit| self.named(&permits, unit)),
            facts,
            owns,
            total,
            responsible: self.referring(&permits, Relation::Responsible, urn, (0, SHOWN), allowed).await?,
            consulted: self.referring(&permits, Relation::Consulted, urn, (0, SHOWN), allowed).await?,
            informed: self.referring(&permits, Relation::Informed, urn, (0, SHOWN), allowed).await?,
            tasks: if is_me { Some(self.tasks_of(&permits, urn, &roles).await?) } else { None },
            roles,
        })
    }

    /// By name, and by the groups that they are in; where the actor may read who has which role.
    pub(crate) fn roles_somebody_has(&self, permits: &Permits, who: &Urn) -> Vec<RoleView> {
        let now = now();
        let groups = self.directory.groups_of(who).into_iter();
        let groups =
            groups.filter_map(|group| format!("urn:loggia:{}:{group}", Kind::Group).parse::<Urn>().ok());
        let mut roles = Vec::new();
        for holder in std::iter::once(who.clone()).chain(groups) {
            let through = if holder == *who { None } else { Some(&holder) };
            if through.is_some_and(|group| !self.may_know(permits, group)) {
                continue;
            }
            for (place, member) in self.directory.memberships_of(&holder) {
                let is_over = member.until.is_some_and(|until| until <= now);
                if is_over || !permits.may(Action::Read, &self.directory.resource_of(&place)) {
                    continue;
                }
                roles.extend(self.named(permits, &place).map(|place| RoleView {
                    place,
                    role: member.role,
                    until: member.until,
                    through: through.map(|group| self.directory.entry_or_name(group)),
                }));
            }
        }
        let order =
            |role: &RoleView| (role.place.urn.kind(), role.place.name.to_lowercase(), role.through.is_some());
        roles.sort_by_cached_key(order);
        roles
    }
}
