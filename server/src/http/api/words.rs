//! What several answers have parts of.

use loggia_catalog::{DirectoryEntry, Names};
use loggia_model::Urn;
use serde::Serialize;
use utoipa::ToSchema;

/// An entity by its name.
#[derive(Debug, Serialize, ToSchema)]
pub struct Named {
    pub urn: String,
    /// As people read it.
    pub name: String,
}

impl Named {
    /// `None` where whoever asks may not know of it.
    pub fn known(names: &Names, urn: &Urn) -> Option<Self> {
        names.known(urn).as_ref().map(Self::from)
    }

    pub fn all(entries: &[DirectoryEntry]) -> Vec<Self> {
        entries.iter().map(Self::from).collect()
    }
}

impl From<&DirectoryEntry> for Named {
    fn from(entry: &DirectoryEntry) -> Self {
        Self { urn: entry.urn.to_string(), name: entry.name.clone() }
    }
}
