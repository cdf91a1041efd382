//! Editing in place: what a person says of an asset or a column goes into the person's own layer.

use std::collections::BTreeSet;

use loggia_model::facts::{AssetFacts, ColumnFacts};
use loggia_model::{
    Actor, Body, Change, ColumnPath, Expected, Kind, Label, Labels, Layered, Op, Seq, Source, Timestamp, Urn,
};
use loggia_policy::Action;

use crate::clock::now;
use crate::ports::{Conflict, Stored, Written};
use crate::{Catalog, CatalogError, DirectoryEntry, Permits, Result};

/// Characters of a description.
const LONGEST_TEXT: usize = 100_000;
const LONGEST_NAME: usize = 200;

/// One field of an asset, in the words of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AssetEdit {
    /// Empty takes the person's word away, and the source's shows again.
    Name(String),
    Description(String),
    Unit(String),
    /// Names or addresses, separated by commas.
    Owners(String),
    Tags(String),
    /// Names of terms, separated by commas.
    Terms(String),
    Project(String),
    /// People and groups, separated by commas; the two that follow alike.
    Responsible(String),
    Consulted(String),
    Informed(String),
}

/// One field of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnEdit {
    Name(String),
    Description(String),
    Tags(String),
    Terms(String),
}

impl Catalog {
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
        let Body::Asset(layers) = stored.body.as_ref() else { return Err(CatalogError::no(urn)) };
        let mut layers = layers.clone();
        let at = now();
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
                let unit = self.known(&permits, field, Kind::DomainUnit, &text)?;
                let unit = self.or_hidden(&permits, unit, layers.view().unit.as_ref());
                say(&mut layers, field, actor, at, |facts| facts.unit = unit);
            }
            AssetEdit::Owners(text) => {
                let mut owners = self.all_known(&permits, field, Kind::Person, &text)?;
                owners.extend(self.hidden_of(&permits, layers.view().owners.iter().flatten()));
                say(&mut layers, field, actor, at, |facts| {
                    facts.owners = (!owners.is_empty()).then_some(owners)
                });
            }
            AssetEdit::Project(text) => {
                let project = self.known(&permits, field, Kind::Project, &text)?;
                let project = self.or_hidden(&permits, project, layers.view().project.as_ref());
                say(&mut layers, field, actor, at, |facts| facts.project = project);
            }
            AssetEdit::Responsible(text) => {
                let before = layers.view().responsible.clone().unwrap_or_default();
                let who = self.people_and_groups(&permits, field, &text, &before)?;
                say(&mut layers, field, actor, at, |facts| {
                    facts.responsible = (!who.is_empty()).then_some(who)
                });
            }
            AssetEdit::Consulted(text) => {
                let before = layers.view().consulted.clone().unwrap_or_default();
                let who = self.people_and_groups(&permits, field, &text, &before)?;
                say(&mut layers, field, actor, at, |facts| {
                    facts.consulted = (!who.is_empty()).then_some(who)
                });
            }
            AssetEdit::Informed(text) => {
                let before = layers.view().informed.clone().unwrap_or_default();
                let who = self.people_and_groups(&permits, field, &text, &before)?;
                say(&mut layers, field, actor, at, |facts| facts.informed = (!who.is_empty()).then_some(who));
            }
            AssetEdit::Tags(text) => {
                let tags = Labels::to_show(&tags(field, &text)?, &layers.below_person().tags.put);
                say(&mut layers, field, actor, at, |facts| facts.tags = tags);
            }
            AssetEdit::Terms(text) => {
                let mut wanted: BTreeSet<Urn> =
                    self.all_known(&permits, field, Kind::Term, &text)?.into_iter().collect();
                wanted.extend(self.hidden_of(&permits, layers.view().terms.put.iter()));
                let terms = Labels::to_show(&wanted, &layers.below_person().terms.put);
                say(&mut layers, field, actor, at, |facts| facts.terms = terms);
            }
        }
        let reason = format!("edited {field}");
        let based_on = self.beside_others(&stored, &[field], based_on).await?;
        self.save(actor, &permits, &stored, Body::Asset(layers), based_on, reason).await
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
                    self.all_known(&permits, word, Kind::Term, &text)?.into_iter().collect();
                let own = shown.columns.get(path).into_iter().flat_map(|column| &column.terms.put);
                wanted.extend(self.hidden_of(&permits, own));
                let terms = Labels::to_show(&wanted, &below.terms.put);
                say(&|column| column.terms.clone_from(&terms));
            }
        }
        let reason = format!("edited {word} of column {path}");
        let based_on = self.beside_others(&stored, &["columns", path.as_str(), word], based_on).await?;
        self.save(actor, &permits, &stored, Body::Asset(layers), based_on, reason).await
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
        if body == *stored.body {
            return Ok(stored.seq);
        }
        self.check_change(permits, &stored.urn, Some(&stored.body), Some(&body)).await?;
        // The body was made of what is stored, and what is stored was checked: only that may be replaced.
        if based_on.is_some_and(|seen| seen != stored.revision) {
            return Err(self.somebody_was_faster(stored).await?);
        }
        let expected = Expected::Revision(stored.revision);
        let written =
            self.store.append(actor, vec![Change::put(stored.urn.clone(), expected, body, reason)]).await?;
        Ok(last(&written))
    }

    /// The revision that there is, where the field shows what it showed in the one that was seen: what others have
    /// changed beside it meanwhile stays, and is nobody's conflict.
    async fn beside_others(
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

    async fn somebody_was_faster(&self, stored: &Stored) -> Result<CatalogError> {
        let newest = self.store.history(&stored.urn, None, 1).await?.pop();
        let newest = newest.ok_or_else(|| CatalogError::no(&stored.urn))?;
        Ok(CatalogError::Conflict(Box::new(Conflict {
            urn: stored.urn.clone(),
            revision: newest.revision,
            by: newest.actor,
            at: newest.at,
        })))
    }

    /// The entity that a person names: by name, synonym or URN. Empty is nobody.
    pub(crate) fn known(
        &self,
        permits: &Permits,
        field: &str,
        kind: Kind,
        name: &str,
    ) -> Result<Option<Urn>> {
        self.known_among(permits, field, &[kind], name)
    }

    /// The same, of any of these kinds. Of those who can have rights, a name must mean one alone: others choose what
    /// they are called.
    pub(crate) fn known_among(
        &self,
        permits: &Permits,
        field: &str,
        kinds: &[Kind],
        name: &str,
    ) -> Result<Option<Urn>> {
        let name = name.trim();
        if name.is_empty() {
            return Ok(None);
        }
        let is_there = |urn: &Urn| kinds.contains(&urn.kind()) && self.directory.entry(urn).is_some();
        let mut found = match name.parse::<Urn>().ok().filter(is_there) {
            Some(urn) => vec![urn],
            None => self.directory.all_named(kinds, name),
        };
        found.retain(|urn| self.may_know(permits, urn));
        let acts = |urn: &Urn| matches!(urn.kind(), Kind::Person | Kind::Group | Kind::Service);
        if found.len() > 1 && found.iter().all(acts) {
            let message = format!("means more than one, '{name}': write the URN of the one you mean");
            return Err(CatalogError::invalid(field, message));
        }
        let none = || CatalogError::invalid(field, format!("there is no {} called '{name}'", any_of(kinds)));
        found.into_iter().next().map(Some).ok_or_else(none)
    }

    /// By which a form tells an entity from all others: its name, or where that means several, its URN.
    pub(crate) fn telling_name(&self, entry: &DirectoryEntry) -> String {
        let kinds = [Kind::Person, Kind::Group, Kind::Service];
        let is_shared =
            kinds.contains(&entry.urn.kind()) && self.directory.all_named(&kinds, &entry.name).len() > 1;
        if is_shared { entry.urn.to_string() } else { entry.name.clone() }
    }

    /// Those that whoever fills in a form cannot see there, and so does not mean to take away.
    pub(crate) fn hidden_of<'u>(&self, permits: &Permits, urns: impl Iterator<Item = &'u Urn>) -> Vec<Urn> {
        urns.filter(|urn| !self.may_know(permits, urn)).cloned().collect()
    }

    /// As [`Catalog::hidden_of`], for a field with one value.
    pub(crate) fn or_hidden(
        &self,
        permits: &Permits,
        given: Option<Urn>,
        before: Option<&Urn>,
    ) -> Option<Urn> {
        given.or_else(|| before.filter(|urn| !self.may_know(permits, urn)).cloned())
    }

    /// People and groups by name, and of those from before whoever fills in the form cannot see there.
    pub(crate) fn people_and_groups(
        &self,
        permits: &Permits,
        field: &str,
        names: &str,
        before: &[Urn],
    ) -> Result<Vec<Urn>> {
        let mut urns: Vec<Urn> = Vec::new();
        for name in list(names) {
            let found = self.known_among(permits, field, &[Kind::Person, Kind::Group], name)?;
            urns.extend(found.filter(|found| !urns.contains(found)));
        }
        urns.extend(self.hidden_of(permits, before.iter()));
        Ok(urns)
    }

    pub(crate) fn all_known(
        &self,
        permits: &Permits,
        field: &str,
        kind: Kind,
        names: &str,
    ) -> Result<Vec<Urn>> {
        let mut urns = Vec::new();
        for name in list(names) {
            if let Some(urn) = self.known(permits, field, kind, name)?.filter(|urn| !urns.contains(urn)) {
                urns.push(urn);
            }
        }
        Ok(urns)
    }
}

