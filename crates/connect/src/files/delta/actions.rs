//! The actions of a log, one a line, as far as readers need them (PROTOCOL.md, "Actions").

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::IgnoredAny;

/// One of them is set; none of an action that says nothing of what the table is.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Action {
    pub add: Option<Add>,
    pub remove: Option<Remove>,
    pub meta_data: Option<Metadata>,
    pub protocol: Option<Protocol>,
    pub commit_info: Option<CommitInfo>,
    /// A file of a checkpoint of the second kind, in which the rest of the actions are.
    pub sidecar: Option<IgnoredAny>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Add {
    /// Percent-encoded.
    pub path: String,
    #[serde(default)]
    pub partition_values: BTreeMap<String, Option<String>>,
    pub size: u64,
    /// Milliseconds since the epoch.
    pub modification_time: i64,
    /// JSON of its own.
    pub stats: Option<String>,
    pub deletion_vector: Option<DeletionVector>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Remove {
    pub path: String,
    pub deletion_vector: Option<DeletionVector>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DeletionVector {
    pub storage_type: String,
    pub path_or_inline_dv: String,
    pub offset: Option<i64>,
    /// Rows that it takes away.
    pub cardinality: u64,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Metadata {
    pub name: Option<String>,
    pub description: Option<String>,
    pub schema_string: String,
    #[serde(default)]
    pub partition_columns: Vec<String>,
    #[serde(default)]
    pub configuration: BTreeMap<String, Option<String>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Protocol {
    pub min_reader_version: u32,
    pub reader_features: Option<Vec<String>>,
}

#[derive(Debug, Deserialize)]
pub struct CommitInfo {
    pub timestamp: Option<i64>,
    pub operation: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Stats {
    pub num_records: Option<u64>,
}

impl DeletionVector {
    /// With the path, it tells one state of a file from another.
    pub fn id(&self) -> String {
        let offset = self.offset.map(|offset| format!("@{offset}")).unwrap_or_default();
        format!("{}{}{offset}", self.storage_type, self.path_or_inline_dv)
    }
}
