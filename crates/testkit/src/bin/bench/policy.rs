//! Deciding, in this process: one decision, and an actor's filter.

use std::collections::BTreeSet;
use std::hint::black_box;
use std::time::{Duration, Instant};

use loggia_model::{Kind, Urn};
use loggia_policy::{
    Action, Assignment, Holder, OwnPolicy, Policies, Principal, PrincipalKind, Resource, Role,
};
use loggia_testkit::Outcome;

use crate::organised::{GROUPS, OWN, PEOPLE, UNITS, own_policy};
use crate::report::{Report, Row};
use crate::timing::{Times, shown};

const ROUNDS: usize = 200;

pub fn run(report: &mut Report) -> Outcome {
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
    Ok(())
}

fn policies() -> Outcome<Policies> {
    let assignments = (0..PEOPLE * 2).map(|place| Assignment {
        role: if place.is_multiple_of(3) { Role::Steward } else { Role::Viewer },
        holder: Holder::Person(format!("p{}", place % PEOPLE)),
        scope: Some(unit(place * 7 % UNITS)),
    });
    let own = (0..OWN).map(|place| OwnPolicy { name: format!("own {place}"), text: own_policy(place) });
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

fn timed<T>(work: impl FnOnce() -> T) -> Duration {
    let begun = Instant::now();
    black_box(work());
    begun.elapsed()
}

/// `12.3 µs`.
fn shown_fine(time: Duration) -> String {
    format!("{:.1} µs", time.as_secs_f64() * 1e6)
}
