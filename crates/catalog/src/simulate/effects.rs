//! Who would gain or lose what.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::{Duration, Instant};

use futures::stream::{self, StreamExt};
use loggia_model::{Filter, Kind, Trait, Urn};
use loggia_policy::{Action, Class, Part, Principal, PrincipalKind};

use super::difference::{Difference, Standing};
use super::progress::Going;
use super::{Effect, Things, World};
use crate::clock::now;
use crate::ports::{Card, Facet, Query, Sort};
use crate::{Catalog, CatalogError, DirectoryEntry, Result};

/// Then an answer that is not complete is better than none.
const PATIENCE: Duration = Duration::from_secs(8);
/// Classes that are looked at together: while the index counts for some, what others may is worked out.
const AT_ONCE: usize = 4;
/// People that are named for each effect.
const NAMED: usize = 5;
/// Things that are looked at singly for each effect: of no more, it can be said that they are the same.
const EXAMPLES: u32 = 50;
/// Effects of which examples are looked for, the largest first.
const SHOWN: usize = 50;
/// Of a class, so many kinds of standing are told of one by one.
const TOLD_APART: usize = 20;

/// Those who are decided about alike but for their roles and what they own.
type Members = Vec<(DirectoryEntry, Principal)>;
/// Which policies speak of an action, before and after.
type Speaking = (Vec<usize>, Vec<usize>);

/// What some actions would gain and lose, for all of a class.
struct Change {
    gained: Difference,
    lost: Difference,
    actions: Vec<Action>,
    /// In the order of the members.
    standings: Vec<Standing>,
}

/// Those of a class who have the same roles, and what they would gain and lose.
struct Alike<'a> {
    standing: &'a Standing,
    /// Among the members.
    places: Vec<usize>,
    gain: u64,
    loss: u64,
}

impl Effect {
    /// Whether others gain and lose the same things. Of many things only some are known: then they might differ.
    fn is_like(&self, other: &Self) -> bool {
        self.actions == other.actions
            && [(&self.gained, &other.gained), (&self.lost, &other.lost)]
                .iter()
                .all(|(own, others)| own.is_like(others) && own.most <= u64::from(EXAMPLES))
    }

    fn add(&mut self, other: Self) {
        self.count += other.count;
        self.is_anonymous |= other.is_anonymous;
        let more = NAMED.saturating_sub(self.people.len());
        self.people.extend(other.people.into_iter().take(more));
    }
}

impl Catalog {
    pub(super) async fn effects(
        &self,
        world: &World,
        going: &Going<'_>,
    ) -> Result<(Vec<Effect>, usize, usize)> {
        let actions = world.actions();
        let owners = self.owners().await?;
        let classes = self.classes(world);
        let all = classes.values().map(|members| of_the_known(members).count()).sum();
        let begun = Instant::now();
        let mut looked_at = 0;
        let mut effects: Vec<Effect> = Vec::new();
        let (actions, owners) = (&actions, &owners);
        let looks = classes.into_values().map(|members| async move {
            let effects = self.effects_on(world, &members, actions, owners).await?;
            Ok::<_, CatalogError>((of_the_known(&members).count(), effects))
        });
        let mut looks = std::pin::pin!(stream::iter(looks).buffered(AT_ONCE));
        while let Some(look) = looks.next().await {
            let (people, of_class) = look?;
            looked_at += people;
            for effect in of_class {
                match effects.iter_mut().find(|known| known.is_like(&effect)) {
                    Some(known) => known.add(effect),
                    None => effects.push(effect),
                }
            }
            going.tell(looked_at, all);
            if begun.elapsed() > PATIENCE {
                break;
            }
        }
        for effect in &mut effects {
            effect.people.retain(|entry| self.may_know(&world.asker, &entry.urn));
            effect.people.sort_by(|one, other| one.name.cmp(&other.name));
        }
        let size = |effect: &Effect| (effect.count, effect.gained.most + effect.lost.most);
        effects
            .sort_by(|one, other| size(other).cmp(&size(one)).then_with(|| one.actions.cmp(&other.actions)));
        for effect in effects.iter_mut().take(SHOWN) {
            effect.gained.examples = self.examples(world, &effect.gained).await?;
            effect.lost.examples = self.examples(world, &effect.lost).await?;
        }
        Ok((effects, looked_at, all))
    }

