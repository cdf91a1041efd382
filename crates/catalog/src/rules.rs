//! Enforcement rules: what must be there before something is published, by unit, project and type.
//!
//! A rule is a document like others. Saving one changes nothing that is published; before it is saved it is told which
//! listings would now lack something, and that has to be confirmed.

use std::sync::Arc;

use loggia_model::facts::{AssetFacts, FormTarget, RuleFacts};
use loggia_model::{Actor, Body, Filter, Kind, Layered, Seq, Timestamp, Trait, Urn};
use loggia_policy::Action;

use crate::access::changing;
use crate::checklist::{Asked, answer, asked_by};
use crate::clock::now;
use crate::edit::{long_text, short_text};
use crate::error::Wrong;
use crate::organise::{name_and_slug, word};
use crate::ports::{Card, Choice, Facet, Query, Sort};
use crate::{Catalog, CatalogError, DirectoryEntry, Permits, Result};

/// Listings that are looked at for what a rule would say of them.
pub const LOOKED_AT: u32 = 20_000;
/// Of these, named on a page.
pub const NAMED: usize = 20;
const BATCH: usize = 500;

/// A form about a rule: numbers and days as they were typed, and empty for what it does not ask.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuleDraft {
    pub name: String,
    pub description: String,
    pub unit: String,
    pub project: String,
    /// `table`, `view`; empty for all.
    pub asset_type: String,
    /// `yes`; so are the others that are no numbers.
    pub owner: String,
    pub description_length: String,
    pub described_columns: String,
    pub terms: String,
    pub glossary: String,
    /// The name of a metadata form.
    pub form: String,
    pub fresh_days: String,
    pub checks_pass: String,
    pub contract: String,
    pub enforced_from: String,
    /// `paused`, or anything else.
    pub status: String,
    /// `yes`: it is to be saved although published listings lack what it asks for.
    pub confirmed: String,
}

pub struct RuleView {
    pub urn: Urn,
    pub name: String,
    pub revision: u64,
    pub facts: Arc<RuleFacts>,
    pub asked: Vec<Asked>,
    pub unit: Option<DirectoryEntry>,
    pub project: Option<DirectoryEntry>,
    /// `None` where the rule names none, or one that is gone.
    pub glossary: Option<DirectoryEntry>,
    /// The same, of the metadata form.
    pub form: Option<DirectoryEntry>,
    pub failing: Failing,
    pub may_change: bool,
}

/// Published listings that lack what a rule asks for.
#[derive(Debug, Default)]
pub struct Failing {
    pub count: u64,
    pub looked_at: u64,
    /// The first of those that the actor may know of.
    pub named: Vec<Card>,
    /// There were more than are looked at.
    pub is_part: bool,
}

pub struct RuleLine {
    pub rule: DirectoryEntry,
    pub facts: Arc<RuleFacts>,
    pub unit: Option<DirectoryEntry>,
    pub project: Option<DirectoryEntry>,
    pub asked: Vec<Asked>,
}

impl Catalog {
    /// Those that the actor may know of, by name.
    ///
    /// # Errors
    /// Where nobody can tell what the actor may know.
    pub async fn rules(&self, actor: &Actor) -> Result<Vec<RuleLine>> {
        self.caught_up(actor).await;
        let permits = self.permits(actor).await?;
        let mut rules = self.directory.rules();
        rules.retain(|(urn, _)| self.may_know(&permits, urn));
        let line = |(urn, facts): (Urn, Arc<RuleFacts>)| RuleLine {
            rule: self.directory.entry_or_name(&urn),
            unit: facts.unit.as_ref().and_then(|unit| self.named(&permits, unit)),
            project: facts.project.as_ref().and_then(|project| self.named(&permits, project)),
            asked: asked_by(&facts),
            facts,
        };
        let mut lines: Vec<RuleLine> = rules.into_iter().map(line).collect();
        lines.sort_by_cached_key(|line| line.rule.name.to_lowercase());
        Ok(lines)
    }

