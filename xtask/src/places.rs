//! Where things lie: the checkout, and the cache that keeps all that can be made again.

use std::env;
use std::path::{Path, PathBuf};

use crate::failure::{Result, While};

#[derive(Clone, Debug)]
pub struct Places {
    /// The checkout: the folder of the workspace's `Cargo.toml`.
    pub root: PathBuf,
    /// Everything built, downloaded or recorded. Outside the checkout, so that the fingerprint of the
    /// sources stays cheap and `git clean` costs nobody an hour of building.
    pub cache: PathBuf,
}

impl Places {
    pub fn find() -> Result<Self> {
        let root = checkout()?;
        let cache = cache()?;
        if cache.starts_with(&root) {
            return Err(format!(
                "the cache {} lies inside the checkout; set LOGGIA_CACHE to a folder outside {}",
                cache.display(),
                root.display()
            )
            .into());
        }
        std::fs::create_dir_all(&cache).while_(|| format!("cannot make the cache {}", cache.display()))?;
        Ok(Self { root, cache })
    }

    /// `CARGO_TARGET_DIR` of every build.
    pub fn target(&self) -> PathBuf {
        self.cache.join("target")
    }

    /// A program of the release build.
    pub fn released(&self, name: &str) -> PathBuf {
        self.target().join("release").join(name)
    }

    /// Where `cargo install` puts cargo-leptos and wasm-bindgen.
    pub fn tools(&self) -> PathBuf {
        self.cache.join("tools")
    }

    /// The whole output of a child whose terminal shows only that it is at work.
    pub fn log(&self, name: &str) -> PathBuf {
        self.cache.join("logs").join(format!("{name}.log"))
    }

    pub fn has_canvas(&self) -> bool {
        self.root.join("crates/canvas/Cargo.toml").exists()
    }
}

/// Cargo says where this crate lies when it runs it; a bare call looks upwards from where it stands.
fn checkout() -> Result<PathBuf> {
    let start = match env::var_os("CARGO_MANIFEST_DIR") {
        Some(folder) => PathBuf::from(folder),
        None => env::current_dir().while_(|| "cannot tell the current folder".to_owned())?,
    };
    start
        .ancestors()
        .find(|folder| folder.join("xtask/Cargo.toml").exists() && folder.join("Cargo.toml").exists())
        .map(Path::to_owned)
        .ok_or_else(|| format!("{} is not within a checkout of Loggia", start.display()).into())
}

fn cache() -> Result<PathBuf> {
    let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let folder = set("LOGGIA_CACHE")
        .or_else(|| set("XDG_CACHE_HOME").map(|folder| folder.join("loggia")))
        .or_else(|| set("HOME").map(|folder| folder.join(".cache/loggia")))
        .ok_or("neither LOGGIA_CACHE nor HOME is set; set LOGGIA_CACHE to a folder that may be written")?;
    std::path::absolute(&folder).while_(|| format!("cannot use {} as the cache", folder.display()))
}
