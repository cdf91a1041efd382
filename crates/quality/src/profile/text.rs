//! Columns of texts.

use super::counts::Counts;
use super::patterns::{Pattern, pattern};
use super::{ColumnProfile, Frequent, Lengths, Range, Shaped};

/// Bytes of a text that are kept. What is longer is known by its beginning and a digest.
const LONGEST: usize = 200;

/// Stands between the beginning of a long text and its digest, and in no text that is shown.
const CUT: char = '\0';

pub struct Texts {
    counts: Counts<String>,
    lengths: Measured,
    patterns: [u64; Pattern::ALL.len()],
    range: Option<(String, String)>,
}

/// Least, most and mean of what has a length.
#[derive(Default)]
pub struct Measured {
    count: u64,
    empty: u64,
    sum: u64,
    min: Option<u64>,
    max: u64,
}

impl Texts {
    pub fn new(most_distinct: usize) -> Self {
        Self {
            counts: Counts::new(most_distinct),
            lengths: Measured::default(),
            patterns: Default::default(),
            range: None,
        }
    }

    pub fn add<'t>(&mut self, texts: impl Iterator<Item = &'t str>) {
        for text in texts {
            self.lengths.add(if text.is_ascii() { text.len() } else { text.chars().count() });
            self.widen(text);
            if let Some(count) = pattern(text).and_then(|found| self.patterns.get_mut(found as usize)) {
                *count += 1;
            }
            if text.len() <= LONGEST {
                self.counts.add(text, 1, text.len());
            } else {
                let key = shortened(text);
                self.counts.add(key.as_str(), 1, key.len());
            }
        }
        if self.counts.are_too_many() {
            self.counts.go_over();
        }
    }

    /// By bytes, which is by code points.
    fn widen(&mut self, text: &str) {
        match &mut self.range {
            None => self.range = Some((text.to_owned(), text.to_owned())),
            Some((least, _)) if text < least.as_str() => text.clone_into(least),
            Some((_, most)) if text > most.as_str() => text.clone_into(most),
            Some(_) => {}
        }
    }

    pub fn finish(&self, profile: &mut ColumnProfile) {
        self.lengths.finish(profile);
        profile.distinct = Some(self.counts.distinct(profile.present()));
        profile.range = self.range.as_ref().map(|(min, max)| Range { min: cut(min), max: cut(max) });
        let top = self.counts.top().into_iter();
        profile.top = top.map(|(value, count)| Frequent { value: shown(&value), count }).collect();
        let patterns = Pattern::ALL.into_iter().zip(self.patterns).filter(|(_, count)| *count > 0);
        profile.patterns = patterns.map(|(pattern, count)| Shaped { pattern, count }).collect();
        profile.patterns.sort_by_key(|shaped| std::cmp::Reverse(shaped.count));
    }
}

impl Measured {
    pub fn add(&mut self, length: usize) {
        let length = length as u64;
        self.count += 1;
        self.empty += u64::from(length == 0);
        self.sum = self.sum.saturating_add(length);
        self.min = Some(self.min.map_or(length, |min| min.min(length)));
        self.max = self.max.max(length);
    }

    pub fn finish(&self, profile: &mut ColumnProfile) {
        profile.empty = self.empty;
        let mean = self.sum as f64 / self.count as f64;
        profile.lengths = self.min.map(|min| Lengths { min, max: self.max, mean });
    }
}

fn shortened(text: &str) -> String {
    let digest = std::hash::BuildHasher::hash_one(&foldhash::quality::FixedState::default(), text);
    format!("{}{CUT}{digest:x}", beginning(text))
}

fn beginning(text: &str) -> &str {
    text.get(..text.floor_char_boundary(LONGEST)).unwrap_or(text)
}

fn cut(text: &str) -> String {
    if text.len() <= LONGEST { text.to_owned() } else { format!("{}…", beginning(text)) }
}

fn shown(key: &str) -> String {
    match key.rsplit_once(CUT) {
        Some((beginning, _)) if key.len() > LONGEST => format!("{beginning}…"),
        _ => key.to_owned(),
    }
}
