//! What must be there before an asset is published.

use serde::{Deserialize, Serialize};

use super::{AssetType, said_over};
use crate::{Facts, Timestamp, Urn};

/// An enforcement rule: what it speaks of, and what it asks for. Of what is not said, it asks nothing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RuleFacts {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Why it is there, in Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// For what is in this unit and in all below it; without, for everything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<Urn>,
    /// For what is in this project alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<Urn>,
    /// For assets of this type alone.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub asset_type: Option<AssetType>,
    /// An owner who is named on the asset itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<bool>,
    /// A description of at least so many characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description_length: Option<u32>,
    /// Of the columns, at least so many in a hundred with a description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub described_columns: Option<u32>,
    /// At least so many glossary terms, its columns' not counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub terms: Option<u32>,
    /// The glossary that the terms must be of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub glossary: Option<Urn>,
    /// The metadata form of which everything that is required must be filled in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form: Option<Urn>,
    /// Data that changed within so many days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fresh_days: Option<u32>,
    /// No check that failed or could not run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checks_pass: Option<bool>,
    /// Columns and types that whatever makes it keeps to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contract: Option<bool>,
    /// Until then it only warns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enforced_from: Option<Timestamp>,
    /// Kept, and not asked for now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paused: Option<bool>,
}

impl Facts for RuleFacts {
    fn over(&self, below: &mut Self) {
        said_over!(self, below: name, description, unit, project, asset_type, owner, description_length,
            described_columns, terms, glossary, form, fresh_days, checks_pass, contract, enforced_from, paused);
    }
}
