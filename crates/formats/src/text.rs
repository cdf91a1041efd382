//! A JSON text that knows its file, so that every error says where: file, line, column and field.
//!
//! Large parts are first taken as they stand (`RawValue`) and parsed one by one, so that one bad part
//! does not spoil the others. Passing over a part does not recurse, and parsing one stops at 128 levels,
//! so that no nesting overflows the stack.

use std::cell::OnceCell;

use indexmap::IndexMap;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::FormatError;

pub(crate) struct Text<'a> {
    file: &'a str,
    text: &'a str,
    /// Where each line but the first begins; made when the first error asks for it.
    line_starts: OnceCell<Vec<usize>>,
}

impl<'a> Text<'a> {
    pub fn open(file: &'a str, bytes: &'a [u8]) -> Result<Self, FormatError> {
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => {
                let valid = bytes.get(..error.valid_up_to()).unwrap_or_default();
                let before = Self::of(file, std::str::from_utf8(valid).unwrap_or_default());
                return Err(before.error_at(valid.len(), "this is not UTF-8, which JSON is written in"));
            }
        };
        // Some editors put a byte order mark first; JSON readers may pass over it (RFC 8259, 8.1).
        Ok(Self::of(file, text.strip_prefix('\u{feff}').unwrap_or(text)))
    }

    fn of(file: &'a str, text: &'a str) -> Self {
        Self { file, text, line_starts: OnceCell::new() }
    }

    pub fn file(&self) -> &'a str {
        self.file
    }

    /// What should be an object, whole or in part. (serde alone would also fill a struct from a list.)
    pub fn object<T: Deserialize<'a>>(&self, part: Option<&'a RawValue>) -> Result<T, FormatError> {
        let json = part.map_or(self.text, RawValue::get);
        let found = match json.trim_start().bytes().next() {
            Some(b'[') => "a list",
            Some(b'"') => "a text",
            Some(b't' | b'f' | b'n' | b'-' | b'0'..=b'9') if part.is_some() => "a single value",
            // The parser says what else is wrong.
            _ => return self.parse(json),
        };
        Err(self.wrong(part, format!("this is {found}, and should be an object")))
    }

    /// Parses a part of this same text.
    pub fn part<T: Deserialize<'a>>(&self, part: &'a RawValue) -> Result<T, FormatError> {
        self.parse(part.get())
    }

    /// Something that is wrong with a part of this text, or with all of it.
    pub fn wrong(&self, part: Option<&'a RawValue>, wrong: impl Into<String>) -> FormatError {
        self.error_at(part.map_or(0, |part| self.offset_of(part.get())), wrong)
    }

    fn parse<T: Deserialize<'a>>(&self, json: &'a str) -> Result<T, FormatError> {
        serde_json::from_str(json).map_err(|error| {
            let at = error_offset(json, &error);
            let wrong = wording(&error);
            let field = if error.is_data() { path_to(json, at) } else { None };
            let (start, wrong) = match field {
                Some((path, start)) => (start, format!("{path}: {wrong}")),
                None if error.is_data() => (0, wrong),
                None => (at, wrong),
            };
            self.error_at(self.offset_of(json) + start, wrong)
        })
    }

    fn offset_of(&self, part: &str) -> usize {
        part.as_ptr().addr().saturating_sub(self.text.as_ptr().addr())
    }

    fn error_at(&self, offset: usize, wrong: impl Into<String>) -> FormatError {
        let starts =
            self.line_starts.get_or_init(|| self.text.match_indices('\n').map(|(at, _)| at + 1).collect());
        let lines_before = starts.partition_point(|start| *start <= offset);
        let start = lines_before.checked_sub(1).and_then(|last| starts.get(last)).copied().unwrap_or(0);
        let (line, column) = (lines_before + 1, offset.saturating_sub(start) + 1);
        FormatError::Text { file: self.file.to_owned(), line, column, wrong: wrong.into() }
    }
}

/// The byte at which serde_json noticed.
fn error_offset(json: &str, error: &serde_json::Error) -> usize {
    let lines_before = error.line().saturating_sub(1);
    let start = match lines_before.checked_sub(1) {
        Some(nth) => json.match_indices('\n').nth(nth).map_or(0, |(at, _)| at + 1),
        None => 0,
    };
    start + error.column().saturating_sub(1)
}

