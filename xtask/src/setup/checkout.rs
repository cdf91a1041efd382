//! One cache, several checkouts. Cargo tells whether a crate of the workspace must be built again by the
//! times of its files alone, whatever folder they lie in: what an older checkout has built would pass for
//! this one's. So what was built of another checkout's own crates is forgotten; dependencies stay.

use std::fs;
use std::path::Path;

use crate::failure::{Result, While};
use crate::places::Places;
use crate::stamp::Stamp;

/// Folders of fingerprints below the target folder: `debug`, `front/wasm32-unknown-unknown/wasm-release`.
const DEEPEST: usize = 4;

pub fn prepare(places: &Places) -> Result<()> {
    let stamp = Stamp(places.target().join("checkout"));
    let root = places.root.display().to_string();
    if stamp.is(&root) {
        return Ok(());
    }
    forget(&places.target(), DEEPEST)?;
    stamp.set(&root)
}

fn forget(folder: &Path, depth: usize) -> Result<()> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
    let in_fingerprints = folder.file_name().is_some_and(|name| name == ".fingerprint");
    for entry in entries.filter_map(std::result::Result::ok) {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let path = entry.path();
        if in_fingerprints {
            if name.starts_with("loggia-") {
                fs::remove_dir_all(&path).while_(|| format!("cannot remove {}", path.display()))?;
            }
        } else if path.is_dir() && depth > 0 && !matches!(name.as_ref(), "deps" | "build" | "incremental") {
            forget(&path, depth - 1)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_another_checkout_built_of_its_own_is_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let places = Places { root: "/one".into(), cache: folder.path().to_owned() };
        let prints = places.target().join("front/wasm32-unknown-unknown/wasm-release/.fingerprint");
        let (own, other) = (prints.join("loggia-app-1"), prints.join("serde-2"));
        let built = || [&own, &other].map(|folder| fs::create_dir_all(folder).unwrap());
        built();
        prepare(&places).unwrap();
        assert!(!own.exists() && other.exists());

        built();
        prepare(&places).unwrap();
        assert!(own.exists(), "the same checkout keeps what it has built");

        prepare(&Places { root: "/another".into(), ..places }).unwrap();
        assert!(!own.exists() && other.exists());
    }
}