    /// # Errors
    /// `NotFound` where there is none.
    pub async fn rule(&self, actor: &Actor, urn: &Urn) -> Result<RuleView> {
        self.caught_up(actor).await;
        let permits = self.permits(actor).await?;
        let stored = self.head_by(&permits, Action::Read, urn).await?;
        let Body::Rule(layers) = stored.body.as_ref() else { return Err(CatalogError::no(urn)) };
        let facts = layers.view();
        let is_there = |urn: &&Urn| self.directory.entry(urn).is_some();
        Ok(RuleView {
            urn: urn.clone(),
            name: stored.body.name(urn),
            revision: stored.revision,
            asked: asked_by(&facts),
            unit: facts.unit.as_ref().and_then(|unit| self.named(&permits, unit)),
            project: facts.project.as_ref().and_then(|project| self.named(&permits, project)),
            glossary: facts
                .glossary
                .as_ref()
                .filter(is_there)
                .and_then(|glossary| self.named(&permits, glossary)),
            form: facts.form.as_ref().filter(is_there).and_then(|form| self.named(&permits, form)),
            failing: self.failing(&permits, &facts, permits.filter(Action::Discover)).await?,
            may_change: permits.may(changing(Kind::Rule), &self.resource(urn, &stored.body).await?),
            facts,
        })
    }

    /// What the form of a rule is filled with, and the revision that it is based on.
    ///
    /// # Errors
    /// `NotFound` where there is none.
    pub async fn rule_draft(&self, actor: &Actor, urn: &Urn) -> Result<(RuleDraft, u64)> {
        let permits = self.permits(actor).await?;
        let stored = self.head_by(&permits, Action::Read, urn).await?;
        let Body::Rule(layers) = stored.body.as_ref() else { return Err(CatalogError::no(urn)) };
        let facts = layers.view();
        let name = |urn: &Option<Urn>| {
            let known = urn.as_ref().and_then(|urn| self.named(&permits, urn));
            known.map(|entry| self.telling_name(&entry)).unwrap_or_default()
        };
        let number = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
        let yes = |is: Option<bool>| if is == Some(true) { "yes".to_owned() } else { String::new() };
        let draft = RuleDraft {
            name: stored.body.name(urn),
            description: facts.description.clone().unwrap_or_default(),
            unit: name(&facts.unit),
            project: name(&facts.project),
            asset_type: facts.asset_type.map(|kind| kind.as_str().to_owned()).unwrap_or_default(),
            owner: yes(facts.owner),
            description_length: number(facts.description_length),
            described_columns: number(facts.described_columns),
            terms: number(facts.terms),
            glossary: name(&facts.glossary),
            form: name(&facts.form),
            fresh_days: number(facts.fresh_days),
            checks_pass: yes(facts.checks_pass),
            contract: yes(facts.contract),
            enforced_from: facts
                .enforced_from
                .filter(|from| *from > Timestamp::EPOCH)
                .map(Timestamp::date)
                .unwrap_or_default(),
            status: if facts.paused == Some(true) { "paused".to_owned() } else { "active".to_owned() },
            confirmed: String::new(),
        };
        Ok((draft, stored.revision))
    }

    /// Makes a rule where `urn` is `None`, and changes that one otherwise.
    ///
    /// # Errors
    /// `Invalid` names the fields; that of `confirmed` says which listings lack what it would ask for.
    pub async fn save_rule(
        &self,
        actor: &Actor,
        urn: Option<&Urn>,
        draft: &RuleDraft,
        based_on: Option<u64>,
    ) -> Result<(Urn, Seq)> {
        let known = match urn {
            Some(urn) => Some(self.to_change(actor, urn).await?),
            None => None,
        };
        let permits = self.permits(actor).await?;
        let before = known.as_ref().map(|(_, stored)| stored.body.as_ref());
        let mut layers = match before {
            Some(Body::Rule(layers)) => layers.clone(),
            Some(_) => return Err(CatalogError::Refused("it is no rule".into())),
            None => Layered::default(),
        };
        let facts = self.rule_facts(&permits, &layers, draft)?;
        let (shown, own) = (layers.view(), own_words(facts.clone(), &layers.below_person()));
        layers.say("rule", &actor.key, now(), |facts| *facts = own);
        let body = Body::Rule(layers);
        let place = match &known {
            Some((_, stored)) => stored.urn.clone(),
            None => Urn::of(Kind::Rule, &name_and_slug(&draft.name)?.1),
        };
        // Whoever may not make it is told nothing of what it would find.
        self.check_change(&permits, &place, before, Some(&body)).await?;
        self.check_published(&permits, &shown, &facts, draft).await?;
        let seq = match &known {
            Some((permits, stored)) => {
                self.save(actor, permits, stored, body, based_on, "edited".to_owned()).await?
            }
            None => self.make(actor, &place, body).await?,
        };
        Ok((place, seq))
    }

