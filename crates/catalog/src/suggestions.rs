//! What the rules of sources suggest: proposals like those of people, which whoever looks after an asset accepts, amends or
//! refuses. What was suggested once is not suggested again, whatever became of it.

use std::collections::{BTreeMap, BTreeSet};

use loggia_model::facts::{PostFacts, PostKind, Proposed};
use loggia_model::{Actor, ActorKey, Body, Change, Label, Source, Urn};
use loggia_policy::Action;

use crate::ports::{Refusal, Stored};
use crate::posts::lists::{joined, list};
use crate::{Catalog, CatalogError, Permits, Result};

/// By whom they are, where people have their names.
pub(crate) const KEY: &str = "source-rules";

/// Assets whose suggestions are written at once.
const BATCH: usize = 500;

/// What one rule suggests for one asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    pub about: Urn,
    pub terms: Vec<Urn>,
    pub tags: Vec<Label>,
    /// As whoever decides reads it.
    pub why: String,
}

/// What became of suggestions.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Suggested {
    pub proposals: u64,
    /// Terms that are not there.
    pub refused: Vec<Refusal>,
}

impl Catalog {
    /// Proposes what is not there yet, and was not proposed or taken away before.
    ///
    /// # Errors
    /// `Forbidden` for whoever may not administer the catalog, and where the store cannot be read or written.
    pub async fn suggest(&self, actor: &Actor, suggestions: &[Suggestion]) -> Result<Suggested> {
        self.check_all(actor, Action::Administer).await?;
        let mut suggested = Suggested::default();
        if suggestions.is_empty() {
            return Ok(suggested);
        }
        // What was suggested last time is known by now.
        self.until_taken(self.store.last().await?).await;
        let permits = self.permits(actor).await?;
        let terms: BTreeSet<&Urn> = suggestions.iter().flat_map(|suggestion| &suggestion.terms).collect();
        let unknown = terms.into_iter().filter(|term| self.directory.entry(term).is_none());
        let why = || "is suggested by a rule, and is not there".to_owned();
        suggested.refused = unknown.map(|term| Refusal { what: term.to_string(), why: why() }).collect();
        let rules = Actor { key: by_rules()?, ..actor.clone() };
        // Several rules may suggest the same, and are not in the directory yet.
        let mut made = BTreeSet::new();
        for some in suggestions.chunks(BATCH) {
            let urns: Vec<Urn> = some.iter().map(|one| self.directory.asset(&one.about)).collect();
            let mut changes = Vec::new();
            for (suggestion, stored) in some.iter().zip(self.store.read(&urns).await?) {
                let Some(stored) = stored else { continue };
                for proposed in self.new_of(&permits, suggestion, &stored, &mut made).await? {
                    changes.push(self.suggestion(&rules, &stored, suggestion, proposed)?);
                }
            }
            if !changes.is_empty() {
                suggested.proposals += self.store.append(&rules, changes).await?.len() as u64;
            }
        }
        Ok(suggested)
    }

    /// Of a suggestion, what is new.
    async fn new_of(
        &self,
        permits: &Permits,
        suggestion: &Suggestion,
        stored: &Stored,
        made: &mut BTreeSet<(Urn, String)>,
    ) -> Result<Vec<Proposed>> {
        let Body::Asset(layers) = stored.body.as_ref() else { return Ok(Vec::new()) };
        let person = layers.layer(&Source::person()).map(|layer| layer.facts.clone()).unwrap_or_default();
        let facts = self.with_aliases(&stored.urn, layers.clone()).await?.view();
        let known = |term: &&Urn| self.directory.entry(term).is_some();
        let terms = suggestion.terms.iter().filter(known).map(|term| self.directory.resolve(term));
        let terms =
            terms.filter(|term| !facts.terms.put.contains(term) && !person.terms.taken.contains(term));
        let tags = suggestion.tags.iter();
        let tags = tags.filter(|tag| !facts.tags.put.contains(tag) && !person.tags.taken.contains(*tag));
        let mut wanted: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        wanted.insert("terms", terms.map(|term| term.to_string()).collect());
        wanted.insert("tags", tags.map(ToString::to_string).collect());
        for (field, words) in self.suggested_before(&stored.urn).await? {
            if let Some(wanted) = wanted.get_mut(field.as_str()) {
                wanted.retain(|word| !words.contains(word));
            }
        }
        for words in wanted.values_mut() {
            words.retain(|word| made.insert((stored.urn.clone(), word.clone())));
        }
        let shown = layers.for_others().view();
        let proposed = wanted.into_iter().filter(|(_, words)| !words.is_empty()).map(|(field, words)| {
            let before = self.kept_before(permits, &shown, None, field);
            let after = joined(list(&before).map(ToOwned::to_owned).chain(words));
            Proposed { field: field.to_owned(), before, after }
        });
        Ok(proposed.collect())
    }

    /// What rules have suggested for an asset, by field.
    async fn suggested_before(&self, asset: &Urn) -> Result<Vec<(String, Vec<String>)>> {
        let lines = self.directory.posts_about(asset).into_iter();
        let urns: Vec<Urn> = lines
            .filter(|line| line.kind == PostKind::Proposal && line.by.as_str() == KEY)
            .map(|line| line.urn)
            .collect();
        let mut before = Vec::new();
        for stored in self.store.read(&urns).await?.into_iter().flatten() {
            let Body::Post(layers) = stored.body.as_ref() else { continue };
            let Some(Proposed { field, before: was, after }) = layers.view().proposed.clone() else {
                continue;
            };
            let was: BTreeSet<&str> = list(&was).collect();
            let added = list(&after).filter(|word| !was.contains(word));
            before.push((field, added.map(|word| self.now_called(word)).collect()));
        }
        Ok(before)
    }

    /// A term by what it has become since; a tag as it is.
    fn now_called(&self, word: &str) -> String {
        word.parse().map_or_else(|_| word.to_owned(), |term: Urn| self.directory.resolve(&term).to_string())
    }

    fn suggestion(
        &self,
        rules: &Actor,
        stored: &Stored,
        suggestion: &Suggestion,
        proposed: Proposed,
    ) -> Result<Change> {
        let facts = PostFacts {
            kind: Some(PostKind::Proposal),
            proposed: Some(proposed),
            ..self.begun(rules, stored.urn.clone(), suggestion.why.clone())
        };
        self.new_post(rules, facts).map(|(_, change)| change)
    }
}

fn by_rules() -> Result<ActorKey> {
    KEY.parse().map_err(|error| CatalogError::Refused(format!("{error}")))
}
