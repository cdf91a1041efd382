//! Data products: what an owner promises to keep.

use loggia_model::facts::{ProductFacts, ProductStatus};
use loggia_model::{Actor, Body, Kind, Urn};
use loggia_policy::Action;

use crate::ports::Card;
use crate::provenance::{self, Provenance};
use crate::raci::{PartView, Raci};
use crate::{Catalog, CatalogError, DirectoryEntry, Result};

pub struct ProductView {
    pub urn: Urn,
    pub name: String,
    pub revision: u64,
    pub facts: ProductFacts,
    pub status: ProductStatus,
    pub unit_path: Vec<DirectoryEntry>,
    pub project: Option<DirectoryEntry>,
    /// Who answers for it, taken over from its unit where nothing is said of it.
    pub parts: Vec<PartView>,
    pub owners: Vec<DirectoryEntry>,
    pub terms: Vec<DirectoryEntry>,
    pub assets: Vec<Card>,
    pub merged_into: Option<DirectoryEntry>,
    pub description_from: Option<Provenance>,
}

impl Catalog {
    /// All products, by name.
    ///
    /// # Errors
    /// Where the index cannot be read.
    pub async fn products(&self, actor: &Actor) -> Result<Vec<Card>> {
        self.caught_up(actor).await;
        let live: Vec<Urn> = self
            .directory
            .all(Kind::DataProduct)
            .into_iter()
            .filter(DirectoryEntry::is_live)
            .map(|entry| entry.urn)
            .collect();
        let permits = self.permits(actor).await?;
        self.cards(&permits, &live).await
    }

    /// # Errors
    /// `NotFound` where there is no such product.
    pub async fn product(&self, actor: &Actor, urn: &Urn) -> Result<ProductView> {
        self.caught_up(actor).await;
        let permits = self.permits(actor).await?;
        let stored = self.head_by(&permits, Action::Read, urn).await?;
        let Body::DataProduct(layers) = stored.body.as_ref() else { return Err(CatalogError::no(urn)) };
        let facts = layers.shown();
        let assets: Vec<Urn> = facts.assets.put.iter().map(|asset| self.directory.asset(asset)).collect();
        let unit = self.directory.standing(facts.unit.as_ref(), facts.project.as_ref());
        let owners = facts.owners.as_deref().unwrap_or_default();
        Ok(ProductView {
            project: facts.project.as_ref().and_then(|project| self.named(&permits, project)),
            parts: self.parts(&permits, owners, &Raci::of_product(&facts), unit.as_ref()),
            urn: urn.clone(),
            name: stored.body.name(urn),
            revision: stored.revision,
            status: facts.status.unwrap_or(ProductStatus::Draft),
            unit_path: unit.map(|unit| self.path(&permits, &unit)).unwrap_or_default(),
            owners: self.all_named(&permits, facts.owners.iter().flatten()),
            terms: self.shown_terms(&permits, facts.terms.put.iter()),
            assets: self.cards(&permits, &assets).await?,
            merged_into: facts.merged_into.as_ref().and_then(|into| self.named(&permits, into)),
            description_from: provenance::of(layers, "description", |facts| facts.description.is_some()),
            facts,
        })
    }
}
