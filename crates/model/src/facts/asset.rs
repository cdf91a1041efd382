//! An asset: one thing that holds data, with its columns.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::{Certification, FormValues, Listing, labels_over, said_over, word_list};
use crate::{ColumnPath, Facts, Label, Labels, Timestamp, Urn};

word_list! {
    /// What sort of thing holds the data.
    AssetType, "asset type":
    Table = "table" / "Table",
    View = "view" / "View",
    FileSet = "file-set" / "File set",
    Topic = "topic" / "Topic",
    Dashboard = "dashboard" / "Dashboard",
    Report = "report" / "Report",
    Notebook = "notebook" / "Notebook",
    Model = "model" / "Model",
    FeatureGroup = "feature-group" / "Feature group",
    Api = "api" / "API",
    Application = "application" / "Application",
}

word_list! {
    ColumnKey, "column key":
    Primary = "primary" / "Primary key",
    Foreign = "foreign" / "Foreign key",
    Unique = "unique" / "Unique",
    Partition = "partition" / "Partition",
}

word_list! {
    CheckStatus, "check status":
    Pass = "pass" / "Passed",
    Warn = "warn" / "Warned",
    Fail = "fail" / "Failed",
    Error = "error" / "Could not run",
    Skipped = "skipped" / "Skipped",
    /// Declared, and no result has been seen.
    Unknown = "unknown" / "Not run yet",
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AssetFacts {
    /// The business name. The technical one is in the URN.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub asset_type: Option<AssetType>,
    /// The engine or tool: `postgres`, `snowflake`, `duckdb`, `files`, `superset`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform: Option<String>,
    /// Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The domain unit that it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<Urn>,
    /// The project that works with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub project: Option<Urn>,
    /// People, the first of them the one to ask.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owners: Option<Vec<Urn>>,
    /// People and groups that do the work, that are asked first, and that are told; who is accountable, `owners` says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub responsible: Option<Vec<Urn>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consulted: Option<Vec<Urn>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub informed: Option<Vec<Urn>>,
    #[serde(skip_serializing_if = "Labels::is_empty")]
    pub tags: Labels<Label>,
    #[serde(skip_serializing_if = "Labels::is_empty")]
    pub terms: Labels<Urn>,
    /// The assets that it is made from.
    #[serde(skip_serializing_if = "Labels::is_empty")]
    pub upstream: Labels<Urn>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// How many files hold it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub files: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partitions: Option<u64>,
    /// When the data itself last changed, as far as the source knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_changed_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub freshness: Option<Freshness>,
    /// Tests that somebody runs on it, with their last result.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<Check>,
    /// Whether what makes it keeps to its columns and their types, and fails rather than change them, as dbt's models with an
    /// enforced contract do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contract: Option<bool>,
    /// Where it can be opened in its own tool.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// What there is to read about it elsewhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub documents: Option<Vec<Document>>,
    /// The query that makes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sql: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certification: Option<Certification>,
    /// What is filled into metadata forms.
    #[serde(skip_serializing_if = "FormValues::is_empty")]
    pub forms: FormValues,
    /// Set where this is only another name of that asset.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alias_of: Option<Urn>,
    /// The source's own words, kept as they came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub raw: Option<serde_json::Value>,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub columns: IndexMap<ColumnPath, ColumnFacts>,
    /// Of the layer `listing`, and of no other.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listing: Option<Listing>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ColumnFacts {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The type in the source's own words.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub data_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nullable: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<ColumnKey>,
    /// Where its values come from, by a foreign key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub references: Option<ColumnReference>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(skip_serializing_if = "Labels::is_empty")]
    pub tags: Labels<Label>,
    #[serde(skip_serializing_if = "Labels::is_empty")]
    pub terms: Labels<Urn>,
    #[serde(skip_serializing_if = "FormValues::is_empty")]
    pub forms: FormValues,
}

/// A page elsewhere: a design, a policy, a dashboard of its use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    pub title: String,
    pub url: String,
}

impl Document {
    /// Whether a browser may be led there.
    pub fn is_sound(&self) -> bool {
        super::is_link(&self.url)
    }
}

/// A column of another asset, or of the same one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ColumnReference {
    pub asset: Urn,
    pub column: ColumnPath,
}

/// What the source itself says of its freshness, as dbt's `sources.json` does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Freshness {
    pub status: CheckStatus,
    pub checked_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    pub name: String,
    /// `not_null`, `unique`, `accepted_values` and the like.
    pub rule: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    pub status: CheckStatus,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Rows that failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failures: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
}

impl Facts for AssetFacts {
    fn over(&self, below: &mut Self) {
        said_over!(self, below: name, asset_type, platform, description, unit, project, owners, responsible,
            consulted, informed, rows, bytes, files, partitions, data_changed_at, freshness, contract, link, documents,
            sql, certification, alias_of, raw);
        labels_over!(self, below: tags, terms, upstream);
        self.forms.over(&mut below.forms);
        let own: BTreeSet<_> = self.checks.iter().map(|check| check.name.as_str()).collect();
        below.checks.retain(|check| !own.contains(check.name.as_str()));
        below.checks.extend(self.checks.iter().cloned());
        for (path, column) in &self.columns {
            column.over(below.columns.entry(path.clone()).or_default());
        }
    }

    fn hide_unknown(&mut self, known: &Self) {
        self.columns.retain(|path, _| known.columns.contains_key(path));
    }

    fn are_whole(&self) -> bool {
        let nothing_taken =
            self.tags.taken.is_empty() && self.terms.taken.is_empty() && self.upstream.taken.is_empty();
        let is_whole = |column: &ColumnFacts| column.tags.taken.is_empty() && column.terms.taken.is_empty();
        nothing_taken && self.columns.values().all(is_whole)
    }
}

impl ColumnFacts {
    fn over(&self, below: &mut Self) {
        said_over!(self, below: name, data_type, nullable, key, references, description);
        labels_over!(self, below: tags, terms);
        self.forms.over(&mut below.forms);
    }
}
