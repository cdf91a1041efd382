//! Loggia's own text forms: YAML for people and git, JSON lines for programs.
//!
//! A YAML document is `urn`, `kind`, `facts` (what this file states: the layer of the catalog as code) and,
//! in an export, `layers` (what everybody else states). A JSON line is `urn`, `kind` and the whole `body`.

use std::sync::Arc;

use loggia_model::facts::{
    AssetFacts, GlossaryFacts, GroupFacts, MetadataFormFacts, OrganisationFacts, PersonFacts, PolicyFacts,
    PostFacts, ProductFacts, ProjectFacts, RuleFacts, ServiceFacts, TermFacts, UnitFacts,
};
use loggia_model::{Actor, ActorKey, Body, Facts, Kind, Layer, Layered, Rank, Source, Timestamp, Urn};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::policies::check_policy;
use crate::ports::Stored;

/// An entity as a file states it: layers that take the place of those of the same source.
#[derive(Debug)]
pub struct Document {
    pub urn: Urn,
    pub body: Body,
}

/// What is wrong, and on which line of the file.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct TextError {
    pub line: usize,
    pub message: String,
}

#[derive(Deserialize)]
struct Head {
    urn: Urn,
    kind: Kind,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(bound(serialize = "F: Serialize", deserialize = "F: DeserializeOwned"))]
struct Full<F> {
    urn: Urn,
    kind: Kind,
    #[serde(default = "nothing", skip_serializing_if = "Option::is_none")]
    facts: Option<Arc<F>>,
    #[serde(default = "nothing", skip_serializing_if = "Option::is_none")]
    layers: Option<Layered<F>>,
}

fn nothing<T>() -> Option<T> {
    None
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line<'a> {
    urn: Urn,
    kind: Kind,
    #[serde(borrow)]
    body: &'a RawValue,
}

/// Reads every document of a YAML file. `actor` and `at` stand for what its facts say.
///
/// # Errors
/// The first thing that is wrong, by line.
pub fn read_yaml(text: &str, actor: &Actor, at: Timestamp) -> Result<Vec<Document>, TextError> {
    let mut documents = Vec::new();
    for (first_line, part) in parts(text) {
        let is_blank = part.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'));
        if is_blank {
            continue;
        }
        let head: Head = parse(first_line, part)?;
        if head.kind != head.urn.kind() {
            let message = format!("kind is {}, but the URN says {}", head.kind, head.urn.kind());
            return Err(TextError { line: first_line, message });
        }
        let body = match head.kind {
            Kind::Asset => Body::Asset(layers::<AssetFacts>(first_line, part, &actor.key, at)?),
            Kind::DomainUnit => Body::DomainUnit(layers::<UnitFacts>(first_line, part, &actor.key, at)?),
            Kind::Glossary => Body::Glossary(layers::<GlossaryFacts>(first_line, part, &actor.key, at)?),
            Kind::Term => Body::Term(layers::<TermFacts>(first_line, part, &actor.key, at)?),
            Kind::DataProduct => Body::DataProduct(layers::<ProductFacts>(first_line, part, &actor.key, at)?),
            Kind::Person => Body::Person(layers::<PersonFacts>(first_line, part, &actor.key, at)?),
            Kind::Group => Body::Group(layers::<GroupFacts>(first_line, part, &actor.key, at)?),
            Kind::Service => Body::Service(layers::<ServiceFacts>(first_line, part, &actor.key, at)?),
            Kind::Policy => Body::Policy(layers::<PolicyFacts>(first_line, part, &actor.key, at)?),
            Kind::Project => Body::Project(layers::<ProjectFacts>(first_line, part, &actor.key, at)?),
            Kind::Rule => Body::Rule(layers::<RuleFacts>(first_line, part, &actor.key, at)?),
            Kind::MetadataForm => {
                Body::MetadataForm(layers::<MetadataFormFacts>(first_line, part, &actor.key, at)?)
            }
            Kind::Post => Body::Post(layers::<PostFacts>(first_line, part, &actor.key, at)?),
            Kind::Organisation => {
                Body::Organisation(layers::<OrganisationFacts>(first_line, part, &actor.key, at)?)
            }
        };
        usable(&head.urn, &body).map_err(|message| TextError { line: first_line, message })?;
        documents.push(Document { urn: head.urn, body });
    }
    Ok(documents)
}

