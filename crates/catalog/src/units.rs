//! Domain units: the tree, and one unit with what belongs to it.

use loggia_model::facts::UnitFacts;
use loggia_model::{Actor, Body, Kind, Urn};

use crate::ports::{Card, Facet, Relation};
use crate::provenance::{self, Provenance};
use crate::{Catalog, CatalogError, DirectoryEntry, Result};

pub struct UnitNode {
    pub unit: DirectoryEntry,
    /// What belongs to it or to what is below it.
    pub count: u64,
    pub children: Vec<UnitNode>,
}

pub struct UnitView {
    pub urn: Urn,
    pub name: String,
    pub revision: u64,
    pub facts: UnitFacts,
    pub path: Vec<DirectoryEntry>,
    pub children: Vec<UnitNode>,
    pub owners: Vec<DirectoryEntry>,
    /// One page of what belongs to it directly, units below it aside.
    pub entries: Vec<Card>,
    /// How many entries belong to it directly.
    pub total: u64,
    pub description_from: Option<Provenance>,
    pub merged_into: Option<DirectoryEntry>,
}

impl Catalog {
    /// The organisation from its tops down, with counts.
    ///
    /// # Errors
    /// Where the index cannot be read.
    pub async fn unit_tree(&self, actor: &Actor) -> Result<Vec<UnitNode>> {
        self.caught_up(actor).await;
        let counts = self.unit_counts().await?;
        let units = self.directory.all(Kind::DomainUnit);
        let is_top = |unit: &&DirectoryEntry| {
            unit.is_live() && unit.parent.as_ref().is_none_or(|parent| self.directory.entry(parent).is_none())
        };
        Ok(units.iter().filter(is_top).map(|unit| self.node(unit, &counts, 0)).collect())
    }

    /// # Errors
    /// `NotFound` where there is no such unit.
    pub async fn unit(&self, actor: &Actor, urn: &Urn, offset: u32, limit: u32) -> Result<UnitView> {
        self.caught_up(actor).await;
        let stored = self.head(urn).await?;
        let Body::DomainUnit(layers) = stored.body.as_ref() else { return Err(CatalogError::no(urn)) };
        let facts = layers.shown();
        let counts = self.unit_counts().await?;
        let (entries, total) = self.index.referring(Relation::Within, urn, offset, limit).await?;
        Ok(UnitView {
            urn: urn.clone(),
            name: stored.body.name(urn),
            revision: stored.revision,
            path: self.directory.path(urn),
            children: self.live_children(urn).iter().map(|unit| self.node(unit, &counts, 0)).collect(),
            owners: facts.owners.iter().flatten().map(|owner| self.named(owner)).collect(),
            entries,
            total,
            description_from: provenance::of(layers, "description", |facts| facts.description.is_some()),
            merged_into: facts.merged_into.as_ref().map(|into| self.named(into)),
            facts,
        })
    }

    fn node(&self, unit: &DirectoryEntry, counts: &[(String, u64)], depth: usize) -> UnitNode {
        let count = counts.iter().find(|(value, _)| value == unit.urn.rest()).map_or(0, |(_, count)| *count);
        // A tree that somebody has tied into a ring still ends.
        let below = if depth < 16 { self.live_children(&unit.urn) } else { Vec::new() };
        let children = below.iter().map(|child| self.node(child, counts, depth + 1)).collect();
        UnitNode { unit: unit.clone(), count, children }
    }

    pub(crate) fn live_children(&self, urn: &Urn) -> Vec<DirectoryEntry> {
        self.directory.children(urn).into_iter().filter(DirectoryEntry::is_live).collect()
    }

    async fn unit_counts(&self) -> Result<Vec<(String, u64)>> {
        let counts = self.index.counts(Facet::Domain).await?;
        Ok(counts.into_iter().map(|count| (count.value, count.count)).collect())
    }
}
