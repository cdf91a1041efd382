//! The data that may be shown, by the names of its assets.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use loggia_catalog::Catalog;
use loggia_catalog::ports::{Data, DataError, Sample};
use loggia_connect::files::{self, BucketAddress, Reach, Table, Way};
use loggia_model::{Actor, Door, Urn};
use tokio::sync::Semaphore;
use tokio::time::timeout_at;

use super::{Source, way};
use crate::args::Harvest;
use crate::{Failure, reader};

/// Samples that are kept, of 1 MiB and some text at most.
const KEPT: usize = 64;

/// For how long a refusal stands: the data may be the same, and the machine less busy.
const REFUSED: Duration = Duration::from_secs(60);

/// Readers at once: each may take a processor, and hundreds of megabytes.
const READERS: usize = 2;

pub struct Lake {
    /// Opens the secrets that sources name.
    catalog: Catalog,
    actor: Actor,
    places: Vec<Place>,
    samples: Mutex<HashMap<Key, Answer>>,
    readers: Semaphore,
}

/// Previews of one place at once that look for their table: each may take a thread for as long as a slow bucket
/// takes.
const LOOKS: usize = 2;

/// For as long as that is waited for, a turn included.
const LOOKING: Duration = Duration::from_secs(30);

struct Place {
    lies: Lies,
    looks: Arc<Semaphore>,
}

enum Lies {
    /// `None` where files are named by their whole path.
    Folder {
        path: PathBuf,
        namespace: Option<String>,
    },
    Bucket {
        harvest: Harvest,
        address: BucketAddress,
        namespace: String,
    },
}

/// Where a table is, and what it is called there.
struct There {
    spot: Spot,
    name: String,
    looks: Arc<Semaphore>,
}

enum Spot {
    Folder(PathBuf),
    Bucket(Harvest),
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
    pub fn of(sources: &[Source], catalog: Catalog) -> Self {
        let shown = sources.iter().filter(|source| source.preview);
        let places = shown.filter_map(|source| match &source.harvest {
            Harvest::Files { path, namespace, .. } => {
                Some(Lies::Folder { path: path.clone(), namespace: namespace.clone() })
            }
            Harvest::Bucket { address, namespace, .. } => {
                let address: BucketAddress = address.parse().ok()?;
                let namespace = namespace.clone().unwrap_or_else(|| address.root());
                Some(Lies::Bucket { harvest: source.harvest.clone(), address, namespace })
            }
            _ => None,
        });
        Self {
            catalog,
            actor: Actor::local(Door::Job),
            places: places.map(|lies| Place { lies, looks: Arc::new(Semaphore::new(LOOKS)) }).collect(),
            samples: Mutex::default(),
            readers: Semaphore::new(READERS),
        }
    }

    fn place(&self, asset: &Urn) -> Option<There> {
        let dataset = asset.dataset()?;
        self.places.iter().find_map(|place| {
            let (spot, name) = match &place.lies {
                Lies::Folder { path, namespace: Some(namespace) } => (namespace == dataset.namespace())
                    .then(|| (Spot::Folder(path.clone()), dataset.name().to_owned()))?,
                Lies::Folder { path, namespace: None } if dataset.namespace() == LOCAL => {
                    let root = path.canonicalize().ok()?;
                    let below = Path::new(dataset.name()).strip_prefix(&root).ok()?.to_str()?.to_owned();
                    (Spot::Folder(root), below)
                }
                Lies::Folder { .. } => return None,
                Lies::Bucket { harvest, address, namespace } => {
                    let is_there = namespace == dataset.namespace() && address.may_hold(dataset.name());
                    is_there.then(|| (Spot::Bucket(harvest.clone()), dataset.name().to_owned()))?
                }
            };
            Some(There { spot, name, looks: place.looks.clone() })
        })
    }

    async fn table(&self, asset: &Urn) -> Result<(Way, Table), DataError> {
        let Some(There { spot, name, looks }) = self.place(asset) else {
            return Err(DataError("nobody has told this server where the data lies".into()));
        };
        let until = Instant::now() + LOOKING;
        // Held for as long as the look takes, also where nobody waits for it any more.
        let turn = match timeout_at(until.into(), looks.acquire_owned()).await {
            Ok(turn) => turn.map_err(|why| DataError(why.to_string()))?,
            Err(_late) => {
                return Err(DataError(
                    "others wait for the same place, which is slow: try again in a minute".into(),
                ));
            }
        };
        let unreached = |why: Failure| DataError(format!("its files cannot be reached: {why}"));
        let place = match spot {
            Spot::Folder(folder) => Found::Folder(folder),
            Spot::Bucket(harvest) => {
                Found::Bucket(way(&self.catalog, &self.actor, &harvest).await.map_err(unreached)?)
            }
        };
        let look = tokio::task::spawn_blocking(move || {
            let found = find(place, &name, until);
            drop(turn);
            found
        });
        let found = look.await;
        match found.map_err(|why| DataError(why.to_string()))? {
            Ok((way, Some(table))) => Ok((way, table)),
            Ok((_, None)) => {
                Err(DataError("its files are no longer where they were: the next harvest will tell".into()))
            }
            Err(why) => Err(unreached(why)),
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
        let (way, table) = self.table(asset).await?;
        let key = (asset.clone(), table.version(), columns.to_vec());
        if let Some(known) = self.kept(&key) {
            return known;
        }
        let _turn = self.readers.acquire().await.map_err(|why| DataError(why.to_string()))?;
        if let Some(known) = self.kept(&key) {
            return known;
        }
        match reader::sample(&way, &table, columns).await {
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

/// Where files are found: a folder's own place, or the way to a bucket.
enum Found {
    Folder(PathBuf),
    Bucket(Way),
}

fn find(place: Found, name: &str, until: Instant) -> Result<(Way, Option<Table>), Failure> {
    match place {
        Found::Folder(folder) => Ok((Way::Disk, files::find_below(&folder, name)?)),
        Found::Bucket(way) => {
            let table = match way.open_until(until)? {
                Reach::Bucket(bucket) => bucket.find(name)?,
                Reach::Disk => None,
            };
            Ok((way, table))
        }
    }
}
