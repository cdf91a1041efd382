//! Artifacts to read: our own, those of others, and small ones made up on the spot.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use loggia_formats::dbt::{Artifact, Artifacts, read};
use loggia_formats::{FormatError, Reading};
use loggia_model::facts::{AssetFacts, ColumnFacts};
use loggia_model::{ColumnPath, Source};
use serde_json::{Value, json};

pub fn our_own(name: &str) -> Vec<u8> {
    unpacked(&our_folder().join(format!("{name}.json.gz")))
}

pub fn our_folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/dbt")
}

/// The shared folder beside the checkout. `None`, and a line that says so, where it is not there.
pub fn shared(name: &str) -> Option<Vec<u8>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(name);
    if !path.exists() {
        // Not eprintln!, which the test harness swallows where the test passes.
        writeln!(std::io::stderr(), "not tried: {} is not here", path.display()).unwrap();
        return None;
    }
    Some(unpacked(&path))
}

fn unpacked(path: &Path) -> Vec<u8> {
    let packed = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut bytes = Vec::new();
    flate2::read::GzDecoder::new(packed.as_slice()).read_to_end(&mut bytes).unwrap();
    bytes
}

/// The artifacts of one project, as files in memory.
#[derive(Default, Clone)]
pub struct Project {
    pub manifest: Vec<u8>,
    pub catalog: Option<Vec<u8>>,
    pub run_results: Option<Vec<u8>>,
    pub sources: Option<Vec<u8>>,
}

impl Project {
    pub fn guarani() -> Self {
        Self {
            manifest: our_own("manifest"),
            catalog: Some(our_own("catalog")),
            run_results: Some(our_own("run_results")),
            sources: Some(our_own("sources")),
        }
    }

    /// A manifest v12 for postgres with these sections, over the usual ones.
    pub fn made_up(sections: Value) -> Self {
        let mut manifest = json!({"metadata": {
            "dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json",
            "project_name": "shop",
            "adapter_type": "postgres",
        }});
        manifest.as_object_mut().unwrap().extend(sections.as_object().unwrap().clone());
        Self { manifest: manifest.to_string().into_bytes(), ..Self::default() }
    }

    pub fn with_catalog(self, nodes: Value) -> Self {
        let metadata = json!({"dbt_schema_version": "https://schemas.getdbt.com/dbt/catalog/v1.json"});
        let catalog = json!({"metadata": metadata, "nodes": nodes, "sources": {}});
        Self { catalog: Some(catalog.to_string().into_bytes()), ..self }
    }

    pub fn with_results(self, results: Value) -> Self {
        let metadata = json!({"dbt_schema_version": "https://schemas.getdbt.com/dbt/run-results/v5.json"});
        let run_results = json!({"metadata": metadata, "results": results});
        Self { run_results: Some(run_results.to_string().into_bytes()), ..self }
    }

    pub fn try_read(&self, namespace: Option<&str>) -> Result<(Source, Reading), FormatError> {
        let artifacts = Artifacts {
            manifest: Artifact { file: "manifest.json", bytes: &self.manifest },
            catalog: self.catalog.as_deref().map(|bytes| Artifact { file: "catalog.json", bytes }),
            run_results: self
                .run_results
                .as_deref()
                .map(|bytes| Artifact { file: "run_results.json", bytes }),
            sources: self.sources.as_deref().map(|bytes| Artifact { file: "sources.json", bytes }),
        };
        read(&artifacts, namespace)
    }

    pub fn read(&self) -> Reading {
        self.try_read(None).unwrap().1
    }

    pub fn error(&self) -> String {
        self.try_read(None).unwrap_err().to_string()
    }
}

/// The facts of the asset whose OpenLineage name this is.
pub fn asset<'a>(reading: &'a Reading, name: &str) -> &'a AssetFacts {
    let names: Vec<String> =
        reading.assets.iter().map(|(urn, _)| urn.dataset().unwrap().name().to_owned()).collect();
    let place = names.iter().position(|known| known == name);
    &reading.assets[place.unwrap_or_else(|| panic!("{name} is not among {names:?}"))].1
}

pub fn column<'a>(facts: &'a AssetFacts, path: &str) -> &'a ColumnFacts {
    let path: ColumnPath = path.parse().unwrap();
    facts.columns.get(&path).unwrap_or_else(|| panic!("{path} is not among {:?}", facts.columns.keys()))
}

pub fn names(reading: &Reading) -> Vec<String> {
    reading.assets.iter().map(|(urn, _)| urn.dataset().unwrap().to_string()).collect()
}

pub fn upstream(facts: &AssetFacts) -> Vec<String> {
    facts.upstream.put.iter().map(|urn| urn.dataset().unwrap().name().to_owned()).collect()
}
