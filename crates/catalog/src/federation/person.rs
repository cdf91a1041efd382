//! Whom a provider means: found, made, told of, and put into groups.

use std::collections::BTreeSet;

use loggia_model::facts::PersonFacts;
use loggia_model::{ActorKey, Body, Change, Expected, Layered, Source, Urn};

use super::{Admits, Claims, Provider, machine};
use crate::accounts::key_of;
use crate::clock::now;
use crate::lockout::Loss;
use crate::newcomers::{ATTEMPTS, Called};
use crate::ports::Identity;
use crate::{Catalog, CatalogError, Result};

impl Catalog {
    /// Whom the provider means: who came before by this subject; or who is known by an address that is trusted; or
    /// somebody new.
    pub(super) async fn identified(&self, provider: &Provider, claims: &Claims) -> Result<Identity> {
        if let Some(known) = self.store.identity(&claims.issuer, &claims.subject).await? {
            return Ok(known);
        }
        let known = match &claims.email {
            Some(email) if provider.trusts_email && claims.email_is_verified => {
                self.person_with(email, &claims.issuer).await?
            }
            _ => None,
        };
        match (known, provider.admits) {
            (Some(person), _) => self.identify(person, claims).await,
            (None, Admits::Everyone) => self.make_identified(provider, claims).await,
            (None, Admits::Known) => Err(not_admitted(provider)),
        }
    }

    /// Whether they may come in; who has no account yet gets one, without a password.
    ///
    /// # Errors
    /// `Refused` for whoever has been disabled, in the words that those hear whom nobody knows.
    pub(super) async fn check_admitted(&self, provider: &Provider, person: &ActorKey) -> Result<()> {
        match self.store.account(person).await? {
            Some(account) if account.is_disabled => Err(not_admitted(provider)),
            Some(_) => Ok(()),
            None => self.give_account(person).await,
        }
    }

    /// Puts what the provider says of a person into its own layer: people's words and files stand above it.
    pub(super) async fn tell_of(
        &self,
        provider: &Provider,
        person: &ActorKey,
        claims: &Claims,
    ) -> Result<()> {
        let urn = urn_of(person)?;
        let (by, source) = (machine()?, source(provider)?);
        for _ in 0..ATTEMPTS {
            let stored = self.store.read(std::slice::from_ref(&urn)).await?.pop().flatten();
            let (mut layers, expected) = match &stored {
                Some(stored) => match stored.body.as_ref() {
                    Body::Person(layers) => (layers.clone(), Expected::Revision(stored.revision)),
                    _ => return Err(CatalogError::no(&urn)),
                },
                // Whoever was erased meanwhile does not come back by a sign-in that had begun before.
                None if !self.store.history(&urn, None, 1).await?.is_empty() => {
                    return Err(not_admitted(provider));
                }
                None => (Layered::default(), Expected::Absent),
            };
            if !layers.state(&source, self.facts_of_newcomer(&urn, &called(claims)), &by.key, now()) {
                return Ok(());
            }
            let change = Change::put(urn.clone(), expected, Body::Person(layers), "as the provider says");
            if self.was_written(&by, change).await? {
                return Ok(());
            }
        }
        Err(busy())
    }

    /// Puts somebody into the groups that the provider's word means, and takes them out of those of which it said so
    /// before and does no longer. What others have said of groups stays. The groups that they are in by it.
    pub(super) async fn put_in_groups(
        &self,
        provider: &Provider,
        identity: &Identity,
        claims: &Claims,
    ) -> Result<BTreeSet<Urn>> {
        let said = claims.groups.iter().filter_map(|value| provider.groups.get(value));
        let wanted: BTreeSet<Urn> = said.cloned().collect();
        let person = urn_of(&identity.person)?;
        let touched: BTreeSet<Urn> = wanted.union(&identity.groups).cloned().collect();
        // Said before it is done: whatever happens in between, they can be taken out of it again.
        self.store.see_identity(&Identity { groups: touched.clone(), ..identity.clone() }).await?;
        let mut held = BTreeSet::new();
        for group in &touched {
            let is_in = wanted.contains(group);
            let done = match is_in {
                true => self.change_group(group, &person, join).await,
                false => self.change_group(group, &person, leave).await,
            };
            match done {
                // Whom people here have put into it before is not theirs to take out again.
                Ok(changed) => {
                    let is_held = is_in && (changed || identity.groups.contains(group));
                    held.extend(is_held.then(|| group.clone()));
                }
                // Nobody is kept out, or let in further, by a group that is as it was.
                Err(CatalogError::Refused(why)) => {
                    tracing::warn!(%group, provider = provider.name, why, "a group is not as a provider says");
                    held.extend(identity.groups.contains(group).then(|| group.clone()));
                }
                Err(error) => return Err(error),
            }
        }
        Ok(held)
    }

