//! Packages of Debian and its kin.

use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use super::say;
use crate::child;
use crate::failure::Result;
use crate::places::Places;

/// The lists are fetched once a run, before the first package.
static LISTS_ARE_FRESH: AtomicBool = AtomicBool::new(false);

pub fn is_here() -> bool {
    Path::new("/etc/debian_version").exists() && Path::new("/usr/bin/apt-get").exists()
}

pub fn is_root() -> bool {
    child::output_of(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}

/// Installs `packages`, which `what` describes for the reader; without root it says what root must do.
pub fn install(places: &Places, what: &str, packages: &[&str]) -> Result<()> {
    let names = packages.join(" ");
    if !is_here() {
        return Err(format!("{what} is missing; on Debian it would come from: {names}").into());
    }
    if !is_root() {
        return Err(format!(
            "{what} is missing, and installing it needs root\n  run this, then cargo xtask again:\n    \
             sudo apt-get update\n    sudo apt-get install -y --no-install-recommends --no-remove {names}"
        )
        .into());
    }
    say(&format!("installing {what} ({names})"));
    if !LISTS_ARE_FRESH.swap(true, Ordering::Relaxed) {
        apt(places, &["update"])?;
    }
    // A machine's own packages are not ours to remove; then apt says which are in the way.
    let mut words = vec!["install", "-y", "--no-install-recommends", "--no-remove"];
    words.extend(packages);
    apt(places, &words)
}

fn apt(places: &Places, words: &[&str]) -> Result<()> {
    let mut command = Command::new("apt-get");
    command.args(words).env("DEBIAN_FRONTEND", "noninteractive");
    let verb = words.first().copied().unwrap_or_default();
    child::quietly(&mut command, &places.log(&format!("apt-{verb}")))?
        .or_advise(
            &format!("apt-get {verb}"),
            "check the network and the package sources (/etc/apt), then try again",
        )
        .map(|_| ())
}
