//! Reading an asset: the page that answers what it is, whether to trust it, and whose it is.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use loggia_model::facts::{AssetFacts, ColumnFacts, Listing};
use loggia_model::{Actor, Body, ColumnPath, Filter, Layer, Layered, Rank, Seq, Timestamp, Urn};
use loggia_policy::{Action, Resource};

use crate::attributes::Attributes;
use crate::ports::{Card, Relation};
use crate::provenance::{self, Provenance};
use crate::raci::{PartView, Raci};
use crate::{Catalog, CatalogError, DirectoryEntry, Permits, Result};

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
    pub project: Option<DirectoryEntry>,
    /// Who answers for it, taken over from its unit where nothing is said of it.
    pub parts: Vec<PartView>,
    pub owners: Vec<DirectoryEntry>,
    pub terms: Vec<DirectoryEntry>,
    pub missing_since: Option<Timestamp>,
    /// The other names that lead here.
    pub aliases: Vec<Urn>,
    /// It is in a project, and others do not find it.
    pub is_inventory: bool,
    /// As it was published last, also where that was taken back.
    pub listing: Option<Listing>,
    /// What is shown is not what others see: that is what was published.
    pub has_draft: bool,
    pub name_from: Option<Provenance>,
    pub description_from: Option<Provenance>,
    pub owners_from: Option<Provenance>,
    pub unit_from: Option<Provenance>,
    pub products: Vec<Card>,
    pub upstream: u64,
    pub downstream: u64,
    pub(crate) reader: Reader,
}

/// For whom a view was made: what is asked with it later is answered to them, too.
pub(crate) struct Reader {
    pub permits: Arc<Permits>,
    pub resource: Resource,
}

