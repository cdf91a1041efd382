//! What a policy would change, before it is saved: who would gain or lose what.
//!
//! People of whom no policy says anything different are asked about once, and what they would gain or lose is a
//! question to the index, not one decision an entity (`simulate/effects.rs`).

mod difference;
mod effects;
mod progress;

use std::sync::Arc;

pub use self::progress::Progress;
pub(crate) use self::progress::Trials;
use loggia_model::{Actor, Filter, Kind, Slug, Trait, Urn};
use loggia_policy::{Action, CheckedPolicy, OwnPolicy, Part, Policies, Principal, Reach, Resource};

use crate::clock::now;
use crate::organise::Draft;
use crate::policies::{policy_named, policy_text};
use crate::ports::Card;
use crate::{Catalog, CatalogError, DirectoryEntry, Permits, Result};

pub struct Simulation {
    /// As it is saved now; `None` for a new one.
    pub before: Option<String>,
    pub after: String,
    /// Those that concern most people first.
    pub effects: Vec<Effect>,
    /// People and services that somebody looked at, and how many there are.
    pub looked_at: usize,
    pub all: usize,
}

/// What some people would gain or lose alike.
pub struct Effect {
    /// The first of them.
    pub people: Vec<DirectoryEntry>,
    /// How many they are in all.
    pub count: usize,
    /// Also whoever has not signed in.
    pub is_anonymous: bool,
    pub actions: Vec<Action>,
    pub gained: Things,
    pub lost: Things,
}

/// How many things somebody would gain or lose.
#[derive(Debug, Clone)]
pub struct Things {
    /// For whom it is most.
    pub most: u64,
    /// For whom it is least; where the roles of many tell them apart, they are told of together.
    pub least: u64,
    /// The first of those of whoever has most; of effects that many others exceed, none.
    pub examples: Vec<Card>,
    /// All of those of whoever has most.
    filter: Filter,
}

impl Default for Things {
    fn default() -> Self {
        Self { most: 0, least: 0, examples: Vec::new(), filter: Filter::Nothing }
    }
}

impl Things {
    fn is_like(&self, other: &Self) -> bool {
        (self.most, self.least, &self.examples) == (other.most, other.least, &other.examples)
    }
}

/// All policies as they are and as they would be, and the one of which that is the question, as it is and as it
/// would be.
struct World {
    before: Policies,
    after: Policies,
    changed: Vec<CheckedPolicy>,
    /// Whether anybody can gain by it, or lose: a permit that comes takes nothing away.
    can_gain: bool,
    can_lose: bool,
    /// Whether there is anything that a project has not published.
    has_inventory: bool,
    /// Who asks, and is told of nothing that they may not know of.
    asker: Arc<Permits>,
}

impl World {
    /// What roles reach of what projects have not published, where that is not what they reach anyway.
    fn of_inventory(&self, principal: &Principal, action: Action) -> Option<Reach> {
        let reach = |part| self.after.reach(principal, action, part);
        self.has_inventory
            .then(|| reach(Part::Inventory))
            .filter(|of_inventory| *of_inventory != reach(Part::Open))
    }

    /// What the policy speaks of: of all else, nothing changes.
    fn actions(&self) -> Vec<Action> {
        let mut actions: Vec<Action> = self.changed.iter().flat_map(CheckedPolicy::actions).collect();
        actions.sort();
        actions.dedup();
        actions
    }
}

impl Catalog {
    /// What would change, were this policy saved in place of the one of this name. By the ticket, the actor can ask
    /// meanwhile how far it is.
    ///
    /// # Errors
    /// `Invalid` where it could not be saved; `Forbidden` for whoever may not save it.
    pub async fn simulate(
        &self,
        actor: &Actor,
        urn: Option<&Urn>,
        draft: &Draft,
        ticket: &str,
    ) -> Result<Simulation> {
        let permits = self.permits(actor).await?;
        let before = match urn {
            Some(urn) => Some(self.policy(actor, urn).await?),
            None => None,
        };
        let place = match urn {
            Some(urn) => urn.clone(),
            None => Urn::of(
                Kind::Policy,
                &Slug::of(&draft.name).or_else(|| Slug::of("new")).ok_or_else(|| {
                    CatalogError::invalid("name", "has no letter or digit that a URL can have")
                })?,
            ),
        };
        // A new one is asked for by no name: what was typed is not for the audit.
        let asked = urn.cloned().or_else(|| policy_named("new")).unwrap_or_else(Urn::organisation);
        self.check_resource(&permits, Action::Administer, &Resource::new(asked), || draft.name.clone())?;
        let text = policy_text(&draft.text)?;
        let own = OwnPolicy { name: place.rest().to_owned(), text: text.clone() };
        let new = loggia_policy::check(&own).map_err(|error| CatalogError::invalid("text", error.why))?;
        let new = Some(new).filter(|_| draft.status != "paused");
        let (assignments, _) = self.directory.assignments(now());
        let unusable =
            |urn: Urn| CatalogError::Refused(format!("{urn} cannot be used: mend that policy first"));
        let others = self.directory.policies(Some(&place)).map_err(unusable)?;
        let then = self.directory.policies(None).map_err(unusable)?;
        let after: Vec<CheckedPolicy> = others.into_iter().chain(new.clone()).collect();
        let policies = |own: Vec<CheckedPolicy>| {
            Policies::of(assignments.clone(), own)
                .map_err(|error| CatalogError::invalid("text", error.to_string()))
        };
        let old = before.as_ref().filter(|policy| !policy.is_paused).map(|policy| policy.text.clone());
        let old = old.map(|text| OwnPolicy { name: place.rest().to_owned(), text });
        let old = old.and_then(|own| loggia_policy::check(&own).ok());
        let permits_of = |policy: &Option<CheckedPolicy>| policy.as_ref().map(CheckedPolicy::permits);
        let can_gain = permits_of(&new) == Some(true) || permits_of(&old) == Some(false);
        let can_lose = permits_of(&new) == Some(false) || permits_of(&old) == Some(true);
        let changed: Vec<CheckedPolicy> = old.into_iter().chain(new).collect();
        let world = World {
            before: policies(then)?,
            after: policies(after)?,
            changed,
            can_gain,
            can_lose,
            has_inventory: self.index.tally(&Filter::Has(Trait::Inventory), Vec::new()).await?.all > 0,
            asker: permits,
        };
        let (effects, looked_at, all) = self.effects(&world, &self.trials.begin(actor, ticket)).await?;
        Ok(Simulation { before: before.map(|policy| policy.text), after: text, effects, looked_at, all })
    }
}
