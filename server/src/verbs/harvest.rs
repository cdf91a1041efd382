use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use loggia_catalog::Catalog;
use loggia_catalog::harvest::Harvested;
use loggia_catalog::ports::Refusal;
use loggia_connect::aws::AwsWanted;
use loggia_connect::files::{Bucket, Reach, Table, Way};
use loggia_connect::glue::Pages;
use loggia_harvest::{files, glue, postgres};
use loggia_model::{Actor, Timestamp};
use tokio::runtime::Handle;

use crate::args::Harvest;
use crate::out::Out;
use crate::reader::Describer;
use crate::sources::{self, Source, SourcesFile};
use crate::verbs::profile;
use crate::verbs::progress::{Count, telling};
use crate::{Failure, keys};

pub async fn run(catalog: &Catalog, actor: &Actor, harvest: &Harvest, out: &mut Out) -> Result<(), Failure> {
    match harvest {
        Harvest::Sources { file, names } => all(catalog, actor, file, names, out).await,
        one => source(catalog, actor, one, out).await,
    }
}

async fn all(
    catalog: &Catalog,
    actor: &Actor,
    file: &Path,
    names: &[String],
    out: &mut Out,
) -> Result<(), Failure> {
    let sources = SourcesFile::read(file)?.sources;
    if let Some(unknown) = names.iter().find(|name| !sources.iter().any(|source| source.name == **name)) {
        let known: Vec<&str> = sources.iter().map(|source| source.name.as_str()).collect();
        return Err(Failure(format!("there is no source '{unknown}'; the file has {}", known.join(", "))));
    }
    let mut failed = Vec::new();
    for one in sources.iter().filter(|source| names.is_empty() || names.contains(&source.name)) {
        out.note(format!("source {}", one.name)).await;
        if let Err(failure) = labelled(catalog, actor, one, out).await {
            out.note(format!("source {}: {failure}", one.name)).await;
            failed.push(one.name.as_str());
        }
    }
    match failed.as_slice() {
        [] => Ok(()),
        some => Err(Failure(format!("not all went well, as said above: {}", some.join(", ")))),
    }
}

/// Reasons that are kept of a run whose tables could not be profiled.
const REASONS: usize = 5;

/// Runs a source of the sources file. What goes wrong stands among its runs too.
pub async fn labelled(
    catalog: &Catalog,
    actor: &Actor,
    source: &Source,
    out: &mut Out,
) -> Result<(), Failure> {
    let started = Timestamp::from_system(SystemTime::now());
    let taken = take(catalog, actor, &source.harvest, Some(source), out).await;
    let why = match &taken {
        Err(Failure(why)) => Some(why.clone()),
        Ok(taken) if !taken.unprofiled.is_empty() => {
            let some = taken.unprofiled.iter().take(REASONS);
            let some: Vec<String> = some.map(|refusal| format!("{} {}", refusal.what, refusal.why)).collect();
            Some(format!("{} tables have no profile: {}", taken.unprofiled.len(), some.join("; ")))
        }
        Ok(_) => None,
    };
    if let Some(why) = why {
        catalog.record_failed_run(actor, &source.name, started, &why).await?;
    }
    told(taken?, out).await
}

async fn source(catalog: &Catalog, actor: &Actor, harvest: &Harvest, out: &mut Out) -> Result<(), Failure> {
    let taken = take(catalog, actor, harvest, None, out).await?;
    told(taken, out).await
}

/// What a run could not take.
struct Taken {
    refused: Vec<Refusal>,
    unprofiled: Vec<Refusal>,
}

