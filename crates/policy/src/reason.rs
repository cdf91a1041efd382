//! What a decision rests on.

use std::fmt;

use crate::Assignment;

#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reason {
    /// Whoever has the machine has what is on it: that is not decided.
    Machine,
    /// What holds without a role, by its name in [`EVERYONE`](crate::EVERYONE).
    Everyone(String),
    /// A role that somebody, or a group that they are in, has somewhere.
    Role(Assignment),
    /// An organisation's own policy, by its name.
    Own(String),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Machine => f.write_str("whoever has the machine has the catalog"),
            Self::Everyone(name) | Self::Own(name) => f.write_str(name),
            Self::Role(assignment) => f.write_str(&assignment.name()),
        }
    }
}
