//! From what a person typed to what tantivy runs.

use tantivy::Term;
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, FuzzyTermQuery, Occur, PhraseQuery, Query, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};

use crate::schema::Fields;
use crate::words;

/// How much of what was asked must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strictness {
    /// All of one or two words, all but one of a few, most of a sentence.
    Most,
    Any,
    /// Any, and a letter may be wrong.
    Similar,
}

/// Above what BM25 gives any document, so that the thing whose name was typed is first.
const WHOLE_NAME: f32 = 1_000.0;
/// On top of that, for the name that people read over the one that a machine uses.
const SHOWN_NAME: f32 = 100.0;
const ALL_NAME_WORDS: f32 = 20.0;

/// Longer questions are cut: nobody means the two-hundredth word.
const MOST_WORDS: usize = 32;

pub struct Asked {
    pub query: Box<dyn Query>,
    /// Stems, for marking the matches.
    pub stems: Vec<String>,
    /// The last word as typed: it also matches as the beginning of a word.
    pub prefix: Option<String>,
}

pub fn understand(fields: &Fields, text: &str, strictness: Strictness) -> Asked {
    let mut stems = words::asked(&mut words::stemmed(), text);
    stems.truncate(MOST_WORDS);
    if stems.is_empty() {
        return Asked { query: Box::new(AllQuery), stems, prefix: None };
    }
    let mut plain = words::asked(&mut words::plain(), text);
    plain.truncate(MOST_WORDS);
    let is_open = text.chars().last().is_some_and(char::is_alphanumeric);
    let prefix = plain.last().filter(|word| is_open && word.chars().count() >= 2).cloned();

    let mut clauses = Vec::with_capacity(stems.len());
    for (place, stem) in stems.iter().enumerate() {
        let mut ways: Vec<Box<dyn Query>> = vec![term(fields.text, stem, IndexRecordOption::WithFreqs)];
        if let Some(prefix) = prefix.as_ref().filter(|_| place + 1 == stems.len()) {
            let begins =
                FuzzyTermQuery::new_prefix(Term::from_field_text(fields.name_words, prefix), 0, true);
            ways.push(Box::new(ConstScoreQuery::new(Box::new(begins), 1.0)));
        }
        if strictness == Strictness::Similar {
            let nearly = plain.get(place).unwrap_or(stem);
            let nearly =
                FuzzyTermQuery::new(Term::from_field_text(fields.name_words, nearly), distance(nearly), true);
            ways.push(Box::new(ConstScoreQuery::new(Box::new(nearly), 1.0)));
        }
        clauses.push((Occur::Should, any_of(ways)));
    }
    let needed = match strictness {
        Strictness::Most => needed(clauses.len()),
        Strictness::Any | Strictness::Similar => 1,
    };
    let matches: Box<dyn Query> = Box::new(BooleanQuery::with_minimum_required_clauses(clauses, needed));

    let mut all = vec![(Occur::Must, matches)];
    let whole = term(fields.names, &words::whole(text), IndexRecordOption::Basic);
    all.push((Occur::Should, Box::new(ConstScoreQuery::new(whole, WHOLE_NAME))));
    let shown = term(fields.shown_name, &words::whole(text), IndexRecordOption::Basic);
    all.push((Occur::Should, Box::new(ConstScoreQuery::new(shown, SHOWN_NAME))));
    let name_words =
        plain.iter().map(|word| (Occur::Must, term(fields.name_words, word, IndexRecordOption::Basic)));
    let name_words = BooleanQuery::new(name_words.collect());
    all.push((Occur::Should, Box::new(ConstScoreQuery::new(Box::new(name_words), ALL_NAME_WORDS))));
    for phrase in quoted(text) {
        let stems = words::words(&mut words::stemmed(), phrase);
        let terms: Vec<Term> = stems.iter().map(|stem| Term::from_field_text(fields.text, stem)).collect();
        if terms.len() > 1 {
            all.push((Occur::Must, Box::new(PhraseQuery::new(terms))));
        }
    }
    Asked { query: Box::new(BooleanQuery::new(all)), stems, prefix }
}

/// How many of so many words must be there.
fn needed(words: usize) -> usize {
    match words {
        0..=2 => words,
        3..=4 => words - 1,
        more => more.div_ceil(2),
    }
}

fn distance(word: &str) -> u8 {
    if word.chars().count() < 5 { 1 } else { 2 }
}

fn term(field: Field, word: &str, option: IndexRecordOption) -> Box<dyn Query> {
    Box::new(TermQuery::new(Term::from_field_text(field, word), option))
}

fn any_of(mut ways: Vec<Box<dyn Query>>) -> Box<dyn Query> {
    if ways.len() > 1 {
        return Box::new(BooleanQuery::union(ways));
    }
    ways.pop().unwrap_or_else(|| Box::new(BoostQuery::new(Box::new(AllQuery), 0.0)))
}

/// What stands between double quotes.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    let closed = text.matches('"').count() / 2;
    text.split('"').skip(1).step_by(2).take(closed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_closed_quotes_make_a_phrase() {
        assert_eq!(quoted(r#"a "b c" d "e"#).collect::<Vec<_>>(), ["b c"]);
    }

    #[test]
    fn a_sentence_needs_most_of_its_words_and_two_words_need_both() {
        assert_eq!([1, 2, 3, 4, 5, 9].map(needed), [1, 2, 2, 3, 3, 5]);
    }
}
