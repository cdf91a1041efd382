//! What stands nowhere: assets that no rule of a source puts into a unit, or into a project that is in one. They wait in one place, by where they
//! come from, with what speaks for a place.

use std::collections::BTreeMap;

use loggia_model::{Actor, Attribute, Body, Change, Expected, Filter, Kind, Seq, Trait, Urn};
use loggia_policy::Action;

use crate::clock::now;
use crate::edit::last;
use crate::ports::{Card, Query, Sort};
use crate::{Catalog, CatalogError, DirectoryEntry, Permits, Result};

/// So many are looked at; when these are placed, the next come.
const LOOKED_AT: u32 = 1_000;
/// So many of one group are named.
const NAMED: usize = 5;
/// Groups on the page, the largest first.
const GROUPS: usize = 20;
/// Neighbours that are asked where they stand.
const NEIGHBOURS: u32 = 30;
const SUGGESTED: usize = 3;

pub struct Unplaced {
    pub total: u64,
    pub groups: Vec<Group>,
}

/// What comes from one schema, or one folder.
pub struct Group {
    /// What their URNs begin with.
    pub prefix: String,
    /// `postgres://core:5432`
    pub namespace: String,
    /// `core.public`; empty of what lies in none.
    pub schema: String,
    pub count: usize,
    pub named: Vec<Card>,
    /// The best first.
    pub suggestions: Vec<Suggestion>,
}

/// Where a group could stand: in a unit or a project.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion {
    pub place: DirectoryEntry,
    pub because: Because,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Because {
    /// So many others of that schema stand there.
    Neighbours(usize),
    /// Whoever owns so many of them belongs there.
    Owners(usize),
}

impl Catalog {
    /// What stands in no unit, by its own word or its project's, as far as the actor may say where.
    ///
    /// # Errors
    /// Where the index or the store cannot be read.
    pub async fn unplaced(&self, actor: &Actor) -> Result<Unplaced> {
        self.caught_up(actor).await;
        let permits = self.permits(actor).await?;
        let (cards, total) = self.unplaced_cards(&permits, LOOKED_AT).await?;
        let mut groups: BTreeMap<String, Vec<Card>> = BTreeMap::new();
        for card in cards {
            groups.entry(prefix_of(&card.urn)).or_default().push(card);
        }
        let mut groups: Vec<(String, Vec<Card>)> = groups.into_iter().collect();
        groups.sort_by_key(|(_, cards)| std::cmp::Reverse(cards.len()));
        let mut shown = Vec::with_capacity(GROUPS);
        for (prefix, cards) in groups.into_iter().take(GROUPS) {
            shown.push(self.unplaced_group(&permits, prefix, cards).await?);
        }
        Ok(Unplaced { total, groups: shown })
    }

    /// How many there are, and the first.
    pub(crate) async fn unplaced_cards(&self, permits: &Permits, limit: u32) -> Result<(Vec<Card>, u64)> {
        let nowhere = Filter::Not(Box::new(Filter::Has(Trait::Has(Attribute::Unit))));
        self.assets_with(permits, Action::Edit, nowhere, limit).await
    }

    /// Assets to which the actor may do this, by name, and how many there are; what is deprecated is left out.
    pub(crate) async fn assets_with(
        &self,
        permits: &Permits,
        action: Action,
        what: Filter,
        limit: u32,
    ) -> Result<(Vec<Card>, u64)> {
        let live = Filter::Not(Box::new(Filter::Has(Trait::Deprecated)));
        let assets = Filter::Has(Trait::Kind(Kind::Asset));
        let known = permits.filter(Action::Discover).clone();
        let allowed = Filter::all([assets, live, known, permits.filter(action).clone(), what]);
        let query = Query {
            text: String::new(),
            choices: Vec::new(),
            sort: Sort::Name,
            offset: 0,
            limit,
            values: 0,
            now: now(),
            allowed,
        };
        let found = self.found(permits, query).await?;
        Ok((found.hits.into_iter().map(|hit| hit.card).collect(), found.total))
    }

    async fn unplaced_group(&self, permits: &Permits, prefix: String, cards: Vec<Card>) -> Result<Group> {
        let suggestions = self.suggestions(permits, &prefix, &cards).await?;
        let dataset = cards.first().and_then(|card| card.urn.dataset());
        let namespace = dataset.as_ref().map(|name| name.namespace().to_owned()).unwrap_or_default();
        let schema = dataset.map(|name| schema_of(name.name()).to_owned()).unwrap_or_default();
        let schema = schema.trim_end_matches(['.', '/']).to_owned();
        let named = cards.iter().take(NAMED).cloned().collect();
        Ok(Group { prefix, namespace, schema, count: cards.len(), named, suggestions })
    }

