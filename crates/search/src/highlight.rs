//! Marking what matched, with the same words that found it.

use std::sync::{Mutex, PoisonError};

use loggia_catalog::ports::Fragment;
use tantivy::tokenizer::{TextAnalyzer, TokenStream};

use crate::words;

/// How much of a summary is shown.
const SHOWN: usize = 240;

pub struct Marker {
    stemmed: TextAnalyzer,
    plain: TextAnalyzer,
    /// At most 32 of them: a question is cut there.
    stems: Vec<String>,
    prefix: Option<String>,
}

/// Which of the words of the question a text has, a bit for each.
#[derive(Clone, Copy, Default)]
pub struct WordSet(u32);

impl WordSet {
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub fn count(self) -> u32 {
        self.0.count_ones()
    }
}

/// The markers that nobody uses now. They remember the words that they have met.
#[derive(Default)]
pub struct Markers(Mutex<Vec<Marker>>);

impl Markers {
    pub fn take(&self, stems: Vec<String>, prefix: Option<String>) -> Marker {
        let unused = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        match unused {
            Some(marker) => Marker { stems, prefix, ..marker },
            None => Marker::new(stems, prefix),
        }
    }

    pub fn give_back(&self, marker: Marker) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(marker);
    }
}

impl Marker {
    pub fn new(stems: Vec<String>, prefix: Option<String>) -> Self {
        Self { stemmed: words::stemmed(), plain: words::plain(), stems, prefix }
    }

    /// The whole text, in pieces.
    pub fn mark(&mut self, text: &str) -> Vec<Fragment> {
        let matches = self.matches(text);
        fragments(text, 0, text.len(), &matches)
    }

    /// The part of a longer text in which most matches stand, from the beginning where none does.
    pub fn excerpt(&mut self, text: &str) -> Vec<Fragment> {
        let matches = self.matches(text);
        let from = match matches.first() {
            Some((first, _)) if *first > SHOWN * 2 / 3 => boundary_before(text, first.saturating_sub(60)),
            _ => 0,
        };
        let to = boundary_after(text, from + SHOWN);
        let mut shown = fragments(text, from, to, &matches);
        if from > 0 {
            shown.insert(0, Fragment { text: "… ".into(), matched: false });
        }
        if to < text.len() {
            shown.push(Fragment { text: " …".into(), matched: false });
        }
        shown
    }

    /// The words of the question that the text has.
    pub fn words_in(&mut self, text: &str) -> WordSet {
        let mut found = 0_u32;
        let stems = &self.stems;
        self.stemmed.token_stream(text).process(&mut |token| {
            if let Some(place) = stems.iter().position(|stem| *stem == token.text) {
                found |= 1_u32.checked_shl(u32::try_from(place).unwrap_or(u32::MAX)).unwrap_or(0);
            }
        });
        WordSet(found)
    }

    fn matches(&mut self, text: &str) -> Vec<(usize, usize)> {
        let mut places = Vec::new();
        let stems = &self.stems;
        self.stemmed.token_stream(text).process(&mut |token| {
            if stems.contains(&token.text) {
                places.push((token.offset_from, token.offset_to));
            }
        });
        if let Some(prefix) = &self.prefix {
            self.plain.token_stream(text).process(&mut |token| {
                if token.text.starts_with(prefix.as_str()) {
                    places.push((token.offset_from, token.offset_to));
                }
            });
        }
        places.sort_unstable();
        places.dedup();
        places
    }
}

fn fragments(text: &str, from: usize, to: usize, matches: &[(usize, usize)]) -> Vec<Fragment> {
    let mut fragments = Vec::new();
    let mut push = |from: usize, to: usize, matched: bool| {
        if let Some(text) = text.get(from..to).filter(|text| !text.is_empty()) {
            fragments.push(Fragment { text: text.to_owned(), matched });
        }
    };
    let mut at = from;
    for &(start, end) in matches.iter().filter(|(start, end)| *start >= from && *end <= to) {
        push(at, start, false);
        push(start, end, true);
        at = end;
    }
    push(at, to, false);
    fragments
}

fn boundary_before(text: &str, at: usize) -> usize {
    let at = text.floor_char_boundary(at);
    text.get(..at).and_then(|text| text.rfind(' ')).map_or(0, |blank| blank + 1)
}

fn boundary_after(text: &str, at: usize) -> usize {
    if at >= text.len() {
        return text.len();
    }
    let at = text.floor_char_boundary(at);
    text.get(..at).and_then(|text| text.rfind(' ')).filter(|blank| *blank > 0).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(fragments: &[Fragment]) -> String {
        let mark = |fragment: &Fragment| {
            if fragment.matched { format!("[{}]", fragment.text) } else { fragment.text.clone() }
        };
        fragments.iter().map(mark).collect()
    }

    #[test]
    fn a_match_is_marked_in_any_form_of_the_word() {
        let mut marker =
            Marker::new(words::asked(&mut words::stemmed(), "customer churn"), Some("churn".into()));
        assert_eq!(
            marked(&marker.mark("Churned Customers, customerChurn")),
            "[Churned] [Customers], [customer][Churn]"
        );
    }

    #[test]
    fn an_excerpt_goes_to_the_match_and_breaks_between_words() {
        let text = format!("{}the churn rate {}", "palabra ".repeat(40), "más ".repeat(80));
        let mut marker = Marker::new(vec!["churn".into()], None);
        let shown = marked(&marker.excerpt(&text));
        assert!(
            shown.starts_with("… palabra") && shown.contains("[churn] rate") && shown.ends_with(" …"),
            "{shown}"
        );
    }
}
