//! Makes a bare machine able to build and test Loggia. Every step looks first, by files alone, and
//! says what it does and why only when something is missing: on a machine that is set up the whole of
//! it takes a fraction of a second, so demo, test and bench begin with it.

mod binaryen;
mod browser_std;
mod cargo_tools;
mod checkout;
mod debian;
mod end2end;
pub mod system;
mod toolchain;

use crate::failure::Result;
use crate::places::Places;
use crate::tools::Tools;

/// What a chore asks for beside the Rust toolchain, which all of them need.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// cargo-leptos and what it calls: the release build.
    Builder,
    /// A PostgreSQL server program: the store's tests.
    Postgres,
    /// Chromium and Playwright: the browser tests and the page measurements.
    Browser,
}

impl Need {
    pub const ALL: &[Self] = &[Self::Builder, Self::Postgres, Self::Browser];
}

/// The Rust toolchain, then every need in turn; the first that cannot be met is the error.
pub fn everything(places: &Places, needs: &[Need]) -> Result<Tools> {
    let tools = toolchain(places)?;
    for need in needs {
        provide(&tools, *need)?;
    }
    Ok(tools)
}

/// A toolchain that compiles for the machine and for the browser, and a C compiler.
pub fn toolchain(places: &Places) -> Result<Tools> {
    system::c_compiler(places)?;
    checkout::prepare(places)?;
    toolchain::prepare(places)
}

pub fn provide(tools: &Tools, need: Need) -> Result<()> {
    match need {
        Need::Builder => {
            cargo_tools::prepare(tools)?;
            binaryen::prepare(tools)
        }
        Need::Postgres => system::postgres(&tools.places).map(|_| ()),
        Need::Browser => {
            system::chromium(&tools.places)?;
            end2end::prepare(tools)
        }
    }
}

/// The one line that a step prints before it changes the machine.
fn say(what: &str) {
    println!("set-up: {what}");
}
