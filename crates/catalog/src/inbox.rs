//! What people follow, and what they are told: by whom something was asked or answered, and what became of the data that
//! they look after or follow.

mod followers;
mod listening;
mod post;
mod standing_in;
mod telling;

use loggia_model::{Actor, ActorKey, Body, Kind, Seq, Timestamp, Urn, Who};
use loggia_policy::Action;

pub use self::listening::{Listening, Waits};
pub(crate) use self::post::{happened_to, mentions, to_hear};
pub(crate) use self::telling::{Heard, begin_with, changed_fields, start, what_happened};
use crate::accounts::is_no_person;
use crate::clock::now;
use crate::ports::{Aside, Chosen, Told, What};
use crate::{Catalog, CatalogError, DirectoryEntry, Permits, Result};

/// Events on one page.
pub const A_PAGE: usize = 30;
/// Seconds.
const LONGEST_ASIDE: i64 = 366 * 86_400;

/// Something that whoever looks was told.
pub struct EventView {
    pub told: Told,
    pub name: String,
    pub by_name: String,
    /// Where it is; `None` of what was taken back, and is not there for them any more.
    pub urn: Option<Urn>,
}

pub struct Events {
    pub shown: Vec<EventView>,
    /// The newest of this page, shown or not: up to it, all can be marked as read.
    pub newest: Option<Seq>,
    /// From where the next page goes on.
    pub next: Option<Seq>,
    pub unread: u64,
}

