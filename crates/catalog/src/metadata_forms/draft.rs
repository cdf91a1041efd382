//! Making and changing a form. What has been filled in is never touched by that: before something is asked no more, or
//! asked otherwise, it is told how much will not show.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use loggia_model::facts::{
    AssetFacts, FieldKey, FieldType, FormField, FormTarget, FormValues, MetadataFormFacts,
};
use loggia_model::{Actor, Body, Filter, Kind, Layered, Seq, Urn};
use loggia_policy::Action;

use crate::clock::now;
use crate::edit::{long_text, short_text};
use crate::error::Wrong;
use crate::organise::{name_and_slug, word};
use crate::ports::Relation;
use crate::{Catalog, CatalogError, Permits, Result};

/// Fields of one form: who is asked for more, fills in none.
const MOST_FIELDS: usize = 50;
const MOST_CHOICES: usize = 200;
const BATCH: u32 = 500;

/// A form about a form, as it was typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FormDraft {
    pub name: String,
    pub description: String,
    pub unit: String,
    /// Of [`FormTarget`], the words.
    pub on: Vec<String>,
    pub fields: Vec<FieldDraft>,
    /// `paused`, or anything else.
    pub status: String,
    /// `yes`: it is to be saved although something that is filled in will not show.
    pub confirmed: String,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldDraft {
    /// Empty of a field that is new.
    pub key: String,
    pub label: String,
    pub field_type: String,
    /// `yes`.
    pub required: String,
    pub default: String,
    pub help: String,
    /// One a line.
    pub choices: String,
    /// `yes`: the form is not to ask for it any more.
    pub removed: String,
}

impl FieldDraft {
    /// A row that nobody has filled in.
    pub fn is_blank(&self) -> bool {
        self.key.is_empty() && self.label.trim().is_empty()
    }
}

impl Catalog {
    /// What the form of a form is filled with, and the revision that it is based on.
    ///
    /// # Errors
    /// `NotFound` where there is none.
    pub async fn metadata_form_draft(&self, actor: &Actor, urn: &Urn) -> Result<(FormDraft, u64)> {
        let permits = self.permits(actor).await?;
        let stored = self.head_by(&permits, Action::Read, urn).await?;
        let Body::MetadataForm(layers) = stored.body.as_ref() else { return Err(CatalogError::no(urn)) };
        let facts = layers.view();
        let unit = facts.unit.as_ref().and_then(|unit| self.named(&permits, unit));
        let yes = |is: bool| if is { "yes".to_owned() } else { String::new() };
        let field = |(key, field): (&FieldKey, &FormField)| FieldDraft {
            key: key.to_string(),
            label: field.label.clone(),
            field_type: field.field_type.as_str().to_owned(),
            required: yes(field.required),
            default: field
                .default
                .as_ref()
                .map(|value| self.input_of(&permits, field, value))
                .unwrap_or_default(),
            help: field.help.clone().unwrap_or_default(),
            choices: field.choices.join("\n"),
            removed: String::new(),
        };
        let on = FormTarget::ALL.iter().filter(|target| facts.is_for(**target));
        let draft = FormDraft {
            name: stored.body.name(urn),
            description: facts.description.clone().unwrap_or_default(),
            unit: unit.map(|unit| self.telling_name(&unit)).unwrap_or_default(),
            on: on.map(|target| target.as_str().to_owned()).collect(),
            fields: facts.fields().map(field).collect(),
            status: if facts.is_paused() { "paused".to_owned() } else { "active".to_owned() },
            confirmed: String::new(),
        };
        Ok((draft, stored.revision))
    }

    /// Makes a form where `urn` is `None`, and changes that one otherwise.
    ///
    /// # Errors
    /// `Invalid` names the fields, those of a row as `fields.0.label`; that of `confirmed` says of how many things what
    /// is filled in would not show.
    pub async fn save_metadata_form(
        &self,
        actor: &Actor,
        urn: Option<&Urn>,
        draft: &FormDraft,
        based_on: Option<u64>,
    ) -> Result<(Urn, Seq)> {
        let known = match urn {
            Some(urn) => Some(self.to_change(actor, urn).await?),
            None => None,
        };
        let permits = self.permits(actor).await?;
        let before = known.as_ref().map(|(_, stored)| stored.body.as_ref());
        let mut layers = match before {
            Some(Body::MetadataForm(layers)) => layers.clone(),
            Some(_) => return Err(CatalogError::Refused("it is no metadata form".into())),
            None => Layered::default(),
        };
        let shown = layers.view();
        let facts = self.form_facts(&permits, &shown, draft)?;
        let own = own_words(facts.clone(), &layers.below_person());
        layers.say("form", &actor.key, now(), |facts| *facts = own);
        let body = Body::MetadataForm(layers);
        let place = match &known {
            Some((_, stored)) => stored.urn.clone(),
            None => Urn::of(Kind::MetadataForm, &name_and_slug(&draft.name)?.1),
        };
        // Whoever may not change it is told nothing of what is filled in.
        self.check_change(&permits, &place, before, Some(&body)).await?;
        if known.is_some() && draft.confirmed != "yes" {
            self.check_filled(actor, &place, &shown, &facts).await?;
        }
        let seq = match &known {
            Some((permits, stored)) => {
                self.save(actor, permits, stored, body, based_on, "edited".to_owned()).await?
            }
            None => self.make(actor, &place, body).await?,
        };
        Ok((place, seq))
    }

