//! The dependency law (docs/ARCHITECTURE.md), proved from the manifests. What only tests use
//! (dev-dependencies) is free, since nobody ships it.

use std::path::Path;

use super::Checkout;
use super::manifest::{self, Edge, Manifest};
use crate::failure::Result;

/// Whom a crate may know. Names are without the `loggia-` that every package begins with.
struct Article {
    who: &'static str,
    knows: &'static [&'static str],
    /// Only as an optional dependency that no feature but `ssr` turns on.
    knows_under_ssr: &'static [&'static str],
}

const fn article(who: &'static str, knows: &'static [&'static str]) -> Article {
    Article { who, knows, knows_under_ssr: &[] }
}

/// Read it as: the words of the domain, the pure crates, the house, the adapters, the doors. Nobody may
/// know `testkit` or `xtask`; nobody but `hydrate` and `canvas` is compiled for the browser as a program.
const LAW: &[Article] = &[
    article("model", &[]),
    //
    article("policy", &["model"]),
    article("lineage", &["model"]),
    article("quality", &["model"]),
    article("formats", &["model"]),
    article("connect", &["model", "formats"]),
    //
    article("catalog", &["model", "policy", "lineage", "quality"]),
    //
    article("store", &["catalog", "model", "policy", "lineage", "quality"]),
    article("search", &["catalog", "model", "policy", "lineage", "quality"]),
    article("query", &["catalog", "model", "policy", "lineage", "quality", "connect"]),
    article("harvest", &["catalog", "model", "policy", "lineage", "quality", "connect", "formats"]),
    //
    Article { who: "app", knows: &["model", "lineage"], knows_under_ssr: &["catalog"] },
    article("hydrate", &["app"]),
    article("canvas", &["model", "lineage", "quality", "formats"]),
    article(
        "server",
        &[
            "model", "policy", "lineage", "quality", "formats", "connect", "catalog", "store", "search",
            "query", "harvest", "app",
        ],
    ),
    //
    article(
        "testkit",
        &[
            "model", "policy", "lineage", "quality", "formats", "connect", "catalog", "store", "search",
            "query", "harvest", "app", "server",
        ],
    ),
    article("demo-data", &[]),
    article("xtask", &[]),
];

pub(super) fn complaints(checkout: &Checkout) -> Result<Vec<String>> {
    let workspace = manifest::parse(&checkout.read(Path::new("Cargo.toml"))?)?;
    let mut complaints = Vec::new();
    for file in checkout.files.iter().filter(|file| is_a_members(file)) {
        let table =
            manifest::parse(&checkout.read(file)?).map_err(|why| format!("{}: {why}", file.display()))?;
        let manifest = Manifest::of(&table, &workspace);
        complaints.extend(breaches(&file.display().to_string(), &manifest));
    }
    Ok(complaints)
}

fn is_a_members(file: &Path) -> bool {
    let parts: Vec<&str> = file.iter().filter_map(|part| part.to_str()).collect();
    matches!(
        parts.as_slice(),
        ["app" | "demo" | "server" | "xtask", "Cargo.toml"] | ["crates", _, "Cargo.toml"]
    )
}

fn breaches(file: &str, manifest: &Manifest) -> Vec<String> {
    let who = manifest.name.as_str();
    let Some(article) = LAW.iter().find(|article| article.who == who) else {
        return vec![format!(
            "{file}: the dependency law does not know the crate {who}; give it an article in xtask/src/tidy/law.rs"
        )];
    };
    manifest
        .edges
        .iter()
        .filter_map(|edge| breach(article, edge))
        .map(|why| format!("{file}: {why}"))
        .collect()
}

fn breach(article: &Article, edge: &Edge) -> Option<String> {
    let (who, whom) = (article.who, edge.to.as_str());
    if article.knows.contains(&whom) {
        return None;
    }
    if !article.knows_under_ssr.contains(&whom) {
        return Some(format!("{who} must not know {whom}; it may know {}", allowance(article)));
    }
    if !edge.optional {
        return Some(format!(
            "{who} may know {whom} only on the server; make it `optional = true` and turn it on in the feature ssr"
        ));
    }
    let elsewhere: Vec<&str> =
        edge.turned_on_by.iter().map(String::as_str).filter(|name| *name != "ssr").collect();
    if elsewhere.is_empty() {
        return None;
    }
    Some(format!("{who} may turn {whom} on in the feature ssr alone, not in {}", elsewhere.join(", ")))
}

fn allowance(article: &Article) -> String {
    let always = article.knows.iter().map(|name| (*name).to_owned());
    let under_ssr =
        article.knows_under_ssr.iter().map(|name| format!("{name} (optional, in the feature ssr)"));
    let names: Vec<String> = always.chain(under_ssr).collect();
    if names.is_empty() { "none of the workspace's crates".to_owned() } else { names.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn breaches_of(text: &str) -> Vec<String> {
        let workspace =
            manifest::parse("[workspace.dependencies]\nloggia-model = { path = \"crates/model\" }").unwrap();
        breaches("a/Cargo.toml", &Manifest::of(&manifest::parse(text).unwrap(), &workspace))
    }

    #[test]
    fn an_allowed_edge_and_a_foreign_crate_are_nothing_to_speak_of() {
        let text = "[package]\nname = \"loggia-policy\"\n\
            [dependencies]\nloggia-model.workspace = true\nserde = \"1\"\n\
            [dev-dependencies]\nloggia-testkit.workspace = true";
        assert_eq!(breaches_of(text), [""; 0]);
    }

    #[test]
    fn adapters_do_not_know_each_other() {
        let text =
            "[package]\nname = \"loggia-store\"\n[dependencies]\nloggia-search = { path = \"../search\" }";
        assert_eq!(
            breaches_of(text),
            [
                "a/Cargo.toml: store must not know search; it may know catalog, model, policy, lineage, quality"
            ]
        );
    }

    #[test]
    fn nobody_ships_the_test_kit_not_even_for_one_platform_or_in_a_build_script() {
        let unix = "[package]\nname = \"loggia-server\"\n\
            [target.'cfg(unix)'.dependencies]\nloggia-testkit.workspace = true";
        let build =
            "[package]\nname = \"loggia-model\"\n[build-dependencies]\nxtask = { path = \"../../xtask\" }";
        assert!(breaches_of(unix)[0].starts_with("a/Cargo.toml: server must not know testkit"));
        assert_eq!(
            breaches_of(build),
            ["a/Cargo.toml: model must not know xtask; it may know none of the workspace's crates"]
        );
    }

    #[test]
    fn a_crate_under_another_name_is_still_that_crate() {
        let text = "[package]\nname = \"loggia-model\"\n\
            [dependencies]\nwords = { package = \"loggia-catalog\", path = \"../catalog\" }";
        assert!(breaches_of(text)[0].contains("model must not know catalog"));
    }

    #[test]
    fn the_pages_know_the_catalog_only_under_ssr() {
        let app = "[package]\nname = \"loggia-app\"\n[dependencies]\n";
        let always = format!("{app}loggia-catalog.workspace = true");
        assert!(breaches_of(&always)[0].contains("app may know catalog only on the server"));

        let under_ssr = format!(
            "{app}loggia-catalog = {{ workspace = true, optional = true }}\n[features]\nssr = [\"dep:loggia-catalog\"]"
        );
        assert_eq!(breaches_of(&under_ssr), [""; 0]);

        let in_both = format!("{under_ssr}\nhydrate = [\"loggia-catalog/tiny\"]");
        assert!(breaches_of(&in_both)[0].contains("in the feature ssr alone, not in hydrate"));
    }

    #[test]
    fn a_crate_without_an_article_is_asked_for_one() {
        let text = "[package]\nname = \"loggia-weather\"";
        assert!(breaches_of(text)[0].contains("does not know the crate weather"));
    }
}
