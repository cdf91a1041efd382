//! Reading the data behind what a harvest has told of.

use std::collections::HashSet;
use std::time::Instant;

use loggia_catalog::Catalog;
use loggia_catalog::ports::Refusal;
use loggia_connect::files::{Table, Way};
use loggia_harvest::files::Limits;
use loggia_model::{Actor, Urn};

use crate::out::Out;
use crate::verbs::progress::{Count, telling};
use crate::{Failure, reader};

/// Profiles every table of which the newest profile is of other data, but for those that the harvest could
/// not read already. What else cannot be read comes back.
pub async fn run(
    catalog: &Catalog,
    actor: &Actor,
    (way, tables): (&Way, Vec<(Urn, Table)>),
    passed_over: &[Refusal],
    out: &mut Out,
) -> Result<Vec<Refusal>, Failure> {
    let passed_over: HashSet<&str> = passed_over.iter().map(|refusal| refusal.what.as_str()).collect();
    let (mut profiled, mut unchanged, mut refused) = (0, 0, Vec::new());
    for (urn, table) in &tables {
        if passed_over.contains(table.path.display().to_string().as_str()) {
            continue;
        }
        if !catalog.is_to_be_profiled(actor, urn, &table.version()).await? {
            unchanged += 1;
            continue;
        }
        match one(catalog, actor, (way, urn, table), out).await {
            Ok(()) => profiled += 1,
            Err(Failure(why)) => refused.push(Refusal { what: table.path.display().to_string(), why }),
        }
    }
    out.line(format!("profiles: {profiled} made, {unchanged} of unchanged data, {} refused", refused.len()))
        .await;
    Ok(refused)
}

async fn one(
    catalog: &Catalog,
    actor: &Actor,
    (way, urn, table): (&Way, &Urn, &Table),
    out: &mut Out,
) -> Result<(), Failure> {
    let started = Instant::now();
    let name = table.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let count = Count::default();
    let percent = |done: u64, total: u64| count.set(done.saturating_mul(100) / total.max(1));
    let reading = reader::profile(way, table, Limits::default(), percent);
    let profile = telling(out, &count, |done| format!("{name}: {done}%"), reading).await.map_err(Failure)?;
    let (rows, columns) = (profile.head.rows_read, profile.columns.len());
    catalog.record_profile(actor, urn, profile).await?;
    out.note(format!(
        "profiled {name}: {columns} columns of {rows} rows in {:.1} s",
        started.elapsed().as_secs_f64()
    ))
    .await;
    Ok(())
}
