//! One pass over the matches: the best hits, and exact counts for every facet.
//!
//! A facet's own counts must not be narrowed by its own choice (else the other values would show 0), so a
//! match that fails the choice of one facet only is counted for that facet and no other.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

use loggia_catalog::ports::{Choice, FACETS, Facet, Freshness, Sort};
use loggia_model::Timestamp;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocAddress, DocId, Score, SegmentOrdinal, SegmentReader};

use crate::schema::Fields;

pub struct Collect<'a> {
    pub fields: &'a Fields,
    pub choices: &'a [Choice],
    /// Whether the facets are to be counted at all.
    pub counting: bool,
    pub sort: Sort,
    /// How many of the best to keep.
    pub best: usize,
    pub now: Timestamp,
}

#[derive(Default)]
pub struct Collected {
    pub total: u64,
    /// Best first.
    pub best: Vec<DocAddress>,
    pub counts: HashMap<Facet, HashMap<String, u64>>,
}

/// What hits are ordered by; the greatest is the best.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Number(u64),
    /// Names run the other way: the least is the best.
    Text(Reverse<String>),
}

pub struct Segment {
    ordinal: SegmentOrdinal,
    facets: Vec<FacetColumn>,
    freshness: Option<Column<i64>>,
    /// Which values of freshness were chosen; empty where none was.
    fresh_enough: Vec<Freshness>,
    fresh_counts: [u64; Freshness::ALL.len()],
    has_choices: bool,
    counting: bool,
    now: Timestamp,
    order: Order,
    best: usize,
    /// The best so far, the worst of them on top.
    heap: BinaryHeap<Reverse<(u64, Reverse<DocId>)>>,
    total: u64,
}

struct FacetColumn {
    facet: Facet,
    column: Option<StrColumn>,
    /// The ordinals that were chosen; `None` where nothing was.
    chosen: Option<Vec<u64>>,
    counts: Vec<u64>,
}

enum Order {
    Score,
    /// By the ordinals of this segment's names; turned into names when segments are merged.
    Name(Option<StrColumn>),
    Newest(Column<i64>),
}

impl Collector for Collect<'_> {
    type Fruit = Collected;
    type Child = Segment;

    fn for_segment(&self, ordinal: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<Segment> {
        let columns = segment.fast_fields();
        let mut facets = Vec::with_capacity(self.fields.facets.len());
        for (facet, _) in self.fields.facets {
            let chosen = self.choices.iter().find(|choice| choice.facet == facet);
            if !self.counting && chosen.is_none() {
                continue;
            }
            let column = columns.str(facet.as_str())?;
            let chosen = match (chosen, &column) {
                (None, _) => None,
                (Some(_), None) => Some(Vec::new()),
                (Some(choice), Some(column)) => Some(ordinals(column, &choice.values)?),
            };
            let values = column.as_ref().map_or(0, |column| column.num_terms());
            facets.push(FacetColumn { facet, column, chosen, counts: vec![0; values] });
        }
        let chosen = self.choices.iter().find(|choice| choice.facet == Facet::Freshness);
        let fresh_enough = chosen.map_or_else(Vec::new, |choice| {
            let is_chosen =
                |freshness: &Freshness| choice.values.iter().any(|value| value == freshness.as_str());
            Freshness::ALL.into_iter().filter(is_chosen).collect()
        });
        let order = match self.sort {
            Sort::Relevance => Order::Score,
            Sort::Name => Order::Name(columns.str("sort_name")?),
            Sort::Changed => Order::Newest(columns.i64("changed")?),
            Sort::Fresh => Order::Newest(columns.i64("data_changed")?),
        };
        Ok(Segment {
            ordinal,
            facets,
            freshness: columns.column_opt("data_changed")?,
            fresh_enough,
            fresh_counts: [0; Freshness::ALL.len()],
            has_choices: !self.choices.is_empty(),
            counting: self.counting,
            now: self.now,
            order,
            best: self.best,
            // A page far beyond the end asks for more than there is.
            heap: BinaryHeap::with_capacity(self.best.min(1_000) + 1),
            total: 0,
        })
    }

    fn requires_scoring(&self) -> bool {
        self.sort == Sort::Relevance
    }

    fn merge_fruits(&self, segments: Vec<tantivy::Result<Part>>) -> tantivy::Result<Collected> {
        let mut collected = Collected::default();
        let mut best = Vec::new();
        for part in segments {
            let part = part?;
            collected.total += part.total;
            best.extend(part.best);
            for (facet, counts) in part.counts {
                let all = collected.counts.entry(facet).or_default();
                for (value, count) in counts {
                    *all.entry(value).or_default() += count;
                }
            }
        }
        best.sort_by(|(one, at), (other, other_at)| other.cmp(one).then(at.cmp(other_at)));
        collected.best = best.into_iter().take(self.best).map(|(_, address)| address).collect();
        Ok(collected)
    }
}

pub struct Part {
    total: u64,
    best: Vec<(Key, DocAddress)>,
    counts: Vec<(Facet, Vec<(String, u64)>)>,
}

impl SegmentCollector for Segment {
    type Fruit = tantivy::Result<Part>;

    fn collect(&mut self, doc: DocId, score: Score) {
        let age = self.counting || !self.fresh_enough.is_empty();
        let freshness = age.then(|| self.freshness_of(doc));
        match self.failing(doc, freshness) {
            Failing::Nothing => {
                self.total += 1;
                self.keep(doc, score);
                if self.counting {
                    for facet in &mut self.facets {
                        facet.count(doc);
                    }
                    self.count_freshness(freshness);
                }
            }
            Failing::Only(Facet::Freshness) if self.counting => self.count_freshness(freshness),
            Failing::Only(facet) if self.counting => {
                if let Some(facet) = self.facets.iter_mut().find(|known| known.facet == facet) {
                    facet.count(doc);
                }
            }
            Failing::Only(_) | Failing::Several => {}
        }
    }

