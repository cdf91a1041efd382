//! One decision.

use std::collections::HashSet;
use std::sync::LazyLock;

use cedar_policy::{Authorizer, Context, Entities, EntityUid, Request};

use crate::{Action, Reason, Resource, Slice};

static NONE: LazyLock<HashSet<EntityUid>> = LazyLock::new(HashSet::new);

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    pub is_allowed: bool,
    /// The policies that allow it or, where it is not allowed, those that forbid it; where no policy speaks of it,
    /// none, and it is not allowed.
    pub because: Vec<Reason>,
}

impl Slice {
    pub fn decide(&self, action: Action, resource: &Resource) -> Decision {
        let refused = Decision { is_allowed: false, because: Vec::new() };
        let set = self.needed(action, resource);
        if set.is_empty() {
            return refused;
        }
        let request = Request::new(
            self.principal.clone(),
            action.uid().clone(),
            resource.uid(),
            Context::empty(),
            None,
        );
        let is_self = resource.uid() == self.principal;
        let entity = resource.entity(if is_self { &self.groups } else { &NONE });
        // Who asks for their own entry is principal and resource, as one entity.
        let principal = (!is_self).then(|| self.entity.clone());
        let entities = Entities::from_entities(principal.into_iter().chain([entity]), None);
        // Neither can fail: the request is not checked against a schema, and the two entities are not each other.
        let (Ok(request), Ok(entities)) = (request, entities) else { return refused };
        let answer = Authorizer::new().is_authorized(&request, &set, &entities);
        let mut because: Vec<Reason> =
            answer.diagnostics().reason().filter_map(|id| self.reason(id)).cloned().collect();
        because.sort();
        Decision { is_allowed: answer.decision() == cedar_policy::Decision::Allow, because }
    }
}
