//! The audit stream: refusals, readings of data and comings and goings, beside the log, which has the changes.

use std::str::FromStr;
use std::sync::Arc;

use async_trait::async_trait;
use loggia_model::{ActorKey, Door, Secret, Timestamp, Urn, Who};
use loggia_policy::Action;

use super::{Entry, Finding, StoreError};

/// What somebody did, or was kept from doing, that changed nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Act {
    /// By a decision of the policies.
    Refused,
    /// Before anything was decided: nobody had signed in.
    TurnedAway,
    /// A page of another site asked for a change.
    FromElsewhere,
    SignedIn,
    NotSignedIn,
    SignedOut,
    /// Accounts are beside the log, so that is not where this is told.
    ChangedAccount,
    /// Saw rows.
    Sampled,
    /// Saw what values are like.
    Profiled,
    /// Took the catalog, or its audit, along.
    Exported,
    ReadAudit,
    /// Secrets are beside the log, as accounts are.
    ChangedSecret,
    /// Began a run of a source, or kept it from its schedule.
    SteeredSource,
    /// Mail or a webhook: what was given up was tried anew or forgotten, or a test sent.
    SteeredChannel,
    /// Asked for another host.
    Misdirected,
}

impl Act {
    pub const ALL: [Self; 15] = [
        Self::Refused,
        Self::TurnedAway,
        Self::FromElsewhere,
        Self::SignedIn,
        Self::NotSignedIn,
        Self::SignedOut,
        Self::ChangedAccount,
        Self::Sampled,
        Self::Profiled,
        Self::Exported,
        Self::ReadAudit,
        Self::ChangedSecret,
        Self::SteeredSource,
        Self::SteeredChannel,
        Self::Misdirected,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::TurnedAway => "turned-away",
            Self::FromElsewhere => "from-elsewhere",
            Self::SignedIn => "signed-in",
            Self::NotSignedIn => "not-signed-in",
            Self::SignedOut => "signed-out",
            Self::ChangedAccount => "changed-account",
            Self::Sampled => "sampled",
            Self::Profiled => "profiled",
            Self::Exported => "exported",
            Self::ReadAudit => "read-audit",
            Self::ChangedSecret => "changed-secret",
            Self::SteeredSource => "steered-source",
            Self::SteeredChannel => "steered-channel",
            Self::Misdirected => "misdirected",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Self::Refused => "was refused",
            Self::TurnedAway => "was turned away",
            Self::FromElsewhere => "came from another site",
            Self::SignedIn => "signed in",
            Self::NotSignedIn => "could not sign in",
            Self::SignedOut => "signed out",
            Self::ChangedAccount => "changed an account",
            Self::Sampled => "saw rows",
            Self::Profiled => "saw what values are like",
            Self::Exported => "exported",
            Self::ReadAudit => "read the audit",
            Self::ChangedSecret => "changed a secret",
            Self::SteeredSource => "steered a source",
            Self::SteeredChannel => "steered mail or a webhook",
            Self::Misdirected => "asked for another host",
        }
    }
}

/// What is no word of these; doors say it with the field it stood in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is nothing that the audit has")]
pub struct NoAct(String);

impl FromStr for Act {
    type Err = NoAct;

    fn from_str(text: &str) -> Result<Self, NoAct> {
        Self::ALL.into_iter().find(|act| act.as_str() == text).ok_or_else(|| NoAct(text.to_owned()))
    }
}

/// What is noted, before it has its place in the stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Noted {
    /// When it was first.
    pub at: Timestamp,
    /// When it was last, of what was folded together.
    pub until: Timestamp,
    pub actor: ActorKey,
    pub who: Who,
    pub door: Door,
    /// The address that it came from.
    pub origin: Option<Arc<str>>,
    pub act: Act,
    /// What was not permitted.
    pub action: Option<Action>,
    /// Of several that were folded together, the first.
    pub urn: Option<Urn>,
    pub why: String,
    /// How often.
    pub count: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditLine {
    /// Its place in the stream, from 1 without a gap.
    pub seq: u64,
    pub noted: Noted,
}

/// A record of the log, as the audit shows it: histories, which others read, do not say from where it came.
#[derive(Debug, Clone, PartialEq)]
pub struct LoggedChange {
    pub urn: Urn,
    pub entry: Entry,
    /// The address that it came from.
    pub origin: Option<Arc<str>>,
}

/// What is looked for, in the stream as in the log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditFilter {
    pub who: Option<ActorKey>,
    pub urn: Option<Urn>,
    pub door: Option<Door>,
    pub from: Option<Timestamp>,
    /// The instant after the last.
    pub to: Option<Timestamp>,
}

/// Before an instant or, at that instant, before a place in the stream or log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Before {
    pub at: Timestamp,
    pub seq: u64,
}

#[async_trait]
pub trait AuditStream: Send + Sync + 'static {
    /// Puts lines at the end of the stream, all of them in one transaction. Of `chance` the store makes what keeps
    /// the digest of an address from telling the address, once that is taken away.
    async fn record(&self, lines: &[Noted], chance: &Secret) -> Result<(), StoreError>;

    /// Lines of the stream by time, newest first.
    async fn audit(
        &self,
        filter: &AuditFilter,
        act: Option<Act>,
        before: Option<Before>,
        limit: u32,
    ) -> Result<Vec<AuditLine>, StoreError>;

    /// Records of the log by time, newest first, each with what it is of.
    async fn changes(
        &self,
        filter: &AuditFilter,
        before: Option<Before>,
        limit: u32,
    ) -> Result<Vec<LoggedChange>, StoreError>;

    /// Checks the chain of the stream, and its end.
    async fn verify_audit(&self) -> Result<Vec<Finding>, StoreError>;
}
