//! From what a form says to what a person's layer says.

use std::collections::BTreeSet;
use std::str::FromStr;

use loggia_model::facts::ProductFacts;
use loggia_model::{Actor, Body, Facts, Filter, Kind, Labels, Layered, ParseError, Urn};
use loggia_policy::Action;

use super::Draft;
use crate::attributes::Attributes;
use crate::clock::now;
use crate::edit::{list, long_text, short_text, tags};
use crate::error::Wrong;
use crate::policies::policy_text;
use crate::project_profiles::Start;
use crate::raci::Raci;
use crate::{Catalog, CatalogError, Permits, Result};

impl Catalog {
    /// Says everything that the form says; all that is wrong with it is told at once. `urn` is the entity, or
    /// `None` for one that is only being made.
    pub(super) async fn fill(
        &self,
        actor: &Actor,
        permits: &Permits,
        urn: Option<&Urn>,
        body: &mut Body,
        draft: &Draft,
    ) -> Result<()> {
        let mut wrong = Wrong::default();
        let name = wrong.unless(short_text("name", &draft.name))?;
        let description = wrong.unless(long_text("description", &draft.description))?;
        let before = Attributes::of(body);
        let owners = wrong.unless(self.people(permits, &draft.owners, &before.owners))?;
        match body {
            Body::Term(layers) => {
                let glossary =
                    wrong.unless(self.known(permits, "glossary", Kind::Glossary, &draft.glossary))?;
                let broader = wrong.unless(self.above(permits, Kind::Term, urn, &draft.parent))?;
                let mut related =
                    wrong.unless(self.all_known(permits, "related", Kind::Term, &draft.related))?;
                let status = wrong.unless(word("status", &draft.status))?;
                wrong.settled()?;
                let shown = layers.view();
                let glossary = self.or_hidden(permits, glossary, shown.glossary.as_ref());
                let broader = self.or_hidden(permits, broader, shown.broader.as_ref());
                related.extend(self.hidden_of(permits, shown.related.put.iter()));
                let below = layers.below_person();
                say(layers, actor, "name", &below.name, name, |facts, word| facts.name = word);
                say(layers, actor, "definition", &below.definition, description, |facts, word| {
                    facts.definition = word
                });
                say(layers, actor, "glossary", &below.glossary, glossary, |facts, word| {
                    facts.glossary = word
                });
                say(layers, actor, "broader", &below.broader, broader, |facts, word| facts.broader = word);
                say(layers, actor, "status", &below.status, status, |facts, word| facts.status = word);
                say(layers, actor, "owners", &below.owners, owners, |facts, word| facts.owners = word);
                let synonyms = draft.synonyms.split([',', '\n']).map(|word| word.trim().to_owned());
                let synonyms = synonyms.filter(|word| !word.is_empty()).collect();
                let synonyms = Labels::to_show(&synonyms, &below.synonyms.put);
                layers.say("synonyms", &actor.key, now(), |facts| facts.synonyms = synonyms);
                let related = Labels::to_show(&related.into_iter().collect(), &below.related.put);
                layers.say("related", &actor.key, now(), |facts| facts.related = related);
            }
            Body::DomainUnit(layers) => {
                let parent = wrong.unless(self.above(permits, Kind::DomainUnit, urn, &draft.parent))?;
                let before_raci = Raci::of_unit(&layers.view());
                let raci = wrong.unless(self.raci_of(permits, draft, &before_raci))?;
                let inherits = wrong.unless(yes_or_no("inherits", &draft.inherits))?;
                wrong.settled()?;
                let parent = self.or_hidden(permits, parent, before.unit.as_ref());
                let below = layers.below_person();
                say(layers, actor, "name", &below.name, name, |facts, word| facts.name = word);
                say(layers, actor, "description", &below.description, description, |facts, word| {
                    facts.description = word
                });
                say(layers, actor, "parent", &below.parent, parent, |facts, word| facts.parent = word);
                if let Some(inherits) = inherits {
                    // A unit of which nobody says anything inherits.
                    let inherits = Some(inherits).filter(|inherits| !*inherits || below.inherits.is_some());
                    say(layers, actor, "inherits", &below.inherits, inherits, |facts, word| {
                        facts.inherits = word
                    });
                }
                say(layers, actor, "owners", &below.owners, owners, |facts, word| facts.owners = word);
                let Raci { responsible, consulted, informed } = raci;
                say(layers, actor, "responsible", &below.responsible, some(responsible), |facts, word| {
                    facts.responsible = word
                });
                say(layers, actor, "consulted", &below.consulted, some(consulted), |facts, word| {
                    facts.consulted = word
                });
                say(layers, actor, "informed", &below.informed, some(informed), |facts, word| {
                    facts.informed = word
                });
            }
            Body::Glossary(layers) => {
                let unit = wrong.unless(self.known(permits, "unit", Kind::DomainUnit, &draft.unit))?;
                wrong.settled()?;
                let unit = self.or_hidden(permits, unit, before.unit.as_ref());
                let below = layers.below_person();
                say(layers, actor, "name", &below.name, name, |facts, word| facts.name = word);
                say(layers, actor, "description", &below.description, description, |facts, word| {
                    facts.description = word
                });
                say(layers, actor, "unit", &below.unit, unit, |facts, word| facts.unit = word);
                say(layers, actor, "owners", &below.owners, owners, |facts, word| facts.owners = word);
            }
            Body::DataProduct(layers) => {
                let unit = wrong.unless(self.known(permits, "unit", Kind::DomainUnit, &draft.unit))?;
                let status = wrong.unless(word("status", &draft.status))?;
                let project = wrong.unless(self.known(permits, "project", Kind::Project, &draft.project))?;
                let before_raci = Raci::of_product(&layers.view());
                let raci = wrong.unless(self.raci_of(permits, draft, &before_raci))?;
                let mut offered = wrong.unless(assets(&draft.assets))?;
                let tags = wrong.unless(tags("tags", &draft.tags))?;
                let mut terms = wrong.unless(self.all_known(permits, "terms", Kind::Term, &draft.terms))?;
                wrong.settled()?;
                let shown = layers.view();
                let unit = self.or_hidden(permits, unit, shown.unit.as_ref());
                let project = self.or_hidden(permits, project, shown.project.as_ref());
                self.can_be_offered(permits, offered.difference(&shown.assets.put)).await?;
                offered.extend(self.hidden(permits, shown.assets.put.iter().cloned().collect()).await?);
                terms.extend(self.hidden_of(permits, shown.terms.put.iter()));
                let below = layers.below_person();
                say(layers, actor, "name", &below.name, name, |facts: &mut ProductFacts, word| {
                    facts.name = word
                });
                say(layers, actor, "description", &below.description, description, |facts, word| {
                    facts.description = word
                });
                say(layers, actor, "unit", &below.unit, unit, |facts, word| facts.unit = word);
                say(layers, actor, "project", &below.project, project, |facts, word| facts.project = word);
                say(layers, actor, "owners", &below.owners, owners, |facts, word| facts.owners = word);
                let Raci { responsible, consulted, informed } = raci;
                say(layers, actor, "responsible", &below.responsible, some(responsible), |facts, word| {
                    facts.responsible = word
                });
                say(layers, actor, "consulted", &below.consulted, some(consulted), |facts, word| {
                    facts.consulted = word
                });
                say(layers, actor, "informed", &below.informed, some(informed), |facts, word| {
                    facts.informed = word
                });
                say(layers, actor, "status", &below.status, status, |facts, word| facts.status = word);
                let offered = Labels::to_show(&offered, &below.assets.put);
                layers.say("assets", &actor.key, now(), |facts| facts.assets = offered);
                let tags = Labels::to_show(&tags, &below.tags.put);
                layers.say("tags", &actor.key, now(), |facts| facts.tags = tags);
                let terms = Labels::to_show(&terms.into_iter().collect(), &below.terms.put);
                layers.say("terms", &actor.key, now(), |facts| facts.terms = terms);
            }
            Body::Project(layers) => {
                let unit = wrong.unless(self.known(permits, "unit", Kind::DomainUnit, &draft.unit))?;
                let goal = wrong.unless(long_text("goal", &draft.goal))?;
                let master_data = wrong.unless(yes_or_no("master_data", &draft.master_data))?;
                let start = match urn {
                    None => wrong.unless(self.start_of(actor, &draft.profile))?,
                    Some(_) => Start::default(),
                };
                wrong.settled()?;
                let unit = self.or_hidden(permits, unit, before.unit.as_ref());
                let goal = goal.or(start.goal);
                let master_data = master_data.or(start.is_master_data.then_some(true));
                let below = layers.below_person();
                say(layers, actor, "name", &below.name, name, |facts, word| facts.name = word);
                say(layers, actor, "description", &below.description, description, |facts, word| {
                    facts.description = word
                });
                say(layers, actor, "goal", &below.goal, goal, |facts, word| facts.goal = word);
                say(layers, actor, "unit", &below.unit, unit, |facts, word| facts.unit = word);
                say(layers, actor, "owners", &below.owners, owners, |facts, word| facts.owners = word);
                if let Some(is_master_data) = master_data {
                    let word = Some(is_master_data).filter(|is| *is || below.master_data.is_some());
                    say(layers, actor, "master_data", &below.master_data, word, |facts, word| {
                        facts.master_data = word
                    });
                }
                if let Some(profile) = start.profile {
                    layers.say("profile", &actor.key, now(), |facts| facts.profile = Some(profile));
                }
                if !start.members.is_empty() {
                    layers.say("members", &actor.key, now(), |facts| facts.members = Some(start.members));
                }
            }
            Body::Group(layers) => {
                let members = wrong.unless(self.members_of_a_group(permits, urn, &draft.members))?;
                wrong.settled()?;
                let hidden = self.hidden_of(permits, layers.view().members.iter().flatten());
                let members = Some(members.into_iter().flatten().chain(hidden).collect::<Vec<_>>());
                // Nobody is a word too, where a file says who.
                let states = layers.below_person().members.is_some_and(|members| !members.is_empty());
                let members = members.filter(|members| !members.is_empty() || states);
                let below = layers.below_person();
                say(layers, actor, "name", &below.name, name, |facts, word| facts.name = word);
                say(layers, actor, "description", &below.description, description, |facts, word| {
                    facts.description = word
                });
                say(layers, actor, "members", &below.members, members, |facts, word| facts.members = word);
            }
            Body::Policy(layers) => {
                let text = wrong.unless(policy_text(&draft.text).map(Some))?;
                wrong.settled()?;
                let paused = (draft.status == "paused").then_some(true);
                let below = layers.below_person();
                say(layers, actor, "name", &below.name, name, |facts, word| facts.name = word);
                say(layers, actor, "description", &below.description, description, |facts, word| {
                    facts.description = word
                });
                say(layers, actor, "text", &below.text, text, |facts, word| facts.text = word);
                let paused = paused.or_else(|| below.paused.map(|_| false));
                say(layers, actor, "paused", &below.paused, paused, |facts, word| facts.paused = word);
            }
            Body::Service(layers) => {
                wrong.settled()?;
                let below = layers.below_person();
                say(layers, actor, "name", &below.name, name, |facts, word| facts.name = word);
                say(layers, actor, "description", &below.description, description, |facts, word| {
                    facts.description = word
                });
                say(layers, actor, "owners", &below.owners, owners, |facts, word| facts.owners = word);
            }
            Body::Organisation(layers) => {
                wrong.settled()?;
                let below = layers.below_person();
                say(layers, actor, "name", &below.name, name, |facts, word| facts.name = word);
                say(layers, actor, "description", &below.description, description, |facts, word| {
                    facts.description = word
                });
            }
            Body::Asset(_) | Body::Person(_) | Body::Rule(_) | Body::MetadataForm(_) | Body::Post(_) => {
                return Err(CatalogError::Refused(format!("a {} is not edited by this form", body.kind())));
            }
        }
        Ok(())
    }

