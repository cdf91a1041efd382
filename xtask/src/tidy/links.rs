//! Every relative link in the docs points to a file that is there, and to a heading that is in it.

use std::collections::HashMap;
use std::path::{Component, Path, PathBuf};

use super::{Checkout, markdown};
use crate::failure::Result;

pub(super) fn complaints(checkout: &Checkout) -> Result<Vec<String>> {
    let mut pages = HashMap::new();
    for file in checkout.with_extension(&["md"]) {
        pages.insert(file.clone(), checkout.read(file)?);
    }
    let exists = |file: &Path| checkout.places.root.join(file).exists();
    let mut complaints: Vec<String> =
        pages.iter().flat_map(|(page, text)| dead_links(page, text, &pages, exists)).collect();
    complaints.sort();
    Ok(complaints)
}

fn dead_links(
    page: &Path,
    text: &str,
    pages: &HashMap<PathBuf, String>,
    exists: impl Fn(&Path) -> bool,
) -> Vec<String> {
    let mut complaints = Vec::new();
    for link in markdown::links(text).iter().filter(|link| !leads_outside(&link.target)) {
        let (file, anchor) = match link.target.split_once('#') {
            Some((file, anchor)) => (file, Some(anchor)),
            None => (link.target.as_str(), None),
        };
        let place = format!("{}:{}", page.display(), link.line);
        let Some(target) = resolve(page, &file.replace("%20", " ")) else {
            complaints.push(format!("{place}: the link {file} leaves the checkout; use the whole address"));
            continue;
        };
        if !exists(&target) {
            complaints.push(format!("{place}: there is no {}", target.display()));
            continue;
        }
        let Some(anchor) = anchor else { continue };
        let heads = pages.get(&target).map(|text| markdown::anchors(text)).unwrap_or_default();
        if target.extension().is_some_and(|end| end == "md") && !heads.iter().any(|head| head == anchor) {
            complaints.push(format!("{place}: {} has no heading #{anchor}", target.display()));
        }
    }
    complaints
}

/// An address with a scheme (`https:`, `mailto:`), or a path of the site rather than of the checkout.
fn leads_outside(target: &str) -> bool {
    let scheme =
        target.split_once(':').is_some_and(|(scheme, _)| scheme.chars().all(|c| c.is_ascii_alphanumeric()));
    scheme || target.starts_with('/') || target.is_empty()
}

/// The target relative to the root, or none when it would lie above it.
fn resolve(page: &Path, file: &str) -> Option<PathBuf> {
    if file.is_empty() {
        return Some(page.to_owned());
    }
    let mut resolved = page.parent().map(Path::to_owned).unwrap_or_default();
    for part in Path::new(file).components() {
        match part {
            Component::Normal(name) => resolved.push(name),
            Component::ParentDir if resolved.pop() => {}
            Component::ParentDir => return None,
            _ => {}
        }
    }
    Some(resolved)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str) -> Vec<String> {
        let pages: HashMap<PathBuf, String> = [
            (PathBuf::from("docs/a.md"), text.to_owned()),
            (PathBuf::from("README.md"), "# Start here".to_owned()),
        ]
        .into();
        dead_links(Path::new("docs/a.md"), text, &pages, |file| {
            pages.contains_key(file) || file == Path::new("docs/adr") || file == Path::new("")
        })
    }

    #[test]
    fn links_that_lead_somewhere_are_fine() {
        let text =
            "# Here\n[a](../README.md#start-here) [b](#here) [c](adr/) [d](https://example.org/x#y) [e](..)";
        assert_eq!(check(text), [""; 0]);
    }

    #[test]
    fn a_missing_file_and_a_missing_heading_are_told_with_the_line() {
        assert_eq!(check("\n[a](b.md)"), ["docs/a.md:2: there is no docs/b.md"]);
        assert_eq!(check("[a](../README.md#end)"), ["docs/a.md:1: README.md has no heading #end"]);
        assert_eq!(check("[a](#nowhere)"), ["docs/a.md:1: docs/a.md has no heading #nowhere"]);
    }

    #[test]
    fn a_link_out_of_the_checkout_is_told() {
        assert!(check("[a](../../secret.md)")[0].contains("leaves the checkout"));
    }
}
