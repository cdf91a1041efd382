//! What the dependency law needs of a `Cargo.toml`: the crate's name and which of ours it ships with.

use toml::{Table, Value};

use crate::failure::{Result, While};

const OURS: &str = "loggia-";

/// Names are without `loggia-`.
pub struct Manifest {
    pub name: String,
    pub edges: Vec<Edge>,
}

pub struct Edge {
    pub to: String,
    pub optional: bool,
    /// The features that turn an optional dependency on.
    pub turned_on_by: Vec<String>,
}

pub fn parse(text: &str) -> Result<Table> {
    text.parse().while_(|| "is no TOML".to_owned())
}

impl Manifest {
    /// `workspace` is the root's manifest, where inherited dependencies get their package's name.
    pub fn of(manifest: &Table, workspace: &Table) -> Self {
        let name = manifest.get("package").and_then(|package| package.get("name")).and_then(Value::as_str);
        let edges = shipped(manifest)
            .into_iter()
            .filter_map(|(key, dependency)| edge(key, dependency, manifest, workspace))
            .collect();
        Self { name: short(name.unwrap_or_default()).to_owned(), edges }
    }
}

/// All dependencies but those of tests, those of single platforms included.
fn shipped(manifest: &Table) -> Vec<(&String, &Value)> {
    let platforms = manifest.get("target").and_then(Value::as_table).into_iter().flat_map(Table::values);
    let tables = std::iter::once(manifest).chain(platforms.filter_map(Value::as_table));
    tables
        .flat_map(|table| {
            ["dependencies", "build-dependencies"].into_iter().filter_map(|kind| table.get(kind))
        })
        .filter_map(Value::as_table)
        .flat_map(Table::iter)
        .collect()
}

fn edge(key: &str, dependency: &Value, manifest: &Table, workspace: &Table) -> Option<Edge> {
    let inherited = || workspace.get("workspace")?.get("dependencies")?.get(key)?.get("package")?.as_str();
    let package = dependency.get("package").and_then(Value::as_str).or_else(inherited).unwrap_or(key);
    if !package.starts_with(OURS) && package != "xtask" {
        return None;
    }
    Some(Edge {
        to: short(package).to_owned(),
        optional: dependency.get("optional").and_then(Value::as_bool).unwrap_or_default(),
        turned_on_by: features_that_turn_on(key, manifest),
    })
}

/// `dep:key`, `key` and `key/feature` turn a dependency on; `key?/feature` does not.
fn features_that_turn_on(key: &str, manifest: &Table) -> Vec<String> {
    let features = manifest.get("features").and_then(Value::as_table).into_iter().flat_map(Table::iter);
    let turns_on = |word: &str| {
        let word = word.strip_prefix("dep:").unwrap_or(word);
        word.strip_prefix(key).is_some_and(|tail| tail.is_empty() || tail.starts_with('/'))
    };
    features
        .filter(|(_, words)| words.as_array().into_iter().flatten().filter_map(Value::as_str).any(turns_on))
        .map(|(name, _)| name.clone())
        .collect()
}

fn short(package: &str) -> &str {
    package.strip_prefix(OURS).unwrap_or(package)
}
