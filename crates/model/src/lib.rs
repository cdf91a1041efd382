//! The words of Loggia's domain, shared by the server and the browser.
//!
//! Nothing here does I/O, knows a database or draws a page. Whoever holds one of these types knows that
//! it is valid: text is parsed once, at the edge, by `FromStr`.

mod actor;
mod change;
mod column;
pub mod compatibility;
mod dataset;
mod diff;
mod entity;
pub mod facts;
mod filter;
mod labels;
mod layer;
mod publishing;
mod secret;
mod source;
mod time;
mod urn;

pub use actor::{Actor, ActorKey, Door, Who};
pub use change::{Change, Expected, Op, Record, Seq};
pub use column::ColumnPath;
pub use dataset::DatasetName;
pub use diff::{Difference, differences, fitted, revert};
pub use entity::{Body, BodyError};
pub use filter::{Attribute, Filter, Trait};
pub use labels::{Label, Labels};
pub use layer::{Facts, Layer, Layered, Said};
pub use secret::{Secret, without_passwords};
pub use source::{Rank, Source};
pub use time::Timestamp;
pub use urn::{Kind, Slug, Urn, unaccented};

/// What was wrong with a text that should have been one of this crate's types.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what} '{text}' {wrong}")]
pub struct ParseError {
    what: &'static str,
    text: String,
    wrong: String,
}

impl ParseError {
    pub(crate) fn new(what: &'static str, text: &str, wrong: impl Into<String>) -> Self {
        let text = if text.chars().count() > 120 {
            text.chars().take(120).chain(['…']).collect()
        } else {
            text.to_owned()
        };
        Self { what, text, wrong: wrong.into() }
    }
}
