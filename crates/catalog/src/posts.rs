//! What people say to each other about an asset: comments, questions, problems and proposals, each with its replies.
//!
//! A post is a document of its own, so that whoever may not edit the asset can write one. Who may see it is who may read
//! the asset; whoever began it sees it also where they may only know that the asset is there, so that they can ask for
//! more. Strangers see none: names and talk of colleagues are not part of what a unit opens to them.

mod aside;
pub(crate) mod lists;
mod propose;
mod say;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use loggia_model::facts::{AssetFacts, PostFacts, PostKind, PostStatus, Proposed, Said};
use loggia_model::{Actor, ActorKey, Body, Change, ColumnPath, Expected, Kind, Timestamp, Urn, Who};
use loggia_policy::{Action, Resource};

pub use self::propose::{COLUMN_FIELDS, FIELDS, ProposalDraft, ProposalView, Verdict};
pub use self::say::{PostDraft, Settling};
use crate::access::UNKNOWN;
use crate::assets::AssetView;
use crate::attributes::Attributes;
use crate::audit::Event;
use crate::clock::now;
use crate::directory::PostLine;
use crate::inbox::{mentions, to_hear};
use crate::ports::Stored;
use crate::raci::{Part, Raci};
use crate::{Catalog, CatalogError, DirectoryEntry, Names, Permits, Result};

/// Threads on one page of an asset's discussion.
pub const A_PAGE: usize = 20;
/// Answered questions that stand on the asset's first page.
pub const STANDING: usize = 5;
/// Characters of what somebody says.
pub const LONGEST: usize = 10_000;
/// Replies to one post.
pub const MOST_REPLIES: usize = 500;
/// Of what waits for one, the newest.
const LISTED: usize = 200;
/// Of what one has begun oneself.
const OWN: usize = 20;

pub struct PostView {
    pub urn: Urn,
    pub revision: u64,
    pub about: Urn,
    pub about_name: String,
    pub facts: Arc<PostFacts>,
    pub kind: PostKind,
    pub status: PostStatus,
    /// The post itself first.
    pub said: Vec<SaidView>,
    pub decided_by: Option<String>,
    pub proposal: Option<ProposalView>,
    pub is_mine: bool,
    /// Whether the actor looks after what it is about.
    pub may_edit: bool,
    /// Whether the actor may say what became of it.
    pub may_settle: bool,
}

pub struct SaidView {
    /// 0 is the post itself.
    pub number: u32,
    pub by: Option<Urn>,
    pub by_name: String,
    pub at: Timestamp,
    /// Markdown; `None` where it was taken back.
    pub text: Option<String>,
    pub edited: Option<Timestamp>,
    pub removed_by: Option<String>,
    pub is_answer: bool,
    pub may_edit: bool,
    pub may_remove: bool,
    /// Whether these are the actor's own words and name somebody by `@`.
    pub names_somebody: bool,
    /// Of these, who is not told, since nobody of that key may read this; of whoever may know who reads it.
    pub untold: Vec<String>,
}

/// One page of what is said about an asset: what waits for somebody first, and the newest of that.
pub struct Discussion {
    pub threads: Vec<PostView>,
    pub all: usize,
}

/// What there is to know of it on every page of the asset.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Talk {
    pub all: u64,
    pub open_problems: u64,
}

/// A post in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct PostSummary {
    pub urn: Urn,
    pub kind: PostKind,
    pub status: PostStatus,
    pub about: Urn,
    pub about_name: String,
    pub column: Option<ColumnPath>,
    /// Of a proposal, the field.
    pub field: Option<String>,
    /// Of a proposal, the beginning of what it said before, and of what it would say.
    pub proposed: Option<(String, String)>,
    /// The beginning of it, as plain words.
    pub text: String,
    pub by_name: String,
    pub moved: Timestamp,
}

/// Where something can be asked about an asset.
pub struct Asking {
    pub urn: Urn,
    pub name: String,
    /// Whom it reaches.
    pub owners: Vec<DirectoryEntry>,
}

/// A post on which something is done.
pub(crate) struct Thread {
    stored: Stored,
    facts: Arc<PostFacts>,
    pub(crate) about: Urn,
    /// The asset.
    resource: Resource,
}

