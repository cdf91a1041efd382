//! What has been published of an asset: which version of it, since when, and what becomes of it.

use serde::{Deserialize, Serialize};

use super::word_list;
use crate::compatibility::Version;
use crate::{ActorKey, Timestamp, Urn};

word_list! {
    ListingStatus, "listing status":
    Published = "published" / "Published",
    /// Still there for whoever uses it; nothing new is to be built on it.
    Deprecated = "deprecated" / "Deprecated",
    /// No longer kept; it stays to be found by whoever still has it.
    Retired = "retired" / "Retired",
    /// Taken back: as if it had not been published, but for what was.
    Withdrawn = "withdrawn" / "Not published",
}

/// The listing of an asset: that, and in which version, others find it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listing {
    pub status: ListingStatus,
    /// Of one that is deprecated or retired: what to use in its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub successor: Option<Urn>,
    /// Of one that is deprecated: from when on it will not be kept any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_on: Option<Timestamp>,
    /// The newest first, never none.
    pub releases: Vec<Release>,
}

/// One publication.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Release {
    pub version: Version,
    /// Of the asset: the one that this publication made.
    pub revision: u64,
    pub at: Timestamp,
    pub by: ActorKey,
    /// What is new, in the words of whoever published it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

impl Listing {
    /// Whether others find it.
    pub fn is_out(&self) -> bool {
        self.status != ListingStatus::Withdrawn
    }

    /// Whether nothing new is to be built on it.
    pub fn is_ending(&self) -> bool {
        matches!(self.status, ListingStatus::Deprecated | ListingStatus::Retired)
    }

    pub fn version(&self) -> Version {
        self.releases.first().map_or(Version::FIRST, |release| release.version)
    }
}
