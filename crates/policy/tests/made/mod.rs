//! Policies, principals and entities, made at random out of few names, so that they meet often.

use std::collections::BTreeSet;

use loggia_model::{Kind, Urn};
use loggia_policy::{Assignment, Holder, OwnPolicy, Principal, PrincipalKind, Resource, Role};
use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

/// Where all assets are.
const STORE: &str = "db://x;";

const NAMES: [&str; 4] = ["a", "b", "c", "d"];

/// What unit is above which: d is below c, c below b, and a stands alone.
const ABOVE: [(&str, &[&str]); 4] = [("a", &[]), ("b", &[]), ("c", &["b"]), ("d", &["c", "b"])];

fn name() -> impl Strategy<Value = &'static str> {
    select(&NAMES[..])
}

fn urn(kind: Kind, name: &str) -> Urn {
    let rest = match kind {
        Kind::Asset => format!("{STORE}{name}"),
        Kind::Organisation => "all".to_owned(),
        _ => name.to_owned(),
    };
    format!("urn:loggia:{kind}:{rest}").parse().expect("a URN")
}

fn urns(kind: Kind) -> impl Strategy<Value = BTreeSet<Urn>> {
    btree_set(name().prop_map(move |name| urn(kind, name)), 0..3)
}

fn unit_and_above(unit: &str) -> Vec<Urn> {
    let above = ABOVE.iter().find(|(name, _)| *name == unit).map_or(&[][..], |(_, above)| above);
    std::iter::once(unit).chain(above.iter().copied()).map(|name| urn(Kind::DomainUnit, name)).collect()
}

pub fn principal() -> impl Strategy<Value = Principal> {
    let kind = select(&[PrincipalKind::Person, PrincipalKind::Service, PrincipalKind::Anonymous][..]);
    (kind, name(), btree_set(name(), 0..3), option::of(name())).prop_map(
        |(kind, id, groups, unit)| match kind {
            PrincipalKind::Anonymous => Principal::anonymous(),
            kind => Principal {
                kind,
                id: id.to_owned(),
                groups: groups.into_iter().map(str::to_owned).collect(),
                units: unit.filter(|_| kind == PrincipalKind::Person).map_or_else(Vec::new, unit_and_above),
            },
        },
    )
}

pub fn resource() -> impl Strategy<Value = Resource> {
    let urn = (select(&Kind::ALL[..]), name()).prop_map(|(kind, name)| urn(kind, name));
    let words = || btree_set(name().prop_map(str::to_owned), 0..3);
    let word = || option::of(name().prop_map(str::to_owned));
    let sets = (urns(Kind::Person), urns(Kind::Term), words());
    // A unit, how far up roles reach what stands in it, and a project.
    let place = (option::of(name()), 0..4_usize, option::of(name()));
    (urn, place, sets, word(), word(), any::<(bool, bool)>()).prop_map(
        |(urn, (unit, reach, project), (owners, terms, tags), type_of, platform, (deprecated, inventory))| {
            // These stand in no unit: whoever is in a group would else be in its units too.
            let stands = !matches!(urn.kind(), Kind::Group | Kind::Organisation | Kind::Service);
            let units = unit.filter(|_| stands).map_or_else(Vec::new, unit_and_above);
            let project = project.filter(|_| stands).map(|name| self::urn(Kind::Project, name));
            Resource {
                unit: units.first().cloned(),
                within: units.into_iter().take(reach).chain(project).collect(),
                owners,
                terms,
                tags,
                type_of,
                platform,
                deprecated,
                inventory,
                ..Resource::new(urn)
            }
        },
    )
}

pub fn assignments() -> impl Strategy<Value = Vec<Assignment>> {
    let holder = prop_oneof![
        name().prop_map(|name| Holder::Person(name.to_owned())),
        name().prop_map(|name| Holder::Service(name.to_owned())),
        name().prop_map(|name| Holder::Group(name.to_owned())),
    ];
    let kinds = [Kind::DomainUnit, Kind::Project, Kind::Asset, Kind::Glossary, Kind::Organisation];
    let scope = option::of((select(kinds.to_vec()), name()));
    let assignment = (select(Role::ALL), holder, scope).prop_map(|(role, holder, scope)| Assignment {
        role,
        holder,
        scope: scope.map(|(kind, name)| urn(kind, name)),
    });
    vec(assignment, 0..8)
}

/// Each with a name of its own.
pub fn own_policies() -> impl Strategy<Value = Vec<OwnPolicy>> {
    vec(policy(), 0..6).prop_map(|texts| {
        let named = |(place, text)| OwnPolicy { name: format!("own {place}"), text };
        texts.into_iter().enumerate().map(named).collect()
    })
}

