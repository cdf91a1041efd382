//! Proposals: what whoever may not edit would have otherwise. Accepting one makes the change, as whoever accepts it.

use std::sync::Arc;

use loggia_model::facts::{AssetFacts, PostFacts, PostKind, PostStatus, Proposed};
use loggia_model::{Actor, Body, ColumnPath, Seq, Urn};
use loggia_policy::Action;

use super::lists::is_list;
use super::say::{decided, short, text};
use super::{About, Thread, known};
use crate::assets::Looked;
use crate::edit::{Edit, last};
use crate::ports::Stored;
use crate::{Catalog, CatalogError, DirectoryEntry, Permits, Result};

/// What can be proposed of an asset, and of a column.
pub const FIELDS: [&str; 5] = ["description", "name", "owners", "terms", "tags"];
pub const COLUMN_FIELDS: [&str; 4] = ["description", "name", "terms", "tags"];

/// A form of a proposal: one field, in the words of the form that edits it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProposalDraft {
    pub field: String,
    /// The path of a column, or empty.
    pub column: String,
    pub value: String,
    /// Why.
    pub text: String,
}

/// What is proposed, beside what there is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposalView {
    pub field: String,
    pub before: String,
    pub after: String,
    /// What it says now; `None` where the actor may not read that.
    pub now: Option<String>,
    /// It has been changed since, to something that was not proposed.
    pub has_moved: bool,
    /// The asset's revision that `now` is of.
    pub based_on: u64,
}

/// What becomes of a proposal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// In these words, or in its own.
    Accepted(Option<String>),
    Refused,
    /// By whoever made it.
    Withdrawn,
}

impl Catalog {
    /// Proposes another value of one field to those who look after an asset.
    ///
    /// # Errors
    /// `Invalid` where it could not be so, or is so already.
    pub async fn propose(&self, actor: &Actor, about: &Urn, draft: &ProposalDraft) -> Result<(Urn, Seq)> {
        known(actor)?;
        let asset = match self.asset(actor, &self.directory.asset(about), None).await? {
            Looked::Here(asset) => asset,
            Looked::Elsewhere(other) => return Err(CatalogError::no(&other)),
        };
        self.check_view(&asset, Action::Read)?;
        let permits = &asset.reader.permits;
        let stored = self.head(&asset.urn).await?;
        let column = self.column(&stored.body, &draft.column, true)?;
        let fields: &[&str] = if column.is_some() { &COLUMN_FIELDS } else { &FIELDS };
        if !fields.contains(&draft.field.as_str()) {
            return Err(CatalogError::invalid(
                "field",
                format!("'{}' is none of {}", draft.field, fields.join(", ")),
            ));
        }
        let value = draft.value.trim().replace("\r\n", "\n");
        if asset.may(Action::Edit) && (draft.field != "owners" || asset.may(Action::Approve)) {
            return Err(CatalogError::Refused("you may edit this yourself: nobody has to accept it".into()));
        }
        // An editor who proposes another owner tells no reader of a draft.
        let shown = asset.layers.for_others().view();
        let before = self.kept_before(permits, &shown, column.as_ref(), &draft.field);
        let after = self.kept_words(permits, &draft.field, &value)?;
        if after == before {
            return Err(CatalogError::invalid("value", "is what it says already"));
        }
        let edit = Edit::of(draft.column.trim(), &draft.field, value)?;
        // What could not be accepted is told to whoever proposes it.
        self.edited(permits, &stored, edit).map_err(of_the_value)?;
        let why =
            if draft.text.trim().is_empty() { String::new() } else { text(&draft.text)?.unwrap_or_default() };
        let facts = PostFacts {
            kind: Some(PostKind::Proposal),
            column,
            proposed: Some(Proposed { field: draft.field.clone(), before, after }),
            ..self.begun(actor, asset.urn.clone(), why)
        };
        self.add_post(actor, facts).await
    }

