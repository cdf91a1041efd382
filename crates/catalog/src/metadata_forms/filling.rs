//! Filling in a form: what somebody types, field by field, beside what others have changed meanwhile.

use std::collections::BTreeMap;

use loggia_model::facts::{ColumnFacts, FieldKey, FieldValue, FormTarget, FormValues, MetadataFormFacts};
use loggia_model::{Actor, ActorKey, Body, ColumnPath, Op, Seq, Timestamp, Urn};

use crate::access::changing;
use crate::clock::now;
use crate::error::Wrong;
use crate::ports::Stored;
use crate::{Catalog, CatalogError, Permits, Result};

/// A form as it comes from a page. Fields that are not in it stay as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filling {
    pub form: Urn,
    /// Of an asset: the column that it is about.
    pub column: Option<ColumnPath>,
    /// By field, as it was typed; empty takes the own word back.
    pub values: BTreeMap<FieldKey, String>,
}

type Typed = BTreeMap<FieldKey, Option<FieldValue>>;

impl Catalog {
    /// Fills in a form of an asset, of one of its columns, or of a project. `based_on` is the revision that the person
    /// saw; what others have changed since in other fields stays.
    ///
    /// # Errors
    /// `Invalid` names the fields; `Conflict` says who was faster with one of them.
    pub async fn fill_form(
        &self,
        actor: &Actor,
        urn: &Urn,
        filling: &Filling,
        based_on: Option<u64>,
    ) -> Result<Seq> {
        let permits = self.permits(actor).await?;
        let stored = self.head_by(&permits, changing(urn.kind()), urn).await?;
        let column = filling.column.as_ref();
        let values = values_of(&stored.body, column).ok_or_else(|| nothing(urn, column))?;
        let form = self.to_fill(&permits, &stored, &filling.form, column, &values).await?;
        let typed = self.all_typed(&permits, &form, filling, &values)?;
        let seen = self.as_seen(&stored, column, based_on).await?.unwrap_or_else(|| values.clone());
        let was = |key: &FieldKey| seen.get(&filling.form, key);
        let is = |key: &FieldKey| values.get(&filling.form, key);
        let changed: Typed = typed.into_iter().filter(|(key, value)| value.as_ref() != was(key)).collect();
        let is_lost =
            |(key, value): (&FieldKey, &Option<FieldValue>)| was(key) != is(key) && value.as_ref() != is(key);
        if changed.iter().any(is_lost) {
            return Err(self.somebody_was_faster(&stored).await?);
        }
        let body = filled(&stored, &filling.form, column, changed, &actor.key, now())?;
        let reason = match column {
            Some(column) => format!("filled in {} of column {column}", self.directory.name(&filling.form)),
            None => format!("filled in {}", self.directory.name(&filling.form)),
        };
        self.save(actor, &permits, &stored, body, Some(stored.revision), reason).await
    }

    /// The form, where it is asked of this, or somebody has filled it in before.
    async fn to_fill(
        &self,
        permits: &Permits,
        stored: &Stored,
        form: &Urn,
        column: Option<&ColumnPath>,
        values: &FormValues,
    ) -> Result<std::sync::Arc<MetadataFormFacts>> {
        let known = self.directory.form(form).filter(|_| self.may_know(permits, form));
        let facts = known.ok_or_else(|| CatalogError::no(form))?;
        let name = self.directory.name(form);
        if facts.is_paused() {
            return Err(CatalogError::Refused(format!("'{name}' is paused: nobody fills it in for now")));
        }
        let target = match (&stored.urn.kind(), column) {
            (loggia_model::Kind::Project, _) => FormTarget::Project,
            (_, Some(_)) => FormTarget::Column,
            (_, None) => FormTarget::Asset,
        };
        let unit = self.resource(&stored.urn, &stored.body).await?.unit;
        let above = unit.map(|unit| self.directory.and_above(&unit)).unwrap_or_default();
        if self.is_asked(&facts, target, &above) || values.of(form).next().is_some() {
            return Ok(facts);
        }
        Err(CatalogError::Refused(format!(
            "'{name}' is not asked of this: it is for other things, or for another unit"
        )))
    }

