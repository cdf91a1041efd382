//! Runs the sources of the file: now, because somebody asks, or by their schedules.
//!
//! One source runs once at a time. A run that was killed begins anew with the next: what it had written
//! stands, and is not written twice. Times that pass while nothing serves are not made up for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use chrono::{DateTime, Utc};
use loggia_catalog::Catalog;
use loggia_catalog::ports::{DefinedSource, NotStarted, Running, Sources};
use loggia_connect::files::BucketAddress;
use loggia_model::{Actor, Door, Timestamp};

use super::Source;
use crate::Failure;
use crate::args::Harvest;
use crate::out::Out;
use crate::verbs;

/// How often is looked whether one is due: schedules count in minutes.
const LOOK: Duration = Duration::from_secs(10);

pub struct Runner {
    catalog: Catalog,
    sources: Vec<Source>,
    states: Mutex<HashMap<String, State>>,
}

#[derive(Default)]
struct State {
    next: Option<Timestamp>,
    running: Option<Running>,
}

impl Runner {
    /// Follows the schedules until the program ends.
    pub fn start(catalog: Catalog, sources: Vec<Source>) -> Arc<Self> {
        let now = Timestamp::from_system(SystemTime::now());
        let states = sources
            .iter()
            .map(|source| (source.name.clone(), State { next: next(source, now), running: None }))
            .collect();
        let runner = Arc::new(Self { catalog, sources, states: Mutex::new(states) });
        tokio::spawn(runner.clone().follow());
        runner
    }

    async fn follow(self: Arc<Self>) {
        let mut ticks = tokio::time::interval(LOOK);
        loop {
            ticks.tick().await;
            self.look(Timestamp::from_system(SystemTime::now())).await;
        }
    }

    /// Starts what is due, and says when it is again.
    async fn look(self: &Arc<Self>, now: Timestamp) {
        for source in &self.sources {
            let is_due = {
                let mut states = self.states();
                let Some(state) = states.get_mut(&source.name) else { continue };
                let is_due = state.next.is_some_and(|next| next <= now);
                if is_due {
                    state.next = next(source, now);
                }
                is_due
            };
            // Where the store cannot say, the run could not write either.
            let is_paused = is_due && !matches!(self.catalog.is_paused(&source.name).await, Ok(false));
            if !is_due || is_paused {
                continue;
            }
            if let Err(NotStarted(why)) = self.begin(&source.name) {
                tracing::info!(source = source.name, why, "was due and not started");
            }
        }
    }

    fn begin(self: &Arc<Self>, name: &str) -> Result<(), NotStarted> {
        let Some(source) = self.sources.iter().find(|source| source.name == name).cloned() else {
            return Err(NotStarted(format!("there is no source '{name}' in the sources file")));
        };
        let since = Timestamp::from_system(SystemTime::now());
        {
            let mut states = self.states();
            let state = states.entry(name.to_owned()).or_default();
            if let Some(running) = &state.running {
                return Err(NotStarted(format!("{name} is running already, since {}", running.since.long())));
            }
            state.running = Some(Running { since, says: "starting".into() });
        }
        let runner = self.clone();
        tokio::spawn(async move {
            let heard = runner.clone();
            let name = source.name.clone();
            let mut out = Out::Heard(Arc::new(move |text: &str| heard.says(&name, text)));
            let actor = Actor::local(Door::Job);
            if let Err(Failure(why)) =
                verbs::harvest::labelled(&runner.catalog, &actor, &source, &mut out).await
            {
                tracing::warn!(source = source.name, why, "a source did not run well");
            }
            if let Some(state) = runner.states().get_mut(&source.name) {
                state.running = None;
            }
        });
        Ok(())
    }

    fn says(&self, name: &str, text: &str) {
        if let Some(running) = self.states().get_mut(name).and_then(|state| state.running.as_mut()) {
            text.trim().clone_into(&mut running.says);
        }
    }

    fn states(&self) -> MutexGuard<'_, HashMap<String, State>> {
        self.states.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What starts runs needs a handle that it can give on.
pub struct Handle(pub Arc<Runner>);

impl Sources for Handle {
    fn defined(&self) -> Vec<DefinedSource> {
        let states = self.0.states();
        let defined = |source: &Source| {
            let state = states.get(&source.name);
            DefinedSource {
                name: source.name.clone(),
                kind: source.kind(),
                place: place(&source.harvest),
                schedule: source.schedule.as_ref().map(|schedule| schedule.text.clone()),
                next: state.and_then(|state| state.next),
                running: state.and_then(|state| state.running.clone()),
            }
        };
        self.0.sources.iter().map(defined).collect()
    }