/// `person, group or service`.
fn any_of(kinds: &[Kind]) -> String {
    let titles: Vec<String> =
        kinds.iter().map(|kind| crate::find::kind_title(kind.as_str()).to_lowercase()).collect();
    match titles.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => "entity".to_owned(),
    }
}

impl AssetEdit {
    /// Labels may be taken away one and all; of the other fields, a person can only take back the own word.
    fn is_empty(&self) -> bool {
        match self {
            Self::Name(text)
            | Self::Description(text)
            | Self::Unit(text)
            | Self::Owners(text)
            | Self::Project(text)
            | Self::Responsible(text)
            | Self::Consulted(text)
            | Self::Informed(text) => text.trim().is_empty(),
            Self::Tags(_) | Self::Terms(_) => false,
        }
    }

    pub fn field(&self) -> &'static str {
        match self {
            Self::Name(_) => "name",
            Self::Description(_) => "description",
            Self::Unit(_) => "unit",
            Self::Owners(_) => "owners",
            Self::Tags(_) => "tags",
            Self::Terms(_) => "terms",
            Self::Project(_) => "project",
            Self::Responsible(_) => "responsible",
            Self::Consulted(_) => "consulted",
            Self::Informed(_) => "informed",
        }
    }
}

impl ColumnEdit {
    fn is_empty(&self) -> bool {
        match self {
            Self::Name(text) | Self::Description(text) => text.trim().is_empty(),
            Self::Tags(_) | Self::Terms(_) => false,
        }
    }