    /// All that a form says; all that is wrong with it is told at once.
    fn form_facts(
        &self,
        permits: &Permits,
        shown: &MetadataFormFacts,
        draft: &FormDraft,
    ) -> Result<MetadataFormFacts> {
        let mut wrong = Wrong::default();
        let name =
            wrong.unless(name_and_slug(&draft.name).and_then(|(name, _)| short_text("name", &name)))?;
        let unit = wrong.unless(self.known(permits, "unit", Kind::DomainUnit, &draft.unit))?;
        let mut on = Vec::new();
        for target in &draft.on {
            let target: Option<FormTarget> = wrong.unless(word("on", target))?;
            on.extend(target.filter(|target| !on.contains(target)));
        }
        if on.is_empty() {
            wrong.unless::<()>(Err(CatalogError::invalid("on", "is empty: say what the form is for")))?;
        }
        let description = wrong.unless(long_text("description", &draft.description))?;
        let mut fields = self.fields(permits, &mut wrong, draft)?;
        for (key, field) in &mut fields {
            // What whoever changes the form cannot see there, they do not mean to take away.
            let before = shown.field(key).filter(|before| before.field_type == field.field_type);
            let before = before.and_then(|before| before.default.clone());
            let is_hidden = |urn: Urn| !self.may_know(permits, &urn);
            let before = before.filter(|value| value.entity().is_some_and(is_hidden));
            field.default = field.default.take().or(before);
        }
        wrong.settled()?;
        Ok(MetadataFormFacts {
            name,
            description,
            unit: self.or_hidden(permits, unit, shown.unit.as_ref()),
            on: Some(on),
            fields: Some(fields),
            paused: (draft.status == "paused").then_some(true),
        })
    }

    fn fields(
        &self,
        permits: &Permits,
        wrong: &mut Wrong,
        draft: &FormDraft,
    ) -> Result<IndexMap<FieldKey, FormField>> {
        let mut fields = IndexMap::new();
        let taken: Vec<&str> = draft.fields.iter().map(|field| field.key.as_str()).collect();
        let rows = draft.fields.iter().enumerate();
        for (row, field) in rows.filter(|(_, field)| !field.is_blank() && field.removed != "yes") {
            let at = |part: &str| format!("fields.{row}.{part}");
            let is_known = |key: &FieldKey| fields.contains_key(key) || taken.contains(&key.as_str());
            let key = if field.key.is_empty() {
                new_key(&field.label, is_known).ok_or_else(|| {
                    CatalogError::invalid(at("label"), "has no letter or digit that a URL can have")
                })
            } else {
                field.key.parse().map_err(|error| CatalogError::invalid(at("label"), format!("{error}")))
            };
            let key = wrong.unless(key.map(Some))?;
            let read = wrong.unless(self.field(permits, field, at).map(Some))?;
            if let (Some(key), Some(read)) = (key, read) {
                fields.insert(key, read);
            }
        }
        if fields.len() > MOST_FIELDS {
            let message = format!("are {}, and a form asks {MOST_FIELDS} at most", fields.len());
            wrong.unless::<()>(Err(CatalogError::invalid("fields", message)))?;
        }
        if draft.fields.iter().all(|field| field.is_blank() || field.removed == "yes") {
            let message =
                "are none: a form asks for one thing at least. Pause it, if nobody is to fill it in";
            wrong.unless::<()>(Err(CatalogError::invalid("fields", message)))?;
        }
        Ok(fields)
    }

    fn field(&self, permits: &Permits, draft: &FieldDraft, at: impl Fn(&str) -> String) -> Result<FormField> {
        let mut wrong = Wrong::default();
        let label = wrong.unless(short_text(&at("label"), &draft.label).and_then(|label| {
            let empty =
                || CatalogError::invalid(at("label"), "is empty: say what is asked, or take the field away");
            label.map(Some).ok_or_else(empty)
        }))?;
        let field_type: Option<FieldType> = wrong.unless(word(&at("type"), &draft.field_type))?;
        let field_type = field_type.unwrap_or(FieldType::Text);
        let choices = match field_type {
            FieldType::Choice => wrong.unless(choices(&at("choices"), &draft.choices))?,
            _ => Vec::new(),
        };
        let mut field = FormField {
            label: label.unwrap_or_default(),
            field_type,
            required: draft.required == "yes",
            default: None,
            help: wrong.unless(short_text(&at("help"), &draft.help))?,
            choices,
        };
        field.default = wrong.unless(self.typed(permits, &at("default"), &field, &draft.default))?;
        wrong.settled()?;
        Ok(field)
    }

