//! People and groups that the directory of a company brings (SCIM 2.0, RFC 7643 and RFC 7644): made, changed, kept out
//! and let in again. Who leaves the company leaves the catalog.
//!
//! The door (`server/src/http/scim`) reads what RFC 7644 has on the wire; here is decided whom it means and what becomes
//! of it. A directory is a service with a token of the scope `provision`. It says what it says in a layer of its own,
//! and has to do with nobody and no group but those that it has brought.

mod edit;
mod filter;
mod groups;
mod users;
mod words;

use loggia_model::{Actor, ActorKey, Source, Timestamp, Urn, Who};
use loggia_policy::Action;

pub use self::edit::{EmailChoice, GroupEdit, NamePart, UserEdit};
pub use self::filter::{Filter, FilterError};
pub use self::words::{Email, GroupWords, PersonName, UserWords};
use crate::audit::Event;
use crate::clock::now;
use crate::lockout::Loss;
use crate::newcomers::DIRECTORY;
use crate::ports::Scope;
use crate::{Catalog, CatalogError, Forbidden, Result};

/// Rows that are looked at together.
const PAGE: u32 = 1_000;
/// Why, in the log.
const AS_SAID: &str = "as the directory says";

/// Somebody whom a directory has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Their key: nobody else's, ever.
    pub id: ActorKey,
    pub words: UserWords,
    pub made: Timestamp,
    pub changed: Timestamp,
}

/// A group that a directory has made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    pub urn: Urn,
    pub words: GroupWords,
    pub made: Timestamp,
    pub changed: Timestamp,
}

/// What is looked for.
#[derive(Debug, Clone)]
pub struct Asked {
    pub filter: Option<Filter>,
    /// From 1.
    pub start: u64,
    pub count: u32,
}

/// A part of what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part<T> {
    pub total: u64,
    pub start: u64,
    pub items: Vec<T>,
}

/// A directory, and as whom it writes.
struct Provisioner {
    actor: Actor,
    service: ActorKey,
    source: Source,
}

impl Catalog {
    /// Who may bring people and groups: a service that whoever administers the organisation has made a token for that.
    ///
    /// # Errors
    /// `Forbidden` for everybody else; `Refused` where nobody has an account yet.
    async fn provisioner(&self, actor: &Actor) -> Result<Provisioner> {
        let at = now();
        let slug = actor.entity().filter(|_| actor.who == Who::Service);
        let tokens = self.store.tokens_of(&actor.key).await?;
        let may = tokens.iter().any(|token| token.scope == Scope::Provision && token.expires > at);
        let Some(service) = slug.filter(|_| may) else {
            let everything = Urn::organisation();
            self.note(actor, Event::refused(Action::Administer, &everything, "is no company's directory"));
            return Err(CatalogError::Forbidden(Box::new(Forbidden {
                action: Action::Administer,
                name: self.directory.name(&everything),
                urn: everything,
                owners: Vec::new(),
                because: Vec::new(),
            })));
        };
        // The first account is that of somebody who can then administer; a directory's people could not.
        if self.has_no_accounts().await? {
            return Err(CatalogError::Refused(
                "nobody has an account here yet: the first is made by whoever started this catalog".into(),
            ));
        }
        let source = Source::harvest(DIRECTORY, service.rest());
        let source = source
            .map_err(|error| CatalogError::Refused(format!("the service cannot be called so: {error}")))?;
        Ok(Provisioner { actor: actor.clone(), service: actor.key.clone(), source })
    }

    /// The same as [`Catalog::check_left`], where a directory does it: what is refused is noted.
    async fn check_left_by(&self, by: &Provisioner, loss: Loss<'_>) -> Result<()> {
        let about = match loss {
            Loss::Becomes(urn, _) | Loss::KeptOut(urn) => urn.clone(),
        };
        self.check_left(loss).await.inspect_err(|_| self.would_leave_nobody(by, Some(about)))
    }

    fn would_leave_nobody(&self, by: &Provisioner, about: Option<Urn>) {
        let about = about.unwrap_or_else(Urn::organisation);
        let why = "nobody else administers the organisation";
        self.note(&by.actor, Event::refused(Action::Administer, &about, why));
    }
}

fn busy() -> CatalogError {
    CatalogError::Busy("this is being changed just now: try again in a moment".into())
}
