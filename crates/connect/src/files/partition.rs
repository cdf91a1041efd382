//! Partition folders as Hive lays them: `year=2026/month=03/…`.

use loggia_formats::csv::Guess;
use serde::{Deserialize, Serialize};

/// The column, and what it is in all rows below; `None` for null.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Partition {
    pub key: String,
    pub value: Option<String>,
}

/// What Hive and Spark call the folder of rows that have no value.
const NULL: &str = "__HIVE_DEFAULT_PARTITION__";

impl Partition {
    pub fn of(folder: &str) -> Option<Self> {
        let (key, value) = folder.split_once('=')?;
        if key.is_empty() {
            return None;
        }
        let value = (value != NULL && !value.is_empty()).then(|| unescape(value));
        Some(Self { key: unescape(key), value })
    }

    /// Numbers may have leading zeros here, as months do.
    pub fn guess(&self) -> Option<Guess> {
        let value = self.value.as_deref()?;
        if value.parse::<i64>().is_ok() {
            return Some(Guess::Int);
        }
        Some(if Guess::of(value) == Guess::Date { Guess::Date } else { Guess::String })
    }
}

/// Hive writes what a path cannot hold as `%XX`. What is not so written stays as it is.
fn unescape(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let pair = after.get(..2).filter(|_| *first == b'%').and_then(|pair| std::str::from_utf8(pair).ok());
        let code = pair.and_then(|pair| u8::from_str_radix(pair, 16).ok());
        bytes.push(code.unwrap_or(*first));
        rest = if code.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_names_a_column_and_its_value() {
        for (folder, key, value, guess) in [
            ("month=03", "month", Some("03"), Some(Guess::Int)),
            ("dt=2026-03-01", "dt", Some("2026-03-01"), Some(Guess::Date)),
            ("at=2026-03-01 10%3A00", "at", Some("2026-03-01 10:00"), Some(Guess::String)),
            ("city=Asunci%C3%B3n", "city", Some("Asunción"), Some(Guess::String)),
            ("rate=100%", "rate", Some("100%"), Some(Guess::String)),
            ("region=__HIVE_DEFAULT_PARTITION__", "region", None, None),
        ] {
            let partition = Partition::of(folder).unwrap();
            assert_eq!((partition.key.as_str(), partition.value.as_deref()), (key, value));
            assert_eq!(partition.guess(), guess, "{folder}");
        }
        assert_eq!(Partition::of("archive"), None);
        assert_eq!(Partition::of("=1"), None);
    }
}
