//! The files of the checkout, as git sees them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::failure::{Result, While};

/// Never a source, whatever git says or where there is no git.
const NOT_OURS: &[&str] = &[".git", "target", "node_modules", "out"];

/// Every file that is tracked, or new and not ignored, relative to `root`, sorted.
///
/// Without git, or outside a repository (a released archive), every file but those of builds.
pub fn of_checkout(root: &Path) -> Result<Vec<PathBuf>> {
    let mut files = match from_git(root) {
        Some(files) => files,
        None => walk(root)?,
    };
    files.sort();
    files.dedup();
    Ok(files)
}

fn from_git(root: &Path) -> Option<Vec<PathBuf>> {
    let output = Command::new("git")
        // A checkout that belongs to somebody else (a container's volume) may still be listed.
        .args(["-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    let names = String::from_utf8(output.stdout).ok()?;
    let files = names.split('\0').filter(|name| !name.is_empty()).map(PathBuf::from);
    // A file that was deleted but not yet committed as such is still in git's list.
    Some(files.filter(|file| root.join(file).is_file()).collect())
}

fn walk(root: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).while_(|| format!("cannot list {}", folder.display()))?;
        for entry in entries {
            let path = entry.while_(|| format!("cannot list {}", folder.display()))?.path();
            let skipped =
                path.file_name().and_then(|name| name.to_str()).is_some_and(|name| NOT_OURS.contains(&name));
            if skipped {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if let Ok(relative) = path.strip_prefix(root) {
                files.push(relative.to_owned());
            }
        }
    }
    Ok(files)
}
