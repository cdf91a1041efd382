//! Who has which role in a unit or in the organisation, with the forms that give and take.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use loggia_catalog::members::{MemberView, MembersView};
use loggia_catalog::{DirectoryEntry, Names};
use loggia_model::facts::Role;
use loggia_model::{Kind, Urn};

use crate::forms::SetMember;
use crate::forms::server::Refused;
use crate::ui::links::href;
use crate::ui::time::Time;

/// What each role may do, in a few words, beside its name in a list.
fn title(role: Role) -> &'static str {
    match role {
        Role::Viewer => "Viewer: finds and reads",
        Role::Consumer => "Consumer: sees the data too",
        Role::Contributor => "Contributor: edits too",
        Role::Steward => "Steward: looks after the words too",
        Role::Owner => "Owner: publishes and approves too",
        Role::Administrator => "Administrator: everything, roles too",
    }
}

pub fn members(known: &Names, view: MembersView, refused: &Refused) -> AnyView {
    let MembersView { scope, own, from_above, may_change } = view;
    let back = href(&scope);
    let is_empty = own.is_empty() && from_above.is_empty();
    let own = own.into_iter().map(|member| own_row(&scope, &back, member, may_change)).collect_view();
    let above = from_above.into_iter().map(|(from, member)| above_row(from, member)).collect_view();
    let form = may_change.then(|| adding(known, &scope, &back, refused));
    view! {
        <section class="members" aria-labelledby="members">
            <h2 id="members">"Who may do what"</h2>
            {is_empty.then(|| view! { <p class="empty">"Nobody has a role here yet, nor above. Only whoever has the machine sees what belongs to it."</p> })}
            {(!is_empty).then(|| view! {
                <div class="table-scroll" tabindex="0" role="region" aria-label="Roles">
                    <table>
                        <thead><tr><th scope="col">"Who"</th><th scope="col">"Role"</th><th scope="col">"Until"</th><th scope="col">"From"</th></tr></thead>
                        <tbody>{own}{above}</tbody>
                    </table>
                </div>
            })}
            {form}
        </section>
    }
    .into_any()
}

fn own_row(scope: &Urn, back: &str, member: MemberView, may_change: bool) -> AnyView {
    let MemberView { who, role, until, has_ended } = member;
    let until = match until {
        Some(at) => view! { {has_ended.then_some("ended ")} <Time at=at/> }.into_any(),
        None => view! { <span class="quiet">"no end"</span> }.into_any(),
    };
    let take = may_change.then(|| {
        let label = format!("Take the role of {}", who.name);
        view! {
            <form method="post" action=SetMember::url() class="inline">
                <input r#type="hidden" name="scope" value=scope.to_string()/>
                <input r#type="hidden" name="who" value=who.urn.to_string()/>
                <input r#type="hidden" name="back" value=back.to_owned()/>
                <button aria-label=label>"Take away"</button>
            </form>
        }
    });
    view! { <tr><td>{named(&who)}</td><td>{role.title()}</td><td>{until}</td><td><span class="quiet">"here "</span>{take}</td></tr> }
        .into_any()
}

fn above_row(from: DirectoryEntry, member: MemberView) -> AnyView {
    let MemberView { who, role, until, .. } = member;
    let until = match until {
        Some(at) => view! { <Time at=at/> }.into_any(),
        None => view! { <span class="quiet">"no end"</span> }.into_any(),
    };
    view! { <tr><td>{named(&who)}</td><td>{role.title()}</td><td>{until}</td><td><a href=href(&from.urn)>{from.name}</a></td></tr> }
        .into_any()
}

fn named(who: &DirectoryEntry) -> AnyView {
    let kind = match who.urn.kind() {
        Kind::Group => Some("Group"),
        Kind::Service => Some("Service"),
        _ => None,
    };
    let kind = kind.map(|kind| view! { " " <span class="kind">{kind}</span> });
    view! { <a href=href(&who.urn)>{who.name.clone()}</a>{kind} }.into_any()
}

fn adding(known: &Names, scope: &Urn, back: &str, refused: &Refused) -> AnyView {
    let is_own = refused.form == "member";
    let typed =
        |name: &str| if is_own { refused.value(name).unwrap_or_default().to_owned() } else { String::new() };
    let wrong = |name: &str| refused.error(name).filter(|_| is_own).map(ToOwned::to_owned);
    let (who_wrong, until_wrong) = (wrong("who"), wrong("until"));
    let (who_invalid, until_invalid) =
        (who_wrong.is_some().then_some("true"), until_wrong.is_some().then_some("true"));
    let told = (is_own && !refused.message.is_empty())
        .then(|| view! { <p class="note note-poor" role="alert">{refused.message.clone()}</p> });
    let chosen = typed("role");
    let roles = Role::ALL
        .iter()
        .map(|role| view! { <option value=role.as_str() selected=chosen == role.as_str()>{title(*role)}</option> })
        .collect_view();
    let names: Vec<String> = [Kind::Person, Kind::Group, Kind::Service]
        .into_iter()
        .flat_map(|kind| known.all(kind))
        .map(|entry| entry.name)
        .collect();
    let names = if names.len() <= 300 { names } else { Vec::new() };
    let offered = names.into_iter().map(|name| view! { <option value=name></option> }).collect_view();
    view! {
        <details class="edit" open=is_own>
            <summary>"Give somebody a role"</summary>
            <form method="post" action=SetMember::url()>
                {told}
                <input r#type="hidden" name="scope" value=scope.to_string()/>
                <input r#type="hidden" name="back" value=back.to_owned()/>
                <label r#for="member-who">"Who"</label>
                <p class="wrong" id="who-wrong">{who_wrong}</p>
                <input id="member-who" name="who" value=typed("who") list="member-names" autocomplete="off" required=true aria-invalid=who_invalid aria-describedby="who-wrong who-help"/>
                <datalist id="member-names">{offered}</datalist>
                <p class="help" id="who-help">"A person, a group or a service. Whoever has a role here already gets this one in its place."</p>
                <label r#for="member-role">"Role"</label>
                <select id="member-role" name="role">{roles}</select>
                <label r#for="member-until">"Last day"</label>
                <p class="wrong" id="until-wrong">{until_wrong}</p>
                <input id="member-until" name="until" r#type="date" value=typed("until") aria-invalid=until_invalid aria-describedby="until-wrong until-help"/>
                <p class="help" id="until-help">"Empty for no end. It ends by itself after that day (UTC)."</p>
                <button>"Give it"</button>
            </form>
        </details>
    }
    .into_any()
}
