//! What something is done to: an entity, by what policies may ask of it.

use std::collections::{BTreeSet, HashMap, HashSet};

use cedar_policy::{Entity, EntityUid, RestrictedExpression};
use loggia_model::{Attribute, Trait, Urn};

use crate::schema::{organisation, uid_of};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    pub urn: Urn,
    /// The unit that it belongs to, directly.
    pub unit: Option<Urn>,
    /// All units whose roles reach it, its own among them, and its glossary and project.
    pub within: BTreeSet<Urn>,
    pub owners: BTreeSet<Urn>,
    pub terms: BTreeSet<Urn>,
    pub tags: BTreeSet<String>,
    /// `table`, `dashboard`; of an asset.
    pub type_of: Option<String>,
    pub platform: Option<String>,
    pub deprecated: bool,
    /// It is in a project, and has not been published.
    pub inventory: bool,
}

impl Resource {
    /// One of which nothing else is known.
    pub fn new(urn: Urn) -> Self {
        Self {
            urn,
            unit: None,
            within: BTreeSet::new(),
            owners: BTreeSet::new(),
            terms: BTreeSet::new(),
            tags: BTreeSet::new(),
            type_of: None,
            platform: None,
            deprecated: false,
            inventory: false,
        }
    }

    /// What a [`Filter`](loggia_model::Filter) goes by, and an index keeps.
    pub fn traits(&self) -> BTreeSet<Trait> {
        let mut traits = BTreeSet::from([Trait::Kind(self.urn.kind()), Trait::Is(self.urn.clone())]);
        traits.extend(self.within.iter().cloned().map(Trait::In));
        traits.extend(self.unit.iter().cloned().map(Trait::Unit));
        traits.extend(self.owners.iter().cloned().map(Trait::Owner));
        traits.extend(self.terms.iter().cloned().map(Trait::Term));
        traits.extend(self.tags.iter().cloned().map(Trait::Tag));
        traits.extend(self.type_of.iter().cloned().map(Trait::Type));
        traits.extend(self.platform.iter().cloned().map(Trait::Platform));
        traits.extend(self.deprecated.then_some(Trait::Deprecated));
        traits.extend(self.inventory.then_some(Trait::Inventory));
        let has = [
            (Attribute::Unit, self.unit.is_some()),
            (Attribute::Owners, !self.owners.is_empty()),
            (Attribute::Terms, !self.terms.is_empty()),
            (Attribute::Tags, !self.tags.is_empty()),
            (Attribute::Type, self.type_of.is_some()),
            (Attribute::Platform, self.platform.is_some()),
        ];
        traits.extend(has.into_iter().filter(|(_, has)| *has).map(|(attribute, _)| Trait::Has(attribute)));
        traits
    }

    /// Whether it is among its [`traits`](Self::traits).
    pub fn has(&self, wanted: &Trait) -> bool {
        match wanted {
            Trait::Kind(kind) => self.urn.kind() == *kind,
            Trait::Is(urn) => self.urn == *urn,
            Trait::In(urn) => self.within.contains(urn),
            Trait::Unit(urn) => self.unit.as_ref() == Some(urn),
            Trait::Owner(urn) => self.owners.contains(urn),
            Trait::Term(urn) => self.terms.contains(urn),
            Trait::Tag(tag) => self.tags.contains(tag),
            Trait::Type(word) => self.type_of.as_ref() == Some(word),
            Trait::Platform(word) => self.platform.as_ref() == Some(word),
            Trait::Deprecated => self.deprecated,
            Trait::Inventory => self.inventory,
            // The index knows that of a document, and no policy asks for it.
            Trait::Published => false,
            Trait::Has(Attribute::Unit) => self.unit.is_some(),
            Trait::Has(Attribute::Owners) => !self.owners.is_empty(),
            Trait::Has(Attribute::Terms) => !self.terms.is_empty(),
            Trait::Has(Attribute::Tags) => !self.tags.is_empty(),
            Trait::Has(Attribute::Type) => self.type_of.is_some(),
            Trait::Has(Attribute::Platform) => self.platform.is_some(),
        }
    }

    pub(crate) fn uid(&self) -> EntityUid {
        uid_of(&self.urn)
    }

    /// As Cedar knows it; where the principal asks for its own entry, that is in the principal's groups too.
    pub(crate) fn entity(&self, groups: &HashSet<EntityUid>) -> Entity {
        let entities = |urns: &BTreeSet<Urn>| {
            let uids = urns.iter().map(|urn| RestrictedExpression::new_entity_uid(uid_of(urn)));
            RestrictedExpression::new_set(uids)
        };
        let text = |text: &String| RestrictedExpression::new_string(text.clone());
        let mut attributes = HashMap::from([
            ("owners".to_owned(), entities(&self.owners)),
            ("terms".to_owned(), entities(&self.terms)),
            ("tags".to_owned(), RestrictedExpression::new_set(self.tags.iter().map(text))),
            ("deprecated".to_owned(), RestrictedExpression::new_bool(self.deprecated)),
            ("inventory".to_owned(), RestrictedExpression::new_bool(self.inventory)),
        ]);
        let unit = self.unit.iter().map(|unit| RestrictedExpression::new_entity_uid(uid_of(unit)));
        attributes.extend(unit.map(|unit| ("unit".to_owned(), unit)));
        attributes.extend(self.type_of.iter().map(|word| ("type".to_owned(), text(word))));
        attributes.extend(self.platform.iter().map(|word| ("platform".to_owned(), text(word))));
        // What is said to stand below itself, Cedar would refuse as a ring.
        let within = self.within.iter().filter(|within| **within != self.urn);
        let mut above: HashSet<EntityUid> = within.map(uid_of).chain(groups.iter().cloned()).collect();
        above.insert(organisation());
        above.remove(&self.uid());
        // Literals cannot fail to be evaluated.
        Entity::new(self.uid(), attributes, above).unwrap_or_else(|_| Entity::with_uid(self.uid()))
    }
}
