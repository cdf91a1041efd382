//! Telling people what the log says, as it goes on. Who may not read what something happened to is not told of it.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use loggia_model::compatibility::{ColumnChange, ColumnChanged, Level, column_changes, level_of};
use loggia_model::facts::{AssetFacts, Certification, Listing, ListingStatus};
use loggia_model::{ActorKey, Body, Filter, Kind, Op, Record, Seq, Urn};
use loggia_policy::Action;
use tokio::sync::broadcast;

use super::followers::Followers;
use crate::attributes::Attributes;
use crate::follower::{self, Follower, Turn};
use crate::ports::{Relation, Stored, Told, What};
use crate::raci::{Part, Raci};
use crate::{Catalog, Result};

/// Columns that an event names.
const NAMED: usize = 5;
/// Of what is made from an asset that ends, those whose people are told.
const BUILT_ON: u32 = 1_000;
/// People who were told, that a stream which reads slowly is behind by at most.
const HEARD: usize = 64;

/// Who has just been told, or has read, something: whoever shows them their count looks again.
#[derive(Clone)]
pub struct Heard(broadcast::Sender<Arc<BTreeSet<ActorKey>>>);

impl Default for Heard {
    fn default() -> Self {
        Self(broadcast::channel(HEARD).0)
    }
}

impl Heard {
    pub fn say(&self, who: BTreeSet<ActorKey>) {
        // Nobody may be listening.
        let _unheard = self.0.send(Arc::new(who));
    }

    pub fn listen(&self) -> broadcast::Receiver<Arc<BTreeSet<ActorKey>>> {
        self.0.subscribe()
    }
}

/// Makes of the log what people are told.
struct Telling(Catalog);

#[async_trait]
impl Follower for Telling {
    type Item = Told;
    type Ahead = Followers;

    fn catalog(&self) -> &Catalog {
        &self.0
    }

    async fn made_until(&self) -> Result<Option<Seq>> {
        Ok(self.0.store.told_until().await?)
    }

    async fn look_ahead(&self, records: &[Record]) -> Result<Followers> {
        let told = records.iter().filter(|record| matches!(record.op, Op::Put(_)));
        let urns: Vec<Urn> = told.flat_map(|record| self.0.followed_as(&record.urn)).collect();
        let mut followers = Followers::default();
        followers.read(self.0.store.as_ref(), &urns).await?;
        Ok(followers)
    }

    async fn make(&self, record: &Record, followers: &mut Followers) -> Result<Vec<Told>> {
        self.0.told_by(record, followers).await
    }

    async fn write(&self, after: Option<Seq>, until: Seq, told: &[Told]) -> Result<bool> {
        let is_ours = self.0.store.tell(after, until, told).await?;
        if is_ours && !told.is_empty() {
            self.0.heard.say(told.iter().map(|told| told.person.clone()).collect());
        }
        Ok(is_ours)
    }
}

/// Of a log that nobody has been told of, people are told what comes from now on.
pub async fn begin_with(catalog: &Catalog) -> Result<()> {
    follower::begin(&Telling(catalog.clone()), &mut *catalog.telling.lock().await).await.map(|_| ())
}

pub fn start(catalog: &Catalog) {
    follower::start(Telling(catalog.clone()), catalog.telling.clone(), "people");
}

impl Catalog {
    /// Says that nobody is to be told what the log has so far.
    pub(crate) async fn tell_nothing_so_far(&self, turn: &mut Turn) -> Result<()> {
        follower::skip(&Telling(self.clone()), turn).await
    }

    /// Whom a record tells what.
    async fn told_by(&self, record: &Record, followers: &mut Followers) -> Result<Vec<Told>> {
        match (record.urn.kind(), &record.op) {
            (Kind::Asset, Op::Put(body)) => self.told_by_asset(record, body, followers).await,
            (Kind::Post, Op::Put(body)) => self.told_by_post(record, body).await,
            (Kind::Person, Op::Put(body)) => self.told_by_person(record, body).await,
            (Kind::Term | Kind::DataProduct | Kind::DomainUnit | Kind::Project, Op::Put(body)) => {
                self.told_by_words(record, body, followers).await
            }
            _ => Ok(Vec::new()),
        }
    }

