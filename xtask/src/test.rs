//! `cargo xtask test`: everything that must hold. A step that fails does not stop the others, and the
//! last line counts.

mod aws;
mod browser;
mod cargo_tests;
mod lints;
pub mod postgres;
mod step;
mod tally;

use std::process::ExitCode;
use std::time::Instant;

use crate::args::Args;
use crate::failure::Result;
use crate::places::Places;
use crate::setup;
use crate::tidy;
use crate::tools::Tools;

use step::Step;
use tally::Tally;

pub fn run(places: &Places, mut args: Args) -> Result<ExitCode> {
    let steps = chosen(&mut args)?;
    args.done()?;
    let tally: Tally = match setup::toolchain(places) {
        Ok(tools) => steps.iter().map(|step| timed(*step, &tools)).sum(),
        Err(failure) => {
            println!("error: {failure}");
            steps.iter().map(|_| Tally::FAILED).sum()
        }
    };
    println!("{tally}");
    Ok(if tally.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// `--only` may come more than once; the order is always the same.
fn chosen(args: &mut Args) -> Result<Vec<Step>> {
    let only = args.values("--only")?;
    let without_browser = args.flag("--no-browser");
    let wanted = only.iter().map(|name| name.parse()).collect::<Result<Vec<Step>>>()?;
    Ok(Step::ALL
        .iter()
        .copied()
        .filter(|step| wanted.is_empty() || wanted.contains(step))
        .filter(|step| !(without_browser && *step == Step::Browser))
        .collect())
}

/// One step from its heading to its result and time.
fn timed(step: Step, tools: &Tools) -> Tally {
    println!("{step}: {}", step.about());
    let started = Instant::now();
    let tally = with_needs(step, tools).unwrap_or_else(|failure| {
        println!("error: {failure}");
        Tally::FAILED
    });
    let seconds = started.elapsed().as_secs_f64();
    println!("  {step}: {tally} ({seconds:.1} s)");
    tally
}

fn with_needs(step: Step, tools: &Tools) -> Result<Tally> {
    for need in step.needs() {
        setup::provide(tools, *need)?;
    }
    match step {
        Step::Fmt => lints::fmt(tools),
        Step::Tidy => Ok(if tidy::holds(tools)? { Tally::PASSED } else { Tally::FAILED }),
        Step::Style => lints::style(tools),
        Step::Clippy => lints::clippy_for_the_server(tools),
        Step::ClippyWasm => lints::clippy_for_the_browser(tools),
        Step::Tests => cargo_tests::run(tools),
        Step::Browser => browser::run(tools),
    }
}
