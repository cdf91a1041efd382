//! Who is responsible, accountable, consulted and informed: of an asset, a product or a unit, and for all that a
//! unit or a project has as a matrix, with what is missing marked.
//!
//! Accountable is who owns it. Where nothing is said of a thing, what is said of its unit holds, or of the nearest
//! above. That follows the whole path, also through a unit that does not inherit: who answers for something is not
//! who may do what.

use loggia_model::facts::{AssetFacts, ProductFacts, UnitFacts};
use loggia_model::{Actor, Body, Filter, Kind, Trait, Urn};
use loggia_policy::Action;
use serde::{Deserialize, Serialize};

use crate::ports::{Card, Relation};
use crate::{Catalog, CatalogError, DirectoryEntry, Permits, Result};

/// Rows of a matrix on one page.
pub const ROWS: usize = 50;
/// Things of a unit that are looked through for what is missing.
pub const LOOKED_AT: usize = 5_000;
const BATCH: u32 = 500;

/// What is said of a thing itself, beside who owns it: people and groups.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Raci {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub responsible: Vec<Urn>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub consulted: Vec<Urn>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub informed: Vec<Urn>,
}

/// A column of the matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Responsible,
    Accountable,
    Consulted,
    Informed,
}

/// Who has one part in a thing.
#[derive(Debug, Clone, PartialEq)]
pub struct PartView {
    pub part: Part,
    pub who: Vec<DirectoryEntry>,
    /// There are others, whom the actor may not know of.
    pub has_hidden: bool,
    pub said_by: SaidBy,
}

/// Where it is said who has a part.
#[derive(Debug, Clone, PartialEq)]
pub enum SaidBy {
    Itself,
    Above(DirectoryEntry),
    /// By a unit above that the actor may not know of.
    Hidden,
    Nobody,
}

pub struct MatrixRow {
    pub urn: Urn,
    pub name: String,
    /// `table`, `domain-unit`: a value of the facet of kinds.
    pub sort: String,
    pub parts: Vec<PartView>,
}

pub struct MatrixView {
    pub urn: Urn,
    pub name: String,
    /// From the top down to where it stands.
    pub path: Vec<DirectoryEntry>,
    /// One page: a unit itself, the units right below it, and what belongs to it directly.
    pub rows: Vec<MatrixRow>,
    /// How many rows there are on all pages.
    pub matching: usize,
    /// How many of those looked at have nobody who is accountable, and nobody who is responsible.
    pub without_accountable: usize,
    pub without_responsible: usize,
    /// How many were not looked at, as there are more than [`LOOKED_AT`].
    pub left_out: u64,
}

/// A row before anybody is named in it.
struct Row {
    urn: Urn,
    name: String,
    sort: String,
    said: Vec<Said>,
}

struct Said {
    part: Part,
    who: Vec<Urn>,
    /// The unit that says it; `None` where the thing does.
    above: Option<Urn>,
}

impl Part {
    pub const ALL: [Self; 4] = [Self::Responsible, Self::Accountable, Self::Consulted, Self::Informed];

    pub fn title(self) -> &'static str {
        match self {
            Self::Responsible => "Responsible",
            Self::Accountable => "Accountable",
            Self::Consulted => "Consulted",
            Self::Informed => "Informed",
        }
    }

    /// What it means, for whoever has not met the word.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Responsible => "does the work",
            Self::Accountable => "owns it and answers for it",
            Self::Consulted => "is asked before it changes",
            Self::Informed => "is told when it has changed",
        }
    }

    /// Without anybody, something is missing.
    pub fn is_needed(self) -> bool {
        matches!(self, Self::Responsible | Self::Accountable)
    }

    fn of<'s>(self, owners: &'s [Urn], raci: &'s Raci) -> &'s [Urn] {
        match self {
            Self::Responsible => &raci.responsible,
            Self::Accountable => owners,
            Self::Consulted => &raci.consulted,
            Self::Informed => &raci.informed,
        }
    }
}

impl PartView {
    pub fn is_missing(&self) -> bool {
        self.part.is_needed() && self.said_by == SaidBy::Nobody
    }
}

