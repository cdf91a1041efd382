//! What somebody should do, as far as the catalog sees: what ends soon, and what lacks somebody or something. Each kind of it
//! can be put aside for a while; it comes again by itself, and while there is more of it than was put aside.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::{self, Display, Formatter};
use std::str::FromStr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
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
/// The same where its person was told something since: whoever is told much is not counted for each time.
const COUNTED_WHILE_TOLD: Duration = Duration::from_secs(2);
/// No page waits longer for a count: it shows the last that is known.
const LONGEST: Duration = Duration::from_millis(50);
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
    /// Which certifications these are, those included that are not shown.
    certifications: BTreeSet<String>,
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

    /// What ends, each by itself: what was put aside is not what ends next.
    fn which(&self, task: Task) -> BTreeSet<String> {
        match task {
            Task::Ending => {
                let one =
                    |role: &RoleView| format!("{} {} {}", role.place.urn, role.role.as_str(), at(role.until));
                self.ending.iter().map(one).collect()
            }
            Task::OfOthers => {
                let one = |(place, member): &(DirectoryEntry, MemberView)| {
                    format!("{} {} {} {}", place.urn, member.who.urn, member.role.as_str(), at(member.until))
                };
                self.of_others.iter().map(one).collect()
            }
            Task::Certified => self.certifications.clone(),
            Task::Undescribed | Task::WithoutResponsible | Task::WithoutOwner | Task::Unplaced => {
                BTreeSet::new()
            }
        }
    }

    fn hide(&mut self, task: Task, until: Timestamp) {
        match task {
            Task::Ending => self.ending.clear(),
            Task::OfOthers => self.of_others.clear(),
            Task::Undescribed => self.undescribed = Default::default(),
            Task::WithoutResponsible => self.without_responsible = Default::default(),
            Task::Certified => (self.certified, self.certifications) = Default::default(),
            Task::WithoutOwner => self.without_owner = Default::default(),
            Task::Unplaced => self.unplaced = 0,
        }
        self.aside.push((task, until));
    }
}

/// What somebody has put aside: tasks by kind, what others said by its URN.
type PutAside = BTreeMap<String, Put>;

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Put {
    /// Microseconds since 1970.
    pub until: i64,
    /// How many there were: while there are more, it shows.
    pub count: u64,
    /// Of what ends, which these were; of what somebody said, when the last was said.
    #[serde(default)]
    pub which: BTreeSet<String>,
}

impl Put {
    /// Whether that is no more than was put aside.
    fn covers(&self, tasks: &Tasks, task: Task) -> bool {
        let count = tasks.count(task);
        count > 0 && count <= self.count && tasks.which(task).is_subset(&self.which)
    }
}

/// What was counted lately, by whose it is.
#[derive(Default)]
pub struct Counts {
    known: Mutex<HashMap<ActorKey, Counted>>,
    /// Held by whoever counts, for one each: whoever asks meanwhile is answered by the same count.
    turns: Mutex<HashMap<ActorKey, Arc<tokio::sync::Mutex<()>>>>,
}

#[derive(Clone, Copy)]
struct Counted {
    to_do: u64,
    /// When it was begun to be counted.
    begun: Instant,
    /// What they had not read then.
    unread: u64,
    /// As of that record, of the actor's own.
    seen: Seq,
    /// Something has changed since, that no record says.
    is_over: bool,
}