impl Catalog {
    /// One page of it, counting from 1.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn discussion(&self, actor: &Actor, asset: &AssetView, page: u32) -> Result<Discussion> {
        let lines = self.posts_about(actor, asset);
        let skipped = usize::try_from(page).unwrap_or(usize::MAX).saturating_sub(1).saturating_mul(A_PAGE);
        let wanted: Vec<Urn> = lines.iter().skip(skipped).take(A_PAGE).map(|line| line.urn.clone()).collect();
        Ok(Discussion { threads: self.views(actor, asset, &wanted).await?, all: lines.len() })
    }

    /// The questions whose answers stand on the asset's page, the newest first.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn answered(&self, actor: &Actor, asset: &AssetView) -> Result<Vec<PostView>> {
        let lines = self.posts_about(actor, asset);
        let answered = lines.iter().filter(|line| line.is_answered).take(STANDING);
        let answered: Vec<Urn> = answered.map(|line| line.urn.clone()).collect();
        self.views(actor, asset, &answered).await
    }

    pub fn talk(&self, actor: &Actor, asset: &AssetView) -> Talk {
        let lines = self.posts_about(actor, asset);
        let open =
            |kind: PostKind| lines.iter().filter(|line| line.is_waiting && line.kind == kind).count() as u64;
        Talk { all: lines.len() as u64, open_problems: open(PostKind::Problem) }
    }

    /// # Errors
    /// `NotFound` where there is none that the actor may see.
    pub async fn post_view(&self, actor: &Actor, urn: &Urn) -> Result<PostView> {
        self.caught_up(actor).await;
        let permits = self.permits(actor).await?;
        let thread = self.thread(&permits, urn).await?;
        let names = self.names(actor).await?;
        let stored = self.head(&thread.about).await?;
        let name = stored.body.name_for_others(&thread.about);
        let may_edit = permits.may(Action::Edit, &thread.resource);
        let shown = match stored.body.as_ref() {
            Body::Asset(layers) if permits.may(Action::Read, &thread.resource) => {
                let layers = self.with_aliases(&thread.about, layers.clone()).await?;
                Some(if may_edit { layers.view() } else { layers.for_others().view() })
            }
            _ => None,
        };
        let resource = &thread.resource;
        let asset =
            About { name: &name, facts: shown.as_deref(), revision: stored.revision, may_edit, resource };
        Ok(self.view(&permits, &names, &asset, &thread.stored, &thread.facts))
    }

    /// Where the actor could ask something about an asset: enough that they may know of it.
    ///
    /// # Errors
    /// `NotFound` where they may not; `Refused` for whoever nobody knows.
    pub async fn asking(&self, actor: &Actor, urn: &Urn) -> Result<Asking> {
        known(actor)?;
        let permits = self.permits(actor).await?;
        let urn = self.directory.asset(urn);
        if urn.kind() != Kind::Asset {
            return Err(CatalogError::no(&urn));
        }
        let stored = self.head_by(&permits, Action::Discover, &urn).await?;
        let owners = self.looked_after_by(&stored.body).into_iter().flat_map(|(_, who)| who);
        let mut known: Vec<Urn> = Vec::new();
        for owner in owners {
            if !known.contains(&owner) {
                known.push(owner);
            }
        }
        let owners = self.all_named(&permits, known.iter());
        Ok(Asking { name: stored.body.name_for_others(&urn), urn, owners })
    }

    /// What waits for the actor: of what they look after, and of what nobody does where they may edit. The newest first.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn posts_waiting(&self, actor: &Actor) -> Result<Vec<PostSummary>> {
        self.caught_up(actor).await;
        let waiting = self.lines_open(actor).await?;
        self.summaries(actor, &waiting).await
    }

    /// Those of them that are wanted, put aside or not.
    async fn lines_waiting(
        &self,
        actor: &Actor,
        is_wanted: impl Fn(&PostLine) -> bool,
    ) -> Result<Vec<PostLine>> {
        let Some(me) = actor.entity() else { return Ok(Vec::new()) };
        let permits = self.permits(actor).await?;
        let groups = self.directory.groups_of(&me);
        let absent: Vec<Urn> =
            self.directory.stands_in_for(&me, now()).into_iter().map(|(who, _)| who).collect();
        let is_me = |who: &Urn| {
            let is_mine = who.kind() == Kind::Group && groups.contains(who.rest());
            *who == me || is_mine || absent.contains(who)
        };
        let others = self.directory.posts_waiting().into_iter();
        let others = others.filter(|line| line.by != actor.key && is_wanted(line));
        let lines: Vec<(Urn, PostLine)> =
            others.map(|line| (self.directory.asset(&line.about), line)).collect();
        let mut mine: HashMap<&Urn, bool> = HashMap::new();
        let mut waiting = Vec::new();
        for some in lines.chunks(LISTED) {
            let about = some.iter().map(|(about, _)| about);
            let new: BTreeSet<&Urn> = about.filter(|about| !mine.contains_key(about)).collect();
            let new: Vec<&Urn> = new.into_iter().collect();
            let urns: Vec<Urn> = new.iter().map(|about| (*about).clone()).collect();
            for (about, stored) in new.into_iter().zip(self.store.read(&urns).await?) {
                let is_mine = match stored {
                    Some(stored) if about.kind() == Kind::Asset => {
                        let parts = self.looked_after_by(&stored.body);
                        let has_somebody = parts.iter().any(|(_, who)| !who.is_empty());
                        let is_named = parts.iter().flat_map(|(_, who)| who).any(is_me);
                        (is_named || !has_somebody)
                            && permits.may(Action::Edit, &self.resource(about, &stored.body).await?)
                    }
                    _ => false,
                };
                mine.insert(about, is_mine);
            }
            let own = some.iter().filter(|(about, _)| mine.get(about) == Some(&true));
            waiting.extend(own.map(|(_, line)| line.clone()));
            if waiting.len() >= LISTED {
                break;
            }
        }
        waiting.truncate(LISTED);
        Ok(waiting)
    }

    /// What the actor has begun themselves, the newest first.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn own_posts(&self, actor: &Actor) -> Result<Vec<PostSummary>> {
        self.caught_up(actor).await;
        let lines = self.directory.posts_by(&actor.key, OWN);
        self.summaries(actor, &lines).await
    }

    /// Those of these that the actor may see.
    async fn summaries(&self, actor: &Actor, lines: &[PostLine]) -> Result<Vec<PostSummary>> {
        let names = self.names(actor).await?;
        let permits = self.permits(actor).await?;
        let mut summaries = Vec::with_capacity(lines.len());
        for line in lines {
            let thread = match self.thread(&permits, &line.urn).await {
                Ok(thread) => thread,
                Err(CatalogError::NotFound(_)) => continue,
                Err(error) => return Err(error),
            };
            let (Some(said), Some(status)) = (&thread.facts.said, thread.facts.status) else { continue };
            let about = self.head(&thread.about).await?;
            summaries.push(PostSummary {
                urn: line.urn.clone(),
                kind: line.kind,
                status,
                about_name: about.body.name_for_others(&thread.about),
                about: thread.about.clone(),
                column: line.column.clone(),
                field: thread.facts.proposed.as_ref().map(|proposed| proposed.field.clone()),
                proposed: thread.facts.proposed.as_ref().map(|Proposed { field, before, after }| {
                    let words = |kept: &str| beginning(&self.shown_words(&permits, field, kept));
                    (words(before), words(after))
                }),
                text: beginning(&crate::markdown::plain(&said.text)),
                by_name: names.of_actor(&said.by),
                moved: line.moved,
            });
        }
        Ok(summaries)
    }

    /// What waits for somebody first; nothing for strangers.
    fn posts_about(&self, actor: &Actor, asset: &AssetView) -> Vec<PostLine> {
        if actor.who == Who::Anonymous || !asset.may(Action::Read) {
            return Vec::new();
        }
        let mut lines = self.directory.posts_about(&asset.urn);
        lines.sort_by_key(|line| !line.is_waiting);
        lines
    }

    async fn views(&self, actor: &Actor, asset: &AssetView, urns: &[Urn]) -> Result<Vec<PostView>> {
        let names = self.names(actor).await?;
        let (permits, resource) = (&asset.reader.permits, &asset.reader.resource);
        let may_edit = asset.may(Action::Edit);
        let about = About {
            name: &asset.name,
            facts: Some(&asset.facts),
            revision: asset.revision,
            may_edit,
            resource,
        };
        let stored = self.store.read(urns).await?.into_iter().flatten();
        Ok(stored
            .filter_map(|stored| match stored.body.as_ref() {
                Body::Post(layers) => Some(self.view(permits, &names, &about, &stored, &layers.view())),
                _ => None,
            })
            .collect())
    }

    fn view(
        &self,
        permits: &Permits,
        names: &Names,
        about: &About<'_>,
        stored: &Stored,
        facts: &Arc<PostFacts>,
    ) -> PostView {
        let actor = permits.actor();
        let is_mine = facts.said.as_ref().is_some_and(|said| said.by == actor.key);
        let said = facts.all_said().map(|(number, said)| {
            let is_there = said.removed_by.is_none();
            let is_own = said.by == actor.key;
            SaidView {
                number,
                by: said.by.entity().filter(|who| names.known(who).is_some()),
                by_name: names.of_actor(&said.by),
                at: said.at,
                text: is_there.then(|| said.text.clone()),
                edited: said.edited,
                removed_by: said.removed_by.as_ref().map(|by| names.of_actor(by)),
                is_answer: facts.answer == Some(number),
                may_edit: is_there && is_own,
                may_remove: is_there && (is_own || about.may_edit),
                names_somebody: is_own && is_there && mentions(&said.text).next().is_some(),
                untold: if is_own && permits.may(Action::Approve, about.resource) {
                    self.untold(permits, about.resource, facts, said)
                } else {
                    Vec::new()
                },
            }
        });
        let kind = facts.kind.unwrap_or(PostKind::Comment);
        PostView {
            urn: stored.urn.clone(),
            revision: stored.revision,
            about: facts
                .about
                .as_ref()
                .map(|urn| self.directory.asset(urn))
                .unwrap_or_else(|| stored.urn.clone()),
            about_name: about.name.to_owned(),
            said: said.collect(),
            kind,
            status: facts.status.unwrap_or(PostStatus::Open),
            decided_by: facts.decided.as_ref().map(|decided| names.of_actor(&decided.by)),
            proposal: self.proposal_view(permits, about, facts),
            is_mine,
            may_edit: about.may_edit,
            may_settle: (is_mine || about.may_edit) && matches!(kind, PostKind::Question | PostKind::Problem),
            facts: facts.clone(),
        }
    }

    /// Whom somebody named in vain; of people whom the reader may not know of, as if there were none.
    fn untold(&self, reader: &Permits, about: &Resource, thread: &PostFacts, said: &Said) -> Vec<String> {
        let named: BTreeSet<&str> = mentions(&said.text).filter(|key| *key != said.by.as_str()).collect();
        let is_told = |key: &str| {
            let Ok(key) = key.parse::<ActorKey>() else { return false };
            let is_known =
                |person: &Urn| self.directory.entry(person).is_some() && self.may_know(reader, person);
            let person = key.person().filter(is_known);
            person.is_some_and(|person| {
                let permits = self.access.permits(self, self.principal_of(&person));
                permits.may(to_hear(thread, &key), about)
            })
        };
        named.into_iter().filter(|key| !is_told(key)).map(ToOwned::to_owned).collect()
    }

    /// A post that the actor may see.
    pub(crate) async fn thread(&self, permits: &Permits, urn: &Urn) -> Result<Thread> {
        let stored = self.head(urn).await?;
        let Body::Post(layers) = stored.body.as_ref() else { return Err(CatalogError::no(urn)) };
        let facts = layers.view();
        let resource = self.resource(urn, &stored.body).await?;
        let is_mine = facts.said.as_ref().is_some_and(|said| said.by == permits.actor().key);
        let is_seen = permits.actor().who != Who::Anonymous
            && (permits.may(Action::Read, &resource)
                || (is_mine && permits.may(Action::Discover, &resource)));
        if !is_seen {
            self.note(permits.actor(), Event::refused(Action::Read, urn, UNKNOWN));
            return Err(CatalogError::no(urn));
        }
        Ok(Thread { about: resource.urn.clone(), facts, resource, stored })
    }

    /// Who looks after an asset: who answers for it, and who does the work.
    pub(crate) fn looked_after_by(&self, body: &Body) -> Vec<(Part, Vec<Urn>)> {
        let attributes = Attributes::of(body);
        let unit = self.directory.standing(attributes.unit.as_ref(), attributes.project.as_ref());
        let above = unit.map(|unit| self.directory.and_above(&unit)).unwrap_or_default();
        let mut parts = self.answering(&attributes.owners, &Raci::of(body), &above);
        parts.retain(|(part, _)| part.is_needed());
        parts
    }

    fn checked_edit(&self, permits: &Permits, thread: &Thread) -> Result<()> {
        self.check_resource(permits, Action::Edit, &thread.resource, || self.directory.name(&thread.about))
    }
}

