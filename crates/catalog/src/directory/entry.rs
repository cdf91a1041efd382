//! What is known of one entity without reading it.

use std::collections::BTreeSet;

use loggia_model::facts::{ProductStatus, TermStatus};
use loggia_model::{Body, Urn};

#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub urn: Urn,
    pub name: String,
    /// The unit above a unit, the broader term of a term.
    pub parent: Option<Urn>,
    pub glossary: Option<Urn>,
    /// A term's other names.
    pub synonyms: BTreeSet<String>,
    pub merged_into: Option<Urn>,
    pub deprecated: bool,
    /// `false` of a unit that roles of above do not reach.
    pub inherits: bool,
    /// A person's title, for lists.
    pub note: Option<String>,
}

impl Entry {
    /// `None` of an asset, which the index knows, and of a post, which has no name of its own.
    pub(super) fn of(urn: &Urn, body: &Body) -> Option<Self> {
        let plain = Entry::named(urn, body.name(urn));
        match body {
            Body::Asset(_) | Body::Post(_) => None,
            Body::Glossary(_) | Body::Group(_) | Body::Service(_) | Body::Organisation(_) => Some(plain),
            Body::Rule(layers) => Some(Entry { deprecated: layers.view().paused == Some(true), ..plain }),
            Body::MetadataForm(layers) => Some(Entry { deprecated: layers.view().is_paused(), ..plain }),
            Body::Policy(layers) => Some(Entry { deprecated: layers.view().paused == Some(true), ..plain }),
            Body::Project(layers) => {
                Some(Entry { deprecated: layers.view().deprecated == Some(true), ..plain })
            }
            Body::DomainUnit(layers) => {
                let facts = layers.shown();
                let deprecated = facts.deprecated == Some(true);
                let inherits = facts.inherits != Some(false);
                Some(Entry {
                    parent: facts.parent,
                    merged_into: facts.merged_into,
                    deprecated,
                    inherits,
                    ..plain
                })
            }
            Body::Term(layers) => {
                let facts = layers.shown();
                Some(Entry {
                    parent: facts.broader,
                    glossary: facts.glossary,
                    synonyms: facts.synonyms.put,
                    merged_into: facts.merged_into,
                    deprecated: facts.status == Some(TermStatus::Deprecated),
                    ..plain
                })
            }
            Body::DataProduct(layers) => {
                let facts = layers.shown();
                let deprecated =
                    matches!(facts.status, Some(ProductStatus::Deprecated | ProductStatus::Retired));
                Some(Entry { merged_into: facts.merged_into, deprecated, ..plain })
            }
            Body::Person(layers) => Some(Entry { note: layers.shown().title, ..plain }),
        }
    }

    pub(super) fn named(urn: &Urn, name: String) -> Self {
        Self {
            urn: urn.clone(),
            name,
            parent: None,
            glossary: None,
            synonyms: BTreeSet::new(),
            merged_into: None,
            deprecated: false,
            inherits: true,
            note: None,
        }
    }

    /// Not merged into another.
    pub fn is_live(&self) -> bool {
        self.merged_into.is_none()
    }
}
