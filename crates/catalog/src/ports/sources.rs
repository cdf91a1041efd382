//! The sources that the operator's file defines, and whoever runs them.

use loggia_model::Timestamp;

/// One source, as far as people may see it: no password is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefinedSource {
    pub name: String,
    /// `files`, `dbt`, `postgres`.
    pub kind: &'static str,
    /// Where it reads.
    pub place: String,
    /// When it runs by itself: five fields of cron, in UTC.
    pub schedule: Option<String>,
    /// The next time that is.
    pub next: Option<Timestamp>,
    pub running: Option<Running>,
}

/// A run that goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    pub since: Timestamp,
    /// The last that it said.
    pub says: String,
}

/// Why a source was not started, in words for people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotStarted(pub String);

pub trait Sources: Send + Sync + 'static {
    /// In the order of the file.
    fn defined(&self) -> Vec<DefinedSource>;

    /// Begins a run, which goes on by itself.
    ///
    /// # Errors
    /// Where there is no such source, or it is running already.
    fn start(&self, name: &str) -> Result<(), NotStarted>;
}

/// Where there is no such file.
pub struct NoSources;

impl Sources for NoSources {
    fn defined(&self) -> Vec<DefinedSource> {
        Vec::new()
    }

    fn start(&self, name: &str) -> Result<(), NotStarted> {
        Err(NotStarted(format!(
            "there is no source '{name}': this server was started without a sources file"
        )))
    }
}
