//! Made-up assets: the same for the same number, but for their ages, which are counted from today.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::SystemTime;

use loggia_catalog::ports::Stored;
use loggia_catalog::yaml::write_json_line;
use loggia_model::facts::{AssetFacts, AssetType, Check, CheckStatus, ColumnFacts, ColumnKey};
use loggia_model::{ColumnPath, DatasetName, Timestamp, Urn};
use loggia_testkit::{Dice, Entity, Outcome, asset};

use crate::chance::{Skewed, between, happens};
use crate::company::{Company, capital, stored};
use crate::sentence::Phrases;
use crate::words::{ATTRIBUTES, LAYERS, PLATFORMS};

const SEED: u64 = 2026;
pub const COLUMNS: usize = 20;
/// The name of the last asset; no other has these words.
pub const LAST: &str = "terminus_quetzal";
/// The name of the asset that has 30,000 columns.
pub const WIDE: &str = "wide_quetzal";
pub const WIDE_COLUMNS: usize = 30_000;

/// Makes one asset after the other.
pub struct Maker {
    dice: Dice,
    phrases: Phrases,
    company: Company,
    platforms: Skewed<(&'static str, &'static str, &'static str)>,
    layers: Skewed<&'static str>,
    attributes: Skewed<(&'static str, &'static str)>,
    taken: HashMap<String, u32>,
    /// Some of those made before, to be made from.
    known: Vec<Urn>,
    today: Timestamp,
}

impl Maker {
    pub fn new() -> Self {
        let mut dice = Dice::thrown(SEED);
        let phrases = Phrases::default();
        let company = Company::made(&mut dice, &phrases);
        let now = Timestamp::from_system(SystemTime::now());
        Self {
            platforms: Skewed::new(PLATFORMS.to_vec()),
            layers: Skewed::new(LAYERS.to_vec()),
            attributes: Skewed::new(ATTRIBUTES.to_vec()),
            taken: HashMap::new(),
            known: Vec::new(),
            today: now.date().parse().unwrap_or(now),
            dice,
            phrases,
            company,
        }
    }

    /// Units, people, glossaries and terms, then the assets; the last is called [`LAST`].
    pub fn everything(mut self, assets: usize) -> impl Iterator<Item = Stored> {
        let company = std::mem::take(&mut self.company.entities);
        let made = (1..=assets)
            .map(move |number| if number == assets { self.called(LAST, COLUMNS) } else { self.next() });
        company.into_iter().chain(made)
    }

    /// An asset with the name and number of columns.
    pub fn called(&mut self, name: &str, columns: usize) -> Stored {
        stored(self.asset(name.to_owned(), columns))
    }

    fn next(&mut self) -> Stored {
        let dice = &mut self.dice;
        let layer = self.layers.one(dice).copied().unwrap_or_default();
        let (subject, measure) = (self.phrases.subject(dice), self.phrases.measure(dice));
        let mut name = match dice.below(3) {
            0 => format!("{layer}_{subject}_{measure}"),
            1 => format!("{layer}_{subject}_{measure}_{}", self.phrases.period(dice)),
            _ => format!("{layer}_{}_{subject}_{measure}", self.phrases.quality(dice)),
        };
        let times = self.taken.entry(name.clone()).or_default();
        *times += 1;
        if *times > 1 {
            name = format!("{name}_v{times}");
        }
        stored(self.asset(name, COLUMNS))
    }

