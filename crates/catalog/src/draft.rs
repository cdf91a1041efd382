//! An entity as its form shows it.

use loggia_model::{Actor, Body, Urn};

use crate::organise::Draft;
use crate::{Catalog, CatalogError, Result};

impl Catalog {
    /// What the form of an entity is filled with, and the revision that it is based on.
    ///
    /// # Errors
    /// `NotFound` where there is none.
    pub async fn draft(&self, _actor: &Actor, urn: &Urn) -> Result<(Draft, u64)> {
        let stored = self.head(urn).await?;
        let names = |urns: &mut dyn Iterator<Item = &Urn>| {
            urns.map(|urn| self.directory.name(urn)).collect::<Vec<_>>().join(", ")
        };
        let name = |urn: &Option<Urn>| urn.as_ref().map(|urn| self.directory.name(urn)).unwrap_or_default();
        let plain = Draft { name: stored.body.name(urn), ..Draft::default() };
        let draft = match stored.body.as_ref() {
            Body::Term(layers) => {
                let facts = layers.shown();
                Draft {
                    description: facts.definition.unwrap_or_default(),
                    parent: name(&facts.broader),
                    glossary: name(&facts.glossary),
                    owners: names(&mut facts.owners.iter().flatten()),
                    synonyms: facts.synonyms.put.iter().cloned().collect::<Vec<_>>().join(", "),
                    related: names(&mut facts.related.put.iter()),
                    status: facts.status.map(|status| status.as_str().to_owned()).unwrap_or_default(),
                    ..plain
                }
            }
            Body::DomainUnit(layers) => {
                let facts = layers.shown();
                Draft {
                    description: facts.description.unwrap_or_default(),
                    parent: name(&facts.parent),
                    owners: names(&mut facts.owners.iter().flatten()),
                    ..plain
                }
            }
            Body::Glossary(layers) => {
                let facts = layers.shown();
                Draft {
                    description: facts.description.unwrap_or_default(),
                    unit: name(&facts.unit),
                    owners: names(&mut facts.owners.iter().flatten()),
                    ..plain
                }
            }
            Body::DataProduct(layers) => {
                let facts = layers.shown();
                let lines = |urns: &mut dyn Iterator<Item = &Urn>| {
                    urns.map(ToString::to_string).collect::<Vec<_>>().join("\n")
                };
                Draft {
                    description: facts.description.unwrap_or_default(),
                    unit: name(&facts.unit),
                    owners: names(&mut facts.owners.iter().flatten()),
                    assets: lines(&mut facts.assets.put.iter()),
                    tags: facts.tags.put.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
                    terms: names(&mut facts.terms.put.iter()),
                    status: facts.status.map(|status| status.as_str().to_owned()).unwrap_or_default(),
                    ..plain
                }
            }
            Body::Asset(_) | Body::Person(_) => {
                return Err(CatalogError::NotFound(format!("form for a {}", urn.kind())));
            }
        };
        Ok((draft, stored.revision))
    }
}
