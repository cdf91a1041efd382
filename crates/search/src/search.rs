//! Answering.

use std::collections::HashMap;
use std::sync::Arc;

use loggia_catalog::ports::{
    Card, FACETS, Facet, FacetCount, FacetCounts, Found, Fragment, Freshness, Hit, IndexError,
    Query as Question, Relation, Sort,
};
use loggia_model::{Filter, Timestamp, Urn};
use tantivy::collector::Collector;
use tantivy::query::{AllQuery, BooleanQuery, EnableScoring, Occur, Query, TermQuery, TermSetQuery};
use tantivy::schema::{IndexRecordOption, Value};
use tantivy::{DocAddress, Searcher, TantivyDocument, Term};

use crate::collect::{Collect, Collected, Counts, chosen, fresh_enough};
use crate::facets::place;
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
    let offset = usize::try_from(question.offset).unwrap_or(usize::MAX);
    let mut hits = Vec::new();
    let mut marker = inner.markers.take(asked.stems, asked.prefix);
    for address in collected.best.iter().skip(offset) {
        hits.push(hit(card(inner, &searcher, *address)?, &mut marker));
    }
    inner.markers.give_back(marker);
    let loosened = loosened && !is_empty(&collected);
    Ok(Found { total: collected.total, hits, facets: counted(inner, &collected.counts, question), loosened })
}

/// How many refer to the entity, those that are gone since counted in.
pub fn referring_at_most(inner: &Inner, relation: Relation, to: &Urn) -> Result<u64, IndexError> {
    inner.reader.searcher().doc_freq(&referring_term(inner, relation, to)).map_err(unusable)
}

fn referring_term(inner: &Inner, relation: Relation, to: &Urn) -> Term {
    Term::from_field_text(inner.fields.relation, &format!("{} {to}", relation.as_str()))
}

pub fn referring(
    inner: &Inner,
    relation: Relation,
    to: &Urn,
    offset: u32,
    limit: u32,
    allowed: &Filter,
) -> Result<(Vec<Card>, u64), IndexError> {
    let term = referring_term(inner, relation, to);
    let searcher = inner.reader.searcher();
    let best = offset.saturating_add(limit) as usize;
    let collector = uncounted(inner, &searcher, Sort::Name, best, allowed)?;
    let collected =
        searcher.search(&TermQuery::new(term, IndexRecordOption::Basic), &collector).map_err(unusable)?;
    let some = collected.best.iter().skip(offset as usize);
    let cards = some.map(|address| card(inner, &searcher, *address)).collect::<Result<_, _>>()?;
    Ok((cards, collected.total))
}

pub fn cards(inner: &Inner, urns: &[Urn], allowed: &Filter) -> Result<Vec<Card>, IndexError> {
    let searcher = inner.reader.searcher();
    let terms = urns.iter().map(|urn| Term::from_field_text(inner.fields.urn, urn.as_str()));
    let collector = uncounted(inner, &searcher, Sort::Name, urns.len(), allowed)?;
    let collected = searcher.search(&TermSetQuery::new(terms), &collector).map_err(unusable)?;
    let mut found = HashMap::with_capacity(urns.len());
    for address in collected.best {
        let card = card(inner, &searcher, address)?;
        found.insert(card.urn.clone(), card);
    }
    Ok(urns.iter().filter_map(|urn| found.remove(urn)).collect())
}

pub fn having(
    inner: &Inner,
    columns: &[String],
    limit: u32,
    allowed: &Filter,
) -> Result<Vec<Urn>, IndexError> {
    let searcher = inner.reader.searcher();
    let clause = |column: &String| -> (Occur, Box<dyn Query>) {
        let term = Term::from_field_text(inner.fields.columns, column);
        (Occur::Should, Box::new(TermQuery::new(term, IndexRecordOption::Basic)))
    };
    let query = BooleanQuery::new(columns.iter().map(clause).collect());
    let collector = uncounted(inner, &searcher, Sort::Relevance, limit as usize, allowed)?;
    let collected = searcher.search(&query, &collector).map_err(unusable)?;
    collected.best.into_iter().map(|address| Ok(card(inner, &searcher, address)?.urn)).collect()
}

