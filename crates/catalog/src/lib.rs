//! Every use case of the product. Pages, server functions and the command line call these, each with an
//! [`Actor`](loggia_model::Actor), and hold no rules of their own.
//!
//! The log in the store is the truth; the directory (names, in memory) and the search index are
//! projections that follow it.

mod access;
pub mod accounts;
pub mod alike;
pub mod apply;
pub mod assets;
mod attributes;
pub mod audit;
pub mod away;
pub mod backup;
pub mod bulk;
pub mod certification;
pub mod checklist;
mod clock;
mod directory;
mod draft;
pub mod edit;
mod erase;
mod error;
pub mod explain;
pub mod export;
pub mod federation;
pub mod find;
mod follower;
pub mod harvest;
pub mod history;
pub mod home;
pub mod inbox;
mod kept;
mod lockout;
pub mod markdown;
pub mod members;
pub mod metadata_forms;
mod names;
mod newcomers;
pub mod notifying;
pub mod organisation;
pub mod organise;
mod passwords;
pub mod people;
mod places;
pub mod policies;
pub mod ports;
pub mod posts;
pub mod preview;
pub mod products;
pub mod profiles;
pub mod project_profiles;
mod projection;
pub mod projects;
pub mod provenance;
pub mod provisioning;
pub mod publishing;
pub mod raci;
mod rate;
pub mod rebuild;
mod roles;
pub mod rules;
pub mod secrets;
pub mod services;
pub mod sessions;
mod shown;
pub mod simulate;
pub mod sources;
pub mod suggestions;
pub mod tasks;
pub mod tokens;
pub mod units;
pub mod unplaced;
pub mod unsaved;
pub mod verify;
mod visits;
pub mod words;
pub mod yaml;

use std::sync::Arc;
use std::time::Duration;

use loggia_model::{Actor, ActorKey, Seq};
pub use loggia_policy::Action;
use tokio::sync::{Mutex, Notify, watch};

use crate::access::Access;
pub use crate::access::{Forbidden, Permits};
use crate::audit::Recorder;
use crate::bulk::Publications;
use crate::directory::Directory;
pub use crate::directory::Entry as DirectoryEntry;
pub use crate::error::{CatalogError, FieldError, Result};
use crate::federation::Provider;
pub use crate::names::Names;
use crate::notifying::Channels;
use crate::ports::{Data, Index, NoData, NoSources, Sources, Store};
use crate::project_profiles::ProjectProfiles;
use crate::rate::Rate;
use crate::sessions::Attempts;
use crate::simulate::Trials;
use crate::visits::Visits;

/// The use cases, over one store and one index. Cheap to clone.
#[derive(Clone)]
pub struct Catalog {
    store: Arc<dyn Store>,
    index: Arc<dyn Index>,
    data: Arc<dyn Data>,
    sources: Arc<dyn Sources>,
    project_profiles: Arc<ProjectProfiles>,
    directory: Arc<Directory>,
    access: Arc<Access>,
    attempts: Arc<Attempts>,
    trials: Arc<Trials>,
    publications: Arc<Publications>,
    entrances: Arc<Rate>,
    /// By who says something.
    posting: Arc<Rate>,
    audit: Arc<Recorder>,
    demonstrated: Arc<[ActorKey]>,
    providers: Arc<[Provider]>,
    visits: Arc<Visits>,
    projecting: Arc<Mutex<projection::Turn>>,
    /// Somebody waits for what directory and index do not have yet.
    awaited: Arc<Notify>,
    telling: Arc<Mutex<follower::Turn>>,
    heard: inbox::Heard,
    counts: Arc<tasks::Counts>,
    /// Whether the program is about to end.
    ending: watch::Sender<bool>,
    channels: Option<Arc<Channels>>,
    /// Moves when something may be due that was not.
    sent_for: watch::Sender<()>,
    /// Directories take turns: what one asks for is decided on what the one before has made.
    provisioning: Arc<Mutex<()>>,
}

/// How long a reader waits for its own write to be found. A projection that is this far behind is
/// catching up with an import, and an old answer is better than none.
const PATIENCE: Duration = Duration::from_secs(3);

impl Catalog {
    /// Opens the catalog and starts what follows the log.
    ///
    /// # Errors
    /// Where the store or the index cannot be read.
    pub async fn open(store: Arc<dyn Store>, index: Arc<dyn Index>) -> Result<Self> {
        if *index.applied().borrow() > store.last().await? {
            // It followed another log, such as the one from before a backup was restored.
            index.clear().await?;
            index.commit(Seq::default()).await?;
        }
        let directory = Arc::new(Directory::load(store.as_ref()).await?);
        let catalog = Self {
            store,
            index,
            data: Arc::new(NoData),
            sources: Arc::new(NoSources),
            project_profiles: Arc::default(),
            directory,
            access: Arc::default(),
            attempts: Arc::default(),
            trials: Arc::default(),
            publications: Arc::default(),
            entrances: Arc::default(),
            posting: Arc::default(),
            audit: Arc::default(),
            demonstrated: Arc::new([]),
            providers: Arc::new([]),
            visits: Arc::new(Visits::default()),
            projecting: Arc::default(),
            awaited: Arc::default(),
            telling: Arc::default(),
            heard: inbox::Heard::default(),
            counts: Arc::default(),
            ending: watch::Sender::new(false),
            channels: None,
            sent_for: watch::Sender::new(()),
            provisioning: Arc::default(),
        };
        inbox::begin_with(&catalog).await?;
        projection::start(&catalog);
        inbox::start(&catalog);
        visits::start(&catalog);
        audit::start(&catalog);
        Ok(catalog)
    }

    /// Waits until the actor's own last write can be found.
    async fn caught_up(&self, actor: &Actor) {
        let committed = *self.store.committed().borrow();
        // A browser may remember a catalog that was here before this one: what this never had cannot be waited
        // for. Another process may have written what it has; the store knows.
        let seen = if actor.seen > committed {
            self.store.last().await.map_or(committed, |last| last.min(actor.seen))
        } else {
            actor.seen
        };
        // The answer is given all the same when patience ends.
        let _late = tokio::time::timeout(PATIENCE, self.until_found(seen)).await;
    }

    /// Waits until the directory has taken the log in so far, and asks for that; `false` where patience ends.
    pub(crate) async fn until_known(&self, seq: Seq) -> bool {
        if self.directory.taken() < seq {
            self.awaited.notify_one();
        }
        self.until_taken(seq).await
    }

    /// Waits until the directory has taken the log in so far.
    pub(crate) async fn until_taken(&self, seq: Seq) -> bool {
        let mut taken = self.directory.follow();
        // An error means that the directory is gone, and then there is nothing to wait for.
        matches!(tokio::time::timeout(PATIENCE, taken.wait_for(|taken| *taken >= seq)).await, Ok(Ok(_)))
    }

    /// Waits until the index has applied the log so far.
    pub async fn until_found(&self, seq: Seq) {
        let mut applied = self.index.applied();
        if *applied.borrow() < seq {
            self.awaited.notify_one();
        }
        // An error means that the index is gone, and then there is nothing to wait for.
        let _closed = applied.wait_for(|applied| *applied >= seq).await;
    }

    /// The last sequence of the log, and the last that the index has.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn progress(&self) -> Result<(Seq, Seq)> {
        let last = self.store.last().await?;
        let applied = *self.index.applied().borrow();
        Ok((last, applied))
    }
}
