//! Who does something, and through which door.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{Kind, ParseError, Seq, Urn};

/// The key of a person or program. Never a name or an address: those stand once, with the person, so
/// that a person can be erased without touching what was done.
///
/// A person's is a slug, and a service's is `service:` and a slug: no person's key has a `:`, so the log tells
/// the two apart.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ActorKey(Arc<str>);

const SERVICE: &str = "service:";

impl ActorKey {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// # Errors
    /// Where the service's name is too long for a key, or has a `/`.
    pub fn of_service(service: &Urn) -> Result<Self, ParseError> {
        format!("{SERVICE}{}", service.rest()).parse()
    }

    /// The person behind the key, who need not have an entry; `None` for a service.
    pub fn person(&self) -> Option<Urn> {
        format!("urn:loggia:{}:{}", Kind::Person, self.0).parse().ok()
    }

    /// The person or service behind the key, who need not have an entry.
    pub fn entity(&self) -> Option<Urn> {
        match self.0.strip_prefix(SERVICE) {
            Some(slug) => format!("urn:loggia:{}:{slug}", Kind::Service).parse().ok(),
            None => self.person(),
        }
    }
}

impl FromStr for ActorKey {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let valid = |byte: u8| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.' | b'_')
        };
        let slug = text.strip_prefix(SERVICE).unwrap_or(text);
        if slug.is_empty() || text.len() > 100 || !slug.bytes().all(valid) {
            return Err(ParseError::new(
                "actor",
                text,
                "is not 1 to 100 of a-z, 0-9, '-', '.' and '_', for a service after 'service:'",
            ));
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
    /// A program, with a token.
    Api,
    /// A run that the program began by itself, or for somebody who does not wait for it.
    Job,
}

impl Door {
    pub const ALL: [Self; 4] = [Self::Browser, Self::CommandLine, Self::Api, Self::Job];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::CommandLine => "command-line",
            Self::Api => "api",
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
            .ok_or_else(|| ParseError::new("door", text, "is not browser, command-line, api or job"))
    }
}

/// By what somebody is let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Who {
    /// Whoever has the machine, and with it the data itself: what is on the disk, no policy can keep.
    Machine,
    /// A person, by their entry in the catalog.
    Person,
    /// A program or an agent, by its entry in the catalog.
    Service,
    /// Nobody knows.
    Anonymous,
}

impl Who {
    pub const ALL: [Self; 4] = [Self::Machine, Self::Person, Self::Service, Self::Anonymous];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Machine => "machine",
            Self::Person => "person",
            Self::Service => "service",
            Self::Anonymous => "anonymous",
        }
    }
}

impl FromStr for Who {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let known = Self::ALL.into_iter().find(|who| who.as_str() == text);
        known.ok_or_else(|| ParseError::new("who", text, "is not machine, person, service or anonymous"))
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

    /// The key is that of a service ([`ActorKey::of_service`]).
    pub fn service(key: ActorKey, door: Door) -> Self {
        Self { key, who: Who::Service, door, seen: Seq::default(), from: None }
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

    /// Whose roles decide; `None` for whoever has the machine, and for nobody.
    pub fn entity(&self) -> Option<Urn> {
        match self.who {
            Who::Person | Who::Service => self.key.entity(),
            Who::Machine | Who::Anonymous => None,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_services_key_is_no_persons() {
        let service: Urn = "urn:loggia:service:nightly.load".parse().unwrap();
        let key = ActorKey::of_service(&service).unwrap();
        assert_eq!(key.as_str(), "service:nightly.load");
        assert_eq!((key.person(), key.entity()), (None, Some(service)));
        let person: ActorKey = "service.nightly".parse().unwrap();
        assert_eq!(person.entity(), "urn:loggia:person:service.nightly".parse().ok());
        for wrong in ["", "service:", "service:a:b", "service:a/b", "Service:a", "other:a"] {
            assert!(wrong.parse::<ActorKey>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn every_door_comes_back_from_the_log() {
        for door in Door::ALL {
            assert_eq!(door.as_str().parse(), Ok(door));
        }
    }
}
