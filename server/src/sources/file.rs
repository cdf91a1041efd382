//! `loggia.yaml`, as people write it.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::Failure;
use crate::args::Harvest;

#[derive(Debug)]
pub struct SourcesFile {
    pub sources: Vec<Source>,
}

/// One place to read from. Its paths are those of the file's own folder.
#[derive(Debug, Clone)]
pub struct Source {
    pub name: String,
    /// What a harvest of it is.
    pub harvest: Harvest,
    /// Whether rows of it may be shown.
    pub preview: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    sources: Vec<Entry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    name: String,
    files: Option<PathBuf>,
    dbt: Option<Dbt>,
    postgres: Option<String>,
    namespace: Option<String>,
    #[serde(default)]
    schemas: Vec<String>,
    timeout_seconds: Option<u32>,
    #[serde(default)]
    profile: bool,
    #[serde(default)]
    preview: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Dbt {
    manifest: PathBuf,
    catalog: Option<PathBuf>,
    run_results: Option<PathBuf>,
    sources: Option<PathBuf>,
}

/// Of a question to a database, in seconds.
const TIMEOUT: u32 = 60;

impl SourcesFile {
    /// # Errors
    /// Where the file cannot be read or says something that cannot be; the message has the place.
    pub fn read(path: &Path) -> Result<Self, Failure> {
        let shown = path.display();
        let text = std::fs::read_to_string(path)
            .map_err(|why| Failure(format!("the sources file {shown} cannot be read: {why}")))?;
        let written: Written =
            serde_yaml_ng::from_str(&text).map_err(|why| Failure(format!("{shown}: {why}")))?;
        let folder = path.parent().unwrap_or(Path::new("."));
        let mut names = HashSet::new();
        let mut sources = Vec::new();
        for entry in written.sources {
            if !names.insert(entry.name.clone()) {
                return Err(Failure(format!(
                    "{shown}: there are two sources called '{}': rename one of them",
                    entry.name
                )));
            }
            let name = entry.name.clone();
            let source = entry.source(folder);
            sources.push(source.map_err(|why| Failure(format!("{shown}: the source '{name}' {why}")))?);
        }
        Ok(Self { sources })
    }
}

impl Entry {
    fn source(self, folder: &Path) -> Result<Source, String> {
        let of_files = self.files.is_some();
        let of_postgres = self.postgres.is_some();
        for (said, is_allowed, what) in [
            (self.profile, of_files, "profile"),
            (self.preview, of_files, "preview"),
            (!self.schemas.is_empty(), of_postgres, "schemas"),
            (self.timeout_seconds.is_some(), of_postgres, "timeout_seconds"),
        ] {
            if said && !is_allowed {
                let kind = if what == "profile" || what == "preview" { "files" } else { "postgres" };
                return Err(format!("says '{what}', which only sources of '{kind}' have"));
            }
        }
        let namespace = self.namespace;
        let harvest = match (self.files, self.dbt, self.postgres) {
            (Some(path), None, None) => {
                Harvest::Files { path: folder.join(path), namespace, profile: self.profile }
            }
            (None, Some(dbt), None) => Harvest::Dbt {
                manifest: folder.join(dbt.manifest),
                catalog: dbt.catalog.map(|path| folder.join(path)),
                run_results: dbt.run_results.map(|path| folder.join(path)),
                sources: dbt.sources.map(|path| folder.join(path)),
                namespace,
            },
            (None, None, Some(address)) => Harvest::Postgres {
                address,
                schema: self.schemas,
                namespace,
                timeout: self.timeout_seconds.unwrap_or(TIMEOUT),
            },
            _ => {
                return Err("must say exactly one of 'files', 'dbt' and 'postgres'".to_owned());
            }
        };
        Ok(Source { name: self.name, harvest, preview: self.preview })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<SourcesFile, String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("loggia.yaml");
        std::fs::write(&file, text).unwrap();
        let shown = folder.path().display().to_string();
        SourcesFile::read(&file).map_err(|failure| failure.to_string().replace(&shown, ""))
    }

    #[test]
    fn every_kind_of_source_is_read() {
        let file = read(
            "sources:
              - {name: lake, files: data, namespace: 'file://bank', profile: true, preview: true}
              - {name: core, postgres: 'postgres://reader@db:5432/core', schemas: [public]}
              - {name: shop, dbt: {manifest: target/manifest.json}}",
        );
        let sources = file.unwrap().sources;
        assert_eq!(sources.iter().map(|source| source.preview).collect::<Vec<_>>(), [true, false, false]);
        let Harvest::Files { path, profile: true, .. } = &sources[0].harvest else { panic!("{sources:?}") };
        assert!(path.is_absolute() && path.ends_with("data"), "beside the file");
        assert!(
            matches!(&sources[1].harvest, Harvest::Postgres { schema, timeout: 60, .. } if schema.len() == 1)
        );
        assert!(matches!(&sources[2].harvest, Harvest::Dbt { .. }));
    }

    #[test]
    fn what_cannot_be_is_refused_with_its_place() {
        for (text, why) in [
            ("sources: [{name: a, files: x}, {name: a, files: y}]", "two sources called 'a'"),
            ("sources: [{name: a}]", "the source 'a' must say exactly one of 'files', 'dbt' and 'postgres'"),
            ("sources: [{name: a, files: x, postgres: y}]", "exactly one of"),
            (
                "sources: [{name: a, postgres: x, preview: true}]",
                "says 'preview', which only sources of 'files' have",
            ),
            ("sources: [{name: a, files: x, schemas: [b]}]", "says 'schemas'"),
            ("sources:\n  - name: a\n    fils: x", "unknown field `fils`"),
            ("sources:\n  - name: a\n    fils: x", "line 3"),
            ("- a", "/loggia.yaml: "),
        ] {
            let said = read(text).unwrap_err();
            assert!(said.contains(why), "{said}");
        }
        let absent = SourcesFile::read(Path::new("/nowhere/loggia.yaml")).unwrap_err();
        assert!(absent.to_string().contains("cannot be read"));
    }
}
