//! What people are mailed, and when: each line of it waits in the outbox until it is due, and leaves with all others of
//! that person as one letter.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use loggia_model::{Actor, ActorKey, Body, Timestamp};

use super::{Channels, fresh_message};
use crate::clock::now;
use crate::follower::RETRY;
use crate::inbox::a_person;
use crate::ports::{Channel, How, Outgoing, What};
use crate::{Catalog, Result};

/// By which the store knows how far people have been mailed of what they were told.
pub const NAME: &str = "mail";
/// Told, looked at at once.
const BATCH: u32 = 500;
/// Another process may have told somebody.
const LOOK: Duration = Duration::from_secs(5);
const DAY: i64 = 86_400_000_000;
const HOUR: i64 = 3_600_000_000;

impl How {
    /// Where somebody has not chosen: what waits for them, or breaks what they build on, at once.
    pub fn usual(what: What) -> Self {
        match what {
            What::Breaking
            | What::Deprecated
            | What::Retired
            | What::Asked
            | What::Replied
            | What::Settled
            | What::Mentioned
            | What::StandingIn => Self::AtOnce,
            _ => Self::Daily,
        }
    }
}

/// When somebody is mailed what, and where to.
pub struct MailChoices {
    /// `None` where nobody knows it.
    pub address: Option<String>,
    pub choices: Vec<(What, How)>,
}

impl Catalog {
    /// When the actor is mailed what; `None` where nobody is.
    ///
    /// # Errors
    /// `Refused` for whoever is no person.
    pub async fn mail_choices(&self, actor: &Actor) -> Result<Option<MailChoices>> {
        if !self.has_mail() {
            return Ok(None);
        }
        a_person(actor)?;
        let chosen: HashMap<What, How> = self.store.mail_choices(&actor.key).await?.into_iter().collect();
        let how = |what| chosen.get(&what).copied().unwrap_or_else(|| How::usual(what));
        let address = self.mailed_to(&actor.key).await?.map(|(_, address)| address);
        Ok(Some(MailChoices { address, choices: What::ALL.map(|what| (what, how(what))).to_vec() }))
    }

    /// # Errors
    /// `Refused` for whoever is no person.
    pub async fn set_mail_choices(&self, actor: &Actor, choices: &[(What, How)]) -> Result<()> {
        a_person(actor)?;
        Ok(self.store.set_mail_choices(&actor.key, choices).await?)
    }

    /// How somebody who can sign in is called, and where they are mailed.
    pub(super) async fn mailed_to(&self, key: &ActorKey) -> Result<Option<(String, String)>> {
        let account = self.store.account(key).await?.filter(|account| !account.is_disabled);
        let (Some(_), Some(urn)) = (account, key.person()) else { return Ok(None) };
        let stored = self.store.read(std::slice::from_ref(&urn)).await?.pop().flatten();
        let Some(stored) = stored else { return Ok(None) };
        let Body::Person(layers) = stored.body.as_ref() else { return Ok(None) };
        let facts = layers.shown();
        let address =
            facts.email.map(|address| address.trim().to_owned()).filter(|address| !address.is_empty());
        Ok(address.map(|address| (stored.body.name(&urn), address)))
    }
}

pub fn start(catalog: &Catalog, channels: &Arc<Channels>) {
    let (catalog, channels) = (catalog.clone(), channels.clone());
    let mut heard = catalog.heard.listen();
    tokio::spawn(async move {
        loop {
            match catch_up(&catalog, &channels).await {
                // Somebody is told, or it is time to look; that some of it was not heard changes nothing.
                Ok(()) => drop(tokio::time::timeout(LOOK, heard.recv()).await),
                Err(error) => {
                    tracing::error!(%error, "nobody is mailed what happens; trying again");
                    tokio::time::sleep(RETRY).await;
                }
            }
        }
    });
}

async fn catch_up(catalog: &Catalog, channels: &Channels) -> Result<()> {
    loop {
        let until = catalog.store.told_until().await?.unwrap_or_default();
        let Some(made) = catalog.store.made_until(NAME).await? else {
            // Who has never been mailed is mailed what comes from now on.
            catalog.store.put_out(NAME, None, until, &[]).await?;
            return Ok(());
        };
        let told = catalog.store.told_between(made, until, BATCH).await?;
        let Some(last) = told.last().map(|told| told.seq) else { return Ok(()) };
        let mut chosen: HashMap<ActorKey, Option<HashMap<What, How>>> = HashMap::new();
        let mut outgoing = Vec::new();
        for told in told {
            if !chosen.contains_key(&told.person) {
                let choices = match catalog.mailed_to(&told.person).await? {
                    Some(_) => Some(catalog.store.mail_choices(&told.person).await?.into_iter().collect()),
                    None => None,
                };
                chosen.insert(told.person.clone(), choices);
            }
            let Some(Some(choices)) = chosen.get(&told.person) else { continue };
            let how = choices.get(&told.what).copied().unwrap_or_else(|| How::usual(told.what));
            let Some(due) = due(how, now(), channels.digest_hour) else { continue };
            outgoing.push(Outgoing {
                id: fresh_message(),
                channel: Channel::Mail,
                about: told.person.as_str().to_owned(),
                seq: told.seq,
                at: told.at,
                due,
                body: String::new(),
            });
        }
        // Where another process went on, its position is asked anew.
        if catalog.store.put_out(NAME, Some(made), last, &outgoing).await? && !outgoing.is_empty() {
            catalog.sent_for.send_replace(());
        }
    }
}

/// When something leaves; `None` for never. What leaves at once does so whatever the clock says.
fn due(how: How, now: Timestamp, hour: u8) -> Option<Timestamp> {
    let today = now.micros().div_euclid(DAY);
    let at_hour = |day: i64| day.saturating_mul(DAY).saturating_add(i64::from(hour) * HOUR);
    let next = if at_hour(today) > now.micros() { today } else { today + 1 };
    match how {
        How::AtOnce => Some(Timestamp::EPOCH),
        How::Daily => Some(Timestamp::from_micros(at_hour(next))),
        // The first of January 1970 was a Thursday, three days after a Monday.
        How::Weekly => {
            let monday = next + (7 - (next + 3).rem_euclid(7)).rem_euclid(7);
            Some(Timestamp::from_micros(at_hour(monday)))
        }
        How::Never => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_leave_at_their_hour() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        // A Sunday.
        let now = at("2026-11-22T05:59:59Z");
        assert_eq!(due(How::AtOnce, now, 6), Some(Timestamp::EPOCH));
        assert_eq!(due(How::Never, now, 6), None);
        assert_eq!(due(How::Daily, now, 6), Some(at("2026-11-22T06:00:00Z")));
        assert_eq!(due(How::Weekly, now, 6), Some(at("2026-11-23T06:00:00Z")));
        let later = at("2026-11-23T06:00:00Z");
        assert_eq!(due(How::Daily, later, 6), Some(at("2026-11-24T06:00:00Z")));
        assert_eq!(due(How::Weekly, later, 6), Some(at("2026-11-30T06:00:00Z")));
        assert_eq!(due(How::Weekly, at("2026-11-23T05:00:00Z"), 6), Some(later));
    }
}
