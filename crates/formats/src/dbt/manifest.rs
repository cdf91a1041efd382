//! The manifest, as far as we read it. Every field may be absent or null: which ones are there depends on
//! dbt's version, on the adapter and on what the project's people wrote.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use indexmap::IndexMap;
use loggia_model::Source;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::artifact::Document;
use crate::text::{or_default, texts};
use crate::{FormatError, Refused};

/// By `unique_id` throughout.
pub struct Manifest {
    /// Models, seeds, snapshots and sources, the ephemeral models too.
    pub relations: BTreeMap<String, Relation>,
    pub tests: BTreeMap<String, Test>,
    pub exposures: BTreeMap<String, Exposure>,
    pub groups: BTreeMap<String, Group>,
    /// Metrics, semantic models and saved queries, for the lineage that runs through them.
    pub passages: BTreeMap<String, Passage>,
}

impl Manifest {
    pub fn read(document: &Document<'_>, refused: &mut Vec<Refused>) -> Result<Self, FormatError> {
        let sections = &document.sections;
        let is_relation = |id: &str| matches!(resource_type(id), "model" | "seed" | "snapshot");
        let mut relations: BTreeMap<String, Relation> =
            document.entries(sections.nodes, is_relation, refused)?;
        relations.extend(document.entries(sections.sources, |id| resource_type(id) == "source", refused)?);
        let mut tests: BTreeMap<String, Test> =
            document.entries(sections.nodes, |id| resource_type(id) == "test", refused)?;
        tests.extend(document.entries(sections.unit_tests, |_| true, refused)?);
        let mut passages = BTreeMap::new();
        for section in [sections.metrics, sections.semantic_models, sections.saved_queries] {
            passages.extend(document.entries(section, |_| true, refused)?);
        }
        Ok(Self {
            relations,
            tests,
            exposures: document.entries(sections.exposures, |_| true, refused)?,
            groups: document.entries(sections.groups, |_| true, refused)?,
            passages,
        })
    }

    /// `dbt:PROJECT`. Before manifest v10 the project's name is not said: then it is the package that has
    /// most of the nodes.
    pub fn source(&self, document: &Document<'_>) -> Result<Source, FormatError> {
        let mut nodes_of: BTreeMap<&str, usize> = BTreeMap::new();
        for id in self.relations.keys().chain(self.tests.keys()) {
            *nodes_of.entry(package(id)).or_default() += 1;
        }
        let largest = nodes_of.into_iter().max_by_key(|(name, nodes)| (*nodes, Reverse(*name)));
        let project = document.metadata.project_name.as_deref().or(largest.map(|(name, _)| name));
        let Some(project) = project else {
            return Err(
                document.wrong_metadata("there is no project_name, and there are no nodes to tell it from")
            );
        };
        Source::harvest("dbt", project).map_err(|error| document.wrong_metadata(&error.to_string()))
    }
}

/// `model` of `model.shop.orders`.
pub fn resource_type(id: &str) -> &str {
    id.split_once('.').map_or(id, |(resource_type, _)| resource_type)
}

/// `shop` of `model.shop.orders`.
pub fn package(id: &str) -> &str {
    id.split('.').nth(1).unwrap_or(id)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub struct Relation {
    pub database: Option<String>,
    pub schema: Option<String>,
    pub name: Option<String>,
    /// What a model, seed or snapshot is called in the database.
    pub alias: Option<String>,
    /// What a source is called in the database.
    pub identifier: Option<String>,
    pub original_file_path: Option<String>,
    pub description: Option<String>,
    #[serde(deserialize_with = "or_default")]
    pub columns: IndexMap<String, Column>,
    #[serde(deserialize_with = "texts")]
    pub tags: Vec<String>,
    #[serde(deserialize_with = "or_default")]
    pub meta: Map<String, Value>,
    pub group: Option<String>,
    #[serde(deserialize_with = "or_default")]
    pub config: Config,
    #[serde(deserialize_with = "or_default")]
    pub constraints: Vec<Constraint>,
    #[serde(deserialize_with = "or_default")]
    pub depends_on: DependsOn,
    /// `sql` or `python`; unsaid before v7, when there was only SQL.
    pub language: Option<String>,
    pub compiled_code: Option<String>,
    pub raw_code: Option<String>,
    /// `compiled_code` before v7.
    pub compiled_sql: Option<String>,
    /// `raw_code` before v7.
    pub raw_sql: Option<String>,
    pub source_name: Option<String>,
    pub source_description: Option<String>,
    pub loader: Option<String>,
}

impl Relation {
    pub fn is_ephemeral(&self) -> bool {
        self.config.materialized.as_deref() == Some("ephemeral")
    }

    /// The query as it ran, or as it was written; `None` of seeds, sources and Python.
    pub fn sql(&self) -> Option<&str> {
        if self.language.as_deref().is_some_and(|language| language != "sql") {
            return None;
        }
        let versions = [&self.compiled_code, &self.compiled_sql, &self.raw_code, &self.raw_sql];
        versions.into_iter().find_map(|sql| said(sql.as_deref()))
    }
}

/// Whether dbt fails rather than build a model with other columns and types than it says.
#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub struct Contract {
    pub enforced: Option<bool>,
}

