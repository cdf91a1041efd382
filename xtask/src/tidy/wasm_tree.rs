//! What the browser downloads holds nothing that only a server can use.

use super::Checkout;
use crate::child;
use crate::failure::Result;

const SERVER_ONLY: &[&str] = &["hyper", "parquet", "reqwest", "ring", "sqlx", "tantivy", "tokio", "zstd"];

pub(super) fn complaints(checkout: &Checkout) -> Result<Vec<String>> {
    let mut cargo = checkout.tools.cargo(["tree", "--package", "loggia-hydrate"]);
    cargo.args(["--target", "wasm32-unknown-unknown", "--edges", "normal", "--prefix", "none"]);
    let tree = child::output_of(&mut cargo)?;
    Ok(intruders(&tree)
        .into_iter()
        .map(|name| {
            format!(
                "loggia-hydrate brings {name} to the browser; find the way with \
                 `cargo tree -p loggia-hydrate --target wasm32-unknown-unknown -e normal -i {name}` \
                 and make that dependency optional under ssr"
            )
        })
        .collect())
}

fn intruders(tree: &str) -> Vec<&'static str> {
    let names: Vec<&str> = tree.lines().filter_map(|line| line.split_whitespace().next()).collect();
    SERVER_ONLY.iter().copied().filter(|name| names.contains(name)).collect()
}

#[cfg(test)]
mod tests {
    use super::intruders;

    #[test]
    fn intruders_are_found_by_their_whole_name() {
        let tree = "loggia-hydrate v0.1.0 (crates/hydrate)\nstring-interner v0.1.0\ntokio-like v1.0.0\nring v0.17.0 (*)\n";
        assert_eq!(intruders(tree), ["ring"]);
    }
}
