//! What may be found: a filter as one bit a document.
//!
//! A bit is all that a search then looks at, however many policies are behind it. Bits are made once for a filter
//! and a segment, which never changes but for what is deleted from it, and kept while the segment is there:
//! people of the same roles have the same filter.

use std::collections::HashSet;
use std::collections::hash_map::{Entry, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use loggia_model::{Filter, Trait};
use tantivy::index::SegmentId;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, InvertedIndexReader, Searcher, SegmentReader, TERMINATED, Term};

/// Filters that are kept, of 125 kB each where there are a million documents.
const KEPT: usize = 512;

/// Traits of which bits are kept, as many again.
const TRAITS_KEPT: usize = 128;
/// One document of so many has what is kept: shorter lists are gone through anew.
const OFTEN: u32 = 32;

/// One bit a document of a segment.
#[derive(Clone)]
pub struct Bits(Vec<u64>);

#[derive(Default)]
pub struct Allowed {
    filters: Mutex<HashMap<Filter, HashMap<SegmentId, Arc<Bits>>>>,
    /// What filters are made of: people differ in how they put it together.
    traits: Mutex<HashMap<(SegmentId, Trait), Arc<Bits>>>,
}

impl Allowed {
    /// By the ordinal of the segment; `None` where everything is allowed.
    pub fn of(
        &self,
        searcher: &Searcher,
        field: Field,
        filter: &Filter,
    ) -> tantivy::Result<Option<Vec<Arc<Bits>>>> {
        if *filter == Filter::Everything {
            return Ok(None);
        }
        let segments = searcher.segment_readers();
        let mut known = self.known(filter);
        for segment in segments {
            if let Entry::Vacant(unknown) = known.entry(segment.segment_id()) {
                unknown.insert(Arc::new(self.bits(segment, field, filter)?));
            }
        }
        let bits = segments.iter().filter_map(|segment| known.get(&segment.segment_id()).cloned()).collect();
        self.keep(filter, known, searcher);
        Ok(Some(bits))
    }

    fn known(&self, filter: &Filter) -> HashMap<SegmentId, Arc<Bits>> {
        let kept = self.filters.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(filter).cloned().unwrap_or_default()
    }

    fn keep(&self, filter: &Filter, mut bits: HashMap<SegmentId, Arc<Bits>>, searcher: &Searcher) {
        let here: HashSet<SegmentId> =
            searcher.segment_readers().iter().map(SegmentReader::segment_id).collect();
        bits.retain(|segment, _| here.contains(segment));
        let mut kept = self.filters.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= KEPT && !kept.contains_key(filter) {
            kept.clear();
        }
        kept.insert(filter.clone(), bits);
    }
}

impl Allowed {
    /// Anew, of parts that are kept: for a filter that nobody asks for twice.
    pub fn bits(&self, segment: &SegmentReader, field: Field, filter: &Filter) -> tantivy::Result<Bits> {
        let none = || Bits::none(segment.max_doc());
        match filter {
            Filter::Nothing => Ok(none()),
            Filter::Everything => Ok(none().flipped()),
            Filter::Has(wanted) => self.having(segment, field, wanted),
            Filter::Not(filter) => Ok(self.bits(segment, field, filter)?.flipped()),
            Filter::All(filters) => filters.iter().try_fold(none().flipped(), |all, filter| {
                Ok(all.zip(&self.bits(segment, field, filter)?, |one, other| one & other))
            }),
            Filter::Any(filters) => filters.iter().try_fold(none(), |any, filter| {
                Ok(any.zip(&self.bits(segment, field, filter)?, |one, other| one | other))
            }),
        }
    }

    fn having(&self, segment: &SegmentReader, field: Field, wanted: &Trait) -> tantivy::Result<Bits> {
        let term = Term::from_field_text(field, &wanted.word());
        let words = segment.inverted_index(field)?;
        let is_often = words.doc_freq(&term)?.saturating_mul(OFTEN) > segment.max_doc();
        if !is_often {
            return having(segment, &words, &term);
        }
        let key = (segment.segment_id(), wanted.clone());
        let known = || self.traits.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bits) = known().get(&key) {
            return Ok(bits.as_ref().clone());
        }
        let bits = having(segment, &words, &term)?;
        let mut kept = known();
        if kept.len() >= TRAITS_KEPT {
            kept.clear();
        }
        kept.insert(key, Arc::new(bits.clone()));
        Ok(bits)
    }
}

impl Bits {
    pub fn none(documents: u32) -> Self {
        Self(vec![0; (documents as usize).div_ceil(64)])
    }

    pub fn has(&self, document: DocId) -> bool {
        let (word, bit) = place(document);
        self.0.get(word).is_some_and(|word| word & bit != 0)
    }

    fn add(&mut self, document: DocId) {
        let (word, bit) = place(document);
        if let Some(word) = self.0.get_mut(word) {
            *word |= bit;
        }
    }

    /// Adds it, where it is not there yet.
    pub fn is_new(&mut self, document: DocId) -> bool {
        let is_new = !self.has(document);
        self.add(document);
        is_new
    }

    pub fn remove(&mut self, document: DocId) {
        let (word, bit) = place(document);
        if let Some(word) = self.0.get_mut(word) {
            *word &= !bit;
        }
    }

    /// Without what is no document of the segment, or one no longer.
    pub fn keep_alive(&mut self, segment: &SegmentReader) {
        let (last, bit) = place(segment.max_doc());
        self.0.truncate(last + 1);
        if let Some(word) = self.0.get_mut(last) {
            *word &= bit - 1;
        }
        if let Some(alive) = segment.alive_bitset() {
            (0..segment.max_doc())
                .filter(|document| alive.is_deleted(*document))
                .for_each(|document| self.remove(document));
        }
    }

    pub fn count(&self) -> u64 {
        self.0.iter().map(|word| u64::from(word.count_ones())).sum()
    }

    fn zip(mut self, other: &Self, join: fn(u64, u64) -> u64) -> Self {
        for (word, other) in self.0.iter_mut().zip(&other.0) {
            *word = join(*word, *other);
        }
        self
    }

    fn flipped(mut self) -> Self {
        for word in &mut self.0 {
            *word = !*word;
        }
        self
    }
}

fn place(document: DocId) -> (usize, u64) {
    ((document / 64) as usize, 1 << (document % 64))
}

fn having(segment: &SegmentReader, words: &InvertedIndexReader, term: &Term) -> tantivy::Result<Bits> {
    let mut bits = Bits::none(segment.max_doc());
    if let Some(mut postings) = words.read_postings(term, IndexRecordOption::Basic)? {
        while postings.doc() != TERMINATED {
            bits.add(postings.doc());
            postings.advance();
        }
    }
    Ok(bits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_are_joined_document_by_document() {
        let with = |documents: &[DocId]| {
            let mut bits = Bits::none(130);
            documents.iter().for_each(|document| bits.add(*document));
            bits
        };
        let both = with(&[0, 64, 129]).zip(&with(&[64, 65, 129]), |one, other| one & other);
        assert_eq!([0, 64, 65, 129].map(|document| both.has(document)), [false, true, false, true]);
        let others = both.flipped();
        assert_eq!([0, 64, 129].map(|document| others.has(document)), [true, false, false]);
        assert!(!others.has(100_000), "what is not there is not allowed");
    }
}
