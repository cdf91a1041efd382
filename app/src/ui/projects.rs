//! Projects in a list.

use leptos::prelude::*;
use loggia_catalog::projects::ProjectLine;

use super::icon::Icon;
use super::links::href;
use super::time::counted;

pub fn lines(projects: Vec<ProjectLine>) -> AnyView {
    let line = |line: ProjectLine| {
        let members = counted(line.members as u64, "member", "members");
        let inventory = counted(line.inventory, "thing", "things");
        view! {
            <li class="result">
                <h3 class="result-name">
                    <Icon name="project"/>
                    <a href=href(&line.project.urn)>{line.project.name.clone()}</a>
                    {badges(line.is_master_data, line.project.deprecated)}
                </h3>
                <p class="result-place"><span>{inventory}</span><span>{members}</span></p>
                <p class="summary">{line.goal}</p>
            </li>
        }
    };
    view! { <ul class="results compact">{projects.into_iter().map(line).collect_view()}</ul> }.into_any()
}

pub fn badges(is_master_data: bool, has_ended: bool) -> AnyView {
    let master = is_master_data.then(|| view! { <span class="badge badge-quiet">"Master Data"</span> });
    let ended = has_ended.then(|| view! { <span class="badge badge-warn">"Ended"</span> });
    (master, ended).into_any()
}
