//! Projects: people who work for one goal, in a domain unit, and what they work with.

use std::collections::BTreeSet;

use loggia_model::facts::{FormTarget, ProjectFacts};
use loggia_model::{Actor, Body, Filter, Kind, Trait, Urn};
use loggia_policy::Action;

use crate::access::changing;
use crate::metadata_forms::Section;
use crate::ports::{Card, Relation};
use crate::project_profiles::ProjectProfile;
use crate::provenance::{self, Provenance};
use crate::{Catalog, CatalogError, DirectoryEntry, PATIENCE, Permits, Result};

const BATCH: u32 = 500;

/// One of a list.
pub struct ProjectLine {
    pub project: DirectoryEntry,
    pub goal: Option<String>,
    pub is_master_data: bool,
    /// Members whom the actor may know of.
    pub members: usize,
    /// What it has, as far as the actor may know of it.
    pub inventory: u64,
}

/// The projects of one unit.
pub struct ProjectsOfUnit {
    /// From the top down to the unit; empty where they are in none, or in one that the actor may not know of.
    pub path: Vec<DirectoryEntry>,
    pub projects: Vec<ProjectLine>,
}

pub struct ProjectView {
    pub urn: Urn,
    pub name: String,
    pub revision: u64,
    pub goal: Option<String>,
    /// Markdown.
    pub description: Option<String>,
    pub description_from: Option<Provenance>,
    pub is_master_data: bool,
    /// Its goal is reached or given up.
    pub has_ended: bool,
    pub unit_path: Vec<DirectoryEntry>,
    pub owners: Vec<DirectoryEntry>,
    /// One page of its inventory, by name.
    pub entries: Vec<Card>,
    pub total: u64,
    pub assets: u64,
    pub products: u64,
    /// Assets that others find.
    pub published: u64,
    /// Whether the actor may publish what is in it.
    pub may_publish: bool,
    /// Whether the actor may fill in its metadata forms.
    pub may_fill: bool,
    /// Of a Master Data project: where what it has comes from, as far as the actor may know of it. More than one
    /// came by a file.
    pub sources: BTreeSet<String>,
    /// The metadata forms that are asked of it, or have been filled in.
    pub forms: Vec<Section>,
    /// What it was made from; `None` also where the profile is no longer known.
    pub profile: Option<ProjectProfile>,
}

impl Catalog {
    /// All that the actor may know of, by unit.
    ///
    /// # Errors
    /// Where the store or the index cannot be read.
    pub async fn projects(&self, actor: &Actor) -> Result<Vec<ProjectsOfUnit>> {
        self.caught_up(actor).await;
        let permits = self.permits(actor).await?;
        let mut units: Vec<ProjectsOfUnit> = Vec::new();
        for project in self.project_lines(&permits, |_| true).await? {
            let unit = self.directory.standing(None, Some(&project.project.urn));
            let path = unit.map(|unit| self.path(&permits, &unit)).unwrap_or_default();
            match units.iter_mut().find(|known| known.path == path) {
                Some(known) => known.projects.push(project),
                None => units.push(ProjectsOfUnit { path, projects: vec![project] }),
            }
        }
        let names =
            |unit: &ProjectsOfUnit| unit.path.iter().map(|unit| unit.name.to_lowercase()).collect::<Vec<_>>();
        units.sort_by_cached_key(|unit| (unit.path.is_empty(), names(unit)));
        Ok(units)
    }

    /// # Errors
    /// `NotFound` where there is no such project.
    pub async fn project(&self, actor: &Actor, urn: &Urn, offset: u32, limit: u32) -> Result<ProjectView> {
        self.caught_up(actor).await;
        let permits = self.permits(actor).await?;
        let stored = self.head_by(&permits, Action::Read, urn).await?;
        let Body::Project(layers) = stored.body.as_ref() else { return Err(CatalogError::no(urn)) };
        let facts = layers.shown();
        let allowed = permits.filter(Action::Discover);
        let (entries, total) =
            self.referring(&permits, Relation::InProject, urn, (offset, limit), allowed).await?;
        let published = Filter::all([allowed.clone(), Filter::Has(Trait::Published)]);
        let is_master_data = facts.master_data == Some(true);
        let sources = if is_master_data {
            self.sources_in(urn, urn, allowed, usize::MAX).await?
        } else {
            BTreeSet::new()
        };
        let unit = facts.unit.as_ref().map(|unit| self.directory.resolve(unit));
        let resource = self.resource(urn, &stored.body).await?;
        Ok(ProjectView {
            urn: urn.clone(),
            name: stored.body.name(urn),
            revision: stored.revision,
            description_from: provenance::of(layers, "description", |facts| facts.description.is_some()),
            is_master_data,
            has_ended: facts.deprecated == Some(true),
            unit_path: unit.map(|unit| self.path(&permits, &unit)).unwrap_or_default(),
            owners: self.all_named(&permits, facts.owners.iter().flatten()),
            entries,
            total,
            assets: self.count_in(urn, allowed, Kind::Asset).await?,
            products: self.count_in(urn, allowed, Kind::DataProduct).await?,
            published: self.count_in(urn, &published, Kind::Asset).await?,
            may_publish: permits.may(Action::Publish, &resource),
            may_fill: permits.may(changing(Kind::Project), &resource),
            forms: self.sections(&permits, FormTarget::Project, resource.unit.as_ref(), &facts.forms),
            sources,
            profile: facts.profile.as_ref().and_then(|name| self.project_profiles.named(name)).cloned(),
            goal: facts.goal,
            description: facts.description,
        })
    }