    async fn suggestions(&self, permits: &Permits, prefix: &str, cards: &[Card]) -> Result<Vec<Suggestion>> {
        let mut beside: BTreeMap<Urn, usize> = BTreeMap::new();
        let from: Option<Urn> = prefix.parse().ok();
        let stored = match &from {
            Some(from) => self.store.list(Kind::Asset, Some(from), NEIGHBOURS).await?,
            None => Vec::new(),
        };
        for stored in stored.iter().filter(|stored| stored.urn.as_str().starts_with(prefix)) {
            let Body::Asset(layers) = stored.body.as_ref() else { continue };
            // What may not be known of speaks for nothing.
            if !permits.may(Action::Discover, &self.resource(&stored.urn, &stored.body).await?) {
                continue;
            }
            let facts = layers.for_others().view();
            if let Some(place) = facts.project.clone().or_else(|| facts.unit.clone()) {
                *beside.entry(self.directory.resolve(&place)).or_default() += 1;
            }
        }
        let mut owning: BTreeMap<Urn, usize> = BTreeMap::new();
        let owners = cards.iter().filter_map(|card| card.owners.first());
        let known = owners.filter(|owner| self.may_know(permits, owner));
        for unit in known.filter_map(|owner| self.directory.unit_of(owner)) {
            *owning.entry(self.directory.resolve(&unit)).or_default() += 1;
        }
        let neighbours = beside.into_iter().map(|(place, count)| (place, Because::Neighbours(count)));
        let owners = owning.into_iter().map(|(place, count)| (place, Because::Owners(count)));
        let mut all: Vec<(Urn, Because)> = neighbours.chain(owners).collect();
        all.sort_by_key(|(_, because)| match because {
            Because::Neighbours(count) => (0, std::cmp::Reverse(*count)),
            Because::Owners(count) => (1, std::cmp::Reverse(*count)),
        });
        let mut suggested: Vec<Suggestion> = Vec::new();
        for (urn, because) in all {
            let place = self.named(permits, &urn).filter(|place| !place.deprecated && place.is_live());
            let is_new = suggested.iter().all(|known| known.place.urn != urn);
            suggested.extend(place.filter(|_| is_new).map(|place| Suggestion { place, because }));
        }
        suggested.truncate(SUGGESTED);
        Ok(suggested)
    }

    /// Puts what comes from one schema, and stands nowhere, into a unit or a project; how many there were.
    ///
    /// # Errors
    /// `Invalid` where there is no such place; `Forbidden` for whoever may not put anything there.
    pub async fn place(&self, actor: &Actor, prefix: &str, place: &str) -> Result<(Seq, usize)> {
        self.caught_up(actor).await;
        let permits = self.permits(actor).await?;
        let kinds = [Kind::DomainUnit, Kind::Project];
        let place = self.known_among(&permits, "place", &kinds, place)?;
        let place = place.ok_or_else(|| {
            CatalogError::invalid(
                "place",
                "is empty: name a domain unit or a project, or choose one that is suggested",
            )
        })?;
        if self
            .directory
            .standing(Some(&place).filter(|place| place.kind() == Kind::DomainUnit), Some(&place))
            .is_none()
        {
            let message = "is a project in no domain unit: what is put there would still stand nowhere";
            return Err(CatalogError::invalid("place", message));
        }
        let (cards, _) = self.unplaced_cards(&permits, LOOKED_AT).await?;
        let urns: Vec<Urn> =
            cards.into_iter().map(|card| card.urn).filter(|urn| prefix_of(urn) == prefix).collect();
        let mut changes = Vec::with_capacity(urns.len());
        let reason = format!("put into {}", self.directory.name(&place));
        for stored in self.store.read(&urns).await?.into_iter().flatten() {
            let Body::Asset(layers) = stored.body.as_ref() else { continue };
            // Nobody takes it out of the project that works with it.
            if place.kind() == Kind::Project && layers.view().project.is_some() {
                continue;
            }
            let mut layers = layers.clone();
            let (field, urn) =
                (if place.kind() == Kind::Project { "project" } else { "unit" }, place.clone());
            layers.say(field, &actor.key, now(), |facts| match urn.kind() {
                Kind::Project => facts.project = Some(urn),
                _ => facts.unit = Some(urn),
            });
            let body = Body::Asset(layers);
            self.check_change(&permits, &stored.urn, Some(&stored.body), Some(&body)).await?;
            let expected = Expected::Revision(stored.revision);
            changes.push(Change::put(stored.urn.clone(), expected, body, reason.clone()));
        }
        if changes.is_empty() {
            let why = "nothing of it stands nowhere any more: somebody was faster";
            return Err(CatalogError::Refused(why.to_owned()));
        }
        let count = changes.len();
        let written = self.store.append(actor, changes).await?;
        Ok((last(&written), count))
    }
}

/// The URN up to the last name of the dataset's: what is of one schema begins alike.
fn prefix_of(urn: &Urn) -> String {
    let text = urn.as_str();
    let start = text.find(';').map_or(0, |at| at + 1);
    let (before, name) = text.split_at(start);
    format!("{before}{}", schema_of(name))
}

/// `core.public.` of `core.public.loans`, `lake/` of `lake/loans`.
fn schema_of(name: &str) -> &str {
    name.rfind(['.', '/']).map_or("", |at| name.get(..=at).unwrap_or(""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_of_one_schema_begins_alike() {
        let of = |rest: &str| prefix_of(&format!("urn:loggia:asset:{rest}").parse().unwrap());
        assert_eq!(
            of("postgres://a:5432;core.public.loans"),
            "urn:loggia:asset:postgres://a:5432;core.public."
        );
        assert_eq!(of("file://lake;2024/loans"), "urn:loggia:asset:file://lake;2024/");
        assert_eq!(of("file://lake;loans"), "urn:loggia:asset:file://lake;");
    }
}
