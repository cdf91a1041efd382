//! What is to leave the catalog: messages to webhooks, and lines of letters. Each stays until it has arrived or is given
//! up, beside how far of the log each of these has been made.

use std::fmt;
use std::str::FromStr;

use async_trait::async_trait;
use loggia_model::{ActorKey, Seq, Timestamp};

use super::{StoreError, Told, What};

/// The way on which something leaves.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Channel {
    Mail,
    /// By the name that the operator's file gives it.
    Webhook(String),
}

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mail => f.write_str("mail"),
            Self::Webhook(name) => write!(f, "webhook:{name}"),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is neither 'mail' nor 'webhook:' and a name")]
pub struct NoChannel(String);

impl FromStr for Channel {
    type Err = NoChannel;

    fn from_str(text: &str) -> Result<Self, NoChannel> {
        match text.strip_prefix("webhook:") {
            Some(name) if !name.is_empty() => Ok(Self::Webhook(name.to_owned())),
            None if text == "mail" => Ok(Self::Mail),
            _ => Err(NoChannel(text.to_owned())),
        }
    }
}

/// Something that is to leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// By which whoever gets it knows it again: the same in every try.
    pub id: String,
    pub channel: Channel,
    /// Of what has the same, the earlier arrives first: an entity, or whoever a letter is for.
    pub about: String,
    /// The record that it comes from.
    pub seq: Seq,
    pub at: Timestamp,
    /// Not before then.
    pub due: Timestamp,
    /// What a webhook gets; of a letter nothing, since it is written when it leaves.
    pub body: String,
}

/// Something that has not arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    pub outgoing: Outgoing,
    pub tries: u32,
    /// Of it, or of what it waits for.
    pub last_try: Option<Timestamp>,
    /// Why the last try failed.
    pub why: String,
}

/// What came of a try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failed {
    pub id: String,
    pub at: Timestamp,
    /// When it is tried again; `None` where it is given up.
    pub next: Option<Timestamp>,
    pub why: String,
}

/// How a channel goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelState {
    pub channel: Channel,
    pub waiting: u64,
    /// Given up.
    pub dead: u64,
    /// Since when the one that waits longest does.
    pub oldest: Option<Timestamp>,
    pub arrived: u64,
    pub last_arrived: Option<Timestamp>,
    pub last_failed: Option<Timestamp>,
    /// Why the last failure was one.
    pub why: String,
}

impl ChannelState {
    /// Of one on which nothing has been put out.
    pub fn of(channel: Channel) -> Self {
        Self {
            channel,
            waiting: 0,
            dead: 0,
            oldest: None,
            arrived: 0,
            last_arrived: None,
            last_failed: None,
            why: String::new(),
        }
    }
}

/// When something is mailed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum How {
    AtOnce,
    Daily,
    Weekly,
    Never,
}

impl How {
    pub const ALL: [Self; 4] = [Self::AtOnce, Self::Daily, Self::Weekly, Self::Never];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::AtOnce => "at-once",
            Self::Daily => "daily",
            Self::Weekly => "weekly",
            Self::Never => "never",
        }
    }

    /// As people read it.
    pub fn title(self) -> &'static str {
        match self {
            Self::AtOnce => "At once",
            Self::Daily => "Once a day",
            Self::Weekly => "Once a week",
            Self::Never => "Never",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not when something can be mailed: at-once, daily, weekly or never")]
pub struct NoHow(String);

impl FromStr for How {
    type Err = NoHow;

    fn from_str(text: &str) -> Result<Self, NoHow> {
        let known = Self::ALL.into_iter().find(|how| how.as_str() == text);
        known.ok_or_else(|| NoHow(text.to_owned()))
    }
}

#[async_trait]
pub trait Outbox {
    /// How far of the log something has been made; `None` where it never was.
    async fn made_until(&self, projection: &str) -> Result<Option<Seq>, StoreError>;

    /// Forgets how far something was made: it begins anew, with what comes from then on.
    async fn begin_anew(&self, projection: &str) -> Result<(), StoreError>;

    /// Puts all of this out, and notes that it was made until there; `false`, and nothing is done, where it was not made
    /// until `after` but somebody else went on.
    async fn put_out(
        &self,
        projection: &str,
        after: Option<Seq>,
        until: Seq,
        outgoing: &[Outgoing],
    ) -> Result<bool, StoreError>;

    /// Puts out something that no record says.
    async fn post(&self, outgoing: &Outgoing) -> Result<(), StoreError>;

    /// What is due, by record, and of what is about the same a few: what is behind something that is not due yet, and about the same, is not.
    async fn due(&self, channel: &Channel, now: Timestamp, limit: u32) -> Result<Vec<Waiting>, StoreError>;

    /// All that is due about the same, as one letter of that id; where an earlier letter has not arrived, that one.
    async fn as_letter(
        &self,
        about: &str,
        id: &str,
        now: Timestamp,
    ) -> Result<(String, Vec<Waiting>), StoreError>;

    /// When the next is due that is not due now; `None` where there is none.
    async fn next_due(&self, channel: &Channel, now: Timestamp) -> Result<Option<Timestamp>, StoreError>;

    /// Forgets what has arrived, and counts it.
    async fn arrived(&self, channel: &Channel, ids: &[String], at: Timestamp) -> Result<(), StoreError>;

    /// Forgets what is not to leave any more.
    async fn left_out(&self, ids: &[String]) -> Result<(), StoreError>;

    /// Notes failures; what is about the same waits as long.
    async fn failed(&self, channel: &Channel, failed: &[Failed]) -> Result<(), StoreError>;

    /// Of every channel that something was put out on.
    async fn channel_states(&self) -> Result<Vec<ChannelState>, StoreError>;

    /// What has been given up, the newest first.
    async fn dead(&self, channel: &Channel, limit: u32) -> Result<Vec<Waiting>, StoreError>;

    /// Tries what was given up anew, one or all; how many that are. Of letters it makes others.
    async fn revive(&self, channel: &Channel, id: Option<&str>) -> Result<u64, StoreError>;

    /// Forgets what was given up, one or all; how many that were.
    async fn bury(&self, channel: &Channel, id: Option<&str>) -> Result<u64, StoreError>;

    /// Whether this process is the one that sends on a channel, for a minute from now on. Of several over one store, one is.
    async fn hold(&self, channel: &Channel, holder: &str) -> Result<bool, StoreError>;

    /// What anybody was told, by record, after one and until another: whole records, at least one where there is any.
    async fn told_between(&self, after: Seq, until: Seq, limit: u32) -> Result<Vec<Told>, StoreError>;

    /// What somebody was told by these records.
    async fn told_by_records(&self, person: &ActorKey, seqs: &[Seq]) -> Result<Vec<Told>, StoreError>;

    /// What somebody has chosen of when they are mailed what.
    async fn mail_choices(&self, person: &ActorKey) -> Result<Vec<(What, How)>, StoreError>;

    async fn set_mail_choices(&self, person: &ActorKey, choices: &[(What, How)]) -> Result<(), StoreError>;

    /// Everybody's, for a backup.
    async fn all_mail_choices(&self) -> Result<Vec<(ActorKey, What, How)>, StoreError>;
}
