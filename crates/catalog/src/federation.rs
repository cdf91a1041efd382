//! Signing in by a provider of identities: what becomes of its word about somebody.
//!
//! The door has verified that the provider said it (`server/src/oidc`). Here is decided who that is, whether they may
//! come in, and in which groups it puts them.

mod person;

use std::collections::{BTreeMap, BTreeSet};

use loggia_model::{Actor, ActorKey, Door, Secret, Urn, Who};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::audit::Event;
use crate::clock::now;
use crate::ports::{Act, FederatedSession, Identity};
use crate::sessions::{SignedIn, digest, random};
use crate::{Catalog, CatalogError, Result};

/// Whoever does what a provider says has this key in the log.
pub(crate) const KEY: &str = "oidc";
/// Seconds that somebody has to sign in at the provider.
pub const ENTERING: u32 = 600;
/// Sign-ins that begin from one address within a minute: more than an office does that comes by one.
const ENTRANCES: u32 = 600;
/// Seconds between signing out here and being sent on.
pub const LEAVING: u32 = 120;
/// Seconds for which a token that ends sessions is remembered: longer than one is good.
const REMEMBERED: u32 = 1_200;

/// What the operator says of a provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provider {
    /// In addresses, and in the name of its layer.
    pub name: String,
    /// On the button.
    pub title: String,
    /// Its value in a claim → the group that it means.
    pub groups: BTreeMap<String, Urn>,
    pub admits: Admits,
    /// Whether an address that it calls verified is enough to be taken for whoever has that address here.
    pub trusts_email: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Admits {
    /// Whoever it knows; a person whom nobody knew here is made when they first come.
    Everyone,
    /// Who has come by it before, or is known here by a verified address that is trusted.
    Known,
}

/// What a provider says of somebody, verified.
#[derive(Debug, Clone)]
pub struct Claims {
    pub provider: String,
    pub issuer: String,
    pub subject: String,
    pub name: Option<String>,
    pub email: Option<String>,
    pub email_is_verified: bool,
    /// `preferred_username`.
    pub login: Option<String>,
    pub groups: BTreeSet<String>,
    pub sid: Option<String>,
    pub id_token: Secret,
}

/// What must be the same when somebody comes back from a provider.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Entering {
    pub provider: String,
    pub state: String,
    pub nonce: String,
    /// Of PKCE: whoever has read the code cannot use it without this.
    pub verifier: String,
    /// The address that the provider was told to send them to.
    pub redirect: String,
    /// The page that they wanted.
    pub back: String,
}

/// Who has signed out here, and is to be signed out there.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Leaving {
    pub provider: String,
    pub id_token: String,
}

/// That a provider has ended a session of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedOutThere {
    pub provider: String,
    /// Of the token that says so: none is taken twice.
    pub token: String,
    pub subject: Option<String>,
    pub sid: Option<String>,
}

impl Catalog {
    /// This catalog, entered by these providers too.
    #[must_use]
    pub fn entered_by(mut self, providers: Vec<Provider>) -> Self {
        self.providers = providers.into();
        self
    }

    /// Those by which one can sign in, in the operator's order.
    pub fn providers(&self) -> &[Provider] {
        &self.providers
    }

    /// Lets somebody in by what a provider says of them. Whom nobody knows yet is made a person where the provider
    /// admits everyone; none gets more than the groups that the operator has named.
    ///
    /// # Errors
    /// `Refused` where they may not come in, `NotFound` where there is no such provider.
    pub async fn sign_in_with(&self, by: &Actor, claims: &Claims, agent: &str) -> Result<SignedIn> {
        let entered = self.enter_with(claims, agent).await;
        let why = format!("by the provider '{}'", claims.provider);
        match &entered {
            Ok(entered) => self.signed_in(by, &entered.person, &why),
            Err(_) => self.not_signed_in(by, None, &why),
        }
        entered
    }

    async fn enter_with(&self, claims: &Claims, agent: &str) -> Result<SignedIn> {
        let provider = self.providers.iter().find(|provider| provider.name == claims.provider);
        let provider = provider.ok_or_else(|| CatalogError::NotFound("such provider".into()))?;
        if self.has_no_accounts().await? {
            return Err(CatalogError::Refused(
                "nobody has an account here yet: the first is made by whoever started this catalog".into(),
            ));
        }
        let identity = self.identified(provider, claims).await?;
        self.check_admitted(provider, &identity.person).await?;
        self.tell_of(provider, &identity.person, claims).await?;
        let groups = self.put_in_groups(provider, &identity, claims).await?;
        self.store.see_identity(&Identity { groups, seen: now(), ..identity.clone() }).await?;
        let entered = self.begin_session(&identity.person, agent).await?;
        let begun_by = FederatedSession {
            session: digest(&entered.token),
            provider: provider.name.clone(),
            subject: claims.subject.clone(),
            sid: claims.sid.clone(),
            id_token: claims.id_token.clone(),
        };
        self.store.put_federated_session(&begun_by).await?;
        Ok(entered)
    }

