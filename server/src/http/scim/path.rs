//! The path of an operation of PATCH (RFC 7644, figure 7): an attribute, perhaps one of its values, perhaps a part.

use super::error::ScimError;
use super::object::EXTENSION;

/// Bytes.
const LONGEST: usize = 1_000;

/// In lower case, but for the value that is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Path {
    Of(Target),
    /// Of an extension, which is not kept.
    Extension,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    pub attribute: String,
    pub chosen: Option<Chosen>,
    pub part: Option<String>,
}

/// `[type eq "work"]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    pub by: String,
    pub value: String,
}

impl Path {
    /// `core` is the schema whose attributes may be written out by its name.
    pub fn read(text: &str, core: &str) -> Result<Self, ScimError> {
        let text = text.trim();
        if text.len() > LONGEST {
            return Err(ScimError::path(format!("a path has more than {LONGEST} bytes")));
        }
        let wrong = || {
            let shown: String = text.chars().take(120).collect();
            ScimError::path(format!(
                "'{shown}' is no path such as displayName, name.familyName or emails[type eq \"work\"].value"
            ))
        };
        let text = match text.get(..4).filter(|begin| begin.eq_ignore_ascii_case("urn:")) {
            None => text,
            Some(_) if text.to_ascii_lowercase().contains(EXTENSION) => return Ok(Self::Extension),
            Some(_) => {
                let (schema, rest) = text.split_at_checked(core.len()).ok_or_else(wrong)?;
                let rest = rest.strip_prefix(':').filter(|_| schema.eq_ignore_ascii_case(core));
                rest.ok_or_else(wrong)?
            }
        };
        let (before, part) = match text.find(']') {
            Some(end) => {
                let (before, after) = text.split_at_checked(end + 1).ok_or_else(wrong)?;
                let part = match after {
                    "" => None,
                    after => Some(after.strip_prefix('.').ok_or_else(wrong)?),
                };
                (before, part)
            }
            None => match text.split_once('.') {
                Some((attribute, part)) => (attribute, Some(part)),
                None => (text, None),
            },
        };
        let (attribute, chosen) = match before.split_once('[') {
            Some((attribute, filter)) => (attribute, Some(chosen(filter.trim_end_matches(']'))?)),
            None => (before, None),
        };
        let target = Target {
            attribute: name(attribute).ok_or_else(wrong)?,
            chosen,
            part: part.map(|part| name(part).ok_or_else(wrong)).transpose()?,
        };
        Ok(Self::Of(target))
    }
}

fn chosen(filter: &str) -> Result<Chosen, ScimError> {
    let wrong = || {
        let shown: String = filter.chars().take(120).collect();
        ScimError::path(format!("'{shown}' does not read as [type eq \"work\"] or [value eq \"…\"]"))
    };
    let mut words = filter.trim().splitn(3, char::is_whitespace);
    let (by, operator, value) = (words.next(), words.next(), words.next());
    let by = by.and_then(name).ok_or_else(wrong)?;
    let value = value.filter(|_| operator.is_some_and(|word| word.eq_ignore_ascii_case("eq")));
    let value = value.map(str::trim).ok_or_else(wrong)?;
    let value = match value.to_ascii_lowercase().as_str() {
        truth @ ("true" | "false") => truth.to_owned(),
        _ => serde_json::from_str::<String>(value).map_err(|_| wrong())?,
    };
    Ok(Chosen { by, value })
}

fn name(text: &str) -> Option<String> {
    let text = text.trim();
    let is_name = text.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '$')
        && text.chars().all(|letter| letter.is_ascii_alphanumeric() || "-_$".contains(letter));
    is_name.then(|| text.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CORE: &str = "urn:ietf:params:scim:schemas:core:2.0:User";

    /// The attribute, which of its values, and what part of that.
    type Parts = (String, Option<(String, String)>, Option<String>);

    fn read(text: &str) -> Option<Parts> {
        match Path::read(text, CORE) {
            Ok(Path::Of(target)) => {
                let chosen = target.chosen.map(|chosen| (chosen.by, chosen.value));
                Some((target.attribute, chosen, target.part))
            }
            Ok(Path::Extension) => Some(("an extension".to_owned(), None, None)),
            Err(_) => None,
        }
    }

    #[test]
    fn a_path_is_an_attribute_perhaps_a_value_perhaps_a_part() {
        let plain = |name: &str| Some((name.to_owned(), None, None));
        assert_eq!(read("displayName"), plain("displayname"));
        assert_eq!(read(&format!("{CORE}:userName")), plain("username"));
        assert_eq!(read("name.familyName"), Some(("name".into(), None, Some("familyname".into()))));
        let chosen = |by: &str, value: &str| Some((by.to_owned(), value.to_owned()));
        assert_eq!(
            read("emails[type eq \"a]b\"]"),
            None,
            "a bracket in a text is more than any directory has"
        );
        assert_eq!(
            read("emails[type eq \"work\"].value"),
            Some(("emails".into(), chosen("type", "work"), Some("value".into())))
        );
        assert_eq!(read("emails[primary eq True]"), Some(("emails".into(), chosen("primary", "true"), None)));
        assert_eq!(
            read("members[value eq \"ana.b\"]"),
            Some(("members".into(), chosen("value", "ana.b"), None))
        );
        assert_eq!(
            read("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department"),
            plain("an extension")
        );
    }

    #[test]
    fn what_is_no_path_is_refused() {
        for wrong in [
            "",
            ".",
            "a.",
            ".a",
            "a b",
            "emails[",
            "emails[]",
            "emails[type]",
            "emails[type eq work]",
            "a]b",
            "emails[type eq \"x\" and value eq \"y\"]",
            "emails[type eq \"x\"]value",
            "urn:other:userName",
            "ñ",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
        assert_eq!(read(&"a".repeat(2_000)), None);
    }
}