/// The names on the way to what stands at `at`, such as `columns.amount.description`, and where that
/// begins; serde_json says neither. `None` where it is in no field.
fn path_to(json: &str, at: usize) -> Option<(String, usize)> {
    const DEEPEST: usize = 8;
    let start_of = |part: &RawValue| part.get().as_ptr().addr().saturating_sub(json.as_ptr().addr());
    // Of an object or a list that should not be one, serde_json notes the byte before.
    let holds =
        |part: &RawValue| (start_of(part).saturating_sub(1)..start_of(part) + part.get().len()).contains(&at);
    let mut path = Vec::new();
    let (mut inside, mut start) = (json, 0);
    while path.len() < DEEPEST {
        let next = if inside.starts_with('{') {
            let fields: IndexMap<String, &RawValue> = serde_json::from_str(inside).unwrap_or_default();
            fields.into_iter().find(|(_, part)| holds(part))
        } else if inside.starts_with('[') {
            let items: Vec<&RawValue> = serde_json::from_str(inside).unwrap_or_default();
            let found = items.into_iter().enumerate().find(|(_, part)| holds(part));
            found.map(|(index, part)| (index.to_string(), part))
        } else {
            None
        };
        let Some((name, part)) = next else { break };
        path.push(name);
        (inside, start) = (part.get(), start_of(part));
    }
    (!path.is_empty()).then(|| (path.join("."), start))
}

fn wording(error: &serde_json::Error) -> String {
    let full = error.to_string();
    let message = full.rsplit_once(" at line ").map_or(full.as_str(), |(message, _)| message);
    if message.contains("recursion limit") {
        return "this is nested deeper than 128 levels".to_owned();
    }
    match error.classify() {
        serde_json::error::Category::Eof => format!("the text ends too early ({message}): was it cut off?"),
        serde_json::error::Category::Syntax => format!("this is not JSON: {message}"),
        serde_json::error::Category::Data | serde_json::error::Category::Io => message.to_owned(),
    }
}

/// For `deserialize_with`: `null` stands for what is not there.
pub(crate) fn or_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

/// For `deserialize_with`: one text, a list of texts, or `null`.
pub(crate) fn texts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged, expecting = "expected a text or a list of texts")]
    enum Texts {
        One(String),
        Many(Vec<String>),
    }
    Ok(match Option::deserialize(deserializer)? {
        None => Vec::new(),
        Some(Texts::One(text)) => vec![text],
        Some(Texts::Many(texts)) => texts,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<IndexMap<String, IndexMap<String, String>>, FormatError> {
        Text::open("a.json", text.as_bytes())?.object(None)
    }

    #[test]
    fn an_error_names_file_line_column_and_field() {
        let error = read("{\"a\": {},\n \"b\": {\"x\": \"y\",\n  \"c\": 5}}").unwrap_err();
        assert_eq!(
            error.to_string(),
            "a.json: line 3 column 8: b.c: invalid type: integer `5`, expected a string"
        );
    }

    #[test]
    fn an_error_in_a_part_names_its_place_in_the_whole() {
        let text = Text::open("a.json", b"{\"a\":\n {\"b\":\n  7}}").unwrap();
        let parts: IndexMap<String, &RawValue> = text.object(None).unwrap();
        let error = text.part::<IndexMap<String, String>>(parts["a"]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "a.json: line 3 column 3: b: invalid type: integer `7`, expected a string"
        );
    }

    #[test]
    fn the_place_is_where_the_wrong_value_begins_whatever_it_is() {
        for wrong in ["12345", "[1, 2]", "{\"x\": 1}", "true", "null", "-1.5e3"] {
            let error =
                read(&format!("{{\"a\": {{\"b\": {wrong}, \"c\": \"d\"}}}}")).unwrap_err().to_string();
            assert!(error.starts_with("a.json: line 1 column 13: a.b: invalid type: "), "{wrong}: {error}");
        }
    }

    #[test]
    fn a_text_that_is_cut_off_says_so() {
        let error = read("{\"a\": {\"x\": \"y").unwrap_err().to_string();
        assert!(error.contains("ends too early"), "{error}");
        assert!(
            read("").unwrap_err().to_string().starts_with("a.json: line 1 column 1: the text ends too early")
        );
    }

    #[test]
    fn a_byte_order_mark_is_passed_over_and_other_bytes_are_not() {
        assert_eq!(read("\u{feff}{}").unwrap().len(), 0);
        let error = Text::open("a.json", b"{\n\"\xff\": 1}").err().unwrap();
        assert_eq!(error.to_string(), "a.json: line 2 column 2: this is not UTF-8, which JSON is written in");
    }
}
