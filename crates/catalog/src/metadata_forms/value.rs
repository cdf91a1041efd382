//! What stands in a field: read from what somebody types, and shown.

use iso_currency::Currency;
use loggia_model::facts::{FieldType, FieldValue, FormField, LONGEST_VALUE, Money};
use loggia_model::{Kind, Urn};

use crate::{Catalog, CatalogError, DirectoryEntry, Permits, Result};

/// As a page shows it.
#[derive(Debug, Clone, PartialEq)]
pub enum Shown {
    Text(String),
    /// The address of a page.
    Link(String),
    Entity(DirectoryEntry),
    /// Somebody or something of whom whoever looks may not know.
    Hidden,
}

impl Shown {
    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Link(text) => text,
            Self::Entity(entry) => &entry.name,
            Self::Hidden => "something you may not see",
        }
    }
}

impl Catalog {
    /// What somebody has typed into a field; nothing where it is empty.
    pub(super) fn typed(
        &self,
        permits: &Permits,
        name: &str,
        field: &FormField,
        text: &str,
    ) -> Result<Option<FieldValue>> {
        let text = text.trim().replace("\r\n", "\n");
        if text.is_empty() {
            return Ok(None);
        }
        let wrong = |message: String| Err(CatalogError::invalid(name, message));
        let short: String = text.chars().take(60).collect();
        let value = match field.field_type {
            FieldType::Number => match text.parse::<serde_json::Number>() {
                Ok(number) => FieldValue::Number(number),
                Err(_) => return wrong(format!("'{short}' is not a number such as 12 or 0.5")),
            },
            FieldType::Money => match text.parse::<Money>() {
                Ok(money) => FieldValue::Money(in_use(name, money)?),
                Err(error) => return Err(CatalogError::invalid(name, error.to_string())),
            },
            FieldType::Person => named(self.known(permits, name, Kind::Person, &text)?),
            FieldType::Term => named(self.known(permits, name, Kind::Term, &text)?),
            FieldType::Text | FieldType::Date | FieldType::Choice | FieldType::Link => FieldValue::Text(text),
        };
        if field.admits(&value) {
            return Ok(Some(value));
        }
        let message = match field.field_type {
            FieldType::Date => format!("'{short}' is not a day such as 2026-03-01"),
            FieldType::Choice => format!("'{short}' is not one of {}", field.choices.join(", ")),
            FieldType::Link => {
                format!("'{short}' is not the address of a page, such as https://example.org/page")
            }
            FieldType::Text => format!("has more than {LONGEST_VALUE} characters"),
            _ => format!("'{short}' is no {}", field.field_type.title().to_lowercase()),
        };
        wrong(message)
    }

    /// As [`Catalog::typed`] reads it again.
    pub(super) fn input_of(&self, permits: &Permits, field: &FormField, value: &FieldValue) -> String {
        match (field.field_type, value.entity()) {
            (FieldType::Person | FieldType::Term, Some(urn)) => {
                let entry = self.named(permits, &self.directory.resolve(&urn));
                entry.map(|entry| self.telling_name(&entry)).unwrap_or_default()
            }
            _ => value.to_string(),
        }
    }

    pub(super) fn shown_value(
        &self,
        permits: &Permits,
        field: Option<&FormField>,
        value: &FieldValue,
    ) -> Shown {
        let is_a_text = field.is_some_and(|field| field.field_type == FieldType::Text);
        if let Some(urn) = value.entity().filter(|_| !is_a_text) {
            return self.named(permits, &self.directory.resolve(&urn)).map_or(Shown::Hidden, Shown::Entity);
        }
        // Nobody is led anywhere but to a page.
        let is_a_link = |field: &&FormField| field.field_type == FieldType::Link && field.admits(value);
        match field.filter(is_a_link) {
            Some(_) => Shown::Link(value.to_string()),
            None => Shown::Text(value.to_string()),
        }
    }
}

fn named(urn: Option<Urn>) -> FieldValue {
    FieldValue::Text(urn.map(|urn| urn.to_string()).unwrap_or_default())
}

/// A currency of ISO 4217, with no more digits than it has.
fn in_use(name: &str, money: Money) -> Result<Money> {
    let Some(currency) = Currency::from_code(&money.currency) else {
        let message = format!("'{}' is no currency of ISO 4217, such as EUR or USD", money.currency);
        return Err(CatalogError::invalid(name, message));
    };
    let digits = money.amount.split_once('.').map_or(0, |(_, digits)| digits.len());
    match currency.exponent() {
        Some(most) if digits > usize::from(most) => {
            let message = format!(
                "'{money}' has more digits than the {most} after the point that {} has",
                currency.name()
            );
            Err(CatalogError::invalid(name, message))
        }
        _ => Ok(money),
    }
}
