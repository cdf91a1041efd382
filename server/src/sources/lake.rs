//! The data that may be shown, by the names of its assets.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use loggia_catalog::ports::{Data, DataError, Sample};
use loggia_connect::files::{self, Table};
use loggia_model::Urn;
use tokio::sync::Semaphore;

use super::Source;
use crate::args::Harvest;
use crate::reader;

/// Samples that are kept, of 1 MiB and some text at most.
const KEPT: usize = 64;

/// For how long a refusal stands: the data may be the same, and the machine less busy.
const REFUSED: Duration = Duration::from_secs(60);

/// Readers at once: each may take a processor, and hundreds of megabytes.
const READERS: usize = 2;

pub struct Lake {
    folders: Vec<Folder>,
    samples: Mutex<HashMap<Key, Answer>>,
    readers: Semaphore,
}

struct Folder {
    path: PathBuf,
    /// `None` where files are named by their whole path.
    namespace: Option<String>,
}

/// An asset, the version of its data, and what is shown of it.
type Key = (Urn, String, Vec<String>);

#[derive(Clone)]
enum Answer {
    Shown(Arc<Sample>),
    Refused(Instant, DataError),
}

/// Of files on the machine that names them.
const LOCAL: &str = "file";

impl Lake {
    /// Of those sources that may be shown.
    pub fn of(sources: &[Source]) -> Self {
        let shown = sources.iter().filter(|source| source.preview);
        let folders = shown.filter_map(|source| match &source.harvest {
            Harvest::Files { path, namespace, .. } => {
                Some(Folder { path: path.clone(), namespace: namespace.clone() })
            }
            _ => None,
        });
        Self { folders: folders.collect(), samples: Mutex::default(), readers: Semaphore::new(READERS) }
    }

    /// The folder that an asset is in, and its name there.
    fn place(&self, asset: &Urn) -> Option<(PathBuf, String)> {
        let dataset = asset.dataset()?;
        self.folders.iter().find_map(|folder| match &folder.namespace {
            Some(namespace) => {
                (namespace == dataset.namespace()).then(|| (folder.path.clone(), dataset.name().to_owned()))
            }
            None if dataset.namespace() == LOCAL => {
                let root = folder.path.canonicalize().ok()?;
                let below = std::path::Path::new(dataset.name()).strip_prefix(&root).ok()?;
                Some((root.clone(), below.to_str()?.to_owned()))
            }
            None => None,
        })
    }

    async fn table(&self, asset: &Urn) -> Result<Table, DataError> {
        let Some((folder, name)) = self.place(asset) else {
            return Err(DataError("nobody has told this server where the data lies".into()));
        };
        let found = tokio::task::spawn_blocking(move || files::find_below(&folder, &name)).await;
        match found.map_err(|why| DataError(why.to_string()))? {
            Ok(Some(table)) => Ok(table),
            Ok(None) => {
                Err(DataError("its files are no longer where they were: the next harvest will tell".into()))
            }
            Err(why) => Err(DataError(format!("its files cannot be reached: {why}"))),
        }
    }

    fn kept(&self, key: &Key) -> Option<Result<Arc<Sample>, DataError>> {
        match self.samples.lock().unwrap_or_else(PoisonError::into_inner).get(key)? {
            Answer::Shown(sample) => Some(Ok(sample.clone())),
            Answer::Refused(at, why) if at.elapsed() < REFUSED => Some(Err(why.clone())),
            Answer::Refused(..) => None,
        }
    }

    fn keep(&self, key: Key, answer: Answer) {
        let mut samples = self.samples.lock().unwrap_or_else(PoisonError::into_inner);
        if samples.len() >= KEPT {
            samples.clear();
        }
        samples.insert(key, answer);
    }
}

#[async_trait]
impl Data for Lake {
    fn reaches(&self, asset: &Urn) -> bool {
        self.place(asset).is_some()
    }

    async fn sample(&self, asset: &Urn, columns: &[String]) -> Result<Arc<Sample>, DataError> {
        let table = self.table(asset).await?;
        let key = (asset.clone(), table.version(), columns.to_vec());
        if let Some(known) = self.kept(&key) {
            return known;
        }
        let _turn = self.readers.acquire().await.map_err(|why| DataError(why.to_string()))?;
        if let Some(known) = self.kept(&key) {
            return known;
        }
        match reader::sample(&table, columns).await {
            Ok(sample) => {
                let sample = Arc::new(sample);
                self.keep(key, Answer::Shown(sample.clone()));
                Ok(sample)
            }
            Err(why) => {
                let refused = DataError(format!("it {why}"));
                self.keep(key, Answer::Refused(Instant::now(), refused.clone()));
                Err(refused)
            }
        }
    }
}
