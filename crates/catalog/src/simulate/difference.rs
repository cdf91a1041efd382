//! What a change of policies makes of one action, for all of a class.
//!
//! Of a class, no policy says anything different but by what each owns and by what each has a role in. So a
//! difference is told in four parts: of what somebody's roles reach (`inside`) and do not (`outside`), and each of
//! them of what they own and of what they do not. What is outside of every role is as policies permit; inside,
//! everything is permitted that no policy forbids.

use std::collections::BTreeSet;

use loggia_model::{Filter, Trait};
use loggia_policy::{Action, Part, Reach, Slice, Untranslatable};

use crate::ports::{Index, IndexError};

/// What is gained, or what is lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Difference {
    inside: Filter,
    outside: Filter,
    /// That somebody of the class owns it: the one by whom the filters were made.
    own: Trait,
}

/// What one of a class reaches by roles, and whether they own anything that counts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Standing {
    /// Of what has been published, and of what is in no project.
    pub reach: Reach,
    /// Of what projects have not published; `None` where that is as much, or there is no such thing.
    pub of_inventory: Option<Reach>,
    pub owns: Option<Trait>,
}

impl Standing {
    fn reach_of(&self, part: Part) -> &Reach {
        self.of_inventory.as_ref().filter(|_| part == Part::Inventory).unwrap_or(&self.reach)
    }

    /// Everything that is reached.
    fn reached(&self) -> Filter {
        let reached = |reach: &Reach| match reach.traits() {
            None => Filter::Everything,
            Some(traits) => Filter::any(traits.into_iter().map(Filter::Has)),
        };
        let Some(of_inventory) = &self.of_inventory else { return reached(&self.reach) };
        let inventory = Filter::Has(Trait::Inventory);
        Filter::any([
            Filter::all([inventory.clone(), reached(of_inventory)]),
            Filter::all([inventory.negated(), reached(&self.reach)]),
        ])
    }
}

impl Difference {
    /// What the action gains and what it loses, from `before` to `after`; neither has roles.
    pub fn of(
        before: &Slice,
        after: &Slice,
        action: Action,
        own: &Trait,
    ) -> Result<(Self, Self), Untranslatable> {
        let (then, forbidden_then) = before.filter_and_forbidden(action)?;
        let (now, forbidden_now) = after.filter_and_forbidden(action)?;
        let but = |one: &Filter, other: &Filter| match one == other {
            true => Filter::Nothing,
            false => Filter::all([one.clone(), other.clone().negated()]),
        };
        let gained = Self {
            inside: but(&forbidden_then, &forbidden_now),
            outside: but(&now, &then),
            own: own.clone(),
        };
        let lost = Self {
            inside: but(&forbidden_now, &forbidden_then),
            outside: but(&then, &now),
            own: own.clone(),
        };
        Ok((gained, lost))
    }

    /// Of the same class, nothing.
    pub fn none(self) -> Self {
        Self { inside: Filter::Nothing, outside: Filter::Nothing, ..self }
    }

    pub fn is_nothing(&self) -> bool {
        self.inside == Filter::Nothing && self.outside == Filter::Nothing
    }

    /// Whether it matters who owns what.
    pub fn looks_at_owners(&self) -> bool {
        [&self.inside, &self.outside].iter().any(|filter| filter.given(&self.own, false) != **filter)
    }

    /// The same for one of the class.
    pub fn for_one(&self, standing: &Standing) -> Filter {
        let own = |filter: &Filter| {
            let others = filter.given(&self.own, false);
            let Some(owned) = &standing.owns else { return others };
            let owned = Filter::Has(owned.clone());
            Filter::any([
                Filter::all([owned.clone(), filter.given(&self.own, true)]),
                Filter::all([owned.negated(), others]),
            ])
        };
        let reached = standing.reached();
        Filter::any([
            Filter::all([reached.clone(), own(&self.inside)]),
            Filter::all([reached.negated(), own(&self.outside)]),
        ])
    }

    /// How much it is for each of them, in few questions.
    pub async fn counted(&self, index: &dyn Index, all: &[Standing]) -> Result<Vec<u64>, IndexError> {
        let mut counts = vec![0; all.len()];
        let inventory = Filter::Has(Trait::Inventory);
        let parts = match all.iter().any(|standing| standing.of_inventory.is_some()) {
            true => vec![(Part::Inventory, inventory.clone()), (Part::Open, inventory.negated())],
            false => vec![(Part::Open, Filter::Everything)],
        };
        // Of what somebody owns: what they reach, or all but that.
        for (filter, is_inside) in [(&self.inside, true), (&self.outside, false)] {
            let (others, own) = (filter.given(&self.own, false), filter.given(&self.own, true));
            let is_owned = others != own;
            for (part, of_part) in &parts {
                let within = |filter: &Filter| Filter::all([filter.clone(), of_part.clone()]);
                let of_others = Counted::of(index, &within(&others), *part, all, is_owned).await?;
                let of_own = match is_owned {
                    true => Some(Counted::of(index, &within(&own), *part, all, true).await?),
                    false => None,
                };
                for (place, count) in counts.iter_mut().enumerate() {
                    *count += of_others.not_owned(place, is_inside);
                    *count += of_own.as_ref().map_or(0, |own| own.owned(place, is_inside));
                }
            }
        }
        Ok(counts)
    }
}

/// How much of what a filter lets through each of some people reaches, owns, and either.
struct Counted {
    all: u64,
    reached: Vec<u64>,
    owned: Vec<u64>,
    either: Vec<u64>,
}

impl Counted {
    async fn of(
        index: &dyn Index,
        among: &Filter,
        part: Part,
        all: &[Standing],
        by_owner: bool,
    ) -> Result<Self, IndexError> {
        let owned = |standing: &Standing| -> BTreeSet<Trait> {
            standing.owns.iter().filter(|_| by_owner).cloned().collect()
        };
        let mut questions = Vec::with_capacity(all.len() * 3);
        for standing in all {
            let (reached, owned) = (standing.reach_of(part).traits().unwrap_or_default(), owned(standing));
            let either = reached.union(&owned).cloned().collect();
            // Where nobody's owning matters, the first says it all.
            questions.push(reached);
            if by_owner {
                questions.extend([owned, either]);
            }
        }
        let tally = index.tally(among, questions).await?;
        let mut counts = tally.each.into_iter();
        let mut counted = Self { all: tally.all, reached: Vec::new(), owned: Vec::new(), either: Vec::new() };
        for standing in all {
            let mut next = || counts.next().unwrap_or_default();
            let reached = next();
            let (owned, either) = if by_owner { (next(), next()) } else { (0, reached) };
            let is_all = *standing.reach_of(part) == Reach::Everywhere;
            counted.reached.push(if is_all { counted.all } else { reached });
            counted.owned.push(owned);
            counted.either.push(if is_all { counted.all } else { either });
        }
        Ok(counted)
    }

    fn at(&self, place: usize) -> (u64, u64, u64) {
        let of = |counts: &[u64]| counts.get(place).copied().unwrap_or_default();
        (of(&self.reached), of(&self.owned), of(&self.either))
    }

    fn not_owned(&self, place: usize, is_reached: bool) -> u64 {
        let (_, owned, either) = self.at(place);
        if is_reached { either.saturating_sub(owned) } else { self.all.saturating_sub(either) }
    }

    fn owned(&self, place: usize, is_reached: bool) -> u64 {
        let (reached, owned, either) = self.at(place);
        if is_reached { (reached + owned).saturating_sub(either) } else { either.saturating_sub(reached) }
    }
}
