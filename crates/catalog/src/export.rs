//! Giving the whole catalog away, kind by kind, in a stable order.

use loggia_model::{Actor, Kind, Urn};
use loggia_policy::Action;

use crate::audit::Event;
use crate::ports::{Act, Stored};
use crate::{Catalog, Result};

impl Catalog {
    /// A page of the entities of a kind, by URN, after the given one; empty at the end.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn export_page(&self, actor: &Actor, kind: Kind, after: Option<&Urn>) -> Result<Vec<Stored>> {
        self.check_all(actor, Action::Administer).await?;
        if after.is_none() {
            self.note(actor, Event::of(Act::Exported, format!("every {kind}")));
        }
        Ok(self.store.list(kind, after, 500).await?)
    }
}