    fn people(&self, permits: &Permits, names: &str, before: &[Urn]) -> Result<Option<Vec<Urn>>> {
        let mut people = self.all_known(permits, "owners", Kind::Person, names)?;
        people.extend(self.hidden_of(permits, before.iter()));
        Ok((!people.is_empty()).then_some(people))
    }

    fn raci_of(&self, permits: &Permits, draft: &Draft, before: &Raci) -> Result<Raci> {
        let mut wrong = Wrong::default();
        let raci = Raci {
            responsible: wrong.unless(self.people_and_groups(
                permits,
                "responsible",
                &draft.responsible,
                &before.responsible,
            ))?,
            consulted: wrong.unless(self.people_and_groups(
                permits,
                "consulted",
                &draft.consulted,
                &before.consulted,
            ))?,
            informed: wrong.unless(self.people_and_groups(
                permits,
                "informed",
                &draft.informed,
                &before.informed,
            ))?,
        };
        wrong.settled()?;
        Ok(raci)
    }

    /// What is offered anew, whoever offers it must see: a list that leaves out what is hidden would tell of it.
    async fn can_be_offered(&self, permits: &Permits, anew: impl Iterator<Item = &Urn>) -> Result<()> {
        let allowed = permits.filter(Action::Discover);
        if *allowed == Filter::Everything {
            return Ok(());
        }
        let anew: Vec<Urn> = anew.map(|urn| self.directory.asset(urn)).collect();
        let seen = self.index.cards(&anew, allowed).await?;
        match anew.iter().find(|urn| !seen.iter().any(|card| card.urn == **urn)) {
            None => Ok(()),
            Some(urn) => Err(CatalogError::invalid("assets", format!("there is no {urn} that you can see"))),
        }
    }

