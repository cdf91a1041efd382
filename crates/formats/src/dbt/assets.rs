//! The facts of every asset, put together from the manifest and what lies beside it.

use std::collections::BTreeMap;

use loggia_model::facts::{AssetFacts, AssetType, Check, PersonFacts};
use loggia_model::{Label, Labels, Timestamp, Urn};
use serde_json::{Map, Value};

use super::catalog::{Catalog, Table};
use super::checks::{Tested, tested};
use super::columns::columns;
use super::identity::Naming;
use super::lineage::Lineage;
use super::manifest::{Config, Exposure, Manifest, Relation, package, resource_type, said};
use super::owners::{People, declared, in_meta};
use super::results::{RunResults, SourceFreshness};
use crate::Refused;

/// All that the artifacts say.
pub struct Known<'a> {
    pub manifest: &'a Manifest,
    pub catalog: &'a Catalog,
    pub results: &'a RunResults,
    pub freshness: &'a SourceFreshness,
    pub naming: Naming<'a>,
}

impl Known<'_> {
    /// In an order in which of two nodes that are one table the one that makes it comes last.
    pub fn assets(&self, people: &mut People, refused: &mut Vec<Refused>) -> Vec<(Urn, AssetFacts)> {
        let urns = self.urns(refused);
        let lineage = Lineage::new(self.manifest, &urns);
        let tested = tested(self.manifest, self.results);
        let untested = Tested::default();
        let mut assets = Vec::with_capacity(urns.len());
        // Backwards: sources before snapshots, seeds and models.
        for (id, relation) in self.manifest.relations.iter().rev() {
            let Some(urn) = urns.get(id.as_str()) else { continue };
            let tested = tested.get(id.as_str()).unwrap_or(&untested);
            let upstream = lineage.upstream(&relation.depends_on.nodes).into_iter().collect();
            let owners = people.owners(id, &self.owners_of(id, relation), refused);
            let facts = AssetFacts { upstream, owners, ..self.table(id, relation, tested, refused) };
            assets.push((urn.clone(), facts));
        }
        for (id, exposure) in &self.manifest.exposures {
            let Some(urn) = urns.get(id.as_str()) else { continue };
            let upstream = lineage.upstream(&exposure.depends_on.nodes).into_iter().collect();
            let mut named = declared(&exposure.owner);
            named.extend(in_meta_of(&exposure.meta, &exposure.config));
            let owners = people.owners(id, &named, refused);
            let facts = AssetFacts { upstream, owners, ..exposed(id, exposure, refused) };
            assets.push((urn.clone(), facts));
        }
        assets
    }

    /// What each asset is called; what cannot be called anything is refused.
    fn urns(&self, refused: &mut Vec<Refused>) -> BTreeMap<&str, Urn> {
        let tables = self.manifest.relations.iter().filter(|(_, relation)| !relation.is_ephemeral());
        let tables = tables.map(|(id, relation)| (id, self.naming.relation(relation)));
        let exposures = self.manifest.exposures.iter();
        let exposures = exposures.map(|(id, exposure)| (id, self.naming.exposure(id, exposure)));
        let mut urns = BTreeMap::new();
        for (id, named) in tables.chain(exposures) {
            match named {
                Ok(urn) => {
                    urns.insert(id.as_str(), urn);
                }
                Err(why) => refused.push(Refused::new(id, why)),
            }
        }
        urns
    }

    fn table(
        &self,
        id: &str,
        relation: &Relation,
        tested: &Tested,
        refused: &mut Vec<Refused>,
    ) -> AssetFacts {
        let table = self.catalog.table(id);
        let asset_type = table_type(relation, table);
        let loaded = self.freshness.get(id);
        let columns = columns(id, relation, table, &tested.promises, self.naming.dots_nest(), refused);
        let shown_as: BTreeMap<String, &str> =
            columns.keys().map(|path| (path.as_str().to_lowercase(), path.as_str())).collect();
        let checks = tested.checks.iter().map(|check| {
            let column = check.column.as_ref();
            let column =
                column.map(|name| shown_as.get(&name.to_lowercase()).map_or(name.as_str(), |shown| shown));
            Check { column: column.map(str::to_owned), ..check.clone() }
        });
        let comment = || table.and_then(|table| said(table.comment()));
        AssetFacts {
            asset_type: Some(asset_type),
            platform: self.naming.adapter.map(str::to_owned),
            description: said(relation.description.as_deref()).or_else(comment).map(str::to_owned),
            tags: labels(&relation.tags, &relation.config, id, refused),
            rows: table.and_then(Table::rows),
            bytes: table.and_then(Table::bytes),
            data_changed_at: [
                self.built_at(id, asset_type),
                table.and_then(Table::last_modified),
                loaded.and_then(|loaded| loaded.max_loaded_at),
            ]
            .into_iter()
            .max()
            .flatten(),
            freshness: loaded.and_then(|loaded| loaded.freshness.clone()),
            checks: checks.collect(),
            // That there is none, is said of every table: it is no news.
            contract: relation.config.contract.enforced.filter(|is_enforced| *is_enforced),
            sql: relation.sql().map(str::to_owned),
            raw: Some(raw_table(id, relation)),
            columns,
            ..AssetFacts::default()
        }
    }

    fn built_at(&self, id: &str, asset_type: AssetType) -> Option<Timestamp> {
        if asset_type == AssetType::View {
            return None;
        }
        self.results.get(id).filter(|result| result.built)?.at
    }

    fn owners_of(&self, id: &str, relation: &Relation) -> Vec<PersonFacts> {
        let group = relation.group.as_deref().or(relation.config.group.as_deref());
        let group = group.and_then(|name| self.manifest.groups.get(&format!("group.{}.{name}", package(id))));
        let mut named = in_meta_of(&relation.meta, &relation.config);
        named.extend(group.map(|group| declared(&group.owner)).unwrap_or_default());
        named
    }
}