pub fn counts(inner: &Inner, facet: Facet, allowed: &Filter) -> Result<Vec<FacetCount>, IndexError> {
    let searcher = inner.reader.searcher();
    let mut collector = uncounted(inner, &searcher, Sort::Name, 0, allowed)?;
    collector.counting = Some(inner.facets.sizes());
    let collected = searcher.search(&AllQuery, &collector).map_err(unusable)?;
    let (values, _) = match place(facet) {
        Some(place) => {
            let counts = collected.counts.facets.get(place).map_or(&[][..], |counts| counts);
            inner.facets.named(place, None, counts, usize::MAX, &[])
        }
        None => (by_freshness(&collected.counts), 0),
    };
    Ok(values)
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
    let collector = Collect {
        segments: inner.facets.of(searcher).map_err(unusable)?,
        allowed: inner.allowed.of(searcher, inner.fields.traits, &question.allowed).map_err(unusable)?,
        chosen: chosen(&inner.facets, &question.choices),
        form_fields: inner.facets.fields(),
        fresh_enough: fresh_enough(&question.choices),
        counting: Some(inner.facets.sizes()),
        sort: question.sort,
        best: question.offset.saturating_add(question.limit) as usize,
        now: question.now,
    };
    let query: &dyn Query = asked.query.as_ref();
    let scoring = if collector.requires_scoring() {
        EnableScoring::enabled_from_searcher(searcher)
    } else {
        EnableScoring::disabled_from_searcher(searcher)
    };
    searcher.search_with_executor(query, &collector, &inner.together, scoring).map_err(unusable)
}

/// What a query matches of what is allowed, with nothing counted.
fn uncounted(
    inner: &Inner,
    searcher: &Searcher,
    sort: Sort,
    best: usize,
    allowed: &Filter,
) -> Result<Collect, IndexError> {
    Ok(Collect {
        segments: inner.facets.of(searcher).map_err(unusable)?,
        allowed: inner.allowed.of(searcher, inner.fields.traits, allowed).map_err(unusable)?,
        chosen: Vec::new(),
        form_fields: Arc::default(),
        fresh_enough: Vec::new(),
        counting: None,
        sort,
        best,
        now: Timestamp::EPOCH,
    })
}

/// Whether nothing at all was found, even without what narrows it.
fn is_empty(collected: &Collected) -> bool {
    collected.total == 0 && collected.counts.are_zero()
}

fn counted(inner: &Inner, counts: &Counts, question: &Question) -> Vec<FacetCounts> {
    let most = question.values as usize;
    let mut counted = Vec::with_capacity(FACETS.len());
    for facet in FACETS {
        let choice = question.choices.iter().find(|choice| choice.facet == facet);
        let kept = choice.map_or_else(Vec::new, |choice| inner.facets.numbers(choice));
        let Some(place) = place(facet) else {
            let values = by_freshness(counts);
            counted.push(FacetCounts { facet, field: String::new(), values, others: 0 });
            continue;
        };
        let fields = match facet {
            Facet::Form => {
                let known = inner.facets.known_fields().into_iter();
                known.map(|(name, number)| (name, Some(number))).collect()
            }
            _ => vec![(String::new(), None)],
        };
        let counts = counts.facets.get(place).map_or(&[][..], |counts| counts);
        for (field, number) in fields {
            let (values, others) = inner.facets.named(place, number, counts, most, &kept);
            counted.push(FacetCounts { facet, field, values, others });
        }
    }
    counted
}

/// Youngest first.
fn by_freshness(counts: &Counts) -> Vec<FacetCount> {
    let counts = Freshness::ALL.into_iter().zip(counts.freshness).filter(|(_, count)| *count > 0);
    counts.map(|(freshness, count)| FacetCount { value: freshness.as_str().to_owned(), count }).collect()
}

fn card(inner: &Inner, searcher: &Searcher, address: DocAddress) -> Result<Card, IndexError> {
    let document: TantivyDocument = searcher.doc(address).map_err(unusable)?;
    let bytes = document.get_first(inner.fields.card).and_then(|value| value.as_bytes()).unwrap_or_default();
    serde_json::from_slice(bytes).map_err(|error| IndexError::Unusable(error.to_string()))
}

fn hit(card: Card, marker: &mut Marker) -> Hit {
    let name = marker.mark(&card.name);
    let summary = marker.excerpt(&card.summary);
    let said = marker.words_in(&card.name).union(marker.words_in(&card.summary));
    let column = explaining(marker, &card.columns, said.count());
    let also = if column.is_none() { explaining(marker, &card.also, said.count()) } else { None };
    Hit { name, summary, column, also, card }
}

/// The text in which most words match; none where the name and the summary, in which `said` of them do,
/// explain more.
fn explaining(marker: &mut Marker, texts: &[String], said: u32) -> Option<Vec<Fragment>> {
    let mut best = None;
    let mut strongest = 0;
    for text in texts {
        let strength = marker.words_in(text).count();
        if strength > strongest && strength >= said {
            strongest = strength;
            best = Some(text);
        }
    }
    best.map(|text| marker.mark(text))
}
