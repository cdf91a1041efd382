//! A set of tags, terms or edges to which several sources add, and from which a person may take.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::ParseError;

/// A tag: short, lower-case, without blanks at its ends. `pii`, `customer-360`, `nivel:oro`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Label(String);

impl Label {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// `pii`, and its kinds (`pii:email`, `pii.email`): what has it tells of persons.
    pub fn is_personal(&self) -> bool {
        self.0
            .strip_prefix("pii")
            .is_some_and(|kind| kind.is_empty() || kind.starts_with([':', '.', '-', '/']))
    }
}

impl FromStr for Label {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let label = text.trim().to_lowercase();
        if label.is_empty() {
            return Err(ParseError::new("tag", text, "is empty"));
        }
        if label.chars().count() > 64 {
            return Err(ParseError::new("tag", text, "is longer than 64 characters"));
        }
        if label.chars().any(|letter| letter.is_control() || letter == ',') {
            return Err(ParseError::new("tag", text, "has a comma or control characters"));
        }
        Ok(Self(label))
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Label {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Label {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// What one layer says about a set: what it puts there, and what it takes away from the layers below.
/// Written as a plain list where nothing is taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labels<T: Ord> {
    pub put: BTreeSet<T>,
    pub taken: BTreeSet<T>,
}

impl<T: Ord> Default for Labels<T> {
    fn default() -> Self {
        Self { put: BTreeSet::new(), taken: BTreeSet::new() }
    }
}

impl<T: Ord + Clone> Labels<T> {
    pub fn is_empty(&self) -> bool {
        self.put.is_empty() && self.taken.is_empty()
    }

    /// Lays this layer over what the layers below have.
    pub fn over(&self, below: &mut BTreeSet<T>) {
        below.retain(|label| !self.taken.contains(label));
        below.extend(self.put.iter().cloned());
    }

    /// What a layer over `below` must say so that `wanted` is what shows.
    pub fn to_show(wanted: &BTreeSet<T>, below: &BTreeSet<T>) -> Self {
        Self {
            put: wanted.difference(below).cloned().collect(),
            taken: below.difference(wanted).cloned().collect(),
        }
    }
}

impl<T: Ord> FromIterator<T> for Labels<T> {
    fn from_iter<I: IntoIterator<Item = T>>(labels: I) -> Self {
        Self { put: labels.into_iter().collect(), taken: BTreeSet::new() }
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PutAndTaken<T: Ord> {
    #[serde(default = "BTreeSet::new")]
    put: BTreeSet<T>,
    #[serde(default = "BTreeSet::new")]
    taken: BTreeSet<T>,
}

impl<T: Ord + Serialize> Serialize for Labels<T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.taken.is_empty() {
            return self.put.serialize(serializer);
        }
        #[derive(Serialize)]
        struct Both<'a, T: Ord> {
            put: &'a BTreeSet<T>,
            taken: &'a BTreeSet<T>,
        }
        Both { put: &self.put, taken: &self.taken }.serialize(serializer)
    }
}

impl<'de, T: Ord + Deserialize<'de>> Deserialize<'de> for Labels<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LabelsVisitor(std::marker::PhantomData))
    }
}

struct LabelsVisitor<T>(std::marker::PhantomData<T>);

impl<'de, T: Ord + Deserialize<'de>> serde::de::Visitor<'de> for LabelsVisitor<T> {
    type Value = Labels<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list, or a map with 'put' and 'taken'")
    }

    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut put = BTreeSet::new();
        while let Some(label) = list.next_element()? {
            put.insert(label);
        }
        Ok(Labels { put, taken: BTreeSet::new() })
    }

    fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        let both = PutAndTaken::deserialize(serde::de::value::MapAccessDeserializer::new(map))?;
        Ok(Labels { put: both.put, taken: both.taken })
    }
}
