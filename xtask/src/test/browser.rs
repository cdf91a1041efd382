//! The browser tests: Playwright drives Chromium against the release program.

use std::fs;

use super::tally::Tally;
use crate::child;
use crate::demo;
use crate::failure::{Result, While};
use crate::release;
use crate::setup::system;
use crate::tools::Tools;

pub fn run(tools: &Tools) -> Result<Tally> {
    let folder = tools.places.root.join("end2end");
    if !folder.join("tests").exists() {
        println!("  end2end/tests is not there yet: nothing run, nothing counted");
        return Ok(Tally::default());
    }
    let release = release::build(tools)?;
    let scratch = tools.places.cache.join("test");
    let files = scratch.join("files");
    demo::parquet_files(tools, &release, &files)?;

    let report = scratch.join("playwright.json");
    if report.exists() {
        fs::remove_file(&report).while_(|| format!("cannot remove {}", report.display()))?;
    }
    let mut playwright = tools.command(folder.join("node_modules/.bin/playwright"));
    playwright
        .args(["test", "--reporter=list,json"])
        .current_dir(&folder)
        .env("PLAYWRIGHT_JSON_OUTPUT_NAME", &report)
        .env("LOGGIA_BIN", &release.loggia)
        .env("LOGGIA_CHROMIUM", system::chromium(&tools.places)?)
        .env("LOGGIA_DEMO_CATALOG", tools.places.root.join("demo/catalog"))
        .env("LOGGIA_DEMO_FILES", &files)
        .env("LOGGIA_TEST_SCRATCH", &scratch);
    let outcome = child::quietly(&mut playwright, &tools.places.log("browser"))?;
    if !outcome.success {
        println!("{}\n  the whole log: {}", outcome.last_words(200), outcome.log.display());
    }
    let stats = fs::read_to_string(&report).ok().and_then(|text| Stats::of(&text));
    let Some(stats) = stats else {
        println!("error: Playwright left no report in {}", report.display());
        return Ok(Tally::FAILED);
    };
    if stats.flaky + stats.skipped > 0 {
        println!("error: flaky {}, skipped {}; both count as failed", stats.flaky, stats.skipped);
    }
    Ok(stats.tally(outcome.success))
}

/// Playwright's own counts.
#[derive(Debug, PartialEq, Eq)]
struct Stats {
    expected: u64,
    unexpected: u64,
    flaky: u64,
    skipped: u64,
}

impl Stats {
    fn of(report: &str) -> Option<Self> {
        let report: serde_json::Value = serde_json::from_str(report).ok()?;
        let stats = report.get("stats")?;
        let count = |name: &str| stats.get(name).and_then(serde_json::Value::as_u64);
        Some(Self {
            expected: count("expected")?,
            unexpected: count("unexpected")?,
            flaky: count("flaky")?,
            skipped: count("skipped")?,
        })
    }

    /// A test that passed at the second attempt, or was not run, has proved nothing.
    fn tally(&self, run_succeeded: bool) -> Tally {
        let failed = self.unexpected + self.flaky + self.skipped;
        Tally { passed: self.expected, failed: if run_succeeded { failed } else { failed.max(1) } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_passed_at_once_has_passed() {
        let report = r#"{"suites": [], "stats": {"startTime": "2026-11-21", "duration": 1.5,
            "expected": 31, "skipped": 1, "unexpected": 2, "flaky": 1}}"#;
        let stats = Stats::of(report).unwrap();
        assert_eq!(stats.tally(false), Tally { passed: 31, failed: 4 });
    }

    #[test]
    fn a_run_that_failed_outside_its_tests_counts_as_one_failure() {
        let stats = Stats { expected: 3, unexpected: 0, flaky: 0, skipped: 0 };
        assert_eq!(stats.tally(false), Tally { passed: 3, failed: 1 });
    }

    #[test]
    fn a_report_that_is_none_is_seen() {
        assert_eq!(Stats::of("{}"), None);
        assert_eq!(Stats::of("Error: no tests"), None);
    }
}
