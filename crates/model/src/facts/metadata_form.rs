//! Metadata forms: what an organisation wants to know of its assets, columns and projects, field by field.

use std::fmt;
use std::str::FromStr;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::{FieldValue, said_over, word_list};
use crate::{Facts, ParseError, Slug, Timestamp, Urn};

word_list! {
    /// What a form is for.
    FormTarget, "target of a form":
    Asset = "asset" / "Assets",
    Column = "column" / "Columns",
    Project = "project" / "Projects",
}

word_list! {
    FieldType, "type of a field":
    Text = "text" / "Text",
    Number = "number" / "Number",
    Date = "date" / "Date",
    /// One of some words.
    Choice = "choice" / "Choice",
    Person = "person" / "Person",
    Term = "term" / "Glossary term",
    /// The address of a page.
    Link = "link" / "Link",
    /// An amount of a currency.
    Money = "money" / "Money",
}

/// Letters of a value that is a text.
pub const LONGEST_VALUE: usize = 10_000;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MetadataFormFacts {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it is there for, in Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// For what is in this unit and in all below it; without, for everything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<Urn>,
    /// Without, for assets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on: Option<Vec<FormTarget>>,
    /// In the order in which they are asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fields: Option<IndexMap<FieldKey, FormField>>,
    /// Kept, and filled in by nobody for now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paused: Option<bool>,
}

/// One thing that a form asks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormField {
    /// As people read it.
    pub label: String,
    #[serde(rename = "type")]
    pub field_type: FieldType,
    /// A form is filled in when all that is required is.
    #[serde(default, skip_serializing_if = "is_false")]
    pub required: bool,
    /// What stands there before anybody has said anything; it is nobody's word until somebody saves it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<FieldValue>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// Of a choice, what there is to choose from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<String>,
}

/// By what a field is known, whatever it is called: lower-case ASCII letters, digits, `-` and `_`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FieldKey(String);

impl FieldKey {
    /// `Data class` is `data-class`; `None` where no letter of it can stand in a URL.
    pub fn of(label: &str) -> Option<Self> {
        let short: String = label.chars().take(60).collect();
        Slug::of(&short).and_then(|slug| slug.as_str().parse().ok())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl MetadataFormFacts {
    pub fn is_for(&self, target: FormTarget) -> bool {
        match &self.on {
            Some(on) => on.contains(&target),
            None => target == FormTarget::Asset,
        }
    }

    pub fn is_paused(&self) -> bool {
        self.paused == Some(true)
    }

    pub fn field(&self, key: &FieldKey) -> Option<&FormField> {
        self.fields.as_ref()?.get(key)
    }

    pub fn fields(&self) -> impl Iterator<Item = (&FieldKey, &FormField)> {
        self.fields.iter().flatten()
    }
}

impl FormField {
    /// Whether a value is of its type. That a person or a term is there, and a currency in use, is not asked here.
    pub fn admits(&self, value: &FieldValue) -> bool {
        match (self.field_type, value) {
            (FieldType::Text, FieldValue::Text(text)) => {
                !text.is_empty() && text.chars().count() <= LONGEST_VALUE
            }
            (FieldType::Number, FieldValue::Number(_)) => true,
            (FieldType::Date, FieldValue::Text(text)) => {
                text.parse::<Timestamp>().is_ok_and(|at| at.date() == *text)
            }
            (FieldType::Choice, FieldValue::Text(text)) => self.choices.contains(text),
            (FieldType::Person, FieldValue::Text(text)) => is_of(text, crate::Kind::Person),
            (FieldType::Term, FieldValue::Text(text)) => is_of(text, crate::Kind::Term),
            (FieldType::Link, FieldValue::Text(text)) => is_link(text),
            (FieldType::Money, FieldValue::Money(money)) => money.is_sound(),
            _ => false,
        }
    }

    /// Whether searches are narrowed by it: its values are few, or can be told together.
    pub fn narrows(&self) -> bool {
        !matches!(self.field_type, FieldType::Text | FieldType::Link)
    }
}

fn is_of(text: &str, kind: crate::Kind) -> bool {
    text.parse::<Urn>().is_ok_and(|urn| urn.kind() == kind)
}

/// A page that a browser may be led to.
pub(super) fn is_link(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let is_whole = rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'));
    let is_plain = |letter: char| !letter.is_whitespace() && !letter.is_control();
    is_whole && text.len() <= 2_000 && text.chars().all(is_plain)
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands over a reference")]
fn is_false(is: &bool) -> bool {
    !is
}

impl Facts for MetadataFormFacts {
    fn over(&self, below: &mut Self) {
        said_over!(self, below: name, description, unit, on, fields, paused);
    }
}

impl FromStr for FieldKey {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let is_plain =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_');
        if text.is_empty() || text.len() > 80 || !text.bytes().all(is_plain) {
            return Err(ParseError::new("field", text, "is not of a-z, 0-9, '-' and '_', or is too long"));
        }
        Ok(Self(text.to_owned()))
    }
}

impl TryFrom<String> for FieldKey {
    type Error = ParseError;

    fn try_from(text: String) -> Result<Self, ParseError> {
        text.parse()
    }
}

impl From<FieldKey> for String {
    fn from(key: FieldKey) -> Self {
        key.0
    }
}

impl fmt::Display for FieldKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
