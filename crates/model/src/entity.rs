//! The body of an entity: what is said of it, by kind.

use serde::Serialize;

use crate::facts::{
    AssetFacts, GlossaryFacts, GroupFacts, MetadataFormFacts, OrganisationFacts, PersonFacts, PolicyFacts,
    PostFacts, PostKind, ProductFacts, ProjectFacts, RuleFacts, ServiceFacts, TermFacts, UnitFacts,
};
use crate::{Kind, Layered, Source, Timestamp, Urn};

#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Body {
    Asset(Layered<AssetFacts>),
    DomainUnit(Layered<UnitFacts>),
    Glossary(Layered<GlossaryFacts>),
    Term(Layered<TermFacts>),
    DataProduct(Layered<ProductFacts>),
    Person(Layered<PersonFacts>),
    Group(Layered<GroupFacts>),
    Service(Layered<ServiceFacts>),
    Organisation(Layered<OrganisationFacts>),
    Policy(Layered<PolicyFacts>),
    Project(Layered<ProjectFacts>),
    Rule(Layered<RuleFacts>),
    MetadataForm(Layered<MetadataFormFacts>),
    Post(Layered<PostFacts>),
}

/// Why a text is not the body of an entity; line and column count from 1.
#[derive(Debug, thiserror::Error)]
#[error("the body of a {kind} is not as it should be: {cause}")]
pub struct BodyError {
    kind: Kind,
    cause: serde_json::Error,
}

/// Does the same with the layers of every kind of body.
macro_rules! each {
    ($body:expr, $layers:ident => $do:expr) => {
        match $body {
            Body::Asset($layers) => $do,
            Body::DomainUnit($layers) => $do,
            Body::Glossary($layers) => $do,
            Body::Term($layers) => $do,
            Body::DataProduct($layers) => $do,
            Body::Person($layers) => $do,
            Body::Group($layers) => $do,
            Body::Service($layers) => $do,
            Body::Organisation($layers) => $do,
            Body::Policy($layers) => $do,
            Body::Project($layers) => $do,
            Body::Rule($layers) => $do,
            Body::MetadataForm($layers) => $do,
            Body::Post($layers) => $do,
        }
    };
}

impl Body {
    pub fn kind(&self) -> Kind {
        match self {
            Self::Asset(_) => Kind::Asset,
            Self::DomainUnit(_) => Kind::DomainUnit,
            Self::Glossary(_) => Kind::Glossary,
            Self::Term(_) => Kind::Term,
            Self::DataProduct(_) => Kind::DataProduct,
            Self::Person(_) => Kind::Person,
            Self::Group(_) => Kind::Group,
            Self::Service(_) => Kind::Service,
            Self::Organisation(_) => Kind::Organisation,
            Self::Policy(_) => Kind::Policy,
            Self::Project(_) => Kind::Project,
            Self::Rule(_) => Kind::Rule,
            Self::MetadataForm(_) => Kind::MetadataForm,
            Self::Post(_) => Kind::Post,
        }
    }

    /// # Errors
    /// Where the text is not JSON, or not a body of this kind; an unknown field is one.
    pub fn parse(kind: Kind, json: &str) -> Result<Self, BodyError> {
        let body = match kind {
            Kind::Asset => serde_json::from_str(json).map(Self::Asset),
            Kind::DomainUnit => serde_json::from_str(json).map(Self::DomainUnit),
            Kind::Glossary => serde_json::from_str(json).map(Self::Glossary),
            Kind::Term => serde_json::from_str(json).map(Self::Term),
            Kind::DataProduct => serde_json::from_str(json).map(Self::DataProduct),
            Kind::Person => serde_json::from_str(json).map(Self::Person),
            Kind::Group => serde_json::from_str(json).map(Self::Group),
            Kind::Service => serde_json::from_str(json).map(Self::Service),
            Kind::Organisation => serde_json::from_str(json).map(Self::Organisation),
            Kind::Policy => serde_json::from_str(json).map(Self::Policy),
            Kind::Project => serde_json::from_str(json).map(Self::Project),
            Kind::Rule => serde_json::from_str(json).map(Self::Rule),
            Kind::MetadataForm => serde_json::from_str(json).map(Self::MetadataForm),
            Kind::Post => serde_json::from_str(json).map(Self::Post),
        };
        body.map_err(|cause| BodyError { kind, cause })
    }