    /// All that a form says; all that is wrong with it is told at once.
    fn rule_facts(
        &self,
        permits: &Permits,
        layers: &Layered<RuleFacts>,
        draft: &RuleDraft,
    ) -> Result<RuleFacts> {
        let shown = layers.view();
        let mut wrong = Wrong::default();
        let name =
            wrong.unless(name_and_slug(&draft.name).and_then(|(name, _)| short_text("name", &name)))?;
        let unit = wrong.unless(self.known(permits, "unit", Kind::DomainUnit, &draft.unit))?;
        let project = wrong.unless(self.known(permits, "project", Kind::Project, &draft.project))?;
        let glossary = wrong.unless(self.known(permits, "glossary", Kind::Glossary, &draft.glossary))?;
        let form = wrong.unless(self.known(permits, "form", Kind::MetadataForm, &draft.form))?;
        let is_for_others =
            |form: &Urn| self.directory.form(form).is_some_and(|facts| !facts.is_for(FormTarget::Asset));
        if form.as_ref().is_some_and(is_for_others) {
            let message =
                "asks about columns or projects: a rule is for assets, and asks for what is asked of them";
            wrong.unless::<()>(Err(CatalogError::invalid("form", message)))?;
        }
        let facts = RuleFacts {
            name,
            description: wrong.unless(long_text("description", &draft.description))?,
            unit: self.or_hidden(permits, unit, shown.unit.as_ref()),
            project: self.or_hidden(permits, project, shown.project.as_ref()),
            asset_type: wrong.unless(word("asset_type", &draft.asset_type))?,
            owner: yes(&draft.owner),
            description_length: wrong.unless(number(
                "description_length",
                &draft.description_length,
                10_000,
            ))?,
            described_columns: wrong.unless(number("described_columns", &draft.described_columns, 100))?,
            terms: wrong.unless(number("terms", &draft.terms, 100))?,
            glossary: self.or_hidden(permits, glossary, shown.glossary.as_ref()),
            form: self.or_hidden(permits, form, shown.form.as_ref()),
            fresh_days: wrong.unless(number("fresh_days", &draft.fresh_days, 3_650))?,
            checks_pass: yes(&draft.checks_pass),
            contract: yes(&draft.contract),
            enforced_from: wrong.unless(word("enforced_from", &draft.enforced_from))?,
            paused: (draft.status == "paused").then_some(true),
        };
        if facts.glossary.is_some() && facts.terms.is_none_or(|terms| terms == 0) {
            wrong.unless::<()>(Err(CatalogError::invalid(
                "terms",
                "is empty: say how many terms of that glossary it asks for",
            )))?;
        }
        wrong.settled()?;
        if asked_by(&facts).is_empty() {
            return Err(CatalogError::invalid(
                "owner",
                "and all others are empty: a rule asks for one thing at least",
            ));
        }
        Ok(facts)
    }

    /// Whoever saves a rule by which published listings lack something, has been told which.
    async fn check_published(
        &self,
        permits: &Permits,
        before: &RuleFacts,
        after: &RuleFacts,
        draft: &RuleDraft,
    ) -> Result<()> {
        if draft.confirmed == "yes" || after.paused == Some(true) {
            return Ok(());
        }
        // What it asked before, it may ask again.
        let asks_the_same = asked_by(before) == asked_by(after)
            && (&before.unit, &before.project, before.asset_type)
                == (&after.unit, &after.project, after.asset_type)
            && before.paused == after.paused
            && before.enforced_from == after.enforced_from;
        if asks_the_same {
            return Ok(());
        }
        let failing = self.failing(permits, after, &Filter::Everything).await?;
        if failing.count == 0 {
            return Ok(());
        }
        let named: Vec<&str> = failing.named.iter().take(5).map(|card| card.name.as_str()).collect();
        let named = if named.is_empty() { String::new() } else { format!(", such as {}", named.join(", ")) };
        let later = after.enforced_from.filter(|from| *from > now());
        let from = later.map(|from| format!(", from {} on,", from.date())).unwrap_or_default();
        Err(CatalogError::invalid(
            "confirmed",
            format!(
                "{} of {} published listings lack what it asks for{named}: they stay published, and{from} cannot be \
                 published again before they have it",
                failing.count, failing.looked_at
            ),
        ))
    }