    fn all_typed(
        &self,
        permits: &Permits,
        form: &MetadataFormFacts,
        filling: &Filling,
        values: &FormValues,
    ) -> Result<Typed> {
        let mut wrong = Wrong::default();
        let mut typed = Typed::new();
        for (key, text) in &filling.values {
            let Some(field) = form.field(key) else {
                let message = "is not asked by this form any more: open the page again".to_owned();
                wrong.unless::<()>(Err(CatalogError::invalid(key.as_str(), message)))?;
                continue;
            };
            let value = wrong.unless(self.typed(permits, key.as_str(), field, text))?;
            // What whoever fills it in cannot see there, or the form does not ask for so any more, they do not mean to
            // take away: they send it empty, or with what stood there beforehand.
            let before = values.get(&filling.form, key);
            let is_unsaid = value.is_none() || value == field.default;
            let is_hidden =
                |value: &&FieldValue| value.entity().is_some_and(|urn| !self.may_know(permits, &urn));
            let is_unseen = |value: &&FieldValue| is_hidden(value) || !field.admits(value);
            let stays = before.filter(|_| is_unsaid).filter(is_unseen).cloned();
            typed.insert(key.clone(), stays.or(value));
        }
        wrong.settled()?;
        Ok(typed)
    }

    /// What stood there in the revision that somebody saw; `None` where that is what there is.
    async fn as_seen(
        &self,
        stored: &Stored,
        column: Option<&ColumnPath>,
        based_on: Option<u64>,
    ) -> Result<Option<FormValues>> {
        let Some(seen) = based_on.filter(|seen| *seen < stored.revision) else { return Ok(None) };
        let record = self.store.read_revision(&stored.urn, seen).await?;
        Ok(match record.map(|record| record.op) {
            Some(Op::Put(body)) => values_of(&body, column),
            _ => None,
        })
    }
}

fn nothing(urn: &Urn, column: Option<&ColumnPath>) -> CatalogError {
    match column {
        Some(column) => CatalogError::NotFound(format!("column '{column}' in {urn}")),
        None => CatalogError::no(urn),
    }
}

/// What shows; `None` where there is no such column, or nothing can be filled in.
fn values_of(body: &Body, column: Option<&ColumnPath>) -> Option<FormValues> {
    match (body, column) {
        (Body::Asset(layers), None) => Some(layers.view().forms.clone()),
        (Body::Asset(layers), Some(column)) => Some(layers.view().columns.get(column)?.forms.clone()),
        (Body::Project(layers), None) => Some(layers.view().forms.clone()),
        _ => None,
    }
}

/// A body in which a person says these values.
fn filled(
    stored: &Stored,
    form: &Urn,
    column: Option<&ColumnPath>,
    changed: Typed,
    by: &ActorKey,
    at: Timestamp,
) -> Result<Body> {
    let mut body = stored.body.as_ref().clone();
    for (key, value) in changed {
        let below = values_below(&body, column);
        let said_below = below.get(form, &key);
        if value.is_none() && said_below.is_some() {
            let message = "comes from the source and cannot be left empty: write what it should be instead";
            return Err(CatalogError::invalid(key.as_str(), message));
        }
        // A form sent back as it was must not make the source's word the person's own.
        let own = value.filter(|value| Some(value) != said_below);
        match (&mut body, column) {
            (Body::Asset(layers), None) => {
                layers.say(&format!("forms/{form}/{key}"), by, at, |facts| facts.forms.set(form, &key, own));
            }
            (Body::Asset(layers), Some(column)) => {
                layers.say(&format!("columns/{column}/forms/{form}/{key}"), by, at, |facts| {
                    facts.columns.entry(column.clone()).or_default().forms.set(form, &key, own);
                    facts.columns.retain(|_, column| *column != ColumnFacts::default());
                });
            }
            (Body::Project(layers), _) => {
                layers.say(&format!("forms/{form}/{key}"), by, at, |facts| facts.forms.set(form, &key, own));
            }
            _ => return Err(CatalogError::no(&stored.urn)),
        }
    }
    Ok(body)
}

/// What would show if no person had said anything.
fn values_below(body: &Body, column: Option<&ColumnPath>) -> FormValues {
    match (body, column) {
        (Body::Asset(layers), None) => layers.below_person().forms,
        (Body::Asset(layers), Some(column)) => {
            layers.below_person().columns.swap_remove(column).map(|column| column.forms).unwrap_or_default()
        }
        (Body::Project(layers), _) => layers.below_person().forms,
        _ => FormValues::default(),
    }
}