    pub fn field(&self) -> &'static str {
        match self {
            Self::Name(_) => "name",
            Self::Description(_) => "description",
            Self::Tags(_) => "tags",
            Self::Terms(_) => "terms",
        }
    }
}

/// Whether what shows is a source's word, and no person has said another.
fn is_a_sources(layers: &Layered<AssetFacts>, field: &str) -> bool {
    let states = |facts: &AssetFacts| match field {
        "name" => facts.name.is_some(),
        "description" => facts.description.is_some(),
        "unit" => facts.unit.is_some(),
        "owners" => facts.owners.is_some(),
        "project" => facts.project.is_some(),
        "responsible" => facts.responsible.is_some(),
        "consulted" => facts.consulted.is_some(),
        "informed" => facts.informed.is_some(),
        _ => false,
    };
    layers.source_of(states).is_some_and(|(source, _)| *source != Source::person())
}

fn is_a_sources_of_column(layers: &Layered<AssetFacts>, path: &ColumnPath, field: &str) -> bool {
    let states = |facts: &AssetFacts| {
        facts.columns.get(path).is_some_and(|column| match field {
            "name" => column.name.is_some(),
            "description" => column.description.is_some(),
            _ => false,
        })
    };
    layers.source_of(states).is_some_and(|(source, _)| *source != Source::person())
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