    /// Under which names something may be followed itself.
    fn followed_as(&self, urn: &Urn) -> Vec<Urn> {
        match urn.kind() {
            Kind::Asset => {
                let asset = self.directory.asset(urn);
                [asset.clone()].into_iter().chain(self.directory.aliases(&asset)).collect()
            }
            Kind::Term | Kind::DataProduct | Kind::DomainUnit | Kind::Project => {
                self.and_merged(vec![urn.clone()])
            }
            _ => Vec::new(),
        }
    }

    async fn told_by_asset(
        &self,
        record: &Record,
        body: &Body,
        followers: &mut Followers,
    ) -> Result<Vec<Told>> {
        let asset = self.directory.asset(&record.urn);
        // What is known by another name stands where the asset does, and is read by who reads that.
        let whole = self.whole(&asset, record, body).await?;
        let attributes = Attributes::of(&whole);
        let unit = self.directory.standing(attributes.unit.as_ref(), attributes.project.as_ref());
        let above = unit.map(|unit| self.directory.and_above(&unit)).unwrap_or_default();
        let mut places = above.clone();
        places.extend(attributes.project.clone());
        places.extend(attributes.terms.iter().map(|term| self.directory.resolve(term)));
        let mut who = followers.of(self, &self.and_merged(places), record.seq).await?;
        let is_new = record.revision == 1;
        if !is_new {
            who.extend(followers.of(self, &self.followed_as(&asset), record.seq).await?);
            let answering = self.answering(&attributes.owners, &Raci::of(&whole), &above).into_iter();
            let told = answering.filter(|(part, _)| *part != Part::Consulted).flat_map(|(_, who)| who);
            who.extend(self.keys_and_deputies(told));
        }
        let may_end = matches!(body, Body::Asset(layers) if layers.listing().is_some_and(Listing::is_ending));
        who.remove(&record.actor);
        if who.is_empty() && !may_end {
            return Ok(Vec::new());
        }
        let before = if is_new { None } else { self.body_before(record).await? };
        let Some((what, detail)) = what_happened(before.as_deref(), body) else { return Ok(Vec::new()) };
        let successor = self.to_use_instead(what, body).await?;
        if what.is_ending() {
            let building = self.who_builds_on(&asset).await?;
            who.extend(self.keys_and_deputies(building.into_iter()));
            who.remove(&record.actor);
        }
        // Who could read what is taken back now knew of it.
        let readable = before.as_deref().filter(|_| what == What::Withdrawn).unwrap_or(&whole);
        let mut told = Vec::new();
        for person in who {
            if self.they_may(&person, Action::Read, &asset, readable).await? {
                let detail = match person.person().zip(successor.as_ref()) {
                    Some((reader, successor)) => self.naming_successor(&reader, &detail, successor).await?,
                    None => detail.clone(),
                };
                told.push(event(record, person, asset.clone(), what, detail));
            }
        }
        Ok(told)
    }

    /// Of an asset that ends, those who look after what is made from it.
    async fn who_builds_on(&self, asset: &Urn) -> Result<Vec<Urn>> {
        let built =
            self.index.referring(Relation::Upstream, asset, 0, BUILT_ON, &Filter::Everything).await?.0;
        let built: Vec<Urn> = built.into_iter().map(|card| card.urn).collect();
        let mut who = Vec::new();
        for stored in self.store.read(&built).await?.into_iter().flatten() {
            let Body::Asset(layers) = stored.body.as_ref() else { continue };
            let whole = Body::Asset(self.with_aliases(&stored.urn, layers.clone()).await?);
            who.extend(self.looked_after_by(&whole).into_iter().flat_map(|(_, who)| who));
        }
        Ok(who)
    }

