//! A single decision and the compiled filter say the same, whatever the policies and whatever the entity.

#[cfg(test)]
mod made;

use loggia_policy::{Action, Policies};
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
}