/// dbt's materialization decides; for sources and for materializations that people have written
/// themselves, what the catalog has found.
fn table_type(relation: &Relation, table: Option<&Table>) -> AssetType {
    match relation.config.materialized.as_deref() {
        Some("view" | "materialized_view") => AssetType::View,
        Some(
            "table" | "incremental" | "seed" | "snapshot" | "external" | "dynamic_table" | "streaming_table",
        ) => AssetType::Table,
        _ if table.is_some_and(Table::is_view) => AssetType::View,
        _ => AssetType::Table,
    }
}

fn exposed(id: &str, exposure: &Exposure, refused: &mut Vec<Refused>) -> AssetFacts {
    let asset_type = match exposure.kind.as_deref() {
        Some("dashboard") => Some(AssetType::Dashboard),
        Some("notebook") => Some(AssetType::Notebook),
        Some("analysis") => Some(AssetType::Report),
        Some("ml") => Some(AssetType::Model),
        Some("application") => Some(AssetType::Application),
        _ => None,
    };
    AssetFacts {
        name: said(exposure.label.as_deref()).map(str::to_owned),
        asset_type,
        description: said(exposure.description.as_deref()).map(str::to_owned),
        tags: labels(&exposure.tags, &exposure.config, id, refused),
        link: link(id, exposure, refused),
        raw: Some(raw_exposure(id, exposure)),
        ..AssetFacts::default()
    }
}

/// Only what a browser opens as a page: the link will stand in one of ours, where `javascript:` would run.
fn link(id: &str, exposure: &Exposure, refused: &mut Vec<Refused>) -> Option<String> {
    let url = said(exposure.url.as_deref())?;
    let scheme = url.split_once("://").map(|(scheme, _)| scheme.to_lowercase());
    if !matches!(scheme.as_deref(), Some("http" | "https")) || url.contains(char::is_control) {
        refused.push(Refused::new(
            format!("url of {id}"),
            format!("'{url}' is not an address that begins with https:// or http://"),
        ));
        return None;
    }
    Some(url.to_owned())
}

/// A node's tags and those of its configuration, which most often are the same.
pub(super) fn labels(
    tags: &[String],
    config: &Config,
    what: &str,
    refused: &mut Vec<Refused>,
) -> Labels<Label> {
    let mut labels = Labels::default();
    for tag in tags.iter().chain(&config.tags) {
        match tag.parse() {
            Ok(label) => {
                labels.put.insert(label);
            }
            Err(error) => refused.push(Refused::new(what, error)),
        }
    }
    labels
}

fn in_meta_of(meta: &Map<String, Value>, config: &Config) -> Vec<PersonFacts> {
    let owner = meta.get("owner").or_else(|| config.meta.get("owner"));
    owner.map(in_meta).unwrap_or_default()
}

fn raw_table(id: &str, relation: &Relation) -> Value {
    let config = serde_json::to_value(&relation.config).unwrap_or_default();
    raw(
        id,
        &relation.original_file_path,
        [
            ("source_name", text(&relation.source_name)),
            ("source_description", text(&relation.source_description)),
            ("loader", text(&relation.loader)),
            ("materialized", text(&relation.config.materialized)),
            ("group", text(&relation.group)),
            ("meta", meta_without_people(&relation.meta, &relation.config)),
            ("config", config),
        ],
    )
}

fn raw_exposure(id: &str, exposure: &Exposure) -> Value {
    raw(
        id,
        &exposure.original_file_path,
        [
            ("type", text(&exposure.kind)),
            ("maturity", text(&exposure.maturity)),
            ("meta", meta_without_people(&exposure.meta, &exposure.config)),
        ],
    )
}

fn raw<const N: usize>(id: &str, path: &Option<String>, more: [(&str, Value); N]) -> Value {
    let common = [
        ("unique_id", Value::from(id)),
        ("resource_type", Value::from(resource_type(id))),
        ("package_name", Value::from(package(id))),
        ("original_file_path", text(path)),
    ];
    without_noise(common.into_iter().chain(more).map(|(name, value)| (name.to_owned(), value)).collect())
}

fn text(text: &Option<String>) -> Value {
    Value::from(text.as_deref())
}

/// A person's name and address stand once, with the person, so that they can be erased there.
fn meta_without_people(meta: &Map<String, Value>, config: &Config) -> Value {
    let all = config.meta.iter().chain(meta).filter(|(name, _)| *name != "owner");
    Value::Object(all.map(|(name, value)| (name.clone(), value.clone())).collect())
}

/// Leaves out what says nothing.
fn without_noise(fields: Map<String, Value>) -> Value {
    let mut kept = Map::new();
    for (name, value) in fields {
        let value = match value {
            Value::Object(inner) if name == "config" => without_noise(inner),
            // What every model is unless it says otherwise.
            Value::String(text) if name == "access" && text == "protected" => Value::Null,
            other => other,
        };
        let says_nothing = match &value {
            Value::Null => true,
            Value::String(text) => text.is_empty(),
            Value::Array(items) => items.is_empty(),
            Value::Object(fields) => fields.is_empty(),
            Value::Bool(_) | Value::Number(_) => false,
        };
        if !says_nothing {
            kept.insert(name, value);
        }
    }
    Value::Object(kept)
}
