//! Accounts: who can sign in, and by which password.

mod link;
mod list;

use loggia_model::facts::{PersonFacts, Role};
use loggia_model::{Actor, ActorKey, Body, Change, Door, Expected, Kind, Layered, Secret, Urn};
use loggia_policy::Action;

pub use self::link::PasswordLink;
pub use self::list::{AccountView, AccountsPage};
use crate::audit::Event;
use crate::clock::now;
use crate::edit::last;
use crate::error::Wrong;
use crate::lockout::Loss;
use crate::organise::name_and_slug;
use crate::ports::{Account, Act};
use crate::sessions::{SignedIn, digest, random};
use crate::{Catalog, CatalogError, Permits, Result, passwords};

/// Seconds for which the link to the first account leads there.
const WELCOME: u32 = 86_400;
/// Why, in the audit.
const GIVEN: &str = "given a login or a password";

/// Somebody who is to sign in, and whether anybody is called so yet.
struct Asked {
    urn: Urn,
    key: ActorKey,
    name: String,
    login: String,
    is_known: bool,
}

impl Catalog {
    /// Whether nobody has an account yet: then whoever reaches this machine has the catalog.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn has_no_accounts(&self) -> Result<bool> {
        // The last account is never removed, so once there is one there always is.
        if self.access.has_accounts() {
            return Ok(false);
        }
        let is_empty = self.store.accounts().await?.is_empty();
        if !is_empty {
            self.access.accounts_are_there();
        }
        Ok(is_empty)
    }

    /// Every account, by login.
    ///
    /// # Errors
    /// `Forbidden` for whoever does not administer the organisation.
    pub async fn accounts(&self, actor: &Actor) -> Result<Vec<Account>> {
        self.check_all(actor, Action::Administer).await?;
        Ok(self.store.accounts().await?)
    }

    /// Lets a person sign in, or gives them another login or password.
    ///
    /// # Errors
    /// `Invalid` names the field; `Forbidden` for whoever does not administer the organisation.
    pub async fn set_account(
        &self,
        actor: &Actor,
        person: &str,
        login: &str,
        password: Option<&Secret>,
    ) -> Result<ActorKey> {
        self.check_all(actor, Action::Administer).await?;
        let permits = self.permits(actor).await?;
        let found = self.known_person(&permits, person);
        let person = found.ok_or_else(|| {
            CatalogError::invalid("person", format!("there is no person called '{}'", person.trim()))
        })?;
        let key = key_of(&person)?;
        self.keep_account(&key, login, password).await?;
        self.changed_account(actor, &key, GIVEN);
        Ok(key)
    }

    /// Keeps somebody out from now on, or lets them in again. What they have done stays theirs.
    ///
    /// # Errors
    /// `NotFound` where nobody has the login; `Refused` for one's own account, and for the last that can sign in of those
    /// who administer the organisation.
    pub async fn disable_account(&self, actor: &Actor, login: &str, is_disabled: bool) -> Result<()> {
        self.check_all(actor, Action::Administer).await?;
        let account = self.account_of(login).await?;
        if is_disabled && account.person == actor.key {
            return Err(CatalogError::Refused(
                "this is your own account: somebody else must disable it".into(),
            ));
        }
        let _turn = self.provisioning.lock().await;
        if let (true, Some(person)) = (is_disabled, account.person.person()) {
            self.check_left(Loss::KeptOut(&person)).await?;
        }
        self.disable(&account.person, is_disabled).await?;
        // What a directory said of them does not let them in again: somebody here has said otherwise.
        self.store.forget_kept_out(&account.person).await?;
        self.store.end_sessions(&account.person, None).await?;
        self.changed_account(actor, &account.person, if is_disabled { "kept out" } else { "let in again" });
        Ok(())
    }

    /// Whether anything has changed. Another replica may keep out the others at the same instant: then it was the last
    /// after all, and stays.
    pub(crate) async fn disable(&self, person: &ActorKey, is_disabled: bool) -> Result<bool> {
        let was_left = is_disabled && self.is_somebody_left().await?;
        if !self.store.set_disabled(person, is_disabled).await? {
            return Ok(false);
        }
        if was_left && !self.is_somebody_left().await? {
            self.store.set_disabled(person, false).await?;
            return Err(CatalogError::Refused(
                "nobody would be left who administers the organisation and can sign in: give somebody else that role \
                 first"
                    .into(),
            ));
        }
        if is_disabled {
            self.end_link(person).await?;
        }
        Ok(true)
    }

    pub(crate) fn changed_account(&self, actor: &Actor, of: &ActorKey, why: &str) {
        let event = Event::of(Act::ChangedAccount, why);
        match of.person() {
            Some(person) => self.note(actor, event.about(&person)),
            None => self.note(actor, event),
        }
    }

    /// Gives oneself another password; everywhere else one is signed out. `session` is the browser at hand.
    ///
    /// # Errors
    /// `Invalid` where the old one is wrong or the new one too short.
    pub async fn change_password(
        &self,
        actor: &Actor,
        old: &Secret,
        new: &Secret,
        session: Option<&Secret>,
    ) -> Result<()> {
        let none = || CatalogError::Refused("you have no password here".into());
        let account = self.store.account(&actor.key).await?.ok_or_else(none)?;
        self.attempts.begin(&account.login)?;
        let kept = account.password.as_deref();
        if !passwords::is_right(old, kept).await? {
            return Err(CatalogError::invalid("old", "is not your password"));
        }
        self.attempts.succeeded(&account.login);
        let hashed = passwords::hashed("new", new).await?;
        // Whatever an administrator has done to the account meanwhile stands.
        if !self.store.change_password(&actor.key, kept.unwrap_or_default(), &hashed).await? {
            return Err(CatalogError::Refused(
                "your account has been changed meanwhile: sign in again".into(),
            ));
        }
        self.end_link(&actor.key).await?;
        self.changed_account(actor, &actor.key, "another password, by themselves");
        let session = session.map(digest);
        Ok(self.store.end_sessions(&actor.key, session.as_deref()).await?)
    }

    /// A key that makes one first account, within a day; `None` where somebody has one.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub async fn welcome_key(&self) -> Result<Option<Secret>> {
        if !self.has_no_accounts().await? {
            return Ok(None);
        }
        let key = random();
        self.keep(&kept_as(&key), "", WELCOME).await?;
        Ok(Some(key))
    }

    /// Makes the first account, of whoever has the key: they administer the organisation.
    ///
    /// # Errors
    /// `Invalid` names the field; `Refused` where the key is not, or no longer, one.
    pub async fn welcome(
        &self,
        key: &Secret,
        name: &str,
        login: &str,
        password: &Secret,
        agent: &str,
    ) -> Result<SignedIn> {
        let mut wrong = Wrong::default();
        let named = wrong.unless(name_and_slug(name).map(Some))?;
        wrong.unless(login_of(login))?;
        wrong.unless(passwords::hashed("password", password).await)?;
        wrong.settled()?;
        let (name, slug) = named.ok_or_else(|| CatalogError::invalid("name", "is empty"))?;
        let urn = Urn::of(Kind::Person, &slug);
        let person =
            key_of(&urn).map_err(|_| CatalogError::invalid("name", "is not one that an account can have"))?;
        if !self.has_no_accounts().await? || self.take_kept(&kept_as(key)).await?.is_none() {
            return Err(CatalogError::Refused(
                "this link has been used, or is a day old: 'loggia account add' makes an account, and starting the \
                 server anew makes another link where nobody has one"
                    .into(),
            ));
        }
        let machine = Actor::local(Door::Browser);
        if self.directory.entry(&urn).is_none() {
            self.make_person(&machine, &urn, &name).await?;
        }
        self.make_administrator(&machine, &urn).await?;
        self.keep_account(&person, login, Some(password)).await?;
        self.changed_account(&machine, &person, GIVEN);
        self.signed_in(&machine, &person, "by the link to the first account");
        self.begin_session(&person, agent).await
    }

    async fn make_administrator(&self, actor: &Actor, person: &Urn) -> Result<()> {
        let everywhere = Urn::organisation();
        self.set_member(actor, &everywhere, person.as_str(), Some(Role::Administrator), None).await?;
        Ok(())
    }

    /// Lets somebody sign in, who is made a person where nobody is called so; as an administrator of everything where
    /// that is asked. Who it is, and what they type.
    ///
    /// # Errors
    /// `Invalid` names the field, and nothing is made; `Forbidden` for whoever does not administer the organisation.
    pub async fn add_account(
        &self,
        actor: &Actor,
        person: &str,
        login: Option<&str>,
        password: &Secret,
        is_administrator: bool,
    ) -> Result<(ActorKey, String)> {
        let asked = self.asked_account(actor, person, login).await?;
        passwords::hashed("password", password).await?;
        self.make_asked(actor, &asked).await?;
        self.keep_account(&asked.key, &asked.login, Some(password)).await?;
        self.changed_account(actor, &asked.key, GIVEN);
        if is_administrator {
            self.make_administrator(actor, &asked.urn).await?;
        }
        Ok((asked.key, asked.login))
    }

    /// Whom somebody means by a name, and the login that they shall have.
    async fn asked_account(&self, actor: &Actor, person: &str, login: Option<&str>) -> Result<Asked> {
        self.check_all(actor, Action::Administer).await?;
        let permits = self.permits(actor).await?;
        let (name, slug) = name_and_slug(person)?;
        let known = self.known_person(&permits, &name);
        if known.is_none() && self.directory.all_named(&[Kind::Person], &name).len() > 1 {
            let message = format!("means more than one, '{name}': write the URN of the one you mean");
            return Err(CatalogError::invalid("person", message));
        }
        // As an account is asked for by `ana.benitez` as well as by `Ana Benítez`.
        let as_slug =
            || format!("urn:loggia:person:{name}").parse().unwrap_or_else(|_| Urn::of(Kind::Person, &slug));
        let urn = known.clone().unwrap_or_else(as_slug);
        let key = key_of(&urn)?;
        let login = login_of(login.unwrap_or_else(|| urn.rest()))?;
        if self.store.account_by_login(&login).await?.is_some_and(|account| account.person != key) {
            return Err(taken());
        }
        Ok(Asked { urn, key, name, login, is_known: known.is_some() })
    }

    async fn make_asked(&self, actor: &Actor, asked: &Asked) -> Result<()> {
        if asked.is_known {
            return Ok(());
        }
        self.make_person(actor, &asked.urn, &asked.name).await
    }

    /// By name, slug or URN.
    pub(crate) fn known_person(&self, permits: &Permits, name: &str) -> Option<Urn> {
        let by_slug = || {
            let urn = format!("urn:loggia:person:{}", name.trim()).parse::<Urn>().ok()?;
            self.named(permits, &urn).filter(|_| self.directory.entry(&urn).is_some()).map(|entry| entry.urn)
        };
        by_slug().or_else(|| self.known(permits, "person", Kind::Person, name).ok().flatten())
    }

    async fn make_person(&self, actor: &Actor, urn: &Urn, name: &str) -> Result<()> {
        let mut layers = Layered::<PersonFacts>::default();
        layers.say("name", &actor.key, now(), |facts| facts.name = Some(name.to_owned()));
        let made = Change::put(urn.clone(), Expected::Absent, Body::Person(layers), "for an account");
        let written = self.store.append(actor, vec![made]).await?;
        self.until_known(last(&written)).await;
        Ok(())
    }

    async fn keep_account(&self, person: &ActorKey, login: &str, password: Option<&Secret>) -> Result<()> {
        let login = login_of(login)?;
        let hashed = match password {
            Some(password) => Some(passwords::hashed("password", password).await?),
            None => None,
        };
        let known = self.store.account(person).await?;
        let hashed = hashed.or_else(|| known.as_ref().and_then(|account| account.password.clone()));
        let made = known.as_ref().map_or_else(now, |account| account.made);
        let is_disabled = known.is_some_and(|account| account.is_disabled);
        let account = Account { person: person.clone(), login, password: hashed, is_disabled, made };
        if !self.store.put_account(&account).await? {
            return Err(taken());
        }
        if password.is_some() {
            // Whoever had the old one, or a link to choose another, may have come in by it.
            self.store.end_sessions(person, None).await?;
            self.end_link(person).await?;
        }
        self.access.accounts_are_there();
        Ok(())
    }
}

