//! The first page: where one may begin.

use loggia_model::Actor;
use loggia_policy::Action;

use crate::clock::now;
use crate::find::FACET_VALUES;
use crate::ports::{Card, Facet, Query, Sort};
use crate::units::UnitNode;
use crate::visits::day;
use crate::{Catalog, Result};

/// How many days count for "viewed most".
const DAYS: i64 = 30;
const SHOWN: u32 = 6;

/// The most viewed that are gone through for those that the actor may see.
const LOOKED_AT: u32 = 200;

pub struct HomeView {
    pub units: Vec<UnitNode>,
    pub newest: Vec<Card>,
    pub most_viewed: Vec<(Card, u64)>,
    pub total: u64,
    /// Kinds with their counts.
    pub kinds: Vec<(String, u64)>,
}

impl Catalog {
    /// # Errors
    /// Where the store or the index cannot be read.
    pub async fn home(&self, actor: &Actor) -> Result<HomeView> {
        let units = self.unit_tree(actor).await?;
        let permits = self.permits(actor).await?;
        let allowed = permits.filter(Action::Discover);
        let newest = Query {
            text: String::new(),
            choices: Vec::new(),
            sort: Sort::Changed,
            offset: 0,
            limit: SHOWN,
            values: FACET_VALUES,
            now: now(),
            allowed: allowed.clone(),
        };
        let found = self.found(&permits, newest).await?;
        let kinds = found.facets.into_iter().filter(|counts| counts.facet == Facet::Kind);
        let kinds = kinds.flat_map(|counts| counts.values).map(|count| (count.value, count.count)).collect();
        // Of those that most open, an actor may not see all.
        let visited = self.store.most_visited(day(now()) - DAYS, LOOKED_AT).await?;
        let urns: Vec<_> = visited.iter().map(|(urn, _)| urn.clone()).collect();
        let mut cards = self.cards(&permits, &urns).await?;
        cards.truncate(SHOWN as usize);
        let visits =
            |card: &Card| visited.iter().find(|(urn, _)| *urn == card.urn).map_or(0, |(_, visits)| *visits);
        Ok(HomeView {
            units,
            newest: found.hits.into_iter().map(|hit| hit.card).collect(),
            most_viewed: cards
                .into_iter()
                .map(|card| {
                    let visits = visits(&card);
                    (card, visits)
                })
                .collect(),
            total: found.total,
            kinds,
        })
    }
}
