//! Publishing many at once: 10,000 assets that five rules speak of, with a plan before, and again when nothing is new.

use std::sync::Arc;
use std::time::{Duration, Instant};

use loggia_catalog::Catalog;
use loggia_catalog::bulk::Bulk;
use loggia_catalog::ports::{Inbox, Show, Store, Told, What};
use loggia_catalog::rules::RuleDraft;
use loggia_model::facts::Role;
use loggia_model::{Seq, Timestamp};
use loggia_search::TantivyIndex;
use loggia_store::SqlStore;
use loggia_testkit::{
    Outcome, There, asset, everything, glossary, member, nightly, person, project, signed_in, term, unit,
};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::options::Options;
use crate::report::{Report, Row};
use crate::timing::{Times, grouped, shown};

const COLUMNS: usize = 20;
const BATCH: usize = 500;
/// That somebody is told.
const EVENTS: u64 = 100_000;
const LOOKS: usize = 50;
const BAR: Duration = Duration::from_secs(10);

pub fn run(options: &Options, report: &mut Report) -> Outcome {
    Runtime::new()?.block_on(measured(options, report))
}

async fn measured(options: &Options, report: &mut Report) -> Outcome {
    let count = if options.quick { 1_000 } else { 10_000 };
    let folder = TempDir::with_prefix_in("loggia-bench-", &options.scratch)?;
    let store = Arc::new(SqlStore::sqlite(&folder.path().join("loggia.sqlite")).await?);
    let index = Arc::new(TantivyIndex::open(&folder.path().join("index"))?);
    let catalog = Catalog::open(store.clone(), index).await?;
    let found = made(&catalog, store.as_ref(), count).await?;
    let olga = signed_in("olga");

    let begun = Instant::now();
    let plan = catalog.plan_publishing(&olga, &everything().into(), None).await?;
    report.add(Row::told(
        format!("plan of publishing {} assets with five rules", grouped(plan.all)),
        format!(
            "{}; {} would be, {} lack something",
            shown(begun.elapsed()),
            grouped(plan.published),
            grouped(plan.lacking)
        ),
    ));
    let (took, bulk, progress) = published(&catalog).await?;
    report.add(
        Row::told(
            format!("publishing {} of them, progress told {progress} times", grouped(bulk.published)),
            shown(took),
        )
        .against("< 10 s", took < BAR && bulk.published == found),
    );
    let begun = Instant::now();
    catalog.until_found(bulk.seq).await;
    report.add(Row::told("until all of them are found by who looks from the unit", shown(begun.elapsed())));
    let (took, bulk, _) = published(&catalog).await?;
    report
        .add(Row::told(format!("again, when {} are out as they are", grouped(bulk.unchanged)), shown(took)));
    inbox(&catalog, &store, count, report).await
}

/// Starts it, and waits until it is over: how long that took, what came of it, and how many steps were to be seen.
async fn published(catalog: &Catalog) -> Outcome<(Duration, Bulk, usize)> {
    let olga = signed_in("olga");
    let begun = Instant::now();
    let ticket = catalog.begin_publishing(&olga, &everything().into(), None, "The first.").await?;
    let (mut last, mut steps) = (0, 0);
    loop {
        let bulk = catalog.publishing_of(&olga, &ticket).there()?;
        if bulk.looked_at != last {
            (last, steps) = (bulk.looked_at, steps + 1);
        }
        if bulk.is_done {
            return Ok((begun.elapsed(), bulk, steps));
        }
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

/// The inbox of somebody who has been told 100,000 times: its first page, and the count in the header.
async fn inbox(catalog: &Catalog, store: &SqlStore, count: usize, report: &mut Report) -> Outcome {
    let iris = signed_in("iris").key;
    let olga = signed_in("olga").key;
    let told = |seq: u64| Told {
        person: iris.clone(),
        seq: Seq(seq),
        at: Timestamp::EPOCH.plus_seconds(seq.cast_signed()),
        urn: asset(&format!("core.table_{}", seq as usize % count)).urn,
        what: What::Columns,
        by: olga.clone(),
        detail: "adds column_21; widens column_3 from int to bigint".to_owned(),
        is_read: seq.is_multiple_of(2),
        aside: None,
    };
    let all: Vec<Told> = (1..=EVENTS).map(told).collect();
    // The catalog tells, too: whoever is first goes on.
    loop {
        let so_far = store.told_until().await?;
        if store.tell(so_far, store.last().await?, &all).await? {
            break;
        }
    }
    let person = signed_in("iris");
    let (mut pages, mut counts) = (Vec::new(), Vec::new());
    for _ in 0..LOOKS {
        let begun = Instant::now();
        let events = catalog.events(&person, Show::Open, None).await?;
        pages.push(begun.elapsed());
        let begun = Instant::now();
        let unread = catalog.unread(&person).await?;
        counts.push(begun.elapsed());
        assert!(!events.shown.is_empty() && unread == EVENTS / 2, "the inbox is not what was told");
    }
    let (page, counted) = (Times::of(pages).at(95), Times::of(counts).at(95));
    let what = format!("inbox of somebody who was told {} times: its first page, p95", grouped(EVENTS));
    report.add(Row::told(what, shown(page)).against("< 20 ms", page < Duration::from_millis(20)));
    report.add(Row::told("the count in the header, p95".to_owned(), shown(counted)));
    Ok(())
}

/// One in a hundred lacks a description. How many lack nothing.
async fn made(catalog: &Catalog, store: &SqlStore, count: usize) -> Outcome<u64> {
    let owner = |name: &str| member(&person(name).urn, Role::Owner);
    let analytics = unit("analytics").named("Analytics").member(owner("olga"));
    let words = glossary("words").named("Words").in_unit("analytics");
    let analytics = analytics.member(member(&person("iris").urn, Role::Viewer));
    let others = [
        person("olga").put(),
        person("iris").put(),
        analytics.put(),
        project("churn").named("Churn").in_unit("analytics").put(),
        words.put(),
        term("words/customer").named("Customer").put(),
    ];
    store.append(&nightly(), others.into()).await?;
    let all: Vec<usize> = (0..count).collect();
    for some in all.chunks(BATCH) {
        let made = some.iter().map(|place| {
            let table = (0..COLUMNS).fold(asset(&format!("core.table_{place}")), |table, column| {
                let name = format!("column_{column}");
                table
                    .with_column(&name, "bigint")
                    .column_described(&name, "A number that is counted every night.")
            });
            let table = table.in_project("churn").owned_by("olga").carrying("words/customer");
            let is_described = place % 100 != 0;
            if is_described {
                table.described("One row is one customer of the bank on one day of the year.").put_new()
            } else {
                table.put_new()
            }
        });
        store.append(&nightly(), made.collect()).await?;
    }
    let olga = signed_in("olga");
    let rule = |name: &str| RuleDraft {
        name: name.to_owned(),
        unit: "Analytics".to_owned(),
        ..RuleDraft::default()
    };
    catalog.until_found(store.last().await?).await;
    for rule in [
        RuleDraft { description_length: "40".to_owned(), ..rule("Described") },
        RuleDraft { owner: "yes".to_owned(), ..rule("Owned") },
        RuleDraft { terms: "1".to_owned(), glossary: "Words".to_owned(), ..rule("In our words") },
        RuleDraft { described_columns: "90".to_owned(), ..rule("Columns say what they mean") },
        RuleDraft { checks_pass: "yes".to_owned(), ..rule("Checked") },
    ] {
        catalog.save_rule(&olga, None, &rule, None).await?;
    }
    catalog.until_found(store.last().await?).await;
    Ok((count - count.div_ceil(100)) as u64)
}
