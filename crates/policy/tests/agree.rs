//! A single decision and the compiled filter say the same, whatever the policies and whatever the entity.

#[cfg(test)]
mod made;

use loggia_model::{Filter, Kind, Trait, Urn};
use loggia_policy::{Action, Part, Policies, Principal, PrincipalKind};
use proptest::prelude::*;

use crate::made::{assignments, own_policies, principal, resource, seen_by};

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_filter_lets_through_what_a_decision_allows(
        principals in proptest::collection::vec(principal(), 1..4),
        resources in proptest::collection::vec(resource(), 1..12),
        assignments in assignments(),
        own in own_policies(),
    ) {
        let policies = Policies::new(assignments, own).expect("policies are made to be accepted");
        for principal in &principals {
            let slice = policies.slice(principal);
            for action in Action::ALL {
                let filter = slice.filter(action).expect("what was accepted can be a filter");
                for resource in resources.iter().map(|resource| seen_by(principal, resource)) {
                    let decision = slice.decide(action, &resource);
                    prop_assert_eq!(
                        decision.is_allowed,
                        filter.holds(&resource.traits()),
                        "{} of {:?} by {:?}: {:?}, {:?}", action, resource, principal, decision, filter
                    );
                }
            }
        }
    }

    #[test]
    fn what_roles_reach_is_told_apart_from_what_all_of_a_class_may(
        principals in proptest::collection::vec(principal(), 2..6),
        resources in proptest::collection::vec(resource(), 1..12),
        assignments in assignments(),
        own in own_policies(),
    ) {
        let policies = Policies::new(assignments, own).expect("policies are made to be accepted");
        let resources: Vec<_> =
            resources.into_iter().filter(|resource| resource.urn.kind() != Kind::Person).collect();
        for (one, other) in principals.iter().flat_map(|one| principals.iter().map(move |other| (one, other))) {
            if policies.class_of(one, false) != policies.class_of(other, false) {
                continue;
            }
            // What one of them may is asked, and the other is told by it.
            let all = policies.slice_without_roles(one);
            let owner = |principal: &Principal| Trait::Owner(format!("urn:loggia:{}:{}", Kind::Person, principal.id).parse().expect("a URN"));
            for action in Action::ALL {
                let (may, forbidden) = all.filter_and_forbidden(action).expect("what was accepted can be a filter");
                for resource in &resources {
                    let part = if resource.inventory { Part::Inventory } else { Part::Open };
                    let reach = policies.reach(other, action, part).traits();
                    let traits = resource.traits();
                    let owns = other.kind == PrincipalKind::Person && traits.contains(&owner(other));
                    let holds = |filter: &Filter| filter.given(&owner(one), owns).holds(&traits);
                    let is_reached = reach.as_ref().is_none_or(|reach| !reach.is_disjoint(&traits));
                    prop_assert_eq!(
                        policies.decide(other, action, resource).is_allowed,
                        holds(&may) || (is_reached && !holds(&forbidden)),
                        "{} of {:?} by {:?} as by {:?}", action, resource, other, one
                    );
                }
            }
        }
    }

    #[test]
    fn two_of_one_class_may_do_the_same(
        principals in proptest::collection::vec(principal(), 2..6),
        resources in proptest::collection::vec(resource(), 1..12),
        own in own_policies(),
    ) {
        let policies = Policies::new([], own).expect("policies are made to be accepted");
        // What somebody does to their own entry is theirs alone.
        let resources: Vec<_> =
            resources.into_iter().filter(|resource| resource.urn.kind() != Kind::Person).collect();
        let owns = |principal: &Principal| {
            let is_own = |owner: &Urn| owner.rest() == principal.id;
            resources.iter().any(|resource| resource.owners.iter().any(is_own))
        };
        for (place, one) in principals.iter().enumerate() {
            for other in principals.iter().skip(place + 1) {
                if policies.class_of(one, owns(one)) != policies.class_of(other, owns(other)) {
                    continue;
                }
                for action in Action::ALL {
                    for resource in &resources {
                        prop_assert_eq!(
                            policies.decide(one, action, resource).is_allowed,
                            policies.decide(other, action, resource).is_allowed,
                            "{} of {:?} by {:?} and {:?}", action, resource, one, other
                        );
                    }
                }
            }
        }
    }
}
