//! The columns of a Parquet schema, with what is nested in them.
//!
//! Lists and maps have a group or two of their own in the schema, in several historical shapes; these are
//! taken off by the rules of parquet-format, LogicalTypes.md, "Nested Types", so that a list of strings is
//! `tags` of `list<string>` with one column `tags.[]` below it, whoever wrote it.

use std::collections::HashSet;

use loggia_model::ColumnPath;
use parquet::basic::{ConvertedType, LogicalType, Repetition};
use parquet::schema::types::{Type, TypePtr};

use super::words;
use crate::files::part::{Column, DataType};

pub fn of(schema: &Type) -> Result<Vec<Column>, String> {
    let mut found = Found::default();
    for field in fields(schema) {
        found.add(field.name(), Node::of(field))?;
    }
    let mut paths = HashSet::new();
    for column in &found.columns {
        if !paths.insert(&column.path) {
            return Err(format!("has two columns called '{}': rename one of them", column.path));
        }
    }
    Ok(found.columns)
}

#[derive(Default)]
struct Found {
    columns: Vec<Column>,
    path: Vec<String>,
}

impl Found {
    fn add(&mut self, segment: &str, node: Node<'_>) -> Result<(), String> {
        self.path.push(segment.to_owned());
        let path = ColumnPath::from_segments(&self.path);
        let path = path.map_err(|error| format!("has a column that cannot be named: {error}"))?;
        let shape = node.shape();
        let data_type = DataType::Stated(shape.words());
        self.columns.push(Column { path, data_type, nullable: Some(node.is_optional()) });
        match shape {
            Shape::Value(_) => {}
            Shape::List(element) => self.add("[]", element)?,
            Shape::Map(key, value) => {
                self.add("{key}", key)?;
                self.add("{value}", value)?;
            }
            Shape::Struct(fields) => {
                for field in fields {
                    self.add(field.name(), Node::of(field))?;
                }
            }
        }
        self.path.pop();
        Ok(())
    }
}

#[derive(Clone, Copy)]
struct Node<'a> {
    node: &'a Type,
    /// It stands for one element of a list, which its being repeated has already been taken for.
    is_element: bool,
}

enum Shape<'a> {
    Value(String),
    Struct(&'a [TypePtr]),
    List(Node<'a>),
    Map(Node<'a>, Node<'a>),
}

impl<'a> Node<'a> {
    fn of(node: &'a Type) -> Self {
        Self { node, is_element: false }
    }

    fn element(node: &'a Type) -> Self {
        Self { node, is_element: true }
    }

    fn is_optional(self) -> bool {
        !self.is_element && repetition(self.node) == Some(Repetition::OPTIONAL)
    }

    fn shape(self) -> Shape<'a> {
        if !self.is_element && is_repeated(self.node) {
            return Shape::List(Self::element(self.node));
        }
        if let Some(words) = words::of(self.node) {
            return Shape::Value(words);
        }
        let inner = match fields(self.node) {
            [only] if is_repeated(only) => Some(only),
            _ => None,
        };
        match (annotation(self.node), inner) {
            (Annotation::List, Some(repeated)) => Shape::List(element_of(self.node, repeated)),
            (Annotation::Map, Some(entries)) => match fields(entries) {
                [key, value] => Shape::Map(Self::of(key), Self::of(value)),
                // A map without values is the set of its keys.
                [key] => Shape::List(Self::of(key)),
                _ => Shape::Struct(fields(self.node)),
            },
            // Its parts are the encoding's, not anybody's columns.
            (Annotation::Variant, _) => Shape::Value("variant".to_owned()),
            _ => Shape::Struct(fields(self.node)),
        }
    }
}

impl Shape<'_> {
    fn words(&self) -> String {
        match self {
            Self::Value(words) => words.clone(),
            Self::Struct(_) => "struct".to_owned(),
            Self::List(element) => format!("list<{}>", element.shape().words()),
            Self::Map(key, value) => format!("map<{}, {}>", key.shape().words(), value.shape().words()),
        }
    }
}

/// The five rules of "Lists", "Backward-compatibility rules".
fn element_of<'a>(list: &Type, repeated: &'a Type) -> Node<'a> {
    let [only] = fields(repeated) else { return Node::element(repeated) };
    let is_old = repeated.name() == "array"
        || repeated.name().strip_suffix("_tuple") == Some(list.name())
        || is_repeated(only)
        || !matches!(annotation(repeated), Annotation::None);
    if is_old { Node::element(repeated) } else { Node::of(only) }
}

enum Annotation {
    List,
    Map,
    Variant,
    None,
}

fn annotation(group: &Type) -> Annotation {
    let info = group.get_basic_info();
    match (info.logical_type_ref(), info.converted_type()) {
        (Some(LogicalType::List), _) | (None, ConvertedType::LIST) => Annotation::List,
        (Some(LogicalType::Map), _) | (None, ConvertedType::MAP | ConvertedType::MAP_KEY_VALUE) => {
            Annotation::Map
        }
        (Some(LogicalType::Variant(_)), _) => Annotation::Variant,
        _ => Annotation::None,
    }
}

fn is_repeated(node: &Type) -> bool {
    repetition(node) == Some(Repetition::REPEATED)
}

/// The library panics where there is none.
fn repetition(node: &Type) -> Option<Repetition> {
    let info = node.get_basic_info();
    info.has_repetition().then(|| info.repetition())
}

/// None, of what is not a group.
fn fields(node: &Type) -> &[TypePtr] {
    match node {
        Type::GroupType { fields, .. } => fields,
        Type::PrimitiveType { .. } => &[],
    }
}
