//! The people of a directory.

use loggia_model::facts::PersonFacts;
use loggia_model::{Actor, ActorKey, Body, Change, Expected, Layered, Timestamp, Urn};

use super::edit::UserEdit;
use super::filter::Narrow;
use super::words::UserWords;
use super::{AS_SAID, Asked, PAGE, Part, Provisioner, User, busy};
use crate::accounts::{key_of, plain};
use crate::clock::now;
use crate::lockout::Loss;
use crate::newcomers::ATTEMPTS;
use crate::ports::ProvisionedUser;
use crate::{Catalog, CatalogError, Result};

/// Groups whose members are looked at together.
const GROUPS: usize = 50;

impl Catalog {
    /// Takes in somebody whom a directory has: whoever was meant by the same name before; the one person who is known
    /// by their address; or somebody new.
    ///
    /// # Errors
    /// `Invalid` names the attribute, `Taken` where the directory has the name already; `Refused` where they are to be
    /// kept out and nobody else administers the organisation.
    pub async fn provision_user(&self, actor: &Actor, words: UserWords) -> Result<User> {
        let by = self.provisioner(actor).await?;
        let words = UserWords { active: words.active.or(Some(true)), ..words };
        words.check()?;
        let _turn = self.provisioning.lock().await;
        let before = self.store.provisioned_user_named(&by.service, &words.key()).await?;
        if before.as_ref().is_some_and(|before| before.ended.is_none()) {
            return Err(taken(&words));
        }
        let before = self.still_there(&by, before).await?;
        let mut is_kept_out = before.as_ref().is_some_and(|before| before.is_kept_out);
        let known = match before {
            Some(before) => Some(before.person),
            None => self.meant_by_address(&by, &words).await?,
        };
        let is_out = words.active == Some(false);
        if let (Some(person), true) = (&known, is_out) {
            self.check_left_without(&by, person).await?;
        }
        let person = match known {
            Some(person) => {
                self.state_person(&by, &person, &words).await?;
                person
            }
            None => self.make_provisioned(&by, &words).await?,
        };
        if is_out {
            is_kept_out |= self.keep_out(&by, &person).await?;
        } else {
            self.let_in(&by, &person, is_kept_out).await?;
            is_kept_out = false;
        }
        let at = now();
        let tie = ProvisionedUser {
            service: by.service.clone(),
            user_name: words.key(),
            external_id: words.external_id.clone(),
            stated: written(&words)?,
            person,
            made: at,
            changed: at,
            ended: None,
            is_kept_out,
        };
        self.put_tie(&tie, &words).await?;
        self.changed_account(actor, &tie.person, "taken in from a company's directory");
        Ok(User { id: tie.person, words, made: at, changed: at })
    }

    /// # Errors
    /// `NotFound` where this directory has no such user.
    pub async fn provisioned_user(&self, actor: &Actor, id: &str) -> Result<User> {
        let by = self.provisioner(actor).await?;
        user(self.tie(&by, id).await?)
    }

