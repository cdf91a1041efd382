//! Reading an asset: the page that answers what it is, whether to trust it, and whose it is.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use loggia_model::facts::{AssetFacts, ColumnFacts};
use loggia_model::{Actor, Body, ColumnPath, Layer, Layered, Rank, Seq, Timestamp, Urn};

use crate::ports::{Card, Relation};
use crate::provenance::{self, Provenance};
use crate::{Catalog, CatalogError, DirectoryEntry, Result};

pub struct AssetView {
    pub urn: Urn,
    pub name: String,
    pub namespace: String,
    pub technical: String,
    pub revision: u64,
    pub seq: Seq,
    /// Set when an earlier state is shown.
    pub as_of: Option<Timestamp>,
    pub facts: Arc<AssetFacts>,
    pub layers: Layered<AssetFacts>,
    /// From the top unit down to its own.
    pub unit_path: Vec<DirectoryEntry>,
    pub owners: Vec<DirectoryEntry>,
    pub terms: Vec<DirectoryEntry>,
    pub missing_since: Option<Timestamp>,
    /// The other names that lead here.
    pub aliases: Vec<Urn>,
    pub name_from: Option<Provenance>,
    pub description_from: Option<Provenance>,
    pub owners_from: Option<Provenance>,
    pub unit_from: Option<Provenance>,
    pub products: Vec<Card>,
    pub upstream: u64,
    pub downstream: u64,
}

/// A page of columns.
pub struct Columns {
    pub shown: Vec<Column>,
    /// How many match the filter.
    pub matching: u64,
    pub total: u64,
    pub offset: u64,
}

pub struct Column {
    /// Counts from 1 in the table's own order.
    pub position: u64,
    pub path: ColumnPath,
    pub facts: ColumnFacts,
    pub terms: Vec<DirectoryEntry>,
    pub described_from: Option<Provenance>,
}

/// What a person asks of a table's columns.
#[derive(Debug, Clone, Default)]
pub struct ColumnFilter {
    /// Part of a name or description.
    pub text: String,
    pub only_described: bool,
    pub tag: Option<String>,
}

/// Columns that one page shows.
pub const COLUMNS_A_PAGE: u64 = 200;

pub enum Looked {
    Here(Box<AssetView>),
    /// It is another name of that one.
    Elsewhere(Urn),
}

impl Catalog {
    /// # Errors
    /// `NotFound` where there is no such asset, or was none at that instant.
    pub async fn asset(&self, actor: &Actor, urn: &Urn, as_of: Option<Timestamp>) -> Result<Looked> {
        let canonical = self.directory.asset(urn);
        if canonical != *urn && as_of.is_none() {
            return Ok(Looked::Elsewhere(canonical));
        }
        let (layers, revision, seq) = self.layers_of(urn, as_of).await?;
        self.caught_up(actor).await;
        let facts = layers.view();
        let dataset = urn.dataset().ok_or_else(|| CatalogError::no(urn))?;
        let (_, downstream) = self.index.referring(Relation::Upstream, urn, 0, 0).await?;
        let (products, _) = self.index.referring(Relation::Offers, urn, 0, 20).await?;
        let unit = facts.unit.as_ref().map(|unit| self.directory.resolve(unit));
        Ok(Looked::Here(Box::new(AssetView {
            name: facts.name.clone().unwrap_or_else(|| dataset.short().to_owned()),
            namespace: dataset.namespace().to_owned(),
            technical: dataset.name().to_owned(),
            revision,
            seq,
            as_of,
            unit_path: unit.map(|unit| self.directory.path(&unit)).unwrap_or_default(),
            owners: facts.owners.iter().flatten().map(|owner| self.named(owner)).collect(),
            terms: self.shown_terms(facts.terms.put.iter()),
            missing_since: layers.missing_since(),
            aliases: self.directory.aliases(urn),
            name_from: provenance::of(&layers, "name", |facts| facts.name.is_some()),
            description_from: provenance::of(&layers, "description", |facts| facts.description.is_some()),
            owners_from: provenance::of(&layers, "owners", |facts| facts.owners.is_some()),
            unit_from: provenance::of(&layers, "unit", |facts| facts.unit.is_some()),
            upstream: facts.upstream.put.len() as u64,
            downstream,
            products,
            urn: urn.clone(),
            facts,
            layers,
        })))
    }

