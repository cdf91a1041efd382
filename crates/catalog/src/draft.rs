//! An entity as its form shows it.

use loggia_model::{Actor, Body, Urn};
use loggia_policy::Action;

use crate::organise::Draft;
use crate::{Catalog, CatalogError, Result};

impl Catalog {
    /// What the form of an entity is filled with, and the revision that it is based on.
    ///
    /// # Errors
    /// `NotFound` where there is none.
    pub async fn draft(&self, actor: &Actor, urn: &Urn) -> Result<(Draft, u64)> {
        let permits = self.permits(actor).await?;
        let stored = self.head_by(&permits, Action::Read, urn).await?;
        let known = |urn: &Urn| self.named(&permits, urn).map(|entry| self.telling_name(&entry));
        let names =
            |urns: &mut dyn Iterator<Item = &Urn>| urns.filter_map(known).collect::<Vec<_>>().join(", ");
        let name = |urn: &Option<Urn>| urn.as_ref().and_then(known).unwrap_or_default();
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
                let inherits = if facts.inherits == Some(false) { "no" } else { "yes" };
                Draft {
                    description: facts.description.unwrap_or_default(),
                    parent: name(&facts.parent),
                    owners: names(&mut facts.owners.iter().flatten()),
                    responsible: names(&mut facts.responsible.iter().flatten()),
                    consulted: names(&mut facts.consulted.iter().flatten()),
                    informed: names(&mut facts.informed.iter().flatten()),
                    inherits: inherits.to_owned(),
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
                let hidden = self.hidden(&permits, facts.assets.put.iter().cloned().collect()).await?;
                let offered = facts.assets.put.iter().filter(|asset| !hidden.contains(*asset));
                let offered: Vec<String> = offered.map(ToString::to_string).collect();
                Draft {
                    description: facts.description.unwrap_or_default(),
                    unit: name(&facts.unit),
                    project: name(&facts.project),
                    owners: names(&mut facts.owners.iter().flatten()),
                    responsible: names(&mut facts.responsible.iter().flatten()),
                    consulted: names(&mut facts.consulted.iter().flatten()),
                    informed: names(&mut facts.informed.iter().flatten()),
                    assets: offered.join("\n"),
                    tags: facts.tags.put.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
                    terms: names(&mut facts.terms.put.iter()),
                    status: facts.status.map(|status| status.as_str().to_owned()).unwrap_or_default(),
                    ..plain
                }
            }
            Body::Project(layers) => {
                let facts = layers.shown();
                let master_data = if facts.master_data == Some(true) { "yes" } else { "no" };
                Draft {
                    description: facts.description.unwrap_or_default(),
                    goal: facts.goal.unwrap_or_default(),
                    unit: name(&facts.unit),
                    owners: names(&mut facts.owners.iter().flatten()),
                    master_data: master_data.to_owned(),
                    ..plain
                }
            }
            Body::Group(layers) => {
                let facts = layers.view();
                Draft {
                    description: facts.description.clone().unwrap_or_default(),
                    members: names(&mut facts.members.iter().flatten()),
                    ..plain
                }
            }
            Body::Policy(layers) => {
                let facts = layers.view();
                let status = if facts.paused == Some(true) { "paused" } else { "active" };
                Draft {
                    description: facts.description.clone().unwrap_or_default(),
                    text: facts.text.clone().unwrap_or_default(),
                    status: status.to_owned(),
                    ..plain
                }
            }
            Body::Service(layers) => {
                let facts = layers.view();
                Draft {
                    description: facts.description.clone().unwrap_or_default(),
                    owners: names(&mut facts.owners.iter().flatten()),
                    ..plain
                }
            }
            Body::Organisation(layers) => {
                let facts = layers.view();
                Draft { description: facts.description.clone().unwrap_or_default(), ..plain }
            }
            Body::Asset(_) | Body::Person(_) | Body::Rule(_) | Body::MetadataForm(_) | Body::Post(_) => {
                return Err(CatalogError::NotFound(format!("form for a {}", urn.kind())));
            }
        };
        Ok((draft, stored.revision))
    }
}