    /// People, groups and services, but not the group itself.
    fn members_of_a_group(
        &self,
        permits: &Permits,
        group: Option<&Urn>,
        names: &str,
    ) -> Result<Option<Vec<Urn>>> {
        let mut members = Vec::new();
        for name in list(names) {
            let kinds = [Kind::Person, Kind::Group, Kind::Service];
            let found = self.known_among(permits, "members", &kinds, name)?;
            if found.as_ref() == group {
                return Err(CatalogError::invalid("members", "a group cannot be in itself"));
            }
            members.extend(found.filter(|found| !members.contains(found)));
        }
        Ok((!members.is_empty()).then_some(members))
    }

    /// What stands above a unit or term; never the thing itself or what is below it.
    fn above(&self, permits: &Permits, kind: Kind, urn: Option<&Urn>, name: &str) -> Result<Option<Urn>> {
        let parent = self.known(permits, "parent", kind, name)?;
        if let (Some(parent), Some(urn)) = (&parent, urn)
            && self.directory.path(parent).iter().any(|entry| entry.urn == *urn)
        {
            return Err(CatalogError::invalid("parent", format!("'{name}' is this one, or stands below it")));
        }
        Ok(parent)
    }
}

fn some(urns: Vec<Urn>) -> Option<Vec<Urn>> {
    (!urns.is_empty()).then_some(urns)
}