/// A policy that cannot be used must not come in: nobody could do anything any more. What is published is said in one
/// layer, and nowhere else.
fn usable(urn: &Urn, body: &Body) -> std::result::Result<(), String> {
    match body {
        Body::Policy(layers) => layers
            .layers()
            .try_for_each(|(_, layer)| check_policy(urn, &layer.facts).map_err(|error| error.to_string())),
        Body::Asset(layers) => layers.layers().try_for_each(|(source, layer)| {
            match (source.rank() == Rank::Listing, &layer.facts.listing) {
                (true, Some(listing)) if listing.releases.is_empty() => {
                    Err("listing has no release: it says of each publication which version it was".to_owned())
                }
                (true, None) => Err("the layer listing does not say what was published".to_owned()),
                (false, Some(_)) => Err(format!(
                    "listing stands in the layer {source}: only that of the name listing has one"
                )),
                _ => Ok(()),
            }
        }),
        Body::Post(layers) => {
            let facts = layers.view();
            if facts.about.as_ref().is_none_or(|about| about.kind() != Kind::Asset) {
                return Err("about is not the URN of an asset".to_owned());
            }
            if facts.kind.is_none() || facts.said.is_none() || facts.status.is_none() {
                return Err("a post says its type, what was said, and its status".to_owned());
            }
            Ok(())
        }
        _ => Ok(()),
    }
}

/// Reads one JSON line.
///
/// # Errors
/// What is wrong with it.
pub fn read_json_line(number: usize, line: &str) -> Result<Document, TextError> {
    let wrong = |message: String| TextError { line: number, message };
    let line: Line<'_> = serde_json::from_str(line).map_err(|error| wrong(error.to_string()))?;
    if line.kind != line.urn.kind() {
        return Err(wrong(format!("kind is {}, but the URN says {}", line.kind, line.urn.kind())));
    }
    let body = Body::parse(line.kind, line.body.get()).map_err(|error| wrong(error.to_string()))?;
    usable(&line.urn, &body).map_err(wrong)?;
    Ok(Document { urn: line.urn, body })
}

/// One YAML document, with `---` before it.
pub fn write_yaml(stored: &Stored) -> String {
    let urn = &stored.urn;
    let yaml = match stored.body.as_ref() {
        Body::Asset(layers) => yaml_of(urn, layers),
        Body::DomainUnit(layers) => yaml_of(urn, layers),
        Body::Glossary(layers) => yaml_of(urn, layers),
        Body::Term(layers) => yaml_of(urn, layers),
        Body::DataProduct(layers) => yaml_of(urn, layers),
        Body::Person(layers) => yaml_of(urn, layers),
        Body::Group(layers) => yaml_of(urn, layers),
        Body::Service(layers) => yaml_of(urn, layers),
        Body::Organisation(layers) => yaml_of(urn, layers),
        Body::Policy(layers) => yaml_of(urn, layers),
        Body::Project(layers) => yaml_of(urn, layers),
        Body::Rule(layers) => yaml_of(urn, layers),
        Body::MetadataForm(layers) => yaml_of(urn, layers),
        Body::Post(layers) => yaml_of(urn, layers),
    };
    format!("---\n{yaml}")
}

