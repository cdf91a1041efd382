//! Searching in this process: the use case over store and index, without HTTP.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use loggia_catalog::Catalog;
use loggia_catalog::find::SearchRequest;
use loggia_model::{Actor, Door};
use loggia_search::TantivyIndex;
use loggia_store::SqlStore;
use loggia_testkit::{Outcome, Trouble};

use crate::assets::LAST;
use crate::timing::Times;
use crate::words::{MEASURES, PERIODS, PURPOSES, QUALITIES, SUBJECTS, SYSTEMS, TEAMS};

/// Questions for a catalog of made-up assets.
pub struct Questions {
    /// Of one or two words, each matching from two to three fifths of all.
    pub half: Vec<String>,
    /// As people ask: names, parts of names, sentences, words that are rare, words that are wrong.
    pub mixed: Vec<String>,
}

const MOST: usize = 40;

/// Opens the folder, which no server may be writing.
pub async fn open(folder: &Path) -> Outcome<Catalog> {
    let store = Arc::new(SqlStore::sqlite(&folder.join("loggia.sqlite")).await?);
    let index = Arc::new(TantivyIndex::open(&folder.join("index"))?);
    let catalog = Catalog::open(store, index).await?;
    let (last, _) = catalog.progress().await?;
    catalog.until_found(last).await;
    Ok(catalog)
}

/// Asks every question so many times, one after the other, after a first round that does not count.
pub async fn times(catalog: &Catalog, questions: &[String], rounds: usize) -> Outcome<Times> {
    let mut times = Vec::with_capacity(questions.len() * rounds);
    for round in 0..=rounds {
        for question in questions {
            let took = ask(catalog, question).await?.1;
            if round > 0 {
                times.push(took);
            }
        }
    }
    Ok(Times::of(times))
}

impl Questions {
    pub async fn about(catalog: &Catalog) -> Outcome<Self> {
        let all = ask(catalog, "").await?.0;
        let lists = [SUBJECTS, MEASURES, PERIODS, QUALITIES, SYSTEMS, PURPOSES, TEAMS];
        // The first words of each list are the common ones.
        let common: BTreeSet<&str> = lists.iter().flat_map(|list| list.iter().take(16).copied()).collect();
        let common: Vec<&str> = common.into_iter().filter(|word| !word.contains(' ')).collect();
        let mut half = Vec::new();
        let mut frequent = Vec::new();
        for word in &common {
            let matches = ask(catalog, word).await?.0;
            if is_about_half(matches, all) {
                half.push((*word).to_owned());
            }
            if matches * 10 > all * 6 {
                frequent.push(*word);
            }
        }
        for (place, one) in frequent.iter().enumerate() {
            for other in frequent.iter().skip(place + 1) {
                let question = format!("{one} {other}");
                if half.len() < MOST && is_about_half(ask(catalog, &question).await?.0, all) {
                    half.push(question);
                }
            }
        }
        if all == 0 || half.is_empty() {
            return Err(Trouble::new("no question matches about half of the assets"));
        }
        Ok(Self { half, mixed: mixed() })
    }
}

/// How many match, and how long the answer took.
async fn ask(catalog: &Catalog, question: &str) -> Outcome<(u64, Duration)> {
    let request = SearchRequest { text: question.to_owned(), page: 1, ..SearchRequest::default() };
    let begun = Instant::now();
    let found = catalog.search(&Actor::local(Door::CommandLine), request).await?;
    Ok((found.total, begun.elapsed()))
}

fn is_about_half(matches: u64, all: u64) -> bool {
    (all * 4..=all * 6).contains(&(matches * 10))
}

fn mixed() -> Vec<String> {
    let mut mixed: Vec<String> = vec![
        LAST.into(),
        "dim_customer_balance".into(),
        "customer churn".into(),
        "cust".into(),
        "where is the balance of each account".into(),
        "which tables are used for capital calculation and stress testing".into(),
        "mortage arrears".into(),
        "\"core banking\" loan".into(),
        "pii".into(),
        "swap convexity".into(),
        "exposure by counterparty".into(),
        "daily footfall of stores".into(),
    ];
    let words = SUBJECTS.iter().zip(MEASURES).enumerate().filter(|(place, _)| place % 4 == 3);
    mixed.extend(words.map(|(_, (subject, measure))| format!("{subject} {measure}")));
    mixed
}
