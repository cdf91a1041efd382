//! Sessions: who has signed in, and by which browser.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use argon2::password_hash::rand_core::{OsRng, RngCore};
use loggia_model::{Actor, ActorKey, Door, Kind, Secret, Timestamp};
use sha2::{Digest, Sha256};

use crate::accounts::{LONGEST_LOGIN, plain};
use crate::audit::Event;
use crate::clock::now;
use crate::ports::{Act, Session};
use crate::{Catalog, CatalogError, DirectoryEntry, Result, passwords};

/// Seconds without a request after which a session ends.
pub const IDLE: i64 = 12 * 3_600;
/// Seconds after which it ends in any case.
pub const LONGEST: i64 = 7 * 86_400;
/// Seconds for which a session counts as seen just now.
const SEEN: i64 = 60;
/// Wrong passwords in a row that cost nothing.
const FREE: u32 = 5;
/// Seconds that the first one after these costs; each that follows costs twice as much.
const FIRST_WAIT: i64 = 15;
const LONGEST_WAIT: i64 = 900;
/// Logins of which failures are remembered.
const REMEMBERED: usize = 100_000;

/// Somebody has just signed in.
pub struct SignedIn {
    pub person: ActorKey,
    /// For the browser; only a digest of it is kept here.
    pub token: Secret,
}

pub struct SessionView {
    /// By which it can be ended.
    pub id: String,
    pub begun: Timestamp,
    pub seen: Timestamp,
    pub agent: String,
    /// The browser that asks.
    pub is_this: bool,
}

/// Tries that were not right, or are not known to be yet, by login, whether anybody has it or not.
#[derive(Default)]
pub(crate) struct Attempts(Mutex<HashMap<String, Failures>>);

struct Failures {
    count: u32,
    until: Timestamp,
}

