//! The columns that the first line names, and what their values say of them.

use std::collections::HashMap;

use csv::StringRecord;
use loggia_model::ColumnPath;

use super::guess::Guess;

/// More than anybody reads. It bounds what one hostile header can make of memory.
pub const MOST_COLUMNS: usize = 100_000;

#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    pub path: ColumnPath,
    /// `None` where no value was there to tell.
    pub guess: Option<Guess>,
    /// `None` where no row was there to tell.
    pub nullable: Option<bool>,
}

pub struct Columns(Vec<Seen>);

struct Seen {
    path: ColumnPath,
    guess: Option<Guess>,
    has_values: bool,
    has_empty: bool,
}

impl Columns {
    /// Those of a first line.
    ///
    /// # Errors
    /// Where it does not name them, or names two alike.
    pub fn of(header: &StringRecord) -> Result<Self, String> {
        if header.len() > MOST_COLUMNS {
            return Err(format!("has {} columns: more than {MOST_COLUMNS} are not read", header.len()));
        }
        if header.iter().all(|name| Guess::of(name) != Guess::String) {
            return Err("has values in its first line, which must name the columns".to_owned());
        }
        let mut places = HashMap::new();
        let mut columns = Vec::new();
        for (place, name) in (1..).zip(header) {
            let path = match name.trim() {
                // The index that pandas writes has no name.
                "" => ColumnPath::top(&format!("column_{place}")),
                name => ColumnPath::top(name),
            };
            let path = path.map_err(|error| format!("has a first line that cannot be taken: {error}"))?;
            if let Some(first) = places.insert(path.clone(), place) {
                return Err(format!(
                    "has two columns called '{path}', {first} and {place}: rename one of them"
                ));
            }
            columns.push(Seen { path, guess: None, has_values: false, has_empty: false });
        }
        Ok(Self(columns))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Takes one row, which has as many fields.
    pub fn see(&mut self, record: &StringRecord) {
        for (seen, value) in self.0.iter_mut().zip(record) {
            if value.is_empty() {
                seen.has_empty = true;
                continue;
            }
            seen.has_values = true;
            seen.guess = match seen.guess {
                None => Some(Guess::of(value)),
                Some(Guess::String) => continue,
                Some(guess) => Some(guess.or(Guess::of(value))),
            };
        }
    }

    pub fn into_columns(self) -> Vec<Column> {
        let column = |seen: Seen| Column {
            path: seen.path,
            guess: seen.guess,
            nullable: (seen.has_empty || seen.has_values).then_some(seen.has_empty),
        };
        self.0.into_iter().map(column).collect()
    }
}
