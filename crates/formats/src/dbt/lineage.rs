//! From what a node depends on to the assets that it is made from, through what is no asset itself.

use std::collections::{BTreeMap, BTreeSet};

use loggia_model::Urn;

use super::manifest::Manifest;

pub struct Lineage<'a> {
    manifest: &'a Manifest,
    urns: &'a BTreeMap<&'a str, Urn>,
}

impl<'a> Lineage<'a> {
    pub fn new(manifest: &'a Manifest, urns: &'a BTreeMap<&'a str, Urn>) -> Self {
        Self { manifest, urns }
    }

    /// What is neither an asset nor a passage (another project's private node, or one that was refused)
    /// has no name that could be told, and is left out.
    pub fn upstream(&self, nodes: &'a [String]) -> BTreeSet<Urn> {
        let mut upstream = BTreeSet::new();
        // A list of what is to do, not recursion: a chain may be as long as a file is large, or a ring.
        let mut to_visit: Vec<&str> = nodes.iter().map(String::as_str).collect();
        let mut passed = BTreeSet::new();
        while let Some(id) = to_visit.pop() {
            if let Some(urn) = self.urns.get(id) {
                upstream.insert(urn.clone());
            } else if passed.insert(id) {
                to_visit.extend(self.passage(id).iter().map(String::as_str));
            }
        }
        upstream
    }

    fn passage(&self, id: &str) -> &'a [String] {
        let ephemeral = self.manifest.relations.get(id).filter(|relation| relation.is_ephemeral());
        let depends_on = ephemeral
            .map(|relation| &relation.depends_on)
            .or_else(|| self.manifest.passages.get(id).map(|passage| &passage.depends_on));
        depends_on.map_or(&[], |depends_on| &depends_on.nodes)
    }
}
