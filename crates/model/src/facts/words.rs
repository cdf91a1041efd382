//! Glossaries and terms: the business's words. The relations are those of SKOS (W3C, 2009).

use serde::{Deserialize, Serialize};

use super::{labels_over, said_over, word_list};
use crate::{Facts, Labels, Urn};

word_list! {
    TermStatus, "term status":
    Draft = "draft" / "Draft",
    Approved = "approved" / "Approved",
    Deprecated = "deprecated" / "Deprecated",
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GlossaryFacts {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<Urn>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owners: Option<Vec<Urn>>,
}

impl Facts for GlossaryFacts {
    fn over(&self, below: &mut Self) {
        said_over!(self, below: name, description, unit, owners);
    }
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TermFacts {
    /// skos:prefLabel.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// skos:definition, in Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub definition: Option<String>,
    /// skos:inScheme.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub glossary: Option<Urn>,
    /// skos:altLabel.
    #[serde(skip_serializing_if = "Labels::is_empty")]
    pub synonyms: Labels<String>,
    /// skos:broader; narrower is its inverse and is not said twice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub broader: Option<Urn>,
    /// skos:related.
    #[serde(skip_serializing_if = "Labels::is_empty")]
    pub related: Labels<Urn>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<TermStatus>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owners: Option<Vec<Urn>>,
    /// Set where it has been merged: what carries it shows under that term.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<Urn>,
}

impl Facts for TermFacts {
    fn over(&self, below: &mut Self) {
        said_over!(self, below: name, definition, glossary, broader, status, owners, merged_into);
        labels_over!(self, below: synonyms, related);
    }
}
