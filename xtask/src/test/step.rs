//! The steps of the test run, by name.

use std::fmt;
use std::str::FromStr;

use crate::failure::Failure;
use crate::setup::Need;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Fmt,
    Tidy,
    Style,
    Clippy,
    ClippyWasm,
    Tests,
    Browser,
}

impl Step {
    /// In the order in which they run: the quick ones first.
    pub const ALL: &[Self] =
        &[Self::Fmt, Self::Tidy, Self::Style, Self::Clippy, Self::ClippyWasm, Self::Tests, Self::Browser];

    pub fn about(self) -> &'static str {
        match self {
            Self::Fmt => "the code is formatted",
            Self::Tidy => "the rules of the house hold",
            Self::Style => "the colours can be read in both themes",
            Self::Clippy => "no lint fires on the server's side",
            Self::ClippyWasm => "no lint fires on the browser's side",
            Self::Tests => {
                "the tests of every crate, over SQLite and PostgreSQL, against moto, and by schemathesis and scim2-tester"
            }
            Self::Browser => "the pages in a real browser, from the release program",
        }
    }

    pub fn needs(self) -> &'static [Need] {
        match self {
            Self::Tests => &[Need::Postgres],
            Self::Browser => &[Need::Builder, Need::Browser],
            _ => &[],
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Fmt => "fmt",
            Self::Tidy => "tidy",
            Self::Style => "style",
            Self::Clippy => "clippy",
            Self::ClippyWasm => "clippy-wasm",
            Self::Tests => "tests",
            Self::Browser => "browser",
        })
    }
}

impl FromStr for Step {
    type Err = Failure;

    fn from_str(name: &str) -> Result<Self, Failure> {
        Self::ALL.iter().copied().find(|step| step.to_string() == name).ok_or_else(|| {
            let names: Vec<String> = Self::ALL.iter().map(Self::to_string).collect();
            format!("no such step: {name}; there are {}", names.join(", ")).into()
        })
    }
}