    fn asset(&mut self, table: String, columns: usize) -> Entity<AssetFacts> {
        let (platform, namespace, place) = self.platforms.one(&mut self.dice).copied().unwrap_or_default();
        let slash = if platform == "s3" { '/' } else { '.' };
        let mut made = asset("made");
        if let Ok(name) = DatasetName::new(namespace, format!("{place}{slash}{table}")) {
            made.urn = Urn::asset(&name);
        }
        let upstream: Vec<Urn> =
            (0..self.dice.below(4)).filter_map(|_| self.dice.one_of(&self.known).cloned()).collect();
        if self.known.len() < 5_000 {
            self.known.push(made.urn.clone());
        }
        let facts = &mut made.facts;
        let dice = &mut self.dice;
        if happens(dice, 60) {
            facts.name = Some(capital(
                &table.split_once('_').map_or(table.as_str(), |(_, rest)| rest).replace('_', " "),
            ));
        }
        facts.asset_type = Some(asset_type(dice, platform));
        facts.platform = Some(platform.to_owned());
        facts.description = Some(self.phrases.sentences(dice, 20, 60));
        facts.unit = self.company.units.one(dice).cloned();
        facts.owners =
            Some((0..between(dice, 1, 2)).filter_map(|_| self.company.owners.one(dice).cloned()).collect());
        facts.tags = (0..dice.below(4)).filter_map(|_| self.company.tags.one(dice).cloned()).collect();
        facts.terms = (0..dice.below(3)).filter_map(|_| self.company.terms.one(dice).cloned()).collect();
        facts.upstream.put.extend(upstream);
        facts.rows = Some(mostly_small(dice, 34));
        let age = i64::try_from(mostly_small(dice, 10) * 86_400 + dice.below(86_400)).unwrap_or(0);
        facts.data_changed_at = happens(dice, 90).then(|| self.today.plus_seconds(-age));
        if happens(dice, 20) {
            facts.checks = (0..between(dice, 1, 4)).map(|number| check(dice, number)).collect();
        }
        for number in 0..columns {
            made.facts.columns.extend(self.column(number));
        }
        made
    }

    fn column(&mut self, number: usize) -> Option<(ColumnPath, ColumnFacts)> {
        let dice = &mut self.dice;
        let (attribute, data_type) = self.attributes.one(dice).copied().unwrap_or_default();
        // The number keeps two columns of one table apart, in tables of 20 by few of them.
        let name = match number {
            0 => "id".to_owned(),
            1..=3 => format!("{}_{attribute}_{number}", self.phrases.subject(dice)),
            _ => {
                format!("{}_{}_{attribute}_{number}", self.phrases.subject(dice), self.phrases.measure(dice))
            }
        };
        let path = ColumnPath::top(&name).ok()?;
        let column = ColumnFacts {
            data_type: Some(data_type.to_owned()),
            nullable: Some(number > 0),
            key: (number == 0).then_some(ColumnKey::Primary),
            description: happens(dice, 30).then(|| self.phrases.about_a_column(dice)),
            tags: happens(dice, 4)
                .then(|| self.company.tags.one(dice).cloned())
                .flatten()
                .into_iter()
                .collect(),
            terms: happens(dice, 6)
                .then(|| self.company.terms.one(dice).cloned())
                .flatten()
                .into_iter()
                .collect(),
            ..ColumnFacts::default()
        };
        Some((path, column))
    }
}

/// Writes what there is as JSON lines; how many bytes they have.
pub fn write(file: &Path, entities: impl Iterator<Item = Stored>) -> Outcome<u64> {
    let mut out = BufWriter::new(File::create(file)?);
    for entity in entities {
        writeln!(out, "{}", write_json_line(&entity))?;
    }
    out.into_inner().map_err(|error| error.into_error())?;
    Ok(file.metadata()?.len())
}

fn asset_type(dice: &mut Dice, platform: &str) -> AssetType {
    match platform {
        "kafka" => AssetType::Topic,
        "s3" => AssetType::FileSet,
        "superset" => AssetType::Dashboard,
        "mlflow" => AssetType::Model,
        _ if happens(dice, 25) => AssetType::View,
        _ => AssetType::Table,
    }
}

fn check(dice: &mut Dice, number: u64) -> Check {
    let status = if happens(dice, 85) { CheckStatus::Pass } else { CheckStatus::Fail };
    let name = format!("not_null_{number}");
    Check { name, rule: "not_null".into(), column: None, status, message: None, failures: None, at: None }
}

/// Below two to the power of `bits`, each power as likely as the next.
fn mostly_small(dice: &mut Dice, bits: u64) -> u64 {
    let bits = between(dice, 1, bits);
    dice.below(1 << bits)
}
