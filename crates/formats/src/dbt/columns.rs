//! A table's columns: the catalog's names, order and types, with what the manifest and the tests say.

use std::collections::{BTreeMap, HashMap};

use indexmap::IndexMap;
use loggia_model::facts::{ColumnFacts, ColumnKey};
use loggia_model::{ColumnPath, Labels};

use super::assets::labels;
use super::catalog::{CatalogColumn, Table};
use super::manifest::{Column, Constraint, Relation, said};
use crate::Refused;

/// What constraints and tests promise of a column.
#[derive(Debug, Default, Clone, Copy)]
pub struct Promises {
    pub not_null: bool,
    pub primary: bool,
    pub unique_constraint: bool,
    /// Lets nulls through, so that alone it makes no key.
    pub unique_test: bool,
    pub foreign: bool,
}

impl Promises {
    fn nullable(self) -> Option<bool> {
        (self.not_null || self.primary).then_some(false)
    }

    /// The strongest: what tells the table's own rows apart comes before what points elsewhere.
    fn key(self) -> Option<ColumnKey> {
        if self.primary {
            Some(ColumnKey::Primary)
        } else if self.unique_constraint || (self.unique_test && self.not_null) {
            Some(ColumnKey::Unique)
        } else {
            self.foreign.then_some(ColumnKey::Foreign)
        }
    }
}

/// What is said of one column, in each of the two places.
#[derive(Default)]
struct Sides<'a> {
    found: Option<&'a CatalogColumn>,
    documented: Option<&'a Column>,
}

/// `tested` has the promises of tests by lower-case name; `dots_nest` tells how to read a dot in a name.
pub fn columns(
    id: &str,
    relation: &Relation,
    table: Option<&Table>,
    tested: &BTreeMap<String, Promises>,
    dots_nest: bool,
    refused: &mut Vec<Refused>,
) -> IndexMap<ColumnPath, ColumnFacts> {
    let promises = with_constraints(tested.clone(), relation);
    let mut columns = IndexMap::new();
    for (name, sides) in merged(relation, table) {
        let what = || format!("column '{name}' of {id}");
        match path(name, dots_nest) {
            Ok(path) => {
                let promised = promises.get(&name.to_lowercase()).copied().unwrap_or_default();
                columns.insert(path, facts(&sides, promised, &what(), refused));
            }
            Err(error) => refused.push(Refused::new(what(), error)),
        }
    }
    columns
}

/// The catalog's columns first, in its order; then those that only the manifest has. An engine that
/// upper-cases names, as Snowflake does, still finds the documentation.
fn merged<'a>(relation: &'a Relation, table: Option<&'a Table>) -> IndexMap<&'a str, Sides<'a>> {
    let mut merged: IndexMap<&str, Sides<'_>> = IndexMap::new();
    let mut by_lower: HashMap<String, &str> = HashMap::new();
    for (key, found) in table.map(Table::columns).unwrap_or_default() {
        let name = found.name.as_deref().unwrap_or(key);
        merged.entry(name).or_default().found = Some(found);
        by_lower.entry(name.to_lowercase()).or_insert(name);
    }
    for (key, documented) in &relation.columns {
        let own = documented.name.as_deref().unwrap_or(key);
        let name = match by_lower.get(&own.to_lowercase()) {
            Some(other_case) if !merged.contains_key(own) => *other_case,
            _ => own,
        };
        merged.entry(name).or_default().documented = Some(documented);
    }
    merged
}

fn path(name: &str, dots_nest: bool) -> Result<ColumnPath, loggia_model::ParseError> {
    if dots_nest {
        ColumnPath::from_segments(&name.split('.').collect::<Vec<_>>())
    } else {
        ColumnPath::top(name)
    }
}

fn facts(sides: &Sides<'_>, promised: Promises, what: &str, refused: &mut Vec<Refused>) -> ColumnFacts {
    let (found, documented) = (sides.found, sides.documented);
    let type_found = found.and_then(|column| said(column.data_type.as_deref()));
    let type_documented = documented.and_then(|column| said(column.data_type.as_deref()));
    let description = documented.and_then(|column| said(column.description.as_deref()));
    let comment = found.and_then(|column| said(column.comment.as_deref()));
    let tags =
        documented.map_or_else(Labels::default, |column| labels(&column.tags, &column.config, what, refused));
    ColumnFacts {
        data_type: type_found.or(type_documented).map(str::to_owned),
        nullable: promised.nullable(),
        key: promised.key(),
        description: description.or(comment).map(str::to_owned),
        tags,
        ..ColumnFacts::default()
    }
}

fn with_constraints(
    mut promises: BTreeMap<String, Promises>,
    relation: &Relation,
) -> BTreeMap<String, Promises> {
    for (key, column) in &relation.columns {
        let name = column.name.as_ref().unwrap_or(key).to_lowercase();
        for constraint in &column.constraints {
            constrain(promises.entry(name.clone()).or_default(), constraint, true);
        }
    }
    for constraint in &relation.constraints {
        for name in &constraint.columns {
            let alone = constraint.columns.len() == 1;
            constrain(promises.entry(name.to_lowercase()).or_default(), constraint, alone);
        }
    }
    promises
}

fn constrain(promises: &mut Promises, constraint: &Constraint, alone: bool) {
    match constraint.kind.as_deref() {
        Some("not_null") => promises.not_null = true,
        Some("primary_key") => promises.primary = true,
        // Columns that are only unique together are not unique one by one.
        Some("unique") if alone => promises.unique_constraint = true,
        Some("foreign_key") => promises.foreign = true,
        _ => {}
    }
}
