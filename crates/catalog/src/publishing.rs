//! From inventory to listing: what is published of an asset, in which version, and what becomes of it.
//!
//! What people write is a draft until it is published (`loggia_model::publishing` says what that means for readers).
//! Each publication has a version, which says what a change of columns means for whoever reads the table.

use loggia_model::compatibility::{ColumnChange, Level, Version, column_changes, level_of};
use loggia_model::facts::{AssetFacts, Listing, ListingStatus, Release};
use loggia_model::{Actor, Body, Difference, Kind, Layered, Op, Seq, Urn, differences};
use loggia_policy::Action;

use crate::assets::AssetView;
use crate::checklist::{AskedBy, Line};
use crate::clock::now;
use crate::edit::long_text;
use crate::error::FieldError;
use crate::organise::word;
use crate::ports::{Card, Stored};
use crate::{Catalog, CatalogError, Names, Permits, Result};

/// Releases that a listing keeps; older ones are in the history.
const KEPT: usize = 200;
/// Releases of which it is told what they changed.
pub const TOLD: usize = 10;

/// The listing of an asset, for whoever looks at it.
pub struct Publishing {
    /// The newest first, so many as [`TOLD`].
    pub changelog: Vec<ReleaseView>,
    /// Of whoever works on it.
    pub draft: Option<Draft>,
}

pub struct ReleaseView {
    pub release: Release,
    pub by_name: String,
    /// Since the one before; none of the first.
    pub differences: Vec<Difference>,
    pub columns: Vec<ColumnChange>,
}

/// What would be published now.
pub struct Draft {
    /// What others do not see yet.
    pub differences: Vec<Difference>,
    /// What has come to be different of the columns since the last publication.
    pub columns: Vec<ColumnChange>,
    /// The version that it would have.
    pub next: Version,
    pub checklist: Vec<Line>,
    pub may_publish: bool,
}

/// What else can become of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// Nothing new is to be built on it. The address or URN of another asset, and a day; both may be empty.
    Deprecated { successor: String, ends_on: String },
    /// It is not kept any more.
    Retired { successor: String },
    /// Others do not find it any more.
    Withdrawn,
    /// It is kept, as it was before.
    Published,
}

/// What would come of publishing an asset.
pub(crate) enum Candidate {
    Ready {
        body: Body,
        version: Version,
    },
    /// Rules ask for what is not there.
    Lacking(Vec<FieldError>),
    /// It is out in this version, and nothing is new.
    Unchanged(Version),
    /// It is only another name of an asset.
    OtherName,
}

impl Catalog {
    /// Makes the asset as it stands what others find. `based_on` is the revision that whoever publishes it saw.
    ///
    /// # Errors
    /// `Invalid` says what rules ask for and is not there, field by field; `Refused` where nothing has changed.
    pub async fn publish(&self, actor: &Actor, urn: &Urn, note: &str, based_on: Option<u64>) -> Result<Seq> {
        let permits = self.permits(actor).await?;
        let stored = self.head_by(&permits, Action::Publish, urn).await?;
        let note = long_text("note", note)?.unwrap_or_default();
        // A rule that has just been saved holds already.
        self.until_known(permits.as_of()).await;
        let (body, version) = match self.candidate(&permits, &stored, &note).await? {
            Candidate::Ready { body, version } => (body, version),
            Candidate::Lacking(what) => return Err(CatalogError::Invalid(what)),
            Candidate::Unchanged(last) => {
                let why = format!("nothing has changed since version {last}, so there is nothing to publish");
                return Err(CatalogError::Refused(why));
            }
            Candidate::OtherName => {
                return Err(CatalogError::Refused("it is another name of an asset: publish that one".into()));
            }
        };
        self.save(actor, &permits, &stored, body, based_on, reason(version, &note)).await
    }

    /// What would come of publishing an asset.
    pub(crate) async fn candidate(
        &self,
        permits: &Permits,
        stored: &Stored,
        note: &str,
    ) -> Result<Candidate> {
        let Body::Asset(layers) = stored.body.as_ref() else { return Err(CatalogError::no(&stored.urn)) };
        if self.directory.asset(&stored.urn) != stored.urn {
            return Ok(Candidate::OtherName);
        }
        let change = self.change_since(&stored.urn, layers).await?;
        if change.is_nothing && layers.is_published() {
            return Ok(Candidate::Unchanged(change.last));
        }
        let whole = self.with_aliases(&stored.urn, layers.clone()).await?;
        let lacking = self.lacking(permits, &whole.view());
        if !lacking.is_empty() {
            return Ok(Candidate::Lacking(lacking));
        }
        let at = now();
        let release = Release {
            version: change.next,
            revision: stored.revision + 1,
            at,
            by: permits.actor().key.clone(),
            note: note.to_owned(),
        };
        // What comes to its end goes on doing so: better words are no promise to keep it.
        let before = layers.listing();
        let ending = before.filter(|listing| listing.is_ending());
        let releases = before.map(|listing| listing.releases.clone()).unwrap_or_default();
        let listing = Listing {
            status: ending.map_or(ListingStatus::Published, |listing| listing.status),
            successor: ending.and_then(|listing| listing.successor.clone()),
            ends_on: ending.and_then(|listing| listing.ends_on),
            releases: std::iter::once(release).chain(releases).take(KEPT).collect(),
        };
        let mut layers = layers.clone();
        layers.publish(listing, &permits.actor().key, at);
        Ok(Candidate::Ready { body: Body::Asset(layers), version: change.next })
    }

