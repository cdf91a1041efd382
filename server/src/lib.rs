//! The program `loggia`: one binary that serves the portal and does every chore of the catalog.
//!
//! Composition only: it opens the store and the index, gives them to the use cases of `catalog`, and puts
//! doors before those (HTTP, the command line).

pub mod args;
mod brought;
pub mod data;
pub mod http;
mod keys;
pub mod notifying;
pub mod oidc;
mod out;
mod reader;
mod remote;
mod serve;
mod sources;
mod verbs;

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use loggia_catalog::secrets::SecretKey;

use crate::args::{Args, Secret, Verb};
use crate::brought::Brought;
use crate::out::Out;

/// A chore that could not be done; the text says what, where, and what would be right.
#[derive(Debug)]
pub struct Failure(pub String);

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Every error of the crates below has a message for people already.
impl<E: std::error::Error> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

/// Runs the program with the arguments of the process.
pub fn run() -> ExitCode {
    let args = Args::parse();
    if matches!(args.verb, Verb::Read) {
        return reader::child::run();
    }
    match in_runtime(args) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("loggia: {failure}");
            ExitCode::FAILURE
        }
    }
}

/// What a thread still reads when the work is over, or was told to stop, is not waited for.
fn in_runtime(args: Args) -> Result<ExitCode, Failure> {
    let runtime = tokio::runtime::Runtime::new()?;
    let result = runtime.block_on(execute(args));
    runtime.shutdown_timeout(Duration::from_secs(1));
    result
}

async fn execute(args: Args) -> Result<ExitCode, Failure> {
    if let Verb::Serve(serve) = &args.verb {
        serve::serve(&args, serve).await?;
        return Ok(ExitCode::SUCCESS);
    }
    if let Verb::Secret(Secret::Key) = &args.verb {
        println!("{}", SecretKey::generate()?.written().reveal());
        return Ok(ExitCode::SUCCESS);
    }
    let brought = Brought::of(&args.verb)?;
    // While a server runs, it alone writes the folder: it does the work, and this process shows it.
    if let Some(server) = remote::find(&args.data).await {
        return remote::ask(server, brought).await;
    }
    let opened = data::open(&args).await?;
    let done = verbs::run(&opened.catalog, &args.verb, &brought, &mut Out::terminal()).await;
    opened.catalog.flush_audit().await?;
    done.map(|()| ExitCode::SUCCESS)
}
