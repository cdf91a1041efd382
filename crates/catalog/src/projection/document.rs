//! What the index is told of an entity.

use std::collections::BTreeSet;

use loggia_model::facts::{
    AssetFacts, CheckStatus, FieldType, FormValues, Listing, ProductStatus, TermStatus,
};
use loggia_model::{Body, Kind, Timestamp, Trait, Urn};

use crate::attributes::Attributes;
use crate::directory::Directory;
use crate::markdown;
use crate::metadata_forms::{facet_value, facet_word};
use crate::ports::{Card, Facet, IndexDocument, Relation, plain_name};
use crate::raci::Raci;

/// How much plain text of a description a result can show.
const SUMMARY: usize = 600;

pub fn of(directory: &Directory, urn: &Urn, body: &Body, at: Timestamp) -> IndexDocument {
    let published = as_published(body);
    let shown = published.as_ref().unwrap_or(body);
    let mut document = Draft::new(directory, urn, shown, at);
    match shown {
        Body::Asset(layers) => document.asset(&layers.view()),
        Body::DomainUnit(layers) => {
            let facts = layers.shown();
            document.describe(facts.description.as_deref());
            document.people(facts.owners.unwrap_or_default());
            document.place(Relation::Below, facts.parent.as_ref());
            document.card.deprecated = facts.deprecated == Some(true);
        }
        Body::Project(layers) => {
            let facts = layers.shown();
            document.describe(facts.description.as_deref());
            document.describe(facts.goal.as_deref());
            document.forms(&facts.forms);
            document.people(facts.owners.unwrap_or_default());
            document.place(Relation::Within, facts.unit.as_ref());
            document.card.deprecated = facts.deprecated == Some(true);
        }
        Body::Glossary(layers) => {
            let facts = layers.shown();
            document.describe(facts.description.as_deref());
            document.people(facts.owners.unwrap_or_default());
            document.place(Relation::Within, facts.unit.as_ref());
        }
        Body::Term(layers) => {
            let facts = layers.shown();
            document.describe(facts.definition.as_deref());
            document.people(facts.owners.unwrap_or_default());
            document.names.extend(facts.synonyms.put.iter().cloned());
            document.text.extend(facts.synonyms.put);
            document.card.deprecated = facts.status == Some(TermStatus::Deprecated);
        }
        Body::DataProduct(layers) => {
            let facts = layers.shown();
            document.describe(facts.description.as_deref());
            document.people(facts.owners.unwrap_or_default());
            document.stand(facts.unit.as_ref(), facts.project.as_ref());
            document.terms(facts.terms.put.iter());
            document.tags = facts.tags.put.iter().map(ToString::to_string).collect();
            let offered = facts.assets.put.iter().map(|asset| (Relation::Offers, directory.asset(asset)));
            document.relations.extend(offered);
            document.card.deprecated =
                matches!(facts.status, Some(ProductStatus::Deprecated | ProductStatus::Retired));
        }
        Body::Person(layers) => {
            let facts = layers.shown();
            document.text.extend(facts.title.clone());
            document.card.summary = facts.title.unwrap_or_default();
            document.place(Relation::Within, facts.unit.as_ref());
        }
        Body::Group(layers) => document.describe(layers.view().description.as_deref()),
        Body::Service(layers) => {
            let facts = layers.shown();
            document.describe(facts.description.as_deref());
            document.people(facts.owners.unwrap_or_default());
        }
        // Posts are not found by search.
        Body::Post(_) => {}
        Body::Rule(layers) => {
            let facts = layers.view();
            document.describe(facts.description.as_deref());
            document.place(Relation::Within, facts.unit.as_ref());
            document.card.deprecated = facts.paused == Some(true);
        }
        Body::MetadataForm(layers) => {
            let facts = layers.view();
            document.describe(facts.description.as_deref());
            document.text.extend(facts.fields().map(|(_, field)| field.label.clone()));
            document.place(Relation::Within, facts.unit.as_ref());
            document.card.deprecated = facts.is_paused();
        }
        Body::Policy(layers) => document.describe(layers.view().description.as_deref()),
        Body::Organisation(layers) => document.describe(layers.view().description.as_deref()),
    }
    document.responsible(Raci::of(body));
    if let Body::Asset(layers) = body {
        document.card.deprecated = layers.listing().is_some_and(Listing::is_ending);
    }
    let mut traits = directory.resource(urn, &Attributes::of(body)).traits();
    traits.extend(published.is_some().then_some(Trait::Published));
    document.done(traits)
}

