//! What somebody should do, as far as the catalog sees: what ends soon, and what lacks somebody or something. Each kind of it
//! can be put aside for a while; it comes again by itself, and before that when there is more of it.

use std::collections::{BTreeMap, HashMap};
use std::fmt::{self, Display, Formatter};
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use loggia_model::{Actor, ActorKey, Attribute, Filter, Kind, Seq, Timestamp, Trait, Urn, Who};
use loggia_policy::Action;
use serde::{Deserialize, Serialize};

use crate::clock::now;
use crate::inbox::{a_person, aside_until};
use crate::members::MemberView;
use crate::people::RoleView;
use crate::ports::{Card, Relation};
use crate::{Catalog, CatalogError, DirectoryEntry, Permits, Result};

/// Shown of each.
const SHOWN: u32 = 20;
/// Of what somebody owns or has certified, for what it lacks.
const LOOKED_AT: u32 = 1_000;
/// What ends within so many days is told of.
const SOON: i64 = 30;
/// How long a count may be told again.
const COUNTED: Duration = Duration::from_secs(60);
/// Counts that are remembered, of one each.
const REMEMBERED: usize = 10_000;

/// What there may be to do, by kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Task {
    /// Own roles that end soon.
    Ending,
    /// Roles of others that end soon, where they administer.
    OfOthers,
    /// What they own and nobody has described.
    Undescribed,
    /// What they own and nobody is responsible for.
    WithoutResponsible,
    /// Certified by them, or owned, with a certification that ends soon.
    Certified,
    /// What nobody owns, where they may say who does.
    WithoutOwner,
    /// What stands in no unit, where they may say where.
    Unplaced,
}

impl Task {
    pub const ALL: [Self; 7] = [
        Self::Ending,
        Self::OfOthers,
        Self::Undescribed,
        Self::WithoutResponsible,
        Self::Certified,
        Self::WithoutOwner,
        Self::Unplaced,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ending => "ending",
            Self::OfOthers => "of-others",
            Self::Undescribed => "undescribed",
            Self::WithoutResponsible => "without-responsible",
            Self::Certified => "certified",
            Self::WithoutOwner => "without-owner",
            Self::Unplaced => "unplaced",
        }
    }

    pub const fn title(self) -> &'static str {
        match self {
            Self::Ending => "Your roles that end within 30 days",
            Self::OfOthers => "Roles of others that end within 30 days",
            Self::Undescribed => "You own these, and nobody has described them",
            Self::WithoutResponsible => "You own these, and nobody is responsible for the work",
            Self::Certified => "These are certified, and that ends within 30 days",
            Self::WithoutOwner => "Nobody owns these, and you may say who does",
            Self::Unplaced => "These stand in no domain unit",
        }
    }
}

impl Display for Task {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Task {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        let task = Self::ALL.into_iter().find(|task| task.as_str() == text);
        task.ok_or_else(|| format!("'{text}' is none of {}", Self::ALL.map(Self::as_str).join(", ")))
    }
}

/// What there is to do. Of assets the first, and how many there are.
#[derive(Default)]
pub struct Tasks {
    pub ending: Vec<RoleView>,
    pub of_others: Vec<(DirectoryEntry, MemberView)>,
    pub undescribed: (Vec<Card>, u64),
    pub without_responsible: (Vec<Card>, u64),
    pub certified: (Vec<Card>, u64),
    pub without_owner: (Vec<Card>, u64),
    pub unplaced: u64,
    /// What is put aside, and until when; nothing of it is above.
    pub aside: Vec<(Task, Timestamp)>,
}

impl Tasks {
    pub fn is_empty(&self) -> bool {
        self.aside.is_empty() && self.to_do() == 0
    }

    /// How many things that is: what ends is one each, and what lacks the same is one together.
    pub fn to_do(&self) -> u64 {
        let each = [Task::Ending, Task::OfOthers, Task::Certified].map(|task| self.count(task));
        let together = [Task::Undescribed, Task::WithoutResponsible, Task::WithoutOwner, Task::Unplaced];
        each.into_iter().sum::<u64>() + together.map(|task| self.count(task).min(1)).into_iter().sum::<u64>()
    }

