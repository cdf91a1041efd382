//! Long work tells how far it is.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::{Instant, interval_at};

use crate::out::Out;

/// Often enough that nobody thinks it has stopped.
const EVERY: Duration = Duration::from_secs(2);

/// How many are done; whoever works counts, whoever tells looks.
#[derive(Clone, Default)]
pub struct Count(Arc<AtomicU64>);

impl Count {
    pub fn add(&self, more: u64) {
        self.0.fetch_add(more, Ordering::Relaxed);
    }

    pub fn set(&self, done: u64) {
        self.0.store(done, Ordering::Relaxed);
    }
}

/// Does the work, and says now and then how much of it is done.
pub async fn telling<T>(
    out: &mut Out,
    count: &Count,
    words: impl Fn(u64) -> String,
    work: impl Future<Output = T>,
) -> T {
    let mut work = pin!(work);
    let mut ticks = interval_at(Instant::now() + EVERY, EVERY);
    loop {
        tokio::select! {
            done = &mut work => return done,
            _ = ticks.tick() => out.note(format!("  … {}", words(count.0.load(Ordering::Relaxed)))).await,
        }
    }
}