/// A node's configuration. What is written out again is what tells a reader how the table is kept; hooks,
/// grants and the many defaults are noise, or not for everyone's eyes.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default, expecting = "an object")]
pub struct Config {
    #[serde(skip_serializing)]
    pub materialized: Option<String>,
    #[serde(skip_serializing, deserialize_with = "texts")]
    pub tags: Vec<String>,
    #[serde(skip_serializing, deserialize_with = "or_default")]
    pub meta: Map<String, Value>,
    #[serde(skip_serializing)]
    pub group: Option<String>,
    /// Since v9 (dbt 1.5).
    #[serde(skip_serializing, deserialize_with = "or_default")]
    pub contract: Contract,
    pub access: Option<Value>,
    pub incremental_strategy: Option<Value>,
    pub strategy: Option<Value>,
    pub unique_key: Option<Value>,
    pub check_cols: Option<Value>,
    pub updated_at: Option<Value>,
    pub event_time: Option<Value>,
    pub partition_by: Option<Value>,
    pub cluster_by: Option<Value>,
    pub file_format: Option<Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub struct Column {
    pub name: Option<String>,
    pub description: Option<String>,
    pub data_type: Option<String>,
    #[serde(deserialize_with = "texts")]
    pub tags: Vec<String>,
    #[serde(deserialize_with = "or_default")]
    pub config: Config,
    #[serde(deserialize_with = "or_default")]
    pub constraints: Vec<Constraint>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub struct Constraint {
    /// `not_null`, `unique`, `primary_key`, `foreign_key`, `check` or `custom`.
    #[serde(rename = "type")]
    pub kind: Option<String>,
    /// Said of a constraint of the whole table.
    #[serde(deserialize_with = "texts")]
    pub columns: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub struct DependsOn {
    #[serde(deserialize_with = "texts")]
    pub nodes: Vec<String>,
}

/// A data test or a unit test.
#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub struct Test {
    pub name: Option<String>,
    pub column_name: Option<String>,
    /// There for generic tests only.
    pub test_metadata: Option<TestMetadata>,
    /// There since v9, for tests that a model, seed or snapshot has in its YAML.
    pub attached_node: Option<String>,
    /// `models.orders`, and `sources.NAME` without the table.
    pub file_key_name: Option<String>,
    #[serde(deserialize_with = "or_default")]
    pub depends_on: DependsOn,
    #[serde(deserialize_with = "or_default")]
    pub config: TestConfig,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub struct TestMetadata {
    pub name: Option<String>,
    #[serde(deserialize_with = "or_default")]
    pub kwargs: Map<String, Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub struct TestConfig {
    /// The rows that it looks at, where it does not look at all.
    #[serde(rename = "where")]
    pub only: Option<Value>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub struct Exposure {
    pub name: Option<String>,
    pub label: Option<String>,
    #[serde(rename = "type")]
    pub kind: Option<String>,
    pub maturity: Option<String>,
    pub url: Option<String>,
    pub description: Option<String>,
    pub original_file_path: Option<String>,
    #[serde(deserialize_with = "or_default")]
    pub owner: Owner,
    #[serde(deserialize_with = "texts")]
    pub tags: Vec<String>,
    #[serde(deserialize_with = "or_default")]
    pub meta: Map<String, Value>,
    #[serde(deserialize_with = "or_default")]
    pub config: Config,
    #[serde(deserialize_with = "or_default")]
    pub depends_on: DependsOn,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub struct Group {
    #[serde(deserialize_with = "or_default")]
    pub owner: Owner,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub struct Owner {
    pub name: Option<String>,
    #[serde(deserialize_with = "texts")]
    pub email: Vec<String>,
}

/// What is no asset itself, but lets lineage through.
#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub struct Passage {
    #[serde(deserialize_with = "or_default")]
    pub depends_on: DependsOn,
}

/// dbt writes an empty text for what nobody has said.
pub fn said(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}
