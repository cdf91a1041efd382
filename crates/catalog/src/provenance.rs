//! Who or what says so: each shown fact with its source.

use loggia_model::{ActorKey, Facts, Layered, Rank, Source, Timestamp};

/// Where a fact that shows comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    pub source: Source,
    pub by: ActorKey,
    pub at: Timestamp,
}

impl Provenance {
    pub fn is_person(&self) -> bool {
        self.source.rank() == Rank::Person
    }
}

/// The source of the fact that `states` looks at; `field` is its name in a person's layer.
pub fn of<F: Facts>(layers: &Layered<F>, field: &str, states: impl Fn(&F) -> bool) -> Option<Provenance> {
    let (source, layer) = layers.source_of(states)?;
    let said = layer.said.get(field);
    Some(Provenance {
        source: source.clone(),
        by: said.map_or_else(|| layer.by.clone(), |said| said.by.clone()),
        at: said.map_or(layer.at, |said| said.at),
    })
}
