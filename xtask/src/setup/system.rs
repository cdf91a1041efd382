//! What must come from the system: a C compiler, PostgreSQL, Chromium, Node.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::{debian, say};
use crate::child;
use crate::failure::{Result, While};
use crate::places::Places;
use crate::tools::on_path;

pub use super::debian::is_root;

/// SQLite, zstd and the like are compiled from C.
pub fn c_compiler(places: &Places) -> Result<()> {
    if on_path("cc").is_some() {
        return Ok(());
    }
    debian::install(places, "a C compiler, which builds the SQLite inside Loggia", &["gcc", "libc6-dev"])
}

/// The folder of PostgreSQL's server programs (`initdb`, `pg_ctl`).
pub fn postgres(places: &Places) -> Result<PathBuf> {
    if let Some(folder) = find_postgres() {
        return Ok(folder);
    }
    if debian::is_here() && debian::is_root() {
        keep_postgres_asleep()?;
    }
    debian::install(places, "PostgreSQL, which the store is tested with", &["postgresql"])?;
    find_postgres().ok_or_else(|| "PostgreSQL was installed, but no initdb is in /usr/lib/postgresql".into())
}

/// With its modules for environments, which Debian keeps in a package of their own.
pub fn python(places: &Places) -> Result<()> {
    let has_all =
        |python| child::output_of(Command::new(python).args(["-c", "import ensurepip, venv"])).is_ok();
    if on_path("python3").is_some_and(has_all) {
        return Ok(());
    }
    debian::install(places, "Python 3 with venv, which runs what Loggia is tested against", &["python3-venv"])
}

/// A browser that the tests may drive; `LOGGIA_CHROMIUM` names another.
pub fn chromium(places: &Places) -> Result<PathBuf> {
    if let Some(program) = find_chromium() {
        return Ok(program);
    }
    debian::install(places, "Chromium, which the browser tests and measurements drive", &["chromium"])?;
    find_chromium().ok_or_else(|| "Chromium was installed, but no program of that name is on the PATH".into())
}

/// Node's package manager: for `wasm-opt` in every build, for Playwright in the tests.
pub fn npm(places: &Places) -> Result<()> {
    if on_path("npm").is_some() {
        return Ok(());
    }
    debian::install(places, "Node 20 or newer with npm, whose packages bring wasm-opt", &["nodejs", "npm"])
}

fn find_postgres() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions
        .filter_map(|entry| {
            let version: u32 = entry.file_name().to_str()?.parse().ok()?;
            let folder = entry.path().join("bin");
            folder.join("initdb").exists().then_some((version, folder))
        })
        .max();
    newest.map(|(_, folder)| folder).or_else(|| on_path("initdb")?.parent().map(Path::to_owned))
}

fn find_chromium() -> Option<PathBuf> {
    let named = std::env::var_os("LOGGIA_CHROMIUM").map(PathBuf::from).filter(|program| program.exists());
    named.or_else(|| {
        ["chromium", "chromium-browser", "google-chrome", "chrome"].iter().find_map(|name| on_path(name))
    })
}

/// Debian's package starts a server of its own. The tests start and stop theirs, so the machine is
/// left without one, unless somebody has configured it.
fn keep_postgres_asleep() -> Result<()> {
    let file = Path::new("/etc/postgresql-common/createcluster.conf");
    if file.exists() {
        return Ok(());
    }
    say("telling PostgreSQL's package to start no server of its own");
    let what = || format!("cannot write {}", file.display());
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder).while_(what)?;
    }
    fs::write(file, "create_main_cluster = false\n").while_(what)
}
