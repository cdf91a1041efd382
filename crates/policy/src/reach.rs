//! Where roles let somebody do something, told apart from all other policies.

use std::collections::BTreeSet;

use loggia_model::{Trait, Urn};

use crate::role::actions_of;
use crate::{Action, Policies, Principal};

/// The places where somebody has a role that lets them do something.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reach {
    Everywhere,
    /// In each of these with all below it, or in none.
    In(BTreeSet<Urn>),
}

impl Reach {
    /// What has any of these is reached; `None` is everything.
    pub fn traits(&self) -> Option<BTreeSet<Trait>> {
        match self {
            Self::Everywhere => None,
            Self::In(places) => {
                let each =
                    places.iter().flat_map(|place| [Trait::Is(place.clone()), Trait::In(place.clone())]);
                Some(each.collect())
            }
        }
    }
}

impl Policies {
    /// By the roles of the principal and of the groups that it is in, and by nothing else.
    pub fn reach(&self, principal: &Principal, action: Action) -> Reach {
        let mut places = BTreeSet::new();
        for assignment in self.assigned(principal) {
            if actions_of(assignment.role).contains(&action) {
                match &assignment.scope {
                    Some(scope) if *scope != Urn::organisation() => places.insert(scope.clone()),
                    _ => return Reach::Everywhere,
                };
            }
        }
        Reach::In(places)
    }
}
