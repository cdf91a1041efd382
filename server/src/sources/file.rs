//! `loggia.yaml`, as people write it.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use croner::Cron;
use loggia_catalog::secrets::SecretName;
use loggia_catalog::suggestions::Suggestion;
use loggia_connect::aws::AwsWanted;
use loggia_connect::files::BucketAddress;
use loggia_model::facts::AssetFacts;
use loggia_model::{Urn, without_passwords};
use serde::Deserialize;

use super::rule::{self, Rule, WrittenRule};
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
    pub schedule: Option<Schedule>,
    /// Whose its tables are, where nobody has said so of the table itself; the first that fits counts.
    pub rules: Vec<Rule>,
}

/// When a source runs by itself.
#[derive(Debug, Clone)]
pub struct Schedule {
    /// As it is written in the file.
    pub text: String,
    pub cron: Cron,
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
    bucket: Option<Bucket>,
    glue: Option<Glue>,
    secret: Option<String>,
    namespace: Option<String>,
    #[serde(default)]
    schemas: Vec<String>,
    timeout_seconds: Option<u32>,
    #[serde(default)]
    profile: bool,
    #[serde(default)]
    preview: bool,
    schedule: Option<String>,
    #[serde(default)]
    rules: Vec<WrittenRule>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Dbt {
    manifest: PathBuf,
    catalog: Option<PathBuf>,
    run_results: Option<PathBuf>,
    sources: Option<PathBuf>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Bucket {
    address: String,
    region: Option<String>,
    profile: Option<String>,
    endpoint: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Glue {
    region: Option<String>,
    profile: Option<String>,
    endpoint: Option<String>,
    databases: Vec<String>,
    count_partitions: Option<bool>,
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
        let written: Written = serde_yaml_ng::from_str(&text)
            .map_err(|why| Failure(format!("{shown}: {}", without_passwords(&why.to_string()))))?;
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
        let of_bucket = self.bucket.is_some();
        let has_rows = self.files.is_some() || of_bucket;
        let of_postgres = self.postgres.is_some();
        let is_asked = of_postgres || self.glue.is_some();
        for (said, is_allowed, what, kinds) in [
            (self.profile, has_rows, "profile", "'files' and 'bucket'"),
            (self.preview, has_rows, "preview", "'files' and 'bucket'"),
            (!self.schemas.is_empty(), of_postgres, "schemas", "'postgres'"),
            (self.timeout_seconds.is_some(), is_asked, "timeout_seconds", "'postgres' and 'glue'"),
            (self.secret.is_some(), is_asked || of_bucket, "secret", "'bucket', 'postgres' and 'glue'"),
        ] {
            if said && !is_allowed {
                return Err(format!("says '{what}', which only sources of {kinds} have"));
            }
        }
        let secret: Option<SecretName> = self
            .secret
            .map(|name| name.parse())
            .transpose()
            .map_err(|why| format!("has a 'secret' that is none: {why}"))?;
        let timeout = self.timeout_seconds.unwrap_or(TIMEOUT);
        let namespace = self.namespace;
        let harvest = match (self.files, self.dbt, self.postgres, self.glue, self.bucket) {
            (Some(path), None, None, None, None) => {
                Harvest::Files { path: folder.join(path), namespace, profile: self.profile }
            }
            (None, Some(dbt), None, None, None) => Harvest::Dbt {
                manifest: folder.join(dbt.manifest),
                catalog: dbt.catalog.map(|path| folder.join(path)),
                run_results: dbt.run_results.map(|path| folder.join(path)),
                sources: dbt.sources.map(|path| folder.join(path)),
                namespace,
            },
            (None, None, Some(address), None, None) => {
                loggia_connect::postgres::check(&address)
                    .map_err(|why| format!("has an address that is none: {why}"))?;
                if secret.is_some() && loggia_connect::postgres::has_password(&address) {
                    return Err("has a password in its address and a secret as well: choose one".to_owned());
                }
                Harvest::Postgres { address, schema: self.schemas, namespace, secret, timeout }
            }
            (None, None, None, Some(glue), None) => glue.harvest(namespace, secret, timeout)?,
            (None, None, None, None, Some(bucket)) => bucket.harvest(namespace, secret, self.profile)?,
            _ => {
                return Err(
                    "must say exactly one of 'files', 'bucket', 'dbt', 'postgres' and 'glue'".to_owned()
                );
            }
        };
        loggia_model::Source::harvest("sources", &self.name)
            .map_err(|why| format!("cannot be called so: {why}"))?;
        Ok(Source {
            name: self.name,
            harvest,
            preview: self.preview,
            schedule: self.schedule.map(Schedule::read).transpose()?,
            rules: self.rules.into_iter().map(WrittenRule::rule).collect::<Result<_, _>>()?,
        })
    }
}

impl Bucket {
    fn harvest(
        self,
        namespace: Option<String>,
        secret: Option<SecretName>,
        profile_data: bool,
    ) -> Result<Harvest, String> {
        self.address.parse::<BucketAddress>().map_err(|why| format!("cannot be reached: {why}"))?;
        if self.profile.is_some() && secret.is_some() {
            return Err("has a profile and a secret: choose one".to_owned());
        }
        Ok(Harvest::Bucket {
            address: self.address,
            endpoint: self.endpoint,
            region: self.region,
            profile: self.profile,
            secret,
            namespace,
            profile_data,
        })
    }
}

impl Glue {
    fn harvest(
        self,
        namespace: Option<String>,
        secret: Option<SecretName>,
        timeout: u32,
    ) -> Result<Harvest, String> {
        let (region, endpoint) = (self.region.clone(), self.endpoint.clone());
        let said = AwsWanted { region, endpoint, ..AwsWanted::default() };
        said.check().map_err(|why| format!("cannot be reached as it is said: {why}"))?;
        if self.profile.is_some() && secret.is_some() {
            return Err("has a profile and a secret: choose one".to_owned());
        }
        Ok(Harvest::Glue {
            region: self.region,
            profile: self.profile,
            secret,
            endpoint: self.endpoint,
            only: self.databases,
            namespace,
            no_partitions: self.count_partitions == Some(false),
            timeout,
        })
    }
}

impl Source {
    pub fn kind(&self) -> &'static str {
        match self.harvest {
            Harvest::Files { .. } => "files",
            Harvest::Bucket { .. } => "bucket",
            Harvest::Dbt { .. } => "dbt",
            Harvest::Postgres { .. } => "postgres",
            Harvest::Glue { .. } => "glue",
            Harvest::Sources { .. } => "sources",
        }
    }

    /// Says whose the tables are that do not say so themselves.
    pub fn assign(&self, assets: &mut [(Urn, AssetFacts)]) {
        rule::assign(&self.rules, assets);
    }

    /// What its rules suggest for the tables.
    pub fn suggestions(&self, assets: &[(Urn, AssetFacts)]) -> Vec<Suggestion> {
        rule::suggestions(&self.rules, &self.name, assets)
    }
}

impl Schedule {
    fn read(text: String) -> Result<Self, String> {
        let wrong = |why: &dyn std::fmt::Display| {
            format!(
                "has the schedule '{text}', which is not one ({why}): write five fields of cron, such as '0 3 * * *' for three at night, UTC"
            )
        };
        if text.split_whitespace().count() != 5 {
            return Err(wrong(&"it has not five fields"));
        }
        match text.parse() {
            Ok(cron) => Ok(Self { text, cron }),
            Err(why) => Err(wrong(&why)),
        }
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
              - {name: shop, dbt: {manifest: target/manifest.json}}
              - {name: aws, glue: {region: eu-west-1, databases: [core], count_partitions: false}, secret: reader}
              - {name: raw, bucket: {address: 's3://raw/x', endpoint: 'http://here:9000'}, preview: true}",
        );
        let sources = file.unwrap().sources;
        assert_eq!(
            sources.iter().map(|source| source.preview).collect::<Vec<_>>(),
            [true, false, false, false, true]
        );
        let Harvest::Files { path, profile: true, .. } = &sources[0].harvest else { panic!("{sources:?}") };
        assert!(path.is_absolute() && path.ends_with("data"), "beside the file");
        assert!(
            matches!(&sources[1].harvest, Harvest::Postgres { schema, timeout: 60, .. } if schema.len() == 1)
        );
        assert!(matches!(&sources[2].harvest, Harvest::Dbt { .. }));
        let Harvest::Glue { secret, only, no_partitions: true, timeout: 60, .. } = &sources[3].harvest else {
            panic!("{sources:?}")
        };
        assert_eq!((secret.as_ref().map(SecretName::as_str), only.len()), (Some("reader"), 1));
        assert!(
            matches!(&sources[4].harvest, Harvest::Bucket { address, profile_data: false, .. } if address == "s3://raw/x")
        );
    }

