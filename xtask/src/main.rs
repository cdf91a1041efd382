//! `cargo xtask`: the project's own chores, from a bare machine to a running portal.
//!
//! Reads top-down: a command here, a file or folder of the same name beside it. Everything built,
//! downloaded or recorded goes to the cache folder (`places.rs`), never into the checkout, save
//! `end2end/node_modules`, which Node looks for there.

mod args;
mod bench;
mod canvas;
mod child;
mod demo;
mod failure;
mod files;
mod http;
mod places;
mod python;
mod release;
mod setup;
mod stamp;
mod test;
mod ticker;
mod tidy;
mod tools;

use std::process::ExitCode;

use args::Args;
use failure::Result;
use places::Places;
use setup::Need;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  setup                              install what building and testing need and this machine lacks
  demo [--fresh] [--port N]          build, fill a catalog with a bank's data and serve it
  build                              the release program alone
  test [--only STEP] [--no-browser]  everything that must hold; STEP is fmt, tidy, clippy, clippy-wasm,
                                     tests or browser, and --only may come more than once
  tidy                               the rules of the house, proved from the files
  bench [ARGUMENTS]                  the measurements; arguments go to the bench program

The cache is $LOGGIA_CACHE, else $XDG_CACHE_HOME/loggia, else ~/.cache/loggia.";

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let command = words.next().unwrap_or_default();
    match run(&command, Args::new(words)) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: &str, args: Args) -> Result<ExitCode> {
    let places = Places::find()?;
    match command {
        "setup" => {
            args.done()?;
            setup::everything(&places, Need::ALL)?;
            println!("everything is in place");
        }
        "build" => {
            args.done()?;
            let tools = setup::everything(&places, &[Need::Builder])?;
            println!("{}", release::build(&tools)?.loggia.display());
        }
        "demo" => demo::run(&places, args)?,
        demo::ANNOUNCE => demo::announce(&places, args)?,
        "test" => return test::run(&places, args),
        "tidy" => {
            args.done()?;
            return tidy::run(&tools::Tools::as_found(places));
        }
        "bench" => bench::run(&places, args)?,
        "" | "help" | "--help" | "-h" => println!("{USAGE}"),
        other => return Err(format!("no such command: {other}\n{USAGE}").into()),
    }
    Ok(ExitCode::SUCCESS)
}