    /// The provider by which a browser's session was begun; `None` where that was a password.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn signed_in_by(&self, token: &Secret) -> Result<Option<FederatedSession>> {
        Ok(self.store.federated_session(&digest(token)).await?)
    }

    /// Ends the sessions that were begun in one of the provider's, or by a subject where it names none. How many.
    ///
    /// # Errors
    /// `Refused` where the same was said before, or it names neither.
    pub async fn signed_out_there(&self, said: &SignedOutThere) -> Result<u64> {
        let key = format!("logout {} {}", said.provider, said.token);
        let key = digest(&Secret::new(key));
        if let Some(before) = self.take_kept(&key).await? {
            self.keep(&key, &before, REMEMBERED).await?;
            return Err(CatalogError::Refused("this token has ended sessions before".into()));
        }
        self.keep(&key, "", REMEMBERED).await?;
        let ended = match (&said.sid, &said.subject) {
            (Some(sid), _) => self.store.end_sessions_of_sid(&said.provider, sid).await?,
            (None, Some(subject)) => self.store.end_sessions_of_subject(&said.provider, subject).await?,
            (None, None) => {
                return Err(CatalogError::Refused("the token names neither a session nor a subject".into()));
            }
        };
        if ended > 0 {
            let why = format!("{ended} sessions, as the provider '{}' says", said.provider);
            self.note(&machine()?, Event::of(Act::SignedOut, why));
        }
        Ok(ended)
    }

    /// Remembers what somebody takes along to a provider. What comes back must come from the browser that has the
    /// secret, within [`ENTERING`] seconds, once.
    ///
    /// # Errors
    /// `Busy` where too many begin from one address, since each is kept; where the store cannot be written.
    pub async fn begin_entering(&self, by: &Actor, entering: &Entering) -> Result<Secret> {
        if !self.entrances.is_within(ENTRANCES, by.from.as_deref(), now()) {
            self.not_signed_in(by, None, "too many began to sign in from one address");
            return Err(CatalogError::Busy(
                "too many begin to sign in from where you are just now: try again in a minute".into(),
            ));
        }
        self.remember("entering", entering, ENTERING).await
    }

    /// # Errors
    /// Where the store cannot be read.
    pub async fn take_entering(&self, key: &Secret) -> Result<Option<Entering>> {
        self.recall("entering", key).await
    }

    /// Remembers whom a browser was signed in by, until it has been sent there.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub async fn begin_leaving(&self, begun_by: &FederatedSession) -> Result<Secret> {
        let id_token = begun_by.id_token.reveal().to_owned();
        self.remember("leaving", &Leaving { provider: begun_by.provider.clone(), id_token }, LEAVING).await
    }

    /// # Errors
    /// Where the store cannot be read.
    pub async fn take_leaving(&self, key: &Secret) -> Result<Option<Leaving>> {
        self.recall("leaving", key).await
    }

    async fn remember(&self, what: &str, value: &impl Serialize, seconds: u32) -> Result<Secret> {
        let key = random();
        let value = serde_json::to_string(value).map_err(|error| {
            CatalogError::Refused(format!("what was to be remembered is no JSON: {error}"))
        })?;
        self.keep(&kept_as(what, &key), &value, seconds).await?;
        Ok(key)
    }

    async fn recall<T: DeserializeOwned>(&self, what: &str, key: &Secret) -> Result<Option<T>> {
        let kept = self.take_kept(&kept_as(what, key)).await?;
        Ok(kept.and_then(|kept| serde_json::from_str(&kept).ok()))
    }
}

/// Whoever does what a provider says: it is the operator who has said that it may.
fn machine() -> Result<Actor> {
    let key: ActorKey = KEY.parse().map_err(|error| CatalogError::Refused(format!("{error}")))?;
    Ok(Actor { key, who: Who::Machine, ..Actor::local(Door::Browser) })
}

fn kept_as(what: &str, key: &Secret) -> String {
    format!("{what} {}", digest(key))
}
