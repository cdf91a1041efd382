//! What leaves while people write: a thousand edits a second over HTTP, first told to nobody, then to a webhook on this
//! machine; and what it costs that 500 browsers listen.

#[path = "notified/browser.rs"]
mod browser;
#[path = "notified/receiver.rs"]
mod receiver;

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use loggia_catalog::Catalog;
use loggia_catalog::ports::Store;
use loggia_catalog::secrets::SecretKey;
use loggia_model::facts::Role;
use loggia_model::{Actor, Door, Secret, Urn};
use loggia_search::TantivyIndex;
use loggia_store::SqlStore;
use loggia_testkit::{Outcome, Trouble, asset, member, nightly, organisation, person, service};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;
use tokio::time::{Instant, interval, sleep};

use self::browser::Browser;
use self::receiver::Receiver;
use crate::options::Options;
use crate::program::{Loggia, Serving};
use crate::report::{Report, Row};
use crate::timing::{Times, grouped, rate, shown};

const ASSETS: usize = 2_000;
const WRITERS: usize = 16;
/// Edits a second, of all writers together.
const EDITS: u64 = 1_000;
const LISTENERS: u64 = 500;
const KEY: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const DEMO: [&str; 2] = ["--demo", "ana"];

pub fn run(options: &Options, report: &mut Report) -> Outcome {
    let runtime = Runtime::new()?;
    let lasting = Duration::from_secs(if options.quick { 5 } else { 20 });
    let folder = TempDir::with_prefix_in("loggia-bench-", &options.scratch)?;
    let data = folder.path().join("data");
    fs::create_dir(&data)?;
    // What follows the log there ends with its runtime, so that the program can have the folder.
    let key = Runtime::new()?.block_on(filled(&data))?;
    let loggia = Loggia::over(&options.program, &data).with_secret_key(key);
    let receiver = runtime.block_on(Receiver::start())?;
    let file = folder.path().join("notifications.yaml");
    let url = receiver.url();
    let hook = format!("{{name: bench, url: '{url}', secret: hook, service: bench, private: true}}");
    fs::write(&file, format!("webhooks: [{hook}]\n"))?;
    let file = file.to_string_lossy().into_owned();
    let called = [&DEMO[..], &["--notifications", &file]].concat();

    // In turn, so that whatever else the machine does slows both.
    let (mut without, mut with, mut told, mut took) = (Vec::new(), Vec::new(), 0, Duration::ZERO);
    for _ in 0..2 {
        let serving = loggia.serve_with(&DEMO)?;
        without.extend(runtime.block_on(edited(serving.address, lasting))?);
        serving.stop()?;
        let serving = loggia.serve_with(&called)?;
        let before = receiver.count();
        let begun = Instant::now();
        let times = runtime.block_on(edited(serving.address, lasting))?;
        let edits = times.len();
        with.extend(times);
        runtime.block_on(arrived(&receiver, before + edits))?;
        told += edits;
        took += begun.elapsed();
        serving.stop()?;
    }
    let (without, with) = (Times::of(without), Times::of(with));
    let slower = with.mean().as_secs_f64() / without.mean().as_secs_f64() - 1.0;
    let edits = format!("{} edits a second by {WRITERS} people, told to nobody: mean; p95", grouped(EDITS));
    report.add(Row::told(edits, format!("{}; {}", shown(without.mean()), shown(without.at(95)))));
    report.add(
        Row::told(
            "the same, each told to a webhook: mean; p95; slower by",
            format!("{}; {}; {:.0} %", shown(with.mean()), shown(with.at(95)), slower * 100.0),
        )
        .against("<= 10 %", slower <= 0.10),
    );
    let a_second = rate(told, took);
    report.add(
        Row::told(
            format!("webhooks, {} of them, until the last arrived", grouped(u64::try_from(told)?)),
            format!("{a_second:.0}/s"),
        )
        .against("1,000/s", a_second >= 950.0),
    );
    listened(&runtime, &loggia, report)
}

