//! Ten thousand tries to sign in within a minute, with passwords that are wrong: what becomes of them, and what
//! whoever reads meanwhile has of it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use loggia_catalog::ports::{Act, AuditFilter, AuditStream, Store};
use loggia_catalog::{Catalog, CatalogError};
use loggia_model::{Actor, Door, Secret};
use loggia_search::TantivyIndex;
use loggia_store::SqlStore;
use loggia_testkit::{Outcome, asset, looking_for, nightly};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use crate::options::Options;
use crate::report::{Report, Row};
use crate::timing::{Times, grouped, shown};

const A_MINUTE: u64 = 10_000;
/// Of each so many tries one is for the login that somebody has, the others for as many that nobody has.
const LOGINS: u64 = 20;
/// Logins of each sort whose answers are timed.
const COMPARED: u64 = 60;
const PASSWORD: &str = "correct horse battery";

pub fn run(options: &Options, report: &mut Report) -> Outcome {
    Runtime::new()?.block_on(measured(options, report))
}

async fn measured(options: &Options, report: &mut Report) -> Outcome {
    let lasting = Duration::from_secs(if options.quick { 6 } else { 60 });
    let folder = TempDir::with_prefix_in("loggia-bench-", &options.scratch)?;
    let store = Arc::new(SqlStore::sqlite(&folder.path().join("loggia.sqlite")).await?);
    let index = Arc::new(TantivyIndex::open(&folder.path().join("index"))?);
    let catalog = Catalog::open(store.clone(), index).await?;
    let tables = (0..1_000).map(|place| asset(&format!("core.t{place}")).put_new());
    store.append(&nightly(), tables.collect()).await?;
    let local = Actor::local(Door::CommandLine);
    catalog.add_account(&local, "ana", None, &Secret::new(PASSWORD), true).await?;
    told_apart(&catalog, report).await?;
    let calm = searched(&catalog, lasting / 6).await?;
    let reading = tokio::spawn({
        let catalog = catalog.clone();
        async move { searched(&catalog, lasting).await }
    });
    let (tries, refused, slowed, busy) = tried(&catalog, lasting).await?;
    let flooded = reading.await??;
    catalog.flush_audit().await?;
    let lines = store.audit(&AuditFilter::default(), Some(Act::NotSignedIn), None, u32::MAX >> 1).await?;
    let counted: u64 = lines.iter().map(|line| line.noted.count).sum();
    report.add(
        Row::told(
            format!("{} wrong tries to sign in within {} s", grouped(tries), lasting.as_secs()),
            format!("{refused} compared, {slowed} told to wait, {busy} sent away, none let in"),
        )
        .against("slowed", slowed + busy > refused),
    );
    report.add(
        Row::told("of these in the audit", format!("{} in {} lines", grouped(counted), lines.len()))
            .against("all, with those that were timed", counted == tries + 2 * COMPARED),
    );
    report.add(Row::told(
        "a search meanwhile, p95; without them",
        format!("{}; {}", shown(flooded.at(95)), shown(calm.at(95))),
    ));
    Ok(())
}

/// Whether the time of an answer tells that somebody has a login.
async fn told_apart(catalog: &Catalog, report: &mut Report) -> Outcome {
    let local = Actor::local(Door::CommandLine);
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for number in 0..COMPARED {
        let name = format!("somebody-{number}");
        catalog.add_account(&local, &name, None, &Secret::new(PASSWORD), false).await?;
        // In turn, so that whatever else the machine does slows both.
        for (times, login) in [(&mut known, name), (&mut unknown, format!("no-one-{number}"))] {
            let begun = Instant::now();
            let by = Actor::anonymous(Door::Browser);
            let answer = catalog.sign_in(&by, &login, &Secret::new("wrong horse battery"), "bench").await;
            times.push(begun.elapsed());
            if answer.is_ok() {
                return Err(loggia_testkit::Trouble::new("a wrong password let somebody in"));
            }
        }
    }
    let (known, unknown) = (Times::of(known), Times::of(unknown));
    report.add(Row::told(
        format!("a wrong password for a login of somebody, and of nobody, median of {COMPARED} (p5 to p95)"),
        format!("{}, and {}", spread(&known), spread(&unknown)),
    ));
    Ok(())
}

fn spread(times: &Times) -> String {
    format!("{} ({} to {})", shown(times.median()), shown(times.at(5)), shown(times.at(95)))
}

async fn tried(catalog: &Catalog, lasting: Duration) -> Outcome<(u64, u64, u64, u64)> {
    let tries = A_MINUTE * lasting.as_secs() / 60;
    let every = lasting / u32::try_from(tries)?;
    let (mut going, begun) = (JoinSet::new(), Instant::now());
    for number in 0..tries {
        let due = every * u32::try_from(number)?;
        tokio::time::sleep(due.saturating_sub(begun.elapsed())).await;
        let catalog = catalog.clone();
        going.spawn(async move {
            let by = Actor::anonymous(Door::Browser).from_address(Some("198.51.100.9".into()));
            let login = match number % LOGINS {
                0 => "ana".to_owned(),
                _ => format!("nobody-{number}"),
            };
            catalog.sign_in(&by, &login, &Secret::new("wrong horse battery"), "bench").await.map(|_| ())
        });
    }
    let (mut refused, mut slowed, mut busy) = (0, 0, 0);
    while let Some(ended) = going.join_next().await {
        match ended? {
            Ok(()) => return Err(loggia_testkit::Trouble::new("a wrong password let somebody in")),
            Err(CatalogError::Refused(why)) if why.contains("together") => refused += 1,
            Err(CatalogError::Busy(_)) => busy += 1,
            Err(_) => slowed += 1,
        }
    }
    Ok((tries, refused, slowed, busy))
}

/// As somebody who reads: a search each hundredth of a second.
async fn searched(catalog: &Catalog, lasting: Duration) -> Outcome<Times> {
    let (mut times, begun) = (Vec::new(), Instant::now());
    let machine = Actor::local(Door::CommandLine);
    while begun.elapsed() < lasting {
        let asked = Instant::now();
        catalog.search(&machine, looking_for("core").into()).await?;
        times.push(asked.elapsed());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Ok(Times::of(times))
}
