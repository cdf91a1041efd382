//! What a policy would change, before it is saved: who would gain or lose what.
//!
//! People of whom no policy says anything different are asked about once ([`Class`]), and what they would gain or
//! lose is one question to the index, not one decision an entity.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::{Duration, Instant};

use loggia_model::{Actor, Filter, Kind, Slug, Urn};
use loggia_policy::{Action, CheckedPolicy, Class, OwnPolicy, Policies, Principal, PrincipalKind, Resource};

use crate::clock::now;
use crate::organise::Draft;
use crate::policies::{policy_named, policy_text};
use crate::ports::{Card, Facet, Query, Sort};
use crate::{Catalog, CatalogError, DirectoryEntry, Result};

/// Then an answer that is not complete is better than none.
const PATIENCE: Duration = Duration::from_secs(8);
/// People that are named for each effect.
const NAMED: usize = 5;
/// Things that are looked at singly for each effect: of no more, it can be said that they are the same.
const EXAMPLES: u32 = 50;

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
    pub people: Vec<DirectoryEntry>,
    /// How many they are in all.
    pub count: usize,
    /// Also whoever has not signed in.
    pub is_anonymous: bool,
    pub actions: Vec<Action>,
    pub gained: Things,
    pub lost: Things,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Things {
    pub count: u64,
    pub examples: Vec<Card>,
}

impl Effect {
    /// Whether others gain and lose the same things. Of many things only some are known: then they might differ.
    fn is_like(&self, other: &Self) -> bool {
        let is_whole = |things: &Things| things.count <= u64::from(EXAMPLES);
        self.actions == other.actions
            && [(&self.gained, &other.gained), (&self.lost, &other.lost)]
                .iter()
                .all(|(own, others)| own == others && is_whole(own))
    }
}

/// Those who are decided about alike.
struct Alike {
    principal: Principal,
    people: Vec<DirectoryEntry>,
    count: usize,
}

/// All policies as they are and as they would be, and the one of which that is the question, as it is and as it
/// would be.
struct World {
    before: Policies,
    after: Policies,
    changed: Vec<CheckedPolicy>,
}

impl World {
    /// What the policy speaks of: of all else, nothing changes.
    fn actions(&self) -> Vec<Action> {
        let mut actions: Vec<Action> = self.changed.iter().flat_map(CheckedPolicy::actions).collect();
        actions.sort();
        actions.dedup();
        actions
    }
}

/// What somebody would gain, and what they would lose.
type Change = (Filter, Filter);

impl Catalog {
    /// What would change, were this policy saved in place of the one of this name.
    ///
    /// # Errors
    /// `Invalid` where it could not be saved; `Forbidden` for whoever may not save it.
    pub async fn simulate(&self, actor: &Actor, urn: Option<&Urn>, draft: &Draft) -> Result<Simulation> {
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
        let changed: Vec<CheckedPolicy> = old.into_iter().chain(new).collect();
        let world = World { before: policies(then)?, after: policies(after)?, changed };
        let (effects, looked_at, all) = self.effects(&world).await?;
        Ok(Simulation { before: before.map(|policy| policy.text), after: text, effects, looked_at, all })
    }