/// What is found of an asset is what others see.
fn as_published(body: &Body) -> Option<Body> {
    match body {
        Body::Asset(layers) => layers.as_published().map(Body::Asset),
        _ => None,
    }
}

struct Draft<'a> {
    directory: &'a Directory,
    card: Card,
    text: Vec<String>,
    names: Vec<String>,
    domains: BTreeSet<String>,
    tags: BTreeSet<String>,
    terms: BTreeSet<Urn>,
    /// As [`Facet::Form`] has them.
    filled: BTreeSet<String>,
    relations: Vec<(Relation, Urn)>,
    columns: Vec<String>,
}

impl<'a> Draft<'a> {
    fn new(directory: &'a Directory, urn: &Urn, body: &Body, at: Timestamp) -> Self {
        let name = body.name(urn);
        let dataset = urn.dataset();
        let technical = dataset.as_ref().map(|dataset| dataset.name().to_owned()).unwrap_or_default();
        let mut names = vec![name.clone()];
        names.extend(dataset.as_ref().map(|dataset| dataset.short().to_owned()));
        names.extend(dataset.is_some().then(|| technical.clone()));
        names.dedup();
        let card = Card {
            urn: urn.clone(),
            kind: urn.kind(),
            name,
            technical,
            also: Vec::new(),
            sort: urn.kind().as_str().to_owned(),
            platform: None,
            summary: String::new(),
            unit: None,
            owners: Vec::new(),
            raci: Raci::default(),
            changed_at: at,
            data_changed_at: None,
            missing_since: body.missing_since(),
            deprecated: false,
            inventory: false,
            columns: Vec::new(),
            checks: None,
            certified: None,
        };
        let text = names.clone();
        Self {
            directory,
            card,
            text,
            names,
            domains: BTreeSet::new(),
            tags: BTreeSet::new(),
            terms: BTreeSet::new(),
            filled: BTreeSet::new(),
            relations: Vec::new(),
            columns: Vec::new(),
        }
    }

    fn asset(&mut self, facts: &AssetFacts) {
        self.card.sort = facts.asset_type.map_or("table", |kind| kind.as_str()).to_owned();
        self.card.platform.clone_from(&facts.platform);
        self.card.data_changed_at = facts.data_changed_at;
        self.describe(facts.description.as_deref());
        self.people(facts.owners.clone().unwrap_or_default());
        self.stand(facts.unit.as_ref(), facts.project.as_ref());
        self.terms(facts.terms.put.iter());
        self.tags.extend(facts.tags.put.iter().map(ToString::to_string));
        self.forms(&facts.forms);
        self.relations
            .extend(facts.upstream.put.iter().map(|up| (Relation::Upstream, self.directory.asset(up))));
        for (path, column) in &facts.columns {
            self.text.push(path.as_str().to_owned());
            self.text.extend(column.name.clone());
            self.text.extend(column.description.clone());
            self.terms(column.terms.put.iter());
            self.forms(&column.forms);
            self.tags.extend(column.tags.put.iter().map(ToString::to_string));
            self.card.columns.push(path.as_str().to_owned());
            if path.depth() == 0 {
                self.columns.push(plain_name(&path.name()));
            }
        }
        self.text.extend(facts.platform.clone());
        self.text.extend(facts.documents.iter().flatten().map(|document| document.title.clone()));
        if !facts.checks.is_empty() {
            let failed = facts
                .checks
                .iter()
                .filter(|check| matches!(check.status, CheckStatus::Fail | CheckStatus::Error));
            let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
            self.card.checks = Some((count(failed.count()), count(facts.checks.len())));
        }
    }

    fn describe(&mut self, markdown: Option<&str>) {
        let Some(markdown) = markdown else { return };
        let plain = markdown::plain(markdown);
        self.card.summary = plain.chars().take(SUMMARY).collect();
        self.text.push(plain);
    }

    fn people(&mut self, mut owners: Vec<Urn>) {
        // A source may name somebody twice, who owns it once all the same.
        let mut known = BTreeSet::new();
        owners.retain(|owner| known.insert(owner.clone()));
        self.relations.extend(owners.iter().map(|owner| (Relation::Owner, owner.clone())));
        self.card.owners = owners;
    }

    /// What has no unit of its own stands where its project is.
    fn stand(&mut self, unit: Option<&Urn>, project: Option<&Urn>) {
        let of_the_project = project.and_then(|project| self.directory.unit_of(project));
        self.place(Relation::Within, unit.or(of_the_project.as_ref()));
        self.relations.extend(project.map(|project| (Relation::InProject, project.clone())));
    }