    fn harvest(self) -> tantivy::Result<Part> {
        let mut best = Vec::with_capacity(self.heap.len());
        for Reverse((key, Reverse(doc))) in self.heap {
            let key = match &self.order {
                Order::Score | Order::Newest(_) => Key::Number(key),
                Order::Name(column) => Key::Text(Reverse(name_at(column.as_ref(), key)?)),
            };
            best.push((key, DocAddress::new(self.ordinal, doc)));
        }
        let mut counts = Vec::with_capacity(self.facets.len() + 1);
        if self.counting {
            for facet in &self.facets {
                counts.push((facet.facet, facet.named()?));
            }
            let fresh = Freshness::ALL.into_iter().zip(self.fresh_counts);
            let fresh = fresh
                .filter(|(_, count)| *count > 0)
                .map(|(freshness, count)| (freshness.as_str().to_owned(), count));
            counts.push((Facet::Freshness, fresh.collect()));
        }
        Ok(Part { total: self.total, best, counts })
    }
}

enum Failing {
    Nothing,
    Only(Facet),
    Several,
}

impl Segment {
    fn failing(&self, doc: DocId, freshness: Option<Freshness>) -> Failing {
        if !self.has_choices {
            return Failing::Nothing;
        }
        let mut failing = Failing::Nothing;
        let stale = !self.fresh_enough.is_empty()
            && freshness.is_none_or(|fresh| !self.fresh_enough.contains(&fresh));
        let failed = self.facets.iter().filter(|facet| !facet.admits(doc)).map(|facet| facet.facet);
        for facet in failed.chain(stale.then_some(Facet::Freshness)) {
            failing = match failing {
                Failing::Nothing => Failing::Only(facet),
                Failing::Only(_) | Failing::Several => return Failing::Several,
            };
        }
        failing
    }

    fn freshness_of(&self, doc: DocId) -> Freshness {
        let changed = self.freshness.as_ref().and_then(|column| column.first(doc));
        Freshness::of(changed.map(Timestamp::from_micros), self.now)
    }

    fn count_freshness(&mut self, freshness: Option<Freshness>) {
        let place = freshness.and_then(|fresh| Freshness::ALL.iter().position(|known| *known == fresh));
        if let Some(count) = place.and_then(|place| self.fresh_counts.get_mut(place)) {
            *count += 1;
        }
    }

    fn keep(&mut self, doc: DocId, score: Score) {
        if self.best == 0 {
            return;
        }
        let key = match &self.order {
            // The bits of a positive float are in the order of their values.
            Order::Score => u64::from(score.max(0.0).to_bits()),
            Order::Name(column) => {
                let ordinal = column.as_ref().and_then(|column| column.ords().first(doc));
                u64::MAX - ordinal.unwrap_or(u64::MAX - 1)
            }
            Order::Newest(column) => column.first(doc).map_or(0, |micros| micros.cast_unsigned() ^ (1 << 63)),
        };
        let entry = Reverse((key, Reverse(doc)));
        if self.heap.len() < self.best {
            self.heap.push(entry);
        } else if self.heap.peek().is_some_and(|worst| entry < *worst) {
            self.heap.pop();
            self.heap.push(entry);
        }
    }
}

impl FacetColumn {
    fn admits(&self, doc: DocId) -> bool {
        match (&self.chosen, &self.column) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(chosen), Some(column)) => column.term_ords(doc).any(|ordinal| chosen.contains(&ordinal)),
        }
    }

    fn count(&mut self, doc: DocId) {
        let Some(column) = &self.column else { return };
        for ordinal in column.term_ords(doc) {
            if let Some(count) =
                usize::try_from(ordinal).ok().and_then(|ordinal| self.counts.get_mut(ordinal))
            {
                *count += 1;
            }
        }
    }

    fn named(&self) -> tantivy::Result<Vec<(String, u64)>> {
        let Some(column) = &self.column else { return Ok(Vec::new()) };
        let mut named = Vec::new();
        for (ordinal, count) in (0_u64..).zip(&self.counts).filter(|(_, count)| **count > 0) {
            let mut value = String::new();
            column.ord_to_str(ordinal, &mut value)?;
            named.push((value, *count));
        }
        Ok(named)
    }
}

fn ordinals(column: &StrColumn, values: &[String]) -> tantivy::Result<Vec<u64>> {
    let mut ordinals = Vec::with_capacity(values.len());
    for value in values {
        ordinals.extend(column.dictionary().term_ord(value.as_bytes())?);
    }
    Ok(ordinals)
}

fn name_at(column: Option<&StrColumn>, key: u64) -> tantivy::Result<String> {
    let mut name = String::new();
    if let Some(column) = column {
        column.ord_to_str(u64::MAX - key, &mut name)?;
    }
    Ok(name)
}

/// The facets in their order, each with its counts, most first and then by value.
pub fn ordered(mut counts: HashMap<Facet, HashMap<String, u64>>) -> Vec<(Facet, Vec<(String, u64)>)> {
    let mut ordered = Vec::with_capacity(FACETS.len());
    for facet in FACETS {
        let mut values: Vec<(String, u64)> = counts.remove(&facet).unwrap_or_default().into_iter().collect();
        if facet == Facet::Freshness {
            values.sort_by_key(|(value, _)| Freshness::ALL.iter().position(|known| known.as_str() == value));
        } else {
            values.sort_by(|(one, count), (other, other_count)| other_count.cmp(count).then(one.cmp(other)));
        }
        ordered.push((facet, values));
    }
    ordered
}