    pub fn count(&self, task: Task) -> u64 {
        match task {
            Task::Ending => self.ending.len() as u64,
            Task::OfOthers => self.of_others.len() as u64,
            Task::Undescribed => self.undescribed.1,
            Task::WithoutResponsible => self.without_responsible.1,
            Task::Certified => self.certified.1,
            Task::WithoutOwner => self.without_owner.1,
            Task::Unplaced => self.unplaced,
        }
    }

    fn hide(&mut self, task: Task, until: Timestamp) {
        match task {
            Task::Ending => self.ending.clear(),
            Task::OfOthers => self.of_others.clear(),
            Task::Undescribed => self.undescribed = Default::default(),
            Task::WithoutResponsible => self.without_responsible = Default::default(),
            Task::Certified => self.certified = Default::default(),
            Task::WithoutOwner => self.without_owner = Default::default(),
            Task::Unplaced => self.unplaced = 0,
        }
        self.aside.push((task, until));
    }
}

/// What somebody has put aside, by kind.
type PutAside = BTreeMap<String, Put>;

#[derive(Serialize, Deserialize)]
struct Put {
    /// Microseconds since 1970.
    until: i64,
    /// How many there were: with more, it comes again.
    count: u64,
}

/// What was counted lately, by whose it is.
#[derive(Default)]
pub struct Counts(Mutex<HashMap<ActorKey, Counted>>);

#[derive(Clone, Copy)]
struct Counted {
    to_do: u64,
    at: Instant,
    /// As of that record, of the actor's own.
    seen: Seq,
}

impl Catalog {
    /// What the actor should do; `None` of whoever is no person.
    ///
    /// # Errors
    /// Where the index cannot be read.
    pub async fn tasks(&self, actor: &Actor) -> Result<Option<Tasks>> {
        let Some(me) = actor.key.person().filter(|_| actor.who == Who::Person) else { return Ok(None) };
        self.caught_up(actor).await;
        let permits = self.permits(actor).await?;
        let roles = self.roles_somebody_has(&permits, &me);
        Ok(Some(self.tasks_of(&permits, &me, &roles).await?))
    }

    /// How many things wait for the actor: what others want of them, and their tasks. It may be a minute old, but not older
    /// than what they have done themselves.
    ///
    /// # Errors
    /// Where the store or the index cannot be read.
    pub async fn to_do(&self, actor: &Actor) -> Result<u64> {
        if actor.who != Who::Person {
            return Ok(0);
        }
        match self.counts.of(&actor.key) {
            Some(counted) if counted.seen >= actor.seen => Ok(counted.to_do),
            _ => self.count_to_do(actor).await,
        }
    }

    /// The same, counted now.
    pub(crate) async fn count_to_do(&self, actor: &Actor) -> Result<u64> {
        let tasks = self.tasks(actor).await?.unwrap_or_default();
        let posts = self.lines_waiting(actor).await?.len() as u64;
        let to_do = posts + tasks.to_do();
        self.counts.remember(&actor.key, Counted { to_do, at: Instant::now(), seen: actor.seen });
        Ok(to_do)
    }

    /// Puts what there is to do of a kind aside until an instant, or takes it up again.
    ///
    /// # Errors
    /// `Invalid` for a time that is over; `Refused` for whoever has no inbox, and where there is nothing of that kind.
    pub async fn put_task_aside(&self, actor: &Actor, task: Task, until: Option<Timestamp>) -> Result<()> {
        a_person(actor)?;
        let mut put = self.put_aside_by(actor).await?;
        put.remove(task.as_str());
        if let Some(until) = until {
            aside_until(until)?;
            let count = self.tasks(actor).await?.unwrap_or_default().count(task);
            if count == 0 {
                return Err(CatalogError::Refused(format!(
                    "nothing is there to put aside: {}",
                    task.title()
                )));
            }
            put.insert(task.as_str().to_owned(), Put { until: until.micros(), count });
        }
        let last = put.values().map(|put| put.until).max();
        match last.map(|last| now().seconds_until(Timestamp::from_micros(last)) + 1) {
            Some(seconds) => {
                let json = serde_json::to_string(&put).unwrap_or_default();
                self.keep(&kept_as(actor), &json, u32::try_from(seconds).unwrap_or(u32::MAX)).await?;
            }
            None => drop(self.take_kept(&kept_as(actor)).await?),
        }
        self.counts.forget(&actor.key);
        self.heard.say([actor.key.clone()].into());
        Ok(())
    }