    #[test]
    fn what_cannot_be_is_refused_with_its_place() {
        for (text, why) in [
            ("sources: [{name: a, files: x}, {name: a, files: y}]", "two sources called 'a'"),
            (
                "sources: [{name: a}]",
                "the source 'a' must say exactly one of 'files', 'bucket', 'dbt', 'postgres' and 'glue'",
            ),
            ("sources: [{name: a, bucket: {address: 's3://k:s3cret@b'}}]", "names a bucket that cannot be"),
            (
                "sources: [{name: a, bucket: {address: 's3://b', profile: p}, secret: c}]",
                "has a profile and a secret",
            ),
            ("sources: [{name: a, files: x, postgres: y}]", "exactly one of"),
            (
                "sources: [{name: a, postgres: x, preview: true}]",
                "says 'preview', which only sources of 'files' and 'bucket' have",
            ),
            ("sources: [{name: a, files: x, schemas: [b]}]", "says 'schemas'"),
            (
                "sources: [{name: a, files: x, secret: b}]",
                "only sources of 'bucket', 'postgres' and 'glue' have",
            ),
            ("sources: [{name: a, glue: {}, secret: 's3cret value'}]", "has a 'secret' that is none"),
            ("sources: [{name: a, glue: {profile: p}, secret: b}]", "has a profile and a secret"),
            ("sources: [{name: a, glue: {endpoint: 'glue:80'}}]", "it begins with neither"),
            ("sources: [{name: a, glue: {endpoint: 'http://u:s3cret@glue'}}]", "a name or password"),
            ("sources: [{name: a, glue: {region: 'a/b'}}]", "'a/b' is no region"),
            ("sources: [{name: a, postgres: 'postgres://a:s3cret@db/c', secret: b}]", "and a secret as well"),
            ("sources:\n  - name: a\n    fils: x", "unknown field `fils`"),
            ("sources:\n  - name: a\n    fils: x", "line 3"),
            ("- a", "/loggia.yaml: "),
            ("sources: ['postgres://ana:s3cret@db/core']", "\"postgres://db/core\""),
            ("sources: [{name: a, postgres: 'postgres://ana:12/s3cret@db/core'}]", "write it as %2F"),
            ("sources: [{name: a, files: x, schedule: 'at three'}]", "it has not five fields"),
            ("sources: [{name: a, files: x, schedule: '61 3 * * *'}]", "has the schedule '61 3 * * *'"),
            ("sources: [{name: a, files: x, rules: [{names: '*', unit: 'a b'}]}]", "has a rule with 'a b'"),
        ] {
            let said = read(text).unwrap_err();
            assert!(said.contains(why) && !said.contains("s3cret"), "{said}");
        }
        let absent = SourcesFile::read(Path::new("/nowhere/loggia.yaml")).unwrap_err();
        assert!(absent.to_string().contains("cannot be read"));
    }
}
