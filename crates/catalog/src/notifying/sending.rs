//! What is due leaves, many at once, and about one thing one after another. What has not arrived is tried again, later
//! each time; after the last try it is given up, where an administrator finds it.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures::{StreamExt, stream};
use loggia_model::{Timestamp, Urn};
use loggia_policy::Action;
use tokio::time::Instant;

use super::{Channels, event, letter};
use crate::clock::now;
use crate::follower::RETRY;
use crate::ports::{Channel, Failed, Message, Undelivered, Waiting, What};
use crate::tokens::fresh_id;
use crate::{Catalog, CatalogError, Result};

/// Read at once.
const ROUND: u32 = 500;
/// On their way at once, to one receiver: at least, so that one which hangs does not hold up all, and at most.
const LEAST_AT_ONCE: usize = 4;
const AT_ONCE: usize = 32;
/// To one receiver, a second: whoever answers at once is not given more at once than the program can do beside its work.
const A_SECOND: f64 = 2_000.0;
/// What has arrived is forgotten in so many at once: as many are sent again after a crash.
const FORGOTTEN_AT_ONCE: usize = 250;
/// In a round, nothing is begun after that.
const BEGUN_WITHIN: Duration = Duration::from_secs(20);
/// Nothing is due: another process may have put something out, or the clock have been set.
const LOOK: Duration = Duration::from_secs(5);
const SHORTEST: Duration = Duration::from_millis(20);
/// Between tries of a receiver of which nothing arrives.
const STRUGGLING: Duration = Duration::from_secs(1);

/// What has waited so long is looked at again before it leaves: it may have been hidden meanwhile.
const FRESH: i64 = 10;

/// What came of one.
#[derive(Clone)]
enum Came {
    Arrived,
    /// There was nothing to be said any more.
    LeftOut,
    Failed(Undelivered),
}

type Outcome = (Waiting, Came);

pub fn start(catalog: &Catalog, channels: &Arc<Channels>, channel: Channel) {
    let sender = Sender { catalog: catalog.clone(), channels: channels.clone(), channel, holder: fresh_id() };
    let mut sent_for = catalog.sent_for.subscribe();
    tokio::spawn(async move {
        let (mut limit, mut at_once) = (ROUND, AT_ONCE);
        loop {
            sent_for.mark_unchanged();
            let begun = Instant::now();
            let round = sender.round(limit, at_once).await;
            if let Ok(round) = &round {
                at_once = many(at_once, round.tried, begun.elapsed());
            }
            let wait = match round {
                Ok(round) if round.tried == 0 => {
                    limit = ROUND;
                    sender.until_due().await.unwrap_or(LOOK)
                }
                // Whoever answers nothing is asked by one message at a time.
                Ok(round) if round.arrived == 0 => {
                    limit = 1;
                    STRUGGLING
                }
                Ok(_) => {
                    limit = ROUND;
                    continue;
                }
                Err(error) => {
                    tracing::error!(channel = %sender.channel, %error, "nothing is sent; trying again");
                    RETRY
                }
            };
            let due = tokio::time::timeout(wait, sent_for.changed()).await;
            if matches!(due, Ok(Err(_))) {
                return;
            }
        }
    });
}

/// How many are to be on their way at once, after a round of so many: as many as it takes for [`A_SECOND`] of them. What
/// took few says nothing of that.
fn many(at_once: usize, tried: usize, took: Duration) -> usize {
    if tried < 2 * at_once {
        return at_once;
    }
    let wanted = A_SECOND * took.as_secs_f64() * at_once as f64 / tried as f64;
    (wanted.ceil() as usize).clamp(LEAST_AT_ONCE, AT_ONCE)
}

struct Sender {
    catalog: Catalog,
    channels: Arc<Channels>,
    channel: Channel,
    holder: String,
}

#[derive(Default)]
struct Round {
    tried: usize,
    arrived: usize,
}

impl Sender {
    async fn until_due(&self) -> Result<Duration> {
        let at = now();
        let next = self.catalog.store.next_due(&self.channel, at).await?;
        let wait = next.map_or(i64::MAX, |next| next.micros().saturating_sub(at.micros()));
        Ok(Duration::from_micros(u64::try_from(wait).unwrap_or_default()).clamp(SHORTEST, LOOK))
    }

    async fn round(&self, limit: u32, at_once: usize) -> Result<Round> {
        if !self.catalog.store.hold(&self.channel, &self.holder).await? {
            return Ok(Round::default());
        }
        let due = self.catalog.store.due(&self.channel, now(), limit).await?;
        let deadline = Instant::now() + BEGUN_WITHIN;
        let mut places: HashMap<String, usize> = HashMap::new();
        let mut groups: Vec<Vec<Waiting>> = Vec::new();
        for waiting in due {
            let place = *places.entry(waiting.outgoing.about.clone()).or_insert(groups.len());
            match groups.get_mut(place) {
                Some(group) => group.push(waiting),
                None => groups.push(vec![waiting]),
            }
        }
        let mut outcomes =
            stream::iter(groups).map(|group| self.send(group, deadline)).buffer_unordered(at_once);
        let (mut round, mut done) = (Round::default(), Vec::new());
        while let Some(some) = outcomes.next().await {
            let some = match some {
                Ok(some) => some,
                // Whatever holds up one thing holds up no other, nor is what has arrived forgotten.
                Err(error) => {
                    tracing::error!(channel = %self.channel, %error, "something is not sent; trying again");
                    continue;
                }
            };
            round.tried += some.len();
            round.arrived += some.iter().filter(|(_, came)| !matches!(came, Came::Failed(_))).count();
            done.extend(some);
            if done.len() >= FORGOTTEN_AT_ONCE {
                self.note(std::mem::take(&mut done)).await?;
            }
        }
        self.note(done).await?;
        Ok(round)
    }

