//! Domain units, the tree that is the organisation, and its people.

use serde::{Deserialize, Serialize};

use super::said_over;
use crate::{Facts, Urn};

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UnitFacts {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The unit above; the top has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<Urn>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owners: Option<Vec<Urn>>,
    /// No longer in use; what it holds stays until it is moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deprecated: Option<bool>,
    /// Set where it has been merged: what belongs to it shows there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<Urn>,
}

impl Facts for UnitFacts {
    fn over(&self, below: &mut Self) {
        said_over!(self, below: name, description, parent, owners, deprecated, merged_into);
    }
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PersonFacts {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// What they do: `Data steward`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<Urn>,
}

impl Facts for PersonFacts {
    fn over(&self, below: &mut Self) {
        said_over!(self, below: name, email, title, unit);
    }
}
