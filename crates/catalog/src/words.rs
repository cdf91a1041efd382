//! The glossary: its tree, and one term with what carries it.

use std::collections::BTreeSet;

use loggia_model::facts::{GlossaryFacts, TermFacts, TermStatus};
use loggia_model::{Actor, Body, ColumnPath, Filter, Kind, Urn};
use loggia_policy::Action;

use crate::ports::{Card, Relation, Stored};
use crate::provenance::{self, Provenance};
use crate::{Catalog, CatalogError, DirectoryEntry, Permits, Result};

pub struct GlossaryView {
    pub urn: Urn,
    pub name: String,
    pub revision: u64,
    pub facts: GlossaryFacts,
    pub owners: Vec<DirectoryEntry>,
    pub terms: u64,
    /// The terms without a broader one in this glossary.
    pub tops: Vec<TermNode>,
}

pub struct TermNode {
    pub term: DirectoryEntry,
    pub narrower: Vec<TermNode>,
}

pub struct TermView {
    pub urn: Urn,
    pub name: String,
    pub revision: u64,
    pub facts: TermFacts,
    pub status: TermStatus,
    pub glossary: Option<DirectoryEntry>,
    pub owners: Vec<DirectoryEntry>,
    /// From the broadest down to this one.
    pub path: Vec<DirectoryEntry>,
    pub narrower: Vec<DirectoryEntry>,
    pub related: Vec<DirectoryEntry>,
    pub merged_into: Option<DirectoryEntry>,
    /// The terms that have become part of it.
    pub merged: Vec<DirectoryEntry>,
    pub carried_by: Vec<Carrier>,
    pub carried: u64,
    pub definition_from: Option<Provenance>,
}

/// What carries a term: itself, or on some of its columns.
pub struct Carrier {
    pub card: Card,
    pub columns: Vec<ColumnPath>,
}

