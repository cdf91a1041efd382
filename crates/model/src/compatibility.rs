//! What a change of columns means for whoever reads the table, in the terms of semantic versioning (semver.org 2.0.0).
//!
//! Seen from a reader: what made a query fail, or mean something else, breaks it. A column that may be null from now on
//! does; one that never is any more does not.

mod data_type;

use std::str::FromStr;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use self::data_type::Fit;
use crate::facts::ColumnFacts;
use crate::{ColumnPath, ParseError};

/// What readers have to do; the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Nothing: only words have changed.
    Patch,
    /// Nothing, and there is more to be had.
    Minor,
    /// Look at what they have built.
    Major,
}

/// A column that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnChange {
    /// As it was called; one that was added, as it is called.
    pub path: ColumnPath,
    pub what: ColumnChanged,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnChanged {
    Added,
    Dropped,
    Renamed {
        to: ColumnPath,
    },
    /// It holds all that it held, and more.
    Widened {
        from: String,
        to: String,
    },
    /// It no longer holds all that it held.
    Narrowed {
        from: String,
        to: String,
    },
    /// It holds something else, or nobody can tell.
    Retyped {
        from: String,
        to: String,
    },
    MadeNullable,
    MadeRequired,
    /// Description, tags, terms, key.
    Described,
}

impl ColumnChanged {
    pub fn level(&self) -> Level {
        match self {
            Self::Dropped
            | Self::Renamed { .. }
            | Self::Narrowed { .. }
            | Self::Retyped { .. }
            | Self::MadeNullable => Level::Major,
            Self::Added | Self::Widened { .. } | Self::MadeRequired => Level::Minor,
            Self::Described => Level::Patch,
        }
    }
}

/// Of the columns of a table, as readers know them. Written as `1.4.2`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    pub major: u32,
    pub minor: u32,
    pub patch: u32,
}

impl Version {
    pub const FIRST: Self = Self { major: 1, minor: 0, patch: 0 };

    #[must_use]
    pub fn after(self, level: Level) -> Self {
        let Self { major, minor, patch } = self;
        match level {
            Level::Major => Self { major: major.saturating_add(1), minor: 0, patch: 0 },
            Level::Minor => Self { major, minor: minor.saturating_add(1), patch: 0 },
            Level::Patch => Self { major, minor, patch: patch.saturating_add(1) },
        }
    }
}

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

impl FromStr for Version {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let mut parts = text.split('.').map(str::parse::<u32>);
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(Ok(major)), Some(Ok(minor)), Some(Ok(patch)), None) => Ok(Self { major, minor, patch }),
            _ => Err(ParseError::new("version", text, "is not three numbers, such as 1.4.2")),
        }
    }
}

impl Serialize for Version {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

type Columns = IndexMap<ColumnPath, ColumnFacts>;

/// What has changed of columns, those that were there in their order, and then those that came.
pub fn column_changes(before: &Columns, after: &Columns) -> Vec<ColumnChange> {
    let renamed = renamed(before, after);
    let mut changes = Vec::new();
    for (path, old) in before {
        let mut add = |what| changes.push(ColumnChange { path: path.clone(), what });
        let new = match (after.get(path), renamed.get(path)) {
            (Some(new), _) => new,
            (None, Some((to, new))) => {
                add(ColumnChanged::Renamed { to: (*to).clone() });
                new
            }
            (None, None) => {
                add(ColumnChanged::Dropped);
                continue;
            }
        };
        of_one(old, new).into_iter().for_each(add);
    }
    let is_new =
        |path: &&ColumnPath| !before.contains_key(*path) && !renamed.values().any(|(to, _)| to == path);
    let added = after.keys().filter(is_new);
    changes.extend(added.map(|path| ColumnChange { path: path.clone(), what: ColumnChanged::Added }));
    changes
}

/// The most that any of them asks of readers; `None` where nothing has changed.
pub fn level_of(changes: &[ColumnChange]) -> Option<Level> {
    changes.iter().map(|change| change.what.level()).max()
}

fn of_one(old: &ColumnFacts, new: &ColumnFacts) -> Vec<ColumnChanged> {
    let mut changed = Vec::new();
    if let (Some(from), Some(to)) = (&old.data_type, &new.data_type) {
        let types = || (from.clone(), to.clone());
        match data_type::fit(from, to) {
            Fit::Same => {}
            Fit::Wider => {
                let (from, to) = types();
                changed.push(ColumnChanged::Widened { from, to });
            }
            Fit::Narrower => {
                let (from, to) = types();
                changed.push(ColumnChanged::Narrowed { from, to });
            }
            Fit::Other => {
                let (from, to) = types();
                changed.push(ColumnChanged::Retyped { from, to });
            }
        }
    }
    match (old.nullable, new.nullable) {
        (Some(false), Some(true)) => changed.push(ColumnChanged::MadeNullable),
        (Some(true), Some(false)) => changed.push(ColumnChanged::MadeRequired),
        _ => {}
    }
    let words = |facts: &ColumnFacts| {
        (facts.name.clone(), facts.description.clone(), facts.tags.clone(), facts.terms.clone(), facts.key)
    };
    if words(old) != words(new) {
        changed.push(ColumnChanged::Described);
    }
    changed
}

/// Columns that went and came under another name: of the same place and type, and either described in the same words or
/// called the same but for how it is written. Where two could be meant, none is: it went, and another came.
fn renamed<'a>(
    before: &'a Columns,
    after: &'a Columns,
) -> IndexMap<&'a ColumnPath, (&'a ColumnPath, &'a ColumnFacts)> {
    let gone: Vec<_> = before.iter().filter(|(path, _)| !after.contains_key(*path)).collect();
    let came: Vec<_> = after.iter().filter(|(path, _)| !before.contains_key(*path)).collect();
    let mut renamed = IndexMap::new();
    for (path, old) in &gone {
        let mut alike = came.iter().filter(|(to, new)| is_renamed(path, old, to, new));
        let (Some((to, new)), None) = (alike.next(), alike.next()) else { continue };
        let is_only = gone.iter().filter(|(path, old)| is_renamed(path, old, to, new)).count() == 1;
        if is_only {
            renamed.insert(*path, (*to, *new));
        }
    }
    renamed
}