    /// Says what becomes of a listing; what others see of the asset stays as it was published.
    ///
    /// # Errors
    /// `Refused` where it has none; `Invalid` where the successor or the day cannot be.
    pub async fn decide_listing(
        &self,
        actor: &Actor,
        urn: &Urn,
        fate: Fate,
        based_on: Option<u64>,
    ) -> Result<Seq> {
        let permits = self.permits(actor).await?;
        let stored = self.head_by(&permits, Action::Publish, urn).await?;
        let Body::Asset(layers) = stored.body.as_ref() else { return Err(CatalogError::no(urn)) };
        if layers.listing().is_none() {
            return Err(CatalogError::Refused("it has not been published yet: publish it first".into()));
        }
        let (status, successor, ends_on) = match &fate {
            Fate::Deprecated { successor, ends_on } => {
                let successor = self.successor(actor, urn, successor).await?;
                (ListingStatus::Deprecated, successor, word("ends_on", ends_on)?)
            }
            Fate::Retired { successor } => {
                (ListingStatus::Retired, self.successor(actor, urn, successor).await?, None)
            }
            Fate::Withdrawn => (ListingStatus::Withdrawn, None, None),
            Fate::Published => (ListingStatus::Published, None, None),
        };
        if status == ListingStatus::Published && !layers.is_published() {
            return Err(CatalogError::Refused("it is not published now: publish it again".into()));
        }
        let mut layers = layers.clone();
        layers.change_listing(&actor.key, now(), |listing| {
            (listing.status, listing.successor, listing.ends_on) = (status, successor, ends_on);
        });
        let reason = match status {
            ListingStatus::Deprecated => "deprecated",
            ListingStatus::Retired => "retired",
            ListingStatus::Withdrawn => "taken back from the catalog",
            ListingStatus::Published => "kept after all",
        };
        self.save(actor, &permits, &stored, Body::Asset(layers), based_on, reason.to_owned()).await
    }

    /// What there is to say of the listing of an asset.
    ///
    /// # Errors
    /// Where the store or the index cannot be read.
    pub async fn publishing(&self, actor: &Actor, asset: &AssetView) -> Result<Publishing> {
        let releases = asset.listing.iter().flat_map(|listing| &listing.releases);
        let releases: Vec<&Release> = releases.take(TOLD + 1).collect();
        let names = self.names(actor).await?;
        let permits = &asset.reader.permits;
        let mut newer: Option<(&Release, Option<AssetFacts>)> = None;
        let mut changelog = Vec::new();
        for release in releases.iter().copied() {
            let facts = self.released(&asset.urn, release).await?;
            if let Some((newer, after)) = newer.take() {
                let both = facts.as_ref().zip(after.as_ref());
                changelog.push(self.release_view(permits, &names, newer, both).await?);
            }
            newer = Some((release, facts));
        }
        if let Some((first, _)) = newer.filter(|_| releases.len() <= TOLD) {
            changelog.push(self.release_view(permits, &names, first, None).await?);
        }
        let works_on_it = asset.may(Action::Edit) && asset.as_of.is_none();
        let draft = if works_on_it { Some(self.draft_of(asset).await?) } else { None };
        Ok(Publishing { changelog, draft })
    }

    /// What to use in the place of one that comes to its end, where whoever looks may know of it.
    ///
    /// # Errors
    /// Where the index cannot be read.
    pub async fn successor_of(&self, asset: &AssetView) -> Result<Option<Card>> {
        let listing = asset.listing.as_ref().filter(|listing| listing.is_ending());
        let Some(successor) = listing.and_then(|listing| listing.successor.as_ref()) else { return Ok(None) };
        let permits = &asset.reader.permits;
        Ok(self.cards(permits, &[self.directory.asset(successor)]).await?.pop())
    }

    async fn release_view(
        &self,
        permits: &Permits,
        names: &Names,
        release: &Release,
        both: Option<(&AssetFacts, &AssetFacts)>,
    ) -> Result<ReleaseView> {
        let changed = both.map(|(before, after)| differences(&words(before), &words(after)));
        let columns = both.map(|(before, after)| column_changes(&before.columns, &after.columns));
        Ok(ReleaseView {
            by_name: names.of_actor(&release.by),
            differences: self.seen(permits, changed.unwrap_or_default()).await?,
            columns: columns.unwrap_or_default(),
            release: release.clone(),
        })
    }

