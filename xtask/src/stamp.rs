//! Stamps: a small file that says for which input something was last made, so that a second run
//! compares numbers instead of building.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use crate::failure::{Result, While};
use crate::files;

const OUTSIDE: [&str; 5] = ["end2end", "docs", "README.md", ".ci", "xtask"];

/// The sources as they are now: path, size and time of change of every file. Contents are not read,
/// which keeps a thousand files to a few milliseconds; a touched file costs one build that does nothing.
/// What never enters the program is left out.
pub fn of_sources(root: &Path, toolchain: &str) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    root.hash(&mut hasher);
    toolchain.hash(&mut hasher);
    for file in files::of_checkout(root)? {
        if OUTSIDE.iter().any(|outside| file.starts_with(outside)) {
            continue;
        }
        let Ok(metadata) = fs::metadata(root.join(&file)) else { continue };
        let changed = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        (file, metadata.len(), changed).hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

pub fn of_contents(file: &Path) -> Result<String> {
    let contents = fs::read(file).while_(|| format!("cannot read {}", file.display()))?;
    let mut hasher = DefaultHasher::new();
    contents.hash(&mut hasher);
    Ok(format!("{:016x}", hasher.finish()))
}

/// Where a stamp is kept.
pub struct Stamp(pub PathBuf);

impl Stamp {
    pub fn is(&self, wanted: &str) -> bool {
        fs::read_to_string(&self.0).is_ok_and(|found| found.trim() == wanted)
    }

    pub fn set(&self, value: &str) -> Result<()> {
        let what = || format!("cannot write {}", self.0.display());
        if let Some(folder) = self.0.parent() {
            fs::create_dir_all(folder).while_(what)?;
        }
        fs::write(&self.0, format!("{value}\n")).while_(what)
    }

    /// Before what it vouches for is touched, so that an interrupted run leaves no false promise.
    pub fn clear(&self) -> Result<()> {
        match fs::remove_file(&self.0) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(error).while_(|| format!("cannot remove {}", self.0.display()))
            }
            _ => Ok(()),
        }
    }
}
