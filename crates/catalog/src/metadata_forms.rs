//! Metadata forms: what an organisation asks about its assets, columns and projects, and what stands there.
//!
//! A form is a document like others. What is filled in stands with the thing itself, so that it is published, taken back
//! and restored with it; a form that asks for something else tomorrow takes no word away. See
//! docs/adr/0016-what-is-filled-in-stands-with-the-thing.md.

mod draft;
mod facet;
mod filling;
mod schema;
mod value;

use std::sync::Arc;

use loggia_model::facts::{FieldKey, FieldValue, FormField, FormTarget, FormValues, MetadataFormFacts};
use loggia_model::{Actor, Body, Kind, Urn};
use loggia_policy::Action;

use crate::access::changing;
use crate::assets::{AssetView, Column};
use crate::directory::Directory;
use crate::ports::Relation;
use crate::{Catalog, CatalogError, DirectoryEntry, Permits, Result};

pub use self::draft::{FieldDraft, FormDraft};
pub(crate) use self::facet::{facet_value, facet_word, of_facet};
pub use self::filling::Filling;
pub use self::value::Shown;

pub struct FormLine {
    pub form: DirectoryEntry,
    pub facts: Arc<MetadataFormFacts>,
    pub unit: Option<DirectoryEntry>,
}

pub struct FormView {
    pub urn: Urn,
    pub name: String,
    pub revision: u64,
    pub facts: Arc<MetadataFormFacts>,
    /// What stands in each field beforehand, in the order of the fields.
    pub defaults: Vec<Option<Shown>>,
    /// `None` where it is for everything, or for a unit that the actor may not know of.
    pub unit: Option<DirectoryEntry>,
    /// The rules that ask for it.
    pub rules: Vec<DirectoryEntry>,
    /// How many assets and projects, of those that the actor may know of, have something in it.
    pub filled: u64,
    pub may_change: bool,
}

/// One form, as it stands on the page of a thing.
#[derive(Debug, Clone)]
pub struct Section {
    pub form: DirectoryEntry,
    pub description: Option<String>,
    /// Whether it is asked of this thing now; otherwise somebody has filled it in before.
    pub is_asked: bool,
    pub fields: Vec<FieldLine>,
    /// What stands in fields that the form does not ask for any more, or asks for otherwise.
    pub others: Vec<(FieldKey, Shown)>,
}

#[derive(Debug, Clone)]
pub struct FieldLine {
    pub key: FieldKey,
    pub field: FormField,
    pub shown: Option<Shown>,
    /// What the form is filled with: what stands there, or else what the form says beforehand.
    pub input: String,
}

impl Section {
    /// How many required fields are empty.
    pub fn missing(&self) -> usize {
        self.fields.iter().filter(|line| line.field.required && line.shown.is_none()).count()
    }
}

impl Catalog {
    /// Those that the actor may know of, by name.
    ///
    /// # Errors
    /// Where nobody can tell what the actor may know.
    pub async fn metadata_forms(&self, actor: &Actor) -> Result<Vec<FormLine>> {
        self.caught_up(actor).await;
        let permits = self.permits(actor).await?;
        let mut forms = self.directory.forms();
        forms.retain(|(urn, _)| self.may_know(&permits, urn));
        let line = |(urn, facts): (Urn, Arc<MetadataFormFacts>)| FormLine {
            form: self.directory.entry_or_name(&urn),
            unit: facts.unit.as_ref().and_then(|unit| self.named(&permits, unit)),
            facts,
        };
        let mut lines: Vec<FormLine> = forms.into_iter().map(line).collect();
        lines.sort_by_cached_key(|line| line.form.name.to_lowercase());
        Ok(lines)
    }

    /// # Errors
    /// `NotFound` where there is none.
    pub async fn metadata_form(&self, actor: &Actor, urn: &Urn) -> Result<FormView> {
        self.caught_up(actor).await;
        let permits = self.permits(actor).await?;
        let stored = self.head_by(&permits, Action::Read, urn).await?;
        let Body::MetadataForm(layers) = stored.body.as_ref() else { return Err(CatalogError::no(urn)) };
        let facts = layers.view();
        let asks = |rule: &Urn| self.may_know(&permits, rule);
        let mut rules = self.directory.rules();
        rules.retain(|(rule, asked)| asked.form.as_ref() == Some(urn) && asks(rule));
        let allowed = permits.filter(Action::Discover);
        let (_, filled) = self.index.referring(Relation::Fills, urn, 0, 0, allowed).await?;
        let default = |(_, field): (&FieldKey, &FormField)| {
            field.default.as_ref().map(|value| self.shown_value(&permits, Some(field), value))
        };
        Ok(FormView {
            urn: urn.clone(),
            name: stored.body.name(urn),
            revision: stored.revision,
            defaults: facts.fields().map(default).collect(),
            unit: facts.unit.as_ref().and_then(|unit| self.named(&permits, unit)),
            rules: rules.iter().map(|(rule, _)| self.directory.entry_or_name(rule)).collect(),
            filled,
            may_change: permits.may(changing(Kind::MetadataForm), &self.resource(urn, &stored.body).await?),
            facts,
        })
    }

