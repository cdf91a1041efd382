//! Who follows what, of the records that are told at once.

use std::collections::{BTreeSet, HashMap};

use loggia_model::{ActorKey, Seq, Urn};

use crate::ports::Store;
use crate::{Catalog, Result};

#[derive(Default)]
pub struct Followers(HashMap<Urn, Vec<(ActorKey, Seq)>>);

impl Followers {
    /// Whoever followed any of these when that record came: counted in records, since clocks go back.
    pub async fn of(&mut self, catalog: &Catalog, urns: &[Urn], seq: Seq) -> Result<BTreeSet<ActorKey>> {
        self.read(catalog.store.as_ref(), urns).await?;
        let all = urns.iter().filter_map(|urn| self.0.get(urn)).flatten();
        Ok(all.filter(|(_, after)| *after < seq).map(|(person, _)| person.clone()).collect())
    }

    /// Asks the store about those that it has not been asked about.
    pub async fn read(&mut self, store: &dyn Store, urns: &[Urn]) -> Result<()> {
        let new: BTreeSet<&Urn> = urns.iter().filter(|urn| !self.0.contains_key(urn)).collect();
        if new.is_empty() {
            return Ok(());
        }
        let new: Vec<Urn> = new.into_iter().cloned().collect();
        let following = store.followers_of(&new).await?;
        self.0.extend(new.into_iter().map(|urn| (urn, Vec::new())));
        for (person, urn, after) in following {
            self.0.entry(urn).or_default().push((person, after));
        }
        Ok(())
    }
}
