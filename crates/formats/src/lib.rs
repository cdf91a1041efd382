//! The world's formats: bytes in, the domain's types out.
//!
//! Pure: nothing here opens a file, asks the time or knows a database, so the same bytes always give the
//! same facts, and a second harvest of an unchanged source writes nothing. `harvest` calls it.

pub mod csv;
pub mod dbt;
mod error;
mod text;

use loggia_model::facts::{AssetFacts, PersonFacts};
use loggia_model::{Kind, Slug, Urn};

pub use error::FormatError;

/// What a format's text says, in our words. Everything is in order of its URN, and each URN comes once.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reading {
    pub assets: Vec<(Urn, AssetFacts)>,
    pub people: Vec<(Urn, PersonFacts)>,
    /// What could not be taken, while the rest was.
    pub refused: Vec<Refused>,
}

/// One thing that could not be taken.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refused {
    /// Its name in its own format: `model.shop.orders`.
    pub what: String,
    /// What was wrong and what would be right, with the place in the file where there is one.
    pub why: String,
}

impl Refused {
    pub(crate) fn new(what: impl Into<String>, why: impl ToString) -> Self {
        Self { what: what.into(), why: why.to_string() }
    }
}

/// The URN of a person who is known by an e-mail address, or else by a name. `None` where neither has a
/// letter or digit to make one of.
pub(crate) fn person_urn(name: Option<&str>, email: Option<&str>) -> Option<Urn> {
    let local = email.and_then(|email| email.split_once('@')).map(|(local, _)| local);
    let slug = local.and_then(Slug::of).or_else(|| name.and_then(Slug::of))?;
    Some(Urn::of(Kind::Person, &slug))
}
