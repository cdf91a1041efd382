//! Formatting and lints. The server's side and the browser's are linted apart, since nothing may ever
//! build the features `ssr` and `hydrate` together, and each alone misses the other's errors.

use std::process::Command;

use super::tally::Tally;
use crate::child;
use crate::failure::Result;
use crate::tools::Tools;

pub fn fmt(tools: &Tools) -> Result<Tally> {
    passes(tools, "fmt", &mut tools.cargo(["fmt", "--all", "--check"]))
}

/// The contrast of the colours, computed from the tokens themselves.
pub fn style(tools: &Tools) -> Result<Tally> {
    let mut node = Command::new("node");
    node.arg("--test").arg("style/contrast.test.mjs").current_dir(&tools.places.root);
    passes(tools, "style", &mut node)
}

pub fn clippy_for_the_server(tools: &Tools) -> Result<Tally> {
    let mut cargo = tools.cargo(["clippy"]);
    cargo.args(server_side(tools)).arg("--all-targets").args(["--", "-D", "warnings"]);
    passes(tools, "clippy", &mut cargo)
}

pub fn clippy_for_the_browser(tools: &Tools) -> Result<Tally> {
    let mut cargo = tools.cargo(["clippy", "--package", "loggia-hydrate"]);
    if tools.places.has_canvas() {
        cargo.args(["--package", "loggia-canvas"]);
    }
    cargo.args(["--target", "wasm32-unknown-unknown", "--", "-D", "warnings"]);
    passes(tools, "clippy-wasm", &mut cargo)
}

/// Everything but what is for the browser alone.
pub fn server_side(tools: &Tools) -> Vec<&'static str> {
    let mut words = vec!["--workspace", "--exclude", "loggia-hydrate"];
    if tools.places.has_canvas() {
        words.extend(["--exclude", "loggia-canvas"]);
    }
    words.extend(["--features", "loggia-app/ssr"]);
    words
}

fn passes(tools: &Tools, log: &str, command: &mut Command) -> Result<Tally> {
    let outcome = child::quietly(command, &tools.places.log(log))?;
    if outcome.success {
        return Ok(Tally::PASSED);
    }
    println!("{}\n  the whole log: {}", outcome.last_words(200), outcome.log.display());
    Ok(Tally::FAILED)
}
