//! Who or what states a fact, and whose word counts when several do.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::ParseError;

/// Where a layer of facts comes from: `person`, `code` (the catalog as code, applied from YAML), `listing` (what
/// people had written when it was published), or `TOOL:NAME` such as `dbt:shop`, `files:landing`, `contract:orders`, `ai:describe`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Source(String);

/// The order of precedence: the first that states a fact is the one that shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rank {
    Person,
    Code,
    Contract,
    Harvest,
    /// Never shows: a proposal until a person accepts it.
    Ai,
    /// What readers see in the place of [`Rank::Person`]; beside that, it does not show.
    Listing,
}

impl Rank {
    /// Whether a layer of it counts for what shows to whoever works on the thing.
    pub fn shows(self) -> bool {
        !matches!(self, Self::Ai | Self::Listing)
    }
}

impl Source {
    pub fn person() -> Self {
        Self("person".into())
    }

    pub fn code() -> Self {
        Self("code".into())
    }

    /// What people had written when it was published last.
    pub fn listing() -> Self {
        Self("listing".into())
    }

    /// The source of one harvest: `tool` is a word, `name` says which project, folder or database.
    ///
    /// # Errors
    /// Where the two do not make a source name.
    pub fn harvest(tool: &str, name: &str) -> Result<Self, ParseError> {
        format!("{tool}:{name}").parse()
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `dbt` of `dbt:shop`.
    pub fn tool(&self) -> &str {
        self.0.split_once(':').map_or(self.0.as_str(), |(tool, _)| tool)
    }

    pub fn rank(&self) -> Rank {
        match self.tool() {
            "person" => Rank::Person,
            "code" => Rank::Code,
            "contract" => Rank::Contract,
            "ai" => Rank::Ai,
            "listing" => Rank::Listing,
            _ => Rank::Harvest,
        }
    }
}

/// By precedence; harvests among themselves by name, so that the order never depends on timing.
impl Ord for Source {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.rank(), &self.0).cmp(&(other.rank(), &other.0))
    }
}

impl PartialOrd for Source {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Source {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let (tool, name) = text.split_once(':').unwrap_or((text, "-"));
        let is_word = !tool.is_empty() && tool.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        // `|` separates sources where the store lists them.
        let is_name =
            !name.is_empty() && name.len() <= 400 && !name.contains(|c: char| c.is_control() || c == '|');
        let is_alone = ["person", "code", "listing"].contains(&tool);
        if !is_word || !is_name || (!text.contains(':') && !is_alone) {
            return Err(ParseError::new("source", text, "is not person, code, listing or TOOL:NAME"));
        }
        Ok(Self(text.to_owned()))
    }
}

impl Serialize for Source {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Source {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
