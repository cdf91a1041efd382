//! Facet counts, compared with counting by hand.

use std::collections::{BTreeMap, BTreeSet};
use std::time::SystemTime;

use loggia_catalog::find::SearchView;
use loggia_catalog::ports::{FACETS, Facet, Freshness};
use loggia_model::facts::AssetType;
use loggia_model::{Change, Timestamp};
use loggia_testkit::{
    Dice, Outcome, TestCatalog, There, asset, everything, looking_for, metadata_form, person, term, unit,
};

const WORDS: [&str; 5] = ["zorp", "quix", "blem", "tarn", "ulvo"];
const UNITS: [(&str, &[&str]); 4] = [
    ("bank", &["bank"]),
    ("lending", &["bank", "lending"]),
    ("mortgages", &["bank", "lending", "mortgages"]),
    ("hr", &["hr"]),
];
const PEOPLE: [&str; 3] = ["ana", "bruno", "carla"];
const TAGS: [&str; 5] = ["pii", "gold", "silver", "finance", "zz"];
const TERMS: [&str; 4] = ["b/account", "b/churn", "b/loss", "b/score"];
const TYPES: [AssetType; 4] = [AssetType::Table, AssetType::View, AssetType::Dashboard, AssetType::Topic];
/// Two fields of one metadata form, of which one is also asked of columns.
const CLASSES: [&str; 3] = ["public", "internal", "secret"];
const REGIONS: [&str; 2] = ["eu", "us"];
const PLATFORMS: [&str; 3] = ["postgres", "kafka", "superset"];

/// What the count by hand knows of one entity.
#[derive(Default)]
struct Known {
    words: BTreeSet<&'static str>,
    values: BTreeMap<Facet, BTreeSet<String>>,
}

impl Known {
    fn is(mut self, facet: Facet, values: &[&str]) -> Self {
        self.values.entry(facet).or_default().extend(values.iter().map(|value| (*value).to_owned()));
        self
    }

    fn has(&self, facet: Facet, any: &[String]) -> bool {
        self.values.get(&facet).is_some_and(|own| any.iter().any(|value| own.contains(value)))
    }
}

struct Question {
    word: Option<&'static str>,
    choices: BTreeMap<Facet, Vec<String>>,
}

impl Question {
    /// Each field of a metadata form narrows for itself; of other facets, the field is empty.
    fn matches(&self, known: &Known, but: Option<(Facet, &str)>) -> bool {
        let mut wanted: BTreeMap<(Facet, &str), Vec<String>> = BTreeMap::new();
        for (facet, values) in &self.choices {
            for value in values {
                wanted.entry((*facet, field_of(value))).or_default().push(value.clone());
            }
        }
        self.word.is_none_or(|word| known.words.contains(word))
            && wanted.iter().all(|(of, any)| Some(*of) == but || known.has(of.0, any))
    }
}

/// `care/class` of `care/class=secret`.
fn field_of(value: &str) -> &str {
    value.split_once('=').map_or("", |(field, _)| field)
}

fn care() -> Change {
    metadata_form("care").asking("class", &CLASSES).asking("region", &REGIONS).put()
}

fn random_asset(dice: &mut Dice, number: u64, now: Timestamp) -> Outcome<(Change, Known)> {
    let mut table = asset(&format!("t.n{number}"));
    let mut known = Known::default();
    let words = dice.some_of(&WORDS, 40);
    known.words.extend(words.iter().copied());
    table = table.described(&words.into_iter().copied().collect::<Vec<_>>().join(" and "));
    let asset_type = *dice.one_of(&TYPES).there()?;
    table = table.of_type(asset_type);
    known = known.is(Facet::Kind, &[asset_type.as_str()]);
    if dice.below(10) > 1 {
        let platform = dice.one_of(&PLATFORMS).there()?;
        table = table.on(platform);
        known = known.is(Facet::Platform, &[platform]);
    }
    if dice.below(10) > 2 {
        let (unit, path) = dice.one_of(&UNITS).there()?;
        table = table.in_unit(unit);
        known = known.is(Facet::Domain, path);
    }
    for owner in dice.some_of(&PEOPLE, 30) {
        table = table.owned_by(owner);
        known = known.is(Facet::Owner, &[owner]);
    }
    for tag in dice.some_of(&TAGS, 25) {
        table = if dice.below(2) == 0 { table.tagged(tag) } else { table.column_tagged("c", tag) };
        known = known.is(Facet::Tag, &[tag]);
    }
    for term in dice.some_of(&TERMS, 25) {
        table = if dice.below(2) == 0 { table.carrying(term) } else { table.column_carrying("c", term) };
        known = known.is(Facet::Term, &[term]);
    }
    if dice.below(10) > 3 {
        let class = dice.one_of(&CLASSES).there()?;
        table = if dice.below(2) == 0 {
            table.filled("care", "class", class)
        } else {
            table.column_filled("c", "care", "class", class)
        };
        known = known.is(Facet::Form, &[&format!("care/class={class}")]);
    }
    if dice.below(10) > 5 {
        let region = dice.one_of(&REGIONS).there()?;
        table = table.filled("care", "region", region);
        known = known.is(Facet::Form, &[&format!("care/region={region}")]);
    }
    let ages = [
        (Freshness::Day, Some(0)),
        (Freshness::Week, Some(3)),
        (Freshness::Month, Some(20)),
        (Freshness::Year, Some(200)),
        (Freshness::Older, Some(900)),
        (Freshness::Unknown, None),
    ];
    let (freshness, days) = dice.one_of(&ages).there()?;
    if let Some(days) = days {
        table = table.data_of(now.plus_seconds(-86_400 * days - 3_600));
    }
    Ok((table.put(), known.is(Facet::Freshness, &[freshness.as_str()])))
}

