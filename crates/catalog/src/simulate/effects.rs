//! Who would gain or lose what.

use std::collections::{BTreeMap, HashSet};
use std::time::{Duration, Instant};

use loggia_model::{Filter, Kind, Trait, Urn};
use loggia_policy::{Action, Class, Principal, PrincipalKind};

use super::difference::{Difference, Standing};
use super::progress::Going;
use super::{Effect, Things, World};
use crate::clock::now;
use crate::ports::{Card, Facet, Query, Sort};
use crate::{Catalog, CatalogError, DirectoryEntry, Result};

/// Then an answer that is not complete is better than none.
const PATIENCE: Duration = Duration::from_secs(8);
/// People that are named for each effect.
const NAMED: usize = 5;
/// Things that are looked at singly for each effect: of no more, it can be said that they are the same.
const EXAMPLES: u32 = 50;
/// Of a class, so many kinds of standing are told of one by one.
const TOLD_APART: usize = 20;

/// Those who are decided about alike but for their roles and what they own.
type Members = Vec<(DirectoryEntry, Principal)>;
type Changes = (Difference, Difference);

impl Effect {
    /// Whether others gain and lose the same things. Of many things only some are known: then they might differ.
    fn is_like(&self, other: &Self) -> bool {
        self.actions == other.actions
            && [(&self.gained, &other.gained), (&self.lost, &other.lost)]
                .iter()
                .all(|(own, others)| own == others && own.most <= u64::from(EXAMPLES))
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
        for members in classes.into_values() {
            if begun.elapsed() > PATIENCE {
                break;
            }
            going.tell(looked_at, all);
            looked_at += of_the_known(&members).count();
            for effect in self.effects_on(world, &members, &actions, &owners).await? {
                match effects.iter_mut().find(|known| known.is_like(&effect)) {
                    Some(known) => known.add(effect),
                    None => effects.push(effect),
                }
            }
        }
        for effect in &mut effects {
            effect.people.sort_by(|one, other| one.name.cmp(&other.name));
        }
        let size = |effect: &Effect| (effect.count, effect.gained.most + effect.lost.most);
        effects
            .sort_by(|one, other| size(other).cmp(&size(one)).then_with(|| one.actions.cmp(&other.actions)));
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
        for (changes, standings, actions) in changes(world, first, members, actions, owners)? {
            effects.extend(self.effects_of(&changes, &standings, members, &actions).await?);
        }
        Ok(effects)
    }

    async fn effects_of(
        &self,
        (gained, lost): &Changes,
        standings: &[Standing],
        members: &Members,
        actions: &[Action],
    ) -> Result<Vec<Effect>> {
        let mut alike: BTreeMap<&Standing, Vec<usize>> = BTreeMap::new();
        for (place, standing) in standings.iter().enumerate() {
            alike.entry(standing).or_default().push(place);
        }
        let each: Vec<Standing> = alike.keys().map(|standing| (*standing).clone()).collect();
        let gains = gained.counted(self.index.as_ref(), &each).await?;
        let losses = lost.counted(self.index.as_ref(), &each).await?;
        let mut kinds: Vec<(&Standing, Vec<usize>, u64, u64)> = Vec::new();
        for (((standing, places), gain), loss) in alike.into_iter().zip(gains).zip(losses) {
            if gain + loss > 0 {
                kinds.push((standing, places, gain, loss));
            }
        }
        let of = |places: &[usize]| -> Vec<&(DirectoryEntry, Principal)> {
            places.iter().filter_map(|place| members.get(*place)).collect()
        };
        let mut effects = Vec::new();
        if kinds.len() <= TOLD_APART {
            for (standing, places, gain, loss) in kinds {
                effects.push(Effect {
                    gained: self.things(&gained.for_one(standing), gain, gain).await?,
                    lost: self.things(&lost.for_one(standing), loss, loss).await?,
                    ..nothing_for(&of(&places), actions)
                });
            }
            return Ok(effects);
        }
        // Their roles tell them apart, and each line would say little: together, from the least to the most.
        let places: Vec<usize> = kinds.iter().flat_map(|(_, places, ..)| places).copied().collect();
        let mut whole = nothing_for(&of(&places), actions);
        let most = |count: fn(&(&Standing, Vec<usize>, u64, u64)) -> u64| {
            kinds.iter().max_by_key(|kind| count(kind))
        };
        let least =
            |count: fn(&(&Standing, Vec<usize>, u64, u64)) -> u64| kinds.iter().map(count).min().unwrap_or(0);
        if let Some((standing, _, gain, _)) = most(|kind| kind.2) {
            whole.gained = self.things(&gained.for_one(standing), *gain, least(|kind| kind.2)).await?;
        }
        if let Some((standing, _, _, loss)) = most(|kind| kind.3) {
            whole.lost = self.things(&lost.for_one(standing), *loss, least(|kind| kind.3)).await?;
        }
        effects.push(whole);
        Ok(effects)
    }

    /// Whoever owns anything.
    async fn owners(&self) -> Result<HashSet<Urn>> {
        let counts = self.index.counts(Facet::Owner, &Filter::Everything).await?;
        let of_assets = counts
            .iter()
            .filter_map(|owner| format!("urn:loggia:{}:{}", Kind::Person, owner.value).parse().ok());
        Ok(of_assets.chain(self.directory.owners()).collect())
    }

    async fn things(&self, filter: &Filter, most: u64, least: u64) -> Result<Things> {
        if most == 0 {
            return Ok(Things::default());
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
        let examples: Vec<Card> =
            self.index.search(query).await?.hits.into_iter().map(|hit| hit.card).collect();
        Ok(Things { most, least, examples })
    }
}

/// What changes for those of a class, action by action; those of which it is the same for everybody, together.
fn changes(
    world: &World,
    first: &DirectoryEntry,
    members: &Members,
    actions: &[Action],
    owners: &HashSet<Urn>,
) -> Result<Vec<(Changes, Vec<Standing>, Vec<Action>)>> {
    let Some((_, one)) = members.first() else { return Ok(Vec::new()) };
    let (before, after) = (world.before.slice_without_roles(one), world.after.slice_without_roles(one));
    let own = Trait::Owner(first.urn.clone());
    let mut all: Vec<(Changes, Vec<Standing>, Vec<Action>)> = Vec::new();
    for action in actions {
        let changes = Difference::of(&before, &after, *action, &own)
            .map_err(|error| CatalogError::Refused(error.to_string()))?;
        if changes.0.is_nothing() && changes.1.is_nothing() {
            continue;
        }
        let looks_at_owners = changes.0.looks_at_owners() || changes.1.looks_at_owners();
        let standing = |(entry, principal): &(DirectoryEntry, Principal)| Standing {
            reach: world.after.reach(principal, *action),
            owns: (looks_at_owners && owners.contains(&entry.urn)).then(|| Trait::Owner(entry.urn.clone())),
        };
        let standings: Vec<Standing> = members.iter().map(standing).collect();
        match all.iter_mut().find(|known| known.0 == changes && known.1 == standings) {
            Some((.., alike)) => alike.push(*action),
            None => all.push((changes, standings, vec![*action])),
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
