//! Deciding, in this process: one decision, an actor's filter, and a search that only finds what it lets through.

use std::collections::BTreeSet;
use std::hint::black_box;
use std::time::{Duration, Instant};

use loggia_catalog::ports::{Card, Facet, Index, IndexDocument, Query, Relation, Sort};
use loggia_model::{Filter, Kind, Seq, Timestamp, Urn};
use loggia_policy::{
    Action, Assignment, Holder, OwnPolicy, Policies, Principal, PrincipalKind, Resource, Role,
};
use loggia_search::TantivyIndex;
use loggia_testkit::{Outcome, There};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::options::Options;
use crate::report::{Report, Row};
use crate::timing::{Times, shown};

const UNITS: usize = 10_000;
const PEOPLE: usize = 50_000;
const OWN: usize = 2_000;
/// Groups that own policies name; each person is in two of them.
const GROUPS: usize = 250;
const ROUNDS: usize = 200;

pub fn run(options: &Options, report: &mut Report) -> Outcome {
    let begun = Instant::now();
    let policies = policies()?;
    report.add(Row::told(
        format!("{OWN} policies and {} roles of people, checked and sorted", PEOPLE * 2),
        shown(begun.elapsed()),
    ));
    let people: Vec<Principal> = (0..ROUNDS).map(|place| person(place * 241)).collect();
    let most = people.iter().map(|person| policies.slice(person).len()).max().unwrap_or_default();
    report.add(Row::told("policies that can concern one of them, at most", most.to_string()));

    let slicing = Times::of(people.iter().map(|person| timed(|| policies.slice(person))).collect());
    report.add(Row::told("finding them (once an actor and a change)", shown_fine(slicing.at(95))));
    let mut times = Vec::new();
    let mut allowed = 0;
    for person in &people {
        let slice = policies.slice(person);
        for place in 0..50 {
            let asset = asset(place * 37);
            // The first makes the set of the action's policies.
            slice.decide(Action::Read, &asset);
            let begun = Instant::now();
            allowed += usize::from(slice.decide(Action::Read, &asset).is_allowed);
            times.push(begun.elapsed());
        }
    }
    let decided = Times::of(times);
    let p95 = decided.at(95);
    report.add(
        Row::told(format!("one decision, p95 of {} ({allowed} allowed)", decided.count()), shown_fine(p95))
            .against("< 50 µs", p95 < Duration::from_micros(50)),
    );
    let compiled = Times::of(
        people.iter().map(|person| timed(|| policies.slice(person).filter(Action::Discover))).collect(),
    );
    let p95 = compiled.at(95);
    report.add(
        Row::told("an actor's filter, compiled anew, p95", shown(p95))
            .against("< 20 ms", p95 < Duration::from_millis(20)),
    );
    let filter = policies.slice(people.first().there()?).filter(Action::Discover)?;
    Runtime::new()?.block_on(searched(options, filter, report))
}

fn policies() -> Outcome<Policies> {
    let assignments = (0..PEOPLE * 2).map(|place| Assignment {
        role: if place.is_multiple_of(3) { Role::Steward } else { Role::Viewer },
        holder: Holder::Person(format!("p{}", place % PEOPLE)),
        scope: Some(unit(place * 7 % UNITS)),
    });
    let own = (0..OWN).map(|place| {
        let group = place % GROUPS;
        let condition = match place % 4 {
            0 => format!("resource in DomainUnit::\"u{}\"", place * 13 % UNITS),
            1 => format!("resource.tags.contains(\"t{}\")", place % 40),
            2 => "resource has platform && resource.platform == \"postgres\"".to_owned(),
            _ => "principal is Person && resource.owners.contains(principal)".to_owned(),
        };
        let effect = if place % 10 == 9 { "forbid" } else { "permit" };
        let text = format!(
            "{effect} (principal in Group::\"g{group}\", action in [Action::\"discover\", Action::\"read\"], resource) when {{ {condition} }};"
        );
        OwnPolicy { name: format!("own {place}"), text }
    });
    Ok(Policies::new(assignments, own)?)
}

fn person(place: usize) -> Principal {
    let groups = [place % GROUPS, (place * 3 + 1) % GROUPS].map(|group| format!("g{group}"));
    Principal {
        kind: PrincipalKind::Person,
        id: format!("p{place}"),
        groups: groups.into(),
        units: vec![unit(place % UNITS)],
    }
}

#[expect(clippy::expect_used, reason = "the names are made here")]
fn urn(kind: Kind, rest: &str) -> Urn {
    format!("urn:loggia:{kind}:{rest}").parse().expect("a URN")
}

