//! The names of things as one actor may know them.

use std::sync::Arc;

use loggia_model::facts::{FieldType, FormField};
use loggia_model::{Actor, ActorKey, Filter, Kind, Trait, Urn};
use loggia_policy::Action;

use crate::access::{Permits, changing};
use crate::find::kind_title;
use crate::ports::{Card, Facet, Freshness};
use crate::{Catalog, DirectoryEntry, Result, metadata_forms};

/// What stands where a name may not be known.
const HIDDEN: &str = "something you may not see";

/// For one request: what it shows of others is asked of this.
#[derive(Clone)]
pub struct Names {
    catalog: Catalog,
    permits: Arc<Permits>,
}

impl Catalog {
    /// # Errors
    /// Where nobody can tell what the actor may know.
    pub async fn names(&self, actor: &Actor) -> Result<Names> {
        Ok(Names { catalog: self.clone(), permits: self.permits(actor).await? })
    }
}

impl Catalog {
    /// What somebody is called, for themselves.
    pub fn own_name(&self, person: &Urn) -> String {
        self.directory.name(person)
    }
}

impl Names {
    pub fn of(&self, urn: &Urn) -> String {
        // The names of assets are in their addresses already, which whoever asks has.
        let may_know = urn.kind() == Kind::Asset || self.catalog.may_know(&self.permits, urn);
        if may_know { self.catalog.directory.name(urn) } else { HIDDEN.to_owned() }
    }

    /// `None` where the actor may not know of it.
    pub fn known(&self, urn: &Urn) -> Option<DirectoryEntry> {
        self.catalog.named(&self.permits, urn)
    }

    /// All of a kind that are in use, by name.
    pub fn all(&self, kind: Kind) -> Vec<DirectoryEntry> {
        let mut all = self.catalog.directory.all(kind);
        all.retain(|entry| entry.is_live() && self.catalog.may_know(&self.permits, &entry.urn));
        all
    }

    /// Of whoever did something.
    pub fn of_actor(&self, key: &ActorKey) -> String {
        if key.as_str() == "local" {
            return "Someone at this machine".into();
        }
        if key.as_str() == crate::federation::KEY {
            return "A provider of identities".into();
        }
        if key.as_str() == crate::suggestions::KEY {
            return "A rule of the sources".into();
        }
        key.entity().map_or_else(|| key.to_string(), |who| self.of(&who))
    }

    /// A card's unit and first owner.
    pub fn of_card(&self, card: &Card) -> (Option<String>, Option<String>) {
        let known = |urn: &Urn| self.catalog.named(&self.permits, urn).map(|entry| entry.name);
        (card.unit.as_ref().and_then(known), card.owners.iter().find_map(known))
    }

    /// The name of a facet's value, as people read it; where it may not be known, the value as it was asked.
    pub fn of_facet(&self, facet: Facet, value: &str) -> String {
        self.known_value(facet, value).unwrap_or_else(|| value.to_owned())
    }

    /// `None` where the actor may not know what the value stands for.
    pub(crate) fn known_value(&self, facet: Facet, value: &str) -> Option<String> {
        let of_kind = |kind: Kind, value: &str| match format!("urn:loggia:{kind}:{value}").parse::<Urn>() {
            Ok(urn) => self.catalog.named(&self.permits, &urn).map(|entry| entry.name),
            Err(_) => Some(value.to_owned()),
        };
        let named = |kind: Kind| of_kind(kind, value);
        match facet {
            Facet::Domain => named(Kind::DomainUnit),
            Facet::Owner => named(Kind::Person),
            Facet::Term => named(Kind::Term),
            Facet::Kind => Some(kind_title(value).to_owned()),
            Facet::Freshness => {
                let known = Freshness::ALL.into_iter().find(|freshness| freshness.as_str() == value);
                Some(known.map_or_else(|| value.to_owned(), |freshness| freshness.title().to_owned()))
            }
            Facet::Platform | Facet::Tag => Some(value.to_owned()),
            Facet::Form => {
                let (field, word) = value.split_once('=')?;
                match self.form_field(field)?.1.field_type {
                    FieldType::Person => of_kind(Kind::Person, word),
                    FieldType::Term => of_kind(Kind::Term, word),
                    _ => Some(word.to_owned()),
                }
            }
        }
    }

    /// `None` where the actor may not know of the form, or it does not ask for that any more.
    pub(crate) fn title_of_facet(&self, facet: Facet, field: &str) -> Option<String> {
        if facet != Facet::Form {
            return Some(facet.title().to_owned());
        }
        let (form, field) = self.form_field(field)?;
        Some(format!("{} ({})", field.label, form.name))
    }

    fn form_field(&self, field: &str) -> Option<(DirectoryEntry, FormField)> {
        let (form, key) = metadata_forms::of_facet(field)?;
        let facts = self.catalog.directory.form(&form)?;
        let asked = facts.field(&key).filter(|field| field.narrows())?.clone();
        Some((self.catalog.named(&self.permits, &form)?, asked))
    }

    /// What narrows a search, in the words of a reader.
    pub fn chosen(&self, facet: Facet, value: &str) -> String {
        let field = value.split('=').next().unwrap_or_default();
        let title = self.title_of_facet(facet, field).unwrap_or_else(|| facet.title().to_owned());
        format!("{title}: {}", self.of_facet(facet, value))
    }

    /// Whether the actor may change what the directory knows: a unit, a term, a group, but no asset.
    pub fn may_change(&self, urn: &Urn) -> bool {
        self.may(changing(urn.kind()), urn)
    }

    /// Whether there is any place where the actor may make something of this kind.
    pub fn may_make(&self, kind: Kind) -> bool {
        *self.permits.filter(changing(kind)) != Filter::Nothing
    }

    /// Whether there is anything that the actor may publish but what they own themselves.
    pub fn publishes(&self) -> bool {
        let own = self.permits.actor().entity().map(Trait::Owner);
        let filter = self.permits.filter(Action::Publish);
        own.map_or_else(|| filter.clone(), |own| filter.given(&own, false)) != Filter::Nothing
    }

    pub fn may(&self, action: Action, urn: &Urn) -> bool {
        self.permits.may(action, &self.catalog.directory.resource_of(urn))
    }

    pub(crate) fn permits(&self) -> &Permits {
        &self.permits
    }
}
