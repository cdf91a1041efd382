//! People who are made because somebody else vouches for them, a provider of identities or a company's directory: by
//! which key, by which name, with which account; and who of those that are here already is meant by an address.

use loggia_model::facts::PersonFacts;
use loggia_model::{Actor, ActorKey, Body, Change, Filter, Kind, Layered, Rank, Slug, Source, Urn};

use crate::accounts::{key_of, plain};
use crate::clock::now;
use crate::edit::{last, short_text};
use crate::ports::{Account, AppendError, Relation, Stored};
use crate::{Catalog, CatalogError, Result};

/// The tool of a layer that a directory states.
pub(crate) const DIRECTORY: &str = "scim";
/// People with names alike, after which somebody is named by nothing but chance.
pub(crate) const NAMESAKES: u32 = 100;
/// How often a write is made anew where somebody else was faster.
pub(crate) const ATTEMPTS: u32 = 5;
const PAGE: u32 = 1_000;

/// What is said of somebody.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Called<'a> {
    pub login: Option<&'a str>,
    pub email: Option<&'a str>,
    pub name: Option<&'a str>,
    pub title: Option<&'a str>,
}

/// Who is known by an address.
#[derive(Debug, Default)]
pub(crate) struct Addressed {
    pub now: Vec<Urn>,
    /// By a directory that has them no longer.
    pub before: Vec<Urn>,
}

impl Catalog {
    /// A name that nobody has, had, or is known by to anything: what was meant for somebody else is not theirs.
    pub(crate) async fn new_name(&self, called: &Called<'_>) -> Result<(ActorKey, Urn)> {
        let wanted = wanted_name(called);
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
        let has_account = self.store.account(person).await?.is_some()
            || self.store.account_by_login(&plain(person.as_str())).await?.is_some();
        Ok(!has_account && self.is_unknown(urn).await?)
    }

    /// Whether nothing is, was, or is said to be called so: no role, no group, no policy, and nobody answers for
    /// anything by it.
    pub(crate) async fn is_unknown(&self, urn: &Urn) -> Result<bool> {
        let is_named = !self.directory.roles_of(urn).is_empty() || !self.directory.groups_of(urn).is_empty();
        if is_named || !self.store.history(urn, None, 1).await?.is_empty() {
            return Ok(false);
        }
        let parts = [Relation::Owner, Relation::Responsible, Relation::Consulted, Relation::Informed];
        for part in parts {
            if self.index.referring(part, urn, 0, 1, &Filter::Everything).await?.1 > 0 {
                return Ok(false);
            }
        }
        Ok(!self.is_in_a_policy(urn.rest()).await?)
    }

    /// Whether a policy has this word between quotes, as it would name somebody.
    async fn is_in_a_policy(&self, name: &str) -> Result<bool> {
        let quoted = format!("\"{name}\"");
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

    /// What is said and does not fit a field is left out: nobody stays outside for a long name. Nor is anybody called
    /// what another is: whoever is given something by that name would be mistaken for them.
    pub(crate) fn facts_of_newcomer(&self, person: &Urn, called: &Called<'_>) -> PersonFacts {
        let said =
            |field: &str, text: Option<&str>| text.and_then(|text| short_text(field, text).ok().flatten());
        let is_free = |name: &String| {
            let kinds = [Kind::Person, Kind::Group, Kind::Service];
            self.directory.all_named(&kinds, name).iter().all(|urn| urn == person)
        };
        let name = said("name", called.name).or_else(|| said("name", called.login)).filter(is_free);
        PersonFacts {
            name,
            email: said("email", called.email),
            title: said("title", called.title),
            ..PersonFacts::default()
        }
    }

    /// Lets somebody in who has no account yet; without a password.
    ///
    /// # Errors
    /// `Refused` where no login is left.
    pub(crate) async fn give_account(&self, person: &ActorKey) -> Result<()> {
        self.put_new_account(person, false).await
    }

    /// The same, of whoever is to stay outside for now.
    pub(crate) async fn give_disabled_account(&self, person: &ActorKey) -> Result<()> {
        self.put_new_account(person, true).await
    }

    async fn put_new_account(&self, person: &ActorKey, is_disabled: bool) -> Result<()> {
        let login = plain(person.as_str());
        let mut account = Account { person: person.clone(), login, password: None, is_disabled, made: now() };
        for number in 2..NAMESAKES {
            if self.store.put_account(&account).await? {
                return Ok(());
            }
            account.login = format!("{person}-{number}");
        }
        Err(CatalogError::Refused("no login is left for you: ask whoever runs this catalog".into()))
    }

    /// Who is known by an address, by a person's word, the catalog as code, or a company's directory: whoever may
    /// write what another source states, or is let in by a provider that is not trusted, would choose whom they are
    /// taken for.
    pub(crate) async fn known_by_address(&self, email: &str) -> Result<Addressed> {
        let (mut found, mut after) = (Addressed::default(), None);
        loop {
            let some = self.store.list(Kind::Person, after.as_ref(), PAGE).await?;
            let Some(last) = some.last() else { return Ok(found) };
            after = Some(last.urn.clone());
            for stored in some {
                let Body::Person(layers) = stored.body.as_ref() else { continue };
                match address_of(layers) {
                    Some((address, true)) if plain(&address) == plain(email) => found.now.push(stored.urn),
                    Some((address, false)) if plain(&address) == plain(email) => {
                        found.before.push(stored.urn)
                    }
                    _ => {}
                }
            }
        }
    }

    /// `false` where somebody else was faster.
    pub(crate) async fn was_written(&self, by: &Actor, change: Change) -> Result<bool> {
        self.were_written(by, vec![change]).await
    }

    /// The same, of all or none.
    pub(crate) async fn were_written(&self, by: &Actor, changes: Vec<Change>) -> Result<bool> {
        match self.store.append(by, changes).await {
            Ok(written) => {
                self.until_known(last(&written)).await;
                Ok(true)
            }
            Err(AppendError::Conflict(_)) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

/// The address that counts, and whether it is still said: by somebody here, or by a directory that has them.
fn address_of(layers: &Layered<PersonFacts>) -> Option<(String, bool)> {
    let is_here = |source: &Source| matches!(source.rank(), Rank::Person | Rank::Code);
    let by_directory = |source: &Source| source.tool() == DIRECTORY;
    let said = layers.layers().filter(|(source, _)| is_here(source) || by_directory(source));
    let mut said = said.filter_map(|(source, layer)| {
        let is_said = is_here(source) || layer.missing_since.is_none();
        layer.facts.email.clone().map(|address| (address, is_said))
    });
    let first = said.next()?;
    // Of several directories, one that still has them counts before one that has not.
    if first.1 { Some(first) } else { said.find(|(_, is_said)| *is_said).or(Some(first)) }
}

/// `ana.benitez`, by their login, their address or their name.
fn wanted_name(called: &Called<'_>) -> String {
    let before_at = |text: &str| text.split('@').next().unwrap_or_default().trim().to_lowercase();
    let as_key = |text: String| {
        let begins = text.starts_with(|letter: char| letter.is_ascii_alphanumeric());
        // A service's key has a ':', which no person's name may have.
        let is_key = begins && text.len() <= 80 && !text.contains(':') && text.parse::<ActorKey>().is_ok();
        if is_key { Some(text) } else { Slug::of(&text).map(|slug| slug.to_string()) }
    };
    let login = called.login.map(before_at).and_then(as_key);
    let address = || called.email.map(before_at).and_then(as_key);
    let name = || called.name.and_then(Slug::of).map(|slug| slug.to_string());
    login.or_else(address).or_else(name).unwrap_or_else(|| "person".to_owned())
}
