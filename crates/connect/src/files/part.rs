//! What one file says of its table.

use std::collections::{BTreeMap, BTreeSet};

use loggia_formats::csv::Guess;
use loggia_model::ColumnPath;

#[derive(Debug, Default)]
pub struct Part {
    pub columns: Vec<Column>,
    pub rows: u64,
    /// For `raw`: `created_by`, `codec`, `delimiter`.
    pub traits: Traits,
}

pub type Traits = BTreeMap<&'static str, BTreeSet<String>>;

#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    pub path: ColumnPath,
    pub data_type: DataType,
    /// `None` where no row was there to tell.
    pub nullable: Option<bool>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DataType {
    /// By the file's own schema.
    Stated(String),
    /// From the values; `None` where there were none.
    Guessed(Option<Guess>),
}

impl DataType {
    pub fn words(&self) -> &str {
        match self {
            Self::Stated(words) => words,
            Self::Guessed(guess) => guess.unwrap_or(Guess::String).as_str(),
        }
    }
}
