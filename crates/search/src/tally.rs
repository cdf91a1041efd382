//! Counting for many at once: how much of what a filter lets through has any of some traits.
//!
//! A trial of a policy asks this for each of fifty thousand people. What a person's roles reach is short lists of
//! the index, so that each answer costs what those lists are long, and not a pass over everything.

use std::collections::BTreeSet;

use loggia_catalog::ports::{IndexError, Tally};
use loggia_model::{Filter, Trait};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet, InvertedIndexReader, SegmentReader, TERMINATED, Term};

use crate::allowed::Bits;
use crate::{Inner, unusable};

pub fn tally(inner: &Inner, among: &Filter, each: &[BTreeSet<Trait>]) -> Result<Tally, IndexError> {
    let mut tally = Tally { all: 0, each: vec![0; each.len()] };
    if *among == Filter::Nothing {
        return Ok(tally);
    }
    for segment in inner.reader.searcher().segment_readers() {
        of_segment(inner, segment, among, each, &mut tally).map_err(unusable)?;
    }
    Ok(tally)
}

fn of_segment(
    inner: &Inner,
    segment: &SegmentReader,
    among: &Filter,
    each: &[BTreeSet<Trait>],
    tally: &mut Tally,
) -> tantivy::Result<()> {
    let field = inner.fields.traits;
    let mut among = inner.allowed.bits(segment, field, among)?;
    among.keep_alive(segment);
    let all = among.count();
    tally.all += all;
    if all == 0 {
        return Ok(());
    }
    let words = segment.inverted_index(field)?;
    let mut counted = Bits::none(segment.max_doc());
    for (count, traits) in tally.each.iter_mut().zip(each) {
        let documents = documents(&words, traits, |word| Term::from_field_text(field, word))?;
        *count +=
            documents.iter().filter(|document| among.has(**document) && counted.is_new(**document)).count()
                as u64;
        // What was counted once is forgotten for the next, without going over all there is.
        documents.iter().for_each(|document| counted.remove(*document));
    }
    Ok(())
}

/// Those that have any of the traits; one that has several, as often.
fn documents(
    words: &InvertedIndexReader,
    traits: &BTreeSet<Trait>,
    term: impl Fn(&str) -> Term,
) -> tantivy::Result<Vec<u32>> {
    let mut documents = Vec::new();
    for wanted in traits {
        let postings = words.read_postings(&term(&wanted.word()), IndexRecordOption::Basic)?;
        let Some(mut postings) = postings else { continue };
        while postings.doc() != TERMINATED {
            documents.push(postings.doc());
            postings.advance();
        }
    }
    Ok(documents)
}
