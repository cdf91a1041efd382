//! What is asked in the query (RFC 7644, sections 3.4.2 and 3.9). Parameters of which nothing is known are left alone:
//! directories add some of their own.

use http::Uri;
use loggia_catalog::provisioning::{Asked, Filter, FilterError};
use percent_encoding::percent_decode_str;

use super::error::ScimError;
use super::shown::Shown;

/// Entries on one page, where nobody says how many.
const USUAL: u32 = 100;
/// At most.
pub const MOST: u32 = 200;

/// The pairs of a query, by names in lower case.
pub struct Query(Vec<(String, String)>);

impl Query {
    pub fn of(uri: &Uri) -> Result<Self, ScimError> {
        let mut query: Vec<(String, String)> = Vec::new();
        for pair in uri.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (decoded(name)?.to_ascii_lowercase(), decoded(value)?);
            if ["token", "access_token"].contains(&name.as_str()) {
                return Err(ScimError::syntax(
                    "a token in an address is in every log that sees it: revoke this one, and send another in the \
                     header 'Authorization: Bearer TOKEN'",
                ));
            }
            if query.iter().any(|(known, _)| *known == name) {
                let shown: String = name.chars().take(40).collect();
                return Err(ScimError::syntax(format!("'{shown}' is given more than once")));
            }
            query.push((name, value));
        }
        Ok(Self(query))
    }

    pub fn asked(&self, read: fn(&str) -> Result<Filter, FilterError>) -> Result<Asked, ScimError> {
        let filter = self.text("filter").map(read).transpose()?;
        // What is below the least stands for it, as section 3.4.2.4 has it.
        let start = self.number("startindex")?.map_or(1, |start| start.max(1));
        let count = self.number("count")?.map_or(i64::from(USUAL), |count| count.clamp(0, i64::from(MOST)));
        Ok(Asked {
            filter,
            start: u64::try_from(start).unwrap_or(1),
            count: u32::try_from(count).unwrap_or(USUAL),
        })
    }

    pub fn shown(&self) -> Result<Shown, ScimError> {
        match (self.text("attributes"), self.text("excludedattributes")) {
            (None, None) => Ok(Shown::all()),
            (Some(only), None) => Ok(Shown::only(only)),
            (None, Some(but)) => Ok(Shown::but(but)),
            (Some(_), Some(_)) => Err(ScimError::syntax(
                "'attributes' and 'excludedAttributes' are both given: say what to show, or what not",
            )),
        }
    }

    pub fn has(&self, name: &str) -> bool {
        self.text(name).is_some()
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    fn number(&self, name: &str) -> Result<Option<i64>, ScimError> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let digits = text.strip_prefix('-').unwrap_or(text);
        let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        match text.parse() {
            Ok(number) if is_number => Ok(Some(number)),
            _ => {
                let shown: String = text.chars().take(40).collect();
                Err(ScimError::value(format!("'{name}' is '{shown}', not a whole number")))
            }
        }
    }
}

fn decoded(text: &str) -> Result<String, ScimError> {
    let text = text.replace('+', " ");
    let decoded = percent_decode_str(&text).decode_utf8();
    decoded.map(|text| text.into_owned()).map_err(|_| ScimError::syntax("the query is not UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(query: &str) -> Result<(u64, u32, bool), String> {
        let uri: Uri = format!("/scim/v2/Users?{query}").parse().unwrap();
        let query = Query::of(&uri).map_err(|error| format!("{error:?}"))?;
        let asked = query.asked(Filter::of_users).map_err(|error| format!("{error:?}"))?;
        Ok((asked.start, asked.count, asked.filter.is_some()))
    }

    #[test]
    fn what_is_below_the_least_stands_for_it() {
        assert_eq!(asked(""), Ok((1, 100, false)));
        assert_eq!(asked("startIndex=-1&count=-5"), Ok((1, 0, false)));
        assert_eq!(asked("STARTINDEX=7&count=5000&sortBy=userName"), Ok((7, 200, false)));
        assert_eq!(asked("filter=userName+eq+%22a%22"), Ok((1, 100, true)));
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        for (query, why) in [
            ("startIndex=x", "not a whole number"),
            ("startIndex=99999999999999999999", "not a whole number"),
            ("count=", "not a whole number"),
            ("count=1&count=2", "more than once"),
            ("filter=%FF", "not UTF-8"),
            ("filter=password+pr", "invalidFilter"),
            ("access_token=x", "revoke this one"),
        ] {
            let told = asked(query).unwrap_err();
            assert!(told.contains(why), "{query}: {told}");
        }
    }
}