    async fn draft_of(&self, asset: &AssetView) -> Result<Draft> {
        let permits = &asset.reader.permits;
        let stored = self.head(&asset.urn).await?;
        let Body::Asset(layers) = stored.body.as_ref() else { return Err(CatalogError::no(&asset.urn)) };
        let change = self.change_since(&asset.urn, layers).await?;
        let published = asset.layers.as_published().map(|layers| layers.shown());
        let changed = published.map(|seen| differences(&words(&seen), &words(&asset.layers.view())));
        Ok(Draft {
            differences: self.seen(permits, changed.unwrap_or_default()).await?,
            columns: change.columns,
            next: change.next,
            checklist: self.checklist(permits, &asset.layers.view(), asset.reader.resource.unit.as_ref()),
            may_publish: asset.may(Action::Publish),
        })
    }

    /// What keeps an asset from being published, by field.
    fn lacking(&self, permits: &Permits, facts: &AssetFacts) -> Vec<FieldError> {
        let unit = self.directory.standing(facts.unit.as_ref(), facts.project.as_ref());
        let lines = self.checklist(permits, facts, unit.as_ref());
        let told = lines.iter().filter(|line| line.blocks()).map(|line| {
            let rules: Vec<&str> = line.blocking().map(AskedBy::name).collect();
            let message = format!("{}, and the rule {} asks for it", line.there_is, rules.join(" and "));
            FieldError { field: line.asked.field().to_owned(), message }
        });
        told.collect()
    }

    /// How an asset differs from how it was published last, by what is said under its own name: what it is known by
    /// otherwise may have been joined to it since.
    async fn change_since(&self, urn: &Urn, layers: &Layered<AssetFacts>) -> Result<ChangeSince> {
        let Some(last) = layers.listing().and_then(|listing| listing.releases.first()) else {
            return Ok(ChangeSince {
                columns: Vec::new(),
                last: Version::FIRST,
                next: Version::FIRST,
                is_nothing: false,
            });
        };
        let now = layers.view();
        let (columns, is_nothing) = match self.released(urn, last).await? {
            Some(then) => {
                let columns = column_changes(&then.columns, &now.columns);
                let is_nothing = columns.is_empty() && words(&then) == words(&now);
                (columns, is_nothing)
            }
            None => {
                let seen = layers.as_last_published().map(|seen| words(&seen.view()));
                (Vec::new(), seen == Some(words(&now)))
            }
        };
        let level = level_of(&columns).unwrap_or(Level::Patch);
        Ok(ChangeSince { columns, last: last.version, next: last.version.after(level), is_nothing })
    }

    /// What others saw of the asset when it had just been published; `None` where the log of this catalog does not have
    /// that publication, as when it was brought here by a file.
    async fn released(&self, urn: &Urn, release: &Release) -> Result<Option<AssetFacts>> {
        let record = self.store.read_revision(urn, release.revision).await?;
        let body = record.and_then(|record| match record.op {
            Op::Put(body) => Some(body),
            Op::Remove => None,
        });
        let Some(Body::Asset(layers)) = body.as_deref() else { return Ok(None) };
        let is_this = layers.listing().and_then(|listing| listing.releases.first()) == Some(release);
        Ok(layers.as_published().filter(|_| is_this).map(|seen| seen.shown()))
    }

    /// Another asset by its URN, or by the address of its page; one that the actor may know of.
    async fn successor(&self, actor: &Actor, urn: &Urn, text: &str) -> Result<Option<Urn>> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(None);
        }
        let wrong = |message: &str| CatalogError::invalid("successor", message);
        let named = match text.split_once("/assets/") {
            Some((_, id)) => format!("urn:loggia:asset:{}", id.split(['?', '#']).next().unwrap_or(id)),
            None => text.to_owned(),
        };
        let named: Urn =
            named.parse().map_err(|_| wrong("is neither the URN of an asset nor the address of its page"))?;
        if named.kind() != Kind::Asset {
            return Err(wrong("is not an asset: name one, or leave it empty"));
        }
        let other = self.directory.asset(&named);
        if other == *urn {
            return Err(wrong("is this one: name another, or leave it empty"));
        }
        let permits = self.permits(actor).await?;
        match self.head_by(&permits, Action::Discover, &other).await {
            Ok(_) => Ok(Some(other)),
            Err(CatalogError::NotFound(_)) => Err(wrong("is no asset of this catalog")),
            Err(error) => Err(error),
        }
    }
}

/// As the history tells it.
pub(crate) fn reason(version: Version, note: &str) -> String {
    match note.is_empty() {
        true => format!("published {version}"),
        false => format!("published {version}: {note}"),
    }
}

struct ChangeSince {
    columns: Vec<ColumnChange>,
    last: Version,
    next: Version,
    is_nothing: bool,
}

/// What people write of an asset, and its columns: not what is measured of its data every day.
fn words(facts: &AssetFacts) -> serde_json::Value {
    let words = AssetFacts {
        name: facts.name.clone(),
        description: facts.description.clone(),
        tags: facts.tags.clone(),
        terms: facts.terms.clone(),
        link: facts.link.clone(),
        documents: facts.documents.clone(),
        forms: facts.forms.clone(),
        columns: facts.columns.clone(),
        ..AssetFacts::default()
    };
    serde_json::to_value(words).unwrap_or_default()
}
