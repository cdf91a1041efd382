//! What is said to whoever may not do something.

use std::fmt;

use loggia_model::Urn;
use loggia_policy::Action;

use crate::DirectoryEntry;

/// What was asked for is known to be there, and may not be done.
#[derive(Debug, Clone, PartialEq)]
pub struct Forbidden {
    pub action: Action,
    pub urn: Urn,
    pub name: String,
    /// Who can help.
    pub owners: Vec<DirectoryEntry>,
    /// The policies that forbid it; none where none permits it.
    pub because: Vec<String>,
}

impl fmt::Display for Forbidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.action {
            Action::Discover | Action::Read => "read",
            Action::Sample => "see the data of",
            Action::Edit => "edit",
            Action::Curate => "curate",
            Action::Publish => "publish",
            Action::Approve => "approve requests for",
            Action::Administer => "administer",
        };
        write!(f, "you may not {what} {}", self.name)?;
        if !self.because.is_empty() {
            write!(f, ", by the policy {}", self.because.join(" and "))?;
        }
        let owners: Vec<&str> = self.owners.iter().map(|owner| owner.name.as_str()).collect();
        match owners.as_slice() {
            [] => f.write_str(": ask an administrator"),
            owners => write!(f, ": ask {}", owners.join(" or ")),
        }
    }
}
