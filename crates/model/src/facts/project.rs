//! Projects: people who work for one goal, and what they work with.

use serde::{Deserialize, Serialize};

use super::{FormValues, Member, said_over};
use crate::{Facts, Urn};

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProjectFacts {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What it is there for, in a sentence or two.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub goal: Option<String>,
    /// The domain unit that it is in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<Urn>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owners: Option<Vec<Urn>>,
    /// Who has a role in it, and so for all that is in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub members: Option<Vec<Member>>,
    /// It publishes one source and consumes nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub master_data: Option<bool>,
    /// The name of the profile that it was made from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<String>,
    /// What is filled into metadata forms.
    #[serde(skip_serializing_if = "FormValues::is_empty")]
    pub forms: FormValues,
    /// Its goal is reached or given up; what it holds stays until it is moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deprecated: Option<bool>,
}

impl Facts for ProjectFacts {
    fn over(&self, below: &mut Self) {
        said_over!(self, below: name, description, goal, unit, owners, members, master_data, profile,
            deprecated);
        self.forms.over(&mut below.forms);
    }
}
