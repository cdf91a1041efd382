//! Tokens: what programs and agents come in by, as a service or as the person whose program it is.

use argon2::password_hash::rand_core::{OsRng, RngCore};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use loggia_model::{Actor, ActorKey, Door, Kind, Secret, Timestamp, Urn, Who};
use loggia_policy::Action;
use sha2::{Digest, Sha256};

use crate::accounts::key_of;
use crate::attributes::Attributes;
use crate::audit::Event;
use crate::clock::now;
use crate::edit::short_text;
use crate::error::Wrong;
use crate::ports::{Act, Scope, Token};
use crate::sessions::digest;
use crate::{Catalog, CatalogError, DirectoryEntry, Permits, Result};

/// How each begins, so that whoever finds one knows what it is and what looks for secrets finds it.
pub const PREFIX: &str = "loggia_";
/// Days for which one is good where nobody says otherwise.
pub const USUAL_DAYS: u32 = 90;
pub const MOST_DAYS: u32 = 365;
/// Seconds for which one counts as used just now.
const USED: i64 = 60;
/// Seconds for which one that has expired is still listed.
const LISTED: i64 = 30 * 86_400;
/// Of one owner: more are not told apart.
const MOST: usize = 50;
/// Letters of the check at the end.
const CHECK: usize = 6;
/// Letters of 32 bytes in base64.
const RANDOM: usize = 43;

/// A token that has just been made.
pub struct MadeToken {
    pub id: String,
    /// For whoever asked; only a digest of it is kept here.
    pub token: Secret,
    pub expires: Timestamp,
}

pub struct TokenView {
    /// By which it is revoked.
    pub id: String,
    pub owner: DirectoryEntry,
    pub name: String,
    pub scope: Scope,
    pub made: Timestamp,
    pub made_by: ActorKey,
    pub expires: Timestamp,
    pub used: Option<Timestamp>,
    pub has_expired: bool,
}

/// What became of somebody who came with a token.
pub enum Admission {
    Admitted(Actor),
    /// It is none, has expired, was revoked, or nobody may come in as its owner: none of which is told.
    Unknown,
    /// It is good for this much, and more was asked.
    TooNarrow(Scope),
}

impl Catalog {
    /// A token for oneself, or for a service that one answers for.
    ///
    /// # Errors
    /// `Invalid` names the field, `Forbidden` says who may; `Refused` for another person, and where there are too
    /// many.
    pub async fn make_token(
        &self,
        actor: &Actor,
        owner: &Urn,
        name: &str,
        scope: Scope,
        days: u32,
    ) -> Result<MadeToken> {
        let key = self.check_maker(actor, owner).await?;
        if scope == Scope::Provision {
            self.check_maker_of_provisioners(actor, owner).await?;
        }
        let mut wrong = Wrong::default();
        let name = wrong.unless(token_name(name))?;
        wrong.unless(check_days(days))?;
        wrong.settled()?;
        let at = now();
        self.store.forget_tokens(at.plus_seconds(-LISTED)).await?;
        if self.store.tokens_of(&key).await?.len() >= MOST {
            return Err(CatalogError::Refused(format!("there are {MOST} tokens already: revoke one first")));
        }
        let token = fresh();
        let known = Token {
            id: fresh_id(),
            digest: digest(&token),
            owner: key,
            name,
            scope,
            made: at,
            made_by: actor.key.clone(),
            expires: at.plus_seconds(i64::from(days) * 86_400),
            used: None,
        };
        self.store.put_token(&known).await?;
        self.note(actor, Event::of(Act::ChangedAccount, format!("made the token {}", known.id)).about(owner));
        tracing::info!(id = known.id, owner = %known.owner, by = %actor.key, "a token was made");
        Ok(MadeToken { id: known.id, token, expires: known.expires })
    }

    /// One's own, or those of a service that one answers for; the one made last first. Whoever administers the
    /// organisation sees those of everybody.
    ///
    /// # Errors
    /// `Forbidden` for everybody else.
    pub async fn tokens(&self, actor: &Actor, owner: &Urn) -> Result<Vec<TokenView>> {
        let permits = self.check_keeper(actor, owner).await?;
        let Some(key) = owner_key(owner).ok() else { return Ok(Vec::new()) };
        let known = self.store.tokens_of(&key).await?;
        Ok(self.shown_tokens(&permits, known))
    }

