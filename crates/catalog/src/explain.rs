//! Why somebody may do something, or may not; and who may.

use std::collections::HashMap;
use std::time::Instant;

use loggia_model::facts::Role;
use loggia_model::{Actor, Kind, Urn};
use loggia_policy::{
    Action, Assignment, Class, Decision, Holder, Part, Policies, Principal, Reason, Resource, roles_that_may,
};

use crate::policies::policy_named;
use crate::{Catalog, CatalogError, DirectoryEntry, PATIENCE, Permits, Result};

/// People that are asked about before others are served.
const TOGETHER: usize = 64;

/// What one person may do to one thing.
pub struct AccessView {
    pub urn: Urn,
    pub name: String,
    /// It is in a project, and has not been published: roles of viewers and consumers above do not reach it.
    pub is_inventory: bool,
    /// Of whom this tells; `None` where nobody is behind the actor.
    pub who: Option<DirectoryEntry>,
    pub is_me: bool,
    pub lines: Vec<AccessLine>,
    /// Whether the actor may ask the same of others.
    pub may_ask_of_others: bool,
    /// Whether the actor may see who else may.
    pub may_see_who: bool,
    /// Who can give what is missing: owners first.
    pub helpers: Vec<DirectoryEntry>,
}

pub struct AccessLine {
    pub action: Action,
    pub is_allowed: bool,
    pub because: Vec<Because>,
    /// The least role that would allow it, where nothing forbids it.
    pub would_do: Option<Role>,
}

/// What a decision rests on, as a page shows it.
#[derive(Debug, Clone, PartialEq)]
pub enum Because {
    Machine,
    Everyone(String),
    Role {
        role: Role,
        scope: DirectoryEntry,
        /// The group that has the role, where the person is in it.
        through: Option<DirectoryEntry>,
    },
    Own(DirectoryEntry),
    /// A policy or place that the actor may not know of.
    Hidden,
}

/// Somebody who may do something.
pub struct WhoMay {
    pub who: DirectoryEntry,
    pub because: Vec<Because>,
}

/// People on one page of those who may.
pub const PAGE: usize = 50;

impl Catalog {
    /// Why the actor may do what to this, or somebody else.
    ///
    /// # Errors
    /// `NotFound` for what the actor may not know of; `Forbidden` for another person's rights on what one does not
    /// administer; `Invalid` where there is no such person.
    pub async fn explain(&self, actor: &Actor, urn: &Urn, who: Option<&str>) -> Result<AccessView> {
        self.caught_up(actor).await;
        let permits = self.permits(actor).await?;
        let (resource, name) = self.known_resource(&permits, urn).await?;
        let may_ask_of_others = permits.may(Action::Administer, &resource);
        let other = match who.map(str::trim).filter(|who| !who.is_empty()) {
            Some(who) => {
                self.check_resource(&permits, Action::Administer, &resource, || name.clone())?;
                Some(self.somebody_who_acts(&permits, who)?)
            }
            None => None,
        };
        let (subject, theirs) = match &other {
            Some(urn) => (Some(urn.clone()), self.access.permits(self, self.principal_of(urn))),
            None => (actor.entity(), permits.allowed()),
        };
        let line = |action: Action| {
            let decision = theirs.decide(action, &resource);
            let is_missing = !decision.is_allowed && decision.because.is_empty();
            AccessLine {
                action,
                is_allowed: decision.is_allowed,
                because: self.told(&permits, &decision),
                would_do: roles_that_may(action).first().copied().filter(|_| is_missing),
            }
        };
        let mut helpers: Vec<Urn> = resource.owners.iter().cloned().collect();
        for place in resource.within.iter().chain([&Urn::organisation()]) {
            let of = self.directory.members_of(place).into_iter();
            helpers.extend(of.filter(|member| member.role == Role::Administrator).map(|member| member.who));
        }
        let mut known = Vec::with_capacity(helpers.len());
        for urn in helpers.iter().filter(|urn| Some(*urn) != subject.as_ref()) {
            known.extend(self.named(&permits, urn).filter(|entry| !known.contains(entry)));
        }
        Ok(AccessView {
            urn: urn.clone(),
            is_inventory: resource.inventory,
            name: name.clone(),
            who: subject.map(|urn| self.directory.entry_or_name(&urn)),
            is_me: other.is_none(),
            lines: Action::ALL.into_iter().map(line).collect(),
            may_ask_of_others,
            may_see_who: permits.may(Action::Approve, &resource),
            helpers: known,
        })
    }