    /// The JSON Schema (draft 2020-12) of what is filled into a form.
    ///
    /// # Errors
    /// `NotFound` where there is none.
    pub async fn metadata_form_schema(&self, actor: &Actor, urn: &Urn) -> Result<serde_json::Value> {
        let permits = self.permits(actor).await?;
        let stored = self.head_by(&permits, Action::Read, urn).await?;
        let Body::MetadataForm(layers) = stored.body.as_ref() else { return Err(CatalogError::no(urn)) };
        let is_known = |named: &Urn| self.may_know(&permits, named);
        Ok(schema::of(urn, &stored.body.name(urn), stored.revision, &layers.view(), is_known))
    }

    /// The forms of an asset: those that are asked of it, and those that have been filled in.
    pub fn forms_of_asset(&self, asset: &AssetView) -> Vec<Section> {
        let (permits, resource) = (&asset.reader.permits, &asset.reader.resource);
        self.sections(permits, FormTarget::Asset, resource.unit.as_ref(), &asset.facts.forms)
    }

    pub fn forms_of_column(&self, asset: &AssetView, column: &Column) -> Vec<Section> {
        let (permits, resource) = (&asset.reader.permits, &asset.reader.resource);
        self.sections(permits, FormTarget::Column, resource.unit.as_ref(), &column.facts.forms)
    }

    pub(crate) fn sections(
        &self,
        permits: &Permits,
        target: FormTarget,
        unit: Option<&Urn>,
        values: &FormValues,
    ) -> Vec<Section> {
        let above = unit.map(|unit| self.directory.and_above(unit)).unwrap_or_default();
        let mut sections = Vec::new();
        for (urn, facts) in self.directory.forms() {
            let is_asked = self.is_asked(&facts, target, &above);
            let is_filled = values.of(&urn).next().is_some();
            if (is_asked || is_filled) && self.may_know(permits, &urn) {
                sections.push(self.section(permits, &urn, &facts, values, is_asked));
            }
        }
        sections.sort_by_cached_key(|section| section.form.name.to_lowercase());
        sections
    }

    /// Whether a form is for what stands in these units.
    pub(crate) fn is_asked(&self, facts: &MetadataFormFacts, target: FormTarget, units: &[Urn]) -> bool {
        let is_for_unit = |unit: &Urn| units.contains(&self.directory.resolve(unit));
        !facts.is_paused() && facts.is_for(target) && facts.unit.as_ref().is_none_or(is_for_unit)
    }

    fn section(
        &self,
        permits: &Permits,
        urn: &Urn,
        facts: &MetadataFormFacts,
        values: &FormValues,
        is_asked: bool,
    ) -> Section {
        let is_empty = values.of(urn).next().is_none();
        let line = |(key, field): (&FieldKey, &FormField)| {
            let value = values.get(urn, key).filter(|value| field.admits(value));
            let before = field.default.as_ref().filter(|_| is_empty);
            let input = value.or(before).map(|value| self.input_of(permits, field, value));
            FieldLine {
                key: key.clone(),
                shown: value.map(|value| self.shown_value(permits, Some(field), value)),
                field: field.clone(),
                input: input.unwrap_or_default(),
            }
        };
        let is_other = |(key, value): &(&FieldKey, &FieldValue)| {
            facts.field(key).is_none_or(|field| !field.admits(value))
        };
        let others = values.of(urn).filter(is_other);
        Section {
            form: self.directory.entry_or_name(urn),
            description: facts.description.clone(),
            is_asked,
            fields: facts.fields().map(line).collect(),
            others: others
                .map(|(key, value)| (key.clone(), self.shown_value(permits, facts.field(key), value)))
                .collect(),
        }
    }
}

/// The required fields of a form of which values have none that fits, by name; `None` where nobody can fill it in.
pub(crate) fn lacking(directory: &Directory, form: &Urn, values: &FormValues) -> Option<Vec<String>> {
    let facts = directory.form(form).filter(|facts| !facts.is_paused())?;
    let lacks = |(key, field): &(&FieldKey, &FormField)| {
        field.required && values.get(form, key).is_none_or(|value| !field.admits(value))
    };
    Some(facts.fields().filter(lacks).map(|(_, field)| field.label.clone()).collect())
}