    /// Those of this directory, by id.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn provisioned_users(&self, actor: &Actor, asked: &Asked) -> Result<Part<User>> {
        let by = self.provisioner(actor).await?;
        let holds = |user: &User| asked.filter.as_ref().is_none_or(|filter| filter.holds_of_user(user));
        let mut part = Part { total: 0, start: asked.start, items: Vec::new() };
        let mut take = |some: Vec<ProvisionedUser>| -> Result<()> {
            for tie in some {
                let user = user(tie)?;
                if !holds(&user) {
                    continue;
                }
                part.total += 1;
                let has_room = part.items.len() < usize::try_from(asked.count).unwrap_or(usize::MAX);
                if part.total >= asked.start && has_room {
                    part.items.push(user);
                }
            }
            Ok(())
        };
        match asked.filter.as_ref().and_then(|filter| filter.narrow()) {
            Some(Narrow::Id(id)) => match self.tie(&by, id).await {
                Ok(tie) => take(vec![tie])?,
                Err(CatalogError::NotFound(_)) => {}
                Err(error) => return Err(error),
            },
            Some(Narrow::UserName(name)) => {
                let named = self.store.provisioned_user_named(&by.service, &plain(name)).await?;
                take(named.into_iter().filter(|tie| tie.ended.is_none()).collect())?;
            }
            Some(Narrow::ExternalId(id)) => {
                take(self.store.provisioned_users_of(&by.service, id, PAGE).await?)?;
            }
            None => {
                let mut after = None;
                loop {
                    let some = self.store.provisioned_users(&by.service, after.as_ref(), PAGE).await?;
                    let Some(last) = some.last() else { break };
                    after = Some(last.person.clone());
                    take(some)?;
                }
            }
        }
        Ok(part)
    }

    /// Says all of somebody anew. What is not said is not so any more; whether they may come in stays.
    ///
    /// # Errors
    /// As [`Catalog::provision_user`]; `NotFound` where this directory has no such user.
    pub async fn replace_provisioned_user(&self, actor: &Actor, id: &str, words: UserWords) -> Result<User> {
        let by = self.provisioner(actor).await?;
        let _turn = self.provisioning.lock().await;
        let tie = self.tie(&by, id).await?;
        let before = read(&tie)?;
        let words = UserWords { active: words.active.or(before.active), ..words };
        self.restate(&by, tie, before, words).await
    }

    /// Changes one thing after the other, all or none.
    ///
    /// # Errors
    /// As [`Catalog::replace_provisioned_user`].
    pub async fn edit_provisioned_user(&self, actor: &Actor, id: &str, edits: Vec<UserEdit>) -> Result<User> {
        let by = self.provisioner(actor).await?;
        let _turn = self.provisioning.lock().await;
        let tie = self.tie(&by, id).await?;
        let before = read(&tie)?;
        let mut words = before.clone();
        edits.into_iter().for_each(|edit| edit.apply(&mut words));
        self.restate(&by, tie, before, words).await
    }

    /// Keeps somebody out, takes them out of the groups that this directory has made, and forgets that it meant them,
    /// but for their name. What they did, and are known by, stays.
    ///
    /// # Errors
    /// `NotFound` where this directory has no such user; `Refused` where nobody else administers the organisation.
    pub async fn remove_provisioned_user(&self, actor: &Actor, id: &str) -> Result<()> {
        let by = self.provisioner(actor).await?;
        let _turn = self.provisioning.lock().await;
        let tie = self.tie(&by, id).await?;
        self.check_left_without(&by, &tie.person).await?;
        let is_kept_out = self.keep_out(&by, &tie.person).await? || tie.is_kept_out;
        self.take_out_of_provisioned_groups(&by, &tie.person).await?;
        self.miss_person(&by, &tie.person).await?;
        let at = now();
        // What else was said of them is not kept.
        let words = UserWords { user_name: read(&tie)?.user_name, ..UserWords::default() };
        let ended = ProvisionedUser {
            stated: written(&words)?,
            external_id: None,
            changed: at,
            ended: Some(at),
            is_kept_out,
            ..tie
        };
        self.put_tie(&ended, &words).await?;
        self.changed_account(actor, &ended.person, "a company's directory has them no longer");
        Ok(())
    }

    async fn restate(
        &self,
        by: &Provisioner,
        tie: ProvisionedUser,
        before: UserWords,
        after: UserWords,
    ) -> Result<User> {
        after.check()?;
        if after == before {
            return user(tie);
        }
        self.check_free(by, &tie.person, &after).await?;
        let leaves = before.active != Some(false) && after.active == Some(false);
        let returns = before.active == Some(false) && after.active == Some(true);
        let mut is_kept_out = tie.is_kept_out;
        if leaves {
            // First of all: whatever else goes wrong, they are out.
            self.check_left_without(by, &tie.person).await?;
            is_kept_out |= self.keep_out(by, &tie.person).await?;
        }
        self.state_person(by, &tie.person, &after).await?;
        if returns {
            self.let_in(by, &tie.person, is_kept_out).await?;
            is_kept_out = false;
        }
        let tie = ProvisionedUser {
            user_name: after.key(),
            external_id: after.external_id.clone(),
            stated: written(&after)?,
            changed: now(),
            is_kept_out,
            ..tie
        };
        self.put_tie(&tie, &after).await?;
        user(tie)
    }

    /// A name of whom the directory has no longer is given up where somebody else gets it.
    async fn check_free(&self, by: &Provisioner, person: &ActorKey, words: &UserWords) -> Result<()> {
        match self.store.provisioned_user_named(&by.service, &words.key()).await? {
            Some(other) if other.person == *person => Ok(()),
            Some(other) if other.ended.is_none() => Err(taken(words)),
            Some(other) => Ok(self.store.forget_provisioned_user(&by.service, &other.person).await?),
            None => Ok(()),
        }
    }

    async fn put_tie(&self, tie: &ProvisionedUser, words: &UserWords) -> Result<()> {
        if self.store.put_provisioned_user(tie).await? { Ok(()) } else { Err(taken(words)) }
    }

    async fn tie(&self, by: &Provisioner, id: &str) -> Result<ProvisionedUser> {
        let none = || CatalogError::NotFound("such user of this directory".into());
        let person = id.parse::<ActorKey>().map_err(|_| none())?;
        let tie = self.store.provisioned_user(&by.service, &person).await?;
        tie.filter(|tie| tie.ended.is_none()).ok_or_else(none)
    }

    /// Whom the name meant before, where that person is still there.
    async fn still_there(
        &self,
        by: &Provisioner,
        before: Option<ProvisionedUser>,
    ) -> Result<Option<ProvisionedUser>> {
        let Some(before) = before else { return Ok(None) };
        let Some(urn) = before.person.person() else { return Ok(None) };
        if self.store.read(std::slice::from_ref(&urn)).await?.pop().flatten().is_some() {
            return Ok(Some(before));
        }
        self.store.forget_provisioned_user(&by.service, &before.person).await?;
        Ok(None)
    }

    /// The one person who is known by the address, unless the directory means them by another name.
    async fn meant_by_address(&self, by: &Provisioner, words: &UserWords) -> Result<Option<ActorKey>> {
        let Some(address) = words.address() else { return Ok(None) };
        let known = self.known_by_address(address).await?.now;
        let [one] = known.as_slice() else { return Ok(None) };
        let Ok(person) = key_of(one) else { return Ok(None) };
        let tie = self.store.provisioned_user(&by.service, &person).await?;
        let is_free = tie.is_none_or(|tie| tie.ended.is_some());
        Ok(is_free.then_some(person))
    }

    async fn make_provisioned(&self, by: &Provisioner, words: &UserWords) -> Result<ActorKey> {
        let called = words.called();
        let newcomer = words.as_newcomer(called.as_deref());
        for _ in 0..ATTEMPTS {
            let (person, urn) = self.new_name(&newcomer).await?;
            let mut layers = Layered::<PersonFacts>::default();
            layers.state(&by.source, self.facts_of_newcomer(&urn, &newcomer), &by.actor.key, now());
            let made = Change::put(urn, Expected::Absent, Body::Person(layers), "came by a directory");
            if self.was_written(&by.actor, made).await? {
                return Ok(person);
            }
        }
        Err(busy())
    }

    /// Puts what is said of a person into the directory's own layer: people's words and files stand above it.
    async fn state_person(&self, by: &Provisioner, person: &ActorKey, words: &UserWords) -> Result<()> {
        let called = words.called();
        let newcomer = words.as_newcomer(called.as_deref());
        self.change_person(by, person, |urn, layers| {
            let facts = self.facts_of_newcomer(urn, &newcomer);
            layers.state(&by.source, facts, &by.actor.key, now())
        })
        .await
    }

    async fn miss_person(&self, by: &Provisioner, person: &ActorKey) -> Result<()> {
        self.change_person(by, person, |_, layers| layers.miss(&by.source, now())).await
    }

    /// `change` says whether anything has changed.
    async fn change_person(
        &self,
        by: &Provisioner,
        person: &ActorKey,
        change: impl Fn(&Urn, &mut Layered<PersonFacts>) -> bool,
    ) -> Result<()> {
        let none = || CatalogError::NotFound("such user of this directory".into());
        let urn = person.person().ok_or_else(none)?;
        for _ in 0..ATTEMPTS {
            // Whoever was erased or removed meanwhile does not come back by this.
            let stored = self.store.read(std::slice::from_ref(&urn)).await?.pop().flatten();
            let stored = stored.ok_or_else(none)?;
            let Body::Person(layers) = stored.body.as_ref() else { return Err(none()) };
            let mut layers = layers.clone();
            if !change(&urn, &mut layers) {
                return Ok(());
            }
            let expected = Expected::Revision(stored.revision);
            let change = Change::put(urn.clone(), expected, Body::Person(layers), AS_SAID);
            if self.was_written(&by.actor, change).await? {
                return Ok(());
            }
        }
        Err(busy())
    }

    /// Whom somebody here has kept out stays out: the directory may take back what it has done itself.
    async fn let_in(&self, by: &Provisioner, person: &ActorKey, is_kept_out_by_it: bool) -> Result<()> {
        if self.store.account(person).await?.is_none() {
            return self.give_account(person).await;
        }
        if is_kept_out_by_it && self.disable(person, false).await? {
            self.changed_account(&by.actor, person, "let in again, as the directory says");
        }
        Ok(())
    }

    /// Whether it was this that kept them out, and nobody before.
    async fn keep_out(&self, by: &Provisioner, person: &ActorKey) -> Result<bool> {
        let is_first = if self.store.account(person).await?.is_some() {
            self.disable(person, true).await.inspect_err(|_| self.would_leave_nobody(by, person.person()))?
        } else {
            self.give_disabled_account(person).await?;
            true
        };
        if is_first {
            self.changed_account(&by.actor, person, "kept out, as the directory says");
        }
        self.store.end_sessions(person, None).await?;
        Ok(is_first)
    }

    async fn check_left_without(&self, by: &Provisioner, person: &ActorKey) -> Result<()> {
        match person.person() {
            Some(urn) => self.check_left_by(by, Loss::KeptOut(&urn)).await,
            None => Ok(()),
        }
    }

    async fn take_out_of_provisioned_groups(&self, by: &Provisioner, person: &ActorKey) -> Result<()> {
        let Some(urn) = person.person() else { return Ok(()) };
        let mut after = None;
        loop {
            let some = self.store.provisioned_groups(&by.service, after.as_ref(), PAGE).await?;
            let Some(last) = some.last() else { return Ok(()) };
            after = Some(last.urn.clone());
            let groups: Vec<Urn> = some.into_iter().map(|group| group.urn).collect();
            for groups in groups.chunks(GROUPS) {
                self.take_out(by, groups, &urn).await?;
            }
        }
    }

    async fn take_out(&self, by: &Provisioner, groups: &[Urn], person: &Urn) -> Result<()> {
        for _ in 0..ATTEMPTS {
            let mut changes = Vec::new();
            for stored in self.store.read(groups).await?.into_iter().flatten() {
                let Body::Group(layers) = stored.body.as_ref() else { continue };
                let Some(layer) = layers.layer(&by.source) else { continue };
                let mut facts = layer.facts.as_ref().clone();
                let Some(members) = facts.members.as_mut().filter(|members| members.contains(person)) else {
                    continue;
                };
                members.retain(|member| member != person);
                let mut layers = layers.clone();
                layers.state(&by.source, facts, &by.actor.key, now());
                let expected = Expected::Revision(stored.revision);
                changes.push(Change::put(stored.urn.clone(), expected, Body::Group(layers), AS_SAID));
            }
            if changes.is_empty() || self.were_written(&by.actor, changes).await? {
                return Ok(());
            }
        }
        Err(busy())
    }
}

fn user(tie: ProvisionedUser) -> Result<User> {
    let words = read(&tie)?;
    let (made, changed): (Timestamp, Timestamp) = (tie.made, tie.changed);
    Ok(User { id: tie.person, words, made, changed })
}

fn read(tie: &ProvisionedUser) -> Result<UserWords> {
    serde_json::from_str(&tie.stated).map_err(|error| {
        let what = format!("what a directory said of {}: {error}", tie.person);
        CatalogError::Store(crate::ports::StoreError::Corrupt(what))
    })
}

fn written(words: &UserWords) -> Result<String> {
    serde_json::to_string(words)
        .map_err(|error| CatalogError::Refused(format!("what the directory said is no JSON: {error}")))
}

fn taken(words: &UserWords) -> CatalogError {
    let shown: String = words.user_name.chars().take(80).collect();
    CatalogError::Taken(format!("'{shown}' is the userName of another user of this directory"))
}