    /// Everybody who may do this to it, by name, some at a time; and how many they are in all.
    ///
    /// # Errors
    /// `Forbidden` for whoever does not answer for it.
    pub async fn who_may(
        &self,
        actor: &Actor,
        urn: &Urn,
        action: Action,
        page: usize,
    ) -> Result<(Vec<WhoMay>, usize)> {
        self.caught_up(actor).await;
        let permits = self.permits(actor).await?;
        let (resource, name) = self.known_resource(&permits, urn).await?;
        self.check_resource(&permits, Action::Approve, &resource, || name)?;
        let policies = self.access.policies(self);
        let may_know = permits.filter(Action::Discover);
        let mut judge = Judge { policies: &policies, action, resource: &resource, decided: HashMap::new() };
        let mut may = Vec::new();
        let begun = Instant::now();
        for (number, entry) in self.principals().into_iter().enumerate() {
            if begun.elapsed() > PATIENCE {
                return Err(CatalogError::Busy(
                    "there are too many people to tell all who may: ask of one".into(),
                ));
            }
            if number % TOGETHER == 0 {
                // Others are served meanwhile.
                tokio::task::yield_now().await;
            }
            let principal = self.principal_of(&entry.urn);
            if judge.may(&principal, &entry.urn)
                && may_know.holds(&self.directory.resource_of(&entry.urn).traits())
            {
                may.push((entry, principal));
            }
        }
        let all = may.len();
        let some = may.into_iter().skip(page.saturating_mul(PAGE)).take(PAGE);
        let told = |(who, principal): (DirectoryEntry, Principal)| {
            let decision = policies.decide(&principal, action, &resource);
            WhoMay { because: self.told(&permits, &decision), who }
        };
        Ok((some.map(told).collect(), all))
    }

    /// Whoever can act: people and services, by name.
    pub(crate) fn principals(&self) -> Vec<DirectoryEntry> {
        let mut all = self.directory.all(Kind::Person);
        all.extend(self.directory.all(Kind::Service));
        all
    }

    async fn known_resource(&self, permits: &Permits, urn: &Urn) -> Result<(Resource, String)> {
        if *urn == Urn::organisation() {
            let resource = self.directory.resource_of(urn);
            self.check_resource(permits, Action::Discover, &resource, || self.directory.name(urn))?;
            return Ok((resource, self.directory.name(urn)));
        }
        let stored = self.head_by(permits, Action::Discover, urn).await?;
        Ok((self.resource(urn, &stored.body).await?, stored.body.name_for_others(urn)))
    }

    fn somebody_who_acts(&self, permits: &Permits, name: &str) -> Result<Urn> {
        let found = self.known_among(permits, "who", &[Kind::Person, Kind::Service], name)?;
        found.ok_or_else(|| CatalogError::invalid("who", "is empty: say who"))
    }

    fn told(&self, permits: &Permits, decision: &Decision) -> Vec<Because> {
        let mut told: Vec<Because> = Vec::with_capacity(decision.because.len());
        for reason in &decision.because {
            let because = self.because(permits, reason);
            if !told.contains(&because) {
                told.push(because);
            }
        }
        told
    }

    fn because(&self, permits: &Permits, reason: &Reason) -> Because {
        match reason {
            Reason::Machine => Because::Machine,
            Reason::Everyone(name) => Because::Everyone(name.clone()),
            Reason::Own(slug) => policy_named(slug)
                .and_then(|urn| self.named(permits, &urn))
                .map_or(Because::Hidden, Because::Own),
            Reason::Role(Assignment { role, holder, scope }) => {
                let scope = scope.clone().unwrap_or_else(Urn::organisation);
                let through = match holder {
                    Holder::Group(slug) => format!("urn:loggia:{}:{slug}", Kind::Group).parse::<Urn>().ok(),
                    Holder::Person(_) | Holder::Service(_) => None,
                };
                match self.named(permits, &scope) {
                    Some(scope) => Because::Role {
                        role: *role,
                        scope,
                        through: through.and_then(|group| self.named(permits, &group)),
                    },
                    None => Because::Hidden,
                }
            }
        }
    }
}

/// Whether somebody may do one thing to one entity, of many who are asked about.
struct Judge<'a> {
    policies: &'a Policies,
    action: Action,
    resource: &'a Resource,
    /// By all policies but roles, which tell most people apart.
    decided: HashMap<Class, Decision>,
}

impl Judge<'_> {
    fn may(&mut self, principal: &Principal, who: &Urn) -> bool {
        let (policies, action, resource) = (self.policies, self.action, self.resource);
        if *who == resource.urn {
            return policies.decide(principal, action, resource).is_allowed;
        }
        let class = policies.class_of(principal, resource.owners.contains(who));
        let decide = || policies.slice_without_roles(principal).decide(action, resource);
        let decision = self.decided.entry(class).or_insert_with(decide);
        let is_forbidden = !decision.is_allowed && !decision.because.is_empty();
        if decision.is_allowed || is_forbidden {
            return decision.is_allowed;
        }
        let part = if resource.inventory { Part::Inventory } else { Part::Open };
        match policies.reach(principal, action, part).traits() {
            Some(reached) => !reached.is_disjoint(&resource.traits()),
            None => true,
        }
    }
}
