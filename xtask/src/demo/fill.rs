//! The demo's catalog: the words of `demo/catalog`, then a harvest of the Parquet files that the
//! words are about.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::child;
use crate::failure::{Result, While};
use crate::release::Release;
use crate::stamp::Stamp;
use crate::tools::Tools;

/// Where the demo's data lies, beside this file.
const SOURCES: &str = "\
# What this catalog may read. `loggia harvest sources FILE` takes it in, `loggia serve --sources FILE` shows rows.
sources:
  - name: customer-360
    files: files
    namespace: file://banco-guarani
    profile: true
    preview: true
";

/// Another word whenever the demo has more than it had: it is then filled anew.
const FILLED: &str = "filled, with profiles, roles and projects";

/// Before today: what the demo's profiles are compared with.
const MONTHS: [&str; 4] = ["2026-06", "2026-07", "2026-08", "2026-09"];

/// The catalog's folder, filled now unless an earlier run has done so to the end.
pub fn if_empty(tools: &Tools, release: &Release) -> Result<PathBuf> {
    let catalog = folder(tools).join("catalog");
    let is_filled = filled(tools).is(FILLED) && has_files(&catalog) && sources(tools).exists();
    if is_filled { Ok(catalog) } else { anew(tools, release) }
}

/// Deletes what is there and fills it again.
pub fn anew(tools: &Tools, release: &Release) -> Result<PathBuf> {
    let folder = folder(tools);
    let (catalog, files) = (folder.join("catalog"), folder.join("files"));
    filled(tools).clear()?;
    remove(&catalog)?;

    println!("filling the catalog with Banco Guarani, an invented bank");
    let words = tools.places.root.join("demo/catalog");
    let mut apply = with_data(tools, release, &catalog);
    apply.args(["apply", "--yes"]).arg(&words);
    step(tools, "demo-apply", "reading the words in demo/catalog", &mut apply)?;
    let sources = sources(tools);
    fs::write(&sources, SOURCES).while_(|| format!("cannot write {}", sources.display()))?;
    for month in MONTHS {
        files_of(tools, release, &files, Some(month))?;
        harvest(tools, release, &catalog, month)?;
    }
    parquet_files(tools, release, &files)?;
    harvest(tools, release, &catalog, "today")?;
    filled(tools).set(FILLED)?;
    Ok(catalog)
}

/// Makes the bank's files in `folder`, from nothing.
pub fn parquet_files(tools: &Tools, release: &Release, folder: &Path) -> Result<()> {
    files_of(tools, release, folder, None)
}

/// As they were at the end of a month, or as they are.
fn files_of(tools: &Tools, release: &Release, folder: &Path, month: Option<&str>) -> Result<()> {
    remove(folder)?;
    fs::create_dir_all(folder).while_(|| format!("cannot make {}", folder.display()))?;
    let mut make = tools.command(&release.demo_data);
    let what = format!("making the bank's files of {}", month.unwrap_or("today"));
    step(tools, "demo-data", &what, make.arg(folder).args(month))
}

fn harvest(tools: &Tools, release: &Release, catalog: &Path, when: &str) -> Result<()> {
    let mut harvest = with_data(tools, release, catalog);
    harvest.args(["harvest", "sources"]).arg(sources(tools));
    step(tools, "demo-harvest", &format!("harvesting and profiling the bank's files of {when}"), &mut harvest)
}

/// The sources file of the demo.
pub fn sources(tools: &Tools) -> PathBuf {
    folder(tools).join("loggia.yaml")
}

fn folder(tools: &Tools) -> PathBuf {
    tools.places.cache.join("demo")
}

fn filled(tools: &Tools) -> Stamp {
    Stamp(folder(tools).join("catalog.stamp"))
}

fn has_files(folder: &Path) -> bool {
    fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some())
}

fn remove(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).while_(|| format!("cannot delete {}", folder.display()))?;
    }
    Ok(())
}

fn with_data(tools: &Tools, release: &Release, catalog: &Path) -> Command {
    let mut command = tools.command(&release.loggia);
    command.arg("--data").arg(catalog);
    command
}

fn step(tools: &Tools, log: &str, what: &str, command: &mut Command) -> Result<()> {
    child::quietly(command, &tools.places.log(log))?
        .or_advise(what, "to begin again from nothing: cargo xtask demo --fresh")
        .map(|_| ())
}
