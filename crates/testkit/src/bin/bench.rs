//! The measurements of `cargo xtask bench`: the release program (`LOGGIA_BIN`) over made-up catalogs.
//!
//! Each catalog is made anew in a folder on disk. What is measured and how is told in the modules; the bars
//! are those of DESIGN.md section 5. The pages in a browser are measured by `end2end/bench.mjs`.

use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use loggia_testkit::Outcome;
use tempfile::TempDir;
use tokio::runtime::Runtime;

#[path = "bench/assets.rs"]
mod assets;
#[path = "bench/audit.rs"]
mod audit;
#[path = "bench/chance.rs"]
mod chance;
#[path = "bench/clients.rs"]
mod clients;
#[path = "bench/company.rs"]
mod company;
#[path = "bench/data.rs"]
mod data;
#[path = "bench/import.rs"]
mod import;
#[path = "bench/measures.rs"]
mod measures;
#[path = "bench/notified.rs"]
mod notified;
#[path = "bench/options.rs"]
mod options;
#[path = "bench/organised.rs"]
mod organised;
#[path = "bench/peer.rs"]
mod peer;
#[path = "bench/policy.rs"]
mod policy;
#[path = "bench/program.rs"]
mod program;
#[path = "bench/publish.rs"]
mod publish;
#[path = "bench/reached.rs"]
mod reached;
#[path = "bench/report.rs"]
mod report;
#[path = "bench/rows.rs"]
mod rows;
#[path = "bench/search.rs"]
mod search;
#[path = "bench/sentence.rs"]
mod sentence;
#[path = "bench/signing.rs"]
mod signing;
#[path = "bench/start.rs"]
mod start;
#[path = "bench/timing.rs"]
mod timing;
#[path = "bench/trial.rs"]
mod trial;
#[path = "bench/web.rs"]
mod web;
#[path = "bench/words.rs"]
mod words;

use crate::assets::Maker;
use crate::measures::Bench;
use crate::options::Options;
use crate::report::Report;

/// The smaller of the two catalogs.
const SMALL: usize = 10_000;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(trouble) => {
            eprintln!("bench: {trouble:?}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Outcome {
    if std::env::args().any(|word| word == "--help") {
        println!("{}", options::USAGE);
        return Ok(());
    }
    let options = Options::given(std::env::args().skip(1))?;
    if let Some(file) = &options.write {
        let bytes = assets::write(file, Maker::new().everything(options.assets))?;
        println!("{bytes} bytes written to {}", file.display());
        return Ok(());
    }
    let mut report = Report::default();
    if let Some(folder) = &options.over {
        Runtime::new()?.block_on(measures::search_over(folder, &options, &mut report))?;
        print!("{}", report.aligned());
        return Ok(());
    }
    if options.data {
        data::run(&options, &mut report)?;
        print!("{}", if options.markdown { report.markdown() } else { report.aligned() });
        return Ok(());
    }
    if options.publish {
        publish::run(&options, &mut report)?;
        notified::run(&options, &mut report)?;
        print!("{}", if options.markdown { report.markdown() } else { report.aligned() });
        return Ok(());
    }
    if options.policy {
        policy::run(&mut report)?;
        trial::run(&options, &mut report)?;
        audit::run(&options, &mut report)?;
        signing::run(&options, &mut report)?;
        print!("{}", if options.markdown { report.markdown() } else { report.aligned() });
        return Ok(());
    }
    if options.assets > SMALL {
        measured(&options, SMALL, &mut report)?;
    }
    measured(&options, options.assets, &mut report)?;
    print!("{}", if options.markdown { report.markdown() } else { report.aligned() });
    Ok(())
}

fn measured(options: &Options, assets: usize, report: &mut Report) -> Outcome {
    let scratch = TempDir::with_prefix_in("loggia-bench-", &options.scratch)?;
    let is_largest = assets == options.assets;
    let seconds = if options.quick { 3 } else { 10 };
    let mut bench = Bench {
        options,
        assets,
        is_largest,
        lasting: Duration::from_secs(seconds),
        runtime: Runtime::new()?,
        report,
        scratch: Path::to_owned(scratch.path()),
    };
    bench.run()
}
