//! The audit as an administrator reads it: the log and the stream together, by time.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use loggia_model::{Actor, ActorKey, Door, Seq, Timestamp, Urn, Who};
use loggia_policy::Action;

use super::Event;
use crate::accounts::key_of;
use crate::ports::{Act, AuditFilter, AuditLine, Before, Entry, Finding, LoggedChange};
use crate::{Catalog, CatalogError, Names, Result};

/// What happened: a change, which the log has, or something else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    Changed,
    Did(Act),
}

impl What {
    pub fn all() -> impl Iterator<Item = Self> {
        std::iter::once(Self::Changed).chain(Act::ALL.into_iter().map(Self::Did))
    }

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Did(act) => act.as_str(),
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Self::Changed => "changed",
            Self::Did(act) => act.title(),
        }
    }
}

impl FromStr for What {
    type Err = CatalogError;

    fn from_str(text: &str) -> Result<Self> {
        let known = Self::all().find(|what| what.as_str() == text);
        known.ok_or_else(|| {
            let words: Vec<&str> = Self::all().map(Self::as_str).collect();
            CatalogError::invalid("what", format!("is none of {}", words.join(", ")))
        })
    }
}

/// What is looked for.
#[derive(Debug, Clone, Default)]
pub struct AuditQuery {
    /// A person's name, or the key of whoever it was.
    pub who: String,
    pub what: Option<What>,
    pub entity: Option<Urn>,
    pub door: Option<Door>,
    pub from: Option<Timestamp>,
    /// The instant after the last.
    pub to: Option<Timestamp>,
}

/// One line of the audit.
#[derive(Debug, Clone)]
pub struct AuditEntry {
    pub at: Timestamp,
    /// When it was last, of what was folded together.
    pub until: Timestamp,
    pub actor: ActorKey,
    pub by_name: String,
    /// By what they were let in; the log does not say.
    pub who: Option<Who>,
    pub door: Door,
    pub origin: Option<Arc<str>>,
    pub what: What,
    pub action: Option<Action>,
    pub urn: Option<Urn>,
    /// What the entity is called.
    pub name: Option<String>,
    pub why: String,
    pub count: u64,
    /// Where the log has what was before and after.
    pub change: Option<ChangedAt>,
    /// Its place in the log or in the stream.
    pub seq: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChangedAt {
    pub revision: u64,
    pub removed: bool,
}

pub struct AuditPage {
    /// Newest first.
    pub entries: Vec<AuditEntry>,
    /// Where the next page begins.
    pub next: Option<AuditCursor>,
}

/// A place between two lines. At one instant, changes come before what else happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct AuditCursor {
    at: Timestamp,
    is_change: bool,
    seq: u64,
}

impl fmt::Display for AuditCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = if self.is_change { "log" } else { "stream" };
        write!(f, "{}.{side}.{}", self.at.micros(), self.seq)
    }
}

impl FromStr for AuditCursor {
    type Err = CatalogError;

    fn from_str(text: &str) -> Result<Self> {
        let parsed = || {
            let mut parts = text.split('.');
            let at = Timestamp::from_micros(parts.next()?.parse().ok()?);
            let is_change = match parts.next()? {
                "log" => true,
                "stream" => false,
                _ => return None,
            };
            let seq = parts.next()?.parse().ok()?;
            parts.next().is_none().then_some(Self { at, is_change, seq })
        };
        parsed().ok_or_else(|| CatalogError::invalid("before", "is not a place in the audit"))
    }
}

impl AuditCursor {
    fn of(entry: &AuditEntry) -> Self {
        Self { at: entry.at, is_change: entry.change.is_some(), seq: entry.seq }
    }

    fn in_log(self) -> Before {
        // Of what happened at that instant, the log comes first: after a line of the stream, it has been told.
        Before { at: self.at, seq: if self.is_change { self.seq } else { 0 } }
    }

    fn in_stream(self) -> Before {
        Before { at: self.at, seq: if self.is_change { u64::MAX } else { self.seq } }
    }
}

/// Lines of one page of an export.
const EXPORTED: u32 = 1_000;

impl Catalog {
    /// A page of the audit. That it was asked is noted with its first page.
    ///
    /// # Errors
    /// `Forbidden` for whoever does not administer the organisation; `Invalid` where nobody is called so.
    pub async fn audit(
        &self,
        actor: &Actor,
        query: &AuditQuery,
        before: Option<AuditCursor>,
        limit: u32,
    ) -> Result<AuditPage> {
        self.check_all(actor, Action::Administer).await?;
        let filter = self.audit_filter(actor, query).await?;
        self.flush_audit_or_not().await;
        let page = self.audit_page(actor, &filter, query.what, before, limit).await?;
        if before.is_none() {
            self.note(actor, Event::of(Act::ReadAudit, asked(query)));
        }
        Ok(page)
    }

