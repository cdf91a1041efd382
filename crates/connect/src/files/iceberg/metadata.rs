//! A table's metadata file (spec, "Table Metadata Fields").

use std::collections::{BTreeMap, HashMap};
use std::io::Read;
use std::path::Path;

use loggia_model::Timestamp;
use serde::Deserialize;

use super::snapshot::Snapshot;
use crate::files::log::shortened;
use crate::files::reach::{Entry, Reach};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Metadata {
    pub format_version: u32,
    pub table_uuid: Option<String>,
    /// An address: what the manifests name lies below it.
    pub location: String,
    last_updated_ms: Option<i64>,
    #[serde(default)]
    schemas: Vec<Schema>,
    current_schema_id: Option<i64>,
    /// As version 1 has it.
    schema: Option<Schema>,
    #[serde(default)]
    partition_specs: Vec<Spec>,
    default_spec_id: Option<i64>,
    /// As version 1 has it.
    #[serde(default)]
    partition_spec: Vec<Part>,
    #[serde(default)]
    pub properties: BTreeMap<String, String>,
    current_snapshot_id: Option<i64>,
    #[serde(default)]
    snapshots: Vec<Snapshot>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Schema {
    schema_id: Option<i64>,
    pub fields: Vec<Field>,
}

#[derive(Debug, Deserialize)]
pub struct Field {
    pub id: i64,
    pub name: String,
    #[serde(rename = "type")]
    pub data_type: Type,
    pub required: bool,
    pub doc: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Type {
    Value(String),
    Nested(Nested),
}

#[derive(Debug, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case", rename_all_fields = "kebab-case")]
pub enum Nested {
    Struct { fields: Vec<Field> },
    List { element: Box<Type>, element_required: bool },
    Map { key: Box<Type>, value: Box<Type>, value_required: bool },
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Spec {
    spec_id: i64,
    fields: Vec<Part>,
}

/// One thing that a table is partitioned by.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Part {
    pub source_id: Option<i64>,
    transform: String,
    name: String,
}

/// Of a metadata file. Those of tables with thousands of snapshots are some megabytes.
const LARGEST: u64 = 64 << 20;

impl Metadata {
    pub fn read(reach: &Reach, path: &Path) -> Result<Self, String> {
        let name = path.file_name().unwrap_or_default().display();
        let spoilt = |why: &dyn std::fmt::Display| format!("its metadata file '{name}' {why}");
        let mut bytes = Vec::new();
        let text = reach.text(path).map_err(|why| spoilt(&why))?;
        let read = text.take(LARGEST + 1).read_to_end(&mut bytes);
        read.map_err(|why| spoilt(&format!("cannot be read: {why}")))?;
        if bytes.len() as u64 > LARGEST {
            return Err(spoilt(&format!("has more than {} MiB, which are not read", LARGEST >> 20)));
        }
        serde_json::from_slice(&bytes).map_err(|why| spoilt(&format!("is no metadata of Iceberg: {why}")))
    }

    /// The one that the table has now.
    pub fn schema(&self) -> Result<&Schema, String> {
        let current = self.schemas.iter().find(|schema| schema.schema_id == self.current_schema_id);
        let current = current.filter(|_| self.current_schema_id.is_some());
        current.or(self.schema.as_ref()).ok_or_else(|| "has metadata without its current schema".to_owned())
    }

    /// What new files are partitioned by.
    pub fn spec(&self) -> &[Part] {
        let current = self.partition_specs.iter().find(|spec| Some(spec.spec_id) == self.default_spec_id);
        current.map_or(&self.partition_spec, |spec| &spec.fields)
    }

    /// `None` of a table that nothing was written to.
    pub fn snapshot(&self) -> Result<Option<&Snapshot>, String> {
        let Some(id) = self.current_snapshot_id.filter(|id| *id != -1) else { return Ok(None) };
        let current = self.snapshots.iter().find(|snapshot| snapshot.snapshot_id == id);
        current.map(Some).ok_or_else(|| format!("has metadata without its current snapshot {id}"))
    }

    pub fn updated(&self) -> Option<Timestamp> {
        self.last_updated_ms?.checked_mul(1_000).map(Timestamp::from_micros)
    }

    /// Why its rows are not read; `None` where they are.
    pub fn rowless(&self, snapshot: Option<&Snapshot>) -> Option<String> {
        if self.format_version > 2 {
            return Some(format!(
                "is of version {} of Iceberg, and rows are read up to version 2",
                self.format_version
            ));
        }
        if snapshot.is_some_and(Snapshot::has_deletes) {
            return Some("has delete files, which take rows out of others and are not read".to_owned());
        }
        // Files keep the names of their time, and Iceberg finds columns by numbers.
        let (mut names, mut ids) = (HashMap::new(), HashMap::new());
        for field in self.schemas.iter().flat_map(|schema| &schema.fields) {
            let is_other = |known: Option<&i64>| known.is_some_and(|known| *known != field.id);
            if is_other(ids.get(&field.name)) || names.get(&field.id).is_some_and(|name| *name != &field.name)
            {
                let name = shortened(&field.name);
                return Some(format!("had other names for its columns before (such as '{name}')"));
            }
            ids.insert(&field.name, field.id);
            names.insert(field.id, &field.name);
        }
        None
    }
}

impl Part {
    /// `day(at)`; what the name says too is not said twice.
    pub fn words(&self, schema: &Schema) -> String {
        let column = schema.fields.iter().find(|field| Some(field.id) == self.source_id);
        let column = shortened(column.map_or(&self.name, |field| &field.name));
        match self.transform.split_once('[').map(|(what, rest)| (what, rest.trim_end_matches(']'))) {
            Some((what, count)) => format!("{}({count}, {column})", shortened(what)),
            None if self.transform == "identity" => column,
            None => format!("{}({column})", shortened(&self.transform)),
        }
    }
}

/// `00003-UUID.metadata.json`, `v3.metadata.json`, either also packed.
pub fn number(name: &str) -> Option<u64> {
    let stem = name.strip_suffix(".metadata.json.gz").or_else(|| name.strip_suffix(".metadata.json"))?;
    let stem = stem.strip_suffix(".gz").unwrap_or(stem);
    let digits = stem.strip_prefix('v').unwrap_or_else(|| stem.split('-').next().unwrap_or_default());
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}

/// What tables without a catalog say of their newest version.
pub fn hint(reach: &Reach, folder: &Path, entries: &[Entry]) -> Option<u64> {
    const HINT: &str = "version-hint.text";
    entries.iter().find(|entry| entry.name == HINT)?;
    let mut text = String::new();
    reach.text(&folder.join(HINT)).ok()?.take(64).read_to_string(&mut text).ok()?;
    text.trim().trim_start_matches('v').parse().ok()
}
