//! Prose out of the company's words.

use loggia_testkit::Dice;

use crate::chance::{Zipf, between};
use crate::company::capital;
use crate::words::{
    COLUMN_SENTENCES, MEASURES, PERIODS, PURPOSES, QUALITIES, SENTENCES, SUBJECTS, SYSTEMS, TEAMS,
};

/// The lists of words, each with its skew.
pub struct Phrases {
    subjects: Zipf,
    measures: Zipf,
    qualities: Zipf,
    periods: Zipf,
    systems: Zipf,
    purposes: Zipf,
    teams: Zipf,
}

impl Default for Phrases {
    fn default() -> Self {
        Self {
            subjects: Zipf::over(SUBJECTS.len()),
            measures: Zipf::over(MEASURES.len()),
            qualities: Zipf::over(QUALITIES.len()),
            periods: Zipf::over(PERIODS.len()),
            systems: Zipf::over(SYSTEMS.len()),
            purposes: Zipf::over(PURPOSES.len()),
            teams: Zipf::over(TEAMS.len()),
        }
    }
}

impl Phrases {
    /// Whole sentences, until there are at least so many words; never more than `most` of them.
    pub fn sentences(&self, dice: &mut Dice, least: u64, most: usize) -> String {
        let wanted = between(dice, least, most as u64);
        let mut words: Vec<String> = Vec::new();
        while (words.len() as u64) < wanted {
            let sentence = self.filled(dice, SENTENCES);
            words.extend(sentence.split(' ').map(str::to_owned));
        }
        words.truncate(most);
        words.join(" ")
    }

    pub fn about_a_column(&self, dice: &mut Dice) -> String {
        self.filled(dice, COLUMN_SENTENCES)
    }

    pub fn subject(&self, dice: &mut Dice) -> &'static str {
        pick(dice, &self.subjects, SUBJECTS)
    }

    pub fn measure(&self, dice: &mut Dice) -> &'static str {
        pick(dice, &self.measures, MEASURES)
    }

    pub fn period(&self, dice: &mut Dice) -> &'static str {
        pick(dice, &self.periods, PERIODS)
    }

    pub fn quality(&self, dice: &mut Dice) -> &'static str {
        pick(dice, &self.qualities, QUALITIES)
    }

    fn filled(&self, dice: &mut Dice, sentences: &[&'static str]) -> String {
        let mut filled = String::new();
        let mut rest = dice.one_of(sentences).copied().unwrap_or_default();
        while let Some((before, slot)) = rest.split_once('{') {
            let (slot, after) = slot.split_once('}').unwrap_or((slot, ""));
            filled.push_str(before);
            let word = match slot {
                "subject" | "subject2" => self.subject(dice),
                "measure" | "measure2" => self.measure(dice),
                "period" => self.period(dice),
                "quality" | "Quality" => self.quality(dice),
                "system" => pick(dice, &self.systems, SYSTEMS),
                "purpose" | "purpose2" => pick(dice, &self.purposes, PURPOSES),
                "team" => pick(dice, &self.teams, TEAMS),
                other => other,
            };
            if slot == "Quality" {
                filled.push_str(&capital(word))
            } else {
                filled.push_str(word)
            }
            rest = after;
        }
        filled.push_str(rest);
        filled
    }
}

fn pick(dice: &mut Dice, zipf: &Zipf, words: &[&'static str]) -> &'static str {
    words.get(zipf.place(dice)).copied().unwrap_or_default()
}