    /// What to use in the place of an asset, where what happened is that it ends.
    pub(crate) async fn to_use_instead(&self, what: What, body: &Body) -> Result<Option<Stored>> {
        let Body::Asset(layers) = body else { return Ok(None) };
        let listing = layers.listing().filter(|_| what.is_ending());
        let Some(successor) = listing.and_then(|listing| listing.successor.as_ref()) else { return Ok(None) };
        let successor = self.directory.asset(successor);
        Ok(self.store.read(&[successor]).await?.pop().flatten())
    }

    /// With the name of what to use in its place, for whoever may know of that.
    pub(crate) async fn naming_successor(
        &self,
        who: &Urn,
        detail: &str,
        successor: &Stored,
    ) -> Result<String> {
        if !self.may(who, Action::Discover, &successor.urn, &successor.body).await? {
            return Ok(detail.to_owned());
        }
        let in_its_place = format!("use {} in its place", successor.body.name_for_others(&successor.urn));
        let parts = [detail, &in_its_place].into_iter().filter(|part| !part.is_empty());
        Ok(parts.collect::<Vec<_>>().join("; "))
    }

    /// The asset with all its names: as the record has it or, where that is of another name, as it stands.
    pub(crate) async fn whole(&self, asset: &Urn, record: &Record, body: &Body) -> Result<Body> {
        let head = if *asset == record.urn { None } else { Some(self.head(asset).await?) };
        match head.as_ref().map_or(body, |stored| stored.body.as_ref()) {
            Body::Asset(layers) => Ok(Body::Asset(self.with_aliases(asset, layers.clone()).await?)),
            other => Ok(other.clone()),
        }
    }

    /// With what has been merged into them: whoever followed that follows these.
    fn and_merged(&self, urns: Vec<Urn>) -> Vec<Urn> {
        let merged = urns.iter().flat_map(|urn| self.directory.merged_into(urn)).map(|entry| entry.urn);
        let merged: Vec<Urn> = merged.collect();
        urns.into_iter().chain(merged).collect()
    }

    /// A term, a product, a unit or a project: those who follow it.
    async fn told_by_words(
        &self,
        record: &Record,
        body: &Body,
        followers: &mut Followers,
    ) -> Result<Vec<Told>> {
        let who = followers.of(self, &self.followed_as(&record.urn), record.seq).await?;
        let before = if who.is_empty() { None } else { self.body_before(record).await? };
        let Some(before) = before.filter(|before| before.shown() != body.shown()) else {
            return Ok(Vec::new());
        };
        let mut told = Vec::new();
        for person in who.into_iter().filter(|person| *person != record.actor) {
            if self.they_may(&person, Action::Read, &record.urn, body).await? {
                let detail = changed_fields(&before.shown(), &body.shown());
                told.push(event(record, person, record.urn.clone(), What::Described, detail));
            }
        }
        Ok(told)
    }
}

pub(super) fn event(record: &Record, person: ActorKey, urn: Urn, what: What, detail: String) -> Told {
    let by = record.actor.clone();
    Told { person, seq: record.seq, at: record.at, urn, what, by, detail, is_read: false, aside: None }
}

/// What a record of an asset tells others, of what they see of it: its listing first, then what breaks.
pub(crate) fn what_happened(before: Option<&Body>, after: &Body) -> Option<(What, String)> {
    let Body::Asset(after) = after else { return None };
    let Some(Body::Asset(before)) = before else { return Some((What::New, String::new())) };
    let (was, is) = (before.listing(), after.listing());
    if let Some(told) = listing(was, is) {
        return Some(told);
    }
    let (then, now) = (before.for_others().view(), after.for_others().view());
    let columns = column_changes(&then.columns, &now.columns);
    let release = is.and_then(|listing| listing.releases.first());
    let is_release = release.is_some() && release != was.and_then(|listing| listing.releases.first());
    let version = release.filter(|_| is_release).map(|release| match release.note.as_str() {
        "" => format!("version {}", release.version),
        note => format!("version {}: {note}", release.version),
    });
    let in_words = |what: What| {
        let parts = version.iter().cloned().chain([named(&columns)]).filter(|part| !part.is_empty());
        (what, parts.collect::<Vec<_>>().join("; "))
    };
    let gone = (before.missing_since().is_none() && after.missing_since().is_some())
        .then(|| (What::Missing, String::new()));
    match level_of(&columns) {
        Some(Level::Major) => Some(in_words(What::Breaking)),
        _ if is_release => Some(in_words(What::Published)),
        _ if gone.is_some() => gone,
        Some(Level::Minor) => Some(in_words(What::Columns)),
        _ if then.certification != now.certification => {
            Some((What::Certified, certified(now.certification.as_ref())))
        }
        _ => {
            let fields = changed_fields(&words(&then), &words(&now));
            (!fields.is_empty()).then_some((What::Described, fields))
        }
    }
}

