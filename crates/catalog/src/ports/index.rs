//! The search index: a projection of the log that answers what a table scan cannot.

use std::collections::BTreeSet;
use std::str::FromStr;

use async_trait::async_trait;
use loggia_model::facts::CertificationLevel;
use loggia_model::{Filter, Kind, Seq, Timestamp, Trait, Urn};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::raci::Raci;

/// What results can be narrowed by. The names stand in URLs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Facet {
    Domain,
    Kind,
    Platform,
    Owner,
    Tag,
    Term,
    /// What is filled into metadata forms. A value is `FORM/FIELD=WORD`; each field narrows for itself.
    Form,
    Freshness,
}

pub const FACETS: [Facet; 8] = [
    Facet::Domain,
    Facet::Kind,
    Facet::Platform,
    Facet::Owner,
    Facet::Tag,
    Facet::Term,
    Facet::Form,
    Facet::Freshness,
];

impl Facet {
    /// As the URL has it: `/search?domain=…&kind=…`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Domain => "domain",
            Self::Kind => "kind",
            Self::Platform => "platform",
            Self::Owner => "owner",
            Self::Tag => "tag",
            Self::Term => "term",
            Self::Form => "form",
            Self::Freshness => "freshness",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Self::Domain => "Domain",
            Self::Kind => "Kind",
            Self::Platform => "Platform",
            Self::Owner => "Owner",
            Self::Tag => "Tag",
            Self::Term => "Glossary term",
            Self::Form => "Metadata form",
            Self::Freshness => "Freshness",
        }
    }
}

/// How old the data is; the values of [`Facet::Freshness`], youngest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Freshness {
    Day,
    Week,
    Month,
    Year,
    Older,
    Unknown,
}

impl Freshness {
    pub const ALL: [Self; 6] = [Self::Day, Self::Week, Self::Month, Self::Year, Self::Older, Self::Unknown];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Year => "year",
            Self::Older => "older",
            Self::Unknown => "unknown",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Self::Day => "Within a day",
            Self::Week => "Within a week",
            Self::Month => "Within a month",
            Self::Year => "Within a year",
            Self::Older => "Older",
            Self::Unknown => "Not known",
        }
    }
}

/// Where one freshness ends and the next begins, as seen from an instant: what counts a hundred thousand
/// documents compares, and does not divide.
#[derive(Debug, Clone, Copy)]
pub struct Ages {
    /// The oldest instants within a day, a week, a month, a year.
    bounds: [Timestamp; 4],
}

impl Ages {
    pub fn at(now: Timestamp) -> Self {
        Self { bounds: [1, 7, 31, 365].map(|days| now.plus_seconds(-86_400 * days)) }
    }

    pub fn of(&self, changed: Option<Timestamp>) -> Freshness {
        let Some(changed) = changed else { return Freshness::Unknown };
        match self.bounds.iter().filter(|bound| changed < **bound).count() {
            0 => Freshness::Day,
            1 => Freshness::Week,
            2 => Freshness::Month,
            3 => Freshness::Year,
            _ => Freshness::Older,
        }
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sort {
    #[default]
    Relevance,
    Name,
    /// Last changed in the catalog, newest first.
    Changed,
    /// Youngest data first.
    Fresh,
}

impl Sort {
    pub const ALL: [Self; 4] = [Self::Relevance, Self::Name, Self::Changed, Self::Fresh];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Relevance => "relevance",
            Self::Name => "name",
            Self::Changed => "changed",
            Self::Fresh => "fresh",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Self::Relevance => "Best match",
            Self::Name => "Name",
            Self::Changed => "Changed last",
            Self::Fresh => "Freshest data",
        }
    }
}

impl FromStr for Sort {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|sort| sort.as_str() == text)
            .ok_or_else(|| format!("sort '{text}' is not one of relevance, name, changed, fresh"))
    }
}

