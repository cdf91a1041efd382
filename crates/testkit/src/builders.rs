//! Entities in the words of a test: each says only what matters there.

use std::fmt::Display;
use std::str::FromStr;
use std::sync::Arc;

use loggia_model::facts::{
    AssetFacts, GlossaryFacts, GroupFacts, MetadataFormFacts, OrganisationFacts, PersonFacts, PolicyFacts,
    PostFacts, ProductFacts, ProjectFacts, RuleFacts, ServiceFacts, TermFacts, UnitFacts,
};
use loggia_model::{
    Body, Change, DatasetName, Expected, Facts, Kind, Layer, Layered, Source, Timestamp, Urn,
};

/// An entity as one source states it; `test:kit` where the test does not say which.
#[derive(Debug, Clone)]
pub struct Entity<F> {
    pub urn: Urn,
    pub facts: F,
    source: Source,
}

/// A table of the database that most tests speak of.
pub fn asset(name: &str) -> Entity<AssetFacts> {
    Entity::of(Urn::asset(&sound(DatasetName::new("postgres://db.guarani:5432", name))))
}

pub fn unit(slug: &str) -> Entity<UnitFacts> {
    Entity::named_by(Kind::DomainUnit, slug)
}

pub fn glossary(slug: &str) -> Entity<GlossaryFacts> {
    Entity::named_by(Kind::Glossary, slug)
}

/// `GLOSSARY/TERM`; it belongs to that glossary.
pub fn term(slug: &str) -> Entity<TermFacts> {
    let mut term = Entity::<TermFacts>::named_by(Kind::Term, slug);
    term.facts.glossary = slug.split_once('/').map(|(own, _)| glossary(own).urn);
    term
}

pub fn product(slug: &str) -> Entity<ProductFacts> {
    Entity::named_by(Kind::DataProduct, slug)
}

pub fn project(slug: &str) -> Entity<ProjectFacts> {
    Entity::named_by(Kind::Project, slug)
}

pub fn person(slug: &str) -> Entity<PersonFacts> {
    Entity::named_by(Kind::Person, slug)
}

pub fn group(slug: &str) -> Entity<GroupFacts> {
    Entity::named_by(Kind::Group, slug)
}

pub fn service(slug: &str) -> Entity<ServiceFacts> {
    Entity::named_by(Kind::Service, slug)
}

pub fn metadata_form(slug: &str) -> Entity<MetadataFormFacts> {
    Entity::named_by(Kind::MetadataForm, slug)
}

/// One in Cedar's language.
pub fn policy(slug: &str, text: &str) -> Entity<PolicyFacts> {
    let mut policy = Entity::<PolicyFacts>::named_by(Kind::Policy, slug);
    policy.facts.text = Some(text.to_owned());
    policy
}

pub fn organisation() -> Entity<OrganisationFacts> {
    Entity::of(Urn::organisation())
}

/// Facts that have a body of their own kind.
pub trait Told: Facts {
    fn told(layers: Layered<Self>) -> Body;
}

macro_rules! told {
    ($($facts:ty => $body:ident),+ $(,)?) => {
        $(impl Told for $facts {
            fn told(layers: Layered<Self>) -> Body {
                Body::$body(layers)
            }
        })+
    };
}

told!(AssetFacts => Asset, UnitFacts => DomainUnit, GlossaryFacts => Glossary, TermFacts => Term,
    ProductFacts => DataProduct, PersonFacts => Person, GroupFacts => Group, OrganisationFacts => Organisation,
    ServiceFacts => Service, PolicyFacts => Policy, ProjectFacts => Project, RuleFacts => Rule,
    MetadataFormFacts => MetadataForm,
    PostFacts => Post);

impl<F: Told> Entity<F> {
    fn of(urn: Urn) -> Self {
        Self { urn, facts: F::default(), source: parsed("test:kit") }
    }

    fn named_by(kind: Kind, slug: &str) -> Self {
        Self::of(parsed(&format!("urn:loggia:{kind}:{slug}")))
    }

    #[must_use]
    pub fn stated_by(self, source: &str) -> Self {
        Self { source: parsed(source), ..self }
    }

    pub fn body(&self) -> Body {
        F::told(Layered::with(self.source.clone(), self.layer()))
    }

    /// With what `other` says, as its source's own layer.
    pub fn body_with(&self, other: &Self) -> Body {
        let mut layers = Layered::with(self.source.clone(), self.layer());
        layers.set(other.source.clone(), other.layer());
        F::told(layers)
    }

    /// Whatever is there.
    pub fn put(&self) -> Change {
        Change::put(self.urn.clone(), Expected::Any, self.body(), "for the test")
    }

    /// Where nothing is.
    pub fn put_new(&self) -> Change {
        Change { expected: Expected::Absent, ..self.put() }
    }

    pub fn put_over(&self, revision: u64) -> Change {
        Change { expected: Expected::Revision(revision), ..self.put() }
    }

    pub fn remove(&self) -> Change {
        Change::remove(self.urn.clone(), Expected::Any, "no longer needed")
    }

    fn layer(&self) -> Layer<F> {
        Layer {
            at: Timestamp::from_micros(1_772_366_400_000_000),
            by: parsed("nightly"),
            missing_since: None,
            facts: Arc::new(self.facts.clone()),
            said: Default::default(),
        }
    }
}

/// What a test writes down is meant: where it is nonsense, the test ends there.
#[track_caller]
pub(crate) fn parsed<T>(text: &str) -> T
where
    T: FromStr<Err: Display>,
{
    sound(text.parse())
}

#[track_caller]
#[expect(clippy::panic, reason = "a test that builds something impossible must end on its own line")]
fn sound<T, E: Display>(made: Result<T, E>) -> T {
    match made {
        Ok(value) => value,
        Err(error) => panic!("the test itself is wrong: {error}"),
    }
}
