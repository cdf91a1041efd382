//! A single decision and the compiled filter say the same, whatever the policies and whatever the entity.

#[cfg(test)]
mod made;

use loggia_model::{Kind, Urn};
use loggia_policy::{Action, Policies, Principal};
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
    fn two_of_one_class_may_do_the_same(
        principals in proptest::collection::vec(principal(), 2..6),
        resources in proptest::collection::vec(resource(), 1..12),
        assignments in assignments(),
        own in own_policies(),
    ) {
        let policies = Policies::new(assignments, own).expect("policies are made to be accepted");
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