fn policy() -> impl Strategy<Value = String> {
    let principal = prop_oneof![
        3 => Just("principal".to_owned()),
        1 => Just("principal is Person".to_owned()),
        2 => name().prop_map(|name| format!("principal in Group::\"{name}\"")),
        1 => name().prop_map(|name| format!("principal == Person::\"{name}\"")),
        1 => name().prop_map(|name| format!("principal is Person in DomainUnit::\"{name}\"")),
    ];
    let action = prop_oneof![
        2 => Just("action".to_owned()),
        1 => Just("action == Action::\"discover\"".to_owned()),
        1 => Just("action in [Action::\"read\", Action::\"discover\"]".to_owned()),
    ];
    let resource = prop_oneof![
        4 => Just("resource".to_owned()),
        1 => name().prop_map(|name| format!("resource in DomainUnit::\"{name}\"")),
        1 => name().prop_map(|name| format!("resource == Asset::\"{STORE}{name}\"")),
        1 => Just("resource is Asset".to_owned()),
        1 => name().prop_map(|name| format!("resource in Project::\"{name}\"")),
        1 => name().prop_map(|name| format!("resource is Term in DomainUnit::\"{name}\"")),
    ];
    let effect = prop_oneof![3 => Just("permit"), 1 => Just("forbid")];
    let clause = prop_oneof![
        1 => Just(String::new()),
        3 => condition().prop_map(|condition| format!("when {{ {condition} }}")),
        1 => condition().prop_map(|condition| format!("unless {{ {condition} }}")),
    ];
    (effect, principal, action, resource, clause).prop_map(|(effect, principal, action, resource, clause)| {
        format!("{effect} ({principal}, {action}, {resource}) {clause};")
    })
}

fn condition() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![of_the_resource(), of_the_principal()];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(one, other)| format!("({one} && {other})")),
            (inner.clone(), inner.clone()).prop_map(|(one, other)| format!("({one} || {other})")),
            inner.clone().prop_map(|one| format!("!({one})")),
            (inner.clone(), inner.clone(), inner)
                .prop_map(|(one, two, three)| format!("(if {one} then {two} else {three})")),
        ]
    })
}

fn of_the_resource() -> impl Strategy<Value = String> {
    let set = || prop_oneof![Just(("tags", "")), Just(("owners", "Person::")), Just(("terms", "Term::"))];
    let values = || vec(name(), 1..3);
    let listed = |of: &str, values: &[&str]| {
        let values: Vec<String> = values.iter().map(|value| format!("{of}\"{value}\"")).collect();
        values.join(", ")
    };
    prop_oneof![
        name().prop_map(|name| format!("resource in DomainUnit::\"{name}\"")),
        name().prop_map(|name| format!("resource in Organisation::\"{name}\"")),
        Just("resource in Organisation::\"all\"".to_owned()),
        values().prop_map(move |values| format!("resource in [{}]", listed("DomainUnit::", &values))),
        name().prop_map(|name| format!("resource in Project::\"{name}\"")),
        name().prop_map(|name| format!("resource == Asset::\"{STORE}{name}\"")),
        name().prop_map(|name| format!("(resource has unit && resource.unit == DomainUnit::\"{name}\")")),
        name().prop_map(|name| format!("(resource has unit && resource.unit != DomainUnit::\"{name}\")")),
        name().prop_map(|name| format!("(resource has platform && resource.platform == \"{name}\")")),
        values().prop_map(move |values| format!(
            "(resource has type && [{}].contains(resource.type))",
            listed("", &values)
        )),
        (set(), name()).prop_map(|((set, of), name)| format!("resource.{set}.contains({of}\"{name}\")")),
        (set(), values()).prop_map(move |((set, of), values)| format!(
            "resource.{set}.containsAny([{}])",
            listed(of, &values)
        )),
        (set(), values()).prop_map(move |((set, of), values)| format!(
            "[{}].containsAny(resource.{set})",
            listed(of, &values)
        )),
        (set(), values()).prop_map(move |((set, of), values)| format!(
            "resource.{set}.containsAll([{}])",
            listed(of, &values)
        )),
        set().prop_map(|(set, _)| format!("resource.{set}.isEmpty()")),
        Just("resource.deprecated".to_owned()),
        Just("resource.deprecated == false".to_owned()),
        Just("resource.inventory".to_owned()),
        Just("resource.inventory != true".to_owned()),
        Just("resource has unit".to_owned()),
        Just("resource has tags".to_owned()),
        Just("resource is Asset".to_owned()),
        Just("(principal has unit && resource has unit && resource.unit == principal.unit)".to_owned()),
        Just("(principal is Person && resource.owners.contains(principal))".to_owned()),
        Just("(principal is Person && principal has unit && resource in principal.unit)".to_owned()),
        Just("principal == resource".to_owned()),
        name().prop_map(|name| format!("resource == Group::\"{name}\"")),
        Just("resource == Organisation::\"all\"".to_owned()),
        Just("resource in Organisation::\"all\"".to_owned()),
    ]
}

fn of_the_principal() -> impl Strategy<Value = String> {
    prop_oneof![
        name().prop_map(|name| format!("principal in Group::\"{name}\"")),
        name().prop_map(|name| format!("principal == Person::\"{name}\"")),
        Just("principal is Service".to_owned()),
        Just("principal in Organisation::\"all\"".to_owned()),
        Just("principal has unit".to_owned()),
        Just("true".to_owned()),
        Just("action == Action::\"read\"".to_owned()),
    ]
}

/// Who asks for their own entry belongs to the unit that the entry says.
pub fn seen_by(principal: &Principal, resource: &Resource) -> Resource {
    if principal.kind != PrincipalKind::Person || resource.urn != urn(Kind::Person, &principal.id) {
        return resource.clone();
    }
    Resource {
        unit: principal.units.first().cloned(),
        within: principal.units.iter().cloned().collect(),
        ..resource.clone()
    }
}
