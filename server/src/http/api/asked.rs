//! What is asked in the query. A route has a list of its parameters: by it the query is read, what is not in it is
//! refused, and it is described.

use http::Uri;
use loggia_model::Timestamp;
use percent_encoding::percent_decode_str;
use utoipa::openapi::path::{ParameterBuilder, ParameterIn, ParameterStyle};
use utoipa::openapi::{
    ArrayBuilder, KnownFormat, ObjectBuilder, RefOr, Required, Schema, SchemaFormat, Type,
};

use super::problem::Problem;

pub struct Parameter {
    pub name: &'static str,
    pub about: &'static str,
    pub shape: Shape,
}

pub enum Shape {
    /// At most so many characters.
    Text(usize),
    /// From one number to another.
    Number(u64, u64),
    OneOf(&'static [&'static str]),
    /// Any of these; given as often as wanted.
    AnyOf(&'static [&'static str]),
    /// Any values; given as often as wanted.
    Values,
    /// RFC 3339.
    Instant,
}

/// The pairs of a query, each of which is as its parameter has it.
pub struct Asked(Vec<(String, String)>);

impl Asked {
    pub fn of(uri: &Uri, parameters: &[Parameter]) -> Result<Self, Problem> {
        let mut asked: Vec<(String, String)> = Vec::new();
        for pair in uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (decoded(name)?, decoded(value)?);
            let parameter = parameters.iter().find(|parameter| parameter.name == name);
            let parameter = parameter.ok_or_else(|| unknown(&name, parameters))?;
            let is_again = asked.iter().any(|(known, _)| *known == name);
            if is_again && !matches!(parameter.shape, Shape::AnyOf(_) | Shape::Values) {
                return Err(Problem::bad(format!("'{name}' is given more than once")));
            }
            parameter.shape.check(&name, &value)?;
            asked.push((name, value));
        }
        Ok(Self(asked))
    }

    pub fn text(&self, name: &str) -> &str {
        self.0.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
    }

    pub fn values(&self, name: &str) -> Vec<String> {
        self.0.iter().filter(|(known, _)| known == name).map(|(_, value)| value.clone()).collect()
    }

    pub fn number(&self, name: &str) -> Option<u64> {
        self.text(name).parse().ok()
    }

    pub fn page(&self) -> u32 {
        self.number("page").and_then(|page| u32::try_from(page).ok()).unwrap_or(1)
    }

    pub fn instant(&self, name: &str) -> Option<Timestamp> {
        self.text(name).parse().ok()
    }
}

impl Shape {
    fn check(&self, name: &str, value: &str) -> Result<(), Problem> {
        let wrong = |what: String| Err(Problem::bad(format!("'{name}' {what}")));
        let shown: String = value.chars().take(40).collect();
        match self {
            Self::Text(most) if value.chars().count() > *most => {
                wrong(format!("has more than {most} characters: leave out what is not needed"))
            }
            Self::Number(least, most) => match number(value) {
                Some(number) if (*least..=*most).contains(&number) => Ok(()),
                _ => wrong(format!("is '{shown}', not a number from {least} to {most}")),
            },
            Self::OneOf(words) | Self::AnyOf(words) if !words.contains(&value) => {
                wrong(format!("is '{shown}', not one of {}", words.join(", ")))
            }
            Self::Instant if value.parse::<Timestamp>().is_err() || !value.contains(['T', 't']) => {
                wrong(format!("is '{shown}', not a date and time such as 2026-03-01T14:05:00Z"))
            }
            Self::Text(_) | Self::OneOf(_) | Self::AnyOf(_) | Self::Values | Self::Instant => Ok(()),
        }
    }

    fn schema(&self) -> RefOr<Schema> {
        let text = || ObjectBuilder::new().schema_type(Type::String);
        match self {
            Self::Text(most) => text().max_length(Some(*most)).into(),
            Self::Number(least, most) => ObjectBuilder::new()
                .schema_type(Type::Integer)
                .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
                .minimum(Some(bound(*least)))
                .maximum(Some(bound(*most)))
                .into(),
            Self::OneOf(words) => text().enum_values(Some(words.iter().copied())).into(),
            Self::AnyOf(words) => {
                ArrayBuilder::new().items(text().enum_values(Some(words.iter().copied()))).into()
            }
            Self::Values => ArrayBuilder::new().items(text()).into(),
            Self::Instant => text().format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime))).into(),
        }
    }
}

