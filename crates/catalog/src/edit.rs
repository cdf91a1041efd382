//! Editing in place: what a person says of an asset or a column goes into the person's own layer.

mod fields;
mod named;

use std::collections::BTreeSet;

use loggia_model::facts::{AssetFacts, ColumnFacts};
use loggia_model::{
    Actor, Body, Change, ColumnPath, Expected, Kind, Label, Labels, Layered, Op, Seq, Timestamp, Urn,
};
use loggia_policy::Action;

pub use self::fields::{AssetEdit, ColumnEdit, Edit};
use self::fields::{documents, is_a_sources, is_a_sources_of_column};
use crate::clock::now;
use crate::ports::{Conflict, Stored, Written};
use crate::{Catalog, CatalogError, Permits, Result};

/// Characters of a description.
const LONGEST_TEXT: usize = 100_000;
const LONGEST_NAME: usize = 200;

impl Catalog {
    /// Changes one field of an asset or of a column; what was kept of it unsaved goes.
    ///
    /// # Errors
    /// As [`Catalog::edit_asset`] and [`Catalog::edit_column`].
    pub async fn edit(&self, actor: &Actor, urn: &Urn, edit: Edit, based_on: Option<u64>) -> Result<Seq> {
        let place = edit.place().join("/");
        let seq = match edit {
            Edit::Asset(edit) => self.edit_asset(actor, urn, edit, based_on).await?,
            Edit::Column(path, edit) => self.edit_column(actor, urn, &path, edit, based_on).await?,
        };
        // It is saved, whatever becomes of the words that were kept until then.
        if let Err(error) = self.forget_unsaved(actor, urn, &place).await {
            tracing::warn!(%error, "words that are saved are kept all the same");
        }
        Ok(seq)
    }

    /// What an asset would be, edited so by the actor.
    pub(crate) fn edited(&self, permits: &Permits, stored: &Stored, edit: Edit) -> Result<Body> {
        match edit {
            Edit::Asset(edit) => self.edited_asset(permits, stored, edit),
            Edit::Column(path, edit) => self.edited_column(permits, stored, &path, edit),
        }
    }

    /// Changes one field of an asset. `based_on` is the revision that the person saw; what others have changed since in
    /// other fields stays.
    ///
    /// # Errors
    /// `Invalid` names the field; `Conflict` says who was faster with this one.
    pub async fn edit_asset(
        &self,
        actor: &Actor,
        urn: &Urn,
        edit: AssetEdit,
        based_on: Option<u64>,
    ) -> Result<Seq> {
        let permits = self.permits(actor).await?;
        let stored = self.head_by(&permits, Action::Edit, urn).await?;
        let field = edit.field();
        let body = self.edited_asset(&permits, &stored, edit)?;
        let based_on = self.beside_others(&stored, &[field], based_on).await?;
        self.save(actor, &permits, &stored, body, based_on, format!("edited {field}")).await
    }

    /// What an asset would be, edited so by the actor.
    fn edited_asset(&self, permits: &Permits, stored: &Stored, edit: AssetEdit) -> Result<Body> {
        let Body::Asset(layers) = stored.body.as_ref() else { return Err(CatalogError::no(&stored.urn)) };
        let mut layers = layers.clone();
        let (actor, at) = (permits.actor(), now());
        let field = edit.field();
        if edit.is_empty() && is_a_sources(&layers, field) {
            return Err(stays(field));
        }
        match edit {
            AssetEdit::Name(text) => {
                let name = short_text(field, &text)?
                    .filter(|name| Some(name) != layers.below_person().name.as_ref());
                say(&mut layers, field, actor, at, |facts| facts.name = name);
            }
            AssetEdit::Description(text) => {
                // A form sent back as it was must not make the source's word the person's own.
                let below = layers.below_person().description;
                let description = long_text(field, &text)?.filter(|text| Some(text) != below.as_ref());
                say(&mut layers, field, actor, at, |facts| facts.description = description);
            }
            AssetEdit::Unit(text) => {
                let unit = self.known(permits, field, Kind::DomainUnit, &text)?;
                let unit = self.or_hidden(permits, unit, layers.view().unit.as_ref());
                say(&mut layers, field, actor, at, |facts| facts.unit = unit);
            }
            AssetEdit::Owners(text) => {
                let mut owners = self.all_known(permits, field, Kind::Person, &text)?;
                owners.extend(self.hidden_of(permits, layers.view().owners.iter().flatten()));
                say(&mut layers, field, actor, at, |facts| {
                    facts.owners = (!owners.is_empty()).then_some(owners)
                });
            }
            AssetEdit::Project(text) => {
                let project = self.known(permits, field, Kind::Project, &text)?;
                let project = self.or_hidden(permits, project, layers.view().project.as_ref());
                say(&mut layers, field, actor, at, |facts| facts.project = project);
            }
            AssetEdit::Responsible(text) => {
                let before = layers.view().responsible.clone().unwrap_or_default();
                let who = self.people_and_groups(permits, field, &text, &before)?;
                say(&mut layers, field, actor, at, |facts| {
                    facts.responsible = (!who.is_empty()).then_some(who)
                });
            }
            AssetEdit::Consulted(text) => {
                let before = layers.view().consulted.clone().unwrap_or_default();
                let who = self.people_and_groups(permits, field, &text, &before)?;
                say(&mut layers, field, actor, at, |facts| {
                    facts.consulted = (!who.is_empty()).then_some(who)
                });
            }
            AssetEdit::Informed(text) => {
                let before = layers.view().informed.clone().unwrap_or_default();
                let who = self.people_and_groups(permits, field, &text, &before)?;
                say(&mut layers, field, actor, at, |facts| facts.informed = (!who.is_empty()).then_some(who));
            }
            AssetEdit::Documents(text) => {
                let below = layers.below_person().documents;
                let documents = Some(documents(field, &text)?)
                    .filter(|said| !said.is_empty() && Some(said) != below.as_ref());
                say(&mut layers, field, actor, at, |facts| facts.documents = documents);
            }
            AssetEdit::Tags(text) => {
                let tags = Labels::to_show(&tags(field, &text)?, &layers.below_person().tags.put);
                say(&mut layers, field, actor, at, |facts| facts.tags = tags);
            }
            AssetEdit::Terms(text) => {
                let mut wanted: BTreeSet<Urn> =
                    self.all_known(permits, field, Kind::Term, &text)?.into_iter().collect();
                wanted.extend(self.hidden_of(permits, layers.view().terms.put.iter()));
                let terms = Labels::to_show(&wanted, &layers.below_person().terms.put);
                say(&mut layers, field, actor, at, |facts| facts.terms = terms);
            }
        }
        Ok(Body::Asset(layers))
    }