fn random_question(dice: &mut Dice) -> Question {
    let word = if dice.below(3) == 0 { None } else { dice.one_of(&WORDS).copied() };
    let mut question = Question { word, choices: BTreeMap::new() };
    for facet in FACETS {
        if dice.below(4) != 0 {
            continue;
        }
        let values: Vec<&str> = match facet {
            Facet::Domain => UNITS.map(|(unit, _)| unit).into(),
            Facet::Kind => TYPES.map(AssetType::as_str).into_iter().chain(["term", "person"]).collect(),
            Facet::Platform => PLATFORMS.into(),
            Facet::Owner => PEOPLE.into(),
            Facet::Tag => TAGS.into_iter().chain(["nobody-has-it"]).collect(),
            Facet::Term => TERMS.into(),
            Facet::Form => vec!["care/class=secret", "care/class=public", "care/region=eu", "care/region=us"],
            Facet::Freshness => Freshness::ALL.map(Freshness::as_str).into(),
        };
        let chosen = dice.some_of(&values, 40);
        if !chosen.is_empty() {
            question.choices.insert(facet, chosen.into_iter().map(|value| (*value).to_owned()).collect());
        }
    }
    question
}

/// The counts of a facet, without those that are shown only because they were chosen.
fn counted(view: &SearchView, facet: Facet) -> BTreeMap<String, u64> {
    let facet = view.facets.iter().filter(|shown| shown.facet == facet).flat_map(|shown| &shown.values);
    facet.filter(|value| value.count > 0).map(|value| (value.value.clone(), value.count)).collect()
}

fn by_hand(all: &BTreeMap<String, Known>, question: &Question, facet: Facet) -> BTreeMap<String, u64> {
    let mut counts = BTreeMap::new();
    for known in all.values() {
        for value in known.values.get(&facet).into_iter().flatten() {
            if question.matches(known, Some((facet, field_of(value)))) {
                *counts.entry(value.clone()).or_default() += 1;
            }
        }
    }
    counts
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn facet_counts_are_those_of_counting_by_hand_and_no_facet_narrows_its_own() -> Outcome {
    let mut dice = Dice::thrown(2026);
    let now = Timestamp::from_system(SystemTime::now());
    let catalog = TestCatalog::open().await?;
    let unknown = |kind: &str| Known::default().is(Facet::Kind, &[kind]).is(Facet::Freshness, &["unknown"]);
    let mut all = BTreeMap::new();
    let mut words = Vec::new();
    for (slug, path) in UNITS {
        let above = &path[..path.len() - 1];
        all.insert(format!("unit {slug}"), unknown("domain-unit").is(Facet::Domain, above));
        words.push(above.last().map_or(unit(slug), |parent| unit(slug).below(parent)).put());
    }
    for slug in PEOPLE {
        all.insert(format!("person {slug}"), unknown("person"));
        words.push(person(slug).put());
    }
    for slug in TERMS {
        all.insert(format!("term {slug}"), unknown("term"));
        words.push(term(slug).put());
    }
    all.insert("care".to_owned(), unknown("metadata-form"));
    words.push(care());
    catalog.holding(words).await?;
    // In several rounds, some of which write over what others wrote: several segments, with deletions.
    for round in 0..5 {
        let mut changes = Vec::new();
        for _ in 0..90 {
            let number = dice.below(260);
            let (change, known) = random_asset(&mut dice, number, now)?;
            all.insert(format!("asset {number}"), known);
            changes.push(change);
        }
        let gone = dice.below(260);
        changes.push(asset(&format!("t.n{gone}")).remove());
        all.remove(&format!("asset {gone}"));
        catalog.holding(changes).await?;

        for _ in 0..25 {
            let question = random_question(&mut dice);
            let mut asking = question.word.map_or_else(everything, looking_for);
            for (facet, values) in &question.choices {
                asking = asking.choosing(*facet, values);
            }
            let view = catalog.answer(asking).await?;
            if view.loosened {
                continue;
            }
            let told = || format!("round {round}: {:?} {:?}", question.word, question.choices);
            let total = all.values().filter(|known| question.matches(known, None)).count();
            assert_eq!(view.total, total as u64, "{}", told());
            for facet in FACETS {
                assert_eq!(counted(&view, facet), by_hand(&all, &question, facet), "{facet:?}, {}", told());
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_chosen_value_stays_in_sight_and_comes_first() -> Outcome {
    let catalog = TestCatalog::open().await?;
    catalog
        .holding([
            asset("a").tagged("gold").put(),
            asset("b").tagged("gold").put(),
            asset("c").tagged("pii").put(),
        ])
        .await?;

    let view = catalog.answer(everything().choosing(Facet::Tag, &["pii", "nothing"])).await?;

    assert_eq!(view.total, 1);
    let tags = view.facets.iter().filter(|shown| shown.facet == Facet::Tag).flat_map(|shown| &shown.values);
    let tags: Vec<_> = tags.map(|value| (value.value.as_str(), value.count, value.chosen)).collect();
    assert_eq!(tags, [("pii", 1, true), ("nothing", 0, true), ("gold", 2, false)]);
    Ok(())
}