/// The values that were chosen of one facet: any of them will do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    pub facet: Facet,
    pub values: Vec<String>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// What the person typed; empty finds everything.
    pub text: String,
    /// At most one choice a facet; all of them must hold.
    pub choices: Vec<Choice>,
    pub sort: Sort,
    pub offset: u32,
    pub limit: u32,
    /// How many values of each facet are named; those that were chosen always are.
    pub values: u32,
    /// The instant against which freshness is counted.
    pub now: Timestamp,
    /// What may be found at all: nothing else is shown, named or counted.
    pub allowed: Filter,
}

/// A piece of text, marked where it matches what was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fragment {
    pub text: String,
    pub matched: bool,
}

/// What a list shows of an entity; kept in the index so that a page of results reads nothing else.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Card {
    pub urn: Urn,
    pub kind: Kind,
    /// The name that people read.
    pub name: String,
    /// What the source calls it; for what has no source, empty.
    pub technical: String,
    /// Synonyms, and the names of what has become part of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<String>,
    /// `table`, `dashboard`, `term`: the value of [`Facet::Kind`].
    pub sort: String,
    pub platform: Option<String>,
    /// The first paragraph as plain text.
    pub summary: String,
    pub unit: Option<Urn>,
    pub owners: Vec<Urn>,
    /// What is said of it itself.
    #[serde(default, skip_serializing_if = "Raci::is_empty")]
    pub raci: Raci,
    pub changed_at: Timestamp,
    pub data_changed_at: Option<Timestamp>,
    /// Since when its source no longer has it.
    pub missing_since: Option<Timestamp>,
    /// Deprecated or retired.
    pub deprecated: bool,
    /// It is in a project, and has not been published.
    #[serde(default)]
    pub inventory: bool,
    pub columns: Vec<String>,
    /// Failed and all checks; `None` where it has none.
    pub checks: Option<(u32, u32)>,
    /// How far somebody stands for it, and until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certified: Option<(CertificationLevel, Option<Timestamp>)>,
}

/// How one entity refers to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Relation {
    /// The referring asset is made from the other.
    Upstream,
    /// Carries the term, itself or on a column.
    Carries,
    /// Belongs to the unit, directly.
    Within,
    /// The unit is directly below the other in the tree.
    Below,
    Owner,
    /// The product offers the asset.
    Offers,
    /// Belongs to the project.
    InProject,
    /// The other is said to be responsible for it, to be consulted about it, or to be told of it.
    Responsible,
    Consulted,
    Informed,
    /// The other is a metadata form into which something is filled, or a term that stands in one.
    Fills,
    /// The other has certified it, and that holds.
    CertifiedBy,
}

impl Relation {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Upstream => "upstream",
            Self::Carries => "carries",
            Self::Within => "within",
            Self::Below => "below",
            Self::Owner => "owner",
            Self::Offers => "offers",
            Self::InProject => "project",
            Self::Responsible => "responsible",
            Self::Consulted => "consulted",
            Self::Informed => "informed",
            Self::Fills => "fills",
            Self::CertifiedBy => "certified",
        }
    }
}

/// What the index is given of an entity.
#[derive(Debug, Clone)]
pub struct IndexDocument {
    pub card: Card,
    /// Everything else that it should be found by, best words first.
    pub text: Vec<String>,
    /// Texts that find it by its whole name: names and synonyms.
    pub names: Vec<String>,
    pub facets: Vec<(Facet, Vec<String>)>,
    pub relations: Vec<(Relation, Urn)>,
    /// Its outermost columns, by their [`plain_name`].
    pub columns: Vec<String>,
    /// What a [`Filter`] goes by.
    pub traits: BTreeSet<Trait>,
}

