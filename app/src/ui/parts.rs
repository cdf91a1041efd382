//! Who is responsible, accountable, consulted and informed: of one thing, beside it, or in the cell of a matrix.

use leptos::prelude::*;
use loggia_catalog::raci::{PartView, SaidBy};
use loggia_model::{Kind, Urn};

use crate::encode::encode_path;
use crate::ui::links::href;

/// Where the matrix of a unit or a project is.
pub fn matrix_href(urn: &Urn) -> String {
    format!("/responsibilities/{}", encode_path(urn.as_str()))
}

/// All four of one thing.
pub fn parts(parts: &[PartView]) -> AnyView {
    let lines = parts.iter().map(|part| {
        let title = part.part.title();
        let meaning = part.part.meaning();
        view! { <div><dt>{title} <span class="quiet">{meaning}</span></dt><dd>{who(part)}</dd></div> }
    });
    view! { <dl class="parts">{lines.collect_view()}</dl> }.into_any()
}

/// Who has one of them, and which unit says so where the thing itself does not.
pub fn who(part: &PartView) -> AnyView {
    if part.is_missing() {
        return view! { <span class="badge badge-poor">"Nobody"</span> }.into_any();
    }
    let named = part.who.iter().enumerate().map(|(place, who)| {
        let before = (place > 0).then_some(", ");
        let group = (who.urn.kind() == Kind::Group).then(|| view! { " " <span class="kind">"Group"</span> });
        view! { {before}<a href=href(&who.urn)>{who.name.clone()}</a>{group} }
    });
    let hidden = part.has_hidden.then(|| {
        let before = if part.who.is_empty() { "" } else { " and " };
        view! { <span class="quiet">{before} "somebody you may not see"</span> }
    });
    let from = match &part.said_by {
        SaidBy::Itself => None,
        SaidBy::Nobody => Some(view! { <span class="quiet">"nobody"</span> }.into_any()),
        SaidBy::Hidden => Some(view! { <span class="quiet">" from above"</span> }.into_any()),
        SaidBy::Above(unit) => Some(
            view! { <span class="quiet">" from " <a href=href(&unit.urn)>{unit.name.clone()}</a></span> }
                .into_any(),
        ),
    };
    view! { {named.collect_view()}{hidden}{from} }.into_any()
}
