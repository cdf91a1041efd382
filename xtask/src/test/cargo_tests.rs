//! `cargo test` over the whole of the server's side, with a PostgreSQL and a server that speaks as AWS
//! does, both its own, and with what tries the API and SCIM.

use std::path::PathBuf;

use super::aws::Aws;
use super::lints::server_side;
use super::postgres::Cluster;
use super::tally::Tally;
use crate::child;
use crate::failure::Result;
use crate::places::Places;
use crate::python;
use crate::tools::Tools;

pub fn run(tools: &Tools) -> Result<Tally> {
    let mut cargo = tools.cargo(["test"]);
    cargo.args(server_side(tools)).arg("--no-fail-fast");

    let cluster = Cluster::start(&tools.places);
    let of_the_cluster = match &cluster {
        Ok(cluster) => {
            cargo.env("LOGGIA_TEST_POSTGRES", cluster.url());
            Tally::default()
        }
        // The other tests are still worth their results, and the failure is counted.
        Err(failure) => {
            println!("error: {failure}");
            Tally::FAILED
        }
    };
    let aws = Aws::start(&tools.places);
    let of_aws = match &aws {
        Ok(aws) => {
            cargo.env("LOGGIA_TEST_AWS", aws.url());
            Tally::default()
        }
        Err(failure) => {
            println!("error: {failure}");
            Tally::FAILED
        }
    };
    let of_schemathesis = match schemathesis(&tools.places) {
        Ok(program) => {
            cargo.env("LOGGIA_TEST_SCHEMATHESIS", program);
            Tally::default()
        }
        Err(failure) => {
            println!("error: {failure}");
            Tally::FAILED
        }
    };
    let of_scim = match scim_tester(&tools.places) {
        Ok(program) => {
            cargo.env("LOGGIA_TEST_SCIM", program);
            Tally::default()
        }
        Err(failure) => {
            println!("error: {failure}");
            Tally::FAILED
        }
    };
    let outcome = child::quietly(&mut cargo, &tools.places.log("tests"))?;
    drop((cluster, aws));

    let results = Results::of(&outcome.lines);
    if !outcome.success {
        println!("{}\n  the whole log: {}", outcome.last_words(200), outcome.log.display());
    }
    if results.ignored > 0 {
        println!("error: {} tests are ignored; mend them or delete them", results.ignored);
    }
    Ok(of_the_cluster + of_aws + of_schemathesis + of_scim + results.tally(outcome.success))
}

/// What tries the API against its own description. Not beside moto: each pins what it stands on.
fn schemathesis(places: &Places) -> Result<PathBuf> {
    const PACKAGES: [&str; 1] = ["schemathesis==4.32.5"];
    let programs = python::environment(places, "schemathesis-python", "which tries the API", &PACKAGES)?;
    Ok(programs.join("schemathesis"))
}

/// What tries whether a directory finds here what RFC 7643 and RFC 7644 promise it.
fn scim_tester(places: &Places) -> Result<PathBuf> {
    const PACKAGES: [&str; 4] =
        ["scim2-cli==0.6.0", "scim2-tester==0.5.2", "scim2-client==0.13.2", "scim2-models==0.12.3"];
    let programs = python::environment(places, "scim-python", "which tries SCIM", &PACKAGES)?;
    Ok(programs.join("scim2"))
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Results {
    passed: u64,
    failed: u64,
    ignored: u64,
}

impl Results {
    /// Sums the lines `test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; …`.
    fn of(lines: &[String]) -> Self {
        let mut sum = Self::default();
        for result in lines.iter().filter_map(|line| line.strip_prefix("test result: ")) {
            sum.passed += count(result, "passed");
            sum.failed += count(result, "failed");
            sum.ignored += count(result, "ignored");
        }
        sum
    }

    /// A run that failed without a failed test did not compile, or died on the way: that counts too.
    fn tally(&self, run_succeeded: bool) -> Tally {
        let failed = self.failed + self.ignored;
        Tally { passed: self.passed, failed: if run_succeeded { failed } else { failed.max(1) } }
    }
}

/// The number before `word`.
fn count(result: &str, word: &str) -> u64 {
    let part = result.split([';', '.']).find_map(|part| part.trim().strip_suffix(word));
    part.and_then(|number| number.trim().parse().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn the_results_of_all_crates_are_summed() {
        let said = lines(
            "running 2 tests\n\
             test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.02s\n\
             test test_result: weird ... ok\n\
             test result: FAILED. 3 passed; 2 failed; 1 ignored; 0 measured; 0 filtered out; finished in 1.00s",
        );
        let results = Results::of(&said);
        assert_eq!(results, Results { passed: 15, failed: 2, ignored: 1 });
        assert_eq!(results.tally(false), Tally { passed: 15, failed: 3 });
    }

    #[test]
    fn an_ignored_test_fails_a_run_that_succeeded() {
        let results = Results { passed: 4, failed: 0, ignored: 1 };
        assert_eq!(results.tally(true), Tally { passed: 4, failed: 1 });
    }

    #[test]
    fn a_run_that_did_not_compile_counts_as_one_failure() {
        let results =
            Results::of(&lines("error: could not compile `loggia-store` (lib) due to 1 previous error"));
        assert_eq!(results.tally(false), Tally { passed: 0, failed: 1 });
    }
}
