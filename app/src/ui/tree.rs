//! A tree that folds, without scripts.

use leptos::prelude::*;
use loggia_catalog::units::UnitNode;
use loggia_catalog::words::TermNode;

use super::links::href;
use super::time::Number;

pub fn units(nodes: Vec<UnitNode>) -> AnyView {
    let items = nodes.into_iter().map(|node| {
        let line = view! {
            <a href=href(&node.unit.urn)>{node.unit.name.clone()}</a>
            {node.unit.deprecated.then(|| view! { <span class="badge badge-quiet">"Deprecated"</span> })}
            <span class="count"><Number value=node.count/></span>
        };
        branch(node.unit.name, line.into_any(), node.children.is_empty(), move || units(node.children))
    });
    view! { <ul class="tree">{items.collect_view()}</ul> }.into_any()
}

pub fn terms(nodes: Vec<TermNode>) -> AnyView {
    let items = nodes.into_iter().map(|node| {
        let synonyms: Vec<String> = node.term.synonyms.iter().take(3).cloned().collect();
        let line = view! {
            <a href=href(&node.term.urn)>{node.term.name.clone()}</a>
            {node.term.deprecated.then(|| view! { <span class="badge badge-quiet">"Deprecated"</span> })}
            <span class="quiet">{synonyms.join(", ")}</span>
        };
        branch(node.term.name, line.into_any(), node.narrower.is_empty(), move || terms(node.narrower))
    });
    view! { <ul class="tree">{items.collect_view()}</ul> }.into_any()
}

/// The fold stands beside the link, not around it: what opens and what leads away are two targets.
fn branch(name: String, line: AnyView, is_leaf: bool, below: impl FnOnce() -> AnyView) -> AnyView {
    if is_leaf {
        return view! { <li class="leaf">{line}</li> }.into_any();
    }
    view! {
        <li>
            <div class="line">{line}</div>
            <details open=true><summary><span class="hidden">"Below " {name}</span></summary>{below()}</details>
        </li>
    }
    .into_any()
}
