//! What people follow, and what they are told of: beside the log, by how far of it they have been told.

use std::str::FromStr;

use async_trait::async_trait;
use loggia_model::{ActorKey, Seq, Timestamp, Urn};

use super::StoreError;

/// Something that one person is told. Of one record, each is told once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub person: ActorKey,
    /// The record that it comes from.
    pub seq: Seq,
    pub at: Timestamp,
    /// What it happened to: an asset, or a post.
    pub urn: Urn,
    pub what: What,
    /// Who did it.
    pub by: ActorKey,
    /// More of it, in words that whoever reads the entity may know.
    pub detail: String,
    pub is_read: bool,
    /// They do not want to see it for now.
    pub aside: Option<Aside>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aside {
    /// Then it is there again, and not read.
    Until(Timestamp),
    /// Nothing is left to be done about it.
    Done,
}

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum What {
    /// Columns changed so that whoever reads the table must look at what they have built.
    Breaking,
    /// Columns changed, and nothing breaks.
    Columns,
    Published,
    Deprecated,
    Retired,
    /// It was taken back from the catalog.
    Withdrawn,
    /// Somebody stands for it, in another way, or no more.
    Certified,
    /// What people write of it changed.
    Described,
    /// Its source no longer has it.
    Missing,
    /// It came into the unit or project that is followed.
    New,
    /// Somebody asked, found a problem, or proposed something.
    Asked,
    Replied,
    /// It was said what became of a question, a problem or a proposal.
    Settled,
    /// By name, in what somebody said.
    Mentioned,
    /// Somebody is going to be away until a day, and they stand in.
    StandingIn,
}

impl What {
    pub const ALL: [Self; 15] = [
        Self::Breaking,
        Self::Columns,
        Self::Published,
        Self::Deprecated,
        Self::Retired,
        Self::Withdrawn,
        Self::Certified,
        Self::Described,
        Self::Missing,
        Self::New,
        Self::Asked,
        Self::Replied,
        Self::Settled,
        Self::Mentioned,
        Self::StandingIn,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Breaking => "breaking",
            Self::Columns => "columns",
            Self::Published => "published",
            Self::Deprecated => "deprecated",
            Self::Retired => "retired",
            Self::Withdrawn => "withdrawn",
            Self::Certified => "certified",
            Self::Described => "described",
            Self::Missing => "missing",
            Self::New => "new",
            Self::Asked => "asked",
            Self::Replied => "replied",
            Self::Settled => "settled",
            Self::Mentioned => "mentioned",
            Self::StandingIn => "standing-in",
        }
    }

    /// Whether it says that nothing new is to be built on what it is about.
    pub fn is_ending(self) -> bool {
        matches!(self, Self::Deprecated | Self::Retired)
    }

    /// Whether it is about whoever is told: no program is told of it.
    pub fn is_about_somebody(self) -> bool {
        matches!(self, Self::Mentioned | Self::StandingIn)
    }

    /// As people read it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Breaking => "Breaks readers",
            Self::Columns => "Columns changed",
            Self::Published => "Published",
            Self::Deprecated => "Deprecated",
            Self::Retired => "Retired",
            Self::Withdrawn => "Taken back",
            Self::Certified => "Certification",
            Self::Described => "Described anew",
            Self::Missing => "Gone from its source",
            Self::New => "New",
            Self::Asked => "Asked",
            Self::Replied => "Replied",
            Self::Settled => "Settled",
            Self::Mentioned => "You were mentioned",
            Self::StandingIn => "You stand in",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is nothing that anybody is told")]
pub struct NoWhat(String);

impl FromStr for What {
    type Err = NoWhat;

    fn from_str(text: &str) -> Result<Self, NoWhat> {
        let known = Self::ALL.into_iter().find(|what| what.as_str() == text);
        known.ok_or_else(|| NoWhat(text.to_owned()))
    }
}

/// Which of what somebody was told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Chosen {
    pub show: Show,
    /// Of this kind alone.
    pub what: Option<What>,
}

/// In which state something is, for whoever was told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Show {
    /// All that is not put aside.
    #[default]
    Open,
    Unread,
    /// What comes again.
    Later,
    Done,
}

impl Show {
    pub const ALL: [Self; 4] = [Self::Open, Self::Unread, Self::Later, Self::Done];

    /// As the page's address has it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "",
            Self::Unread => "unread",
            Self::Later => "later",
            Self::Done => "done",
        }
    }

    /// As people read it.
    pub fn title(self) -> &'static str {
        match self {
            Self::Open => "All that is open",
            Self::Unread => "Not read",
            Self::Later => "For later",
            Self::Done => "Done",
        }
    }
}

impl From<Show> for Chosen {
    fn from(show: Show) -> Self {
        Self { show, what: None }
    }
}

#[async_trait]
pub trait Inbox {
    /// Of what comes after that record on, or not any more.
    async fn set_following(&self, person: &ActorKey, urn: &Urn, after: Option<Seq>)
    -> Result<(), StoreError>;

    /// What somebody follows, by URN.
    async fn followed_by(&self, person: &ActorKey) -> Result<Vec<Urn>, StoreError>;

    /// Who follows any of these, which of them, and after which record.
    async fn followers_of(&self, urns: &[Urn]) -> Result<Vec<(ActorKey, Urn, Seq)>, StoreError>;

    /// Everybody with what they follow, for a backup.
    async fn all_following(&self) -> Result<Vec<(ActorKey, Urn)>, StoreError>;

    /// How far of the log people have been told; `None` where nobody ever was.
    async fn told_until(&self) -> Result<Option<Seq>, StoreError>;

    /// Tells all of this, and that the log has been told of until there; `false`, and nothing is done, where it was not
    /// told until `after` but somebody else went on.
    async fn tell(&self, after: Option<Seq>, until: Seq, told: &[Told]) -> Result<bool, StoreError>;

    /// What somebody has been told, the newest first, from before that record.
    async fn told(
        &self,
        person: &ActorKey,
        chosen: Chosen,
        now: Timestamp,
        before: Option<Seq>,
        limit: u32,
    ) -> Result<Vec<Told>, StoreError>;

    /// How much of it has not been read, and is not put aside.
    async fn unread(&self, person: &ActorKey, now: Timestamp) -> Result<u64, StoreError>;

    /// Puts one aside, or with `None` takes it up again. What comes again is not read; what is done is.
    async fn put_aside(
        &self,
        person: &ActorKey,
        seq: Seq,
        aside: Option<Aside>,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// Marks one as read, or all up to one.
    async fn mark_read(
        &self,
        person: &ActorKey,
        seq: Seq,
        and_before: bool,
        at: Timestamp,
    ) -> Result<(), StoreError>;
}
