//! Domain units: the tree, and one unit with what belongs to it.

use loggia_model::facts::UnitFacts;
use loggia_model::{Actor, Body, Filter, Kind, Trait, Urn};
use loggia_policy::Action;

use crate::ports::{Card, Facet, Relation};
use crate::projects::ProjectLine;
use crate::provenance::{self, Provenance};
use crate::raci::{PartView, Raci};
use crate::{Catalog, CatalogError, DirectoryEntry, Permits, Result};

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
    /// Who answers for it, taken over from above where nothing is said of it.
    pub parts: Vec<PartView>,
    /// Its projects.
    pub projects: Vec<ProjectLine>,
    /// Roles and policies of above reach it.
    pub inherits: bool,
    /// One page of what belongs to it directly, units below it and its projects aside.
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
        let permits = self.permits(actor).await?;
        let counts = self.unit_counts(&permits).await?;
        let units = self.directory.all(Kind::DomainUnit);
        let is_known = |unit: &Urn| self.directory.entry(unit).is_some() && self.may_know(&permits, unit);
        // What stands below something that the actor may not know of, stands at the top.
        let is_top = |unit: &&DirectoryEntry| {
            unit.is_live()
                && is_known(&unit.urn)
                && unit.parent.as_ref().is_none_or(|parent| !is_known(parent))
        };
        Ok(units.iter().filter(is_top).map(|unit| self.node(&permits, unit, &counts, 0)).collect())
    }

    /// # Errors
    /// `NotFound` where there is no such unit.
    pub async fn unit(&self, actor: &Actor, urn: &Urn, offset: u32, limit: u32) -> Result<UnitView> {
        self.caught_up(actor).await;
        let permits = self.permits(actor).await?;
        let stored = self.head_by(&permits, Action::Read, urn).await?;
        let Body::DomainUnit(layers) = stored.body.as_ref() else { return Err(CatalogError::no(urn)) };
        let facts = layers.shown();
        let counts = self.unit_counts(&permits).await?;
        let is_no_project = Filter::Has(Trait::Kind(Kind::Project)).negated();
        let allowed = Filter::all([permits.filter(Action::Discover).clone(), is_no_project]);
        let (entries, total) =
            self.referring(&permits, Relation::Within, urn, (offset, limit), &allowed).await?;
        let above = facts.parent.as_ref().map(|parent| self.directory.resolve(parent));
        let owners = facts.owners.as_deref().unwrap_or_default();
        let stands_here = |project: &Urn| self.directory.standing(None, Some(project)).as_ref() == Some(urn);
        Ok(UnitView {
            urn: urn.clone(),
            name: stored.body.name(urn),
            revision: stored.revision,
            path: self.path(&permits, urn),
            children: self
                .live_children(&permits, urn)
                .iter()
                .map(|unit| self.node(&permits, unit, &counts, 0))
                .collect(),
            parts: self.parts(&permits, owners, &Raci::of_unit(&facts), above.as_ref()),
            projects: self.project_lines(&permits, stands_here).await?,
            inherits: facts.inherits != Some(false),
            owners: self.all_named(&permits, facts.owners.iter().flatten()),
            entries,
            total,
            description_from: provenance::of(layers, "description", |facts| facts.description.is_some()),
            merged_into: facts.merged_into.as_ref().and_then(|into| self.named(&permits, into)),
            facts,
        })
    }

    fn node(
        &self,
        permits: &Permits,
        unit: &DirectoryEntry,
        counts: &[(String, u64)],
        depth: usize,
    ) -> UnitNode {
        let count = counts.iter().find(|(value, _)| value == unit.urn.rest()).map_or(0, |(_, count)| *count);
        // A tree that somebody has tied into a ring still ends.
        let below = if depth < 16 { self.live_children(permits, &unit.urn) } else { Vec::new() };
        let children = below.iter().map(|child| self.node(permits, child, counts, depth + 1)).collect();
        UnitNode { unit: unit.clone(), count, children }
    }

    pub(crate) fn live_children(&self, permits: &Permits, urn: &Urn) -> Vec<DirectoryEntry> {
        let mut children = self.directory.children(urn);
        children.retain(|child| child.is_live() && self.may_know(permits, &child.urn));
        children
    }

    async fn unit_counts(&self, permits: &Permits) -> Result<Vec<(String, u64)>> {
        let counts = self.index.counts(Facet::Domain, permits.filter(Action::Discover)).await?;
        Ok(counts.into_iter().map(|count| (count.value, count.count)).collect())
    }
}
