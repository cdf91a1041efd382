//! The standard library for the browser, built from Debian's own source package. Debian ships the
//! compiler and this source, but not the library for a target without an operating system.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::say;
use crate::child;
use crate::failure::{Result, While};
use crate::places::Places;

const LIBRARIES: &str = "lib/rustlib/wasm32-unknown-unknown/lib";

/// Beside the libraries, the compiler that built them: no other can read them.
const BUILT_BY: &str = "built-by-loggia.txt";

const MANIFEST: &str = "\
[package]
name = \"empty\"
version = \"0.0.0\"
edition = \"2024\"

[lib]
crate-type = [\"cdylib\"]

[workspace]
";

/// Whether the toolchain there has the library. One that we built counts only while the compiler is
/// still the same; who put it there otherwise keeps it in step, as rustup does.
pub fn is_in(sysroot: &Path) -> bool {
    let folder = sysroot.join(LIBRARIES);
    let has_std = fs::read_dir(&folder).is_ok_and(|entries| {
        entries.flatten().any(|entry| {
            let name = entry.file_name();
            name.to_str().is_some_and(|name| name.starts_with("libstd-") && name.ends_with(".rlib"))
        })
    });
    let built_by = fs::read_to_string(folder.join(BUILT_BY)).ok();
    has_std && built_by.is_none_or(|line| compiler_of(sysroot).is_ok_and(|now| now == line))
}

/// Builds the library with Debian's compiler and puts it where that compiler looks for it.
pub fn build(places: &Places) -> Result<()> {
    say("building Rust's standard library for the browser, which Debian has as source only (a minute)");
    let crate_folder = places.cache.join("browser-std");
    write_empty_crate(&crate_folder)?;
    let path = std::env::var("PATH").unwrap_or_default();
    let mut cargo = Command::new("/usr/bin/cargo");
    crate::tools::scrub(&mut cargo);
    cargo
        .args(["build", "--release", "--target", "wasm32-unknown-unknown", "-Zbuild-std=std,panic_abort"])
        .current_dir(&crate_folder)
        .env("PATH", format!("/usr/bin:{path}"))
        .env("RUSTC", "/usr/bin/rustc")
        .env("CARGO_TARGET_DIR", crate_folder.join("target"))
        // A stable compiler builds its own standard library only when it is told that it may.
        .env("RUSTC_BOOTSTRAP", "1");
    child::quietly(&mut cargo, &places.log("browser-std"))?.or_advise(
        "building the standard library for the browser",
        "check that rustc-web, cargo-web and rust-web-src are of one version: apt list --installed '*-web*'",
    )?;
    let staged = stage(&crate_folder)?;
    install(&staged)?;
    fs::remove_dir_all(&crate_folder).while_(|| format!("cannot remove {}", crate_folder.display()))
}

fn write_empty_crate(folder: &Path) -> Result<()> {
    let what = || format!("cannot write {}", folder.display());
    fs::create_dir_all(folder.join("src")).while_(what)?;
    fs::write(folder.join("Cargo.toml"), MANIFEST).while_(what)?;
    fs::write(folder.join("src/lib.rs"), "").while_(what)
}

/// Gathers what is to be installed in one folder.
fn stage(crate_folder: &Path) -> Result<PathBuf> {
    let staged = crate_folder.join("staged");
    let what = || format!("cannot fill {}", staged.display());
    fs::create_dir_all(&staged).while_(what)?;
    let built = crate_folder.join("target/wasm32-unknown-unknown/release/deps");
    for entry in fs::read_dir(&built).while_(|| format!("cannot list {}", built.display()))?.flatten() {
        let name = entry.file_name();
        let wanted =
            name.to_str().is_some_and(|name| name.ends_with(".rlib") && !name.starts_with("libempty"));
        if wanted {
            fs::copy(entry.path(), staged.join(&name)).while_(what)?;
        }
    }
    fs::write(staged.join(BUILT_BY), compiler_of("/usr".as_ref())?).while_(what)?;
    Ok(staged)
}

fn install(staged: &Path) -> Result<()> {
    let folder = Path::new("/usr").join(LIBRARIES);
    copy_over(staged, &folder).map_err(|error| {
        let (from, to) = (staged.display(), folder.display());
        format!(
            "cannot write {to}: {error}\n  run this, then cargo xtask again:\n    \
             sudo sh -c 'mkdir -p {to} && rm -f {to}/*.rlib && cp {from}/* {to}/'"
        )
        .into()
    })
}

fn copy_over(staged: &Path, folder: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    // Two builds of one library side by side would be ambiguous to the compiler.
    for old in fs::read_dir(folder)?.flatten() {
        if old.path().extension().is_some_and(|extension| extension == "rlib") {
            fs::remove_file(old.path())?;
        }
    }
    for new in fs::read_dir(staged)?.flatten() {
        fs::copy(new.path(), folder.join(new.file_name()))?;
    }
    Ok(())
}

fn compiler_of(sysroot: &Path) -> Result<String> {
    child::output_of(Command::new(sysroot.join("bin/rustc")).arg("--version"))
}