async fn take(
    catalog: &Catalog,
    actor: &Actor,
    harvest: &Harvest,
    of: Option<&Source>,
    out: &mut Out,
) -> Result<Taken, Failure> {
    let mut harvested = read(catalog, actor, harvest).await?;
    if let Some(source) = of {
        harvested.label = Some(source.name.clone());
        source.assign(&mut harvested.assets);
    }
    let suggestions = of.map(|source| source.suggestions(&harvested.assets)).unwrap_or_default();
    let total = harvested.assets.len();
    out.note(format!("{}: {total} assets read", harvested.source)).await;
    let count = Count::default();
    let harvesting = catalog.harvest(actor, harvested, |done, _| count.set(done as u64));
    let run = telling(out, &count, |done| format!("{done} of {total} assets"), harvesting).await?;
    out.line(format!(
        "{}: {} added, {} changed, {} unchanged, {} missing, {} refused",
        run.source,
        run.added,
        run.changed,
        run.unchanged,
        run.missing,
        run.refused.len()
    ))
    .await;
    let suggested = catalog.suggest(actor, &suggestions).await?;
    if suggested.proposals > 0 {
        out.line(format!("{}: {} proposals made by its rules", run.source, suggested.proposals)).await;
    }
    let refused: Vec<Refusal> = run.refused.into_iter().chain(suggested.refused).collect();
    let unprofiled = match harvest {
        Harvest::Files { path, namespace, profile: true } => {
            let (path, namespace) = (path.clone(), namespace.clone());
            let tables = move || files::tables(&path, namespace.as_deref());
            let tables = tokio::task::spawn_blocking(tables).await??;
            profile::run(catalog, actor, (&Way::Disk, tables), &refused, out).await?
        }
        Harvest::Bucket { namespace, profile_data: true, .. } => {
            let (way, namespace) = (sources::way(catalog, actor, harvest).await?, namespace.clone());
            let open = way.clone();
            let tables = move || Ok(files::tables_of_bucket(&bucket(&open)?, namespace.as_deref())?);
            let tables = tokio::task::spawn_blocking(tables).await?.map_err(|why: Failure| why)?;
            profile::run(catalog, actor, (&way, tables), &refused, out).await?
        }
        _ => Vec::new(),
    };
    Ok(Taken { refused, unprofiled })
}

async fn told(taken: Taken, out: &mut Out) -> Result<(), Failure> {
    let refused: Vec<Refusal> = taken.refused.into_iter().chain(taken.unprofiled).collect();
    for refusal in &refused {
        out.note(format!("refused {}: {}", refusal.what, refusal.why)).await;
    }
    match refused.len() {
        0 => Ok(()),
        count => Err(Failure(format!("{count} could not be taken, as said above; the others were"))),
    }
}

fn bucket(way: &Way) -> Result<Arc<Bucket>, Failure> {
    match way.open()? {
        Reach::Bucket(bucket) => Ok(bucket),
        Reach::Disk => Err(Failure("a folder is no bucket".into())),
    }
}

async fn read(catalog: &Catalog, actor: &Actor, harvest: &Harvest) -> Result<Harvested, Failure> {
    let reading = match harvest.clone() {
        Harvest::Dbt { manifest, catalog: tables, run_results, sources, namespace } => {
            tokio::task::spawn_blocking(move || {
                loggia_harvest::dbt::read(
                    &manifest,
                    tables.as_deref(),
                    run_results.as_deref(),
                    sources.as_deref(),
                    namespace.as_deref(),
                )
            })
        }
        Harvest::Files { path, namespace, .. } => {
            let runtime = Handle::current();
            tokio::task::spawn_blocking(move || {
                let mut describer = Describer::new(Way::Disk);
                let describe = &mut |table: &Table| runtime.block_on(describer.describe(table));
                files::read(&path, namespace.as_deref(), describe)
            })
        }
        Harvest::Bucket { namespace, .. } => {
            let (way, runtime) = (sources::way(catalog, actor, harvest).await?, Handle::current());
            let reading = tokio::task::spawn_blocking(move || {
                let mut describer = Describer::new(way.clone());
                let describe = &mut |table: &Table| runtime.block_on(describer.describe(table));
                Ok::<_, Failure>(files::read_bucket(&bucket(&way)?, namespace.as_deref(), describe)?)
            });
            return reading.await?;
        }
        Harvest::Sources { .. } => return Err(Failure("a source is no file of sources".into())),
        Harvest::Postgres { address, schema, namespace, secret, timeout } => {
            let password = keys::value(catalog, actor, secret.as_ref()).await?;
            let limit = Duration::from_secs(timeout.into());
            let wanted = postgres::Wanted { address, password, namespace, schemas: schema, limit };
            return Ok(postgres::read(&wanted).await?);
        }
        Harvest::Glue { region, profile, secret, endpoint, only, namespace, no_partitions, timeout } => {
            let secret = keys::value(catalog, actor, secret.as_ref()).await?;
            let wanted = glue::Wanted {
                access: AwsWanted { region, profile, endpoint, secret },
                databases: only,
                namespace,
                count_partitions: !no_partitions,
                limit: Duration::from_secs(timeout.into()),
                pages: Pages::default(),
            };
            return Ok(glue::read(&wanted).await?);
        }
    };
    Ok(reading.await??)
}
