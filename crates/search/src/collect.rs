//! One pass over the matches: the best hits, and exact counts for every facet.
//!
//! A facet's own counts must not be narrowed by its own choice (else the other values would show 0), so a
//! match that fails the choice of one facet only is counted for that facet and no other.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use loggia_catalog::ports::{Ages, Choice, Facet, Freshness, Sort};
use loggia_model::Timestamp;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocAddress, DocId, Score, SegmentOrdinal, SegmentReader};

use crate::allowed::Bits;
use crate::facets::{Chosen, Facets, SegmentValues};
use crate::schema::COUNTED;

/// Matches that wait to be counted together: each facet then goes through its own values in one go.
const WAITING: usize = 512;

pub struct Collect {
    /// By the ordinal of the segment.
    pub segments: Vec<Arc<SegmentValues>>,
    /// What may be found, by the ordinal of the segment too; `None` where everything may.
    pub allowed: Option<Vec<Arc<Bits>>>,
    pub chosen: Vec<Chosen>,
    /// Of each value of a metadata form, the number of its field.
    pub form_fields: Arc<Vec<u32>>,
    /// Which values of freshness were chosen; empty where none was.
    pub fresh_enough: Vec<Freshness>,
    /// How many values each facet has, where the facets are to be counted.
    pub counting: Option<[usize; COUNTED.len()]>,
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
    pub counts: Counts,
}

/// How many documents have each value, by the value's number.
#[derive(Default, Clone)]
pub struct Counts {
    pub facets: [Vec<u32>; COUNTED.len()],
    pub freshness: [u64; Freshness::ALL.len()],
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
    values: Arc<SegmentValues>,
    allowed: Option<Arc<Bits>>,
    /// What was chosen, by facet or by field of a metadata form.
    chosen: Vec<Chosen>,
    form_fields: Arc<Vec<u32>>,
    fresh_enough: Vec<Freshness>,
    counts: Option<Counts>,
    waiting: Vec<DocId>,
    ages: Ages,
    order: Order,
    best: usize,
    /// The best so far, the worst of them on top.
    heap: BinaryHeap<Reverse<(u64, Reverse<DocId>)>>,
    total: u64,
}

enum Order {
    Score,
    /// By the ordinals of this segment's names; turned into names when segments are merged.
    Name(Option<StrColumn>),
    Newest(Column<i64>),
}

/// What a search narrows by, as numbers of values.
pub fn chosen(facets: &Facets, choices: &[Choice]) -> Vec<Chosen> {
    choices.iter().flat_map(|choice| facets.chosen(choice)).collect()
}

pub fn fresh_enough(choices: &[Choice]) -> Vec<Freshness> {
    let Some(choice) = choices.iter().find(|choice| choice.facet == Facet::Freshness) else {
        return Vec::new();
    };
    let is_chosen = |freshness: &Freshness| choice.values.iter().any(|value| value == freshness.as_str());
    Freshness::ALL.into_iter().filter(is_chosen).collect()
}

impl Collector for Collect {
    type Fruit = Collected;
    type Child = Segment;

