//! What leaves the catalog by itself: letters to people, messages to webhooks. The operator's file says by which ways.
//!
//! Each way is a projection of the log: what is to leave stands in the outbox in the transaction that says how far the log
//! has been read, and leaves it when it has arrived. What is in doubt after a crash is sent again under the same id.

mod event;
mod letter;
pub mod mail;
mod sending;
mod webhooks;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use loggia_model::{Actor, Seq, Timestamp, Urn};
use loggia_policy::Action;

use crate::audit::Event;
use crate::clock::now;
use crate::ports::{Act, Channel, ChannelState, Courier, Outgoing, Waiting, What};
use crate::tokens::fresh_id;
use crate::{Catalog, CatalogError, Result};

/// What is sent, where to, and by whom.
pub struct Channels {
    pub webhooks: Vec<Webhook>,
    /// Where letters come from, as people read it; `None` where there is no mail.
    pub mail: Option<String>,
    /// The hour of the day, UTC, at which digests leave.
    pub digest_hour: u8,
    /// `https://catalog.example`.
    pub site: String,
    /// The path of a page.
    pub path: fn(&Urn) -> String,
    pub courier: Arc<dyn Courier>,
    pub patience: Patience,
}

/// A receiver of what happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    pub name: String,
    /// As the page of notifications shows it: without what may be secret in it.
    pub place: String,
    /// It is told what this service may read, and nothing else.
    pub service: Urn,
    /// All where there is none.
    pub what: BTreeSet<What>,
    /// Of this unit and all below it only.
    pub unit: Option<Urn>,
}

/// How long is waited between tries, one after another; after the last, it is given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patience(Vec<Duration>);

impl Default for Patience {
    /// Over a day, as Standard Webhooks has it.
    fn default() -> Self {
        let minutes = [1, 5, 15, 60, 120, 240, 480, 540].map(|minutes| Duration::from_secs(minutes * 60));
        Self([5, 15].map(Duration::from_secs).into_iter().chain(minutes).collect())
    }
}

impl Patience {
    pub fn of(waits: impl IntoIterator<Item = Duration>) -> Self {
        Self(waits.into_iter().collect())
    }

    /// How long is waited after that many tries; `None` where there is no other.
    pub(crate) fn after(&self, tries: u32) -> Option<Duration> {
        self.0.get(usize::try_from(tries).ok()?.checked_sub(1)?).copied()
    }
}

/// A channel as the page of notifications shows it.
pub struct ChannelView {
    pub state: ChannelState,
    /// Where it leads; `None` of one that the file does not have any more.
    pub place: Option<String>,
    pub service: Option<Urn>,
    pub what: BTreeSet<What>,
    pub unit: Option<Urn>,
    /// What has been given up, the newest first.
    pub dead: Vec<Waiting>,
}

/// Shown of what has been given up.
pub const DEAD: u32 = 20;

impl Catalog {
    /// This catalog, telling by these ways too; it begins at once.
    #[must_use]
    pub fn notifying(mut self, channels: Channels) -> Self {
        let channels = Arc::new(channels);
        self.channels = Some(channels.clone());
        if !channels.webhooks.is_empty() {
            webhooks::start(&self, &channels);
        }
        if channels.mail.is_some() {
            mail::start(&self, &channels);
            sending::start(&self, &channels, Channel::Mail);
        }
        for webhook in &channels.webhooks {
            sending::start(&self, &channels, Channel::Webhook(webhook.name.clone()));
        }
        self
    }