/// Of a choice; what a form does not have says nothing.
fn yes_or_no(field: &str, text: &str) -> Result<Option<bool>> {
    match text.trim() {
        "" => Ok(None),
        "yes" => Ok(Some(true)),
        "no" => Ok(Some(false)),
        other => Err(CatalogError::invalid(field, format!("is '{other}', and can be yes or no"))),
    }
}

/// The URN of one asset a line.
fn assets(text: &str) -> Result<BTreeSet<Urn>> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.map(|line| line.parse().map_err(|error| wrong_word("assets", &error))).collect()
}

/// What was typed as one word, day or number of the model; nothing where nothing was.
pub(crate) fn word<T: FromStr<Err = ParseError>>(field: &str, text: &str) -> Result<Option<T>> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|error| wrong_word(field, &error))
}

fn wrong_word(field: &str, error: &ParseError) -> CatalogError {
    CatalogError::invalid(field, error.to_string())
}

/// A form shows what the sources say; sending it back unchanged must not make it the person's own word.
fn say<F: Facts, T: PartialEq + Clone>(
    layers: &mut Layered<F>,
    actor: &Actor,
    field: &str,
    below: &Option<T>,
    wanted: Option<T>,
    set: impl FnOnce(&mut F, Option<T>),
) {
    let own = if wanted == *below { None } else { wanted };
    layers.say(field, &actor.key, now(), |facts| set(facts, own));
}