    fn responsible(&mut self, raci: Raci) {
        let said = [
            (Relation::Responsible, &raci.responsible),
            (Relation::Consulted, &raci.consulted),
            (Relation::Informed, &raci.informed),
        ];
        let said =
            said.into_iter().flat_map(|(relation, who)| who.iter().map(move |who| (relation, who.clone())));
        self.relations.extend(said);
        self.card.raci = raci;
    }

    fn place(&mut self, relation: Relation, unit: Option<&Urn>) {
        let Some(unit) = unit else { return };
        let shown = self.directory.resolve(unit);
        self.domains.extend(self.directory.path(&shown).into_iter().map(|unit| unit.urn.rest().to_owned()));
        if self.domains.is_empty() {
            self.domains.insert(shown.rest().to_owned());
        }
        if shown != *unit {
            self.relations.push((relation, unit.clone()));
        }
        self.relations.push((relation, shown.clone()));
        self.card.unit = Some(shown);
    }

    fn terms<'t>(&mut self, terms: impl Iterator<Item = &'t Urn>) {
        for term in terms {
            let shown = self.directory.resolve(term);
            for term in [term, &shown] {
                let relation = (Relation::Carries, term.clone());
                if !self.relations.contains(&relation) {
                    self.relations.push(relation);
                }
            }
            self.terms.insert(shown);
        }
    }

    /// What is filled into forms that still ask for it.
    fn forms(&mut self, values: &FormValues) {
        for (form, key, value) in values.all() {
            self.fills(form);
            let Some(facts) = self.directory.form(form) else { continue };
            let Some(field) = facts.field(key).filter(|field| field.admits(value)) else { continue };
            let entity = value.entity().filter(|_| field.narrows());
            let shown = entity.as_ref().map(|entity| self.directory.resolve(entity));
            match (field.field_type, &shown) {
                (FieldType::Term, Some(shown)) => {
                    entity.iter().chain([shown]).for_each(|term| self.fills(term));
                    self.text.push(self.directory.name(shown));
                }
                // People are found by what they are called now.
                (FieldType::Person, _) => {}
                _ => self.text.push(value.to_string()),
            }
            if field.narrows() {
                let word = shown
                    .as_ref()
                    .map_or_else(|| facet_word(field.field_type, value), |shown| shown.rest().to_owned());
                self.filled.insert(facet_value(form, key, &word));
            }
        }
    }

    fn fills(&mut self, urn: &Urn) {
        let relation = (Relation::Fills, urn.clone());
        if !self.relations.contains(&relation) {
            self.relations.push(relation);
        }
    }

    fn done(mut self, traits: BTreeSet<Trait>) -> IndexDocument {
        for merged in self.directory.merged_into(&self.card.urn) {
            let names: Vec<String> = merged.synonyms.into_iter().chain([merged.name]).collect();
            self.text.extend(names.iter().cloned());
            self.names.extend(names);
        }
        // Of an asset, the technical name is another, and stands on every card.
        if self.card.kind != Kind::Asset {
            self.card.also = self.names.iter().filter(|name| **name != self.card.name).cloned().collect();
        }
        for term in &self.terms {
            if let Some(entry) = self.directory.entry(term) {
                self.text.push(entry.name);
                self.text.extend(entry.synonyms);
            }
        }
        if let Some(unit) = self.card.unit.as_ref().filter(|_| self.card.kind != Kind::Person) {
            self.text.push(self.directory.name(unit));
        }
        self.text.extend(self.tags.iter().cloned());
        let rest =
            |urns: &mut dyn Iterator<Item = &Urn>| urns.map(|urn| urn.rest().to_owned()).collect::<Vec<_>>();
        let facets = vec![
            (Facet::Domain, self.domains.into_iter().collect()),
            (Facet::Kind, vec![self.card.sort.clone()]),
            (Facet::Platform, self.card.platform.iter().cloned().collect()),
            (Facet::Owner, rest(&mut self.card.owners.iter())),
            (Facet::Tag, self.tags.into_iter().collect()),
            (Facet::Term, rest(&mut self.terms.iter())),
            (Facet::Form, self.filled.into_iter().collect()),
        ];
        self.card.inventory = traits.contains(&Trait::Inventory);
        IndexDocument {
            card: self.card,
            text: self.text,
            names: self.names,
            facets,
            relations: self.relations,
            columns: self.columns,
            traits,
        }
    }
}