    /// Forgets how far the ways that there are not were followed: whoever is told by them again is told what comes from then
    /// on, and not what was meanwhile.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub async fn forget_other_channels(&self) -> Result<()> {
        let channels = self.channels.as_ref();
        if channels.is_none_or(|channels| channels.webhooks.is_empty()) {
            self.store.begin_anew(webhooks::NAME).await?;
        }
        if !self.has_mail() {
            self.store.begin_anew(mail::NAME).await?;
        }
        Ok(())
    }

    /// Whether people are mailed.
    pub fn has_mail(&self) -> bool {
        self.channels.as_ref().is_some_and(|channels| channels.mail.is_some())
    }

    /// How everything that leaves the catalog goes: mail first, then webhooks, then what the file has no more.
    ///
    /// # Errors
    /// `Forbidden` for whoever does not administer the organisation.
    pub async fn channels(&self, actor: &Actor) -> Result<Vec<ChannelView>> {
        self.check_all(actor, Action::Administer).await?;
        let mut states = self.store.channel_states().await?;
        let mut views = Vec::new();
        if let Some(channels) = &self.channels {
            if let Some(from) = &channels.mail {
                let state = taken(&mut states, Channel::Mail);
                views.push(self.channel(state, Some(from.clone()), None).await?);
            }
            for webhook in &channels.webhooks {
                let state = taken(&mut states, Channel::Webhook(webhook.name.clone()));
                views.push(self.channel(state, Some(webhook.place.clone()), Some(webhook)).await?);
            }
        }
        for state in states.into_iter().filter(|state| state.waiting + state.dead > 0) {
            views.push(self.channel(state, None, None).await?);
        }
        Ok(views)
    }

    async fn channel(
        &self,
        state: ChannelState,
        place: Option<String>,
        webhook: Option<&Webhook>,
    ) -> Result<ChannelView> {
        let dead = if state.dead > 0 { self.store.dead(&state.channel, DEAD).await? } else { Vec::new() };
        Ok(ChannelView {
            state,
            place,
            service: webhook.map(|webhook| webhook.service.clone()),
            what: webhook.map(|webhook| webhook.what.clone()).unwrap_or_default(),
            unit: webhook.and_then(|webhook| webhook.unit.clone()),
            dead,
        })
    }

    /// Tries what was given up anew, one or all; how many that are.
    ///
    /// # Errors
    /// `Forbidden` for whoever does not administer the organisation.
    pub async fn revive(&self, actor: &Actor, channel: &Channel, id: Option<&str>) -> Result<u64> {
        self.check_all(actor, Action::Administer).await?;
        let revived = self.store.revive(channel, id).await?;
        self.note(actor, Event::of(Act::SteeredChannel, format!("tried {revived} anew on '{channel}'")));
        self.sent_for.send_replace(());
        Ok(revived)
    }

    /// Forgets what was given up, one or all; how many that were.
    ///
    /// # Errors
    /// `Forbidden` for whoever does not administer the organisation.
    pub async fn bury(&self, actor: &Actor, channel: &Channel, id: Option<&str>) -> Result<u64> {
        self.check_all(actor, Action::Administer).await?;
        let buried = self.store.bury(channel, id).await?;
        self.note(actor, Event::of(Act::SteeredChannel, format!("forgot {buried} of '{channel}'")));
        Ok(buried)
    }

    /// Sends a webhook an event about nothing, which takes the way of all others.
    ///
    /// # Errors
    /// `NotFound` where the file has no such webhook.
    pub async fn test_webhook(&self, actor: &Actor, name: &str) -> Result<()> {
        self.check_all(actor, Action::Administer).await?;
        let channels = self.channels.as_ref().filter(|channels| channels.webhook(name).is_some());
        let channels = channels.ok_or_else(|| CatalogError::NotFound(format!("webhook '{name}'")))?;
        let (id, at) = (fresh_message(), now());
        let body = event::test(&channels.site, &id, at);
        let channel = Channel::Webhook(name.to_owned());
        let about = format!("test-{id}");
        let outgoing = Outgoing { id, channel, about, seq: Seq::default(), at, due: Timestamp::EPOCH, body };
        self.store.post(&outgoing).await?;
        self.note(actor, Event::of(Act::SteeredChannel, format!("sent a test to the webhook '{name}'")));
        self.sent_for.send_replace(());
        Ok(())
    }

    /// Whether the services that webhooks are told as, and the units, are there, for whoever puts the program together.
    ///
    /// # Errors
    /// `Invalid` says which is not.
    pub fn check_webhook(&self, webhook: &Webhook) -> Result<()> {
        for (what, urn) in [("service", Some(&webhook.service)), ("unit", webhook.unit.as_ref())] {
            let missing = urn.filter(|urn| self.directory.entry(urn).is_none());
            if let Some(urn) = missing {
                let why =
                    format!("the webhook '{}' names '{}', which is not there", webhook.name, urn.rest());
                return Err(CatalogError::invalid(what, why));
            }
        }
        Ok(())
    }

    /// Says that nothing is to leave of what the log has so far.
    pub(crate) async fn put_out_nothing_so_far(&self) -> Result<()> {
        let last = self.store.last().await?;
        for projection in [webhooks::NAME, mail::NAME] {
            if let Some(made) = self.store.made_until(projection).await? {
                self.store.put_out(projection, Some(made), last, &[]).await?;
            }
        }
        Ok(())
    }
}

impl Channels {
    fn webhook(&self, name: &str) -> Option<&Webhook> {
        self.webhooks.iter().find(|webhook| webhook.name == name)
    }

    /// The address of a page.
    fn address(&self, urn: &Urn) -> String {
        format!("{}{}", self.site, (self.path)(urn))
    }
}

/// What is known of a channel, taken out of what is known of all.
fn taken(states: &mut Vec<ChannelState>, channel: Channel) -> ChannelState {
    match states.iter().position(|state| state.channel == channel) {
        Some(place) => states.swap_remove(place),
        None => ChannelState::of(channel),
    }
}

/// By which a receiver knows a message again.
fn fresh_message() -> String {
    format!("msg_{}{}", fresh_id(), fresh_id())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receiver_that_fails_has_a_day_and_is_asked_less_and_less() {
        let patience = Patience::default();
        let waits: Vec<Duration> = (1..).map_while(|tries| patience.after(tries)).collect();
        assert!(waits.is_sorted());
        let all = waits.iter().sum::<Duration>().as_secs();
        assert!((24 * 3_600..26 * 3_600).contains(&all), "{all} s");
    }
}
