//! `cargo xtask tidy`: the rules of the house that a compiler does not know, proved from the files.
//! Each module here is one rule: it reads, and returns its complaints.

mod law;
mod licences;
mod links;
mod manifest;
mod markdown;
mod sizes;
mod spdx;
mod traces;
mod wasm_tree;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::failure::{Result, While};
use crate::files;
use crate::places::Places;
use crate::tools::Tools;

/// What the rules look at.
struct Checkout<'a> {
    tools: &'a Tools,
    places: &'a Places,
    /// Relative to the root, sorted.
    files: Vec<PathBuf>,
}

type Rule = fn(&Checkout) -> Result<Vec<String>>;

const RULES: &[(&str, Rule)] = &[
    ("every crate knows only whom it may", law::complaints),
    ("the browser's part holds nothing of the server's", wasm_tree::complaints),
    ("every licence is one of deny.toml", licences::complaints),
    ("no source is over 500 lines", sizes::complaints),
    ("every link in the docs leads somewhere", links::complaints),
    ("no file names a registry's host or a machine's folder", traces::complaints),
];

pub fn run(tools: &Tools) -> Result<ExitCode> {
    let tidy = holds(tools)?;
    println!("{}", if tidy { "everything is tidy" } else { "not tidy" });
    Ok(if tidy { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Prints every complaint; true when there is none.
pub fn holds(tools: &Tools) -> Result<bool> {
    let places = &tools.places;
    let checkout = Checkout { tools, places, files: files::of_checkout(&places.root)? };
    let mut tidy = true;
    for (rule, complaints) in RULES {
        // A rule that cannot be checked is broken, and the others are still worth checking.
        let complaints = complaints(&checkout).unwrap_or_else(|failure| vec![failure.to_string()]);
        if !complaints.is_empty() {
            tidy = false;
            println!("  not so: {rule}");
        }
        for complaint in complaints {
            println!("    {complaint}");
        }
    }
    Ok(tidy)
}

impl Checkout<'_> {
    fn read(&self, file: &Path) -> Result<String> {
        fs::read_to_string(self.places.root.join(file)).while_(|| format!("cannot read {}", file.display()))
    }

    fn with_extension<'a>(&'a self, extensions: &'a [&'a str]) -> impl Iterator<Item = &'a PathBuf> {
        self.files.iter().filter(move |file| {
            file.extension().and_then(|end| end.to_str()).is_some_and(|end| extensions.contains(&end))
        })
    }
}