/// `gold, until 2027-01-31`.
fn certified(certification: Option<&Certification>) -> String {
    let Some(Certification { level, until, .. }) = certification else { return "taken back".to_owned() };
    let level = level.title().to_lowercase();
    until.map_or_else(|| level.clone(), |until| format!("{level}, until {}", until.date()))
}

/// What became of a listing, but for a new version of it.
fn listing(was: Option<&Listing>, is: Option<&Listing>) -> Option<(What, String)> {
    let (was, is) = (was?, is?);
    let says_the_same =
        |was: &Listing| (was.status, &was.successor, was.ends_on) == (is.status, &is.successor, is.ends_on);
    if says_the_same(was) {
        return None;
    }
    let until = is.ends_on.map(|day| format!("kept until {}", day.date())).unwrap_or_default();
    match is.status {
        ListingStatus::Deprecated => Some((What::Deprecated, until)),
        ListingStatus::Retired => Some((What::Retired, String::new())),
        ListingStatus::Withdrawn => Some((What::Withdrawn, String::new())),
        ListingStatus::Published => None,
    }
}

/// `drops email; amount holds less`.
fn named(columns: &[ColumnChange]) -> String {
    let breaking = columns.iter().filter(|change| change.what.level() == Level::Major);
    let others = columns.iter().filter(|change| change.what.level() == Level::Minor);
    let all: Vec<&ColumnChange> = breaking.chain(others).collect();
    let mut told: Vec<String> = all.iter().take(NAMED).map(|change| told_of(change)).collect();
    if all.len() > NAMED {
        told.push(format!("and {} more", all.len() - NAMED));
    }
    told.join("; ")
}

fn told_of(change: &ColumnChange) -> String {
    let path = &change.path;
    match &change.what {
        ColumnChanged::Added => format!("adds {path}"),
        ColumnChanged::Dropped => format!("drops {path}"),
        ColumnChanged::Renamed { to } => format!("renames {path} to {to}"),
        ColumnChanged::Widened { from, to } => format!("widens {path} from {from} to {to}"),
        ColumnChanged::Narrowed { from, to } => format!("narrows {path} from {from} to {to}"),
        ColumnChanged::Retyped { from, to } => format!("makes {path} of {from} {to}"),
        ColumnChanged::MadeNullable => format!("lets {path} be empty"),
        ColumnChanged::MadeRequired => format!("fills {path} always"),
        ColumnChanged::Described => format!("describes {path}"),
    }
}

/// What people write of an asset: not what is measured of its data every day.
fn words(facts: &AssetFacts) -> serde_json::Value {
    let words = AssetFacts {
        name: facts.name.clone(),
        description: facts.description.clone(),
        owners: facts.owners.clone(),
        tags: facts.tags.clone(),
        terms: facts.terms.clone(),
        documents: facts.documents.clone(),
        forms: facts.forms.clone(),
        columns: facts.columns.clone(),
        ..AssetFacts::default()
    };
    serde_json::to_value(words).unwrap_or_default()
}

/// `description, owners`: the names of the fields that differ, and nothing of what they say.
pub(crate) fn changed_fields(before: &serde_json::Value, after: &serde_json::Value) -> String {
    let (Some(before), Some(after)) = (before.as_object(), after.as_object()) else { return String::new() };
    let names: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let changed = names.into_iter().filter(|name| before.get(*name) != after.get(*name));
    changed.map(|name| name.replace('_', " ")).collect::<Vec<_>>().join(", ")
}
