//! Over a whole organisation: searching through a filter, and trying policies before they are saved.

use std::time::{Duration, Instant};

use loggia_catalog::organise::Draft;
use loggia_model::{Actor, Door, Kind, Urn};
use loggia_policy::Action;
use loggia_testkit::{Outcome, asset, everything, looking_for, signed_in};
use tokio::runtime::Runtime;

use crate::options::Options;
use crate::organised::{Organised, SEES_ALL, administrator, own_policy, who};
use crate::report::{Report, Row};
use crate::timing::{Times, grouped, shown};

const ROUNDS: usize = 200;

/// What is tried: of a group, of everybody, and as a change of what is there.
const TRIED: [(&str, &str); 4] = [
    (
        "a group's permit by a tag",
        "permit (principal in Group::\"g7\", action in [Action::\"discover\", Action::\"read\"], resource) when { resource.tags.contains(\"t3\") };",
    ),
    (
        "a forbid for all but a group by a tag, every action",
        "forbid (principal, action, resource) when { resource.tags.contains(\"t5\") } unless { principal in Group::\"g1\" };",
    ),
    (
        "a permit for everybody of half of all assets",
        "permit (principal is Person, action == Action::\"discover\", resource) when { resource has platform && resource.platform == \"s3\" };",
    ),
    (
        "a permit for everybody in a unit of a hundred",
        "permit (principal is Person, action in [Action::\"discover\", Action::\"read\"], resource in DomainUnit::\"u5\");",
    ),
];

pub fn run(options: &Options, report: &mut Report) -> Outcome {
    Runtime::new()?.block_on(measured(options, report))
}

async fn measured(options: &Options, report: &mut Report) -> Outcome {
    let organised = Organised::made(options, report).await?;
    searched(&organised, options, report).await?;
    let adam = signed_in(&administrator());
    for (what, text) in TRIED {
        tried(&organised, None, what, text, report).await?;
    }
    let known: Urn = format!("urn:loggia:{}:own-8", Kind::Policy).parse()?;
    let changed = own_policy(8).replace("permit", "forbid");
    tried(&organised, Some(&known), "a permit that is there made a forbid", &changed, report).await?;
    let begun = Instant::now();
    let (_, all) = organised.catalog.who_may(&adam, &asset("core.table_42").urn, Action::Read, 0).await?;
    report.add(Row::told(
        format!("who may read one asset ({} may)", grouped(all as u64)),
        shown(begun.elapsed()),
    ));
    Ok(())
}

async fn tried(
    organised: &Organised,
    urn: Option<&Urn>,
    what: &str,
    text: &str,
    report: &mut Report,
) -> Outcome {
    let adam = signed_in(&administrator());
    let draft = Draft { name: "Tried".into(), text: text.into(), ..Draft::default() };
    let begun = Instant::now();
    let trial = organised.catalog.simulate(&adam, urn, &draft, "").await?;
    let took = begun.elapsed();
    let people: usize = trial.effects.iter().map(|effect| effect.count).sum();
    report.add(
        Row::told(
            format!("trial of {what}"),
            format!(
                "{}; {} of {} looked at, {} lines over {} people",
                shown(took),
                grouped(trial.looked_at as u64),
                grouped(trial.all as u64),
                trial.effects.len(),
                grouped(people as u64)
            ),
        )
        .against("< 10 s, of all", took < Duration::from_secs(10) && trial.looked_at == trial.all),
    );
    Ok(())
}

/// By whoever has the machine, whom no filter concerns, and by people who find much and little.
async fn searched(organised: &Organised, options: &Options, report: &mut Report) -> Outcome {
    let machine = Actor::local(Door::CommandLine);
    let without = ask(organised, &machine, "without a filter", options, report).await?;
    let mut worst = Duration::ZERO;
    for place in [SEES_ALL, 1, 4_242] {
        let begun = Instant::now();
        organised.catalog.search(&signed_in(&who(place)), everything().into()).await?;
        let first = shown(begun.elapsed());
        let how = format!("by person {place}, whose first took {first}");
        worst = worst.max(ask(organised, &signed_in(&who(place)), &how, options, report).await?);
    }
    let times = worst.as_secs_f64() / without.as_secs_f64();
    report.add(
        Row::told("a search through a filter takes, at most", format!("{times:.2} times as long"))
            .against("< 1.2 times", times < 1.2),
    );
    Ok(())
}

/// The p95 of a question that half of all match.
async fn ask(
    organised: &Organised,
    actor: &Actor,
    how: &str,
    options: &Options,
    report: &mut Report,
) -> Outcome<Duration> {
    let mut times = Vec::with_capacity(ROUNDS);
    let mut total = 0;
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        total = organised.catalog.search(actor, looking_for("even").into()).await?.total;
        times.push(begun.elapsed());
    }
    let p95 = Times::of(times).at(95);
    report.add(Row::told(
        format!("search of {} assets {how}, p95 ({} found)", grouped(options.assets as u64), grouped(total)),
        shown(p95),
    ));
    Ok(p95)
}
