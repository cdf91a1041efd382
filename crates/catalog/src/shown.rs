//! What the index answers, checked once more before it is shown.
//!
//! Lists are filtered by what the index knows of each thing, which may be some milliseconds behind the log. Where it
//! is, each line is decided singly, on the thing as the store has it. Where it is not, the store would say the same.

use loggia_model::{Filter, Seq, Urn};
use loggia_policy::Action;

use crate::ports::{Card, Found, Query, Relation};
use crate::{Catalog, Permits, Result};

impl Catalog {
    pub(crate) async fn found(&self, permits: &Permits, query: Query) -> Result<Found> {
        let index = self.index_as_it_is();
        let mut found = self.index.search(query).await?;
        let before = found.hits.len();
        found.hits = self.still_known(permits, index, found.hits, |hit| &hit.card.urn).await?;
        found.total = without(found.total, before, found.hits.len());
        Ok(found)
    }

    pub(crate) async fn cards(&self, permits: &Permits, urns: &[Urn]) -> Result<Vec<Card>> {
        let index = self.index_as_it_is();
        let cards = self.index.cards(urns, permits.filter(Action::Discover)).await?;
        self.still_known(permits, index, cards, |card| &card.urn).await
    }

    /// Those that refer to the entity and pass the filter, which lets through nothing that the actor may not know of.
    pub(crate) async fn referring(
        &self,
        permits: &Permits,
        relation: Relation,
        to: &Urn,
        (offset, limit): (u32, u32),
        allowed: &Filter,
    ) -> Result<(Vec<Card>, u64)> {
        let index = self.index_as_it_is();
        let (cards, total) = self.index.referring(relation, to, offset, limit, allowed).await?;
        let before = cards.len();
        let cards = self.still_known(permits, index, cards, |card| &card.urn).await?;
        let total = without(total, before, cards.len());
        Ok((cards, total))
    }

    /// How far the index is: to be asked before it is, since it goes on meanwhile.
    pub(crate) fn index_as_it_is(&self) -> Seq {
        *self.index.applied().borrow()
    }

    /// Those of which the actor may know, as the store has them; `index` is how far it was when it was asked.
    pub(crate) async fn still_known<T>(
        &self,
        permits: &Permits,
        index: Seq,
        lines: Vec<T>,
        urn: fn(&T) -> &Urn,
    ) -> Result<Vec<T>> {
        if lines.is_empty() || permits.may_everything() || index >= permits.as_of() {
            return Ok(lines);
        }
        let urns: Vec<Urn> = lines.iter().map(|line| urn(line).clone()).collect();
        let stored = self.store.read(&urns).await?;
        let mut known = Vec::with_capacity(lines.len());
        for (line, stored) in lines.into_iter().zip(stored) {
            let Some(stored) = stored else { continue };
            let resource = self.resource(&stored.urn, &stored.body).await?;
            if permits.may(Action::Discover, &resource) {
                known.push(line);
            }
        }
        Ok(known)
    }
}

fn without(total: u64, before: usize, after: usize) -> u64 {
    total.saturating_sub(before.saturating_sub(after) as u64)
}
