//! Where roles let somebody do something, told apart from all other policies.

use std::collections::BTreeSet;

use loggia_model::{Trait, Urn};

use crate::role::{actions_of, reaches_inventory};
use crate::{Action, Policies, Principal};

/// The places where somebody has a role that lets them do something.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Reach {
    Everywhere,
    /// In each of these with all below it, or in none.
    In(BTreeSet<Urn>),
}

/// Of all there is: roles of above do not all reach what a project has not published.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Open,
    Inventory,
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
    /// By the roles of the principal and of the groups that it is in, and by nothing else: among what has been published
    /// and what is in no project, or among what projects have not published.
    pub fn reach(&self, principal: &Principal, action: Action, of: Part) -> Reach {
        let mut places = BTreeSet::new();
        for assignment in self.assigned(principal) {
            let is_reached = of == Part::Open || assignment.is_close() || reaches_inventory(assignment.role);
            if is_reached && actions_of(assignment.role).contains(&action) {
                match &assignment.scope {
                    Some(scope) if *scope != Urn::organisation() => places.insert(scope.clone()),
                    _ => return Reach::Everywhere,
                };
            }
        }
        Reach::In(places)
    }
}
