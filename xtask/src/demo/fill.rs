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

const NAMESPACE: &str = "file://banco-guarani";

/// The catalog's folder, filled now unless an earlier run has done so to the end.
pub fn if_empty(tools: &Tools, release: &Release) -> Result<PathBuf> {
    let catalog = folder(tools).join("catalog");
    if filled(tools).is("filled") && has_files(&catalog) { Ok(catalog) } else { anew(tools, release) }
}

/// Deletes what is there and fills it again.
pub fn anew(tools: &Tools, release: &Release) -> Result<PathBuf> {
    let folder = folder(tools);
    let (catalog, files) = (folder.join("catalog"), folder.join("files"));
    filled(tools).clear()?;
    remove(&catalog)?;

    println!("filling the catalog with Banco Guarani, an invented bank");
    parquet_files(tools, release, &files)?;
    let words = tools.places.root.join("demo/catalog");
    let mut apply = with_data(tools, release, &catalog);
    apply.args(["apply", "--yes"]).arg(&words);
    step(tools, "demo-apply", "reading the words in demo/catalog", &mut apply)?;
    let mut harvest = with_data(tools, release, &catalog);
    harvest.args(["harvest", "files"]).arg(&files).args(["--namespace", NAMESPACE]);
    step(tools, "demo-harvest", "harvesting the bank's files", &mut harvest)?;
    filled(tools).set("filled")?;
    Ok(catalog)
}

/// Makes the bank's files in `folder`, from nothing.
pub fn parquet_files(tools: &Tools, release: &Release, folder: &Path) -> Result<()> {
    remove(folder)?;
    fs::create_dir_all(folder).while_(|| format!("cannot make {}", folder.display()))?;
    let mut make = tools.command(&release.demo_data);
    step(tools, "demo-data", "making the bank's files", make.arg(folder))
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
