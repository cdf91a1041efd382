//! The sources that this catalog is fed from: what they are, how their last runs went, running one now.

use std::sync::Arc;

use loggia_model::Actor;
use loggia_policy::Action;

use crate::audit::Event;
use crate::ports::{Act, DefinedSource, HarvestRun, NotStarted, Sources};
use crate::{Catalog, CatalogError, Result};

/// A source, and what became of it.
pub struct SourceView {
    pub source: DefinedSource,
    pub is_paused: bool,
    /// Newest first, of the last [`RUNS`] of all sources.
    pub runs: Vec<HarvestRun>,
}

/// Runs, of all sources, that are looked through for those of each.
pub const RUNS: u32 = 500;
/// Of one source.
const SHOWN: usize = 5;

impl Catalog {
    /// This catalog, with the sources of a file.
    #[must_use]
    pub fn fed_by(mut self, sources: Arc<dyn Sources>) -> Self {
        self.sources = sources;
        self
    }

    /// What the sources of the file are called, for whoever puts the program together.
    pub fn source_names(&self) -> Vec<String> {
        self.sources.defined().into_iter().map(|source| source.name).collect()
    }

    /// In the order of the file; none where there is no file.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn sources(&self, actor: &Actor) -> Result<Vec<SourceView>> {
        self.check_all(actor, Action::Administer).await?;
        let (runs, paused) = (self.store.runs(RUNS).await?, self.store.paused().await?);
        let view = |source: DefinedSource| SourceView {
            is_paused: paused.contains(&source.name),
            runs: runs
                .iter()
                .filter(|run| run.label.as_ref() == Some(&source.name))
                .take(SHOWN)
                .cloned()
                .collect(),
            source,
        };
        Ok(self.sources.defined().into_iter().map(view).collect())
    }

    /// Begins a run, which goes on by itself.
    ///
    /// # Errors
    /// `Refused` where there is no such source or it is running already.
    pub async fn start_source(&self, actor: &Actor, name: &str) -> Result<()> {
        self.check_all(actor, Action::Administer).await?;
        self.sources.start(name).map_err(|NotStarted(why)| CatalogError::Refused(why))?;
        self.note(actor, Event::of(Act::SteeredSource, format!("began a run of '{name}'")));
        Ok(())
    }

    /// Keeps a source from running by its schedule, or lets it again.
    ///
    /// # Errors
    /// `NotFound` where there is no such source.
    pub async fn pause_source(&self, actor: &Actor, name: &str, paused: bool) -> Result<()> {
        self.check_all(actor, Action::Administer).await?;
        if !self.sources.defined().iter().any(|source| source.name == name) {
            return Err(CatalogError::NotFound(format!("source '{name}'")));
        }
        self.store.pause(name, paused).await?;
        let what = if paused { "paused" } else { "let run again" };
        self.note(actor, Event::of(Act::SteeredSource, format!("{what} '{name}'")));
        Ok(())
    }

    /// Whether a source is not to be run by its schedule.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn is_paused(&self, name: &str) -> Result<bool> {
        Ok(self.store.paused().await?.iter().any(|paused| paused == name))
    }
}
