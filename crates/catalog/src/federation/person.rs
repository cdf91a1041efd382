//! Whom a provider means: found, made, told of, and put into groups.

use std::collections::BTreeSet;

use loggia_model::facts::PersonFacts;
use loggia_model::{Actor, ActorKey, Body, Change, Expected, Filter, Kind, Layered, Rank, Slug, Source, Urn};

use super::{Admits, Claims, Provider, machine};
use crate::accounts::{key_of, plain};
use crate::clock::now;
use crate::edit::{last, short_text};
use crate::ports::{Account, AppendError, Identity, Relation, Stored};
use crate::{Catalog, CatalogError, Result};

/// People with names alike, after which somebody is named by nothing but chance.
const NAMESAKES: u32 = 100;
/// How often a write is made anew where somebody else was faster.
const ATTEMPTS: u32 = 5;
const PAGE: u32 = 1_000;

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
            None => {
                let made = now();
                let mut account = Account {
                    person: person.clone(),
                    login: plain(person.as_str()),
                    password: None,
                    is_disabled: false,
                    made,
                };
                for number in 2..NAMESAKES {
                    if self.store.put_account(&account).await? {
                        return Ok(());
                    }
                    account.login = format!("{person}-{number}");
                }
                Err(CatalogError::Refused("no login is left for you: ask whoever runs this catalog".into()))
            }
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
            if !layers.state(&source, self.facts(&urn, claims), &by.key, now()) {
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
            self.check_lockout(group, Some(&body))?;
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

    /// The one person who is known by an address, by a person's word or the catalog as code: whoever may write what a
    /// source states, or is let in by a provider that is not trusted, would choose whom they are taken for. Nobody who has come by this issuer before: addresses
    /// are given to somebody else, subjects are not.
    async fn person_with(&self, email: &str, issuer: &str) -> Result<Option<ActorKey>> {
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let some = self.store.list(Kind::Person, after.as_ref(), PAGE).await?;
            let Some(last) = some.last() else { break };
            after = Some(last.urn.clone());
            for stored in &some {
                let Body::Person(layers) = stored.body.as_ref() else { continue };
                let counts = |source: &Source| matches!(source.rank(), Rank::Person | Rank::Code);
                let mut said = layers.layers().filter(|(source, _)| counts(source));
                let address = said.find_map(|(_, layer)| layer.facts.email.clone());
                if address.is_some_and(|address| plain(&address) == plain(email)) {
                    found.push(stored.urn.clone());
                }
            }
        }
        let [one] = found.as_slice() else { return Ok(None) };
        let person = key_of(one)?;
        let others = self.store.identities(&person).await?;
        Ok(others.iter().all(|other| other.issuer != issuer).then_some(person))
    }

    async fn make_identified(&self, provider: &Provider, claims: &Claims) -> Result<Identity> {
        let (by, source) = (machine()?, source(provider)?);
        for _ in 0..ATTEMPTS {
            let (person, urn) = self.new_name(claims).await?;
            let mut layers = Layered::<PersonFacts>::default();
            layers.state(&source, self.facts(&urn, claims), &by.key, now());
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

    /// A name that nobody has, had, or is known by to anything: what was meant for somebody else is not theirs.
    async fn new_name(&self, claims: &Claims) -> Result<(ActorKey, Urn)> {
        let wanted = wanted_name(claims);
        for number in 1..NAMESAKES {
            let name = if number == 1 { wanted.clone() } else { format!("{wanted}-{number}") };
            let Ok(urn) = format!("urn:loggia:person:{name}").parse::<Urn>() else { continue };
            let Ok(person) = key_of(&urn) else { continue };
            if self.is_nobodys(&person, &urn).await? {
                return Ok((person, urn));
            }
        }
        Err(CatalogError::Refused(
            "too many people are called like you: ask whoever runs this catalog".into(),
        ))
    }

    async fn is_nobodys(&self, person: &ActorKey, urn: &Urn) -> Result<bool> {
        let is_named = !self.directory.roles_of(urn).is_empty() || !self.directory.groups_of(urn).is_empty();
        if is_named || !self.store.history(urn, None, 1).await?.is_empty() {
            return Ok(false);
        }
        let has_account = self.store.account(person).await?.is_some()
            || self.store.account_by_login(&plain(person.as_str())).await?.is_some();
        let owns = self.index.referring(Relation::Owner, urn, 0, 1, &Filter::Everything).await?.1;
        Ok(!has_account && owns == 0 && !self.is_in_a_policy(person).await?)
    }

    /// Whether a policy has this word between quotes, as it would name somebody.
    async fn is_in_a_policy(&self, person: &ActorKey) -> Result<bool> {
        let quoted = format!("\"{person}\"");
        let mut after = None;
        loop {
            let some = self.store.list(Kind::Policy, after.as_ref(), PAGE).await?;
            let Some(last) = some.last() else { return Ok(false) };
            after = Some(last.urn.clone());
            let names = |stored: &Stored| match stored.body.as_ref() {
                Body::Policy(layers) => layers
                    .layers()
                    .any(|(_, layer)| layer.facts.text.as_ref().is_some_and(|text| text.contains(&quoted))),
                _ => false,
            };
            if some.iter().any(names) {
                return Ok(true);
            }
        }
    }

    /// What a provider says that does not fit a field is left out: nobody stays outside for a long name. Nor is
    /// anybody called what another is: whoever is given something by that name would be mistaken for them.
    fn facts(&self, person: &Urn, claims: &Claims) -> PersonFacts {
        let said = |field: &str, text: &Option<String>| {
            text.as_deref().and_then(|text| short_text(field, text).ok().flatten())
        };
        let is_free = |name: &String| {
            let kinds = [Kind::Person, Kind::Group, Kind::Service];
            self.directory.all_named(&kinds, name).iter().all(|urn| urn == person)
        };
        let name = said("name", &claims.name).or_else(|| said("name", &claims.login)).filter(is_free);
        PersonFacts { name, email: said("email", &claims.email), ..PersonFacts::default() }
    }

    /// `false` where somebody else was faster.
    async fn was_written(&self, by: &Actor, change: Change) -> Result<bool> {
        match self.store.append(by, vec![change]).await {
            Ok(written) => {
                self.until_known(last(&written)).await;
                Ok(true)
            }
            Err(AppendError::Conflict(_)) => Ok(false),
            Err(error) => Err(error.into()),
        }
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

/// `ana.benitez`, by their login, their address or their name.
fn wanted_name(claims: &Claims) -> String {
    let before_at = |text: &String| text.split('@').next().unwrap_or_default().trim().to_lowercase();
    let as_key = |text: String| {
        let begins = text.starts_with(|letter: char| letter.is_ascii_alphanumeric());
        let is_key = begins && text.len() <= 80 && text.parse::<ActorKey>().is_ok();
        if is_key { Some(text) } else { Slug::of(&text).map(|slug| slug.to_string()) }
    };
    let login = claims.login.as_ref().map(before_at).and_then(as_key);
    let address = || claims.email.as_ref().map(before_at).and_then(as_key);
    let name = || claims.name.as_deref().and_then(Slug::of).map(|slug| slug.to_string());
    login.or_else(address).or_else(name).unwrap_or_else(|| "person".to_owned())
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
