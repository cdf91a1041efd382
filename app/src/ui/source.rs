//! Who says so: a quiet line below a fact.

use leptos::prelude::*;
use loggia_catalog::Names;
use loggia_catalog::provenance::Provenance;
use loggia_model::Rank;

use super::time::Time;

/// `Ana Benítez, 3 days ago` for a person's word, `from dbt:shop, 2 hours ago` for a source's.
pub fn said_by(names: &Names, provenance: Option<&Provenance>) -> AnyView {
    let Some(provenance) = provenance else { return ().into_any() };
    let who = match provenance.source.rank() {
        Rank::Person => format!("Written by {}", names.of_actor(&provenance.by)),
        Rank::Code => "From the catalog as code".to_owned(),
        _ => format!("From {}", provenance.source),
    };
    view! { <p class="source">{who} ", " <Time at=provenance.at/></p> }.into_any()
}
