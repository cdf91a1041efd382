//! `catalog.json`: what `dbt docs generate` found in the database itself.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use loggia_model::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::Artifact;
use super::artifact::{Document, Kind};
use super::results::moment;
use crate::text::or_default;
use crate::{FormatError, Refused};

/// By `unique_id`.
#[derive(Debug, Default)]
pub struct Catalog(BTreeMap<String, Table>);

impl Catalog {
    pub fn read(file: Artifact<'_>, refused: &mut Vec<Refused>) -> Result<Self, FormatError> {
        let document = Document::open(file, Kind::Catalog)?;
        let mut tables: BTreeMap<String, Table> =
            document.entries(document.sections.nodes, |_| true, refused)?;
        tables.extend(document.entries(document.sections.sources, |_| true, refused)?);
        Ok(Self(tables))
    }

    pub fn table(&self, id: &str) -> Option<&Table> {
        self.0.get(id)
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub struct Table {
    #[serde(deserialize_with = "or_default")]
    metadata: TableMetadata,
    #[serde(deserialize_with = "or_default")]
    columns: IndexMap<String, CatalogColumn>,
    #[serde(deserialize_with = "or_default")]
    stats: BTreeMap<String, Stat>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
struct TableMetadata {
    #[serde(rename = "type")]
    kind: Option<String>,
    comment: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub struct CatalogColumn {
    pub name: Option<String>,
    #[serde(rename = "type")]
    pub data_type: Option<String>,
    /// A number, though not of one kind in all adapters.
    index: Option<Value>,
    pub comment: Option<String>,
}

/// The names and the kinds of the values are the adapter's own.
#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
struct Stat {
    value: Value,
    /// `false` where the value means nothing.
    include: Option<bool>,
}

impl Table {
    /// `BASE TABLE`, `view`, `MATERIALIZED VIEW`.
    pub fn is_view(&self) -> bool {
        self.metadata.kind.as_deref().is_some_and(|kind| kind.to_lowercase().contains("view"))
    }

    pub fn comment(&self) -> Option<&str> {
        self.metadata.comment.as_deref()
    }

    /// In the order in which the table has them.
    pub fn columns(&self) -> Vec<(&str, &CatalogColumn)> {
        let mut columns: Vec<_> = self.columns.iter().map(|(name, column)| (name.as_str(), column)).collect();
        columns.sort_by(|(_, one), (_, other)| one.place().total_cmp(&other.place()));
        columns
    }

    pub fn rows(&self) -> Option<u64> {
        self.count(&["num_rows", "row_count", "rows"])
    }

    pub fn bytes(&self) -> Option<u64> {
        self.count(&["num_bytes", "bytes"])
    }

    pub fn last_modified(&self) -> Option<Timestamp> {
        self.stat("last_modified")?.as_str().and_then(moment)
    }

    fn count(&self, names: &[&str]) -> Option<u64> {
        names.iter().find_map(|name| count(self.stat(name)?))
    }

    fn stat(&self, name: &str) -> Option<&Value> {
        self.stats.get(name).filter(|stat| stat.include == Some(true)).map(|stat| &stat.value)
    }
}

impl CatalogColumn {
    fn place(&self) -> f64 {
        let written = self.index.as_ref().and_then(|index| match index {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        });
        written.unwrap_or(f64::MAX)
    }
}

/// `3970`, `3970.0` and `"3970"`.
pub fn count(value: &Value) -> Option<u64> {
    let text = match value {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.trim().to_owned(),
        _ => return None,
    };
    text.strip_suffix(".0").unwrap_or(&text).parse().ok()
}