    /// Everybody, by what tells them apart in either world.
    fn classes(&self, World { before, after, .. }: &World) -> BTreeMap<(Class, Class), Members> {
        let mut classes: BTreeMap<(Class, Class), Members> = BTreeMap::new();
        let known = self.principals().into_iter().map(|entry| {
            let principal = self.principal_of(&entry.urn);
            (entry, principal)
        });
        let anonymous = (self.directory.entry_or_name(&Urn::organisation()), Principal::anonymous());
        for (entry, principal) in known.chain([anonymous]) {
            let class = (before.class_of(&principal, false), after.class_of(&principal, false));
            classes.entry(class).or_default().push((entry, principal));
        }
        classes
    }

    /// What changes for those of one class.
    async fn effects_on(
        &self,
        world: &World,
        members: &Members,
        actions: &[Action],
        owners: &HashSet<Urn>,
    ) -> Result<Vec<Effect>> {
        let Some((first, one)) = members.first() else { return Ok(Vec::new()) };
        if !world.changed.iter().any(|policy| policy.may_concern(one)) {
            return Ok(Vec::new());
        }
        let mut effects = Vec::new();
        for change in changes(world, first, members, actions, owners)? {
            effects.extend(self.effects_of(world, &change, members).await?);
        }
        Ok(effects)
    }

    async fn effects_of(&self, world: &World, change: &Change, members: &Members) -> Result<Vec<Effect>> {
        let alike = self.alike_in(change).await?;
        let of = |places: &[usize]| -> Vec<&(DirectoryEntry, Principal)> {
            places.iter().filter_map(|place| members.get(*place)).collect()
        };
        let mut effects = Vec::new();
        if alike.len() <= TOLD_APART {
            for Alike { standing, places, gain, loss } in alike {
                effects.push(Effect {
                    gained: self.things(world, change.gained.for_one(standing), gain, gain).await?,
                    lost: self.things(world, change.lost.for_one(standing), loss, loss).await?,
                    ..nothing_for(&of(&places), &change.actions)
                });
            }
            return Ok(effects);
        }
        // Their roles tell them apart, and each line would say little: together, from the least to the most.
        let places: Vec<usize> = alike.iter().flat_map(|alike| &alike.places).copied().collect();
        let mut whole = nothing_for(&of(&places), &change.actions);
        if let Some(most) = alike.iter().max_by_key(|alike| alike.gain) {
            let least = alike.iter().map(|alike| alike.gain).min().unwrap_or_default();
            whole.gained = self.things(world, change.gained.for_one(most.standing), most.gain, least).await?;
        }
        if let Some(most) = alike.iter().max_by_key(|alike| alike.loss) {
            let least = alike.iter().map(|alike| alike.loss).min().unwrap_or_default();
            whole.lost = self.things(world, change.lost.for_one(most.standing), most.loss, least).await?;
        }
        effects.push(whole);
        Ok(effects)
    }

    /// Those for whom anything changes, by their roles.
    async fn alike_in<'a>(&self, change: &'a Change) -> Result<Vec<Alike<'a>>> {
        let mut places: BTreeMap<&Standing, Vec<usize>> = BTreeMap::new();
        for (place, standing) in change.standings.iter().enumerate() {
            places.entry(standing).or_default().push(place);
        }
        let each: Vec<Standing> = places.keys().map(|standing| (*standing).clone()).collect();
        let gains = change.gained.counted(self.index.as_ref(), &each).await?;
        let losses = change.lost.counted(self.index.as_ref(), &each).await?;
        let counts = gains.into_iter().zip(losses);
        let all = places.into_iter().zip(counts);
        let alike = all.map(|((standing, places), (gain, loss))| Alike { standing, places, gain, loss });
        Ok(alike.filter(|alike| alike.gain + alike.loss > 0).collect())
    }

    /// Whoever owns anything.
    async fn owners(&self) -> Result<HashSet<Urn>> {
        let counts = self.index.counts(Facet::Owner, &Filter::Everything).await?;
        let of_assets = counts
            .iter()
            .filter_map(|owner| format!("urn:loggia:{}:{}", Kind::Person, owner.value).parse().ok());
        Ok(of_assets.chain(self.directory.owners()).collect())
    }

    /// Of few things, all that matters is known, and whoever has the same is told of together. Of many, the examples
    /// are left for when it is known that the effect is shown.
    async fn things(&self, world: &World, filter: Filter, most: u64, least: u64) -> Result<Things> {
        if most == 0 {
            return Ok(Things::default());
        }
        let mut things = Things { most, least, examples: Vec::new(), filter };
        if most <= u64::from(EXAMPLES) {
            things.examples = self.examples(world, &things).await?;
        }
        Ok(things)
    }

    async fn examples(&self, world: &World, things: &Things) -> Result<Vec<Card>> {
        if things.most == 0 || !things.examples.is_empty() {
            return Ok(things.examples.clone());
        }
        let query = Query {
            text: String::new(),
            choices: Vec::new(),
            sort: Sort::Name,
            offset: 0,
            limit: EXAMPLES,
            values: 0,
            now: now(),
            allowed: Filter::all([things.filter.clone(), world.asker.filter(Action::Discover).clone()]),
        };
        Ok(self.index.search(query).await?.hits.into_iter().map(|hit| hit.card).collect())
    }
}

