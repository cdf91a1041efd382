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
        let mut passing = vec![false; sheet.rows()];
        for column in columns {
            self.pass(sheet, column, &wanted, &mut passing);
        }
        passing.iter().enumerate().filter(|(_, passes)| **passes).map(|(row, _)| row).collect()
    }

    /// Marks the rows that pass by this column; those that did by another are not looked at again.
    fn pass(&self, sheet: &Sheet, column: usize, wanted: &Wanted, passing: &mut [bool]) {
        let is_number = sheet.kind(column) == Kind::Number;
        let mut texts = sheet.texts(column, LOOKED_AT);
        for (row, passes) in passing.iter_mut().enumerate().filter(|(_, passes)| !**passes) {
            let is_null = sheet.is_null(column, row);
            *passes = match (self.test, &mut texts) {
                (Test::IsNull, _) => is_null,
                (Test::IsNotNull, _) => !is_null,
                (_, Some(texts)) if !is_null => self.passes(texts.at(row), is_number, wanted),
                _ => false,
            };
        }
    }

    fn passes(&self, value: &mut str, is_number: bool, wanted: &Wanted) -> bool {
        // Numbers are compared as such; dates and times are written so that their letters compare as they do.
        if is_number
            && self.test != Test::Contains
            && let (Some(wanted), Ok(value)) = (wanted.number, value.parse::<f64>())
        {
            match self.test {
                Test::Equals => return value == wanted,
                Test::AtLeast => return value >= wanted,
                Test::AtMost => return value <= wanted,
                _ => {}
            }
        }
        let other_letters;
        let value: &str = if value.is_ascii() {
            value.make_ascii_lowercase();
            value
        } else {
            other_letters = value.to_lowercase();
            &other_letters
        };
        match self.test {
            Test::Contains => value.contains(&wanted.text),
            Test::Equals => value == wanted.text,
            Test::AtLeast => value >= wanted.text.as_str(),
            // A day's own hours are not after it.
            Test::AtMost => value <= wanted.text.as_str() || value.starts_with(&wanted.text),
            Test::IsNull | Test::IsNotNull => false,
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
