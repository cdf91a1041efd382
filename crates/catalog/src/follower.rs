//! Following the log: something is made of each record, in order, and what was made so far is written with it.
//!
//! How far a follower has come stands in the transaction that writes what it made: after a crash nothing is left out, and
//! of two processes over one store only one makes it.

pub mod before;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use loggia_model::{Record, Seq};
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::{Catalog, CatalogError, Result};

/// Records read at once: few enough that whoever else has something to do has not to wait for long.
const BATCH: u32 = 100;
/// Records of which nothing is made, after which it is noted all the same how far the log has been read.
const UNSAID: u64 = 1_000;
/// Between tries after an error, such as a full disk.
pub const RETRY: Duration = Duration::from_secs(2);
/// While many write, what they write is taken together, this often: each time costs reads, a commit and its fsync, for which
/// writers wait. What comes after a pause is taken at once.
const GATHERED: Duration = Duration::from_millis(100);

/// Held by whoever follows, or says that there is nothing to be made.
#[derive(Default)]
pub struct Turn {
    /// What has been made until; asked where it is not known.
    made: Option<Seq>,
    /// Looked through, with nothing to make of it.
    looked: Seq,
}

impl Turn {
    /// After an error, the store is asked anew, and what was looked through is looked through again: it may have been made,
    /// and not written.
    pub fn ask_again(&mut self) {
        *self = Self::default();
    }
}

/// How often somebody looks at most.
pub struct Pace {
    every: Duration,
    last: Option<Instant>,
}

impl Pace {
    pub fn every(every: Duration) -> Self {
        Self { every, last: None }
    }

    /// Ends when it is time to look again.
    pub async fn wait(&self) {
        if let Some(last) = self.last {
            tokio::time::sleep_until(last + self.every).await;
        }
    }

    pub fn looks(&mut self) {
        self.last = Some(Instant::now());
    }
}

#[async_trait]
pub trait Follower: Send + Sync {
    type Item: Send + Sync;
    /// What is read for many records at once: a read for each would take longer than all that is made of it.
    type Ahead: Send;

    fn catalog(&self) -> &Catalog;

    /// How far it has come, as the store says; `None` where it has not begun.
    async fn made_until(&self) -> Result<Option<Seq>>;

    async fn look_ahead(&self, records: &[Record]) -> Result<Self::Ahead>;

    /// What is made of one record. `NotFound` where what it is about is gone: it is stepped over.
    async fn make(&self, record: &Record, ahead: &mut Self::Ahead) -> Result<Vec<Self::Item>>;

    /// Writes what was made; `false` where somebody else has.
    async fn write(&self, after: Option<Seq>, until: Seq, items: &[Self::Item]) -> Result<bool>;
}

/// Follows for as long as there is a log; whoever says that there is nothing to be made takes the turn meanwhile.
pub fn start(follower: impl Follower + 'static, turn: Arc<Mutex<Turn>>, whom: &'static str) {
    tokio::spawn(async move {
        let mut committed = follower.catalog().store.committed();
        let mut pace = Pace::every(GATHERED);
        loop {
            let mut turn = turn.lock().await;
            pace.looks();
            let caught_up = catch_up(&follower, &mut turn).await;
            if caught_up.is_err() {
                turn.ask_again();
            }
            drop(turn);
            if let Err(error) = caught_up {
                match error {
                    CatalogError::Busy(why) => tracing::info!(why, "{whom} are told a little later"),
                    error => tracing::error!(%error, "{whom} are not told what happens; trying again"),
                }
                tokio::time::sleep(RETRY).await;
                continue;
            }
            if committed.changed().await.is_err() {
                return;
            }
            pace.wait().await;
        }
    });
}

/// Makes what there is to be made; what comes meanwhile is gathered, and not followed record by record.
///
/// # Errors
/// `Busy` where what was written is still being taken in, and where the store cannot be read or written.
async fn catch_up(follower: &impl Follower, turn: &mut Turn) -> Result<()> {
    let catalog = follower.catalog();
    loop {
        let made = match turn.made {
            Some(made) => made,
            None => begin(follower, turn).await?,
        };
        let records = catalog.store.follow(made.max(turn.looked), BATCH).await?;
        let Some(last) = records.last().map(|record| record.seq) else { return Ok(()) };
        catalog.until_taken(last).await;
        if catalog.directory.taken() < last {
            let why = "what has been written is still being taken in".to_owned();
            return Err(CatalogError::Busy(why));
        }
        let mut ahead = follower.look_ahead(&records).await?;
        let mut items = Vec::new();
        for record in &records {
            match follower.make(record, &mut ahead).await {
                Ok(made) => items.extend(made),
                // What it is about is gone, or never was: the log goes on.
                Err(CatalogError::NotFound(what)) => {
                    tracing::warn!(seq = record.seq.0, what, "nobody is told of this")
                }
                Err(error) => return Err(error),
            }
            // Nobody waits for this: whoever else has something to do goes first.
            tokio::task::yield_now().await;
        }
        turn.looked = last;
        if !items.is_empty() || last.0 - made.0 >= UNSAID {
            let is_ours = follower.write(Some(made), last, &items).await?;
            turn.made = is_ours.then_some(last);
            if !is_ours {
                // Another process went on: what comes after that is looked at again.
                turn.looked = Seq::default();
                continue;
            }
        }
        if records.len() < BATCH as usize {
            return Ok(());
        }
    }
}

/// From where to go on. Who has not begun begins with what comes from now on.
///
/// # Errors
/// Where the store cannot be read or written.
pub async fn begin(follower: &impl Follower, turn: &mut Turn) -> Result<Seq> {
    let made = match follower.made_until().await? {
        Some(made) => made,
        None => {
            let last = follower.catalog().store.last().await?;
            follower.write(None, last, &[]).await?;
            follower.made_until().await?.unwrap_or(last)
        }
    };
    turn.made = Some(made);
    Ok(made)
}

/// Says that nothing is to be made of what the log has so far.
///
/// # Errors
/// Where the store cannot be read or written.
pub async fn skip(follower: &impl Follower, turn: &mut Turn) -> Result<()> {
    let made = begin(follower, turn).await?;
    let last = follower.catalog().store.last().await?;
    turn.made = follower.write(Some(made), last, &[]).await?.then_some(last);
    Ok(())
}
