//! Which rows are shown.

use super::{Kind, Sheet};

/// Letters of a value that are looked at.
const LOOKED_AT: usize = 10_000;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter {
    /// Any column will do where none is named.
    pub column: Option<usize>,
    pub test: Test,
    pub text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Test {
    Contains,
    Equals,
    AtLeast,
    AtMost,
    IsNull,
    IsNotNull,
}

impl Test {
    pub const ALL: [Self; 6] =
        [Self::Contains, Self::Equals, Self::AtLeast, Self::AtMost, Self::IsNull, Self::IsNotNull];

    pub fn title(self) -> &'static str {
        match self {
            Self::Contains => "contains",
            Self::Equals => "is",
            Self::AtLeast => "is at least",
            Self::AtMost => "is at most",
            Self::IsNull => "is null",
            Self::IsNotNull => "is not null",
        }
    }

    pub fn needs_text(self) -> bool {
        !matches!(self, Self::IsNull | Self::IsNotNull)
    }
}

impl Filter {
    pub fn passing(&self, sheet: &Sheet) -> Vec<usize> {
        if self.test.needs_text() && self.text.is_empty() {
            return (0..sheet.rows()).collect();
        }
        let columns = match self.column {
            Some(column) => column..column + 1,
            None => 0..sheet.columns(),
        };
        let wanted = Wanted { text: self.text.to_lowercase(), number: self.text.trim().parse().ok() };
        (0..sheet.rows())
            .filter(|row| columns.clone().any(|column| self.passes(sheet, column, *row, &wanted)))
            .collect()
    }

    fn passes(&self, sheet: &Sheet, column: usize, row: usize, wanted: &Wanted) -> bool {
        let is_null = sheet.is_null(column, row);
        match self.test {
            Test::IsNull => return is_null,
            Test::IsNotNull => return !is_null,
            _ if is_null => return false,
            _ => {}
        }
        let value = sheet.text(column, row, LOOKED_AT);
        // Numbers are compared as such; dates and times are written so that their letters compare as they do.
        if sheet.kind(column) == Kind::Number
            && let (Some(wanted), Ok(value)) = (wanted.number, value.parse::<f64>())
        {
            match self.test {
                Test::Equals => return value == wanted,
                Test::AtLeast => return value >= wanted,
                Test::AtMost => return value <= wanted,
                _ => {}
            }
        }
        let value = value.to_lowercase();
        match self.test {
            Test::Contains => value.contains(&wanted.text),
            Test::Equals => value == wanted.text,
            Test::AtLeast => value >= wanted.text,
            // A day's own hours are not after it.
            Test::AtMost => value <= wanted.text || value.starts_with(&wanted.text),
            Test::IsNull | Test::IsNotNull => is_null,
        }
    }
}

/// What was typed: as text without capitals, and as a number where it is one.
struct Wanted {
    text: String,
    number: Option<f64>,
}

#[cfg(test)]
mod tests {
    use super::super::of_csv;
    use super::*;

    #[test]
    fn rows_pass_by_any_column_or_by_one() {
        let sheet = of_csv("city,amount,when\nAsunción,9,2026-03-01\nLuque,10,2026-04-01\n,,\n");
        let passing =
            |column, test, text: &str| Filter { column, test, text: text.to_owned() }.passing(&sheet);
        assert_eq!(passing(None, Test::Contains, "ASUN"), [0]);
        assert_eq!(passing(None, Test::Contains, "1"), [0, 1], "in a date and in a number");
        assert_eq!(passing(Some(1), Test::AtLeast, "9.5"), [1], "as numbers, not as letters");
        assert_eq!(passing(Some(1), Test::Equals, "9.0"), [0]);
        assert_eq!(passing(Some(2), Test::AtMost, "2026-03"), [0]);
        assert_eq!(passing(Some(0), Test::IsNull, ""), [2]);
        assert_eq!(passing(Some(0), Test::IsNotNull, ""), [0, 1]);
        assert_eq!(passing(None, Test::Contains, ""), [0, 1, 2], "nothing was typed yet");
        assert!(passing(Some(9), Test::Contains, "a").is_empty());
    }
}