/// A column's name for comparing with those of other tables: `cust_id`, `CustID` and `CUST-ID` are one.
pub fn plain_name(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[derive(Debug, Clone)]
pub struct Hit {
    pub card: Card,
    pub name: Vec<Fragment>,
    pub summary: Vec<Fragment>,
    /// The column that matched, where the name and the summary do not show why this was found.
    pub column: Option<Vec<Fragment>>,
    /// The other name that matched, where nothing else shows why this was found.
    pub also: Option<Vec<Fragment>>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacetCount {
    pub value: String,
    pub count: u64,
}

/// What would be found with each value of a facet chosen in place of those chosen now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacetCounts {
    pub facet: Facet,
    /// Of [`Facet::Form`], `FORM/FIELD`; of every other, empty.
    pub field: String,
    /// Most first and then by value; freshness from the youngest on.
    pub values: Vec<FacetCount>,
    /// How many more values there are, each with fewer.
    pub others: u64,
}

#[derive(Debug, Clone)]
pub struct Found {
    pub total: u64,
    pub hits: Vec<Hit>,
    /// In the order of [`FACETS`]; of metadata forms one for each field, by its name.
    pub facets: Vec<FacetCounts>,
    /// Nothing matched all that was asked, so these match some of it.
    pub loosened: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// What the filter lets through.
    pub all: u64,
    /// Of that, what has any of the traits; in the order of the question.
    pub each: Vec<u64>,
}

#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    #[error("the search index cannot be used: {0}; 'loggia index --rebuild' makes it anew")]
    Unusable(String),
    #[error(
        "the disk is full: the search index could not be written; free some space, it then goes on by itself"
    )]
    DiskFull,
}

/// What is not allowed is neither shown nor counted, by any of these.
#[async_trait]
pub trait Index: Send + Sync + 'static {
    async fn search(&self, query: Query) -> Result<Found, IndexError>;

    /// Those that refer to the entity, by name, and how many there are in all.
    async fn referring(
        &self,
        relation: Relation,
        to: &Urn,
        offset: u32,
        limit: u32,
        allowed: &Filter,
    ) -> Result<(Vec<Card>, u64), IndexError>;

    /// The cards of these entities; those that the index does not have are left out.
    async fn cards(&self, urns: &[Urn], allowed: &Filter) -> Result<Vec<Card>, IndexError>;

    /// Those that have any of these columns, by their [`plain_name`]; first those that have more of them, where
    /// a column that few have counts more than one that many have.
    async fn having(&self, columns: &[String], limit: u32, allowed: &Filter) -> Result<Vec<Urn>, IndexError>;

    /// How many documents there are of each value of a facet.
    async fn counts(&self, facet: Facet, allowed: &Filter) -> Result<Vec<FacetCount>, IndexError>;

    /// How much of what the filter lets through has any of some traits, for each such set of traits.
    async fn tally(&self, among: &Filter, each: Vec<BTreeSet<Trait>>) -> Result<Tally, IndexError>;

    /// Takes documents of URNs that it does not have. They show after [`Index::commit`].
    async fn add(&self, documents: Vec<IndexDocument>) -> Result<(), IndexError>;

    /// Takes documents in the place of those of the same URN. They show after [`Index::commit`].
    async fn put(&self, documents: Vec<IndexDocument>) -> Result<(), IndexError>;

    async fn remove(&self, urns: Vec<Urn>) -> Result<(), IndexError>;

    /// Makes everything put and removed visible and durable, and remembers that the log is applied so far.
    async fn commit(&self, applied: Seq) -> Result<(), IndexError>;

    /// Empties it, as of the next [`Index::commit`].
    async fn clear(&self) -> Result<(), IndexError>;

    /// Drops whatever was added, put, removed or cleared since the last commit, and is ready for more: also
    /// after an error, such as that of a full disk.
    async fn rollback(&self);

    /// The last sequence applied; changes wake whoever waits on it.
    fn applied(&self) -> watch::Receiver<Seq>;

    /// Every URN in the index, for `verify`.
    async fn urns(&self) -> Result<Vec<Urn>, IndexError>;
}
