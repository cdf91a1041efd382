//! What a flood of strangers costs those who write: edits a second with and without 100,000 refusals a run.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use loggia_catalog::Catalog;
use loggia_catalog::edit::AssetEdit;
use loggia_catalog::ports::{Act, AuditFilter, AuditStream, Store};
use loggia_model::{Actor, Door, Urn};
use loggia_search::TantivyIndex;
use loggia_store::SqlStore;
use loggia_testkit::{Outcome, There, asset, nightly};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use crate::options::Options;
use crate::report::{Report, Row};

const WRITERS: usize = 32;
const FLOOD: u64 = 100_000;
/// Of the flood, in one go: evenly over the run.
const STEPS: u32 = 100;

pub fn run(options: &Options, report: &mut Report) -> Outcome {
    Runtime::new()?.block_on(measured(options, report))
}

async fn measured(options: &Options, report: &mut Report) -> Outcome {
    let (rounds, lasting) = if options.quick { (3, 2) } else { (7, 10) };
    let lasting = Duration::from_secs(lasting);
    let folder = TempDir::with_prefix_in("loggia-bench-", &options.scratch)?;
    let store = Arc::new(SqlStore::sqlite(&folder.path().join("loggia.sqlite")).await?);
    let index = Arc::new(TantivyIndex::open(&folder.path().join("index"))?);
    let catalog = Catalog::open(store.clone(), index).await?;
    let tables: Vec<_> = (0..WRITERS).map(|place| asset(&format!("core.t{place}"))).collect();
    store.append(&nightly(), tables.iter().map(|table| table.put_new()).collect()).await?;
    let urns: Vec<Urn> = tables.into_iter().map(|table| table.urn).collect();
    // The first run warms what the others share.
    written(&catalog, &urns, lasting, 0).await?;
    let (mut calm, mut flooded) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        calm.push(written(&catalog, &urns, lasting, 0).await?);
        flooded.push(written(&catalog, &urns, lasting, FLOOD).await?);
    }
    catalog.flush_audit().await?;
    let lines = store.audit(&AuditFilter::default(), Some(Act::TurnedAway), None, u32::MAX >> 1).await?;
    let counted: u64 = lines.iter().map(|line| line.noted.count).sum();
    let (calm, flooded) = (middle(calm).there()?, middle(flooded).there()?);
    let seconds = lasting.as_secs_f64();
    let cost = 1.0 - flooded / calm;
    report.add(Row::told(
        format!("edits a second by {WRITERS} people, median of {rounds} runs"),
        format!("{:.0}", calm / seconds),
    ));
    report.add(
        Row::told(
            format!("the same while {FLOOD} strangers are turned away a run"),
            format!("{:.0}, {:.2} % fewer", flooded / seconds, cost * 100.0),
        )
        .against("< 1 % fewer", cost < 0.01),
    );
    report.add(
        Row::told(format!("lines that tell of {counted} refusals"), lines.len().to_string())
            .against("all are counted", counted == FLOOD * rounds),
    );
    Ok(())
}

/// How many edits were acknowledged.
async fn written(catalog: &Catalog, urns: &[Urn], lasting: Duration, flood: u64) -> Outcome<f64> {
    let (is_over, count) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let mut writers = JoinSet::new();
    for urn in urns {
        let (catalog, urn) = (catalog.clone(), urn.clone());
        let (is_over, count) = (is_over.clone(), count.clone());
        writers.spawn(async move {
            let mut round = 0_u64;
            while !is_over.load(Ordering::Relaxed) {
                round += 1;
                let words = AssetEdit::Description(format!("In round {round} of a run."));
                catalog.edit_asset(&nightly(), &urn, words, None).await?;
                count.fetch_add(1, Ordering::Relaxed);
            }
            Ok::<_, loggia_catalog::CatalogError>(())
        });
    }
    let begun = Instant::now();
    let nobody = Actor::anonymous(Door::Browser).from_address(Some("198.51.100.9".into()));
    for step in 1..=STEPS {
        for _ in 0..flood / u64::from(STEPS) {
            catalog.turned_away(&nobody);
        }
        let until = lasting * step / STEPS;
        tokio::time::sleep(until.saturating_sub(begun.elapsed())).await;
    }
    is_over.store(true, Ordering::Relaxed);
    while let Some(writer) = writers.join_next().await {
        writer??;
    }
    let edits = count.load(Ordering::Relaxed);
    Ok(edits as f64 / begun.elapsed().as_secs_f64() * lasting.as_secs_f64())
}

fn middle(mut counts: Vec<f64>) -> Option<f64> {
    counts.sort_by(f64::total_cmp);
    counts.get(counts.len() / 2).copied()
}
