//! Named secrets: the passwords and keys by which sources are reached.
//!
//! They lie in the store sealed, by a key that is never there. They are no documents: no log, history, backup,
//! export or page has any of it. Only the command line sets and removes them; a run of a source opens the one
//! that it is told to use.

mod key;
mod name;
pub(crate) mod seal;

use loggia_model::{Actor, Door, Secret, Timestamp, Who};

pub use self::key::{KeyError, SecretKey};
pub use self::name::{NoName, SecretName};
use crate::audit::Event;
use crate::clock::now;
use crate::ports::{Act, SealedSecret};
use crate::{Catalog, CatalogError, Result};

/// What may be told of a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretHead {
    pub name: String,
    pub set_at: Timestamp,
    /// The fingerprint of the key that sealed it.
    pub key: String,
}

/// What came of a change of keys.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rotated {
    pub sealed_anew: usize,
    /// The new key had sealed these already.
    pub unchanged: usize,
}

/// Of a value, in bytes.
const LONGEST: usize = 64 * 1024;

/// Somebody who sets a secret at the same time makes a change of keys begin anew.
const TRIES: u32 = 8;

impl Catalog {
    /// Keeps a value under a name, in place of the one before it.
    ///
    /// # Errors
    /// `Refused` but on the command line, `Invalid` where the value is empty or longer than 64 KiB.
    pub async fn set_secret(
        &self,
        actor: &Actor,
        name: &SecretName,
        value: &Secret,
        key: &SecretKey,
    ) -> Result<()> {
        on_the_command_line(actor)?;
        let length = value.reveal().len();
        if value.reveal().trim().is_empty() || length > LONGEST {
            let message = format!("a secret has 1 to {LONGEST} bytes, and this has {length}");
            return Err(CatalogError::invalid("value", message));
        }
        let sealed = SealedSecret {
            name: name.as_str().to_owned(),
            key: key.fingerprint(),
            sealed: seal::seal(name.as_str(), value, key)?,
            set_at: now(),
            set_by: actor.key.clone(),
        };
        self.store.put_secret(&sealed).await?;
        self.note(actor, Event::of(Act::ChangedSecret, format!("set '{name}'")));
        Ok(())
    }

    /// Every secret by name, without its value.
    ///
    /// # Errors
    /// `Refused` but on the command line.
    pub async fn secrets(&self, actor: &Actor) -> Result<Vec<SecretHead>> {
        on_the_command_line(actor)?;
        let all = self.store.secrets().await?.into_iter();
        Ok(all
            .map(|secret| SecretHead { name: secret.name, set_at: secret.set_at, key: secret.key })
            .collect())
    }

    /// # Errors
    /// `Refused` but on the command line, `NotFound` where there is none of this name.
    pub async fn remove_secret(&self, actor: &Actor, name: &SecretName) -> Result<()> {
        on_the_command_line(actor)?;
        if !self.store.remove_secret(name.as_str()).await? {
            return Err(no(name));
        }
        self.note(actor, Event::of(Act::ChangedSecret, format!("removed '{name}'")));
        Ok(())
    }

    /// Seals by `new` what was sealed by `old`: all of it, or, where one cannot be, nothing. What `new` has
    /// sealed already stays, so a second time does no harm.
    ///
    /// # Errors
    /// `Refused` but on the command line, and where a secret is damaged or of another key.
    pub async fn rotate_secrets(&self, actor: &Actor, old: &SecretKey, new: &SecretKey) -> Result<Rotated> {
        on_the_command_line(actor)?;
        for _ in 0..TRIES {
            let mut pairs = Vec::new();
            let mut rotated = Rotated::default();
            for secret in self.store.secrets().await? {
                if secret.key == new.fingerprint() {
                    rotated.unchanged += 1;
                    continue;
                }
                let value = seal::open(&secret, old)?;
                let sealed = seal::seal(&secret.name, &value, new)?;
                let anew = SealedSecret { key: new.fingerprint(), sealed, ..secret.clone() };
                pairs.push((secret, anew));
                rotated.sealed_anew += 1;
            }
            if self.store.replace_secrets(&pairs).await? {
                if rotated.sealed_anew > 0 {
                    let why = format!("sealed {} anew by another key", rotated.sealed_anew);
                    self.note(actor, Event::of(Act::ChangedSecret, why));
                }
                return Ok(rotated);
            }
        }
        Err(CatalogError::Refused("somebody keeps setting secrets meanwhile: try again".into()))
    }

    /// The value, for a run of a source.
    ///
    /// # Errors
    /// `NotFound` where there is none of this name, `Refused` where the key does not open it, and for whoever
    /// comes by the browser.
    pub async fn secret(&self, actor: &Actor, name: &SecretName, key: &SecretKey) -> Result<Secret> {
        if actor.door == Door::Browser || actor.who != Who::Machine {
            return Err(refused());
        }
        let Some(sealed) = self.store.secret(name.as_str()).await? else { return Err(no(name)) };
        seal::open(&sealed, key)
    }
}

fn on_the_command_line(actor: &Actor) -> Result<()> {
    match (actor.door, actor.who) {
        (Door::CommandLine, Who::Machine) => Ok(()),
        _ => Err(refused()),
    }
}

fn refused() -> CatalogError {
    CatalogError::Refused("secrets are seen to on the command line alone: 'loggia secret'".into())
}

fn no(name: &SecretName) -> CatalogError {
    CatalogError::NotFound(format!("secret '{name}'"))
}
