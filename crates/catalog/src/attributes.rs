//! What policies ask of an entity: the same for one decision and for the index's filter.

use std::collections::BTreeSet;

use loggia_model::facts::{AssetFacts, Listing, ProductStatus, TermStatus};
use loggia_model::{Body, Kind, Labels, Urn};
use loggia_policy::Resource;

use crate::directory::Directory;

/// As the entity says it itself, before anything that has been merged is looked up.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Attributes {
    pub unit: Option<Urn>,
    pub glossary: Option<Urn>,
    pub project: Option<Urn>,
    /// Of a unit: roles of above do not reach it.
    pub is_cut_off: bool,
    pub owners: Vec<Urn>,
    /// Of an asset, those of its columns too; tags alike.
    pub terms: BTreeSet<Urn>,
    pub tags: BTreeSet<String>,
    pub type_of: Option<String>,
    pub platform: Option<String>,
    pub deprecated: bool,
    /// Of an asset: it is in a project, and has not been published.
    pub inventory: bool,
}

impl Attributes {
    pub fn of(body: &Body) -> Self {
        match body {
            Body::Asset(layers) => {
                let mut attributes = Self::of_asset(&layers.view());
                attributes.inventory = attributes.project.is_some() && !layers.is_published();
                attributes.deprecated = layers.listing().is_some_and(Listing::is_ending);
                // A label that is put closes at once, and one that is taken away opens when that is published.
                if let Some(published) = layers.as_published() {
                    attributes.carries_all(&published.view());
                }
                attributes
            }
            Body::DomainUnit(layers) => {
                let facts = layers.view();
                let deprecated = facts.deprecated == Some(true);
                let is_cut_off = facts.inherits == Some(false);
                Self { deprecated, is_cut_off, ..Self::placed(facts.parent.as_ref(), facts.owners.as_ref()) }
            }
            Body::Glossary(layers) => {
                let facts = layers.view();
                Self::placed(facts.unit.as_ref(), facts.owners.as_ref())
            }
            Body::Term(layers) => {
                let facts = layers.view();
                Self {
                    glossary: facts.glossary.clone(),
                    deprecated: facts.status == Some(TermStatus::Deprecated),
                    ..Self::placed(None, facts.owners.as_ref())
                }
            }
            Body::Project(layers) => {
                let facts = layers.view();
                let deprecated = facts.deprecated == Some(true);
                Self { deprecated, ..Self::placed(facts.unit.as_ref(), facts.owners.as_ref()) }
            }
            Body::DataProduct(layers) => {
                let facts = layers.view();
                Self {
                    project: facts.project.clone(),
                    terms: facts.terms.put.clone(),
                    tags: facts.tags.put.iter().map(ToString::to_string).collect(),
                    deprecated: matches!(
                        facts.status,
                        Some(ProductStatus::Deprecated | ProductStatus::Retired)
                    ),
                    ..Self::placed(facts.unit.as_ref(), facts.owners.as_ref())
                }
            }
            Body::Rule(layers) => {
                let facts = layers.view();
                Self {
                    project: facts.project.clone(),
                    deprecated: facts.paused == Some(true),
                    ..Self::placed(facts.unit.as_ref(), None)
                }
            }
            Body::MetadataForm(layers) => {
                let facts = layers.view();
                Self { deprecated: facts.is_paused(), ..Self::placed(facts.unit.as_ref(), None) }
            }
            Body::Person(layers) => Self::placed(layers.view().unit.as_ref(), None),
            Body::Service(layers) => Self::placed(None, layers.view().owners.as_ref()),
            Body::Group(_) | Body::Organisation(_) | Body::Policy(_) | Body::Post(_) => Self::default(),
        }
    }

    /// Unit, glossary and project that it says it belongs to.
    pub fn place(&self) -> (Option<&Urn>, Option<&Urn>, Option<&Urn>) {
        (self.unit.as_ref(), self.glossary.as_ref(), self.project.as_ref())
    }

    fn placed(unit: Option<&Urn>, owners: Option<&Vec<Urn>>) -> Self {
        Self { unit: unit.cloned(), owners: owners.cloned().unwrap_or_default(), ..Self::default() }
    }

    fn of_asset(facts: &AssetFacts) -> Self {
        let mut attributes = Self::placed(facts.unit.as_ref(), facts.owners.as_ref());
        attributes.project.clone_from(&facts.project);
        attributes.carries_all(facts);
        attributes.type_of = Some(facts.asset_type.map_or("table", |kind| kind.as_str()).to_owned());
        attributes.platform.clone_from(&facts.platform);
        attributes
    }

    fn carries_all(&mut self, facts: &AssetFacts) {
        self.carries(&facts.terms, &facts.tags);
        for column in facts.columns.values() {
            self.carries(&column.terms, &column.tags);
        }
    }

    fn carries<T: ToString + Ord>(&mut self, terms: &Labels<Urn>, tags: &Labels<T>) {
        self.terms.extend(terms.put.iter().cloned());
        self.tags.extend(tags.put.iter().map(ToString::to_string));
    }
}

impl Directory {
    /// An entity as policies know it. A term is where its glossary is, and what has no unit of its own where its
    /// project is. Only of people it does not matter whether a unit inherits: they belong to all above it.
    pub(crate) fn resource(&self, urn: &Urn, attributes: &Attributes) -> Resource {
        let of_the_glossary = || attributes.glossary.as_ref().and_then(|glossary| self.unit_of(glossary));
        let own = attributes.unit.clone().or_else(of_the_glossary);
        let unit = self.standing(own.as_ref(), attributes.project.as_ref());
        let above = match (&unit, urn.kind()) {
            (Some(unit), Kind::Person) => self.and_above(unit),
            (Some(unit), _) if !attributes.is_cut_off => self.reaching(unit),
            _ => Vec::new(),
        };
        let mut within: BTreeSet<Urn> = above.into_iter().collect();
        within.extend(attributes.glossary.clone());
        within.extend(attributes.project.clone());
        Resource {
            unit,
            within,
            owners: attributes.owners.iter().cloned().collect(),
            terms: attributes.terms.iter().map(|term| self.resolve(term)).collect(),
            tags: attributes.tags.clone(),
            type_of: attributes.type_of.clone(),
            platform: attributes.platform.clone(),
            deprecated: attributes.deprecated,
            inventory: attributes.inventory,
            ..Resource::new(urn.clone())
        }
    }
}