/// As they are described.
pub fn described(parameters: &[Parameter]) -> Vec<utoipa::openapi::path::Parameter> {
    let one = |parameter: &Parameter| {
        let is_list = matches!(parameter.shape, Shape::AnyOf(_) | Shape::Values);
        ParameterBuilder::new()
            .name(parameter.name)
            .parameter_in(ParameterIn::Query)
            .required(Required::False)
            .description(Some(parameter.about))
            .style(is_list.then_some(ParameterStyle::Form))
            .explode(is_list.then_some(true))
            .schema(Some(parameter.shape.schema()))
            .build()
    };
    parameters.iter().map(one).collect()
}

/// What follows the last `/` of the path: one name, percent-encoded.
pub fn last_segment(uri: &Uri) -> Option<String> {
    let last = uri.path().rsplit('/').next()?;
    percent_decode_str(last).decode_utf8().ok().map(|text| text.into_owned())
}

fn decoded(text: &str) -> Result<String, Problem> {
    let text = text.replace('+', " ");
    let decoded = percent_decode_str(&text).decode_utf8();
    decoded.map(|text| text.into_owned()).map_err(|_| Problem::bad("the query is not UTF-8"))
}

fn unknown(name: &str, parameters: &[Parameter]) -> Problem {
    if ["token", "access_token"].contains(&name) {
        return Problem::bad(
            "a token in an address is in every log that sees it: revoke this one, and send another in the header \
             'Authorization: Bearer TOKEN'",
        );
    }
    let known: Vec<&str> = parameters.iter().map(|parameter| parameter.name).collect();
    let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
    let name: String = name.chars().take(40).collect();
    Problem::bad(format!("there is no parameter '{name}' here; there are: {known}"))
}

/// Digits alone: what a number is to others, `+1` and ` 1`, is none here.
fn number(text: &str) -> Option<u64> {
    let are_digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| are_digits)
}

fn bound(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARAMETERS: [Parameter; 4] = [
        Parameter { name: "q", about: "", shape: Shape::Text(3) },
        Parameter { name: "page", about: "", shape: Shape::Number(1, 9) },
        Parameter { name: "kind", about: "", shape: Shape::Values },
        Parameter { name: "as_of", about: "", shape: Shape::Instant },
    ];

    fn asked(query: &str) -> Result<Asked, String> {
        let uri: Uri = format!("/x?{query}").parse().unwrap();
        Asked::of(&uri, &PARAMETERS).map_err(|problem| format!("{problem:?}"))
    }

    #[test]
    fn a_query_is_read_by_its_parameters() {
        let read = asked("q=a+%C3%B1&kind=a&kind=b&&page=9&as_of=2026-03-01T14:05:00Z").unwrap();
        assert_eq!(
            (read.text("q"), read.page(), read.values("kind")),
            ("a ñ", 9, vec!["a".into(), "b".into()])
        );
        assert!(read.instant("as_of").is_some());
        assert_eq!(asked("").unwrap().page(), 1);
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (query, why) in [
            ("nope=1", "there is no parameter 'nope' here; there are: q, page, kind, as_of"),
            ("access_token=loggia_x", "revoke this one"),
            ("q=a&q=b", "'q' is given more than once"),
            ("q=abcd", "'q' has more than 3 characters"),
            ("page=0", "'page' is '0', not a number from 1 to 9"),
            ("page=", "not a number from 1 to 9"),
            ("page=%2B1", "not a number"),
            ("page=99999999999999999999999", "not a number"),
            ("as_of=2026-03-01", "not a date and time"),
            ("as_of=soon", "not a date and time"),
            ("q=%FF", "the query is not UTF-8"),
        ] {
            let told = asked(query).err().unwrap();
            assert!(told.contains(why), "{query}: {told}");
        }
    }
}
