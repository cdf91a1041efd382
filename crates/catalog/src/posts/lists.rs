//! Proposals of terms, owners and tags: what is added and taken away, and not the whole list. Terms and owners are kept by
//! their URNs, so that each reader is shown the names that they may know, and a name that goes is gone here too.

use loggia_model::facts::{AssetFacts, Proposed};
use loggia_model::{ColumnPath, Kind, Urn};

pub(crate) use crate::edit::list;
use crate::{Catalog, Permits, Result};

/// What stands for a name that a reader may not know.
const HIDDEN: &str = "something you may not see";

pub(super) fn is_list(field: &str) -> bool {
    matches!(field, "terms" | "owners" | "tags")
}

fn entities(field: &str) -> Option<Kind> {
    match field {
        "terms" => Some(Kind::Term),
        "owners" => Some(Kind::Person),
        _ => None,
    }
}

impl Catalog {
    /// What a form says, as a proposal keeps it.
    pub(super) fn kept_words(&self, permits: &Permits, field: &str, value: &str) -> Result<String> {
        match entities(field) {
            Some(kind) => {
                Ok(joined(self.all_known(permits, "value", kind, value)?.iter().map(Urn::to_string)))
            }
            None if is_list(field) => Ok(joined(list(value).map(ToOwned::to_owned))),
            None => Ok(value.to_owned()),
        }
    }

    /// What the asset says, as a proposal keeps it: no more than the actor may know.
    pub(crate) fn kept_before(
        &self,
        permits: &Permits,
        facts: &AssetFacts,
        column: Option<&ColumnPath>,
        field: &str,
    ) -> String {
        if entities(field).is_none() {
            return self.words(permits, facts, column, field);
        }
        let known = urns(facts, column, field).into_iter().filter(|urn| self.may_know(permits, urn));
        joined(known.map(|urn| urn.to_string()))
    }

    /// What a proposal keeps, as the actor may know it.
    pub(super) fn shown_words(&self, permits: &Permits, field: &str, kept: &str) -> String {
        if entities(field).is_none() {
            return kept.to_owned();
        }
        let name = |urn: Urn| self.named(permits, &urn).map(|entry| self.telling_name(&entry));
        let names =
            list(kept).map(|urn| urn.parse().ok().and_then(name).unwrap_or_else(|| HIDDEN.to_owned()));
        joined(names)
    }

    /// What there is now with what a proposal adds, and without what it takes away: the words of a form of the actor's.
    pub(super) fn with_proposed(
        &self,
        permits: &Permits,
        facts: &AssetFacts,
        column: Option<&ColumnPath>,
        proposed: &Proposed,
    ) -> String {
        let now = self.kept_before(permits, facts, column, &proposed.field);
        let (before, after): (Vec<&str>, Vec<&str>) =
            (list(&proposed.before).collect(), list(&proposed.after).collect());
        let stays = list(&now).filter(|word| after.contains(word) || !before.contains(word));
        let mut words: Vec<String> = stays.map(ToOwned::to_owned).collect();
        for word in after.iter().filter(|word| !before.contains(word)) {
            if !words.iter().any(|known| known == word) {
                words.push((*word).to_owned());
            }
        }
        joined(words.into_iter())
    }
}

fn urns(facts: &AssetFacts, column: Option<&ColumnPath>, field: &str) -> Vec<Urn> {
    let terms = match column {
        Some(path) => facts.columns.get(path).map(|column| &column.terms),
        None => Some(&facts.terms),
    };
    match field {
        "owners" => facts.owners.clone().unwrap_or_default(),
        _ => terms.into_iter().flat_map(|terms| terms.put.iter().cloned()).collect(),
    }
}

pub(crate) fn joined(words: impl Iterator<Item = String>) -> String {
    words.collect::<Vec<_>>().join(", ")
}
