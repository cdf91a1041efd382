//! A Rust toolchain that compiles for the browser as well as for the machine.
//!
//! Best is the active one with rustup's own WebAssembly target. Where rustup's servers cannot be
//! reached, Debian has the whole toolchain in packages, save the standard library for the browser,
//! which `browser_std` builds; rustup then knows it by the name `loggia`.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use super::{browser_std, debian, say};
use crate::child;
use crate::failure::Result;
use crate::places::Places;
use crate::tools::{self, Tools};

/// One compiler for everybody keeps one set of lints and one behaviour; Debian's toolchain for the
/// browser brings this one.
const OLDEST: (u32, u32) = (1, 96);

const TARGET: &str = "wasm32-unknown-unknown";
const LINKED: &str = "loggia";

const BY_RUSTUP: &str = "run: rustup update stable && rustup target add wasm32-unknown-unknown";

/// Debian's packages, each with a file that it brings. `rust-web-llvm` and lld link for the browser;
/// clippy and rustfmt must be of the compiler's version, or the linked toolchain has none.
const PACKAGES: &[(&str, &str)] = &[
    ("rustc-web", "/usr/bin/rustc"),
    ("cargo-web", "/usr/bin/cargo"),
    ("rust-web-src", "/usr/lib/rustlib/src/rust"),
    ("rust-web-llvm", "/usr/bin/rust-lld"),
    ("lld-22", "/usr/bin/lld-22"),
    ("rust-web-clippy", "/usr/bin/cargo-clippy"),
    ("rustfmt-web", "/usr/bin/cargo-fmt"),
];

pub fn prepare(places: &Places) -> Result<Tools> {
    let active = active_sysroot();
    if active.as_deref().is_some_and(is_complete) {
        return Ok(Tools::as_found(places.clone()));
    }
    if linked_sysroot().as_deref().is_some_and(is_complete) {
        return Ok(Tools::with_toolchain(places.clone(), LINKED));
    }
    if active.as_deref().is_some_and(is_new_enough) && target_from_rustup(places)? {
        return Ok(Tools::as_found(places.clone()));
    }
    if !debian::is_here() {
        let (major, minor) = OLDEST;
        return Err(format!(
            "building for the browser needs Rust {major}.{minor} or newer with the target {TARGET}\n  {BY_RUSTUP}"
        )
        .into());
    }
    from_debian(places)
}

fn from_debian(places: &Places) -> Result<Tools> {
    let has_all = PACKAGES.iter().all(|(_, file)| Path::new(file).exists());
    if !has_all || !is_new_enough("/usr".as_ref()) {
        let names: Vec<&str> = PACKAGES.iter().map(|(name, _)| *name).collect();
        debian::install(places, "a Rust toolchain that can compile for the browser", &names).map_err(
            |failure| format!("{failure}\n  or, where rustup's servers can be reached, {BY_RUSTUP}"),
        )?;
    }
    if !browser_std::is_in("/usr".as_ref()) {
        browser_std::build(places)?;
    }
    if active_sysroot().as_deref().is_some_and(is_complete) {
        return Ok(Tools::as_found(places.clone()));
    }
    if tools::on_path("rustup").is_none() {
        return Err("the Rust in /usr/bin can build Loggia, but another one comes before it on the PATH\n  \
                    run: PATH=/usr/bin:$PATH cargo xtask …"
            .into());
    }
    say("telling rustup of the toolchain in /usr, by the name loggia");
    child::output_of(Command::new("rustup").args(["toolchain", "link", LINKED, "/usr"]))?;
    Ok(Tools::with_toolchain(places.clone(), LINKED))
}

/// Whether rustup could add the target. It fails at once where its servers are out of reach.
fn target_from_rustup(places: &Places) -> Result<bool> {
    if tools::on_path("rustup").is_none() {
        return Ok(false);
    }
    say("asking rustup for the WebAssembly target, which the browser's part is compiled for");
    let mut command = Command::new("rustup");
    command.args(["target", "add", TARGET]);
    let outcome = child::quietly_within(&mut command, &places.log("rustup"), Duration::from_secs(20))?;
    Ok(outcome.success && active_sysroot().as_deref().is_some_and(is_complete))
}

fn is_complete(sysroot: &Path) -> bool {
    browser_std::is_in(sysroot) && is_new_enough(sysroot)
}

fn is_new_enough(sysroot: &Path) -> bool {
    let rustc = sysroot.join("bin/rustc");
    let said = child::output_of(Command::new(rustc).arg("--version"));
    said.is_ok_and(|line| version(&line).is_some_and(|version| version >= OLDEST))
}

/// Where the compiler lies that plain `cargo` would use here.
fn active_sysroot() -> Option<PathBuf> {
    let mut command = Command::new("rustc");
    command.args(["--print", "sysroot"]);
    tools::scrub(&mut command);
    child::output_of(&mut command).ok().map(|said| PathBuf::from(said.trim()))
}

fn linked_sysroot() -> Option<PathBuf> {
    let home = env::var_os("RUSTUP_HOME")
        .map(PathBuf::from)
        .or_else(|| env::var_os("HOME").map(|home| PathBuf::from(home).join(".rustup")))?;
    let folder = home.join("toolchains").join(LINKED);
    folder.exists().then_some(folder)
}

/// The first two numbers of `rustc 1.96.0 (ac68faa20 2026-05-25)`.
fn version(line: &str) -> Option<(u32, u32)> {
    let mut numbers = line.split_whitespace().nth(1)?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn versions_are_read_and_compared_as_numbers() {
        assert_eq!(
            version("rustc 1.96.0 (ac68faa20 2026-05-25) (built from a source tarball)"),
            Some((1, 96))
        );
        assert_eq!(version("rustc 1.100.0-nightly (0 2026-11-01)"), Some((1, 100)));
        assert!(version("rustc 1.100.0").unwrap() > (1, 96));
        assert_eq!(version("rustc"), None);
    }
}
