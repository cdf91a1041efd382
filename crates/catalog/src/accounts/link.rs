//! Links by which somebody chooses a password of their own. Whoever administers the organisation gives them out, and
//! never knows the password. One opens once, within a day; only a digest of it is kept.

use loggia_model::{Actor, ActorKey, Secret};
use loggia_policy::Action;

use super::plain;
use crate::ports::Account;
use crate::sessions::{SignedIn, digest, random};
use crate::{Catalog, CatalogError, Result, passwords};

/// Seconds for which a link opens.
const OPENS: u32 = 86_400;

/// A link that was just made, for whoever gives it to the person.
pub struct PasswordLink {
    pub person: ActorKey,
    pub login: String,
    /// Only a digest of it is kept here.
    pub key: Secret,
}

impl PasswordLink {
    /// Below the address by which people come.
    pub fn path(&self) -> String {
        format!("/password?key={}", self.key.reveal())
    }
}

impl Catalog {
    /// Gives somebody an account, who is made a person where nobody is called so, and the link by which they choose a
    /// password.
    ///
    /// # Errors
    /// `Invalid` names the field, and nothing is made; `Refused` where it would be the first, which nobody could come
    /// back by; `Forbidden` for whoever does not administer the organisation.
    pub async fn open_account(
        &self,
        actor: &Actor,
        person: &str,
        login: Option<&str>,
    ) -> Result<PasswordLink> {
        let asked = self.asked_account(actor, person, login).await?;
        if self.has_no_accounts().await? {
            return Err(CatalogError::Refused(
                "nobody has an account yet: the link that the server printed makes the first, or 'loggia account add \
                 NAME --administrator'"
                    .into(),
            ));
        }
        if self.store.account(&asked.key).await?.is_some() {
            let message = "has an account already: find it in the list to give them another link";
            return Err(CatalogError::invalid("person", message));
        }
        self.make_asked(actor, &asked).await?;
        self.keep_account(&asked.key, &asked.login, None).await?;
        let link = self.give_link(&asked.key).await?;
        self.changed_account(actor, &asked.key, "given an account, and a link to choose a password");
        Ok(PasswordLink { person: asked.key, login: asked.login, key: link })
    }

    /// Takes a password away, signs its owner out everywhere, and gives the link by which they choose another.
    ///
    /// # Errors
    /// `NotFound` where nobody has the login; `Refused` for one's own account and for one that is disabled; `Forbidden`
    /// for whoever does not administer the organisation.
    pub async fn reset_password(&self, actor: &Actor, login: &str) -> Result<PasswordLink> {
        self.check_all(actor, Action::Administer).await?;
        let account = self.account_of(login).await?;
        if account.person == actor.key {
            return Err(CatalogError::Refused(
                "this is your own account: choose another password on its page".into(),
            ));
        }
        if !self.store.set_password(&account.person, None).await? {
            return Err(CatalogError::Refused(format!(
                "'{}' is kept out: let them in again first",
                account.login
            )));
        }
        self.store.end_sessions(&account.person, None).await?;
        let key = self.give_link(&account.person).await?;
        self.changed_account(
            actor,
            &account.person,
            "lost their password, and given a link to choose another",
        );
        Ok(PasswordLink { person: account.person, login: account.login, key })
    }

    /// Keeps the password that somebody chose by a link, and signs them in. The link opens nothing from then on.
    ///
    /// # Errors
    /// `Invalid` where the password is too short or too long; `Refused`, in the same words, where the link never was
    /// one, is too old, has been used or was followed by a newer one, and where the account is disabled.
    pub async fn choose_password(
        &self,
        by: &Actor,
        key: &Secret,
        password: &Secret,
        agent: &str,
    ) -> Result<SignedIn> {
        // Before the link is taken: whoever types too little may try again. A link that is none takes as long.
        let hashed = passwords::hashed("password", password).await?;
        let Some(person) = self.take_link(key).await? else { return Err(self.no_link(by)) };
        let Some(account) = self.store.account(&person).await? else { return Err(self.no_link(by)) };
        if !self.store.set_password(&person, Some(&hashed)).await? {
            return Err(self.no_link(by));
        }
        self.store.end_sessions(&person, None).await?;
        self.attempts.succeeded(&account.login);
        let themselves = Actor::person(person.clone(), by.door).from_address(by.from.clone());
        self.changed_account(&themselves, &person, "chose a password, by a link");
        let entered = self.begin_session(&person, agent).await?;
        self.signed_in(by, &person, "by a link to choose a password");
        Ok(entered)
    }

    /// Ends the link that somebody has, if any.
    pub(crate) async fn end_link(&self, person: &ActorKey) -> Result<()> {
        if let Some(known) = self.take_kept(&newest_of(person)).await? {
            self.take_kept(&kept_as(&known)).await?;
        }
        Ok(())
    }

    pub(super) async fn account_of(&self, login: &str) -> Result<Account> {
        let account = self.store.account_by_login(&plain(login)).await?;
        account.ok_or_else(|| CatalogError::NotFound(format!("account '{login}'")))
    }

    async fn give_link(&self, person: &ActorKey) -> Result<Secret> {
        self.end_link(person).await?;
        let key = random();
        let known = digest(&key);
        self.keep(&newest_of(person), &known, OPENS).await?;
        self.keep(&kept_as(&known), person.as_str(), OPENS).await?;
        Ok(key)
    }

    /// Whose it is, once; `None` where it is not the newest that they were given.
    async fn take_link(&self, key: &Secret) -> Result<Option<ActorKey>> {
        let known = digest(key);
        let Some(person) = self.take_kept(&kept_as(&known)).await? else { return Ok(None) };
        let Ok(person) = person.parse::<ActorKey>() else { return Ok(None) };
        let newest = self.take_kept(&newest_of(&person)).await?;
        Ok((newest.as_deref() == Some(known.as_str())).then_some(person))
    }

    fn no_link(&self, by: &Actor) -> CatalogError {
        self.not_signed_in(by, None, "by a link to choose a password that opens nothing");
        CatalogError::Refused(
            "this link opens nothing: it has been used, is a day old, or was followed by a newer one; ask whoever gave it \
             to you for another"
                .into(),
        )
    }
}

fn kept_as(digest: &str) -> String {
    format!("password {digest}")
}

fn newest_of(person: &ActorKey) -> String {
    format!("password of {person}")
}
