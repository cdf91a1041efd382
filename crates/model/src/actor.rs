//! Who does something, and through which door.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{Kind, ParseError, Seq, Urn};

/// The key of a person or program. Never a name or an address: those stand once, with the person, so
/// that a person can be erased without touching what was done.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ActorKey(Arc<str>);

impl ActorKey {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The person behind the key, who need not have an entry.
    pub fn person(&self) -> Option<Urn> {
        format!("urn:loggia:{}:{}", Kind::Person, self.0).parse().ok()
    }
}

impl FromStr for ActorKey {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let valid = |byte: u8| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.' | b'_')
        };
        if text.is_empty() || text.len() > 100 || !text.bytes().all(valid) {
            return Err(ParseError::new("actor", text, "is not 1 to 100 of a-z, 0-9, '-', '.' and '_'"));
        }
        Ok(Self(text.into()))
    }
}

impl fmt::Display for ActorKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for ActorKey {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for ActorKey {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// The way in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Door {
    Browser,
    CommandLine,
    /// A run that the program began by itself, or for somebody who does not wait for it.
    Job,
}

impl Door {
    pub const ALL: [Self; 3] = [Self::Browser, Self::CommandLine, Self::Job];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::CommandLine => "command-line",
            Self::Job => "job",
        }
    }
}

impl FromStr for Door {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::ALL
            .into_iter()
            .find(|door| door.as_str() == text)
            .ok_or_else(|| ParseError::new("door", text, "is not browser, command-line or job"))
    }
}

/// By what somebody is let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Who {
    /// Whoever has the machine, and with it the data itself: what is on the disk, no policy can keep.
    Machine,
    /// A person, by their entry in the catalog.
    Person,
    /// Nobody knows.
    Anonymous,
}

impl Who {
    pub const ALL: [Self; 3] = [Self::Machine, Self::Person, Self::Anonymous];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Machine => "machine",
            Self::Person => "person",
            Self::Anonymous => "anonymous",
        }
    }
}

impl FromStr for Who {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let known = Self::ALL.into_iter().find(|who| who.as_str() == text);
        known.ok_or_else(|| ParseError::new("who", text, "is not machine, person or anonymous"))
    }
}

/// Who asks. Every use case takes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    pub key: ActorKey,
    pub who: Who,
    pub door: Door,
    /// The last change that this actor is known to have made: what they read must have it.
    pub seen: Seq,
    /// The address that the request came from, where it came by a network.
    pub from: Option<Arc<str>>,
}

impl Actor {
    /// The person at this machine.
    pub fn local(door: Door) -> Self {
        Self { key: ActorKey("local".into()), who: Who::Machine, door, seen: Seq::default(), from: None }
    }

    pub fn person(key: ActorKey, door: Door) -> Self {
        Self { key, who: Who::Person, door, seen: Seq::default(), from: None }
    }

    pub fn anonymous(door: Door) -> Self {
        Self {
            key: ActorKey("anonymous".into()),
            who: Who::Anonymous,
            door,
            seen: Seq::default(),
            from: None,
        }
    }

    #[must_use]
    pub fn having_seen(self, seen: Seq) -> Self {
        Self { seen, ..self }
    }

    #[must_use]
    pub fn from_address(self, from: Option<Arc<str>>) -> Self {
        Self { from, ..self }
    }
}