    fn for_segment(&self, ordinal: SegmentOrdinal, segment: &SegmentReader) -> tantivy::Result<Segment> {
        let columns = segment.fast_fields();
        let order = match self.sort {
            Sort::Relevance => Order::Score,
            Sort::Name => Order::Name(columns.str("sort_name")?),
            Sort::Changed => Order::Newest(columns.i64("changed")?),
            Sort::Fresh => Order::Newest(columns.i64("data_changed")?),
        };
        let values = self.segments.get(ordinal as usize).cloned();
        let values = values.ok_or_else(|| {
            tantivy::TantivyError::InternalError(format!("the values of segment {ordinal} are not there"))
        })?;
        let allowed = match &self.allowed {
            None => None,
            Some(segments) => Some(segments.get(ordinal as usize).cloned().ok_or_else(|| {
                tantivy::TantivyError::InternalError(format!("nobody knows what segment {ordinal} may show"))
            })?),
        };
        let counts = self
            .counting
            .map(|sizes| Counts { facets: sizes.map(|size| vec![0; size]), freshness: Default::default() });
        Ok(Segment {
            ordinal,
            values,
            allowed,
            chosen: self.chosen.clone(),
            form_fields: self.form_fields.clone(),
            fresh_enough: self.fresh_enough.clone(),
            counts,
            waiting: Vec::with_capacity(WAITING),
            ages: Ages::at(self.now),
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
            if let Some(counts) = part.counts {
                collected.counts.add(counts);
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
    counts: Option<Counts>,
}

impl SegmentCollector for Segment {
    type Fruit = tantivy::Result<Part>;

    fn collect(&mut self, doc: DocId, score: Score) {
        match self.failing(doc) {
            Failing::Nothing => {
                self.total += 1;
                self.keep(doc, score);
                if self.counts.is_some() {
                    self.waiting.push(doc);
                    if self.waiting.len() == WAITING {
                        self.count_waiting();
                    }
                }
            }
            Failing::Freshness => {
                if let Some(counts) = &mut self.counts {
                    counts.count_freshness(&self.values, doc, &self.ages);
                }
            }
            Failing::Chosen(failed) => {
                if let (Some(counts), Some(failed)) = (&mut self.counts, self.chosen.get(failed)) {
                    match failed.field {
                        None => counts.count(failed.place, &self.values, &[doc]),
                        Some(field) => {
                            counts.count_field(failed.place, field, &self.form_fields, &self.values, doc);
                        }
                    }
                }
            }
            Failing::Several => {}
        }
    }

    fn harvest(mut self) -> tantivy::Result<Part> {
        self.count_waiting();
        let mut best = Vec::with_capacity(self.heap.len());
        for Reverse((key, Reverse(doc))) in self.heap {
            let key = match &self.order {
                Order::Score | Order::Newest(_) => Key::Number(key),
                Order::Name(column) => Key::Text(Reverse(name_at(column.as_ref(), key)?)),
            };
            best.push((key, DocAddress::new(self.ordinal, doc)));
        }
        Ok(Part { total: self.total, best, counts: self.counts })
    }
}

/// Which of the choices a match fails.
#[derive(Clone, Copy)]
enum Failing {
    Nothing,
    /// That one of what was chosen.
    Chosen(usize),
    Freshness,
    Several,
}

impl Segment {
    fn failing(&self, doc: DocId) -> Failing {
        // What may not be found is not counted either.
        if self.allowed.as_ref().is_some_and(|allowed| !allowed.has(doc)) {
            return Failing::Several;
        }
        let mut failing = Failing::Nothing;
        for (at, chosen) in self.chosen.iter().enumerate() {
            let values = self.values.facets.get(chosen.place).map_or(&[][..], |values| values.of(doc));
            if !values.iter().any(|number| chosen.numbers.contains(number)) {
                failing = match failing {
                    Failing::Nothing => Failing::Chosen(at),
                    _ => return Failing::Several,
                };
            }
        }
        if !self.fresh_enough.is_empty()
            && !self.fresh_enough.contains(&self.values.freshness(doc, &self.ages))
        {
            failing = match failing {
                Failing::Nothing => Failing::Freshness,
                _ => return Failing::Several,
            };
        }
        failing
    }

    fn count_waiting(&mut self) {
        let Some(counts) = &mut self.counts else { return };
        for place in 0..COUNTED.len() {
            counts.count(place, &self.values, &self.waiting);
        }
        for doc in &self.waiting {
            counts.count_freshness(&self.values, *doc, &self.ages);
        }
        self.waiting.clear();
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

impl SegmentValues {
    fn freshness(&self, doc: DocId, ages: &Ages) -> Freshness {
        ages.of(self.data_changed.get(doc as usize).copied().flatten())
    }
}

impl Counts {
    fn count(&mut self, place: usize, values: &SegmentValues, docs: &[DocId]) {
        let (Some(counts), Some(values)) = (self.facets.get_mut(place), values.facets.get(place)) else {
            return;
        };
        for doc in docs {
            for number in values.of(*doc) {
                if let Some(count) = counts.get_mut(*number as usize) {
                    *count += 1;
                }
            }
        }
    }

    /// Of a document that fails the choice of one field of a metadata form: that field alone.
    fn count_field(&mut self, place: usize, field: u32, fields: &[u32], values: &SegmentValues, doc: DocId) {
        let (Some(counts), Some(values)) = (self.facets.get_mut(place), values.facets.get(place)) else {
            return;
        };
        for number in values.of(doc).iter().map(|number| *number as usize) {
            if let Some(count) = counts.get_mut(number).filter(|_| fields.get(number) == Some(&field)) {
                *count += 1;
            }
        }
    }

    fn count_freshness(&mut self, values: &SegmentValues, doc: DocId, ages: &Ages) {
        if let Some(count) = self.freshness.get_mut(values.freshness(doc, ages) as usize) {
            *count += 1;
        }
    }

    fn add(&mut self, other: Self) {
        for (counts, more) in self.facets.iter_mut().zip(other.facets) {
            if counts.is_empty() {
                *counts = more;
                continue;
            }
            for (count, more) in counts.iter_mut().zip(more) {
                *count += more;
            }
        }
        for (count, more) in self.freshness.iter_mut().zip(other.freshness) {
            *count += more;
        }
    }

    pub fn are_zero(&self) -> bool {
        self.facets.iter().flatten().all(|count| *count == 0)
    }
}

fn name_at(column: Option<&StrColumn>, key: u64) -> tantivy::Result<String> {
    let mut name = String::new();
    if let Some(column) = column {
        column.ord_to_str(u64::MAX - key, &mut name)?;
    }
    Ok(name)
}