impl Catalog {
    /// Who asks, by what their browser has.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn actor(&self, token: Option<&Secret>, door: Door) -> Result<Actor> {
        self.actor_of(token, door, true).await
    }

    /// The same of what a browser asks by itself: that keeps nobody signed in.
    ///
    /// # Errors
    /// As [`Catalog::actor`].
    pub async fn actor_by_itself(&self, token: Option<&Secret>, door: Door) -> Result<Actor> {
        self.actor_of(token, door, false).await
    }

    async fn actor_of(&self, token: Option<&Secret>, door: Door, is_seen: bool) -> Result<Actor> {
        if self.has_no_accounts().await? {
            return Ok(Actor::local(door));
        }
        let Some(token) = token else { return Ok(Actor::anonymous(door)) };
        let Some(session) = self.store.session(&digest(token)).await? else {
            return Ok(Actor::anonymous(door));
        };
        let at = now();
        if is_over(&session, at) {
            self.store.end_session(&session.id).await?;
            return Ok(Actor::anonymous(door));
        }
        if is_seen && session.seen.plus_seconds(SEEN) <= at {
            self.store.see_session(&session.id, at).await?;
        }
        Ok(Actor::person(session.person, door))
    }

    /// Whether this still is somebody's session. That it is asked keeps it no longer.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn is_signed_in(&self, token: &Secret) -> Result<bool> {
        let session = self.store.session(&digest(token)).await?;
        Ok(session.is_some_and(|session| !is_over(&session, now())))
    }

    /// # Errors
    /// `Refused` where login and password do not go together, in the same words whoever has the login or has not;
    /// `Busy` where too many try.
    pub async fn sign_in(&self, by: &Actor, login: &str, password: &Secret, agent: &str) -> Result<SignedIn> {
        let login = plain(login);
        // Nobody has such a login: it is compared like one, and not remembered.
        let is_one = login.len() <= LONGEST_LOGIN * 4 && !login.chars().any(char::is_control);
        if is_one && let Err(error) = self.attempts.begin(&login) {
            self.not_signed_in(by, None, "too many wrong passwords for one login");
            return Err(error);
        }
        let account = match is_one {
            true => self.store.account_by_login(&login).await?.filter(|account| !account.is_disabled),
            false => None,
        };
        let kept = account.as_ref().and_then(|account| account.password.as_deref());
        let login_of = account.as_ref().map(|account| account.person.clone());
        let is_right = passwords::is_right(password, kept).await.inspect_err(|_| {
            self.not_signed_in(by, login_of.as_ref(), "too many were signing in");
        })?;
        let Some(account) = account.filter(|_| is_right) else {
            tracing::warn!("somebody could not sign in: wrong login or password");
            self.not_signed_in(by, login_of.as_ref(), "wrong login or password");
            return Err(CatalogError::Refused("this login and password do not go together".into()));
        };
        self.attempts.succeeded(&login);
        let entered = self.begin_session(&account.person, agent).await?;
        // Comparing takes a while: whoever got another password, or was kept out meanwhile, has ended the sessions of
        // before, and not this one.
        let is_as_it_was = self
            .store
            .account(&account.person)
            .await?
            .is_some_and(|now| !now.is_disabled && now.password == account.password);
        if !is_as_it_was {
            self.store.end_session(&digest(&entered.token)).await?;
            self.not_signed_in(by, login_of.as_ref(), "the account was changed meanwhile");
            return Err(CatalogError::Refused("this login and password do not go together".into()));
        }
        self.signed_in(by, &account.person, "by password");
        Ok(entered)
    }

    /// Lets one of the people of a demonstration in, without a password.
    ///
    /// # Errors
    /// `Refused` for everybody else.
    pub async fn sign_in_as(&self, by: &Actor, person: &ActorKey, agent: &str) -> Result<SignedIn> {
        if !self.demonstrated.contains(person) {
            self.not_signed_in(by, None, "asked for a click, and nothing is demonstrated of them");
            return Err(CatalogError::Refused(
                "only the people of a demonstration come in by a click".into(),
            ));
        }
        let entered = self.begin_session(person, agent).await?;
        self.signed_in(by, person, "by a click");
        Ok(entered)
    }

    /// This catalog, as a demonstration that lets these people in by a click.
    #[must_use]
    pub fn demonstrating(mut self, people: Vec<ActorKey>) -> Self {
        self.demonstrated = people.into();
        self
    }

    /// The people of a demonstration, with what each is there for; none where it is not one.
    pub fn demonstrated(&self) -> Vec<(DirectoryEntry, String)> {
        let people = self.demonstrated.iter().filter_map(ActorKey::person);
        let shown = people.map(|person| {
            let roles = self.directory.roles_of(&person).into_iter();
            let roles = roles.map(|(scope, role)| match scope.kind() {
                Kind::Organisation => format!("{} everywhere", role.title()),
                _ => format!("{} of {}", role.title(), self.directory.name(&scope)),
            });
            (self.directory.entry_or_name(&person), roles.collect::<Vec<_>>().join(", "))
        });
        shown.collect()
    }

    /// A new session, whatever the browser had before.
    pub(crate) async fn begin_session(&self, person: &ActorKey, agent: &str) -> Result<SignedIn> {
        let (token, at) = (random(), now());
        self.store.forget_sessions(at.plus_seconds(-LONGEST), at.plus_seconds(-IDLE)).await?;
        let agent = agent.chars().filter(|letter| !letter.is_control()).take(200).collect();
        let session = Session { id: digest(&token), person: person.clone(), begun: at, seen: at, agent };
        self.store.put_session(&session).await?;
        Ok(SignedIn { person: person.clone(), token })
    }

    /// # Errors
    /// Where the store cannot be written.
    pub async fn sign_out(&self, actor: &Actor, token: &Secret) -> Result<()> {
        if self.store.end_session(&digest(token)).await? {
            self.note(actor, Event::of(Act::SignedOut, "by themselves"));
        }
        Ok(())
    }

    /// One's own, the one that was seen last first.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn sessions(&self, actor: &Actor, token: Option<&Secret>) -> Result<Vec<SessionView>> {
        let this = token.map(digest);
        let view = |session: Session| SessionView {
            is_this: this.as_ref() == Some(&session.id),
            id: session.id,
            begun: session.begun,
            seen: session.seen,
            agent: session.agent,
        };
        Ok(self.store.sessions(&actor.key).await?.into_iter().map(view).collect())
    }

    /// # Errors
    /// `NotFound` where one has no such session.
    pub async fn end_session(&self, actor: &Actor, id: &str) -> Result<()> {
        let own = self.store.sessions(&actor.key).await?;
        if !own.iter().any(|session| session.id == id) {
            return Err(CatalogError::NotFound("such session".into()));
        }
        self.store.end_session(id).await?;
        Ok(())
    }
}

impl Attempts {
    /// Counts a try before its password is looked at, so that many at once are no way around the count.
    pub fn begin(&self, login: &str) -> Result<()> {
        let at = now();
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let left = known.get(login).map_or(0, |failures| at.seconds_until(failures.until));
        if left > 0 {
            return Err(CatalogError::Refused(format!(
                "too many wrong passwords: try again in {left} seconds"
            )));
        }
        if known.len() >= REMEMBERED && !known.contains_key(login) {
            known.retain(|_, failures| failures.until > at);
            if known.len() >= REMEMBERED {
                known.clear();
            }
        }
        let failures = known.entry(login.to_owned()).or_insert(Failures { count: 0, until: at });
        failures.count += 1;
        if let Some(over) = failures.count.checked_sub(FREE) {
            let wait = FIRST_WAIT.saturating_mul(1 << over.min(10)).min(LONGEST_WAIT);
            failures.until = at.plus_seconds(wait);
        }
        Ok(())
    }

    pub fn succeeded(&self, login: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(login);
    }
}

/// 256 bits of chance.
pub(crate) fn random() -> Secret {
    let mut bytes = [0; 32];
    OsRng.fill_bytes(&mut bytes);
    Secret::new(hex::encode(bytes))
}

fn is_over(session: &Session, at: Timestamp) -> bool {
    session.begun.plus_seconds(LONGEST) <= at || session.seen.plus_seconds(IDLE) <= at
}

/// By which it is known without being it.
pub(crate) fn digest(token: &Secret) -> String {
    hex::encode(Sha256::digest(token.reveal().as_bytes()))
}
