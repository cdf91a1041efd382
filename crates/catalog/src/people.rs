//! People: who they are, what they own and answer for, which roles they have, and what waits for them.

use loggia_model::facts::{PersonFacts, Role};
use loggia_model::{Actor, Attribute, Body, Filter, Kind, Timestamp, Trait, Urn, Who};
use loggia_policy::Action;

use crate::clock::now;
use crate::members::MemberView;
use crate::ports::{Card, Relation};
use crate::{Catalog, CatalogError, DirectoryEntry, Permits, Result};

/// Of what somebody answers for, by each part.
const SHOWN: u32 = 20;
/// Of what somebody owns, for what it lacks.
const LOOKED_AT: u32 = 1_000;
/// A role that ends within so many days is told of.
const SOON: i64 = 30;

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
    pub waiting: Option<Waiting>,
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

/// What somebody should look at.
#[derive(Default)]
pub struct Waiting {
    /// Own roles that end soon.
    pub ending: Vec<RoleView>,
    /// What they own and nobody has described: the first, and how many.
    pub undescribed: (Vec<Card>, u64),
    /// What they own and nobody is responsible for.
    pub without_responsible: (Vec<Card>, u64),
    /// Roles of others that end soon, where they administer.
    pub of_others: Vec<(DirectoryEntry, MemberView)>,
    /// Certified by them, or owned, with a certification that ends soon.
    pub certified: (Vec<Card>, u64),
    /// What nobody owns, where they may say who does.
    pub without_owner: (Vec<Card>, u64),
    /// How much stands in no unit, where they may say where.
    pub unplaced: u64,
}

impl Waiting {
    pub fn is_empty(&self) -> bool {
        self.ending.is_empty()
            && self.undescribed.1 == 0
            && self.without_responsible.1 == 0
            && self.of_others.is_empty()
            && self.certified.1 == 0
            && self.without_owner.1 == 0
            && self.unplaced == 0
    }
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
            waiting: if is_me { Some(self.waiting(&permits, urn, &roles).await?) } else { None },
            roles,
        })
    }

    /// By name, and by the groups that they are in; where the actor may read who has which role.
    fn roles_somebody_has(&self, permits: &Permits, who: &Urn) -> Vec<RoleView> {
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

    /// What the actor should look at; `None` of whoever is no person.
    ///
    /// # Errors
    /// Where the index cannot be read.
    pub async fn tasks(&self, actor: &Actor) -> Result<Option<Waiting>> {
        let Some(me) = actor.key.person().filter(|_| actor.who == Who::Person) else { return Ok(None) };
        self.caught_up(actor).await;
        let permits = self.permits(actor).await?;
        let roles = self.roles_somebody_has(&permits, &me);
        Ok(Some(self.waiting(&permits, &me, &roles).await?))
    }

    async fn waiting(&self, permits: &Permits, me: &Urn, roles: &[RoleView]) -> Result<Waiting> {
        let allowed = permits.filter(Action::Discover);
        let (owned, _) = self.referring(permits, Relation::Owner, me, (0, LOOKED_AT), allowed).await?;
        let first = |cards: Vec<&Card>| {
            let shown = usize::try_from(SHOWN).unwrap_or(usize::MAX);
            let first: Vec<Card> = cards.iter().take(shown).map(|card| (*card).clone()).collect();
            (first, cards.len() as u64)
        };
        let live: Vec<&Card> = owned.iter().filter(|card| !card.deprecated).collect();
        let has_responsible = |card: &Card| {
            let is_answered_for = matches!(card.kind, Kind::Asset | Kind::DataProduct | Kind::DomainUnit);
            !is_answered_for || !self.lacks_responsible(card)
        };
        let is_soon = |until: Option<Timestamp>| until.is_some_and(|until| until <= soon());
        let ends = |card: &Card| card.certified.is_some_and(|(_, until)| is_soon(until));
        let given = self.referring(permits, Relation::CertifiedBy, me, (0, LOOKED_AT), allowed).await?.0;
        let mut certified: Vec<Card> = given.into_iter().filter(ends).collect();
        certified.extend(live.iter().filter(|card| ends(card)).map(|card| (*card).clone()));
        certified.sort_by(|one, other| one.urn.cmp(&other.urn));
        certified.dedup_by(|one, other| one.urn == other.urn);
        let nobodys = Filter::Not(Box::new(Filter::Has(Trait::Has(Attribute::Owners))));
        Ok(Waiting {
            ending: roles.iter().filter(|role| is_soon(role.until)).cloned().collect(),
            undescribed: first(live.iter().copied().filter(|card| card.summary.is_empty()).collect()),
            without_responsible: first(live.iter().copied().filter(|card| !has_responsible(card)).collect()),
            of_others: self.ending_elsewhere(permits, me),
            certified: first(certified.iter().collect()),
            without_owner: self.assets_with(permits, Action::Approve, nobodys, SHOWN).await?,
            unplaced: self.unplaced_cards(permits, 0).await?.1,
        })
    }

    fn ending_elsewhere(&self, permits: &Permits, me: &Urn) -> Vec<(DirectoryEntry, MemberView)> {
        let mut ending = Vec::new();
        for place in self.directory.places_with_members() {
            if !permits.may(Action::Administer, &self.directory.resource_of(&place)) {
                continue;
            }
            let members = self.shown_members(permits, &place).into_iter().filter(|member| {
                let is_soon = member.until.is_some_and(|until| until <= soon());
                is_soon && !member.has_ended && member.who.urn != *me
            });
            let entry = self.directory.entry_or_name(&place);
            ending.extend(members.map(|member| (entry.clone(), member)));
        }
        ending
    }
}

fn soon() -> Timestamp {
    now().plus_seconds(SOON * 86_400)
}
