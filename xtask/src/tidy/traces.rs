//! No file names a package registry's host or a folder of the machine that it was made on: both are
//! wrong on the next machine, and a mirror's address is nobody else's business.

use std::path::Path;

use super::Checkout;
use crate::failure::Result;

/// In pieces, so that this file does not contain what it forbids.
const HOSTS: &[&[&str]] = &[
    &["index.", "crates.io"],
    &["static.", "crates.io"],
    &["registry.", "npmjs"],
    &["registry.", "yarnpkg"],
    &["pypi", ".org"],
    &["files.", "pythonhosted"],
    &["deb.", "debian.org"],
    &["security.", "debian.org"],
    &["archive.", "ubuntu.com"],
    &["static.", "rust-lang.org"],
    &["proxy.", "golang.org"],
];

const FOLDERS: &[&[&str]] = &[&["/ro", "ot/"], &["/wo", "rk/"], &["/var/", "tmp/"]];

/// Where each entry of npm's lock file names the host that it was downloaded from.
const NPM_LOCK: &str = "package-lock.json";

pub(super) fn complaints(checkout: &Checkout) -> Result<Vec<String>> {
    let mut complaints = Vec::new();
    for file in &checkout.files {
        // What is no text (an image, a font, a Parquet file) has no words to give away.
        let Ok(text) = checkout.read(file) else { continue };
        complaints.extend(traces(file, &text));
    }
    Ok(complaints)
}

fn traces(file: &Path, text: &str) -> Vec<String> {
    let hosts: Vec<String> = HOSTS.iter().map(|pieces| pieces.concat()).collect();
    let folders: Vec<String> = FOLDERS.iter().map(|pieces| pieces.concat()).collect();
    let is_npm_lock = file.file_name().is_some_and(|name| name == NPM_LOCK);
    let mut complaints = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let place = format!("{}:{}", file.display(), index + 1);
        if let Some(host) = hosts.iter().find(|host| line.contains(*host)) {
            complaints.push(format!(
                "{place} names the registry {host}; leave the host to each machine's settings"
            ));
        }
        if let Some(folder) = folders.iter().find(|folder| begins_a_path(line, folder)) {
            complaints.push(format!("{place} names {folder}, a folder of one machine; use a relative path"));
        }
        if is_npm_lock && line.trim_start().starts_with("\"resolved\":") {
            complaints.push(format!(
                "{place} names where a package came from; delete the key, npm ci does without"
            ));
        }
    }
    complaints
}

/// Whether a path begins with `folder` here; in `docs/<folder>` or an address it is only a part.
fn begins_a_path(line: &str, folder: &str) -> bool {
    line.match_indices(folder).any(|(at, _)| {
        let before = line.get(..at).unwrap_or_default();
        before.ends_with("file://")
            || before.chars().next_back().is_none_or(|char| " \t\"'`(=:,<>[|".contains(char))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(file: &str, line: &str) -> usize {
        traces(Path::new(file), line).len()
    }

    #[test]
    fn hosts_and_folders_are_found() {
        assert_eq!(check("a.md", &format!("see {}", HOSTS[0].concat())), 1);
        assert_eq!(check("a.rs", &format!("open(\"{}x\")", FOLDERS[0].concat())), 1);
        assert_eq!(check("a.sh", &format!("url=file://{}x", FOLDERS[1].concat())), 1);
        assert_eq!(
            check("end2end/package-lock.json", "      \"resolved\": \"https://example.org/a.tgz\","),
            1
        );
    }

    #[test]
    fn what_only_looks_alike_is_left_alone() {
        assert_eq!(
            check("Cargo.lock", "source = \"registry+https://github.com/rust-lang/crates.io-index\""),
            0
        );
        assert_eq!(check("a.md", &format!("docs{0}a https://example.org{0}b", FOLDERS[1].concat())), 0);
        assert_eq!(check("a.json", "\"resolved\": \"2026-01-01\""), 0);
    }
}