    async fn put_aside_by(&self, actor: &Actor) -> Result<PutAside> {
        let kept = self.store.kept(&kept_as(actor), now()).await?;
        let mut put: PutAside = kept.and_then(|kept| serde_json::from_str(&kept).ok()).unwrap_or_default();
        put.retain(|_, put| put.until > now().micros());
        Ok(put)
    }

    pub(crate) async fn tasks_of(&self, permits: &Permits, me: &Urn, roles: &[RoleView]) -> Result<Tasks> {
        let allowed = permits.filter(Action::Discover);
        let (owned, _) = self.referring(permits, Relation::Owner, me, (0, LOOKED_AT), allowed).await?;
        let live: Vec<&Card> = owned.iter().filter(|card| !card.deprecated).collect();
        let has_responsible = |card: &Card| {
            let is_answered_for = matches!(card.kind, Kind::Asset | Kind::DataProduct | Kind::DomainUnit);
            !is_answered_for || !self.lacks_responsible(card)
        };
        let ends = |card: &Card| card.certified.is_some_and(|(_, until)| is_soon(until));
        let given = self.referring(permits, Relation::CertifiedBy, me, (0, LOOKED_AT), allowed).await?.0;
        let mut certified: Vec<Card> = given.into_iter().filter(ends).collect();
        certified.extend(live.iter().filter(|card| ends(card)).map(|card| (*card).clone()));
        certified.sort_by(|one, other| one.urn.cmp(&other.urn));
        certified.dedup_by(|one, other| one.urn == other.urn);
        let nobodys = Filter::Not(Box::new(Filter::Has(Trait::Has(Attribute::Owners))));
        let mut tasks = Tasks {
            ending: roles.iter().filter(|role| is_soon(role.until)).cloned().collect(),
            of_others: self.ending_elsewhere(permits, me),
            undescribed: first(live.iter().copied().filter(|card| card.summary.is_empty()).collect()),
            without_responsible: first(live.iter().copied().filter(|card| !has_responsible(card)).collect()),
            certified: first(certified.iter().collect()),
            without_owner: self.assets_with(permits, Action::Approve, nobodys, SHOWN).await?,
            unplaced: self.unplaced_cards(permits, 0).await?.1,
            aside: Vec::new(),
        };
        let put = self.put_aside_by(permits.actor()).await?;
        for task in Task::ALL {
            if let Some(put) =
                put.get(task.as_str()).filter(|put| (1..=put.count).contains(&tasks.count(task)))
            {
                tasks.hide(task, Timestamp::from_micros(put.until));
            }
        }
        Ok(tasks)
    }

    fn ending_elsewhere(&self, permits: &Permits, me: &Urn) -> Vec<(DirectoryEntry, MemberView)> {
        let mut ending = Vec::new();
        for place in self.directory.places_with_members() {
            if !permits.may(Action::Administer, &self.directory.resource_of(&place)) {
                continue;
            }
            let members = self.shown_members(permits, &place).into_iter();
            let members =
                members.filter(|member| is_soon(member.until) && !member.has_ended && member.who.urn != *me);
            let entry = self.directory.entry_or_name(&place);
            ending.extend(members.map(|member| (entry.clone(), member)));
        }
        ending
    }
}

impl Counts {
    fn of(&self, whose: &ActorKey) -> Option<Counted> {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.get(whose).filter(|counted| counted.at.elapsed() < COUNTED).copied()
    }

    fn remember(&self, whose: &ActorKey, counted: Counted) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= REMEMBERED {
            counts.retain(|_, counted| counted.at.elapsed() < COUNTED);
        }
        counts.insert(whose.clone(), counted);
    }

    fn forget(&self, whose: &ActorKey) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(whose);
    }
}

fn kept_as(actor: &Actor) -> String {
    format!("aside {}", actor.key)
}

fn first(cards: Vec<&Card>) -> (Vec<Card>, u64) {
    let shown = usize::try_from(SHOWN).unwrap_or(usize::MAX);
    (cards.iter().take(shown).map(|card| (*card).clone()).collect(), cards.len() as u64)
}

fn is_soon(until: Option<Timestamp>) -> bool {
    until.is_some_and(|until| until <= now().plus_seconds(SOON * 86_400))
}
