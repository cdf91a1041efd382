//! What the use cases need from outside; the adapters `store` and `search` fill these.

mod accounts;
mod audit;
mod courier;
mod data;
mod identities;
mod inbox;
mod index;
mod outbox;
mod provisioned;
mod secrets;
mod sources;
mod store;
mod tokens;

pub use self::data::{Data, DataError, NoData, Sample, SampleColumn};
pub use accounts::{Account, Accounts, Session};
pub use audit::{Act, AuditFilter, AuditLine, AuditStream, Before, LoggedChange, NoAct, Noted};
pub use courier::{Courier, Letter, Message, Undelivered};
pub use identities::{FederatedSession, Identities, Identity};
pub use inbox::{Aside, Chosen, Inbox, NoWhat, Show, Told, What};
pub use index::{
    Ages, Card, Choice, FACETS, Facet, FacetCount, FacetCounts, Found, Fragment, Freshness, Hit, Index,
    IndexDocument, IndexError, Query, Relation, Sort, Tally, plain_name,
};
pub use outbox::{Channel, ChannelState, Failed, How, NoChannel, NoHow, Outbox, Outgoing, Waiting};
pub use provisioned::{Provisioned, ProvisionedGroup, ProvisionedUser};
pub use secrets::{SealedSecret, Secrets};
pub use sources::{DefinedSource, NoSources, NotStarted, Running, Sources};
pub use store::{
    AppendError, Batch, Conflict, ERASED, Entry, Finding, HarvestRun, Heads, RawOrigin, RawRecord, Refusal,
    Store, StoreError, Stored, Written,
};
pub use tokens::{NoScope, Scope, Token, Tokens};