fn unit(place: usize) -> Urn {
    urn(Kind::DomainUnit, &format!("u{place}"))
}

/// In a unit of its own choice, below one of a hundred.
fn asset(place: usize) -> Resource {
    let own = unit(place * 11 % UNITS);
    let above = unit(place * 11 % 100);
    Resource {
        unit: Some(own.clone()),
        within: [own, above].into(),
        owners: [urn(Kind::Person, &format!("p{}", place % PEOPLE))].into(),
        tags: BTreeSet::from([format!("t{}", place % 40), format!("t{}", place % 7)]),
        type_of: Some("table".to_owned()),
        platform: Some(if place.is_multiple_of(2) { "postgres" } else { "s3" }.to_owned()),
        ..Resource::new(urn(Kind::Asset, &format!("db://bench;core.table_{place}")))
    }
}

async fn searched(options: &Options, filter: Filter, report: &mut Report) -> Outcome {
    let folder = TempDir::with_prefix_in("loggia-bench-", &options.scratch)?;
    let index = TantivyIndex::open(folder.path())?;
    for from in (0..options.assets).step_by(10_000) {
        let documents =
            (from..(from + 10_000).min(options.assets)).map(|place| document(&asset(place), place));
        index.add(documents.collect()).await?;
    }
    index.commit(Seq(1)).await?;
    let everything = ask(&index, &Filter::Everything, report, options).await?;
    let through = ask(&index, &filter, report, options).await?;
    let times = through.as_secs_f64() / everything.as_secs_f64();
    report.add(
        Row::told("a search that is filtered takes", format!("{times:.2} times as long"))
            .against("< 1.2 times", times < 1.2),
    );
    Ok(())
}

/// The p95 of a question that half of all match.
async fn ask(
    index: &TantivyIndex,
    allowed: &Filter,
    report: &mut Report,
    options: &Options,
) -> Outcome<Duration> {
    let mut times = Vec::new();
    let mut total = 0;
    for round in 0..=ROUNDS {
        let query = Query {
            text: "even".to_owned(),
            choices: Vec::new(),
            sort: Sort::Relevance,
            offset: 0,
            limit: 20,
            values: 30,
            now: Timestamp::EPOCH,
            allowed: allowed.clone(),
        };
        let begun = Instant::now();
        total = index.search(query).await?.total;
        // The first makes the filter's bits.
        if round > 0 {
            times.push(begun.elapsed());
        } else if *allowed != Filter::Everything {
            report.add(Row::told("the first search with a filter", shown(begun.elapsed())));
        }
    }
    let p95 = Times::of(times).at(95);
    let what = if *allowed == Filter::Everything { "without" } else { "with" };
    report.add(Row::told(
        format!("search of {} assets {what} a filter, p95 ({total} found)", options.assets),
        shown(p95),
    ));
    Ok(p95)
}

fn document(resource: &Resource, place: usize) -> IndexDocument {
    let name = format!("table_{place}");
    let text = if place.is_multiple_of(2) { "even" } else { "odd" };
    let unit = resource.unit.clone();
    IndexDocument {
        card: Card {
            urn: resource.urn.clone(),
            kind: Kind::Asset,
            name: name.clone(),
            technical: name.clone(),
            also: Vec::new(),
            sort: "table".to_owned(),
            platform: resource.platform.clone(),
            summary: String::new(),
            unit: unit.clone(),
            owners: resource.owners.iter().cloned().collect(),
            raci: Default::default(),
            changed_at: Timestamp::EPOCH,
            data_changed_at: None,
            missing_since: None,
            deprecated: false,
            columns: Vec::new(),
            checks: None,
        },
        text: vec![name.clone(), text.to_owned()],
        names: vec![name],
        facets: vec![
            (Facet::Kind, vec!["table".to_owned()]),
            (Facet::Domain, resource.within.iter().map(|unit| unit.rest().to_owned()).collect()),
            (Facet::Platform, resource.platform.iter().cloned().collect()),
            (Facet::Tag, resource.tags.iter().cloned().collect()),
            (Facet::Owner, resource.owners.iter().map(|owner| owner.rest().to_owned()).collect()),
        ],
        relations: unit.into_iter().map(|unit| (Relation::Within, unit)).collect(),
        columns: Vec::new(),
        traits: resource.traits(),
    }
}

fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let begun = Instant::now();
    black_box(work());
    begun.elapsed()
}

/// `12.3 µs`.
fn shown_fine(time: Duration) -> String {
    format!("{:.1} µs", time.as_secs_f64() * 1e6)
}
