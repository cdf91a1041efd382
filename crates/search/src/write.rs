//! Writing documents.

use std::sync::{MutexGuard, PoisonError};

use loggia_catalog::ports::{IndexDocument, IndexError};
use loggia_model::{Seq, Urn};
use tantivy::{IndexWriter, TantivyDocument, Term};

use crate::{Inner, open, unusable, words};

pub fn add(inner: &Inner, documents: Vec<IndexDocument>) -> Result<(), IndexError> {
    writing(inner, |writer| {
        for document in documents {
            writer.add_document(tantivy_document(inner, &document)?).map_err(unusable)?;
        }
        Ok(())
    })
}

pub fn put(inner: &Inner, documents: Vec<IndexDocument>) -> Result<(), IndexError> {
    writing(inner, |writer| {
        for document in documents {
            writer.delete_term(Term::from_field_text(inner.fields.urn, document.card.urn.as_str()));
            writer.add_document(tantivy_document(inner, &document)?).map_err(unusable)?;
        }
        Ok(())
    })
}

pub fn remove(inner: &Inner, urns: &[Urn]) -> Result<(), IndexError> {
    writing(inner, |writer| {
        for urn in urns {
            writer.delete_term(Term::from_field_text(inner.fields.urn, urn.as_str()));
        }
        Ok(())
    })
}

pub fn commit(inner: &Inner, applied: Seq) -> Result<(), IndexError> {
    writing(inner, |writer| {
        let mut commit = writer.prepare_commit().map_err(unusable)?;
        commit.set_payload(&applied.to_string());
        commit.commit().map(|_| ()).map_err(unusable)
    })?;
    inner.reader.reload().map_err(unusable)?;
    inner.facets.follow(&inner.reader.searcher()).map_err(unusable)?;
    inner.applied.send_replace(applied);
    Ok(())
}

pub fn clear(inner: &Inner) -> Result<(), IndexError> {
    writing(inner, |writer| writer.delete_all_documents().map(|_| ()).map_err(unusable))
}

/// A writer that goes takes with it what it has not committed.
pub fn rollback(inner: &Inner) {
    *held(inner) = None;
}

fn writing<T>(
    inner: &Inner,
    work: impl FnOnce(&mut IndexWriter<TantivyDocument>) -> Result<T, IndexError>,
) -> Result<T, IndexError> {
    let mut held = held(inner);
    let writer = match held.take() {
        Some(writer) => writer,
        None => open::writer(&inner.index)?,
    };
    work(held.insert(writer))
}

fn held(inner: &Inner) -> MutexGuard<'_, Option<IndexWriter<TantivyDocument>>> {
    // A thread that died while writing leaves nothing half-done: documents show only after a commit.
    inner.writer.lock().unwrap_or_else(PoisonError::into_inner)
}

fn tantivy_document(inner: &Inner, document: &IndexDocument) -> Result<TantivyDocument, IndexError> {
    let fields = &inner.fields;
    let card = &document.card;
    let stored = serde_json::to_vec(card).map_err(|error| IndexError::Unusable(error.to_string()))?;
    let mut entry = TantivyDocument::default();
    entry.add_text(fields.urn, card.urn.as_str());
    entry.add_bytes(fields.card, &stored);
    for text in &document.text {
        entry.add_text(fields.text, text);
    }
    entry.add_text(fields.shown_name, words::whole(&card.name));
    for name in &document.names {
        entry.add_text(fields.names, words::whole(name));
        entry.add_text(fields.name_words, name);
    }
    entry.add_text(fields.sort_name, sort_name(&card.name));
    entry.add_i64(fields.changed, card.changed_at.micros());
    if let Some(changed) = card.data_changed_at {
        entry.add_i64(fields.data_changed, changed.micros());
    }
    for (facet, values) in &document.facets {
        if let Some((_, field)) = fields.facets.iter().find(|(known, _)| known == facet) {
            for value in values {
                entry.add_text(*field, value);
            }
        }
    }
    for (relation, to) in &document.relations {
        entry.add_text(fields.relation, format!("{} {to}", relation.as_str()));
    }
    for column in &document.columns {
        entry.add_text(fields.columns, column);
    }
    for known in &document.traits {
        entry.add_text(fields.traits, known.word());
    }
    Ok(entry)
}

fn sort_name(name: &str) -> String {
    name.chars().take(100).flat_map(char::to_lowercase).collect()
}