impl Catalog {
    /// Every glossary with the tree of its terms.
    pub async fn glossaries(&self, actor: &Actor) -> Result<Vec<GlossaryView>> {
        self.caught_up(actor).await;
        let mut glossaries = Vec::new();
        for entry in self.directory.all(Kind::Glossary) {
            match self.glossary(actor, &entry.urn).await {
                Ok(glossary) => glossaries.push(glossary),
                // What the actor may not read is not there for them; nor what has gone meanwhile.
                Err(CatalogError::NotFound(_) | CatalogError::Forbidden(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(glossaries)
    }

    /// # Errors
    /// `NotFound` where there is no such glossary.
    pub async fn glossary(&self, actor: &Actor, urn: &Urn) -> Result<GlossaryView> {
        self.caught_up(actor).await;
        let permits = self.permits(actor).await?;
        let stored = self.head_by(&permits, Action::Read, urn).await?;
        let Body::Glossary(layers) = stored.body.as_ref() else { return Err(CatalogError::no(urn)) };
        let facts = layers.shown();
        let belongs = |term: &&DirectoryEntry| term.glossary.as_ref() == Some(urn) && term.is_live();
        let mut all = self.directory.all(Kind::Term);
        all.retain(|term| belongs(&term) && self.may_know(&permits, &term.urn));
        let terms: Vec<&DirectoryEntry> = all.iter().collect();
        let is_top = |term: &&&DirectoryEntry| {
            !terms.iter().any(|other| Some(&other.urn) == term.parent.as_ref() && other.urn != term.urn)
        };
        let tops = terms.iter().filter(is_top).map(|term| self.term_node(&permits, term, 0)).collect();
        Ok(GlossaryView {
            urn: urn.clone(),
            name: stored.body.name(urn),
            revision: stored.revision,
            owners: self.all_named(&permits, facts.owners.iter().flatten()),
            facts,
            terms: terms.len() as u64,
            tops,
        })
    }

    /// A page of all terms that the actor may read, by name, and how many there are: of what carries them, only the
    /// number.
    ///
    /// # Errors
    /// Where they cannot be read.
    pub async fn terms(&self, actor: &Actor, offset: u64, limit: u32) -> Result<(Vec<TermView>, u64)> {
        self.caught_up(actor).await;
        let permits = self.permits(actor).await?;
        let mut all = self.directory.all(Kind::Term);
        all.retain(|term| {
            let traits = || self.directory.resource_of(&term.urn).traits();
            term.is_live()
                && self.may_know(&permits, &term.urn)
                && match permits.filter(Action::Read) {
                    Filter::Everything => true,
                    filter => filter.holds(&traits()),
                }
        });
        let total = all.len() as u64;
        let skipped = usize::try_from(offset).unwrap_or(usize::MAX);
        let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
        let mut terms = Vec::new();
        for entry in all.into_iter().skip(skipped).take(wanted) {
            match self.term(actor, &entry.urn, 0, 0).await {
                Ok(term) => terms.push(term),
                // What has gone meanwhile.
                Err(CatalogError::NotFound(_) | CatalogError::Forbidden(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok((terms, total))
    }

    /// # Errors
    /// `NotFound` where there is no such term.
    pub async fn term(&self, actor: &Actor, urn: &Urn, offset: u32, limit: u32) -> Result<TermView> {
        self.caught_up(actor).await;
        let permits = self.permits(actor).await?;
        let stored = self.head_by(&permits, Action::Read, urn).await?;
        let Body::Term(layers) = stored.body.as_ref() else { return Err(CatalogError::no(urn)) };
        let facts = layers.shown();
        let allowed = permits.filter(Action::Discover);
        let (carried_by, carried) =
            self.referring(&permits, Relation::Carries, urn, (offset, limit), allowed).await?;
        Ok(TermView {
            urn: urn.clone(),
            name: stored.body.name(urn),
            revision: stored.revision,
            status: facts.status.unwrap_or(TermStatus::Draft),
            glossary: facts.glossary.as_ref().and_then(|glossary| self.named(&permits, glossary)),
            owners: self.all_named(&permits, facts.owners.iter().flatten()),
            path: self.path(&permits, urn),
            narrower: self.live_children(&permits, urn),
            related: self.shown_terms(&permits, facts.related.put.iter().filter(|other| *other != urn)),
            merged_into: facts.merged_into.as_ref().and_then(|into| self.named(&permits, into)),
            merged: self.merged(&permits, urn),
            carried_by: self.carriers(urn, carried_by).await?,
            carried,
            definition_from: provenance::of(layers, "definition", |facts| facts.definition.is_some()),
            facts,
        })
    }

    fn merged(&self, permits: &Permits, urn: &Urn) -> Vec<DirectoryEntry> {
        let mut merged = self.directory.merged_into(urn);
        merged.retain(|entry| self.may_know(permits, &entry.urn));
        merged
    }

    /// Tells of each which columns carry the term.
    async fn carriers(&self, term: &Urn, cards: Vec<Card>) -> Result<Vec<Carrier>> {
        let urns: Vec<Urn> = cards.iter().map(|card| card.urn.clone()).collect();
        let bodies = self.store.read(&urns).await?;
        let carries = |terms: &BTreeSet<Urn>| terms.iter().any(|own| self.directory.resolve(own) == *term);
        let carrier = |(card, stored): (Card, Option<Stored>)| {
            let mut columns = Vec::new();
            if let Some(Body::Asset(layers)) = stored.as_ref().map(|stored| stored.body.as_ref()) {
                let facts = layers.for_others().view();
                let carrying = facts.columns.iter().filter(|(_, column)| carries(&column.terms.put));
                columns.extend(carrying.map(|(path, _)| path.clone()));
            }
            Carrier { card, columns }
        };
        Ok(cards.into_iter().zip(bodies).map(carrier).collect())
    }

    fn term_node(&self, permits: &Permits, term: &DirectoryEntry, depth: usize) -> TermNode {
        let below = if depth < 16 { self.live_children(permits, &term.urn) } else { Vec::new() };
        TermNode {
            term: term.clone(),
            narrower: below.iter().map(|term| self.term_node(permits, term, depth + 1)).collect(),
        }
    }
}
