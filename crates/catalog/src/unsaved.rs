//! What somebody types and has not saved yet: kept for them alone, so that a closed window loses nothing. It is nobody else's,
//! no revision, and in no backup.

use std::collections::BTreeMap;

use loggia_model::{Actor, Urn, Who};
use loggia_policy::Action;
use serde::{Deserialize, Serialize};

use crate::clock::now;
use crate::edit::{Edit, long_text};
use crate::inbox::a_person;
use crate::{Catalog, Result};

/// Seconds.
const LONGEST: u32 = 14 * 86_400;
/// Fields of one asset: whoever has more in work, saves some.
const MOST: usize = 20;

/// By the place of the field in the asset: `description`, `columns/amount/description`.
pub type Unsaved = BTreeMap<String, Kept>;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    pub words: String,
    /// Of the asset, when they began: what others have changed since is compared with that.
    pub revision: u64,
}

impl Catalog {
    /// What the actor has typed about an asset and not saved.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn unsaved(&self, actor: &Actor, urn: &Urn) -> Result<Unsaved> {
        if actor.who != Who::Person {
            return Ok(Unsaved::new());
        }
        let kept = self.store.kept(&kept_as(actor, urn), now()).await?;
        Ok(kept.and_then(|kept| serde_json::from_str(&kept).ok()).unwrap_or_default())
    }

    /// Keeps what the actor types.
    ///
    /// # Errors
    /// `Forbidden` for whoever may not edit it; `Invalid` where the words could never be saved.
    pub async fn keep_unsaved(
        &self,
        actor: &Actor,
        urn: &Urn,
        edit: &Edit,
        words: &str,
        based_on: Option<u64>,
    ) -> Result<()> {
        a_person(actor)?;
        let permits = self.permits(actor).await?;
        let stored = self.head_by(&permits, Action::Edit, urn).await?;
        long_text("value", words)?;
        let mut unsaved = self.unsaved(actor, urn).await?;
        let place = edit.place().join("/");
        if unsaved.len() < MOST || unsaved.contains_key(&place) {
            let revision = based_on.unwrap_or(stored.revision);
            unsaved.insert(place, Kept { words: words.to_owned(), revision });
        }
        self.put_unsaved(actor, urn, &unsaved).await
    }

    /// What the actor has saved, or does not want any more.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub async fn forget_unsaved(&self, actor: &Actor, urn: &Urn, place: &str) -> Result<()> {
        let mut unsaved = self.unsaved(actor, urn).await?;
        if unsaved.remove(place).is_none() {
            return Ok(());
        }
        self.put_unsaved(actor, urn, &unsaved).await
    }

    async fn put_unsaved(&self, actor: &Actor, urn: &Urn, unsaved: &Unsaved) -> Result<()> {
        let key = kept_as(actor, urn);
        if unsaved.is_empty() {
            self.take_kept(&key).await?;
            return Ok(());
        }
        let json = serde_json::to_string(unsaved).unwrap_or_default();
        self.keep(&key, &json, LONGEST).await
    }
}

fn kept_as(actor: &Actor, urn: &Urn) -> String {
    format!("unsaved {} {urn}", actor.key)
}
