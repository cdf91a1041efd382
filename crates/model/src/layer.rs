//! Facts in layers: each source states what it knows, none overwrites another, precedence decides what shows.
//!
//! A harvest replaces its own layer and no other, so it can never blank a person's words, and a second
//! harvest of an unchanged source changes nothing. See docs/adr/0001-facts-in-layers.md.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::{ActorKey, Rank, Source, Timestamp};

/// What one kind of entity can have said about it; every field may be left unsaid.
pub trait Facts: Clone + Default + PartialEq + Serialize + DeserializeOwned {
    /// Lays these facts over those of the layers below: what is said here wins.
    fn over(&self, below: &mut Self);

    /// Takes away what only a person's layer speaks of and no other source knows, such as words about a
    /// column that has been dropped. They stay in the layer, and show again when the column comes back.
    fn hide_unknown(&mut self, _known: &Self) {}

    /// Whether these facts show as they are where no other source speaks: they take nothing away.
    fn are_whole(&self) -> bool {
        false
    }
}

/// What one source states.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layer<F> {
    /// When this source last said something new.
    pub at: Timestamp,
    /// Who brought it: the person who edited last, or the one who ran the harvest.
    pub by: ActorKey,
    /// Since when the source no longer has the thing at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing_since: Option<Timestamp>,
    /// Shared: most of a catalog is shown as it was harvested, and 30,000 columns are not copied for it.
    pub facts: Arc<F>,
    /// In the person's layer: who said each field, and when. Keys are paths such as `description` or
    /// `columns/cust_id/terms`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub said: BTreeMap<String, Said>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Said {
    pub by: ActorKey,
    pub at: Timestamp,
}

/// All that is said of one entity, by source, in order of precedence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
#[serde(bound(deserialize = "F: DeserializeOwned"))]
pub struct Layered<F>(BTreeMap<Source, Layer<F>>);

impl<F> Default for Layered<F> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<F: Facts> Layered<F> {
    pub fn with(source: Source, layer: Layer<F>) -> Self {
        Self(BTreeMap::from([(source, layer)]))
    }

    pub fn layers(&self) -> impl DoubleEndedIterator<Item = (&Source, &Layer<F>)> {
        self.0.iter()
    }

    pub fn layer(&self, source: &Source) -> Option<&Layer<F>> {
        self.0.get(source)
    }

    pub fn set(&mut self, source: Source, layer: Layer<F>) {
        self.0.insert(source, layer);
    }

    /// Takes every layer of `other` in the place of the one of the same source, unless that says the same
    /// already; those of which `other` says nothing stay.
    pub fn take(&mut self, other: Self) {
        for (source, layer) in other.0 {
            let known = self.0.get(&source);
            let is_same = known.is_some_and(|known| {
                known.missing_since == layer.missing_since && same(known.facts.as_ref(), layer.facts.as_ref())
            });
            if !is_same {
                self.0.insert(source, layer);
            }
        }
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What shows: each fact from the first source in order of precedence that states it.
    pub fn shown(&self) -> F {
        Arc::unwrap_or_clone(self.view())
    }

    /// What shows, without a copy where a single source speaks.
    pub fn view(&self) -> Arc<F> {
        let mut counting = self.0.iter().filter(|(source, _)| source.rank().shows());
        match (counting.next(), counting.next()) {
            (Some((source, layer)), None) if source.rank() != Rank::Person && layer.facts.are_whole() => {
                layer.facts.clone()
            }
            _ => Arc::new(self.merged(Rank::shows)),
        }
    }

    /// The word that shows for one fact.
    pub fn said<T>(&self, fact: impl Fn(&F) -> Option<&T>) -> Option<&T> {
        self.source_of(|facts| fact(facts).is_some()).and_then(|(_, layer)| fact(&layer.facts))
    }

    /// What would show if no person had said anything.
    pub fn below_person(&self) -> F {
        self.merged(|rank| rank.shows() && rank != Rank::Person)
    }

    fn merged(&self, counts: impl Fn(Rank) -> bool) -> F {
        let mut shown = F::default();
        let mut known = None;
        for (source, layer) in self.0.iter().rev().filter(|(source, _)| counts(source.rank())) {
            if source.rank() == Rank::Person {
                known = Some(shown.clone());
            }
            layer.facts.over(&mut shown);
        }
        if let Some(known) = known {
            shown.hide_unknown(&known);
        }
        shown
    }

    /// The source whose word shows for the fact that `states` looks at.
    pub fn source_of(&self, states: impl Fn(&F) -> bool) -> Option<(&Source, &Layer<F>)> {
        self.0.iter().filter(|(source, _)| source.rank().shows()).find(|(_, layer)| states(&layer.facts))
    }

    /// Takes a source's statement of facts. `false`, and nothing changed, where it says what it said before.
    pub fn state(&mut self, source: &Source, facts: F, by: &ActorKey, at: Timestamp) -> bool {
        let unchanged = self
            .0
            .get(source)
            .is_some_and(|layer| layer.missing_since.is_none() && same(layer.facts.as_ref(), &facts));
        if unchanged {
            return false;
        }
        let layer =
            Layer { at, by: by.clone(), missing_since: None, facts: Arc::new(facts), said: BTreeMap::new() };
        self.0.insert(source.clone(), layer);
        true
    }

    /// Notes that a source no longer has the thing. `false` where that was known, or it never had it.
    pub fn miss(&mut self, source: &Source, at: Timestamp) -> bool {
        match self.0.get_mut(source) {
            Some(layer) if layer.missing_since.is_none() => {
                layer.missing_since = Some(at);
                true
            }
            _ => false,
        }
    }

    /// Since when no source that once had the thing has it any more. Words of people, and what an AI
    /// suggests, do not count.
    pub fn missing_since(&self) -> Option<Timestamp> {
        let mut since = None;
        let has_it = |source: &Source| matches!(source.rank(), Rank::Contract | Rank::Harvest);
        for (_, layer) in self.0.iter().filter(|(source, _)| has_it(source)) {
            since = since.max(Some(layer.missing_since?));
        }
        since
    }

    /// Lets a person say something. `field` names it for [`Layer::said`]. `false` where nothing changed.
    pub fn say(&mut self, field: &str, by: &ActorKey, at: Timestamp, words: impl FnOnce(&mut F)) -> bool {
        let nothing = || Layer {
            at,
            by: by.clone(),
            missing_since: None,
            facts: Arc::default(),
            said: BTreeMap::new(),
        };
        let mut layer = self.0.get(&Source::person()).cloned().unwrap_or_else(nothing);
        let before = layer.facts.clone();
        words(Arc::make_mut(&mut layer.facts));
        if layer.facts == before {
            return false;
        }
        layer.at = at;
        layer.by = by.clone();
        layer.said.insert(field.to_owned(), Said { by: by.clone(), at });
        self.0.insert(Source::person(), layer);
        true
    }
}

/// Equal in what they say and in the order in which they say it: a column that has moved is a change.
fn same<F: Facts>(one: &F, other: &F) -> bool {
    one == other
        && match (serde_json::to_string(one), serde_json::to_string(other)) {
            (Ok(one), Ok(other)) => one == other,
            _ => false,
        }
}