    /// A page of the columns that pass the filter, in the table's own order.
    pub fn columns(&self, asset: &AssetView, filter: &ColumnFilter, offset: u64, limit: u64) -> Columns {
        let wanted = filter.text.trim().to_lowercase();
        let passes = |path: &ColumnPath, column: &ColumnFacts| {
            let has = |text: &Option<String>| {
                text.as_ref().is_some_and(|text| text.to_lowercase().contains(&wanted))
            };
            let text = wanted.is_empty()
                || path.as_str().to_lowercase().contains(&wanted)
                || has(&column.name)
                || has(&column.description);
            let tagged =
                filter.tag.as_ref().is_none_or(|tag| column.tags.put.iter().any(|own| own.as_str() == tag));
            text && tagged && (!filter.only_described || column.description.is_some())
        };
        let columns = (1_u64..).zip(&asset.facts.columns);
        let matching: Vec<_> = columns.filter(|(_, (path, column))| passes(path, column)).collect();
        let skip = usize::try_from(offset).unwrap_or(usize::MAX);
        let take = usize::try_from(limit).unwrap_or(usize::MAX);
        let shown = matching.iter().skip(skip).take(take).map(|(position, (path, facts))| {
            let field = format!("columns/{path}/description");
            let describes = |facts: &AssetFacts| {
                facts.columns.get(*path).is_some_and(|column| column.description.is_some())
            };
            Column {
                position: *position,
                path: (*path).clone(),
                facts: (*facts).clone(),
                terms: self.shown_terms(facts.terms.put.iter()),
                described_from: provenance::of(&asset.layers, &field, describes),
            }
        });
        Columns {
            shown: shown.collect(),
            matching: matching.len() as u64,
            total: asset.facts.columns.len() as u64,
            offset,
        }
    }

    /// What the asset is made from. Names that nobody has described yet are there too.
    ///
    /// # Errors
    /// Where the index cannot be read.
    pub async fn upstream(&self, asset: &AssetView) -> Result<Vec<(Urn, Option<Card>)>> {
        let ups: Vec<Urn> = asset.facts.upstream.put.iter().map(|urn| self.directory.asset(urn)).collect();
        let cards = self.index.cards(&ups).await?;
        let mut known: BTreeMap<Urn, Card> = cards.into_iter().map(|card| (card.urn.clone(), card)).collect();
        Ok(ups
            .into_iter()
            .map(|urn| {
                let card = known.remove(&urn);
                (urn, card)
            })
            .collect())
    }

    /// Those of these assets that the catalog has.
    ///
    /// # Errors
    /// Where the index cannot be read.
    pub async fn which_are_known(&self, assets: &[Urn]) -> Result<HashSet<Urn>> {
        Ok(self.index.cards(assets).await?.into_iter().map(|card| card.urn).collect())
    }

    /// What is made from the asset, by name, and how many there are in all.
    ///
    /// # Errors
    /// Where the index cannot be read.
    pub async fn downstream(&self, asset: &AssetView, offset: u32, limit: u32) -> Result<(Vec<Card>, u64)> {
        Ok(self.index.referring(Relation::Upstream, &asset.urn, offset, limit).await?)
    }

    /// An asset's layers, joined by those of its other names.
    pub(crate) async fn layers_of(
        &self,
        urn: &Urn,
        as_of: Option<Timestamp>,
    ) -> Result<(Layered<AssetFacts>, u64, Seq)> {
        let (body, revision, seq) = self.body_of(urn, as_of).await?;
        let Body::Asset(layers) = body.as_ref() else { return Err(CatalogError::no(urn)) };
        let mut layers = layers.clone();
        let aliases = self.directory.aliases(urn);
        if as_of.is_none() && !aliases.is_empty() {
            for alias in self.store.read(&aliases).await?.into_iter().flatten() {
                join(&mut layers, &alias.body);
            }
        }
        Ok((layers, revision, seq))
    }

    pub(crate) fn named(&self, urn: &Urn) -> DirectoryEntry {
        self.directory.entry(urn).unwrap_or_else(|| DirectoryEntry {
            urn: urn.clone(),
            name: self.directory.name(urn),
            parent: None,
            glossary: None,
            synonyms: Default::default(),
            merged_into: None,
            deprecated: false,
            note: None,
        })
    }

    pub(crate) fn shown_terms<'t>(&self, terms: impl Iterator<Item = &'t Urn>) -> Vec<DirectoryEntry> {
        let mut shown: Vec<DirectoryEntry> =
            terms.map(|term| self.named(&self.directory.resolve(term))).collect();
        shown.sort_by(|one, other| one.name.cmp(&other.name));
        shown.dedup_by(|one, other| one.urn == other.urn);
        shown
    }
}

/// Lays what is known under another name beside what is known under this one. Only what sources state
/// moves: what a person said of the other name, that it is one, stays with it.
pub(crate) fn join(layers: &mut Layered<AssetFacts>, alias: &Body) {
    let Body::Asset(other) = alias else { return };
    for (source, layer) in other.layers().filter(|(source, _)| source.rank() >= Rank::Contract) {
        if layers.layer(source).is_none() {
            layers.set(source.clone(), Layer::clone(layer));
        }
    }
}
