//! Where roles let somebody do something, told apart from all other policies.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use loggia_model::facts::Role;
use loggia_model::{Trait, Urn};

use crate::{Action, Policies, Principal, roles_that_may};

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
            if may(assignment.role, action) {
                match &assignment.scope {
                    Some(scope) if *scope != Urn::organisation() => places.insert(scope.clone()),
                    _ => return Reach::Everywhere,
                };
            }
        }
        Reach::In(places)
    }
}

fn may(role: Role, action: Action) -> bool {
    static ROLES: LazyLock<Vec<Vec<Role>>> =
        LazyLock::new(|| Action::ALL.iter().map(|action| roles_that_may(*action)).collect());
    let place = Action::ALL.iter().position(|known| *known == action);
    place.and_then(|place| ROLES.get(place)).is_some_and(|roles| roles.contains(&role))
}