    /// Whoever takes a question back, or asks it otherwise, has been told what will not show.
    async fn check_filled(
        &self,
        actor: &Actor,
        form: &Urn,
        before: &MetadataFormFacts,
        after: &MetadataFormFacts,
    ) -> Result<()> {
        let is_lost = |values: &FormValues, key: &FieldKey, field: &FormField| {
            let value = values.get(form, key).filter(|value| field.admits(value));
            value.is_some_and(|value| after.field(key).is_none_or(|field| !field.admits(value)))
        };
        let asked_otherwise = |(key, field): &(&FieldKey, &FormField)| after.field(key) != Some(*field);
        let changed: Vec<_> = before.fields().filter(asked_otherwise).collect();
        if changed.is_empty() {
            return Ok(());
        }
        self.caught_up(actor).await;
        let mut lost: BTreeMap<&FieldKey, u64> = BTreeMap::new();
        let mut offset = 0;
        loop {
            let everything = Filter::Everything;
            let (cards, all) =
                self.index.referring(Relation::Fills, form, offset, BATCH, &everything).await?;
            let urns: Vec<Urn> = cards.into_iter().map(|card| card.urn).collect();
            for stored in self.store.read(&urns).await?.into_iter().flatten() {
                let values = all_values(&stored.body);
                for (key, field) in &changed {
                    if values.iter().any(|values| is_lost(values, key, field)) {
                        *lost.entry(key).or_default() += 1;
                    }
                }
            }
            offset += BATCH;
            if u64::from(offset) >= all || urns.is_empty() {
                break;
            }
        }
        if lost.is_empty() {
            return Ok(());
        }
        let told = |(key, count): (&FieldKey, u64)| {
            let label = before.field(key).map_or(key.as_str(), |field| &field.label);
            let things = if count == 1 { "thing" } else { "things" };
            format!("of {count} {things}, what stands in '{label}'")
        };
        let told: Vec<String> = lost.into_iter().map(told).collect();
        Err(CatalogError::invalid(
            "confirmed",
            format!(
                "{} will not show any more, and is not found by it: it stays where it was filled in, and shows again as \
                 soon as the form asks for it so again",
                told.join(", and ")
            ),
        ))
    }
}

fn all_values(body: &Body) -> Vec<FormValues> {
    let of_asset = |facts: &AssetFacts| {
        let columns = facts.columns.values().map(|column| column.forms.clone());
        columns.chain([facts.forms.clone()]).collect()
    };
    match body {
        Body::Asset(layers) => of_asset(&layers.view()),
        Body::Project(layers) => vec![layers.view().forms.clone()],
        _ => Vec::new(),
    }
}

/// What a label is made into, and nothing else is called.
fn new_key(label: &str, is_known: impl Fn(&FieldKey) -> bool) -> Option<FieldKey> {
    let first = FieldKey::of(label)?;
    let others = (2..).map_while(|number| format!("{first}-{number}").parse().ok());
    std::iter::once(first.clone()).chain(others).find(|key| !is_known(key))
}

/// One a line.
fn choices(name: &str, text: &str) -> Result<Vec<String>> {
    let mut choices: Vec<String> = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let choice = short_text(name, line)?.unwrap_or_default();
        if choices.contains(&choice) {
            return Err(CatalogError::invalid(name, format!("has '{choice}' twice")));
        }
        choices.push(choice);
    }
    match choices.len() {
        0 => Err(CatalogError::invalid(name, "is empty: say what there is to choose from, one a line")),
        count if count > MOST_CHOICES => {
            let message =
                format!("has {count} lines, and may have {MOST_CHOICES}: a glossary holds more words");
            Err(CatalogError::invalid(name, message))
        }
        _ => Ok(choices),
    }
}

/// A form that is sent back as it was must not make a file's words the person's own.
fn own_words(wanted: MetadataFormFacts, below: &MetadataFormFacts) -> MetadataFormFacts {
    fn own<T: PartialEq>(wanted: Option<T>, below: &Option<T>) -> Option<T> {
        if wanted == *below { None } else { wanted }
    }
    let same_order = |one: &IndexMap<FieldKey, FormField>, other: &IndexMap<FieldKey, FormField>| {
        one.keys().eq(other.keys()) && one == other
    };
    let is_same =
        matches!((&wanted.fields, &below.fields), (Some(one), Some(other)) if same_order(one, other));
    MetadataFormFacts {
        name: own(wanted.name, &below.name),
        description: own(wanted.description, &below.description),
        unit: own(wanted.unit, &below.unit),
        on: own(wanted.on, &below.on),
        fields: wanted.fields.filter(|_| !is_same),
        paused: match (wanted.paused, below.paused) {
            (None, Some(true)) => Some(false),
            (wanted, below) => own(wanted, &below),
        },
    }
}