    /// By name.
    pub(crate) async fn project_lines(
        &self,
        permits: &Permits,
        is_wanted: impl Fn(&Urn) -> bool,
    ) -> Result<Vec<ProjectLine>> {
        let mut all = self.directory.all(Kind::Project);
        all.retain(|project| is_wanted(&project.urn) && self.may_know(permits, &project.urn));
        let urns: Vec<Urn> = all.iter().map(|project| project.urn.clone()).collect();
        let bodies = self.store.read(&urns).await?;
        let mut lines = Vec::with_capacity(all.len());
        for (project, stored) in all.into_iter().zip(bodies) {
            let facts = stored.as_ref().and_then(|stored| project_facts(&stored.body)).unwrap_or_default();
            let allowed = permits.filter(Action::Discover);
            let (_, inventory) =
                self.index.referring(Relation::InProject, &project.urn, 0, 0, allowed).await?;
            let members = self.all_named(permits, facts.members.iter().flatten().map(|member| &member.who));
            lines.push(ProjectLine {
                goal: facts.goal,
                is_master_data: facts.master_data == Some(true),
                members: members.len(),
                inventory,
                project,
            });
        }
        Ok(lines)
    }

    /// Refuses what would give a Master Data project a second source.
    pub(crate) async fn check_master_data(
        &self,
        urn: &Urn,
        before: Option<&Body>,
        after: Option<&Body>,
    ) -> Result<()> {
        match after {
            Some(Body::Asset(layers)) => {
                let then = match before {
                    Some(Body::Asset(before)) => before.view().project.clone(),
                    _ => None,
                };
                let now = layers.view().project.clone();
                let Some(project) = now.filter(|now| Some(now) != then.as_ref()) else { return Ok(()) };
                let stored = self.store.read(std::slice::from_ref(&project)).await?.pop().flatten();
                let facts = stored.as_ref().and_then(|stored| project_facts(&stored.body));
                if facts.is_none_or(|facts| facts.master_data != Some(true)) {
                    return Ok(());
                }
                let own = source_of(urn);
                self.until_indexed().await?;
                let others = self.sources_in(&project, urn, &Filter::Everything, 1).await?;
                if own.is_none_or(|own| others.iter().all(|other| *other == own)) {
                    return Ok(());
                }
                let name = self.directory.name(&project);
                Err(CatalogError::invalid(
                    "project",
                    format!(
                        "'{name}' is a Master Data project and publishes one source: what it has comes from \
                         another one than this"
                    ),
                ))
            }
            Some(Body::Project(layers)) if layers.view().master_data == Some(true) => {
                if before.and_then(project_facts).is_some_and(|before| before.master_data == Some(true)) {
                    return Ok(());
                }
                self.until_indexed().await?;
                if self.sources_in(urn, urn, &Filter::Everything, 2).await?.len() < 2 {
                    return Ok(());
                }
                Err(CatalogError::invalid(
                    "master_data",
                    "cannot be: a Master Data project publishes one source, and what this one has comes from more",
                ))
            }
            _ => Ok(()),
        }
    }

    /// Where what is in a project comes from, but for one asset of it; no more than are asked for.
    async fn sources_in(
        &self,
        project: &Urn,
        but: &Urn,
        allowed: &Filter,
        most: usize,
    ) -> Result<BTreeSet<String>> {
        let allowed = Filter::all([allowed.clone(), Filter::Has(Trait::Kind(Kind::Asset))]);
        let mut sources = BTreeSet::new();
        let mut offset = 0;
        loop {
            let (cards, total) =
                self.index.referring(Relation::InProject, project, offset, BATCH, &allowed).await?;
            sources
                .extend(cards.iter().filter(|card| card.urn != *but).filter_map(|card| source_of(&card.urn)));
            offset += BATCH;
            if sources.len() >= most || cards.is_empty() || u64::from(offset) >= total {
                return Ok(sources);
            }
        }
    }

    async fn count_in(&self, project: &Urn, allowed: &Filter, kind: Kind) -> Result<u64> {
        let allowed = Filter::all([allowed.clone(), Filter::Has(Trait::Kind(kind))]);
        Ok(self.index.referring(Relation::InProject, project, 0, 0, &allowed).await?.1)
    }

    /// Waits until the index has what the store has now.
    async fn until_indexed(&self) -> Result<()> {
        let last = self.store.last().await?;
        // An index that is this far behind is catching up with an import: what it has is asked all the same.
        let _late = tokio::time::timeout(PATIENCE, self.until_found(last)).await;
        Ok(())
    }
}

fn project_facts(body: &Body) -> Option<ProjectFacts> {
    match body {
        Body::Project(layers) => Some(layers.shown()),
        _ => None,
    }
}

/// The system that an asset lies in.
fn source_of(asset: &Urn) -> Option<String> {
    asset.dataset().map(|dataset| dataset.namespace().to_owned())
}
