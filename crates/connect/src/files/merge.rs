//! One table of many files: the union of their columns.
//!
//! The newest file comes first, so its order and its types show. Where an older one says another type of a
//! column, that is kept for `raw`, and what lies below that column in the older file is left out. A column
//! that some of the files lack is nullable.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use loggia_model::ColumnPath;

use super::part::{Column, DataType, Part, Traits};

#[derive(Default)]
pub struct Merged {
    pub rows: u64,
    pub traits: Traits,
    /// By column, the types that older files have.
    pub older_types: BTreeMap<String, BTreeSet<String>>,
    parts: usize,
    columns: Vec<Counted>,
    places: HashMap<ColumnPath, usize>,
}

struct Counted {
    column: Column,
    /// In how many of the parts it is.
    parts: usize,
}

impl Merged {
    pub fn add(&mut self, part: Part) {
        self.parts += 1;
        self.rows = self.rows.saturating_add(part.rows);
        for (name, values) in part.traits {
            self.traits.entry(name).or_default().extend(values);
        }
        let mut clashed: Option<String> = None;
        for column in part.columns {
            // Children follow their parents.
            if clashed.as_ref().is_some_and(|above| column.path.as_str().starts_with(above.as_str())) {
                continue;
            }
            clashed = (!self.lay(&column)).then(|| format!("{}.", column.path));
        }
    }

    /// `false` where the types are not the same.
    fn lay(&mut self, column: &Column) -> bool {
        let place = self.places.get(&column.path).copied();
        let Some(known) = place.and_then(|place| self.columns.get_mut(place)) else {
            self.places.insert(column.path.clone(), self.columns.len());
            self.columns.push(Counted { column: column.clone(), parts: 1 });
            return true;
        };
        known.parts += 1;
        known.column.nullable = either(known.column.nullable, column.nullable);
        match (&mut known.column.data_type, &column.data_type) {
            (DataType::Guessed(known), DataType::Guessed(other)) => {
                *known = match (*known, *other) {
                    (Some(known), Some(other)) => Some(known.or(other)),
                    (known, other) => known.or(other),
                };
                true
            }
            (known, other) if known == other => true,
            (_, other) => {
                self.older_types.entry(column.path.to_string()).or_default().insert(other.words().to_owned());
                false
            }
        }
    }

    /// Each column before those that are nested in it.
    pub fn columns(self) -> Vec<Column> {
        let mut below: BTreeMap<Option<usize>, Vec<usize>> = BTreeMap::new();
        let parents: Vec<Option<usize>> = self.columns.iter().map(|counted| self.parent(counted)).collect();
        for (place, parent) in parents.iter().enumerate() {
            below.entry(*parent).or_default().push(place);
        }
        let mut columns = Vec::with_capacity(self.columns.len());
        let mut open: Vec<usize> = below.remove(&None).unwrap_or_default();
        open.reverse();
        while let Some(place) = open.pop() {
            open.extend(below.remove(&Some(place)).unwrap_or_default().into_iter().rev());
            columns.extend(self.column(place));
        }
        columns
    }

    fn column(&self, place: usize) -> Option<Column> {
        let counted = self.columns.get(place)?;
        let parent = self.parent(counted).and_then(|parent| self.columns.get(parent));
        let expected = parent.map_or(self.parts, |parent| parent.parts);
        let mut column = counted.column.clone();
        if counted.parts < expected {
            column.nullable = Some(true);
        }
        Some(column)
    }

    fn parent(&self, counted: &Counted) -> Option<usize> {
        let segments = counted.column.path.segments();
        let (_, above) = segments.split_last()?;
        self.places.get(&ColumnPath::from_segments(above).ok()?).copied()
    }
}

fn either(one: Option<bool>, other: Option<bool>) -> Option<bool> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one || other),
        (one, other) => one.or(other),
    }
}