    async fn effects(&self, world: &World) -> Result<(Vec<Effect>, usize, usize)> {
        let actions = world.actions();
        let classes = self.classes(world).await?;
        let all = classes.values().map(|alike| alike.count).sum();
        let begun = Instant::now();
        let mut looked_at = 0;
        let mut effects: Vec<Effect> = Vec::new();
        let mut counted: HashMap<Filter, Things> = HashMap::new();
        for alike in classes.into_values() {
            if begun.elapsed() > PATIENCE {
                break;
            }
            looked_at += alike.count;
            if !world.changed.iter().any(|policy| policy.may_concern(&alike.principal)) {
                continue;
            }
            for (change, actions) in changes(world, &alike.principal, &actions)? {
                let gained = self.counted(&mut counted, &change.0).await?;
                let lost = self.counted(&mut counted, &change.1).await?;
                if gained.count == 0 && lost.count == 0 {
                    continue;
                }
                let new = Effect { people: Vec::new(), count: 0, is_anonymous: false, actions, gained, lost };
                let effect = match effects.iter().position(|known| known.is_like(&new)) {
                    Some(place) => effects.get_mut(place),
                    None => {
                        effects.push(new);
                        effects.last_mut()
                    }
                };
                let Some(effect) = effect else { continue };
                effect.count += alike.count;
                effect.is_anonymous |= alike.principal.kind == PrincipalKind::Anonymous;
                let more = NAMED.saturating_sub(effect.people.len());
                effect.people.extend(alike.people.iter().take(more).cloned());
            }
        }
        for effect in &mut effects {
            effect.people.sort_by(|one, other| one.name.cmp(&other.name));
        }
        let size = |effect: &Effect| (effect.count, effect.gained.count + effect.lost.count);
        effects
            .sort_by(|one, other| size(other).cmp(&size(one)).then_with(|| one.actions.cmp(&other.actions)));
        Ok((effects, looked_at, all))
    }

    /// Everybody, by what tells them apart in either world.
    async fn classes(&self, World { before, after, .. }: &World) -> Result<BTreeMap<(Class, Class), Alike>> {
        let mut classes: BTreeMap<(Class, Class), Alike> = BTreeMap::new();
        let owners = self.owners().await?;
        for entry in self.principals() {
            let principal = self.principal_of(&entry.urn);
            let owns = owners.contains(&entry.urn);
            let class = (before.class_of(&principal, owns), after.class_of(&principal, owns));
            let alike =
                classes.entry(class).or_insert_with(|| Alike { principal, people: Vec::new(), count: 0 });
            alike.count += 1;
            if alike.people.len() < NAMED {
                alike.people.push(entry);
            }
        }
        let anonymous = Principal::anonymous();
        let class = (before.class_of(&anonymous, false), after.class_of(&anonymous, false));
        classes.insert(class, Alike { principal: anonymous, people: Vec::new(), count: 0 });
        Ok(classes)
    }

    /// Whoever owns anything.
    async fn owners(&self) -> Result<HashSet<Urn>> {
        let counts = self.index.counts(Facet::Owner, &Filter::Everything).await?;
        let of_assets = counts
            .iter()
            .filter_map(|owner| format!("urn:loggia:{}:{}", Kind::Person, owner.value).parse().ok());
        Ok(of_assets.chain(self.directory.owners()).collect())
    }

    async fn counted(&self, known: &mut HashMap<Filter, Things>, filter: &Filter) -> Result<Things> {
        if *filter == Filter::Nothing {
            return Ok(Things::default());
        }
        if let Some(things) = known.get(filter) {
            return Ok(things.clone());
        }
        let query = Query {
            text: String::new(),
            choices: Vec::new(),
            sort: Sort::Name,
            offset: 0,
            limit: EXAMPLES,
            values: 0,
            now: now(),
            allowed: filter.clone(),
        };
        let found = self.index.search(query).await?;
        let examples = found.hits.into_iter().map(|hit| hit.card).collect();
        let things = Things { count: found.total, examples };
        known.insert(filter.clone(), things.clone());
        Ok(things)
    }
}

/// What one principal would gain and lose; actions of which that is the same, together.
fn changes(world: &World, principal: &Principal, actions: &[Action]) -> Result<Vec<(Change, Vec<Action>)>> {
    let (before, after) = (world.before.slice(principal), world.after.slice(principal));
    let mut changes: Vec<(Change, Vec<Action>)> = Vec::new();
    for action in actions {
        let failed = |error: loggia_policy::Untranslatable| CatalogError::Refused(error.to_string());
        let then = before.filter(*action).map_err(failed)?;
        let now = after.filter(*action).map_err(failed)?;
        if then == now {
            continue;
        }
        let change = (Filter::all([now.clone(), then.clone().negated()]), Filter::all([then, now.negated()]));
        match changes.iter_mut().find(|(known, _)| *known == change) {
            Some((_, alike)) => alike.push(*action),
            None => changes.push((change, vec![*action])),
        }
    }
    Ok(changes)
}
