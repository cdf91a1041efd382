//! The formats, by the ends of names.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    Parquet,
    Csv,
}

/// The longer before the shorter that it ends in.
const EXTENSIONS: [(&str, Format); 6] = [
    (".parquet", Format::Parquet),
    (".parq", Format::Parquet),
    (".csv.gz", Format::Csv),
    (".tsv.gz", Format::Csv),
    (".csv", Format::Csv),
    (".tsv", Format::Csv),
];

impl Format {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Parquet => "parquet",
            Self::Csv => "csv",
        }
    }

    /// The name without its extension, and the format that the extension says; `None` where it says none.
    pub fn of(name: &str) -> Option<(&str, Self)> {
        EXTENSIONS.iter().find_map(|(extension, format)| {
            let (stem, end) = name.split_at_checked(name.len().checked_sub(extension.len())?)?;
            (!stem.is_empty() && end.eq_ignore_ascii_case(extension)).then_some((stem, *format))
        })
    }

    pub fn extensions() -> impl Iterator<Item = &'static str> {
        EXTENSIONS.iter().map(|(extension, _)| *extension)
    }

    pub fn known() -> String {
        EXTENSIONS.map(|(extension, _)| extension).join(", ")
    }
}