/// How many things wait for somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ToDo {
    pub count: u64,
    /// There may be another count in a moment.
    pub is_due: bool,
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

    /// How many things wait for the actor: what others want of them, and their tasks. It may be a minute old, or two seconds
    /// where they were told something since, but not older than what they have done. Where it cannot be counted, it is the
    /// last count.
    pub(crate) async fn to_do(&self, actor: &Actor, unread: u64) -> ToDo {
        if actor.who != Who::Person {
            return ToDo { count: 0, is_due: false };
        }
        match self.counted(actor, unread).await {
            Ok(counted) => counted.told(unread),
            Err(error) => {
                tracing::warn!(%error, "what there is to do cannot be counted");
                ToDo { count: self.counts.last(&actor.key), is_due: false }
            }
        }
    }

    /// The same for a page, which does not wait for long: where counting takes longer, it is the last count.
    pub(crate) async fn to_do_by_now(&self, actor: &Actor, unread: u64) -> ToDo {
        if let Some(counted) = self.counts.of(&actor.key).filter(|counted| counted.holds(actor, unread)) {
            return counted.told(unread);
        }
        let (catalog, counted_for) = (self.clone(), actor.clone());
        // It is counted to the end, for whoever asks next.
        let counting = tokio::spawn(async move { catalog.to_do(&counted_for, unread).await });
        match tokio::time::timeout(LONGEST, counting).await {
            Ok(Ok(to_do)) => to_do,
            _ => ToDo { count: self.counts.last(&actor.key), is_due: true },
        }
    }

    /// One count at a time for each.
    async fn counted(&self, actor: &Actor, unread: u64) -> Result<Counted> {
        let turn = self.counts.turn(&actor.key);
        let _turn = turn.lock().await;
        match self.counts.of(&actor.key).filter(|counted| counted.holds(actor, unread)) {
            Some(counted) => Ok(counted),
            None => self.count(actor, unread).await,
        }
    }

    async fn count(&self, actor: &Actor, unread: u64) -> Result<Counted> {
        let begun = Instant::now();
        self.caught_up(actor).await;
        // What is not in the index by now is not counted, whatever is there when the count is done.
        let seen = actor.seen.min(*self.index.applied().borrow());
        let tasks = self.tasks(actor).await?.unwrap_or_default();
        let posts = self.lines_open(actor).await?.len() as u64;
        let counted = Counted { to_do: posts + tasks.to_do(), begun, unread, seen, is_over: false };
        self.counts.remember(&actor.key, counted);
        Ok(counted)
    }

    /// Puts what there is to do of a kind aside until an instant, or takes it up again.
    ///
    /// # Errors
    /// `Invalid` for a time that is over; `Refused` for whoever has no inbox, and where there is nothing of that kind.
    pub async fn put_task_aside(&self, actor: &Actor, task: Task, until: Option<Timestamp>) -> Result<()> {
        a_person(actor)?;
        let new = match until {
            Some(until) => Some(self.put(actor, task, until).await?),
            None => None,
        };
        self.change_put_aside(actor, task.as_str(), new).await
    }

    pub(crate) async fn change_put_aside(&self, actor: &Actor, what: &str, new: Option<Put>) -> Result<()> {
        let changed = |kept: Option<&str>| {
            let mut put = read(kept);
            match &new {
                Some(new) => drop(put.insert(what.to_owned(), new.clone())),
                None => drop(put.remove(what)),
            }
            let last = put.values().map(|put| put.until).max()?;
            Some((serde_json::to_string(&put).unwrap_or_default(), Timestamp::from_micros(last)))
        };
        self.change_kept(&kept_as(actor), changed).await?;
        self.counts.end(&actor.key);
        self.heard.say([actor.key.clone()].into());
        Ok(())
    }

    /// What there is of a kind, to be put aside: whether it is already or not.
    async fn put(&self, actor: &Actor, task: Task, until: Timestamp) -> Result<Put> {
        aside_until(until)?;
        let me = actor.key.person().ok_or_else(|| CatalogError::Refused("you are no person".to_owned()))?;
        let permits = self.permits(actor).await?;
        let roles = self.roles_somebody_has(&permits, &me);
        let tasks = self.all_tasks(&permits, &me, &roles).await?;
        match tasks.count(task) {
            0 => Err(CatalogError::Refused(format!("nothing is there to put aside: {}", task.title()))),
            count => Ok(Put { until: until.micros(), count, which: tasks.which(task) }),
        }
    }

    pub(crate) async fn put_aside_by(&self, actor: &Actor) -> Result<PutAside> {
        let kept = self.store.kept(&kept_as(actor), now()).await?;
        Ok(read(kept.as_deref()))
    }

    /// What there is to do for somebody, but for what they have put aside.
    pub(crate) async fn tasks_of(&self, permits: &Permits, me: &Urn, roles: &[RoleView]) -> Result<Tasks> {
        let mut tasks = self.all_tasks(permits, me, roles).await?;
        let put = self.put_aside_by(permits.actor()).await?;
        for task in Task::ALL {
            if let Some(put) = put.get(task.as_str()).filter(|put| put.covers(&tasks, task)) {
                tasks.hide(task, Timestamp::from_micros(put.until));
            }
        }
        Ok(tasks)
    }

    async fn all_tasks(&self, permits: &Permits, me: &Urn, roles: &[RoleView]) -> Result<Tasks> {
        let allowed = permits.filter(Action::Discover);
        let (owned, _) = self.referring(permits, Relation::Owner, me, (0, LOOKED_AT), allowed).await?;
        let live: Vec<&Card> = owned.iter().filter(|card| !card.deprecated).collect();
        let has_responsible = |card: &Card| {
            let is_answered_for = matches!(card.kind, Kind::Asset | Kind::DataProduct | Kind::DomainUnit);
            !is_answered_for || !self.lacks_responsible(card)
        };
        // What has ended is none any more.
        let lasts = |until: Option<Timestamp>| until.is_some_and(|until| until > now());
        let ends = |card: &Card| card.certified.is_some_and(|(_, until)| is_soon(until) && lasts(until));
        let given = self.referring(permits, Relation::CertifiedBy, me, (0, LOOKED_AT), allowed).await?.0;
        let mut certified: Vec<Card> = given.into_iter().filter(ends).collect();
        certified.extend(live.iter().filter(|card| ends(card)).map(|card| (*card).clone()));
        certified.sort_by(|one, other| one.urn.cmp(&other.urn));
        certified.dedup_by(|one, other| one.urn == other.urn);
        // What ends first is looked at first.
        certified.sort_by_key(|card| card.certified.and_then(|(_, until)| until));
        let nobodys = Filter::Not(Box::new(Filter::Has(Trait::Has(Attribute::Owners))));
        Ok(Tasks {
            ending: roles.iter().filter(|role| is_soon(role.until)).cloned().collect(),
            of_others: self.ending_elsewhere(permits, me),
            undescribed: first(live.iter().copied().filter(|card| card.summary.is_empty()).collect()),
            without_responsible: first(live.iter().copied().filter(|card| !has_responsible(card)).collect()),
            certified: first(certified.iter().collect()),
            certifications: certified.iter().map(certification).collect(),
            without_owner: self.assets_with(permits, Action::Approve, nobodys, SHOWN).await?,
            unplaced: self.unplaced_cards(permits, 0).await?.1,
            aside: Vec::new(),
        })
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

impl Counted {
    fn holds(&self, actor: &Actor, unread: u64) -> bool {
        let longest = if self.unread == unread { COUNTED } else { COUNTED_WHILE_TOLD };
        !self.is_over && self.begun.elapsed() < longest && self.seen >= actor.seen
    }

    fn told(&self, unread: u64) -> ToDo {
        ToDo { count: self.to_do, is_due: self.unread != unread }
    }
}

impl Counts {
    fn of(&self, whose: &ActorKey) -> Option<Counted> {
        self.known().get(whose).copied()
    }

    fn last(&self, whose: &ActorKey) -> u64 {
        self.of(whose).map_or(0, |counted| counted.to_do)
    }

    /// What was begun to be counted before something changed, is no count of what is.
    fn remember(&self, whose: &ActorKey, counted: Counted) {
        let mut known = self.known();
        if known.len() >= REMEMBERED {
            known.retain(|_, counted| counted.begun.elapsed() < COUNTED);
        }
        let is_old = known.get(whose).is_some_and(|newer| newer.begun > counted.begun);
        if !is_old {
            known.insert(whose.clone(), counted);
        }
    }

    /// No count that was begun until now is told again, but as the last that is known.
    fn end(&self, whose: &ActorKey) {
        let over = Counted {
            to_do: self.last(whose),
            begun: Instant::now(),
            unread: 0,
            seen: Seq::default(),
            is_over: true,
        };
        self.remember(whose, over);
    }

    fn turn(&self, whose: &ActorKey) -> Arc<tokio::sync::Mutex<()>> {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        if turns.len() >= REMEMBERED {
            turns.retain(|_, turn| Arc::strong_count(turn) > 1);
        }
        turns.entry(whose.clone()).or_default().clone()
    }

    fn known(&self) -> MutexGuard<'_, HashMap<ActorKey, Counted>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn read(kept: Option<&str>) -> PutAside {
    let mut put: PutAside = kept.and_then(|kept| serde_json::from_str(kept).ok()).unwrap_or_default();
    put.retain(|_, put| put.until > now().micros());
    put
}

fn at(until: Option<Timestamp>) -> i64 {
    until.map(Timestamp::micros).unwrap_or_default()
}

fn certification(card: &Card) -> String {
    format!("{} {}", card.urn, at(card.certified.and_then(|(_, until)| until)))
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