    fn start(&self, name: &str) -> Result<(), NotStarted> {
        self.0.begin(name)
    }
}

fn next(source: &Source, after: Timestamp) -> Option<Timestamp> {
    let after = DateTime::<Utc>::from_timestamp_micros(after.micros())?;
    let next = source.schedule.as_ref()?.cron.find_next_occurrence(&after, false).ok()?;
    Some(Timestamp::from_micros(next.timestamp_micros()))
}

/// Without a password.
fn place(harvest: &Harvest) -> String {
    match harvest {
        Harvest::Files { path, .. } => path.display().to_string(),
        Harvest::Dbt { manifest, .. } => manifest.display().to_string(),
        Harvest::Postgres { address, .. } => loggia_connect::postgres::place(address),
        Harvest::Glue { region, endpoint, only, .. } => {
            let words = [region.as_deref(), endpoint.as_deref()].into_iter().flatten();
            let words = words.chain(only.iter().map(String::as_str)).collect::<Vec<_>>().join(", ");
            if words.is_empty() { "AWS Glue".to_owned() } else { format!("AWS Glue: {words}") }
        }
        Harvest::Bucket { address, .. } => {
            // What cannot be read as an address may be anything.
            address.parse::<BucketAddress>().map_or_else(|_| "a bucket".to_owned(), |it| it.to_string())
        }
        Harvest::Sources { file, .. } => file.display().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use loggia_testkit::{Outcome, TestCatalog, There, ana};
    use tempfile::TempDir;

    use super::super::SourcesFile;
    use super::*;

    /// Of what is read in this process: it is no program that could be started again to read files.
    fn sources(folder: &TempDir, schedule: &str) -> Vec<Source> {
        let file = folder.path().join("loggia.yaml");
        let manifest =
            concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/formats/tests/fixtures/dbt/manifest.json.gz");
        let source = format!("{{name: shop, dbt: {{manifest: '{manifest}'}}, schedule: '{schedule}'}}");
        std::fs::write(&file, format!("sources: [{source}]")).unwrap();
        SourcesFile::read(&file).unwrap().sources
    }

    async fn ended(runner: &Arc<Runner>) {
        while Handle(runner.clone()).defined().iter().any(|source| source.running.is_some()) {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    #[tokio::test]
    async fn what_is_due_runs_once_and_what_is_paused_does_not() -> Outcome {
        let (catalog, folder) = (TestCatalog::open().await?, TempDir::new()?);
        let now = Timestamp::from_system(SystemTime::now());
        let runner = Runner::start(Catalog::clone(&catalog), sources(&folder, "0 3 * * *"));
        let next = Handle(runner.clone()).defined().remove(0).next.there()?;
        assert!(next > now && next <= now.plus_seconds(86_400));
        assert!(next.to_string().ends_with("T03:00:00Z"), "{next}");

        runner.look(next.plus_seconds(-1)).await;
        assert!(catalog.harvest_runs(&ana(), 9).await?.is_empty(), "not yet");
        runner.look(next).await;
        ended(&runner).await;
        let runs = catalog.harvest_runs(&ana(), 9).await?;
        assert_eq!(
            runs.iter().map(|run| (run.label.as_deref(), run.added > 0)).collect::<Vec<_>>(),
            [(Some("shop"), true)]
        );
        runner.look(next.plus_seconds(60)).await;
        ended(&runner).await;
        assert_eq!(catalog.harvest_runs(&ana(), 9).await?.len(), 1, "only once");

        let catalog = Catalog::clone(&catalog).fed_by(Arc::new(Handle(runner.clone())));
        catalog.pause_source(&ana(), "shop", true).await?;
        runner.look(next.plus_seconds(86_400)).await;
        ended(&runner).await;
        assert_eq!(catalog.harvest_runs(&ana(), 9).await?.len(), 1, "it is paused");
        catalog.pause_source(&ana(), "shop", false).await?;
        runner.look(next.plus_seconds(2 * 86_400)).await;
        ended(&runner).await;
        assert_eq!(catalog.harvest_runs(&ana(), 9).await?.len(), 2);
        assert!(catalog.pause_source(&ana(), "nobody", true).await.is_err());
        Ok(())
    }

    #[tokio::test]
    async fn a_source_runs_once_at_a_time() -> Outcome {
        let (catalog, folder) = (TestCatalog::open().await?, TempDir::new()?);
        let runner = Runner::start(Catalog::clone(&catalog), sources(&folder, "0 3 * * *"));
        let handle = Handle(runner.clone());
        handle.start("shop")?;
        let again = handle.start("shop");
        assert!(again.is_err_and(|NotStarted(why)| why.contains("is running already")));
        ended(&runner).await;
        handle.start("shop")?;
        ended(&runner).await;
        assert_eq!(catalog.harvest_runs(&ana(), 9).await?.len(), 2);
        Ok(())
    }
}
