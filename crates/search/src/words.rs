//! How text becomes words: `cust_ssn`, `custSSN` and `Cust. SSN` are all `cust` and `ssn`.

use std::collections::HashMap;

use tantivy::Index;
use tantivy::tokenizer::{
    AsciiFoldingFilter, Language, LowerCaser, RawTokenizer, RemoveLongFilter, Stemmer, TextAnalyzer, Token,
    TokenStream, Tokenizer,
};

/// For the scored text: `accounts` and `account` are one word.
pub const STEMMED: &str = "loggia_stemmed";
/// For names: words as they are written.
pub const PLAIN: &str = "loggia_plain";

/// In bytes; what is longer is no word that anybody types.
const LONGEST: usize = 80;

/// Words that say nothing about data; left out of a question that has others.
const EMPTY_WORDS: [&str; 30] = [
    "a", "an", "and", "are", "as", "at", "by", "for", "from", "in", "is", "it", "of", "on", "or", "that",
    "the", "this", "to", "was", "what", "where", "which", "with", "de", "del", "el", "la", "los", "y",
];

pub fn register(index: &Index) {
    index.tokenizers().register(STEMMED, stemmed());
    index.tokenizers().register(PLAIN, plain());
}

pub fn stemmed() -> TextAnalyzer {
    let form = TextAnalyzer::builder(RawTokenizer::default())
        .filter(RemoveLongFilter::limit(LONGEST))
        .filter(LowerCaser)
        .filter(AsciiFoldingFilter)
        .filter(Stemmer::new(Language::English));
    Splitter::with(form.build()).into()
}

pub fn plain() -> TextAnalyzer {
    let form = TextAnalyzer::builder(RawTokenizer::default())
        .filter(RemoveLongFilter::limit(LONGEST))
        .filter(LowerCaser)
        .filter(AsciiFoldingFilter);
    Splitter::with(form.build()).into()
}

/// The words of a text, in order.
pub fn words(analyzer: &mut TextAnalyzer, text: &str) -> Vec<String> {
    let mut words = Vec::new();
    analyzer.token_stream(text).process(&mut |token| words.push(token.text.clone()));
    words
}

/// The words of a question, each once, without those that say nothing.
pub fn asked(analyzer: &mut TextAnalyzer, text: &str) -> Vec<String> {
    let mut plain = plain();
    let said: Vec<String> = words(&mut plain, text);
    let is_telling = |word: &String| !EMPTY_WORDS.contains(&word.as_str());
    let telling: Vec<&String> = said.iter().filter(|word| is_telling(word)).collect();
    let kept: Vec<&String> = if telling.is_empty() { said.iter().collect() } else { telling };
    let mut asked = Vec::new();
    for word in kept {
        for stem in words(analyzer, word) {
            if !asked.contains(&stem) {
                asked.push(stem);
            }
        }
    }
    asked
}

/// A whole name for comparing: its words joined by single blanks.
pub fn whole(name: &str) -> String {
    words(&mut plain(), name).join(" ")
}

/// Splits at what is neither letter nor digit, and where `camelCase` turns; each word is put in its form.
#[derive(Clone)]
struct Splitter {
    token: Token,
    forms: Forms,
}

impl Splitter {
    fn with(form: TextAnalyzer) -> Self {
        Self { token: Token::default(), forms: Forms { form, known: HashMap::new() } }
    }
}

/// The forms of words as they are written. Finding the stem of a word takes ten times as long as finding a
/// word again, and a catalog says the same few thousand words over and over.
struct Forms {
    form: TextAnalyzer,
    /// `None` for what is too long to be a word.
    known: HashMap<Box<str>, Option<Box<str>>>,
}

/// Words remembered; then it begins anew.
const REMEMBERED: usize = 8_192;

impl Forms {
    /// Writes the form of a word into the text; `false` where it has none.
    fn put(&mut self, word: &str, text: &mut String) -> bool {
        if !self.known.contains_key(word) {
            if self.known.len() == REMEMBERED {
                self.known.clear();
            }
            let mut stream = self.form.token_stream(word);
            let form = stream.advance().then(|| stream.token().text.as_str().into());
            self.known.insert(word.into(), form);
        }
        text.clear();
        let Some(form) = self.known.get(word).and_then(Option::as_deref) else { return false };
        text.push_str(form);
        true
    }
}

/// tantivy clones an analyzer for every segment that it writes, and each soon knows its words.
impl Clone for Forms {
    fn clone(&self) -> Self {
        Self { form: self.form.clone(), known: HashMap::new() }
    }
}

struct Words<'a> {
    text: &'a str,
    /// Where the next word is looked for, in bytes.
    at: usize,
    token: &'a mut Token,
    forms: &'a mut Forms,
}

impl Tokenizer for Splitter {
    type TokenStream<'a> = Words<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Words<'a> {
        self.token.reset();
        Words { text, at: 0, token: &mut self.token, forms: &mut self.forms }
    }
}

impl TokenStream for Words<'_> {
    fn advance(&mut self) -> bool {
        loop {
            let rest = self.text.get(self.at..).unwrap_or("");
            let Some(start) = rest.find(char::is_alphanumeric) else { return false };
            let word = rest.get(start..).unwrap_or("");
            let word = word.get(..word_length(word)).unwrap_or("");
            self.token.offset_from = self.at + start;
            self.token.offset_to = self.at + start + word.len();
            self.token.position = self.token.position.wrapping_add(1);
            self.at = self.token.offset_to;
            if self.forms.put(word, &mut self.token.text) {
                return true;
            }
        }
    }

    fn token(&self) -> &Token {
        self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        self.token
    }
}

/// The length in bytes of the first word of a text that begins with one.
fn word_length(text: &str) -> usize {
    let mut letters = text.char_indices().peekable();
    let mut before: Option<char> = None;
    while let Some((at, letter)) = letters.next() {
        let next = letters.peek().map(|(_, letter)| *letter);
        if !letter.is_alphanumeric() || before.is_some_and(|before| turns(before, letter, next)) {
            return at;
        }
        before = Some(letter);
    }
    text.len()
}

/// `custId`: before the I. `SSNNumber`: before the last N, since `Number` begins there.
fn turns(before: char, letter: char, next: Option<char>) -> bool {
    letter.is_uppercase()
        && (before.is_lowercase() || (before.is_uppercase() && next.is_some_and(char::is_lowercase)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_every_trade_split_alike() {
        for (text, expected) in [
            ("cust_ssn", "cust ssn"),
            ("custSSN", "cust ssn"),
            ("SSNNumber", "ssn number"),
            ("Días de mora (30+)", "dias de mora 30"),
            ("IFRS9_stage2", "ifrs9 stage2"),
            ("core.public.accounts", "core public accounts"),
            ("", ""),
            ("¡…!", ""),
        ] {
            assert_eq!(words(&mut plain(), text).join(" "), expected, "{text}");
        }
    }

    #[test]
    fn a_plural_and_its_singular_are_one_word() {
        for (one, many) in [
            ("account", "accounts"),
            ("transaction", "transactions"),
            ("region", "regions"),
            ("score", "scores"),
        ] {
            assert_eq!(words(&mut stemmed(), one), words(&mut stemmed(), many));
        }
    }

    #[test]
    fn a_question_loses_its_empty_words_unless_it_has_no_others() {
        assert_eq!(asked(&mut plain(), "what is the number of customers"), ["number", "customers"]);
        assert_eq!(asked(&mut plain(), "the of"), ["the", "of"]);
    }
}