    /// Changes one field of a column.
    ///
    /// # Errors
    /// As [`Catalog::edit_asset`]; `NotFound` where the asset has no such column.
    pub async fn edit_column(
        &self,
        actor: &Actor,
        urn: &Urn,
        path: &ColumnPath,
        edit: ColumnEdit,
        based_on: Option<u64>,
    ) -> Result<Seq> {
        let permits = self.permits(actor).await?;
        let stored = self.head_by(&permits, Action::Edit, urn).await?;
        let word = edit.field();
        let body = self.edited_column(&permits, &stored, path, edit)?;
        let reason = format!("edited {word} of column {path}");
        let based_on = self.beside_others(&stored, &["columns", path.as_str(), word], based_on).await?;
        self.save(actor, &permits, &stored, body, based_on, reason).await
    }

    /// What an asset would be, one of its columns edited so by the actor.
    fn edited_column(
        &self,
        permits: &Permits,
        stored: &Stored,
        path: &ColumnPath,
        edit: ColumnEdit,
    ) -> Result<Body> {
        let (actor, urn) = (permits.actor(), &stored.urn);
        let Body::Asset(layers) = stored.body.as_ref() else { return Err(CatalogError::no(urn)) };
        let mut layers = layers.clone();
        let shown = layers.view();
        let below = layers.below_person();
        let Some(below) = below.columns.get(path) else {
            return Err(CatalogError::NotFound(format!("column '{path}' in {urn}")));
        };
        let word = edit.field();
        if edit.is_empty() && is_a_sources_of_column(&layers, path, word) {
            return Err(stays(word));
        }
        let field = format!("columns/{path}/{word}");
        let at = now();
        let mut say = |words: &dyn Fn(&mut ColumnFacts)| {
            layers.say(&field, &actor.key, at, |facts| {
                words(facts.columns.entry(path.clone()).or_default());
                facts.columns.retain(|_, column| *column != ColumnFacts::default());
            });
        };
        match edit {
            ColumnEdit::Name(text) => {
                let name = short_text(word, &text)?.filter(|name| Some(name) != below.name.as_ref());
                say(&|column| column.name.clone_from(&name));
            }
            ColumnEdit::Description(text) => {
                let description =
                    long_text(word, &text)?.filter(|text| Some(text) != below.description.as_ref());
                say(&|column| column.description.clone_from(&description));
            }
            ColumnEdit::Tags(text) => {
                let tags = Labels::to_show(&tags(word, &text)?, &below.tags.put);
                say(&|column| column.tags.clone_from(&tags));
            }
            ColumnEdit::Terms(text) => {
                let mut wanted: BTreeSet<Urn> =
                    self.all_known(permits, word, Kind::Term, &text)?.into_iter().collect();
                let own = shown.columns.get(path).into_iter().flat_map(|column| &column.terms.put);
                wanted.extend(self.hidden_of(permits, own));
                let terms = Labels::to_show(&wanted, &below.terms.put);
                say(&|column| column.terms.clone_from(&terms));
            }
        }
        Ok(Body::Asset(layers))
    }

    /// The document as it stands.
    pub(crate) async fn head(&self, urn: &Urn) -> Result<Stored> {
        let found = self.store.read(std::slice::from_ref(urn)).await?.pop().flatten();
        found.ok_or_else(|| CatalogError::no(urn))
    }

    /// Writes a new body, unless it is the old one.
    pub(crate) async fn save(
        &self,
        actor: &Actor,
        permits: &Permits,
        stored: &Stored,
        body: Body,
        based_on: Option<u64>,
        reason: String,
    ) -> Result<Seq> {
        self.save_with(actor, permits, stored, body, based_on, reason, Vec::new()).await
    }

