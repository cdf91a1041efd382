//! The stable, readable name of an entity: `urn:loggia:KIND:REST` (RFC 8141).
//!
//! An asset's REST is its OpenLineage dataset name, `NAMESPACE;NAME`, so that every source that speaks of
//! the same table arrives at the same URN. Everything else has a slug of its own.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{DatasetName, ParseError};

/// What kind of thing an entity is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    Asset,
    DomainUnit,
    Glossary,
    Term,
    DataProduct,
    Person,
    /// People, services and groups that roles are given to together.
    Group,
    /// A program or an agent that comes with a token.
    Service,
    /// All there is; one of its kind.
    Organisation,
    /// A rule of the organisation's own about who may do what.
    Policy,
    /// A team for one goal, in a domain unit.
    Project,
    /// What must be there before something is published.
    Rule,
    /// What is to be filled in of assets, columns or projects.
    MetadataForm,
    /// What somebody says about an asset, and what others reply.
    Post,
}

impl Kind {
    pub const ALL: [Self; 14] = [
        Self::Organisation,
        Self::DomainUnit,
        Self::Person,
        Self::Group,
        Self::Service,
        Self::Policy,
        Self::Project,
        Self::Rule,
        Self::MetadataForm,
        Self::Glossary,
        Self::Term,
        Self::Asset,
        Self::DataProduct,
        Self::Post,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Asset => "asset",
            Self::DomainUnit => "domain-unit",
            Self::Glossary => "glossary",
            Self::Term => "term",
            Self::DataProduct => "data-product",
            Self::Person => "person",
            Self::Group => "group",
            Self::Service => "service",
            Self::Organisation => "organisation",
            Self::Policy => "policy",
            Self::Project => "project",
            Self::Rule => "rule",
            Self::MetadataForm => "metadata-form",
            Self::Post => "post",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Kind {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or_else(|| {
            let known = Self::ALL.map(Self::as_str).join(", ");
            ParseError::new("kind", text, format!("is not one of {known}"))
        })
    }
}

/// The readable part of a name that people give: lower-case ASCII letters, digits, `-`, `.`, `_` and `/`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Slug(String);

impl Slug {
    /// Makes a slug of any text, as one would write it in a URL: `Días de mora` becomes `dias-de-mora`.
    /// `None` where nothing of the text is left.
    pub fn of(text: &str) -> Option<Self> {
        let mut slug = String::with_capacity(text.len());
        for letter in text.chars().flat_map(char::to_lowercase).map(unaccented) {
            if letter.is_ascii_alphanumeric() {
                slug.push(letter);
            } else if !slug.ends_with('-') {
                slug.push('-');
            }
        }
        let slug = slug.trim_matches('-');
        (!slug.is_empty()).then(|| Self(slug.chars().take(80).collect()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Folds the accented small letters of Spanish, Portuguese, Guaraní and their neighbours to ASCII.
pub fn unaccented(letter: char) -> char {
    match letter {
        'á' | 'à' | 'ã' | 'â' | 'ä' => 'a',
        'é' | 'è' | 'ẽ' | 'ê' | 'ë' => 'e',
        'í' | 'ì' | 'ĩ' | 'î' | 'ï' => 'i',
        'ó' | 'ò' | 'õ' | 'ô' | 'ö' => 'o',
        'ú' | 'ù' | 'ũ' | 'û' | 'ü' => 'u',
        'ý' | 'ỹ' => 'y',
        'ñ' => 'n',
        'ç' => 'c',
        other => other,
    }
}

const PREFIX: &str = "urn:loggia:";
const LONGEST: usize = 2_000;

/// The name of one entity. Cheap to clone.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Urn(Arc<str>);

impl Urn {
    pub fn asset(name: &DatasetName) -> Self {
        Self(format!("{PREFIX}asset:{};{}", escape(name.namespace()), escape(name.name())).into())
    }

    /// The one that everything is part of.
    pub fn organisation() -> Self {
        Self(format!("{PREFIX}organisation:all").into())
    }

    /// The URN of anything that is named by a slug of its own.
    pub fn of(kind: Kind, slug: &Slug) -> Self {
        Self(format!("{PREFIX}{kind}:{slug}").into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn kind(&self) -> Kind {
        let kind = self.after_prefix().split_once(':').map(|(kind, _)| kind);
        kind.and_then(|kind| kind.parse().ok()).unwrap_or(Kind::Asset)
    }

    /// What follows the kind: the slug, or an asset's escaped `NAMESPACE;NAME`.
    pub fn rest(&self) -> &str {
        self.after_prefix().split_once(':').map_or("", |(_, rest)| rest)
    }

    /// The OpenLineage name of an asset; `None` for every other kind.
    pub fn dataset(&self) -> Option<DatasetName> {
        if self.kind() != Kind::Asset {
            return None;
        }
        let (namespace, name) = self.rest().split_once(';')?;
        DatasetName::new(unescape(namespace)?, unescape(name)?).ok()
    }

    fn after_prefix(&self) -> &str {
        self.0.strip_prefix(PREFIX).unwrap_or("")
    }
}

impl FromStr for Urn {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let wrong = |why: &str| Err(ParseError::new("URN", text, why));
        if text.len() > LONGEST {
            return wrong("is longer than 2,000 bytes");
        }
        let Some((kind, rest)) = text.strip_prefix(PREFIX).and_then(|rest| rest.split_once(':')) else {
            return wrong("does not read urn:loggia:KIND:NAME");
        };
        if kind.parse::<Kind>()? == Kind::Asset {
            let Some((namespace, name)) = rest.split_once(';') else {
                return wrong("does not read urn:loggia:asset:NAMESPACE;NAME");
            };
            let (Some(namespace), Some(name)) = (unescape(namespace), unescape(name)) else {
                return wrong("has a % that two hexadecimal digits do not follow");
            };
            return Ok(Self::asset(&DatasetName::new(namespace, name)?));
        }
        if kind == Kind::Organisation.as_str() && text != Self::organisation().as_str() {
            return wrong("is not that of the organisation, urn:loggia:organisation:all");
        }
        if rest.is_empty() || !rest.bytes().all(is_slug_byte) {
            return wrong("has a name that is not of a-z, 0-9, '-', '.', '_' and '/'");
        }
        Ok(Self(text.into()))
    }
}

fn is_slug_byte(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.' | b'_' | b'/')
}

/// Keeps what RFC 8141 allows as it is; everything else, and `;` and `%`, becomes `%XX`.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => escaped.push(char::from(byte)),
            b'-' | b'.' | b'_' | b'~' | b'/' | b':' | b'@' | b'!' | b'$' | b'&' | b'\'' | b'(' | b')'
            | b'*' | b'+' | b',' | b'=' => escaped.push(char::from(byte)),
            other => escaped.push_str(&format!("%{other:02X}")),
        }
    }
    escaped
}

fn unescape(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let pair = [rest.next()?, rest.next()?];
        bytes.push(u8::from_str_radix(std::str::from_utf8(&pair).ok()?, 16).ok()?);
    }
    String::from_utf8(bytes).ok()
}

impl fmt::Display for Urn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Urn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Urn {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Urn {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_asset_is_named_as_openlineage_names_its_dataset() {
        let name = DatasetName::new("postgres://db.guarani:5432", "core.public.accounts").unwrap();
        let urn = Urn::asset(&name);
        assert_eq!(urn.as_str(), "urn:loggia:asset:postgres://db.guarani:5432;core.public.accounts");
        assert_eq!(urn.dataset(), Some(name));
        assert_eq!(urn.kind(), Kind::Asset);
    }

    #[test]
    fn what_is_not_a_urn_is_refused_with_a_reason() {
        for (text, why) in [
            ("", "does not read urn:loggia:KIND:NAME"),
            ("urn:loggia:tabel:x", "is not one of"),
            ("urn:loggia:asset:only-a-namespace", "NAMESPACE;NAME"),
            ("urn:loggia:term:Ünï", "has a name that is not of"),
            ("urn:loggia:asset:a;b%4", "two hexadecimal digits"),
        ] {
            let error = text.parse::<Urn>().unwrap_err().to_string();
            assert!(error.contains(why), "{text}: {error}");
        }
    }

    #[test]
    fn a_slug_folds_accents() {
        assert_eq!(Slug::of(" Días de Mora (30+) ").unwrap().as_str(), "dias-de-mora-30");
        assert_eq!(Slug::of("¿?"), None);
    }

    proptest! {
        #[test]
        fn every_dataset_name_comes_back_from_its_urn(namespace in "\\PC{1,40}", name in "\\PC{1,40}") {
            if let Ok(dataset) = DatasetName::new(namespace, name) {
                let urn: Urn = Urn::asset(&dataset).as_str().parse().unwrap();
                prop_assert_eq!(urn.dataset(), Some(dataset));
            }
        }
    }
}
