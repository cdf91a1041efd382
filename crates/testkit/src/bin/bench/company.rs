//! The organisation that the made-up assets belong to: its units, people, glossaries, terms and tags.

use std::collections::BTreeSet;

use loggia_catalog::ports::Stored;
use loggia_model::facts::{TermFacts, TermStatus};
use loggia_model::{Label, Seq, Slug, Timestamp, Urn};
use loggia_testkit::{Dice, Entity, Told, glossary, person, term, unit};

use crate::chance::Skewed;
use crate::sentence::Phrases;
use crate::words::{FIRST_NAMES, LAST_NAMES, MEASURES, QUALITIES, SUBJECTS, TAGS, UNITS};

const TERMS: usize = 500;
const TAGS_IN_ALL: usize = 120;

pub struct Company {
    pub units: Skewed<Urn>,
    pub owners: Skewed<Urn>,
    pub terms: Skewed<Urn>,
    pub tags: Skewed<Label>,
    /// Everything above as a catalog has it.
    pub entities: Vec<Stored>,
}

impl Company {
    pub fn made(dice: &mut Dice, phrases: &Phrases) -> Self {
        let mut entities = Vec::new();
        let mut units = Vec::new();
        let top = slug("Grupo Guaraní");
        entities.push(stored(unit(&top).named("Grupo Guaraní")));
        for (division, below) in UNITS {
            let above = slug(division);
            let described = phrases.sentences(dice, 20, 30);
            entities.push(stored(unit(&above).named(division).below(&top).described(&described)));
            for name in *below {
                let leaf = unit(&format!("{above}/{}", slug(name))).named(name).below(&above);
                units.push(leaf.urn.clone());
                entities.push(stored(leaf));
            }
        }
        let mut owners = Vec::new();
        for last in LAST_NAMES {
            for first in FIRST_NAMES {
                let name = format!("{first} {last}");
                let one = person(&slug(&name)).named(&name);
                owners.push(one.urn.clone());
                entities.push(stored(one));
            }
        }
        let (terms, glossaries) = glossary_of(dice, phrases);
        let term_urns = terms.iter().map(|term| term.urn.clone()).collect();
        entities.extend(glossaries);
        entities.extend(terms.into_iter().map(stored));
        shuffle(dice, &mut units);
        shuffle(dice, &mut owners);
        Self {
            units: Skewed::new(units),
            owners: Skewed::new(owners),
            terms: Skewed::new(term_urns),
            tags: Skewed::new(tags()),
            entities,
        }
    }
}

fn glossary_of(dice: &mut Dice, phrases: &Phrases) -> (Vec<Entity<TermFacts>>, Vec<Stored>) {
    let areas = ["banking", "risk", "retail", "finance"];
    let glossaries = areas.iter().map(|area| stored(glossary(area).named(&format!("The words of {area}"))));
    let glossaries = glossaries.collect();
    let mut known = BTreeSet::new();
    let mut terms = Vec::with_capacity(TERMS);
    for place in 0..TERMS * 4 {
        let subject = SUBJECTS.get(place % SUBJECTS.len()).copied().unwrap_or_default();
        let measure = dice.one_of(MEASURES).copied().unwrap_or_default();
        let quality = dice.one_of(QUALITIES).copied().unwrap_or_default();
        let name = if place % 3 == 0 {
            format!("{quality} {subject} {measure}")
        } else {
            format!("{subject} {measure}")
        };
        if !known.insert(name.clone()) || terms.len() == TERMS {
            continue;
        }
        let area = areas.get(place % areas.len()).copied().unwrap_or_default();
        let mut one = term(&format!("{area}/{}", slug(&name)))
            .named(&capital(&name))
            .meaning(&phrases.sentences(dice, 12, 25));
        if place % 5 == 0 {
            one = one.or(&initials(&name));
        }
        one.facts.status = Some(TermStatus::Approved);
        terms.push(one);
    }
    (terms, glossaries)
}

fn tags() -> Vec<Label> {
    let of_subjects = SUBJECTS.iter().map(|subject| format!("{subject}-360"));
    let of_measures = MEASURES.iter().map(|measure| (*measure).to_owned());
    let words = TAGS.iter().map(|tag| (*tag).to_owned()).chain(of_subjects).chain(of_measures);
    words.filter_map(|word| word.parse().ok()).take(TAGS_IN_ALL).collect()
}

/// As the first revision of an entity, stated by the catalog as code.
pub fn stored<F: Told>(entity: Entity<F>) -> Stored {
    let entity = entity.stated_by("code");
    let body = entity.body().into();
    Stored { urn: entity.urn, revision: 1, seq: Seq::default(), at: Timestamp::EPOCH, body }
}

pub fn slug(name: &str) -> String {
    Slug::of(name).map(|slug| slug.to_string()).unwrap_or_default()
}

pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn initials(name: &str) -> String {
    name.split(' ').filter_map(|word| word.chars().next()).flat_map(char::to_uppercase).collect()
}

fn shuffle<T>(dice: &mut Dice, things: &mut [T]) {
    for place in (1..things.len()).rev() {
        let other = usize::try_from(dice.below(place as u64 + 1)).unwrap_or(0);
        things.swap(place, other);
    }
}