    pub fn to_json(&self) -> String {
        // Maps with text keys, texts, numbers and lists cannot fail to become JSON.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// What shows of it, as JSON.
    pub fn shown(&self) -> serde_json::Value {
        each!(self, layers => serde_json::to_value(layers.shown()).unwrap_or_default())
    }

    pub fn sources(&self) -> Vec<&Source> {
        each!(self, layers => layers.layers().map(|(source, _)| source).collect())
    }

    /// Takes the layers of `other` as [`Layered::take`] does. Bodies of two kinds cannot be laid over each
    /// other: `false`, and nothing is done.
    #[must_use]
    pub fn take(&mut self, other: Self) -> bool {
        match (self, other) {
            (Self::Asset(own), Self::Asset(new)) => own.take(new),
            (Self::DomainUnit(own), Self::DomainUnit(new)) => own.take(new),
            (Self::Glossary(own), Self::Glossary(new)) => own.take(new),
            (Self::Term(own), Self::Term(new)) => own.take(new),
            (Self::DataProduct(own), Self::DataProduct(new)) => own.take(new),
            (Self::Person(own), Self::Person(new)) => own.take(new),
            (Self::Group(own), Self::Group(new)) => own.take(new),
            (Self::Service(own), Self::Service(new)) => own.take(new),
            (Self::Organisation(own), Self::Organisation(new)) => own.take(new),
            (Self::Policy(own), Self::Policy(new)) => own.take(new),
            (Self::Project(own), Self::Project(new)) => own.take(new),
            (Self::Rule(own), Self::Rule(new)) => own.take(new),
            (Self::MetadataForm(own), Self::MetadataForm(new)) => own.take(new),
            (Self::Post(own), Self::Post(new)) => own.take(new),
            _ => return false,
        }
        true
    }

    pub fn missing_since(&self) -> Option<Timestamp> {
        each!(self, layers => layers.missing_since())
    }

    /// The name that shows; where nobody gave one, what the URN says.
    pub fn name(&self, urn: &Urn) -> String {
        let given = match self {
            Self::Asset(layers) => layers.said(|facts| facts.name.as_ref()),
            Self::DomainUnit(layers) => layers.said(|facts| facts.name.as_ref()),
            Self::Glossary(layers) => layers.said(|facts| facts.name.as_ref()),
            Self::Term(layers) => layers.said(|facts| facts.name.as_ref()),
            Self::DataProduct(layers) => layers.said(|facts| facts.name.as_ref()),
            Self::Person(layers) => layers.said(|facts| facts.name.as_ref()),
            Self::Group(layers) => layers.said(|facts| facts.name.as_ref()),
            Self::Service(layers) => layers.said(|facts| facts.name.as_ref()),
            Self::Organisation(layers) => layers.said(|facts| facts.name.as_ref()),
            Self::Policy(layers) => layers.said(|facts| facts.name.as_ref()),
            Self::Project(layers) => layers.said(|facts| facts.name.as_ref()),
            Self::Rule(layers) => layers.said(|facts| facts.name.as_ref()),
            Self::MetadataForm(layers) => layers.said(|facts| facts.name.as_ref()),
            Self::Post(layers) => return post_name(&layers.view()),
        };
        given.cloned().unwrap_or_else(|| {
            urn.dataset().map_or_else(|| urn.rest().to_owned(), |name| name.short().to_owned())
        })
    }

    /// The name that others know: of an asset, the one that was published.
    pub fn name_for_others(&self, urn: &Urn) -> String {
        match self {
            Self::Asset(layers) => Self::Asset(layers.for_others()).name(urn),
            other => other.name(urn),
        }
    }

    /// The other asset that this one is only another name of.
    pub fn alias_of(&self) -> Option<Urn> {
        match self {
            Self::Asset(layers) => layers.said(|facts| facts.alias_of.as_ref()).cloned(),
            _ => None,
        }
    }
}

/// `Question about accounts`.
fn post_name(facts: &PostFacts) -> String {
    let kind = facts.kind.unwrap_or(PostKind::Comment).title();
    let about = facts.about.as_ref().map_or_else(String::new, |urn| {
        let name = urn.dataset().map_or_else(|| urn.rest().to_owned(), |name| name.short().to_owned());
        format!(" about {name}")
    });
    format!("{kind}{about}")
}