    /// The same, together with other changes.
    #[expect(clippy::too_many_arguments, reason = "one more than `save`, which most call")]
    pub(crate) async fn save_with(
        &self,
        actor: &Actor,
        permits: &Permits,
        stored: &Stored,
        body: Body,
        based_on: Option<u64>,
        reason: String,
        mut others: Vec<Change>,
    ) -> Result<Seq> {
        if body == *stored.body {
            let written =
                if others.is_empty() { Vec::new() } else { self.store.append(actor, others).await? };
            return Ok(last(&written).max(stored.seq));
        }
        self.check_change(permits, &stored.urn, Some(&stored.body), Some(&body)).await?;
        // The body was made of what is stored, and what is stored was checked: only that may be replaced.
        if based_on.is_some_and(|seen| seen != stored.revision) {
            return Err(self.somebody_was_faster(stored).await?);
        }
        let expected = Expected::Revision(stored.revision);
        others.insert(0, Change::put(stored.urn.clone(), expected, body, reason));
        Ok(last(&self.store.append(actor, others).await?))
    }

    /// Writes what is new under a name that nobody has.
    pub(crate) async fn make(&self, actor: &Actor, urn: &Urn, body: Body) -> Result<Seq> {
        let name = body.name(urn);
        let change = Change::put(urn.clone(), Expected::Absent, body, "made");
        match self.store.append(actor, vec![change]).await.map_err(CatalogError::from) {
            Err(CatalogError::Conflict(_)) => Err(taken(&name)),
            written => Ok(last(&written?)),
        }
    }

    /// The revision that there is, where the field shows what it showed in the one that was seen: what others have
    /// changed beside it meanwhile stays, and is nobody's conflict.
    pub(crate) async fn beside_others(
        &self,
        stored: &Stored,
        field: &[&str],
        based_on: Option<u64>,
    ) -> Result<Option<u64>> {
        let Some(seen) = based_on.filter(|seen| *seen < stored.revision) else { return Ok(based_on) };
        let record = self.store.read_revision(&stored.urn, seen).await?;
        let Some(Op::Put(then)) = record.map(|record| record.op) else { return Ok(based_on) };
        let said = |body: &Body| {
            let shown = body.shown();
            field.iter().try_fold(&shown, |value, part| value.get(part)).cloned()
        };
        let is_untouched = said(&then) == said(&stored.body);
        Ok(if is_untouched { Some(stored.revision) } else { based_on })
    }

    pub(crate) async fn somebody_was_faster(&self, stored: &Stored) -> Result<CatalogError> {
        let newest = self.store.history(&stored.urn, None, 1).await?.pop();
        let newest = newest.ok_or_else(|| CatalogError::no(&stored.urn))?;
        Ok(CatalogError::Conflict(Box::new(Conflict {
            urn: stored.urn.clone(),
            revision: newest.revision,
            by: newest.actor,
            at: newest.at,
        })))
    }
}

pub(crate) fn taken(name: &str) -> CatalogError {
    CatalogError::invalid("name", format!("'{name}' is taken: open it, or choose another name"))
}

fn stays(field: &str) -> CatalogError {
    CatalogError::invalid(
        field,
        "comes from the source and cannot be left empty: write what it should be instead",
    )
}

pub(crate) fn last(written: &[Written]) -> Seq {
    written.iter().map(|written| written.seq).max().unwrap_or_default()
}

fn say(
    layers: &mut Layered<AssetFacts>,
    field: &str,
    actor: &Actor,
    at: Timestamp,
    words: impl FnOnce(&mut AssetFacts),
) {
    layers.say(field, &actor.key, at, words);
}

/// Commas, semicolons and line breaks separate.
pub(crate) fn list(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', ';', '\n']).map(str::trim).filter(|word| !word.is_empty())
}

pub(crate) fn tags(field: &str, text: &str) -> Result<BTreeSet<Label>> {
    list(text)
        .map(|word| {
            word.parse()
                .map_err(|error: loggia_model::ParseError| CatalogError::invalid(field, error.to_string()))
        })
        .collect()
}

pub(crate) fn short_text(field: &str, text: &str) -> Result<Option<String>> {
    let text = text.trim();
    let length = text.chars().count();
    if length > LONGEST_NAME {
        return Err(CatalogError::invalid(
            field,
            format!("has {length} characters, and may have {LONGEST_NAME}"),
        ));
    }
    if text.chars().any(char::is_control) {
        return Err(CatalogError::invalid(field, "has line breaks or control characters"));
    }
    Ok((!text.is_empty()).then(|| text.to_owned()))
}

pub(crate) fn long_text(field: &str, text: &str) -> Result<Option<String>> {
    let text = text.trim().replace("\r\n", "\n");
    let length = text.chars().count();
    if length > LONGEST_TEXT {
        return Err(CatalogError::invalid(
            field,
            format!("has {length} characters, and may have {LONGEST_TEXT}"),
        ));
    }
    Ok((!text.is_empty()).then_some(text))
}
