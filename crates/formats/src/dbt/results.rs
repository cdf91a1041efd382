//! `run_results.json` and `sources.json`: how the last run of the nodes and tests went, and how fresh the
//! sources were.
//!
//! `dbt docs generate`, `compile` and their like write `run_results.json` over that of the last run. What
//! they call a success is a query that compiled, which says nothing of the data, so theirs is refused.

use std::collections::BTreeMap;

use loggia_model::Timestamp;
use loggia_model::facts::{CheckStatus, Freshness};
use serde::Deserialize;
use serde_json::Value;

use super::Artifact;
use super::artifact::{Document, Kind};
use super::catalog::count;
use super::manifest::said;
use crate::text::or_default;
use crate::{FormatError, Refused};

/// By `unique_id`.
#[derive(Debug, Default)]
pub struct RunResults(BTreeMap<String, RunResult>);

#[derive(Debug)]
pub struct RunResult {
    /// Of a model, seed or snapshot: it was made.
    pub built: bool,
    /// Of a test.
    pub status: CheckStatus,
    pub message: Option<String>,
    pub failures: Option<u64>,
    /// When it was done; when the artifact was written, where it did not come to that.
    pub at: Option<Timestamp>,
}

#[derive(Debug, Deserialize)]
#[serde(expecting = "an object")]
struct WrittenResult {
    unique_id: String,
    status: Option<String>,
    message: Option<String>,
    failures: Option<Value>,
    #[serde(default, deserialize_with = "or_default")]
    timing: Vec<Timing>,
}

#[derive(Debug, Deserialize)]
#[serde(expecting = "an object")]
struct Timing {
    name: Option<String>,
    completed_at: Option<String>,
}

impl RunResults {
    pub fn read(file: Artifact<'_>, refused: &mut Vec<Refused>) -> Result<Self, FormatError> {
        let document = Document::open(file, Kind::RunResults)?;
        if let Some(command) = document.command().filter(|command| !runs(command)) {
            let why = format!(
                "this is from a dbt '{command}', which runs nothing; that of dbt build or dbt test is wanted"
            );
            refused.push(Refused::new(document.file(), why));
            return Ok(Self::default());
        }
        let written_at = document.metadata.generated_at.as_deref().and_then(moment);
        let results: Vec<WrittenResult> = document.results(refused)?;
        let by_id = results.into_iter().map(|written| {
            let result = RunResult {
                built: written.status.as_deref() == Some("success"),
                status: status(written.status.as_deref()),
                failures: written.failures.as_ref().and_then(count),
                at: completed_at(&written.timing).or(written_at),
                message: said(written.message.as_deref()).map(str::to_owned),
            };
            (written.unique_id, result)
        });
        Ok(Self(by_id.collect()))
    }

    pub fn get(&self, id: &str) -> Option<&RunResult> {
        self.0.get(id)
    }
}

fn runs(command: &str) -> bool {
    matches!(command, "build" | "run" | "test" | "seed" | "snapshot" | "retry" | "clone" | "run-operation")
}

fn status(word: Option<&str>) -> CheckStatus {
    match word {
        Some("pass") => CheckStatus::Pass,
        Some("warn") => CheckStatus::Warn,
        Some("fail") => CheckStatus::Fail,
        Some("error" | "runtime error") => CheckStatus::Error,
        Some("skipped" | "no-op") => CheckStatus::Skipped,
        _ => CheckStatus::Unknown,
    }
}

fn completed_at(timing: &[Timing]) -> Option<Timestamp> {
    let execute = timing.iter().find(|step| step.name.as_deref() == Some("execute"));
    execute.or(timing.last())?.completed_at.as_deref().and_then(moment)
}

/// By `unique_id`.
#[derive(Debug, Default)]
pub struct SourceFreshness(BTreeMap<String, Loaded>);

#[derive(Debug)]
pub struct Loaded {
    pub max_loaded_at: Option<Timestamp>,
    pub freshness: Option<Freshness>,
}

#[derive(Debug, Deserialize)]
#[serde(expecting = "an object")]
struct WrittenFreshness {
    unique_id: String,
    status: Option<String>,
    max_loaded_at: Option<String>,
    snapshotted_at: Option<String>,
}

impl SourceFreshness {
    pub fn read(file: Artifact<'_>, refused: &mut Vec<Refused>) -> Result<Self, FormatError> {
        let document = Document::open(file, Kind::Sources)?;
        let written_at = document.metadata.generated_at.as_deref().and_then(moment);
        let results: Vec<WrittenFreshness> = document.results(refused)?;
        let by_id = results.into_iter().map(|written| {
            let status = match written.status.as_deref() {
                // Here `error` says that the data is older than `error_after`, not that it could not be looked at.
                Some("error") => CheckStatus::Fail,
                word => status(word),
            };
            let checked_at = written.snapshotted_at.as_deref().and_then(moment).or(written_at);
            let loaded = Loaded {
                max_loaded_at: written.max_loaded_at.as_deref().and_then(moment),
                freshness: checked_at.map(|checked_at| Freshness { status, checked_at }),
            };
            (written.unique_id, loaded)
        });
        Ok(Self(by_id.collect()))
    }

    pub fn get(&self, id: &str) -> Option<&Loaded> {
        self.0.get(id)
    }
}

/// RFC 3339, and what engines write instead: `2026-03-01 14:05:00.123+00:00`, Snowflake's `2026-03-01
/// 14:05UTC`. A time without a zone could be any instant of a day, and is none.
pub fn moment(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let bare = text.strip_suffix("UTC").map(str::trim_end);
    let text = bare.map_or_else(|| text.to_owned(), |bare| format!("{bare}Z"));
    let (date, time) = text.split_once([' ', 'T'])?;
    let seconds = if time.matches(':').count() == 1 { time.replace('Z', ":00Z") } else { time.to_owned() };
    format!("{date}T{seconds}").parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_times_that_engines_write_are_read() {
        for (written, read) in [
            ("2021-12-07T10:49:20.193225Z", Some("2021-12-07T10:49:20.193225Z")),
            ("2026-03-03T02:15:00+00:00", Some("2026-03-03T02:15:00Z")),
            ("2026-03-03 02:15:00.5-03:00", Some("2026-03-03T05:15:00.5Z")),
            ("2026-03-03 02:15UTC", Some("2026-03-03T02:15:00Z")),
            ("2026-03-03 02:15:07 UTC", Some("2026-03-03T02:15:07Z")),
            ("2026-03-03 02:15:07", None),
            ("yesterday", None),
        ] {
            assert_eq!(moment(written).map(|at| at.to_string()).as_deref(), read, "{written}");
        }
    }

    #[test]
    fn a_count_is_read_however_the_adapter_writes_it() {
        let counts = ["3970", "3970.0", "\"3970\""].map(|text| count(&serde_json::from_str(text).unwrap()));
        assert_eq!(counts, [Some(3970); 3]);
        assert_eq!(
            ["-1", "1.5", "null", "true"].map(|text| count(&serde_json::from_str(text).unwrap())),
            [None; 4]
        );
    }
}