/// The asset that posts are about, as one actor sees it.
struct About<'a> {
    name: &'a str,
    /// `None` for whoever may only know that it is there.
    facts: Option<&'a AssetFacts>,
    revision: u64,
    may_edit: bool,
    resource: &'a Resource,
}

impl Thread {
    fn is_by(&self, actor: &Actor) -> bool {
        self.facts.said.as_ref().is_some_and(|said| said.by == actor.key)
    }

    /// The post, become this.
    fn becomes(&self, actor: &Actor, facts: PostFacts, reason: &str) -> Result<Change> {
        let Body::Post(layers) = self.stored.body.as_ref() else {
            return Err(CatalogError::no(&self.stored.urn));
        };
        let mut layers = layers.clone();
        layers.say("post", &actor.key, now(), |own| *own = facts);
        let expected = Expected::Revision(self.stored.revision);
        Ok(Change::put(self.stored.urn.clone(), expected, Body::Post(layers), reason))
    }
}

fn beginning(text: &str) -> String {
    text.chars().take(200).collect()
}

/// Whoever writes is somebody.
fn known(actor: &Actor) -> Result<()> {
    if actor.who == Who::Anonymous {
        return Err(CatalogError::Refused("sign in first: what is said here is said by somebody".into()));
    }
    Ok(())
}