    /// What is about one thing: where one has not arrived, nothing after it is sent.
    async fn send(&self, group: Vec<Waiting>, deadline: Instant) -> Result<Vec<Outcome>> {
        let Channel::Webhook(webhook) = &self.channel else { return self.mail(&group, deadline).await };
        let mut outcomes = Vec::with_capacity(group.len());
        for waiting in group {
            if Instant::now() > deadline {
                break;
            }
            let came = match self.may_still_be_told(webhook, &waiting).await {
                Ok(true) => self.called(webhook, &waiting).await,
                // The receiver has not failed, and is told nothing of it.
                Ok(false) => Came::LeftOut,
                // What has arrived of this has arrived.
                Err(error) if !outcomes.is_empty() => {
                    tracing::error!(channel = %self.channel, %error, "something is not sent; trying again");
                    break;
                }
                Err(error) => return Err(error),
            };
            let has_failed = matches!(&came, Came::Failed(why) if !why.is_final);
            outcomes.push((waiting, came));
            if has_failed {
                break;
            }
        }
        Ok(outcomes)
    }

    async fn called(&self, webhook: &str, waiting: &Waiting) -> Came {
        let outgoing = &waiting.outgoing;
        let message = Message { id: outgoing.id.clone(), body: outgoing.body.clone() };
        match self.channels.courier.call(webhook, &message).await {
            Ok(()) => Came::Arrived,
            Err(why) => Came::Failed(why),
        }
    }

    /// What has waited for another try may have been hidden meanwhile. That it was taken back may be told all the same:
    /// whoever was to be told had read it.
    async fn may_still_be_told(&self, webhook: &str, waiting: &Waiting) -> Result<bool> {
        let urn: Option<Urn> = waiting.outgoing.about.parse().ok();
        // Of what comes out of the future nobody knows how long it has waited: the clock has gone back.
        let waited = waiting.outgoing.at.seconds_until(now());
        let is_fresh = waiting.last_try.is_none() && (0..FRESH).contains(&waited);
        let (false, Some(urn), Some(webhook)) = (is_fresh, urn, self.channels.webhook(webhook)) else {
            return Ok(true);
        };
        if event::what(&waiting.outgoing.body) == Some(What::Withdrawn) {
            return Ok(true);
        }
        let stored = self.catalog.store.read(std::slice::from_ref(&urn)).await?.pop().flatten();
        let Some(stored) = stored else { return Ok(false) };
        match self.catalog.may(&webhook.service, Action::Read, &urn, &stored.body).await {
            // What a post is about is gone.
            Err(CatalogError::NotFound(_)) => Ok(false),
            may => may,
        }
    }

    /// All that is due for one person, as one letter.
    async fn mail(&self, group: &[Waiting], deadline: Instant) -> Result<Vec<Outcome>> {
        let Some(first) = group.first().filter(|_| Instant::now() <= deadline) else { return Ok(Vec::new()) };
        let id = format!("{}{}", fresh_id(), fresh_id());
        let about = &first.outgoing.about;
        let (id, lines) = self.catalog.store.as_letter(about, &id, now()).await?;
        let came = match letter::written(&self.catalog, &self.channels, &id, about, &lines).await? {
            Some(letter) => match self.channels.courier.mail(&letter).await {
                Ok(()) => Came::Arrived,
                Err(why) => Came::Failed(why),
            },
            None => Came::LeftOut,
        };
        Ok(lines.into_iter().map(|line| (line, came.clone())).collect())
    }

    async fn note(&self, outcomes: Vec<Outcome>) -> Result<()> {
        let at = now();
        let (mut arrived, mut left_out, mut failed) = (Vec::new(), Vec::new(), Vec::new());
        for (waiting, came) in outcomes {
            match came {
                Came::Arrived => arrived.push(waiting.outgoing.id),
                Came::LeftOut => left_out.push(waiting.outgoing.id),
                Came::Failed(why) => failed.push(self.failed(&waiting, &why, at)),
            }
        }
        self.catalog.store.arrived(&self.channel, &arrived, at).await?;
        self.catalog.store.left_out(&left_out).await?;
        if !failed.is_empty() {
            self.catalog.store.failed(&self.channel, &failed).await?;
        }
        Ok(())
    }

    fn failed(&self, waiting: &Waiting, why: &Undelivered, at: Timestamp) -> Failed {
        let wait = self.channels.patience.after(waiting.tries + 1).filter(|_| !why.is_final);
        let wait = wait.map(|wait| wait.max(why.wait.unwrap_or_default()));
        let next = wait.map(|wait| {
            Timestamp::from_micros(
                at.micros().saturating_add(i64::try_from(wait.as_micros()).unwrap_or(i64::MAX)),
            )
        });
        Failed { id: waiting.outgoing.id.clone(), at, next, why: why.why.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_answers_slowly_has_more_on_their_way_at_once() {
        let second = Duration::from_secs(1);
        assert_eq!(many(32, 8_000, second), 8, "four times as fast as it need be");
        assert_eq!(many(8, 500, second / 4), 8);
        assert_eq!(many(4, 100, second / 4), 20);
        assert_eq!(many(20, 100, 10 * second), AT_ONCE);
        assert_eq!(many(20, 3, second), 20, "as before");
        assert_eq!(many(8, 500, Duration::ZERO), LEAST_AT_ONCE);
    }
}
