//! The policies that can concern one principal, by action.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use cedar_policy::{Entity, EntityUid, Policy, PolicyId, PolicySet};

use crate::{Action, Principal, Reason};

pub(crate) struct Sliced {
    pub reason: Reason,
    /// What it speaks of.
    pub actions: Vec<Action>,
    /// Without what its head says of principal and action, which is known.
    pub policy: Policy,
}

pub struct Slice {
    pub(crate) principal: EntityUid,
    pub(crate) entity: Entity,
    /// All groups that the principal is in.
    pub(crate) groups: HashSet<EntityUid>,
    policies: Vec<Sliced>,
    places: HashMap<PolicyId, usize>,
    sets: [OnceLock<PolicySet>; Action::ALL.len()],
}

impl Slice {
    pub(crate) fn new(principal: &Principal, policies: Vec<Sliced>) -> Self {
        let places = policies.iter().enumerate().map(|(place, sliced)| (sliced.policy.id().clone(), place));
        Self {
            principal: principal.uid(),
            entity: principal.entity(),
            groups: principal.group_uids(),
            places: places.collect(),
            policies,
            sets: Default::default(),
        }
    }

    /// How many policies can concern the principal.
    pub fn len(&self) -> usize {
        self.policies.len()
    }

    pub fn is_empty(&self) -> bool {
        self.policies.is_empty()
    }

    /// Those that speak of this action.
    pub(crate) fn set(&self, action: Action) -> &PolicySet {
        static NONE: OnceLock<PolicySet> = OnceLock::new();
        let Some(kept) = self.sets.get(action as usize) else { return NONE.get_or_init(PolicySet::new) };
        kept.get_or_init(|| {
            let policies = self.policies.iter().filter(|sliced| sliced.actions.contains(&action));
            let policies = policies.map(|sliced| sliced.policy.clone());
            // Two of one name cannot be: names of own policies are theirs, and those of roles are counted.
            PolicySet::from_policies(policies).unwrap_or_default()
        })
    }

    pub(crate) fn reason(&self, id: &PolicyId) -> Option<&Reason> {
        let sliced = self.places.get(id).and_then(|place| self.policies.get(*place));
        sliced.map(|sliced| &sliced.reason)
    }
}