fn is_renamed(path: &ColumnPath, old: &ColumnFacts, to: &ColumnPath, new: &ColumnFacts) -> bool {
    let parent = |path: &ColumnPath| {
        let mut segments = path.segments();
        segments.pop();
        segments
    };
    let plain = |path: &ColumnPath| -> String {
        path.name().chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    let is_described_alike = old.description.as_ref().is_some_and(|words| !words.trim().is_empty())
        && old.description == new.description;
    old.data_type == new.data_type
        && parent(path) == parent(to)
        && (is_described_alike || plain(path) == plain(to))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(data_type: &str) -> ColumnFacts {
        ColumnFacts { data_type: Some(data_type.to_owned()), ..ColumnFacts::default() }
    }

    fn columns(all: &[(&str, ColumnFacts)]) -> Columns {
        all.iter().map(|(name, facts)| (ColumnPath::top(name).unwrap(), facts.clone())).collect()
    }

    fn told(before: &[(&str, ColumnFacts)], after: &[(&str, ColumnFacts)]) -> Vec<(String, ColumnChanged)> {
        let changes = column_changes(&columns(before), &columns(after));
        changes.into_iter().map(|change| (change.path.to_string(), change.what)).collect()
    }

    #[test]
    fn what_is_gone_breaks_and_what_came_does_not() {
        let changes = column_changes(
            &columns(&[("id", column("int")), ("fax", column("text"))]),
            &columns(&[("id", column("int")), ("mail", column("date"))]),
        );
        let told: Vec<_> = changes.iter().map(|change| (change.path.as_str(), &change.what)).collect();
        assert_eq!(told, [("fax", &ColumnChanged::Dropped), ("mail", &ColumnChanged::Added)]);
        assert_eq!(level_of(&changes), Some(Level::Major));
        assert_eq!(level_of(&changes[1..]), Some(Level::Minor));
        assert_eq!(level_of(&[]), None);
    }

    #[test]
    fn one_that_is_only_written_otherwise_was_renamed_and_two_that_could_be_meant_are_not() {
        let to = ColumnPath::top("cust_id").unwrap();
        assert_eq!(
            told(&[("custId", column("int"))], &[("cust_id", column("int"))]),
            [("custId".to_owned(), ColumnChanged::Renamed { to })]
        );
        let described = |words: &str| ColumnFacts { description: Some(words.into()), ..column("int") };
        assert_eq!(
            told(&[("no", described("The customer."))], &[("customer", described("The customer."))]).len(),
            1
        );
        let both = told(
            &[("no", described("The customer."))],
            &[("a", described("The customer.")), ("b", described("The customer."))],
        );
        assert_eq!(both[0].1, ColumnChanged::Dropped);
        assert_eq!(both.len(), 3);
    }

    #[test]
    fn nulls_that_nobody_expected_break_and_fewer_do_not() {
        let nullable = |is| ColumnFacts { nullable: Some(is), ..column("int") };
        let changed = |from, to| told(&[("id", nullable(from))], &[("id", nullable(to))])[0].1.clone();
        assert_eq!(changed(false, true).level(), Level::Major);
        assert_eq!(changed(true, false).level(), Level::Minor);
        assert!(told(&[("id", column("int"))], &[("id", nullable(true))]).is_empty(), "nobody had said");
    }

    #[test]
    fn a_version_goes_on_by_the_most_that_is_asked_of_readers() {
        let next = Version::FIRST.after(Level::Minor).after(Level::Patch);
        assert_eq!(next.to_string(), "1.1.1");
        assert_eq!(next.after(Level::Major).to_string(), "2.0.0");
    }
}