    /// Those of everybody.
    ///
    /// # Errors
    /// `Forbidden` for whoever does not administer the organisation.
    pub async fn all_tokens(&self, actor: &Actor) -> Result<Vec<TokenView>> {
        self.check_all(actor, Action::Administer).await?;
        let permits = self.permits(actor).await?;
        let known = self.store.all_tokens().await?;
        Ok(self.shown_tokens(&permits, known))
    }

    /// Whoever has it is not let in any more, from this moment on.
    ///
    /// # Errors
    /// `NotFound` where there is none, or it is not the actor's to revoke: both in the same words.
    pub async fn revoke_token(&self, actor: &Actor, id: &str) -> Result<()> {
        let none = || CatalogError::NotFound("such token".into());
        let token = self.store.token(id).await?.ok_or_else(none)?;
        let may = match token.owner.entity() {
            Some(owner) => self.may_keep(actor, &owner).await?,
            None => actor.who == Who::Machine,
        };
        if !may || !self.store.remove_token(id).await? {
            return Err(none());
        }
        let event = Event::of(Act::ChangedAccount, format!("revoked the token {id}"));
        self.note(actor, token.owner.entity().map_or(event.clone(), |owner| event.about(&owner)));
        tracing::info!(id, owner = %token.owner, by = %actor.key, "a token was revoked");
        Ok(())
    }

