//! What dbt writes into `target/`: the manifest, and where they are there the catalog, the results of the
//! last run and the freshness of the sources.
//!
//! Read are manifest v5 to v12 (dbt 1.1 to 1.12), catalog v1, run results v4 to v6 and sources v1 to v3.
//! Models, seeds, snapshots and sources become tables and views, exposures become dashboards and the like.
//! Ephemeral models are nowhere in the database, so they are no assets, and neither are metrics, semantic
//! models and saved queries; lineage runs through all four. Macros, analyses, operations and whatever is
//! disabled are left alone.
//!
//! What holds of the facts:
//! - Names follow the OpenLineage naming specification, so that lineage events meet them; `dbt/identity.rs`
//!   has the choices.
//! - Where two nodes are one table (a source that is another package's model), the facts of the model lie
//!   over those of the source.
//! - Columns have the catalog's names, order and types; dbt's documentation finds them whatever the case.
//! - A column is not nullable by a `not_null` or `primary_key` constraint or a `not_null` test, and a key
//!   by a constraint, by `unique` and `not_null` tests together, or by a `relationships` test. A test that
//!   has failed or warned, or looks at some rows only (`where`), proves nothing.
//! - `data_changed_at` is the latest of: the end of a successful run (not of a view, which holds no data),
//!   the catalog's `last_modified`, and a source's `max_loaded_at`.
//! - Nothing else depends on when the artifacts were made, so a second harvest says the same.

mod artifact;
mod assets;
mod catalog;
mod checks;
mod columns;
mod identity;
mod lineage;
mod manifest;
mod owners;
mod results;

use std::collections::BTreeMap;

use loggia_model::facts::AssetFacts;
use loggia_model::{DatasetName, Facts, Source, Urn};

use self::artifact::{Document, Kind};
use self::assets::Known;
use self::catalog::Catalog;
use self::identity::Naming;
use self::manifest::Manifest;
use self::owners::People;
use self::results::{RunResults, SourceFreshness};
use crate::{FormatError, Reading, Refused};

/// One file, already unpacked.
#[derive(Debug, Clone, Copy)]
pub struct Artifact<'a> {
    /// What errors call it: a path, or `manifest.json`.
    pub file: &'a str,
    pub bytes: &'a [u8],
}

/// What one dbt project has left behind.
#[derive(Debug, Clone, Copy)]
pub struct Artifacts<'a> {
    pub manifest: Artifact<'a>,
    pub catalog: Option<Artifact<'a>>,
    pub run_results: Option<Artifact<'a>>,
    /// `sources.json`, which `dbt source freshness` writes.
    pub sources: Option<Artifact<'a>>,
}

/// Reads the artifacts of one project; the source is `dbt:PROJECT`. `namespace` is where the tables are,
/// as OpenLineage has it (`postgres://host:5432`); without it, the best that the manifest allows.
///
/// # Errors
/// Where a file is not JSON, not the artifact that it should be, or of a version that is not read. One bad
/// node is no error: it is among the refused.
pub fn read(artifacts: &Artifacts<'_>, namespace: Option<&str>) -> Result<(Source, Reading), FormatError> {
    if let Some(namespace) = namespace {
        DatasetName::new(namespace, "any").map_err(FormatError::Namespace)?;
    }
    let mut refused = Vec::new();
    let document = Document::open(artifacts.manifest, Kind::Manifest)?;
    let manifest = Manifest::read(&document, &mut refused)?;
    let source = manifest.source(&document)?;
    let catalog = artifacts.catalog.map(|file| Catalog::read(file, &mut refused)).transpose()?;
    let results = artifacts.run_results.map(|file| RunResults::read(file, &mut refused)).transpose()?;
    let freshness = artifacts.sources.map(|file| SourceFreshness::read(file, &mut refused)).transpose()?;

    let naming = Naming { adapter: document.metadata.adapter_type.as_deref(), namespace };
    let catalog = catalog.unwrap_or_default();
    let results = results.unwrap_or_default();
    let freshness = freshness.unwrap_or_default();
    let known =
        Known { manifest: &manifest, catalog: &catalog, results: &results, freshness: &freshness, naming };
    let mut people = People::default();
    let stated = known.assets(&mut people, &mut refused);
    Ok((source, Reading { assets: one_each(stated), people: people.into_facts(), refused: sorted(refused) }))
}

/// Lays what comes later over what came before for the same URN.
fn one_each(stated: Vec<(Urn, AssetFacts)>) -> Vec<(Urn, AssetFacts)> {
    let mut by_urn: BTreeMap<Urn, AssetFacts> = BTreeMap::new();
    for (urn, facts) in stated {
        match by_urn.get_mut(&urn) {
            Some(below) => facts.over(below),
            None => {
                by_urn.insert(urn, facts);
            }
        }
    }
    // A model of a package that reads its own table back as a source is not made from itself.
    for (urn, facts) in &mut by_urn {
        facts.upstream.put.remove(urn);
        facts.checks.sort_by(|one, other| one.name.cmp(&other.name));
    }
    by_urn.into_iter().collect()
}

fn sorted(mut refused: Vec<Refused>) -> Vec<Refused> {
    refused.sort();
    refused.dedup();
    refused
}