impl Catalog {
    /// A page of what the actor was told, the newest first; what they may not know any more is left out.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn events(
        &self,
        actor: &Actor,
        chosen: impl Into<Chosen>,
        before: Option<Seq>,
    ) -> Result<Events> {
        let limit = u32::try_from(A_PAGE).unwrap_or(u32::MAX);
        let told = self.store.told(&actor.key, chosen.into(), now(), before, limit).await?;
        let next = told.last().filter(|_| told.len() == A_PAGE).map(|told| told.seq);
        let newest = told.first().map(|told| told.seq);
        let permits = self.permits(actor).await?;
        let names = self.names(actor).await?;
        let mut shown = Vec::with_capacity(told.len());
        for told in told {
            let Some((name, urn)) = self.named_event(&permits, &told).await? else { continue };
            shown.push(EventView { by_name: names.of_actor(&told.by), name, urn, told });
        }
        Ok(Events { shown, newest, next, unread: self.unread(actor).await? })
    }

    /// How much of what the actor was told they have not read.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn unread(&self, actor: &Actor) -> Result<u64> {
        if actor.who != Who::Person {
            return Ok(0);
        }
        Ok(self.store.unread(&actor.key, now()).await?)
    }

    /// Marks one event of the actor's own as read, or all up to one.
    ///
    /// # Errors
    /// `Refused` for whoever has no inbox.
    pub async fn mark_read(&self, actor: &Actor, seq: Seq, and_before: bool) -> Result<()> {
        a_person(actor)?;
        self.store.mark_read(&actor.key, seq, and_before, now()).await?;
        self.heard.say([actor.key.clone()].into());
        Ok(())
    }

    /// Puts one event of the actor's own aside, or takes it up again.
    ///
    /// # Errors
    /// `Invalid` for a time that is over; `Refused` for whoever has no inbox.
    pub async fn put_aside(&self, actor: &Actor, seq: Seq, aside: Option<Aside>) -> Result<()> {
        a_person(actor)?;
        if let Some(Aside::Until(until)) = aside {
            aside_until(until)?;
        }
        self.store.put_aside(&actor.key, seq, aside, now()).await?;
        self.heard.say([actor.key.clone()].into());
        Ok(())
    }

    /// Follows something, or does not any more.
    ///
    /// # Errors
    /// `NotFound` for what the actor may not know of; `Refused` for what nobody can follow.
    pub async fn set_following(&self, actor: &Actor, urn: &Urn, is_followed: bool) -> Result<()> {
        a_person(actor)?;
        let given = urn;
        let urn = match urn.kind() {
            Kind::Asset => self.directory.asset(urn),
            _ => self.directory.resolve(urn),
        };
        if !is_followed {
            for name in self.names_of(&urn).iter().chain([given]) {
                self.store.set_following(&actor.key, name, None).await?;
            }
            return Ok(());
        }
        if !can_be_followed(urn.kind()) {
            return Err(CatalogError::Refused(format!("a {} cannot be followed", urn.kind())));
        }
        let permits = self.permits(actor).await?;
        self.head_by(&permits, Action::Discover, &urn).await?;
        let so_far = self.store.last().await?;
        Ok(self.store.set_following(&actor.key, &urn, Some(so_far)).await?)
    }

    /// Whether the actor follows this; `None` for whoever follows nothing.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn is_following(&self, actor: &Actor, urn: &Urn) -> Result<Option<bool>> {
        if actor.who != Who::Person || !can_be_followed(urn.kind()) {
            return Ok(None);
        }
        let names = self.names_of(urn);
        Ok(Some(self.store.followed_by(&actor.key).await?.iter().any(|followed| names.contains(followed))))
    }

    /// What the actor follows, and may know of, by name.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn following(&self, actor: &Actor) -> Result<Vec<DirectoryEntry>> {
        let permits = self.permits(actor).await?;
        let urns = self.store.followed_by(&actor.key).await?;
        let (assets, others): (Vec<Urn>, Vec<Urn>) =
            urns.into_iter().partition(|urn| urn.kind() == Kind::Asset);
        let mut entries = self.all_named(&permits, others.iter());
        for stored in self.store.read(&assets).await?.into_iter().flatten() {
            if permits.may(Action::Discover, &self.resource(&stored.urn, &stored.body).await?) {
                let name = stored.body.name_for_others(&stored.urn);
                entries.push(DirectoryEntry { name, ..self.directory.entry_or_name(&stored.urn) });
            }
        }
        entries.sort_by_cached_key(|entry| entry.name.to_lowercase());
        Ok(entries)
    }

    /// It, and all that has become it: other names of an asset, and what has been merged.
    fn names_of(&self, urn: &Urn) -> Vec<Urn> {
        let merged = self.directory.merged_into(urn).into_iter().map(|entry| entry.urn);
        [urn.clone()].into_iter().chain(self.directory.aliases(urn)).chain(merged).collect()
    }

    /// How an event is called, and where it leads; `None` where the actor may not know of it any more.
    pub(crate) async fn named_event(
        &self,
        permits: &Permits,
        told: &Told,
    ) -> Result<Option<(String, Option<Urn>)>> {
        if told.what == What::Withdrawn {
            // Whoever was told had read it, and is not led to where they would find nothing.
            return Ok(Some((self.directory.name(&told.urn), None)));
        }
        let stored = self.store.read(std::slice::from_ref(&told.urn)).await?.pop().flatten();
        let Some(stored) = stored else { return Ok(None) };
        if told.urn.kind() == Kind::Post {
            return match self.thread(permits, &told.urn).await {
                Ok(thread) => {
                    let about = self.head(&thread.about).await?;
                    Ok(Some((about.body.name_for_others(&thread.about), Some(told.urn.clone()))))
                }
                Err(CatalogError::NotFound(_)) => Ok(None),
                Err(error) => Err(error),
            };
        }
        let resource = match self.resource(&told.urn, &stored.body).await {
            Ok(resource) => resource,
            Err(CatalogError::NotFound(_)) => return Ok(None),
            Err(error) => return Err(error),
        };
        let is_known = permits.may(Action::Read, &resource);
        Ok(is_known.then(|| (stored.body.name_for_others(&told.urn), Some(told.urn.clone()))))
    }

    /// The same, and who stands in for any of them.
    fn keys_and_deputies(&self, who: impl Iterator<Item = Urn>) -> Vec<ActorKey> {
        let mut keys = self.keys_of(who);
        let deputies = keys.iter().filter_map(|key| self.directory.away_of(&key.person()?, now()));
        let deputies: Vec<Urn> = deputies.map(|away| away.deputy).collect();
        keys.extend(deputies.iter().filter_map(|deputy| deputy.rest().parse().ok()));
        keys
    }

    /// The people behind these people and groups, by key.
    fn keys_of(&self, who: impl Iterator<Item = Urn>) -> Vec<ActorKey> {
        let people = who.flat_map(|who| match who.kind() {
            Kind::Group => self.directory.people_in(&who),
            _ => vec![who],
        });
        people.filter(|who| who.kind() == Kind::Person).filter_map(|who| who.rest().parse().ok()).collect()
    }

    /// Whether somebody may do this to what a body says, now.
    async fn they_may(&self, who: &ActorKey, action: Action, urn: &Urn, body: &Body) -> Result<bool> {
        let Some(person) = who.person().filter(|_| !is_no_person(who.as_str())) else { return Ok(false) };
        self.may(&person, action, urn, body).await
    }

    /// The same of a person or service.
    pub(crate) async fn may(&self, who: &Urn, action: Action, urn: &Urn, body: &Body) -> Result<bool> {
        let permits = self.access.permits(self, self.principal_of(who));
        Ok(permits.may(action, &self.resource(urn, body).await?))
    }
}

/// Whether something may be put aside until then.
pub(crate) fn aside_until(until: Timestamp) -> Result<()> {
    let at = now();
    if until <= at || until > at.plus_seconds(LONGEST_ASIDE) {
        return Err(CatalogError::invalid("until", "is not a time within a year from now"));
    }
    Ok(())
}

fn can_be_followed(kind: Kind) -> bool {
    matches!(kind, Kind::Asset | Kind::DataProduct | Kind::Term | Kind::DomainUnit | Kind::Project)
}

pub(crate) fn a_person(actor: &Actor) -> Result<()> {
    if actor.who == Who::Person {
        return Ok(());
    }
    Err(CatalogError::Refused("sign in as a person first: an inbox is somebody's".into()))
}