/// Tables that Ana may edit and the service may read. The key that seals its secret.
async fn filled(data: &Path) -> Outcome<Secret> {
    let store = Arc::new(SqlStore::sqlite(&data.join("loggia.sqlite")).await?);
    let index = Arc::new(TantivyIndex::open(&data.join("index"))?);
    let catalog = Catalog::open(store.clone(), index).await?;
    let bank = organisation()
        .named("Bank")
        .member(member(&person("ana").urn, Role::Administrator))
        .member(member(&service("bench").urn, Role::Viewer));
    let others = [person("ana").named("Ana").put(), service("bench").named("Bench").put(), bank.put()];
    store.append(&nightly(), others.into()).await?;
    let tables = (0..ASSETS).map(|place| table(place).with_column("id", "bigint").put_new());
    store.append(&nightly(), tables.collect()).await?;
    let key = SecretKey::generate()?;
    let machine = Actor::local(Door::CommandLine);
    catalog.set_secret(&machine, &"hook".parse()?, &Secret::new(KEY.to_owned()), &key).await?;
    catalog.until_found(store.last().await?).await;
    Ok(key.written())
}

fn table(place: usize) -> loggia_testkit::Entity<loggia_model::facts::AssetFacts> {
    asset(&format!("core.table_{place}"))
}

/// How long each edit took, from when it was due.
async fn edited(address: SocketAddr, lasting: Duration) -> Outcome<Vec<Duration>> {
    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        writers.spawn(async move { edits_of(address, writer, lasting).await });
    }
    let mut times = Vec::new();
    while let Some(ended) = writers.join_next().await {
        times.extend(ended??);
    }
    Ok(times)
}

async fn edits_of(address: SocketAddr, writer: usize, lasting: Duration) -> Outcome<Vec<Duration>> {
    let mut browser = Browser::signed_in(address).await?;
    // Tables of one's own: these are people, who do not change the same.
    let tables: Vec<Urn> = (0..ASSETS).skip(writer).step_by(WRITERS).map(|place| table(place).urn).collect();
    let every = Duration::from_micros(1_000_000 * WRITERS as u64 / EDITS);
    let begun = Instant::now();
    let mut ticks = interval(every);
    let mut times = Vec::new();
    for (number, urn) in tables.iter().cycle().enumerate() {
        let due = ticks.tick().await;
        if begun.elapsed() > lasting {
            break;
        }
        browser.describe(urn, &format!("Counted {number} times by {writer}, {begun:?}.")).await?;
        times.push(due.elapsed());
    }
    Ok(times)
}

async fn arrived(receiver: &Receiver, count: usize) -> Outcome {
    for _ in 0..6_000 {
        if receiver.count() >= count {
            return Ok(());
        }
        sleep(Duration::from_millis(10)).await;
    }
    Err(Trouble::new(format!("a minute later {} have arrived, of {count}", receiver.count())))
}

/// The memory of the program before and after so many browsers listen.
fn listened(runtime: &Runtime, loggia: &Loggia, report: &mut Report) -> Outcome {
    let serving = loggia.serve_with(&DEMO)?;
    // Once through, so that what all have in common is there already.
    let first = runtime.block_on(listening(&serving, 10))?;
    let before = serving.own_kib()?;
    let all = runtime.block_on(listening(&serving, LISTENERS))?;
    let after = serving.own_kib()?;
    let each = after.saturating_sub(before) / LISTENERS;
    report.add(
        Row::told(format!("memory for each of {LISTENERS} browsers that listen"), format!("{each} KiB"))
            .against("< 100 KB", each < 97),
    );
    let mut browser = runtime.block_on(Browser::signed_in(serving.address))?;
    runtime.block_on(browser.describe(&table(0).urn, "Still there."))?;
    drop((first, all));
    serving.stop()
}

/// Browsers that have a session of their own each, and have heard how much they have not read.
async fn listening(serving: &Serving, count: u64) -> Outcome<Vec<Browser>> {
    let mut all = Vec::new();
    for _ in 0..count {
        let mut browser = Browser::signed_in(serving.address).await?;
        browser.listen().await?;
        all.push(browser);
    }
    Ok(all)
}
