//! Where a column stands in its table: its own name, or the path to a field of a nested one.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::ParseError;

/// Segments joined by `.`; a `.` or `\` inside a segment is escaped with `\`. The element of a list is
/// the segment `[]`, the key and value of a map are `{key}` and `{value}`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ColumnPath(String);

impl ColumnPath {
    /// # Errors
    /// Where there is no segment, or one is empty.
    pub fn from_segments<S: AsRef<str>>(segments: &[S]) -> Result<Self, ParseError> {
        let escaped: Vec<String> = segments.iter().map(|segment| escape(segment.as_ref())).collect();
        escaped.join(".").parse()
    }

    /// The path of a column that is not nested.
    ///
    /// # Errors
    /// Where the name is empty or has control characters.
    pub fn top(name: &str) -> Result<Self, ParseError> {
        escape(name).parse()
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn segments(&self) -> Vec<String> {
        let mut segments = vec![String::new()];
        let mut letters = self.0.chars();
        while let Some(letter) = letters.next() {
            match letter {
                '.' => segments.push(String::new()),
                letter => {
                    let literal = if letter == '\\' { letters.next().unwrap_or('\\') } else { letter };
                    if let Some(last) = segments.last_mut() {
                        last.push(literal);
                    }
                }
            }
        }
        segments
    }

    /// The last segment, unescaped: what the column itself is called.
    pub fn name(&self) -> String {
        self.segments().pop().unwrap_or_default()
    }

    /// How deep it is nested; 0 for a column of the table itself.
    pub fn depth(&self) -> usize {
        self.segments().len().saturating_sub(1)
    }
}

fn escape(segment: &str) -> String {
    segment.replace('\\', "\\\\").replace('.', "\\.")
}

impl FromStr for ColumnPath {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        if text.len() > 2_000 {
            return Err(ParseError::new("column", text, "is longer than 2,000 bytes"));
        }
        if text.chars().any(char::is_control) {
            return Err(ParseError::new("column", text, "has control characters"));
        }
        let path = Self(text.to_owned());
        if path.segments().iter().any(String::is_empty) {
            return Err(ParseError::new("column", text, "has an empty name"));
        }
        Ok(path)
    }
}

impl fmt::Display for ColumnPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for ColumnPath {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for ColumnPath {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_dot_in_a_name_is_not_a_nesting() {
        let path = ColumnPath::from_segments(&["geo.point", "lat"]).unwrap();
        assert_eq!(path.as_str(), "geo\\.point.lat");
        assert_eq!((path.name().as_str(), path.depth()), ("lat", 1));
    }

    proptest! {
        #[test]
        fn segments_come_back(segments in prop::collection::vec("[a-z.\\\\\\[\\] é]{1,8}", 1..5)) {
            prop_assert_eq!(ColumnPath::from_segments(&segments).unwrap().segments(), segments);
        }
    }
}
