//! What may be done to an entity.

use std::fmt;
use std::sync::LazyLock;

use cedar_policy::EntityUid;

use crate::schema;

/// Each is decided by itself: who may edit need not be let near the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Action {
    /// Know that it is there: find it, count it, see its name where others refer to it.
    Discover,
    /// See all that the catalog knows of it.
    Read,
    /// See some of its rows, and what its values are like.
    Sample,
    Edit,
    /// Change the words that others go by: terms, glossaries, the tree.
    Curate,
    Publish,
    Approve,
    Administer,
}

impl Action {
    pub const ALL: [Self; 8] = [
        Self::Discover,
        Self::Read,
        Self::Sample,
        Self::Edit,
        Self::Curate,
        Self::Publish,
        Self::Approve,
        Self::Administer,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Discover => "discover",
            Self::Read => "read",
            Self::Sample => "sample",
            Self::Edit => "edit",
            Self::Curate => "curate",
            Self::Publish => "publish",
            Self::Approve => "approve",
            Self::Administer => "administer",
        }
    }

    pub(crate) fn uid(self) -> &'static EntityUid {
        static UIDS: LazyLock<Vec<EntityUid>> = LazyLock::new(|| {
            Action::ALL.into_iter().map(|action| schema::uid("Action", action.as_str())).collect()
        });
        // In the order of ALL, which is that of the variants.
        UIDS.get(self as usize).unwrap_or_else(|| unreachable!("every action is in ALL"))
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
