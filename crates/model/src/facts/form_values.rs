//! What is filled into metadata forms. A value is plain JSON, as the form's JSON Schema has it, so that it can be
//! checked against that by any tool.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::FieldKey;
use crate::{ParseError, Urn};

/// By form and field. What is filled into a form stays when the form no longer asks for it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FormValues(BTreeMap<Urn, BTreeMap<FieldKey, FieldValue>>);

/// What stands in one field. Dates, and the URNs of people and terms, are texts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged, expecting = "a value of a form is a text, a number, or an amount with its currency")]
pub enum FieldValue {
    Number(serde_json::Number),
    Money(Money),
    Text(String),
}

/// An amount of a currency. The amount is a text of decimal digits: no binary fraction has cents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Money {
    pub amount: String,
    /// The letters of ISO 4217.
    pub currency: String,
}

impl FormValues {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn get(&self, form: &Urn, key: &FieldKey) -> Option<&FieldValue> {
        self.0.get(form)?.get(key)
    }

    pub fn set(&mut self, form: &Urn, key: &FieldKey, value: Option<FieldValue>) {
        let fields = self.0.entry(form.clone()).or_default();
        match value {
            Some(value) => {
                fields.insert(key.clone(), value);
            }
            None => {
                fields.remove(key);
            }
        }
        self.0.retain(|_, fields| !fields.is_empty());
    }

    /// The forms into which something is filled.
    pub fn forms(&self) -> impl Iterator<Item = &Urn> {
        self.0.keys()
    }

    /// What is filled into one form.
    pub fn of(&self, form: &Urn) -> impl Iterator<Item = (&FieldKey, &FieldValue)> {
        self.0.get(form).into_iter().flatten()
    }

    pub fn all(&self) -> impl Iterator<Item = (&Urn, &FieldKey, &FieldValue)> {
        self.0.iter().flat_map(|(form, fields)| fields.iter().map(move |(key, value)| (form, key, value)))
    }

    /// Everything that is named: forms, people and terms.
    pub fn named(&self) -> impl Iterator<Item = Urn> {
        let values = self.all().filter_map(|(_, _, value)| value.entity());
        self.0.keys().cloned().chain(values)
    }

    /// Leaves only what passes.
    pub fn retain(&mut self, mut passes: impl FnMut(&Urn, &FieldValue) -> bool) {
        for (form, fields) in &mut self.0 {
            fields.retain(|_, value| passes(form, value));
        }
        self.0.retain(|_, fields| !fields.is_empty());
    }

    /// Field by field over what is below.
    pub fn over(&self, below: &mut Self) {
        for (form, fields) in &self.0 {
            let under = below.0.entry(form.clone()).or_default();
            under.extend(fields.iter().map(|(key, value)| (key.clone(), value.clone())));
        }
    }
}

impl FieldValue {
    /// The person or the term that it names.
    pub fn entity(&self) -> Option<Urn> {
        match self {
            Self::Text(text) => text.parse().ok(),
            Self::Number(_) | Self::Money(_) => None,
        }
    }
}

impl fmt::Display for FieldValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Number(number) => number.fmt(f),
            Self::Money(money) => money.fmt(f),
            Self::Text(text) => f.write_str(text),
        }
    }
}

impl Money {
    /// Digits with at most one point, and three capital letters.
    pub fn is_sound(&self) -> bool {
        is_decimal(&self.amount)
            && self.currency.len() == 3
            && self.currency.bytes().all(|byte| byte.is_ascii_uppercase())
    }
}

/// As [`DECIMAL`] has it.
fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let are_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    are_digits(whole) && are_digits(fraction) && text.len() <= 30
}

/// What an amount looks like: a regular expression of JSON Schema (ECMA-262).
pub const DECIMAL: &str = "^-?[0-9]+(\\.[0-9]+)?$";

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount, self.currency)
    }
}

impl FromStr for Money {
    type Err = ParseError;

    /// `1250.50 EUR`, or the currency first.
    fn from_str(text: &str) -> Result<Self, ParseError> {
        let wrong = || ParseError::new("amount", text, "is not a number and a currency, such as 1250.50 EUR");
        let (one, other) = text.trim().split_once(char::is_whitespace).ok_or_else(wrong)?;
        let other = other.trim();
        let is_currency = |word: &str| word.bytes().all(|byte| byte.is_ascii_alphabetic());
        let (amount, currency) = if is_currency(one) { (other, one) } else { (one, other) };
        let money = Self { amount: amount.to_owned(), currency: currency.to_ascii_uppercase() };
        if money.is_sound() { Ok(money) } else { Err(wrong()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_read_with_its_currency_on_either_side() {
        for text in ["1250.50 EUR", "EUR 1250.50", " 1250.50   eur "] {
            assert_eq!(text.parse::<Money>().unwrap().to_string(), "1250.50 EUR", "{text}");
        }
        for text in ["", "12", "EUR", "1.2.3 EUR", "1,5 EUR", "12 EURO", "- EUR", "1e3 EUR"] {
            assert!(text.parse::<Money>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_value_is_plain_json_and_comes_back_as_what_it_was() {
        let json = r#"{"urn:loggia:metadata-form:f":{"a":"2026-01-01","b":3,"c":{"amount":"1.5","currency":"EUR"},"d":1.5}}"#;
        let values: FormValues = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&values).unwrap(), json);
        let wrong = serde_json::from_str::<FieldValue>("true").unwrap_err().to_string();
        assert!(wrong.contains("a text, a number, or an amount"), "{wrong}");
    }
}
