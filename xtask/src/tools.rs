//! The environment that every child of a chore gets: which toolchain, which folders on the PATH, and
//! nothing of the environment that cargo made for this program itself.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::places::Places;

/// What cargo and rustup set for the program that they run. A nested cargo must not inherit it: `CARGO`
/// would bring cargo-leptos back to the outer toolchain, and the library path to the outer compiler's
/// libraries.
const OF_THE_OUTER_CARGO: &[&str] =
    &["CARGO", "CARGO_MANIFEST_DIR", "CARGO_MANIFEST_PATH", "RUST_RECURSION_COUNT"];

#[derive(Clone, Debug)]
pub struct Tools {
    pub places: Places,
    /// The rustup toolchain to ask for; none means the one that is active anyway.
    toolchain: Option<String>,
    path: OsString,
}

impl Tools {
    /// With the toolchain that is active, which is enough to ask cargo about the workspace.
    pub fn as_found(places: Places) -> Self {
        let path = path_with(&places);
        Self { places, toolchain: None, path }
    }

    pub fn with_toolchain(places: Places, name: &str) -> Self {
        Self { toolchain: Some(name.to_owned()), ..Self::as_found(places) }
    }

    /// A name for the stamps: what another toolchain built is not what this one builds.
    pub fn toolchain(&self) -> &str {
        self.toolchain.as_deref().unwrap_or("active")
    }

    /// `program` in the checkout, with our PATH, toolchain and target folder.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(&self.places.root)
            .env("PATH", &self.path)
            .env("CARGO_TARGET_DIR", self.places.target())
            .env("CARGO_TERM_PROGRESS_WHEN", "never");
        scrub(&mut command);
        if let Some(toolchain) = &self.toolchain {
            command.env("RUSTUP_TOOLCHAIN", toolchain);
        }
        command
    }

    pub fn cargo<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Command {
        let mut command = self.command("cargo");
        command.args(args);
        command
    }

    /// cargo-leptos itself rather than `cargo leptos`: cargo would prefer another version that lies in
    /// its own `bin` folder.
    pub fn cargo_leptos(&self) -> Command {
        let ours = self.places.tools().join("bin/cargo-leptos");
        let mut command = self.command(if ours.exists() { ours } else { PathBuf::from("cargo-leptos") });
        command.arg("leptos");
        command
    }
}

/// Takes the outer cargo's own variables out of a child's environment.
pub fn scrub(command: &mut Command) {
    for (name, _) in env::vars_os() {
        let ours = name.to_str().is_some_and(|name| {
            OF_THE_OUTER_CARGO.contains(&name)
                || name.starts_with("CARGO_PKG_")
                || name.starts_with("CARGO_BIN_")
        });
        if ours {
            command.env_remove(&name);
        }
    }
    if let Some(libraries) = env::var_os("LD_LIBRARY_PATH") {
        let kept = env::split_paths(&libraries).filter(|folder| !is_of_a_build(folder));
        match env::join_paths(kept) {
            Ok(kept) if !kept.is_empty() => command.env("LD_LIBRARY_PATH", kept),
            _ => command.env_remove("LD_LIBRARY_PATH"),
        };
    }
}

/// The first file of that name on the PATH.
pub fn on_path(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

fn path_with(places: &Places) -> OsString {
    let found = env::var_os("PATH").unwrap_or_default();
    let ours = [places.tools().join("bin"), places.cache.join("npm/node_modules/.bin")];
    env::join_paths(ours.into_iter().chain(env::split_paths(&found))).unwrap_or(found)
}

fn is_of_a_build(folder: &Path) -> bool {
    folder
        .components()
        .any(|part| matches!(part.as_os_str().to_str(), Some("target" | "rustlib" | "toolchains" | "deps")))
}
