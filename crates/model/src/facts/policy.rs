//! What an organisation decides for itself, beside the roles.

use serde::{Deserialize, Serialize};

use super::said_over;
use crate::Facts;

/// A policy in Cedar's language.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PolicyFacts {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Why it is there, in Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// One `permit` or `forbid`; what has none decides nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Kept, and not asked for now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paused: Option<bool>,
}

impl Facts for PolicyFacts {
    fn over(&self, below: &mut Self) {
        said_over!(self, below: name, description, text, paused);
    }
}