/// What these did is told in other words than a person's.
pub(crate) fn is_no_person(key: &str) -> bool {
    matches!(key, "local" | "anonymous" | crate::federation::KEY | crate::suggestions::KEY)
}

pub(crate) fn key_of(person: &Urn) -> Result<ActorKey> {
    if is_no_person(person.rest()) {
        let message = format!("'{}' is the name of what is no person: choose another", person.rest());
        return Err(CatalogError::invalid("person", message));
    }
    let wrong = |_| CatalogError::invalid("person", "has a name that no account can have: it has a '/'");
    person.rest().parse().map_err(wrong)
}

/// Upper and lower case are one.
pub(crate) fn plain(login: &str) -> String {
    login.trim().to_lowercase()
}

/// Letters of a login.
pub(crate) const LONGEST_LOGIN: usize = 100;

fn login_of(login: &str) -> Result<String> {
    let login = plain(login);
    let is_one = (1..=LONGEST_LOGIN).contains(&login.chars().count())
        && login.chars().all(|letter| !letter.is_whitespace() && !letter.is_control());
    if is_one {
        return Ok(login);
    }
    Err(CatalogError::invalid("login", "has 1 to 100 letters without blanks, such as a name or an address"))
}

fn taken() -> CatalogError {
    CatalogError::invalid("login", "is somebody else's: choose another")
}

fn kept_as(key: &Secret) -> String {
    format!("welcome {}", digest(key))
}
