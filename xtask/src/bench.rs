//! `cargo xtask bench`: the measurements, of the release program and of its pages in a browser.

mod peers;

use std::process::Command;

use crate::args::Args;
use crate::failure::{Result, While};
use crate::places::Places;
use crate::release;
use crate::setup::{self, Need, system};
use crate::test::postgres::Cluster;

/// Hands `args` on to the bench program.
pub fn run(places: &Places, args: Args) -> Result<()> {
    let tools = setup::everything(places, Need::ALL)?;
    let release = release::build(&tools)?;
    let bench = release::program(&tools, "loggia-testkit", "bench")?;

    let mut measure = tools.command(bench);
    let words: Vec<_> = args.rest().into_iter().collect();
    let is_of_data = words.first().is_some_and(|word| word == "data");
    let has_no_pages = words.first().is_some_and(|word| word == "policy" || word == "publish");
    let cluster = if is_of_data { Some(Cluster::start(places)?) } else { None };
    if let Some(cluster) = &cluster {
        measure.env("LOGGIA_TEST_POSTGRES", cluster.url()).env("LOGGIA_BENCH_PYTHON", peers::python(places)?);
    }
    loud(measure.args(words).env("LOGGIA_BIN", &release.loggia))?;

    if has_no_pages {
        return Ok(());
    }
    let mut browser = tools.command("node");
    browser.env("LOGGIA_BIN", &release.loggia).env("LOGGIA_CHROMIUM", system::chromium(places)?);
    if is_of_data {
        browser.arg(places.root.join("end2end/bench-data.mjs"));
        browser.env("LOGGIA_BENCH_PYTHON", peers::python(places)?);
    } else {
        browser.arg(places.root.join("end2end/bench.mjs"));
    }
    loud(&mut browser)
}

/// Runs a program whose output is the result.
fn loud(command: &mut Command) -> Result<()> {
    let program = command.get_program().to_string_lossy().into_owned();
    let status = command.status().while_(|| format!("cannot start {program}"))?;
    if status.success() { Ok(()) } else { Err(format!("{program} failed ({status})").into()) }
}