    /// The published listings that a rule speaks of, and that lack what it asks for; of those that a filter lets through.
    async fn failing(&self, permits: &Permits, rule: &RuleFacts, among: &Filter) -> Result<Failing> {
        let asked = asked_by(rule);
        let within = |urn: &Urn| Filter::Has(Trait::In(urn.clone()));
        let filter = Filter::all(
            [Filter::Has(Trait::Kind(Kind::Asset)), Filter::Has(Trait::Published), among.clone()]
                .into_iter()
                .chain(rule.project.as_ref().map(within)),
        );
        let (urns, all) = self.assets_that(filter, rule.unit.as_ref(), LOOKED_AT).await?;
        let mut failing = Failing { is_part: all > u64::from(LOOKED_AT), ..Failing::default() };
        let mut lacking = Vec::new();
        for some in urns.chunks(BATCH) {
            for stored in self.store.read(some).await?.into_iter().flatten() {
                let Body::Asset(layers) = stored.body.as_ref() else { continue };
                let facts = self.with_aliases(&stored.urn, layers.clone()).await?.view();
                let above = self.units_of(&facts);
                if self.is_spoken_of(rule, &facts, &above) {
                    failing.looked_at += 1;
                    let lacks = |asked: &Asked| {
                        !self.is_void(asked, &above) && !answer(&self.directory, asked, &facts).0
                    };
                    if asked.iter().any(lacks) {
                        failing.count += 1;
                        lacking.push(stored.urn);
                    }
                }
            }
        }
        for some in lacking.chunks(NAMED) {
            if failing.named.len() < NAMED {
                failing.named.extend(self.cards(permits, some).await?);
            }
        }
        failing.named.truncate(NAMED);
        Ok(failing)
    }

    fn units_of(&self, facts: &AssetFacts) -> Vec<Urn> {
        let unit = self.directory.standing(facts.unit.as_ref(), facts.project.as_ref());
        unit.map(|unit| self.directory.and_above(&unit)).unwrap_or_default()
    }

    fn is_spoken_of(&self, rule: &RuleFacts, facts: &AssetFacts, above: &[Urn]) -> bool {
        // Of a rule that is paused, it is asked what it would say.
        self.speaks_of(&RuleFacts { paused: None, ..rule.clone() }, facts, above)
    }

    /// The assets that a filter lets through, of a unit and all below it or of all, by name; and how many there are.
    async fn assets_that(&self, allowed: Filter, unit: Option<&Urn>, most: u32) -> Result<(Vec<Urn>, u64)> {
        let of = |unit: &Urn| Choice {
            facet: Facet::Domain,
            values: vec![self.directory.resolve(unit).rest().to_owned()],
        };
        let query = Query {
            text: String::new(),
            choices: unit.map(of).into_iter().collect(),
            sort: Sort::Name,
            offset: 0,
            limit: most,
            values: 0,
            now: now(),
            allowed,
        };
        let found = self.index.search(query).await?;
        Ok((found.hits.into_iter().map(|hit| hit.card.urn).collect(), found.total))
    }
}

/// A form that is sent back as it was must not make a file's words the person's own; and what a file asks for, a person
/// can say is not asked for.
fn own_words(wanted: RuleFacts, below: &RuleFacts) -> RuleFacts {
    fn own<T: PartialEq + Clone>(wanted: Option<T>, below: &Option<T>, nothing: Option<T>) -> Option<T> {
        match (&wanted, below) {
            _ if wanted == *below => None,
            (None, Some(_)) => nothing,
            _ => wanted,
        }
    }
    RuleFacts {
        name: own(wanted.name, &below.name, None),
        description: own(wanted.description, &below.description, None),
        unit: own(wanted.unit, &below.unit, None),
        project: own(wanted.project, &below.project, None),
        asset_type: own(wanted.asset_type, &below.asset_type, None),
        owner: own(wanted.owner, &below.owner, Some(false)),
        description_length: own(wanted.description_length, &below.description_length, Some(0)),
        described_columns: own(wanted.described_columns, &below.described_columns, Some(0)),
        terms: own(wanted.terms, &below.terms, Some(0)),
        glossary: own(wanted.glossary, &below.glossary, None),
        form: own(wanted.form, &below.form, None),
        fresh_days: own(wanted.fresh_days, &below.fresh_days, Some(0)),
        checks_pass: own(wanted.checks_pass, &below.checks_pass, Some(false)),
        contract: own(wanted.contract, &below.contract, Some(false)),
        enforced_from: own(wanted.enforced_from, &below.enforced_from, Some(Timestamp::EPOCH)),
        paused: own(wanted.paused, &below.paused, Some(false)),
    }
}

fn yes(text: &str) -> Option<bool> {
    (text.trim() == "yes").then_some(true)
}

fn number(field: &str, text: &str, most: u32) -> Result<Option<u32>> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let number = text.parse::<u32>().ok().filter(|number| *number <= most);
    number
        .map(|number| Some(number).filter(|number| *number > 0))
        .ok_or_else(|| CatalogError::invalid(field, format!("'{text}' is not a number from 0 to {most}")))
}
