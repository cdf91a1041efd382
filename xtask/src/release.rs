//! The release build that demo, browser tests and measurements share. A stamp over the sources says
//! whether there is anything to build, so a second run does not even start cargo.

use std::path::PathBuf;
use std::process::Command;

use crate::canvas;
use crate::child;
use crate::failure::Result;
use crate::stamp::{self, Stamp};
use crate::tools::Tools;

pub struct Release {
    /// The program itself, with the whole site inside.
    pub loggia: PathBuf,
    /// Makes the bank's Parquet files that the demo and the browser tests harvest.
    pub demo_data: PathBuf,
}

pub fn build(tools: &Tools) -> Result<Release> {
    let places = &tools.places;
    let release = Release { loggia: places.released("loggia"), demo_data: places.released("demo-data") };
    let stamp = Stamp(places.cache.join("demo/build.stamp"));
    // Taken before the build: what somebody changes meanwhile makes the next run build again.
    let sources = stamp::of_sources(&places.root, tools.toolchain())?;
    if stamp.is(&sources) && release.loggia.exists() && release.demo_data.exists() {
        return Ok(release);
    }
    stamp.clear()?;
    let canvas = canvas::stage(tools)?;
    let mut leptos = tools.cargo_leptos();
    step(
        tools,
        "build-loggia",
        "building Loggia, the server and the browser's part",
        leptos.args(["build", "--release"]).env("LOGGIA_CANVAS", canvas),
    )?;
    program(tools, "loggia-demo-data", "demo-data")?;
    stamp.set(&sources)?;
    Ok(release)
}

/// Builds a program beside Loggia; cargo itself sees whether there is anything to do.
pub fn program(tools: &Tools, package: &str, name: &str) -> Result<PathBuf> {
    let mut cargo = tools.cargo(["build", "--release", "--package", package, "--bin", name]);
    step(tools, &format!("build-{name}"), &format!("building {name}"), &mut cargo)?;
    Ok(tools.places.released(name))
}

pub fn step(tools: &Tools, log: &str, what: &str, command: &mut Command) -> Result<()> {
    println!("{what}");
    let outcome = child::quietly(command, &tools.places.log(log))?;
    if !outcome.success {
        // A compiler's message is longer than a tool's last words.
        let said = outcome.last_words(80);
        return Err(format!("{what} failed\n{said}\n  the whole log: {}", outcome.log.display()).into());
    }
    println!("  done in {:.1} s", outcome.took.as_secs_f64());
    Ok(())
}