impl Raci {
    pub fn of(body: &Body) -> Self {
        match body {
            Body::Asset(layers) => Self::of_asset(&layers.view()),
            Body::DataProduct(layers) => Self::of_product(&layers.view()),
            Body::DomainUnit(layers) => Self::of_unit(&layers.view()),
            Body::Glossary(_)
            | Body::Term(_)
            | Body::Person(_)
            | Body::Group(_)
            | Body::Service(_)
            | Body::Organisation(_)
            | Body::Policy(_)
            | Body::Project(_)
            | Body::Rule(_)
            | Body::MetadataForm(_)
            | Body::Post(_) => Self::default(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.responsible.is_empty() && self.consulted.is_empty() && self.informed.is_empty()
    }

    pub(crate) fn of_asset(facts: &AssetFacts) -> Self {
        Self::said(&facts.responsible, &facts.consulted, &facts.informed)
    }

    pub(crate) fn of_product(facts: &ProductFacts) -> Self {
        Self::said(&facts.responsible, &facts.consulted, &facts.informed)
    }

    pub(crate) fn of_unit(facts: &UnitFacts) -> Self {
        Self::said(&facts.responsible, &facts.consulted, &facts.informed)
    }

    fn said(
        responsible: &Option<Vec<Urn>>,
        consulted: &Option<Vec<Urn>>,
        informed: &Option<Vec<Urn>>,
    ) -> Self {
        let list = |urns: &Option<Vec<Urn>>| urns.clone().unwrap_or_default();
        Self { responsible: list(responsible), consulted: list(consulted), informed: list(informed) }
    }
}

impl Catalog {
    /// Who has which part in all that a unit, or a project, has directly.
    ///
    /// # Errors
    /// `NotFound` where there is no such unit or project, `Invalid` where the page cannot be.
    pub async fn raci_matrix(
        &self,
        actor: &Actor,
        urn: &Urn,
        only_missing: bool,
        page: u32,
    ) -> Result<MatrixView> {
        self.caught_up(actor).await;
        let permits = self.permits(actor).await?;
        let stored = self.head_by(&permits, Action::Read, urn).await?;
        let (relation, path) = match stored.body.as_ref() {
            Body::DomainUnit(_) => (Relation::Within, self.path(&permits, urn)),
            Body::Project(layers) => {
                let unit = layers.view().unit.as_ref().map(|unit| self.directory.resolve(unit));
                let path = unit.map(|unit| self.path(&permits, &unit)).unwrap_or_default();
                (Relation::InProject, path)
            }
            _ => return Err(CatalogError::no(urn)),
        };
        let mut rows = self.rows_of_units(&permits, urn);
        let (cards, left_out) = self.answered_for(&permits, relation, urn).await?;
        rows.extend(cards.into_iter().map(|card| self.row_of(card)));
        let without = |part: Part| rows.iter().filter(|row| row.lacks(part)).count();
        let (without_accountable, without_responsible) =
            (without(Part::Accountable), without(Part::Responsible));
        if only_missing {
            rows.retain(|row| Part::ALL.into_iter().any(|part| part.is_needed() && row.lacks(part)));
        }
        let skipped = usize::try_from(page).unwrap_or(usize::MAX).saturating_sub(1).saturating_mul(ROWS);
        let matching = rows.len();
        let shown = rows.into_iter().skip(skipped).take(ROWS);
        Ok(MatrixView {
            urn: urn.clone(),
            name: stored.body.name(urn),
            path,
            rows: shown.map(|row| self.shown_row(&permits, row)).collect(),
            matching,
            without_accountable,
            without_responsible,
            left_out,
        })
    }

    /// Who has which part in one thing, of which this is said, and that stands in this unit.
    pub(crate) fn parts(
        &self,
        permits: &Permits,
        owners: &[Urn],
        raci: &Raci,
        unit: Option<&Urn>,
    ) -> Vec<PartView> {
        let above = unit.map(|unit| self.directory.and_above(unit)).unwrap_or_default();
        self.said(owners, raci, &above).into_iter().map(|said| self.shown_part(permits, said)).collect()
    }

    /// Whether nobody does the work.
    pub(crate) fn lacks_responsible(&self, card: &Card) -> bool {
        self.row_of(card.clone()).lacks(Part::Responsible)
    }

    /// A unit, and those right below it; of a project, none.
    fn rows_of_units(&self, permits: &Permits, urn: &Urn) -> Vec<Row> {
        if urn.kind() != Kind::DomainUnit {
            return Vec::new();
        }
        let below = self.live_children(permits, urn).into_iter().map(|unit| unit.urn);
        let row = |unit: Urn| {
            let above: Vec<Urn> = self.directory.and_above(&unit).into_iter().skip(1).collect();
            let (owners, raci) = self.directory.answers_of(&unit);
            Row {
                name: self.directory.name(&unit),
                sort: Kind::DomainUnit.as_str().to_owned(),
                said: self.said(&owners, &raci, &above),
                urn: unit,
            }
        };
        std::iter::once(urn.clone()).chain(below).map(row).collect()
    }

    fn row_of(&self, card: Card) -> Row {
        // The card of a unit says which one is above it.
        let above = card.unit.as_ref().map(|unit| self.directory.and_above(unit)).unwrap_or_default();
        Row {
            said: self.said(&card.owners, &card.raci, &above),
            urn: card.urn,
            name: card.name,
            sort: card.sort,
        }
    }

    /// Assets and products, by name, and how many more there are than are looked at.
    async fn answered_for(
        &self,
        permits: &Permits,
        relation: Relation,
        urn: &Urn,
    ) -> Result<(Vec<Card>, u64)> {
        let kinds = [Kind::Asset, Kind::DataProduct].map(|kind| Filter::Has(Trait::Kind(kind)));
        let allowed = Filter::all([permits.filter(Action::Discover).clone(), Filter::any(kinds)]);
        let index = self.index_as_it_is();
        let mut cards = Vec::new();
        loop {
            let offset = u32::try_from(cards.len()).unwrap_or(u32::MAX);
            let (some, total) = self.index.referring(relation, urn, offset, BATCH, &allowed).await?;
            let is_last = some.is_empty();
            cards.extend(some);
            let left_out = total.saturating_sub(cards.len() as u64);
            if is_last || left_out == 0 || cards.len() >= LOOKED_AT {
                return Ok((self.still_known(permits, index, cards, |card| &card.urn).await?, left_out));
            }
        }
    }

    /// The same, by who they are.
    pub(crate) fn answering(&self, owners: &[Urn], raci: &Raci, above: &[Urn]) -> Vec<(Part, Vec<Urn>)> {
        self.said(owners, raci, above).into_iter().map(|said| (said.part, said.who)).collect()
    }

    fn said(&self, owners: &[Urn], raci: &Raci, above: &[Urn]) -> Vec<Said> {
        let said = |part: Part| {
            let own = part.of(owners, raci);
            if !own.is_empty() {
                return Said { part, who: own.to_vec(), above: None };
            }
            for unit in above {
                let (owners, raci) = self.directory.answers_of(unit);
                let theirs = part.of(&owners, &raci);
                if !theirs.is_empty() {
                    return Said { part, who: theirs.to_vec(), above: Some(unit.clone()) };
                }
            }
            Said { part, who: Vec::new(), above: None }
        };
        Part::ALL.into_iter().map(said).collect()
    }

    fn shown_row(&self, permits: &Permits, row: Row) -> MatrixRow {
        MatrixRow {
            urn: row.urn,
            name: row.name,
            sort: row.sort,
            parts: row.said.into_iter().map(|said| self.shown_part(permits, said)).collect(),
        }
    }

    fn shown_part(&self, permits: &Permits, said: Said) -> PartView {
        let who = self.all_named(permits, said.who.iter());
        let said_by = match said.above {
            _ if said.who.is_empty() => SaidBy::Nobody,
            None => SaidBy::Itself,
            Some(unit) => self.named(permits, &unit).map_or(SaidBy::Hidden, SaidBy::Above),
        };
        PartView { part: said.part, has_hidden: who.len() < said.who.len(), who, said_by }
    }
}

impl Row {
    fn lacks(&self, part: Part) -> bool {
        self.said.iter().any(|said| said.part == part && said.who.is_empty())
    }
}
