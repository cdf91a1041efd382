use loggia_catalog::Catalog;
use loggia_model::Actor;

use crate::Failure;
use crate::args::Harvest;
use crate::out::Out;
use crate::verbs::progress::{Count, telling};

pub async fn run(catalog: &Catalog, actor: &Actor, harvest: &Harvest, out: &mut Out) -> Result<(), Failure> {
    let harvest = match harvest {
        Harvest::Dbt { manifest, catalog, run_results, sources, namespace } => {
            let (manifest, catalog, run_results, sources, namespace) =
                (manifest.clone(), catalog.clone(), run_results.clone(), sources.clone(), namespace.clone());
            tokio::task::spawn_blocking(move || {
                loggia_harvest::dbt::read(
                    &manifest,
                    catalog.as_deref(),
                    run_results.as_deref(),
                    sources.as_deref(),
                    namespace.as_deref(),
                )
            })
        }
        Harvest::Files { path, namespace } => {
            let (path, namespace) = (path.clone(), namespace.clone());
            tokio::task::spawn_blocking(move || loggia_harvest::files::read(&path, namespace.as_deref()))
        }
    };
    let harvested = harvest.await??;
    let total = harvested.assets.len();
    out.note(format!("{}: {total} assets read", harvested.source)).await;
    let count = Count::default();
    let harvest = catalog.harvest(actor, harvested, |done, _| count.set(done as u64));
    let run = telling(out, &count, |done| format!("{done} of {total} assets"), harvest).await?;
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
    for refusal in &run.refused {
        out.note(format!("refused {}: {}", refusal.what, refusal.why)).await;
    }
    match run.refused.len() {
        0 => Ok(()),
        count => Err(Failure(format!("{count} could not be taken, as said above; the others were"))),
    }
}
