//! Which rows are shown.

use loggia_model::unaccented;

use super::{Kind, Sheet};

/// Letters of a value that are looked at.
const LOOKED_AT: usize = 10_000;

#[derive(Debug, Clone, PartialEq)]
pub struct Filter {
    /// Any column will do where none is named.
    pub column: Option<usize>,
    pub test: Test,
    pub text: String,
    /// What the text says as a number, and as a day (`2026-10-02`), where the reader wrote it in their own way.
    pub number: Option<f64>,
    pub day: Option<String>,
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

    fn compares(self) -> bool {
        matches!(self, Self::Equals | Self::AtLeast | Self::AtMost)
    }
}

impl Filter {
    /// Why nothing can pass, where that is so.
    pub fn trouble(&self, sheet: &Sheet) -> Option<String> {
        let is_number = self.column.is_some_and(|column| sheet.kind(column) == Kind::Number);
        let is_none = is_number && self.test.compares() && self.number.is_none();
        is_none.then(|| format!("'{}' is not a number", self.text))
    }

    pub fn passing(&self, sheet: &Sheet) -> Vec<usize> {
        if self.test.needs_text() && self.text.is_empty() {
            return (0..sheet.rows()).collect();
        }
        let columns = match self.column {
            Some(column) => column..column + 1,
            None => 0..sheet.columns(),
        };
        let text = plain(self.text.trim());
        let day = self.day.clone().filter(|_| self.test.compares());
        // Between day and hours a value has a T.
        let wanted =
            Wanted { date: day.unwrap_or_else(|| text.replace(' ', "t")), text, number: self.number };
        let mut passing = vec![false; sheet.rows()];
        for column in columns {
            self.pass(sheet, column, &wanted, &mut passing);
        }
        passing.iter().enumerate().filter(|(_, passes)| **passes).map(|(row, _)| row).collect()
    }

    /// Marks the rows that pass by this column; those that did by another are not looked at again.
    fn pass(&self, sheet: &Sheet, column: usize, wanted: &Wanted, passing: &mut [bool]) {
        let kind = sheet.kind(column);
        let mut texts = sheet.texts(column, LOOKED_AT);
        for (row, passes) in passing.iter_mut().enumerate().filter(|(_, passes)| !**passes) {
            let is_null = sheet.is_null(column, row);
            *passes = match (self.test, &mut texts) {
                (Test::IsNull, _) => is_null,
                (Test::IsNotNull, _) => !is_null,
                (_, Some(texts)) if !is_null => self.passes(texts.at(row), kind, wanted),
                _ => false,
            };
        }
    }

    fn passes(&self, value: &mut str, kind: Kind, wanted: &Wanted) -> bool {
        if kind == Kind::Number && self.test.compares() {
            let Some((value, wanted)) = value.parse::<f64>().ok().zip(wanted.number) else { return false };
            return match self.test {
                Test::AtLeast => value >= wanted,
                Test::AtMost => value <= wanted,
                _ => value == wanted,
            };
        }
        let other_letters;
        let value: &str = if value.is_ascii() {
            value.make_ascii_lowercase();
            value
        } else {
            other_letters = plain(value);
            &other_letters
        };
        // Dates and times are written so that their letters compare as they do.
        let is_date = matches!(kind, Kind::Date | Kind::DateTime | Kind::Instant);
        let wanted = if is_date { wanted.date.as_str() } else { wanted.text.as_str() };
        match self.test {
            Test::Contains => value.contains(wanted),
            Test::Equals => value == wanted || (is_date && value.starts_with(wanted)),
            Test::AtLeast => value >= wanted,
            // A day's own hours are not after it.
            Test::AtMost => value <= wanted || value.starts_with(wanted),
            Test::IsNull | Test::IsNotNull => false,
        }
    }
}

/// What was typed.
struct Wanted {
    /// Without capitals and accents.
    text: String,
    number: Option<f64>,
    date: String,
}

/// Without capitals and accents: who looks for `panaderia` finds `Panadería`.
fn plain(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).map(unaccented).collect()
}

#[cfg(test)]
mod tests {
    use super::super::of_csv;
    use super::*;

    fn filter(column: Option<usize>, test: Test, text: &str) -> Filter {
        Filter { column, test, text: text.to_owned(), number: text.parse().ok(), day: None }
    }

    #[test]
    fn rows_pass_by_any_column_or_by_one() {
        let sheet = of_csv("city,amount,when\nAsunción,9,2026-03-01\nLuque,10,2026-04-01\n,,\n");
        let passing = |column, test, text: &str| filter(column, test, text).passing(&sheet);
        assert_eq!(passing(None, Test::Contains, "ASUN"), [0]);
        assert_eq!(passing(None, Test::Contains, "1"), [0, 1], "in a date and in a number");
        assert_eq!(passing(Some(1), Test::AtLeast, "9.5"), [1], "as numbers, not as letters");
        assert_eq!(passing(Some(1), Test::Equals, "9.0"), [0]);
        assert_eq!(passing(Some(2), Test::AtMost, "2026-03"), [0]);
        assert_eq!(passing(None, Test::Contains, "asunción"), [0]);
        assert_eq!(passing(None, Test::Contains, "asuncion"), [0], "accents are not typed everywhere");
        assert!(passing(Some(1), Test::AtLeast, "ten").is_empty());
        assert_eq!(passing(Some(0), Test::IsNull, ""), [2]);
        assert_eq!(passing(Some(0), Test::IsNotNull, ""), [0, 1]);
        assert_eq!(passing(None, Test::Contains, ""), [0, 1, 2], "nothing was typed yet");
        assert!(passing(Some(9), Test::Contains, "a").is_empty());
    }

    #[test]
    fn days_are_found_as_the_reader_writes_them() {
        let sheet = of_csv("at\n2026-10-02T05:56:45\n2026-10-03T00:00:00\n");
        let on = |test| Filter { day: Some("2026-10-02".to_owned()), ..filter(Some(0), test, "Oct 2, 2026") };
        assert_eq!(on(Test::Equals).passing(&sheet), [0], "a day's own hours are that day");
        assert_eq!(on(Test::AtLeast).passing(&sheet), [0, 1]);
        assert_eq!(on(Test::AtMost).passing(&sheet), [0]);
        assert_eq!(filter(Some(0), Test::Equals, "2026-10-02 05:56").passing(&sheet), [0]);
    }

    #[test]
    fn what_is_not_a_number_is_said() {
        let sheet = of_csv("amount,city\n9,Luque\n");
        assert_eq!(
            filter(Some(0), Test::AtLeast, "ten").trouble(&sheet).as_deref(),
            Some("'ten' is not a number")
        );
        assert_eq!(filter(Some(0), Test::AtLeast, "10").trouble(&sheet), None);
        assert_eq!(filter(Some(0), Test::Contains, "ten").trouble(&sheet), None);
        assert_eq!(filter(Some(1), Test::AtLeast, "ten").trouble(&sheet), None);
    }
}