    /// Says what becomes of a proposal. `based_on` is the revision of the asset that whoever accepts it saw.
    ///
    /// # Errors
    /// `Conflict` where somebody changed that field since; `Refused` where it was decided already.
    pub async fn decide_proposal(
        &self,
        actor: &Actor,
        post: &Urn,
        verdict: &Verdict,
        word: &str,
        based_on: Option<u64>,
    ) -> Result<Seq> {
        known(actor)?;
        short(word)?;
        let permits = self.permits(actor).await?;
        let thread = self.thread(&permits, post).await?;
        let Some(proposed) = thread.facts.proposed.clone() else {
            return Err(CatalogError::Refused("it is no proposal".into()));
        };
        if thread.facts.status != Some(PostStatus::Open) {
            let why = "somebody has already said what becomes of it: load the page again";
            return Err(CatalogError::Refused(why.into()));
        }
        let becomes = |status: PostStatus, with_other_words: bool| {
            let mut facts = thread.facts.as_ref().clone();
            let mut decided = decided(actor, word.trim().to_owned());
            decided.with_other_words = with_other_words;
            (facts.status, facts.decided) = (Some(status), Some(decided));
            thread.becomes(actor, facts, status.as_str())
        };
        match verdict {
            Verdict::Accepted(value) => {
                self.checked_edit(&permits, &thread)?;
                let own = value.as_ref().map(|value| value.trim().replace("\r\n", "\n"));
                let as_proposed = self.shown_words(&permits, &proposed.field, &proposed.after);
                let own = own.filter(|own| *own != as_proposed);
                let change = becomes(PostStatus::Accepted, own.is_some())?;
                let stored = self.head(&thread.about).await?;
                let shown = self.draft_of_asset(&stored).await?;
                let column = thread.facts.column.as_ref();
                if let Some(gone) = column.filter(|path| !shown.columns.contains_key(*path)) {
                    let why =
                        format!("the column {gone} is gone since this was proposed: refuse it, and say so");
                    return Err(CatalogError::Refused(why));
                }
                let value = match own {
                    Some(own) => own,
                    None if is_list(&proposed.field) => {
                        self.with_proposed(&permits, &shown, column, &proposed)
                    }
                    None => proposed.after.clone(),
                };
                let now = self.words(&permits, &shown, column, &proposed.field);
                let has_moved = !is_list(&proposed.field) && now != proposed.before && now != proposed.after;
                let edit = Edit::of(column.map_or("", ColumnPath::as_str), &proposed.field, value)?;
                if based_on.is_none() && has_moved {
                    let why = "it has been changed since this was proposed: open it, and look at both";
                    return Err(CatalogError::Refused(why.into()));
                }
                let based_on = self.beside_others(&stored, &edit.place(), based_on).await?;
                let body = self.edited(&permits, &stored, edit).map_err(of_the_value)?;
                let reason = accepted(&thread, &proposed);
                // The asset and the proposal change together, or neither.
                self.save_with(actor, &permits, &stored, body, based_on, reason, vec![change]).await
            }
            Verdict::Refused => {
                self.checked_edit(&permits, &thread)?;
                Ok(last(&self.store.append(actor, vec![becomes(PostStatus::Refused, false)?]).await?))
            }
            Verdict::Withdrawn if thread.is_by(actor) => {
                Ok(last(&self.store.append(actor, vec![becomes(PostStatus::Withdrawn, false)?]).await?))
            }
            Verdict::Withdrawn => Err(CatalogError::Refused(
                "only who made a proposal can withdraw it: refuse it instead".into(),
            )),
        }
    }

    /// What whoever may edit it sees of an asset.
    async fn draft_of_asset(&self, stored: &Stored) -> Result<Arc<AssetFacts>> {
        let Body::Asset(layers) = stored.body.as_ref() else { return Err(CatalogError::no(&stored.urn)) };
        Ok(self.with_aliases(&stored.urn, layers.clone()).await?.view())
    }

    pub(super) fn proposal_view(
        &self,
        permits: &Permits,
        about: &About<'_>,
        facts: &PostFacts,
    ) -> Option<ProposalView> {
        let proposed = facts.proposed.as_ref()?;
        let now = about.facts.map(|shown| self.words(permits, shown, facts.column.as_ref(), &proposed.field));
        let has_moved = !is_list(&proposed.field)
            && now.as_ref().is_some_and(|now| *now != proposed.before && *now != proposed.after);
        Some(ProposalView {
            field: proposed.field.clone(),
            before: self.shown_words(permits, &proposed.field, &proposed.before),
            after: self.shown_words(permits, &proposed.field, &proposed.after),
            now,
            has_moved,
            based_on: about.revision,
        })
    }

    /// What the form of a field is filled with, for whoever may know it.
    pub(crate) fn words(
        &self,
        permits: &Permits,
        facts: &AssetFacts,
        column: Option<&ColumnPath>,
        field: &str,
    ) -> String {
        let names = |urns: &mut dyn Iterator<Item = &Urn>| {
            let known: Vec<DirectoryEntry> = urns.filter_map(|urn| self.named(permits, urn)).collect();
            known.iter().map(|entry| self.telling_name(entry)).collect::<Vec<_>>().join(", ")
        };
        let of_column = column.map(|path| facts.columns.get(path).cloned().unwrap_or_default());
        let (name, description, tags, terms) = match &of_column {
            Some(column) => (&column.name, &column.description, &column.tags, &column.terms),
            None => (&facts.name, &facts.description, &facts.tags, &facts.terms),
        };
        match field {
            "name" => name.clone().unwrap_or_default(),
            "description" => description.clone().unwrap_or_default(),
            "tags" => tags.put.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
            "terms" => names(&mut terms.put.iter()),
            "owners" => names(&mut facts.owners.iter().flatten()),
            _ => String::new(),
        }
    }
}

/// As the history of the asset tells it.
fn accepted(thread: &Thread, proposed: &Proposed) -> String {
    match &thread.facts.column {
        Some(column) => format!("accepted a proposal: {} of column {column}", proposed.field),
        None => format!("accepted a proposal: {}", proposed.field),
    }
}

/// A form of a proposal has one field for all values.
fn of_the_value(error: CatalogError) -> CatalogError {
    match error {
        CatalogError::Invalid(mut errors) => {
            for error in &mut errors {
                error.field = "value".to_owned();
            }
            CatalogError::Invalid(errors)
        }
        other => other,
    }
}