impl AssetView {
    /// Whether whoever it was made for may do this to it.
    pub fn may(&self, action: Action) -> bool {
        self.reader.permits.may(action, &self.reader.resource)
    }
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
        let permits = self.permits(actor).await?;
        let canonical = self.directory.asset(urn);
        // Before anything is said of it, of its past too.
        if canonical != *urn {
            let action = if as_of.is_none() { Action::Discover } else { Action::Read };
            let known = self.head_by(&permits, action, &canonical).await;
            known.map_err(|error| match error {
                CatalogError::NotFound(_) => CatalogError::no(urn),
                other => other,
            })?;
            if as_of.is_none() {
                return Ok(Looked::Elsewhere(canonical));
            }
        } else if as_of.is_some() {
            self.check_known(&permits, Action::Read, urn).await?;
        }
        let (layers, revision, seq) = self.layers_of(urn, as_of).await?;
        let mut resource = self.as_it_stands(urn, &layers, as_of).await?;
        // Who did not find it then, is not shown it as it was then.
        resource.inventory |= Attributes::of(&Body::Asset(layers.clone())).inventory;
        let named = || layers.for_others().view().name.clone().unwrap_or_else(|| self.directory.name(urn));
        self.check_resource(&permits, Action::Read, &resource, named)?;
        let (listing, published) = (layers.listing().cloned(), layers.as_published());
        let is_theirs = permits.may(Action::Edit, &resource);
        let has_draft = is_theirs && published.as_ref().is_some_and(|seen| seen.view() != layers.view());
        let layers = published.filter(|_| !is_theirs).unwrap_or(layers);
        self.caught_up(actor).await;
        let reader = Reader { permits, resource };
        let permits = &reader.permits;
        let allowed = permits.filter(Action::Discover);
        let unit = reader.resource.unit.as_ref();
        let said = layers.view();
        let parts =
            self.parts(permits, said.owners.as_deref().unwrap_or_default(), &Raci::of_asset(&said), unit);
        let unit = unit.filter(|unit| self.may_know(permits, unit));
        let unit_path = unit.map(|unit| self.path(permits, unit)).unwrap_or_default();
        let facts = self.without_hidden(permits, said).await?;
        let dataset = urn.dataset().ok_or_else(|| CatalogError::no(urn))?;
        let (_, downstream) = self.index.referring(Relation::Upstream, urn, 0, 0, allowed).await?;
        let (products, _) = self.referring(permits, Relation::Offers, urn, (0, 20), allowed).await?;
        Ok(Looked::Here(Box::new(AssetView {
            name: facts.name.clone().unwrap_or_else(|| dataset.short().to_owned()),
            namespace: dataset.namespace().to_owned(),
            technical: dataset.name().to_owned(),
            revision,
            seq,
            as_of,
            unit_path,
            project: facts.project.as_ref().and_then(|project| self.named(permits, project)),
            parts,
            owners: self.all_named(permits, facts.owners.iter().flatten()),
            terms: self.shown_terms(permits, facts.terms.put.iter()),
            missing_since: layers.missing_since(),
            aliases: self.directory.aliases(urn),
            is_inventory: reader.resource.inventory,
            listing,
            has_draft,
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
            reader,
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
                terms: self.shown_terms(&asset.reader.permits, facts.terms.put.iter()),
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
        let cards = self.cards(&asset.reader.permits, &ups).await?;
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
    pub async fn which_are_known(&self, of: &AssetView, assets: &[Urn]) -> Result<HashSet<Urn>> {
        Ok(self.cards(&of.reader.permits, assets).await?.into_iter().map(|card| card.urn).collect())
    }

    /// What is made from the asset, by name, and how many there are in all.
    ///
    /// # Errors
    /// Where the index cannot be read.
    pub async fn downstream(&self, asset: &AssetView, offset: u32, limit: u32) -> Result<(Vec<Card>, u64)> {
        let permits = &asset.reader.permits;
        let allowed = permits.filter(Action::Discover);
        self.referring(permits, Relation::Upstream, &asset.urn, (offset, limit), allowed).await
    }

    /// An asset's layers, joined by those of its other names.
    pub(crate) async fn layers_of(
        &self,
        urn: &Urn,
        as_of: Option<Timestamp>,
    ) -> Result<(Layered<AssetFacts>, u64, Seq)> {
        let (body, revision, seq) = self.body_of(urn, as_of).await?;
        let Body::Asset(layers) = body.as_ref() else { return Err(CatalogError::no(urn)) };
        let layers = layers.clone();
        let layers = if as_of.is_none() { self.with_aliases(urn, layers).await? } else { layers };
        Ok((layers, revision, seq))
    }

    /// Joined by what is known under its other names.
    pub(crate) async fn with_aliases(
        &self,
        urn: &Urn,
        mut layers: Layered<AssetFacts>,
    ) -> Result<Layered<AssetFacts>> {
        let aliases = self.directory.aliases(urn);
        if !aliases.is_empty() {
            for alias in self.store.read(&aliases).await?.into_iter().flatten() {
                join(&mut layers, &alias.body);
            }
        }
        Ok(layers)
    }

    /// Who may see what it was goes by what it is, as long as it is there.
    async fn as_it_stands(
        &self,
        urn: &Urn,
        layers: &Layered<AssetFacts>,
        as_of: Option<Timestamp>,
    ) -> Result<Resource> {
        let of =
            |layers: Layered<AssetFacts>| self.directory.resource(urn, &Attributes::of(&Body::Asset(layers)));
        if as_of.is_none() {
            return Ok(of(layers.clone()));
        }
        match self.layers_of(urn, None).await {
            Ok((now, ..)) => Ok(of(now)),
            Err(CatalogError::NotFound(_)) => Ok(of(layers.clone())),
            Err(error) => Err(error),
        }
    }

    /// Facts without the names of what the actor may not know of.
    async fn without_hidden(&self, permits: &Permits, facts: Arc<AssetFacts>) -> Result<Arc<AssetFacts>> {
        if *permits.filter(Action::Discover) == Filter::Everything {
            return Ok(facts);
        }
        let columns = facts.columns.values();
        let referred = columns.clone().filter_map(|column| Some(&column.references.as_ref()?.asset));
        let named = facts.upstream.put.iter().chain(referred).chain(&facts.terms.put);
        let named = named.chain(columns.clone().flat_map(|column| &column.terms.put)).chain(&facts.unit);
        let named = named.chain(&facts.project).chain(facts.owners.iter().flatten());
        let others = [&facts.responsible, &facts.consulted, &facts.informed];
        let named = named.chain(others.into_iter().flatten().flatten());
        let filled = columns.flat_map(|column| column.forms.named()).chain(facts.forms.named());
        let named: BTreeSet<Urn> = named.cloned().chain(filled).collect();
        let hidden = self.hidden(permits, named.into_iter().collect()).await?;
        if hidden.is_empty() {
            return Ok(facts);
        }
        let shows = |urn: &Urn| !hidden.contains(urn);
        let mut facts = Arc::unwrap_or_clone(facts);
        facts.unit = facts.unit.filter(|unit| shows(unit));
        facts.project = facts.project.filter(|project| shows(project));
        let people = [&mut facts.owners, &mut facts.responsible, &mut facts.consulted, &mut facts.informed];
        people.into_iter().flatten().for_each(|people| people.retain(|who| shows(who)));
        facts.upstream.put.retain(|urn| shows(urn));
        facts.terms.put.retain(|term| shows(term));
        facts.forms.retain(|form, value| shows(form) && value.entity().is_none_or(|named| shows(&named)));
        for column in facts.columns.values_mut() {
            column.terms.put.retain(|term| shows(term));
            column
                .forms
                .retain(|form, value| shows(form) && value.entity().is_none_or(|named| shows(&named)));
            column.references = column.references.take().filter(|to| shows(&to.asset));
        }
        Ok(Arc::new(facts))
    }

    pub(crate) fn shown_terms<'t>(
        &self,
        permits: &Permits,
        terms: impl Iterator<Item = &'t Urn>,
    ) -> Vec<DirectoryEntry> {
        let mut shown: Vec<DirectoryEntry> =
            terms.filter_map(|term| self.named(permits, &self.directory.resolve(term))).collect();
        shown.sort_by(|one, other| one.name.cmp(&other.name));
        shown.dedup_by(|one, other| one.urn == other.urn);
        shown
    }
}

/// Lays what is known under another name beside what is known under this one. Only what sources state
/// moves: what a person said of the other name, that it is one, stays with it.
pub(crate) fn join(layers: &mut Layered<AssetFacts>, alias: &Body) {
    let Body::Asset(other) = alias else { return };
    for (source, layer) in
        other.layers().filter(|(source, _)| matches!(source.rank(), Rank::Contract | Rank::Harvest))
    {
        if layers.layer(source).is_none() {
            let mut layer = Layer::clone(layer);
            // Whoever stands for what goes by another name does not stand for this.
            if layer.facts.certification.is_some() {
                Arc::make_mut(&mut layer.facts).certification = None;
            }
            layers.set(source.clone(), layer);
        }
    }
}
