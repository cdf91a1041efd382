//! Columns as a table's own log states them, with what is nested in them.

use std::collections::HashSet;

use loggia_model::ColumnPath;

use super::describe::DescribedColumn;
use super::log::shortened;
use loggia_formats::csv::MOST_COLUMNS;

pub struct Field {
    pub name: String,
    pub shape: Shape,
    pub nullable: bool,
    pub description: Option<String>,
}

pub enum Shape {
    Value(String),
    Struct(Vec<Field>),
    List(Box<Field>),
    Map(Box<Field>, Box<Field>),
}

/// Structs, lists and maps within one another.
const DEEPEST: usize = 100;

/// Letters of the name of a type.
const LONGEST_TYPE: usize = 200;

impl Field {
    /// The part of a list or a map.
    pub fn part(name: &str, shape: Shape, nullable: bool) -> Box<Self> {
        Box::new(Self { name: name.to_owned(), shape, nullable, description: None })
    }
}

/// Each before those that are nested in it. `partitions` says which are partitioned by.
pub fn columns(fields: &[Field], partitions: &dyn Fn(&str) -> bool) -> Result<Vec<DescribedColumn>, String> {
    let mut found = Found::default();
    for field in fields {
        let first = found.columns.len();
        found.add(field)?;
        if let Some(column) = found.columns.get_mut(first) {
            column.is_partition = partitions(&field.name);
        }
    }
    let mut paths = HashSet::new();
    match found.columns.iter().find(|column| !paths.insert(&column.path)) {
        Some(twice) => Err(format!("has two columns called '{}' in its schema", twice.path)),
        None => Ok(found.columns),
    }
}

#[derive(Default)]
struct Found {
    columns: Vec<DescribedColumn>,
    path: Vec<String>,
}

impl Found {
    fn add(&mut self, field: &Field) -> Result<(), String> {
        if self.columns.len() >= MOST_COLUMNS {
            return Err(format!("has more than {MOST_COLUMNS} columns in its schema, which are not read"));
        }
        if self.path.len() >= DEEPEST {
            return Err(format!("has a schema that is nested more than {DEEPEST} deep"));
        }
        self.path.push(field.name.clone());
        let path = ColumnPath::from_segments(&self.path);
        let path = path.map_err(|error| format!("has a column that cannot be named: {error}"))?;
        self.columns.push(DescribedColumn {
            path,
            data_type: field.shape.words(),
            nullable: Some(field.nullable),
            is_partition: false,
            description: field.description.clone().filter(|said| !said.trim().is_empty()),
        });
        match &field.shape {
            Shape::Value(_) => {}
            Shape::List(element) => self.add(element)?,
            Shape::Map(key, value) => {
                self.add(key)?;
                self.add(value)?;
            }
            Shape::Struct(fields) => {
                for field in fields {
                    self.add(field)?;
                }
            }
        }
        self.path.pop();
        Ok(())
    }
}

impl Shape {
    fn words(&self) -> String {
        let words = match self {
            Self::Value(words) => words.clone(),
            Self::Struct(_) => "struct".to_owned(),
            Self::List(element) => format!("list<{}>", element.shape.words()),
            Self::Map(key, value) => format!("map<{}, {}>", key.shape.words(), value.shape.words()),
        };
        if words.len() > LONGEST_TYPE { shortened(&words) } else { words }
    }
}