/// What changes for those of a class; actions of which it is the same for everybody, together.
fn changes(
    world: &World,
    first: &DirectoryEntry,
    members: &Members,
    actions: &[Action],
    owners: &HashSet<Urn>,
) -> Result<Vec<Change>> {
    let Some((_, one)) = members.first() else { return Ok(Vec::new()) };
    let (before, after) = (world.before.slice_without_roles(one), world.after.slice_without_roles(one));
    let own = Trait::Owner(first.urn.clone());
    let mut all: Vec<Change> = Vec::new();
    // Of which the same policies speak, the same is true.
    let mut known: HashMap<Speaking, (Difference, Difference)> = HashMap::new();
    for action in actions {
        let speaking = before.speaking_alike_of(*action).zip(after.speaking_alike_of(*action));
        let (gained, lost) = match speaking.as_ref().and_then(|speaking| known.get(speaking)) {
            Some(differences) => differences.clone(),
            None => {
                let (gained, lost) = Difference::of(&before, &after, *action, &own)
                    .map_err(|error| CatalogError::Refused(error.to_string()))?;
                let gained = if world.can_gain { gained } else { gained.none() };
                let lost = if world.can_lose { lost } else { lost.none() };
                known.extend(speaking.map(|speaking| (speaking, (gained.clone(), lost.clone()))));
                (gained, lost)
            }
        };
        if gained.is_nothing() && lost.is_nothing() {
            continue;
        }
        let looks_at_owners = gained.looks_at_owners() || lost.looks_at_owners();
        let standing = |(entry, principal): &(DirectoryEntry, Principal)| Standing {
            reach: world.after.reach(principal, *action, Part::Open),
            of_inventory: world.of_inventory(principal, *action),
            owns: (looks_at_owners && owners.contains(&entry.urn)).then(|| Trait::Owner(entry.urn.clone())),
        };
        let standings: Vec<Standing> = members.iter().map(standing).collect();
        let is_alike = |known: &&mut Change| {
            known.gained == gained && known.lost == lost && known.standings == standings
        };
        match all.iter_mut().find(is_alike) {
            Some(known) => known.actions.push(*action),
            None => all.push(Change { gained, lost, actions: vec![*action], standings }),
        }
    }
    Ok(all)
}

fn nothing_for(members: &[&(DirectoryEntry, Principal)], actions: &[Action]) -> Effect {
    let known: Vec<&DirectoryEntry> = of_the_known(members.iter().copied()).map(|(entry, _)| entry).collect();
    Effect {
        count: known.len(),
        is_anonymous: known.len() < members.len(),
        people: known.into_iter().take(NAMED).cloned().collect(),
        actions: actions.to_vec(),
        gained: Things::default(),
        lost: Things::default(),
    }
}

fn of_the_known<'a>(
    members: impl IntoIterator<Item = &'a (DirectoryEntry, Principal)>,
) -> impl Iterator<Item = &'a (DirectoryEntry, Principal)> {
    members.into_iter().filter(|(_, principal)| principal.kind != PrincipalKind::Anonymous)
}