    /// Who asks, by the token of their program, and from where `by` comes, where it is good for what they ask. Read from the store each time,
    /// so that one that is revoked, by whichever replica, opens nothing.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn admit(&self, by: &Actor, token: &Secret, needed: Scope) -> Result<Admission> {
        let Some(known) = self.known_token(token).await? else {
            self.not_signed_in(by, None, "by a token that opens nothing");
            return Ok(Admission::Unknown);
        };
        let at = now();
        if known.expires <= at || !self.may_come_in(&known.owner).await? {
            self.not_signed_in(by, Some(&known.owner), "by a token that opens nothing any more");
            return Ok(Admission::Unknown);
        }
        if known.used.is_none_or(|used| used.plus_seconds(USED) <= at) {
            self.store.use_token(&known.id, at).await?;
        }
        let actor = match known.owner.person() {
            Some(_) => Actor::person(known.owner, Door::Api),
            None => Actor::service(known.owner, Door::Api),
        };
        let actor = actor.from_address(by.from.clone());
        if !known.scope.covers(needed) {
            let why = format!("a token for '{}' asked for '{needed}'", known.scope);
            self.note(&actor, Event::of(Act::Refused, why));
            return Ok(Admission::TooNarrow(known.scope));
        }
        Ok(Admission::Admitted(actor))
    }

    async fn known_token(&self, token: &Secret) -> Result<Option<Token>> {
        if !is_well_formed(token) {
            return Ok(None);
        }
        Ok(self.store.token_by_digest(&digest(token)).await?)
    }

    /// Whether a token of theirs still opens anything: a service for as long as it is there, a person for as long as
    /// they could sign in too.
    async fn may_come_in(&self, owner: &ActorKey) -> Result<bool> {
        let Some(urn) = owner.entity() else { return Ok(false) };
        let is_there = self.store.read(std::slice::from_ref(&urn)).await?.pop().flatten().is_some();
        if urn.kind() == Kind::Service || !is_there {
            return Ok(is_there);
        }
        Ok(self.store.account(owner).await?.is_some_and(|account| !account.is_disabled))
    }

    /// The key of the owner, where the actor may make a token for it.
    async fn check_maker(&self, actor: &Actor, owner: &Urn) -> Result<ActorKey> {
        if owner.kind() == Kind::Service {
            self.check_keeper(actor, owner).await?;
            return owner_key(owner);
        }
        let is_oneself = actor.who == Who::Person && actor.entity().as_ref() == Some(owner);
        if !is_oneself || self.store.account(&actor.key).await?.is_none() {
            return Err(CatalogError::Refused(
                "a personal token is made by the person alone, on the page of their account; a program of its own \
                 has a service"
                    .into(),
            ));
        }
        Ok(actor.key.clone())
    }

    /// Whoever has such a token says who can sign in.
    async fn check_maker_of_provisioners(&self, actor: &Actor, owner: &Urn) -> Result<()> {
        self.check_all(actor, Action::Administer).await?;
        if owner.kind() != Kind::Service {
            return Err(CatalogError::invalid(
                "scope",
                "is 'provision', which a token of a service has: people and groups come from a directory, not from \
                 a person",
            ));
        }
        Ok(())
    }

    async fn may_keep(&self, actor: &Actor, owner: &Urn) -> Result<bool> {
        match self.check_keeper(actor, owner).await {
            Ok(_) => Ok(true),
            Err(CatalogError::NotFound(_) | CatalogError::Forbidden(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Whether the actor may see and revoke the tokens of this owner.
    async fn check_keeper(&self, actor: &Actor, owner: &Urn) -> Result<std::sync::Arc<Permits>> {
        let permits = self.permits(actor).await?;
        if actor.entity().as_ref() == Some(owner) {
            return Ok(permits);
        }
        if owner.kind() != Kind::Service {
            self.check_all(actor, Action::Administer).await?;
            return Ok(permits);
        }
        let stored = self.head_by(&permits, Action::Read, owner).await?;
        let is_owner = actor.who == Who::Person
            && actor.entity().is_some_and(|entity| Attributes::of(&stored.body).owners.contains(&entity));
        // What its owners may is for policies to say, which may forbid it to one of them.
        let needed = if is_owner { Action::Approve } else { Action::Administer };
        self.check(&permits, needed, owner, &stored.body).await?;
        Ok(permits)
    }

    fn shown_tokens(&self, permits: &Permits, tokens: Vec<Token>) -> Vec<TokenView> {
        let at = now();
        let view = |token: Token| {
            let owner = token.owner.entity()?;
            Some(TokenView {
                owner: self.named(permits, &owner)?,
                id: token.id,
                name: token.name,
                scope: token.scope,
                made: token.made,
                made_by: token.made_by,
                has_expired: token.expires <= at,
                expires: token.expires,
                used: token.used,
            })
        };
        tokens.into_iter().filter_map(view).collect()
    }
}

fn owner_key(owner: &Urn) -> Result<ActorKey> {
    match owner.kind() {
        Kind::Person => key_of(owner),
        Kind::Service => ActorKey::of_service(owner).map_err(|_| {
            CatalogError::Refused("this service has a name that no token can have: it has a '/'".into())
        }),
        kind => Err(CatalogError::Refused(format!("a {kind} has no tokens: a person has, and a service"))),
    }
}

fn token_name(name: &str) -> Result<String> {
    let wrong = || CatalogError::invalid("name", "is empty: say what the token is for");
    short_text("name", name)?.ok_or_else(wrong)
}

fn check_days(days: u32) -> Result<()> {
    if (1..=MOST_DAYS).contains(&days) {
        return Ok(());
    }
    Err(CatalogError::invalid("days", format!("is {days}: a token is good for 1 to {MOST_DAYS} days")))
}

fn fresh() -> Secret {
    let mut bytes = [0; 32];
    OsRng.fill_bytes(&mut bytes);
    let random = URL_SAFE_NO_PAD.encode(bytes);
    Secret::new(format!("{PREFIX}{random}{}", check_of(&random)))
}

pub(crate) fn fresh_id() -> String {
    let mut bytes = [0; 8];
    OsRng.fill_bytes(&mut bytes);
    hex::encode(bytes)
}

/// Tells a token from one that was copied in part, without asking anybody.
fn check_of(random: &str) -> String {
    let mut check = URL_SAFE_NO_PAD.encode(Sha256::digest(format!("{PREFIX}{random}")));
    check.truncate(CHECK);
    check
}

fn is_well_formed(token: &Secret) -> bool {
    let Some(rest) = token.reveal().strip_prefix(PREFIX) else { return false };
    rest.is_ascii()
        && rest.len() == RANDOM + CHECK
        && rest.split_at_checked(RANDOM).is_some_and(|(random, check)| check_of(random) == check)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_with_a_letter_too_few_or_another_one_is_none() {
        let token = fresh();
        assert!(is_well_formed(&token) && token.reveal().len() == PREFIX.len() + RANDOM + CHECK);
        let text = token.reveal();
        let (shorter, other) = (&text[..text.len() - 1], text.replace("loggia_", "other_"));
        for wrong in ["", "loggia_", "loggia_ñ", shorter, &other, &format!("{text}a")] {
            assert!(!is_well_formed(&Secret::new(wrong)), "{wrong}");
        }
        assert_ne!(text, fresh().reveal());
    }
}
