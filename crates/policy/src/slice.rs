//! The policies that can concern one principal, and of these the ones that can concern a resource.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use cedar_policy::{Entity, EntityUid, Policy, PolicyId, PolicySet};
use loggia_model::{Kind, Trait};

use crate::policies::Own;
use crate::role::{Assignment, actions_of};
use crate::{Action, Principal, PrincipalKind, Reason, Resource};

/// Sets of policies that are kept for each principal: most resources need one of few.
const KEPT: usize = 64;

pub(crate) enum Sliced {
    Own(Arc<Own>),
    Role(Box<Had>),
}

/// A role that the principal has.
pub(crate) struct Had {
    id: PolicyId,
    reason: Reason,
    assignment: Assignment,
    /// Made when a resource needs it: whoever has many roles has few in any one place.
    policy: OnceLock<Option<Policy>>,
}

pub struct Slice {
    pub(crate) principal: EntityUid,
    pub(crate) entity: Entity,
    /// All groups that the principal is in.
    pub(crate) groups: HashSet<EntityUid>,
    /// The principal, as an owner.
    owner: Option<Trait>,
    policies: Vec<Sliced>,
    /// By the places of what is in them.
    sets: Mutex<HashMap<Box<[usize]>, Arc<PolicySet>>>,
}

impl Sliced {
    pub fn role(place: usize, assignment: Assignment) -> Self {
        Self::Role(Box::new(Had {
            id: PolicyId::new(format!("role {place}")),
            reason: Reason::Role(assignment.clone()),
            assignment,
            policy: OnceLock::new(),
        }))
    }

    fn id(&self) -> &PolicyId {
        match self {
            Self::Own(own) => own.rest.id(),
            Self::Role(had) => &had.id,
        }
    }

    fn reason(&self) -> &Reason {
        match self {
            Self::Own(own) => &own.reason,
            Self::Role(had) => &had.reason,
        }
    }

    fn speaks_of(&self, action: Action) -> bool {
        match self {
            Self::Own(own) => own.actions.contains(&action),
            Self::Role(had) => actions_of(had.assignment.role).contains(&action),
        }
    }

    fn is_needed(&self, resource: &Resource, owner: Option<&Trait>) -> bool {
        match self {
            Self::Own(own) => own.need.is_met(resource, owner),
            Self::Role(had) => had.assignment.scope.as_ref().is_none_or(|scope| {
                scope.kind() == Kind::Organisation
                    || resource.urn == *scope
                    || resource.within.contains(scope)
            }),
        }
    }

    /// Without what its head says of principal and action, which is known.
    fn policy(&self) -> Option<Policy> {
        match self {
            Self::Own(own) => Some(own.rest.clone()),
            Self::Role(had) => had.policy.get_or_init(|| had.assignment.policy(had.id.as_ref()).ok()).clone(),
        }
    }
}

impl Slice {
    pub(crate) fn new(principal: &Principal, policies: Vec<Sliced>) -> Self {
        Self {
            principal: principal.uid(),
            entity: principal.entity(),
            groups: principal.group_uids(),
            owner: as_owner(principal),
            policies,
            sets: Mutex::default(),
        }
    }

    /// How many policies can concern the principal.
    pub fn len(&self) -> usize {
        self.policies.len()
    }

    pub fn is_empty(&self) -> bool {
        self.policies.is_empty()
    }

    /// Which policies speak of this action: of another of which the same do, the same is true. `None` where one of them
    /// asks in its condition which action it is.
    pub fn speaking_alike_of(&self, action: Action) -> Option<Vec<usize>> {
        let speaking = self.policies.iter().enumerate().filter(|(_, sliced)| sliced.speaks_of(action));
        let asks = |sliced: &Sliced| matches!(sliced, Sliced::Own(own) if own.asks_which_action);
        speaking.map(|(place, sliced)| (!asks(sliced)).then_some(place)).collect()
    }

    /// Those that speak of this action.
    pub(crate) fn set(&self, action: Action) -> Arc<PolicySet> {
        self.set_of(|sliced| sliced.speaks_of(action))
    }

    /// Of those that speak of this action, the ones that can hold of the resource.
    pub(crate) fn needed(&self, action: Action, resource: &Resource) -> Arc<PolicySet> {
        let owner = self.owner.as_ref();
        self.set_of(|sliced| sliced.speaks_of(action) && sliced.is_needed(resource, owner))
    }

    pub(crate) fn reason(&self, id: &PolicyId) -> Option<&Reason> {
        // Few are asked for, of few.
        self.policies.iter().find(|sliced| sliced.id() == id).map(Sliced::reason)
    }

    fn set_of(&self, is_wanted: impl Fn(&Sliced) -> bool) -> Arc<PolicySet> {
        let wanted = self.policies.iter().enumerate().filter(|(_, sliced)| is_wanted(sliced));
        let places: Box<[usize]> = wanted.map(|(place, _)| place).collect();
        let mut sets = self.sets.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = sets.get(&places) {
            return known.clone();
        }
        if sets.len() >= KEPT {
            sets.clear();
        }
        let policies = places.iter().filter_map(|place| self.policies.get(*place)?.policy());
        // Two of one name cannot be: names of own policies are theirs, and those of roles are counted.
        let set = Arc::new(PolicySet::from_policies(policies).unwrap_or_default());
        sets.insert(places, set.clone());
        set
    }
}

fn as_owner(principal: &Principal) -> Option<Trait> {
    let kind = match principal.kind {
        PrincipalKind::Person => Kind::Person,
        PrincipalKind::Service => Kind::Service,
        PrincipalKind::Anonymous => return None,
    };
    format!("urn:loggia:{kind}:{}", principal.id).parse().ok().map(Trait::Owner)
}