/// One JSON line, without its end.
pub fn write_json_line(stored: &Stored) -> String {
    let body = stored.body.to_json();
    let urn = serde_json::Value::from(stored.urn.as_str());
    format!(r#"{{"urn":{urn},"kind":"{}","body":{body}}}"#, stored.urn.kind())
}

fn yaml_of<F: Facts>(urn: &Urn, layers: &Layered<F>) -> String {
    let code = Source::code();
    let mut others = Layered::default();
    for (source, layer) in layers.layers().filter(|(source, _)| **source != code) {
        others.set(source.clone(), layer.clone());
    }
    let full = Full {
        urn: urn.clone(),
        kind: urn.kind(),
        facts: layers.layer(&code).map(|layer| layer.facts.clone()),
        layers: (!others.is_empty()).then_some(others),
    };
    serde_yaml_ng::to_string(&full).unwrap_or_default()
}

fn layers<F: Facts>(
    first_line: usize,
    text: &str,
    by: &ActorKey,
    at: Timestamp,
) -> Result<Layered<F>, TextError> {
    let full: Full<F> = parse(first_line, text)?;
    let mut layers = full.layers.unwrap_or_default();
    if let Some(facts) = full.facts {
        let layer = Layer { at, by: by.clone(), missing_since: None, facts, said: Default::default() };
        layers.set(Source::code(), layer);
    }
    Ok(layers)
}

fn parse<T: DeserializeOwned>(first_line: usize, text: &str) -> Result<T, TextError> {
    serde_yaml_ng::from_str(text).map_err(|error| {
        let within = error.location().map_or(1, |location| location.line());
        let message = error.to_string();
        // The parser counts from the document's beginning; people count from the file's.
        let message = message.split(" at line ").next().unwrap_or(&message).to_owned();
        TextError { line: first_line + within - 1, message }
    })
}

/// The documents of a file, each with the number of its first line.
fn parts(text: &str) -> Vec<(usize, &str)> {
    let mut parts = Vec::new();
    let (mut start, mut first_line, mut at) = (0, 1, 0);
    for (number, line) in (1_usize..).zip(text.split_inclusive('\n')) {
        if line.trim_end() == "---" {
            parts.push((first_line, text.get(start..at).unwrap_or("")));
            start = at + line.len();
            first_line = number + 1;
        }
        at += line.len();
    }
    parts.push((first_line, text.get(start..).unwrap_or("")));
    parts
}

#[cfg(test)]
mod tests {
    use loggia_model::Door;

    use super::*;

    fn read(text: &str) -> Result<Vec<Document>, TextError> {
        read_yaml(text, &Actor::local(Door::CommandLine), Timestamp::EPOCH)
    }

    #[test]
    fn an_unknown_field_is_named_with_its_line_in_the_file() {
        let text = "---\nurn: urn:loggia:term:a/b\nkind: term\nfacts:\n  name: B\n---\nurn: urn:loggia:term:a/c\nkind: term\nfacts:\n  nmae: C\n";
        let error = read(text).unwrap_err();
        assert_eq!(error.line, 10);
        assert!(error.message.contains("unknown field `nmae`") && error.message.contains("name"), "{error}");
    }

    #[test]
    fn what_is_written_is_read_back_alike() {
        let text = "---\nurn: urn:loggia:asset:file;a/b\nkind: asset\nfacts:\n  name: 'Yes: 1'\n  tags:\n  - pii\n  columns:\n    z:\n      type: int\n    a.b: {}\n";
        let document = read(text).unwrap().pop().unwrap();
        let (seq, at) = (loggia_model::Seq(1), Timestamp::EPOCH);
        let stored = Stored { urn: document.urn, revision: 1, seq, at, body: document.body.into() };
        let again = read(&write_yaml(&stored)).unwrap().pop().unwrap();
        assert_eq!(again.body, *stored.body);
        let line = read_json_line(1, &write_json_line(&stored)).unwrap();
        assert_eq!(line.body, *stored.body);
    }

    #[test]
    fn what_is_published_stands_in_a_layer_of_its_own() {
        let head = "urn: urn:loggia:asset:file;a/b\nkind: asset\n";
        let release = "{version: 1.2.0, revision: 1, at: 2026-02-02T09:00:00Z, by: ana}";
        let by_code = format!("{head}facts:\n  listing: {{status: published, releases: [{release}]}}\n");
        assert!(read(&by_code).unwrap_err().message.contains("only that of the name listing has one"));
        let layer = |facts: &str| {
            format!("{head}layers:\n  listing: {{at: 2026-02-02T09:00:00Z, by: ana, facts: {facts}}}\n")
        };
        let empty = layer("{listing: {status: published, releases: []}}");
        assert!(read(&empty).unwrap_err().message.contains("has no release"));
        assert!(read(&layer("{}")).unwrap_err().message.contains("does not say what was published"));
        let known = layer(&format!("{{listing: {{status: deprecated, releases: [{release}]}}}}"));
        let Body::Asset(layers) = read(&known).unwrap().remove(0).body else { unreachable!() };
        assert_eq!(layers.listing().unwrap().version().to_string(), "1.2.0");
    }

    #[test]
    fn the_kind_must_be_the_urns() {
        let error = read("urn: urn:loggia:term:a/b\nkind: asset\n").unwrap_err();
        assert_eq!(error.to_string(), "line 1: kind is asset, but the URN says term");
    }
}