    /// A page of all of a period, newest first. That it was exported is noted before the first page is given.
    ///
    /// # Errors
    /// `Forbidden` for whoever does not administer the organisation.
    pub async fn export_audit(
        &self,
        actor: &Actor,
        query: &AuditQuery,
        before: Option<AuditCursor>,
    ) -> Result<AuditPage> {
        self.check_all(actor, Action::Administer).await?;
        let filter = self.audit_filter(actor, query).await?;
        if before.is_none() {
            let why = format!("the audit: {}", asked(query));
            self.note_for_good(actor, Event::of(Act::Exported, why)).await?;
        }
        self.audit_page(actor, &filter, query.what, before, EXPORTED).await
    }

    /// What of the log's chain and of the stream's does not hold; empty is well.
    ///
    /// # Errors
    /// `Forbidden` for whoever does not administer the organisation.
    pub async fn verify_audit(&self, actor: &Actor) -> Result<Vec<Finding>> {
        self.check_all(actor, Action::Administer).await?;
        self.flush_audit_or_not().await;
        let mut findings = self.store.verify_audit().await?;
        findings.extend(self.store.verify().await?);
        Ok(findings)
    }

    async fn audit_filter(&self, actor: &Actor, query: &AuditQuery) -> Result<AuditFilter> {
        let who = match query.who.trim() {
            "" => None,
            name => {
                let permits = self.permits(actor).await?;
                let person = self.known_person(&permits, name).and_then(|person| key_of(&person).ok());
                let unknown = |_| CatalogError::invalid("who", format!("nobody is called '{name}'"));
                Some(person.map_or_else(|| name.parse().map_err(unknown), Ok)?)
            }
        };
        let AuditQuery { entity, door, from, to, .. } = query;
        if from.zip(*to).is_some_and(|(from, to)| from >= to) {
            return Err(CatalogError::invalid("to", "is before the first day"));
        }
        Ok(AuditFilter { who, urn: entity.clone(), door: *door, from: *from, to: *to })
    }

    async fn audit_page(
        &self,
        actor: &Actor,
        filter: &AuditFilter,
        what: Option<What>,
        before: Option<AuditCursor>,
        limit: u32,
    ) -> Result<AuditPage> {
        let names = self.names(actor).await?;
        // One more tells whether there is a next page.
        let asked = limit.saturating_add(1);
        let mut entries = Vec::new();
        if matches!(what, None | Some(What::Changed)) {
            let changes = self.store.changes(filter, before.map(AuditCursor::in_log), asked).await?;
            entries.extend(changes.into_iter().map(|change| of_change(&names, change)));
        }
        let act = match what {
            Some(What::Did(act)) => Some(act),
            _ => None,
        };
        if what.is_none() || act.is_some() {
            let lines = self.store.audit(filter, act, before.map(AuditCursor::in_stream), asked).await?;
            entries.extend(lines.into_iter().map(|line| of_line(&names, line)));
        }
        entries.sort_by_key(|entry| std::cmp::Reverse(AuditCursor::of(entry)));
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let has_more = entries.len() > limit;
        entries.truncate(limit);
        let next = entries.last().filter(|_| has_more).map(AuditCursor::of);
        Ok(AuditPage { entries, next })
    }
}

fn of_change(names: &Names, change: LoggedChange) -> AuditEntry {
    let LoggedChange { urn, entry, origin } = change;
    let Entry { seq: Seq(seq), at, actor, door, revision, removed, reason } = entry;
    AuditEntry {
        at,
        until: at,
        by_name: names.of_actor(&actor),
        actor,
        who: None,
        door,
        origin,
        what: What::Changed,
        action: None,
        name: Some(names.of(&urn)),
        urn: Some(urn),
        why: reason,
        count: 1,
        change: Some(ChangedAt { revision, removed }),
        seq,
    }
}

fn of_line(names: &Names, line: AuditLine) -> AuditEntry {
    let AuditLine { seq, noted } = line;
    let is_nobody = noted.actor.as_str() == "anonymous";
    AuditEntry {
        at: noted.at,
        until: noted.until,
        by_name: if is_nobody { "Nobody known".to_owned() } else { names.of_actor(&noted.actor) },
        actor: noted.actor,
        who: Some(noted.who),
        door: noted.door,
        origin: noted.origin,
        what: What::Did(noted.act),
        action: noted.action,
        name: noted.urn.as_ref().map(|urn| names.of(urn)),
        urn: noted.urn,
        why: noted.why,
        count: noted.count,
        change: None,
        seq,
    }
}

/// What was asked for, in keys rather than in names: a name in the audit could not be erased.
fn asked(query: &AuditQuery) -> String {
    let mut words = Vec::new();
    if !query.who.trim().is_empty() {
        words.push("of one actor".to_owned());
    }
    words.extend(query.what.map(|what| format!("'{}'", what.as_str())));
    words.extend(query.entity.as_ref().map(|urn| format!("of {urn}")));
    words.extend(query.door.map(|door| format!("by the door {}", door.as_str())));
    words.extend(query.from.map(|from| format!("from {}", from.date())));
    words.extend(query.to.map(|to| format!("before {}", to.date())));
    if words.is_empty() { "all of it".to_owned() } else { words.join(", ") }
}
