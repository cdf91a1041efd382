//! Data products: assets that an owner promises to keep.

use serde::{Deserialize, Serialize};

use super::{labels_over, said_over, word_list};
use crate::{Facts, Label, Labels, Urn};

word_list! {
    ProductStatus, "product status":
    Draft = "draft" / "Draft",
    Active = "active" / "Active",
    Deprecated = "deprecated" / "Deprecated",
    Retired = "retired" / "Retired",
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProductFacts {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<Urn>,
    /// The project that works with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<Urn>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owners: Option<Vec<Urn>>,
    /// People and groups that do the work, that are asked first, and that are told; who is accountable, `owners` says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub responsible: Option<Vec<Urn>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consulted: Option<Vec<Urn>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub informed: Option<Vec<Urn>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<ProductStatus>,
    /// The assets that it offers.
    #[serde(skip_serializing_if = "Labels::is_empty")]
    pub assets: Labels<Urn>,
    #[serde(skip_serializing_if = "Labels::is_empty")]
    pub tags: Labels<Label>,
    #[serde(skip_serializing_if = "Labels::is_empty")]
    pub terms: Labels<Urn>,
    /// Set where it has been merged into another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<Urn>,
}

impl Facts for ProductFacts {
    fn over(&self, below: &mut Self) {
        said_over!(self, below: name, description, unit, project, owners, responsible, consulted,
            informed, status, merged_into);
        labels_over!(self, below: assets, tags, terms);
    }
}
