//! What somebody types and has not saved yet: kept for them alone, so that a closed window loses nothing. It is nobody else's,
//! no revision, and in no backup.

use std::collections::BTreeMap;

use loggia_model::{Actor, Body, Source, Urn, Who};
use loggia_policy::Action;
use serde::{Deserialize, Serialize};

use crate::clock::now;
use crate::edit::{Edit, long_text};
use crate::inbox::a_person;
use crate::ports::Stored;
use crate::{Catalog, Result};

/// Seconds.
const LONGEST: i64 = 14 * 86_400;
/// Seconds that words may be on their way, which were typed before they were saved.
const ON_ITS_WAY: i64 = 10;
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
        Ok(read(kept.as_deref()))
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
        let place = edit.place().join("/");
        let revision = based_on.unwrap_or(stored.revision);
        if self.has_saved_since(actor, &stored, &place, revision).await? {
            return Ok(());
        }
        let kept = Kept { words: words.to_owned(), revision };
        self.change_unsaved(actor, urn, |unsaved| {
            if unsaved.len() < MOST || unsaved.contains_key(&place) {
                unsaved.insert(place.clone(), kept.clone());
            }
        })
        .await
    }

    /// Whether the actor has saved that field since a revision: what they typed before comes too late to be kept.
    async fn has_saved_since(
        &self,
        actor: &Actor,
        stored: &Stored,
        place: &str,
        revision: u64,
    ) -> Result<bool> {
        let Body::Asset(layers) = stored.body.as_ref() else { return Ok(false) };
        let said = layers.layer(&Source::person()).and_then(|layer| layer.said.get(place));
        let Some(said) = said.filter(|said| said.by == actor.key && revision < stored.revision) else {
            return Ok(false);
        };
        // What comes later than that was typed afterwards, on a page that is old: it is theirs to compare.
        let is_on_its_way = said.at.plus_seconds(ON_ITS_WAY) > now();
        let begun = self.store.read_revision(&stored.urn, revision).await?;
        Ok(is_on_its_way && begun.is_some_and(|begun| begun.at < said.at))
    }

    /// What the actor has saved, or does not want any more.
    ///
    /// # Errors
    /// Where the store cannot be written.
    pub async fn forget_unsaved(&self, actor: &Actor, urn: &Urn, place: &str) -> Result<()> {
        self.change_unsaved(actor, urn, |unsaved| drop(unsaved.remove(place))).await
    }

    async fn change_unsaved(
        &self,
        actor: &Actor,
        urn: &Urn,
        change: impl Fn(&mut Unsaved) + Send + Sync,
    ) -> Result<()> {
        let changed = |kept: Option<&str>| {
            let mut unsaved = read(kept);
            change(&mut unsaved);
            let json = serde_json::to_string(&unsaved).unwrap_or_default();
            (!unsaved.is_empty()).then(|| (json, now().plus_seconds(LONGEST)))
        };
        self.change_kept(&kept_as(actor, urn), changed).await
    }
}

fn read(kept: Option<&str>) -> Unsaved {
    kept.and_then(|kept| serde_json::from_str(kept).ok()).unwrap_or_default()
}

fn kept_as(actor: &Actor, urn: &Urn) -> String {
    format!("unsaved {} {urn}", actor.key)
}
