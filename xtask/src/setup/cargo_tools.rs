//! cargo-leptos and wasm-bindgen's program, compiled into the cache.

use std::fs;
use std::process::Command;

use super::say;
use crate::child::{self, Outcome};
use crate::failure::{Result, While};
use crate::tools::{self, Tools};

const CARGO_LEPTOS: &str = "0.3.11";

pub fn prepare(tools: &Tools) -> Result<()> {
    let wasm_bindgen = wasm_bindgen_version(tools)?;
    if !has(tools, "cargo-leptos", "cargo-leptos", CARGO_LEPTOS) && !leptos_on_path() {
        say("compiling cargo-leptos, which builds both halves of the portal (several minutes, once)");
        install(tools, "cargo-leptos", CARGO_LEPTOS, &["--features", "no_downloads"])?;
    }
    if !has(tools, "wasm-bindgen-cli", "wasm-bindgen", &wasm_bindgen) {
        say(&format!(
            "compiling wasm-bindgen {wasm_bindgen}, which must match Cargo.lock exactly (minutes, once)"
        ));
        install(tools, "wasm-bindgen-cli", &wasm_bindgen, &[])?;
    }
    let leftovers = tools.places.cache.join("tools-target");
    if leftovers.exists() {
        fs::remove_dir_all(&leftovers).while_(|| format!("cannot remove {}", leftovers.display()))?;
    }
    Ok(())
}

/// The version in Cargo.lock: program and library speak a format that changes with every release.
fn wasm_bindgen_version(tools: &Tools) -> Result<String> {
    let file = tools.places.root.join("Cargo.lock");
    let text = fs::read_to_string(&file).while_(|| format!("cannot read {}", file.display()))?;
    locked_version(&text, "wasm-bindgen")
        .ok_or_else(|| format!("{} has no wasm-bindgen; run: cargo generate-lockfile", file.display()).into())
}

fn locked_version(lock: &str, package: &str) -> Option<String> {
    let lock: toml::Table = lock.parse().ok()?;
    lock.get("package")?
        .as_array()?
        .iter()
        .find(|entry| entry.get("name").and_then(toml::Value::as_str) == Some(package))?
        .get("version")?
        .as_str()
        .map(str::to_owned)
}

/// Whether `cargo install` has finished with it: the record is written after the program.
fn has(tools: &Tools, package: &str, program: &str, version: &str) -> bool {
    let folder = tools.places.tools();
    let recorded = fs::read_to_string(folder.join(".crates.toml"))
        .is_ok_and(|record| record.contains(&format!("\"{package} {version} ")));
    recorded && folder.join("bin").join(program).exists()
}

fn leptos_on_path() -> bool {
    tools::on_path("cargo-leptos").is_some_and(|program| {
        child::output_of(Command::new(program).arg("--version"))
            .is_ok_and(|said| said.split_whitespace().any(|word| word == CARGO_LEPTOS))
    })
}

fn install(tools: &Tools, package: &str, version: &str, options: &[&str]) -> Result<()> {
    let locked = [options, &["--locked"]].concat();
    let first = attempt(tools, package, version, &locked)?;
    // A lock file inside a package may name what has been withdrawn since; then the newest will do.
    let last = if first.success { first } else { attempt(tools, package, version, options)? };
    last.or_advise(
        &format!("installing {package} {version}"),
        "check the network and that the disk has 3 GB left, then try again",
    )
    .map(|_| ())
}

fn attempt(tools: &Tools, package: &str, version: &str, options: &[&str]) -> Result<Outcome> {
    let mut cargo = tools.cargo(["install", package, "--version", version]);
    cargo
        .args(options)
        .arg("--root")
        .arg(tools.places.tools())
        .current_dir(&tools.places.cache)
        .env("CARGO_TARGET_DIR", tools.places.cache.join("tools-target"))
        // A tool that runs for seconds is not worth an optimiser that runs for a quarter of an hour.
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16");
    child::quietly(&mut cargo, &tools.places.log(package))
}

#[cfg(test)]
mod tests {
    use super::locked_version;

    #[test]
    fn the_locked_version_is_that_of_the_package_and_of_no_namesake() {
        let lock = "version = 4\n\
            [[package]]\nname = \"wasm-bindgen-futures\"\nversion = \"0.4.80\"\n\
            [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(locked_version(lock, "leptos"), None);
    }
}
