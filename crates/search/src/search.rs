//! Answering.

use std::collections::HashMap;

use loggia_catalog::ports::{
    Card, Choice, Facet, FacetCount, Found, Hit, IndexError, Query as Question, Relation, Sort,
};
use loggia_model::{Timestamp, Urn};
use tantivy::query::{AllQuery, Query, TermQuery, TermSetQuery};
use tantivy::schema::{IndexRecordOption, Value};
use tantivy::{DocAddress, Searcher, TantivyDocument, Term};

use crate::collect::{Collect, Collected, ordered};
use crate::highlight::Marker;
use crate::query::{Asked, Strictness, understand};
use crate::{Inner, unusable};

pub fn search(inner: &Inner, question: &Question) -> Result<Found, IndexError> {
    let searcher = inner.reader.searcher();
    let mut asked = understand(&inner.fields, &question.text, Strictness::Most);
    let mut collected = collect(inner, &searcher, &asked, question)?;
    let mut loosened = false;
    for strictness in [Strictness::Any, Strictness::Similar] {
        if !is_empty(&collected) || asked.stems.is_empty() {
            break;
        }
        asked = understand(&inner.fields, &question.text, strictness);
        collected = collect(inner, &searcher, &asked, question)?;
        loosened = true;
    }
    let mut marker = Marker::new(asked.stems, asked.prefix);
    let offset = usize::try_from(question.offset).unwrap_or(usize::MAX);
    let mut hits = Vec::new();
    for address in collected.best.iter().skip(offset) {
        hits.push(hit(card(inner, &searcher, *address)?, &mut marker));
    }
    let loosened = loosened && !is_empty(&collected);
    Ok(Found { total: collected.total, hits, facets: counted(collected.counts), loosened })
}

pub fn referring(
    inner: &Inner,
    relation: Relation,
    to: &Urn,
    offset: u32,
    limit: u32,
) -> Result<(Vec<Card>, u64), IndexError> {
    let term = Term::from_field_text(inner.fields.relation, &format!("{} {to}", relation.as_str()));
    let searcher = inner.reader.searcher();
    let collector = plain(inner, &[], offset.saturating_add(limit) as usize, false);
    let collected =
        searcher.search(&TermQuery::new(term, IndexRecordOption::Basic), &collector).map_err(unusable)?;
    let some = collected.best.iter().skip(offset as usize);
    let cards = some.map(|address| card(inner, &searcher, *address)).collect::<Result<_, _>>()?;
    Ok((cards, collected.total))
}

pub fn cards(inner: &Inner, urns: &[Urn]) -> Result<Vec<Card>, IndexError> {
    let searcher = inner.reader.searcher();
    let terms = urns.iter().map(|urn| Term::from_field_text(inner.fields.urn, urn.as_str()));
    let collector = plain(inner, &[], urns.len(), false);
    let collected = searcher.search(&TermSetQuery::new(terms), &collector).map_err(unusable)?;
    let mut found = HashMap::with_capacity(urns.len());
    for address in collected.best {
        let card = card(inner, &searcher, address)?;
        found.insert(card.urn.clone(), card);
    }
    Ok(urns.iter().filter_map(|urn| found.remove(urn)).collect())
}

pub fn counts(inner: &Inner, facet: Facet) -> Result<Vec<FacetCount>, IndexError> {
    let collected =
        inner.reader.searcher().search(&AllQuery, &plain(inner, &[], 0, true)).map_err(unusable)?;
    let facets = counted(collected.counts);
    Ok(facets.into_iter().find(|(known, _)| *known == facet).map(|(_, counts)| counts).unwrap_or_default())
}

pub fn urns(inner: &Inner) -> Result<Vec<Urn>, IndexError> {
    let searcher = inner.reader.searcher();
    let mut urns = Vec::new();
    for segment in searcher.segment_readers() {
        let store = segment.get_store_reader(16).map_err(|error| unusable(error.into()))?;
        for document in store.iter::<TantivyDocument>(segment.alive_bitset()) {
            let document = document.map_err(unusable)?;
            let urn = document.get_first(inner.fields.urn).and_then(|value| value.as_str());
            urns.extend(urn.and_then(|urn| urn.parse().ok()));
        }
    }
    urns.sort();
    Ok(urns)
}

fn collect(
    inner: &Inner,
    searcher: &Searcher,
    asked: &Asked,
    question: &Question,
) -> Result<Collected, IndexError> {
    let best = question.offset.saturating_add(question.limit);
    let collector = Collect {
        fields: &inner.fields,
        choices: &question.choices,
        counting: true,
        sort: question.sort,
        best: best as usize,
        now: question.now,
    };
    let query: &dyn Query = asked.query.as_ref();
    searcher.search(query, &collector).map_err(unusable)
}

/// Whether nothing at all was found, even without what narrows it.
fn is_empty(collected: &Collected) -> bool {
    collected.total == 0 && collected.counts.values().all(HashMap::is_empty)
}

fn plain<'a>(inner: &'a Inner, choices: &'a [Choice], best: usize, counting: bool) -> Collect<'a> {
    Collect { fields: &inner.fields, choices, counting, sort: Sort::Name, best, now: Timestamp::EPOCH }
}

fn counted(counts: HashMap<Facet, HashMap<String, u64>>) -> Vec<(Facet, Vec<FacetCount>)> {
    let named = |(value, count)| FacetCount { value, count };
    ordered(counts)
        .into_iter()
        .map(|(facet, values)| (facet, values.into_iter().map(named).collect()))
        .collect()
}

fn card(inner: &Inner, searcher: &Searcher, address: DocAddress) -> Result<Card, IndexError> {
    let document: TantivyDocument = searcher.doc(address).map_err(unusable)?;
    let bytes = document.get_first(inner.fields.card).and_then(|value| value.as_bytes()).unwrap_or_default();
    serde_json::from_slice(bytes).map_err(|error| IndexError::Unusable(error.to_string()))
}

fn hit(card: Card, marker: &mut Marker) -> Hit {
    let name = marker.mark(&card.name);
    let summary = marker.excerpt(&card.summary);
    let said = marker.strength(&format!("{} {}", card.name, card.summary));
    let mut column = None;
    let mut strongest = 0;
    for candidate in &card.columns {
        let strength = marker.strength(candidate);
        // A column is named where it explains what the name and the summary do not.
        if strength > strongest && strength >= said {
            strongest = strength;
            column = Some(candidate);
        }
    }
    let column = column.map(|column| marker.mark(column));
    Hit { name, summary, column, card }
}
