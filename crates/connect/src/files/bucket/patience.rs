//! How often, and for how long, a bucket is asked the same again.

use std::future::Future;
use std::time::{Duration, Instant};

use object_store::{Error, Result};
use tokio::time::sleep;

use super::error::is_passing;

pub struct Patience {
    tries: u32,
    since: Option<Instant>,
}

/// With twice the delay from one to the next, they last some six seconds.
const TRIES: u32 = 5;
const FIRST_DELAY: Duration = Duration::from_millis(200);

/// A bucket that answers slowly would otherwise be waited for as often.
const LONGEST: Duration = Duration::from_secs(75);

impl Patience {
    pub fn new() -> Self {
        Self { tries: 0, since: None }
    }

    /// Waits before the next try; the error comes back where there is to be none.
    pub async fn wait(&mut self, error: Error) -> Result<()> {
        let since = *self.since.get_or_insert_with(Instant::now);
        if !is_passing(&error) || self.tries >= TRIES || since.elapsed() >= LONGEST {
            return Err(error);
        }
        sleep(FIRST_DELAY.saturating_mul(1 << self.tries)).await;
        self.tries += 1;
        Ok(())
    }
}

pub async fn patiently<T, F: Future<Output = Result<T>>>(ask: impl Fn() -> F) -> Result<T> {
    let mut patience = Patience::new();
    loop {
        match ask().await {
            Ok(answer) => return Ok(answer),
            Err(error) => patience.wait(error).await?,
        }
    }
}