    async fn change_group(&self, group: &Urn, person: &Urn, change: fn(&mut Vec<Urn>, &Urn)) -> Result<bool> {
        let by = machine()?;
        for _ in 0..ATTEMPTS {
            let stored = self.store.read(std::slice::from_ref(group)).await?.pop().flatten();
            let Some(stored) = stored else {
                return Err(CatalogError::Refused(format!("there is no {group}")));
            };
            let Body::Group(layers) = stored.body.as_ref() else { return Err(CatalogError::no(group)) };
            let before = layers.view().members.clone().unwrap_or_default();
            let mut members = before.clone();
            change(&mut members, person);
            if members == before {
                return Ok(false);
            }
            let mut layers = layers.clone();
            layers.say("members", &by.key, now(), |facts| facts.members = Some(members));
            let body = Body::Group(layers);
            self.check_left(Loss::Becomes(group, Some(&body))).await?;
            let expected = Expected::Revision(stored.revision);
            if self
                .was_written(&by, Change::put(group.clone(), expected, body, "as the provider says"))
                .await?
            {
                return Ok(true);
            }
        }
        Err(busy())
    }

    /// The one person who is known by an address. Nobody who has come by this issuer before: addresses are given to
    /// somebody else, subjects are not.
    async fn person_with(&self, email: &str, issuer: &str) -> Result<Option<ActorKey>> {
        let known = self.known_by_address(email).await?;
        let found = if known.now.is_empty() { known.before } else { known.now };
        let [one] = found.as_slice() else { return Ok(None) };
        let person = key_of(one)?;
        let others = self.store.identities(&person).await?;
        Ok(others.iter().all(|other| other.issuer != issuer).then_some(person))
    }

    async fn make_identified(&self, provider: &Provider, claims: &Claims) -> Result<Identity> {
        let (by, source) = (machine()?, source(provider)?);
        for _ in 0..ATTEMPTS {
            let (person, urn) = self.new_name(&called(claims)).await?;
            let mut layers = Layered::<PersonFacts>::default();
            layers.state(&source, self.facts_of_newcomer(&urn, &called(claims)), &by.key, now());
            let made = Change::put(urn.clone(), Expected::Absent, Body::Person(layers), "came by a provider");
            if !self.was_written(&by, made).await? {
                continue;
            }
            let identity = self.identify(person.clone(), claims).await?;
            if identity.person != person {
                // They came twice at once: this one is nobody.
                self.was_written(&by, Change::remove(urn, Expected::Any, "came twice at once")).await?;
            }
            return Ok(identity);
        }
        Err(busy())
    }

    /// Binds a subject to a person, unless it is bound already: then to whom.
    async fn identify(&self, person: ActorKey, claims: &Claims) -> Result<Identity> {
        let at = now();
        let (issuer, subject) = (claims.issuer.clone(), claims.subject.clone());
        let identity = Identity { issuer, subject, person, groups: BTreeSet::new(), made: at, seen: at };
        if self.store.add_identity(&identity).await? {
            return Ok(identity);
        }
        self.store.identity(&claims.issuer, &claims.subject).await?.ok_or_else(busy)
    }
}

fn join(members: &mut Vec<Urn>, person: &Urn) {
    if !members.contains(person) {
        members.push(person.clone());
    }
}

fn leave(members: &mut Vec<Urn>, person: &Urn) {
    members.retain(|member| member != person);
}

fn called(claims: &Claims) -> Called<'_> {
    Called {
        login: claims.login.as_deref(),
        email: claims.email.as_deref(),
        name: claims.name.as_deref(),
        title: None,
    }
}

fn urn_of(person: &ActorKey) -> Result<Urn> {
    person.person().ok_or_else(|| CatalogError::NotFound(format!("person '{person}'")))
}

fn source(provider: &Provider) -> Result<Source> {
    let named = Source::harvest(super::KEY, &provider.name);
    named.map_err(|error| CatalogError::Refused(format!("the provider cannot be called so: {error}")))
}

/// The same words for whom nobody knows and for whom somebody has kept out.
fn not_admitted(provider: &Provider) -> CatalogError {
    tracing::warn!(provider = provider.name, "somebody whom a provider knows was not let in");
    CatalogError::Refused(format!(
        "{} knows you, and this catalog does not let you in: ask whoever runs it",
        provider.title
    ))
}

fn busy() -> CatalogError {
    CatalogError::Busy("your entry here is being changed just now: try again in a moment".into())
}
