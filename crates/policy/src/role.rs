//! Roles: what comes with the program, and who has one where.

use std::collections::HashMap;
use std::sync::LazyLock;

use cedar_policy::pst;
use cedar_policy::{EntityUid, Policy, PolicySet};
use loggia_model::facts::Role;
use loggia_model::{Kind, Urn};

use crate::Action;
use crate::policies::speaks_of;
use crate::schema::{organisation, uid, uid_of};

/// As Cedar writes them; shown to whoever asks what a role may do.
pub const TEXT: &str = include_str!("roles.cedar");

/// What a role's policy says, for whoever has it.
struct Given {
    actions: Vec<Action>,
    /// Without what its head says of principal and action, which is known of whoever has the role.
    rest: pst::Template,
}

/// `closely`: as members of a project, or of one thing alone, have it.
#[expect(clippy::expect_used, reason = "the text is ours, and a test reads it")]
fn given(role: Role, closely: bool) -> &'static Given {
    static GIVEN: LazyLock<HashMap<(Role, bool), Given>> = LazyLock::new(|| {
        let set: PolicySet = TEXT.parse().expect("the roles are policies");
        let find = |name: &str| set.templates().find(|template| template.annotation("id") == Some(name));
        let named = |(role, closely): (Role, bool)| {
            let close = find(&format!("{} of the project itself", role.as_str())).filter(|_| closely);
            let template = close.or_else(|| find(role.as_str())).expect("every role has a policy");
            let of = |action: &Action| speaks_of(&template.action_constraint(), *action);
            let mut rest = template.to_pst().expect("what was parsed can be taken apart");
            rest.principal = pst::PrincipalConstraint::Any;
            rest.action = pst::ActionConstraint::Any;
            ((role, closely), Given { actions: Action::ALL.into_iter().filter(of).collect(), rest })
        };
        Role::ALL.iter().flat_map(|role| [(*role, false), (*role, true)]).map(named).collect()
    });
    GIVEN.get(&(role, closely)).expect("every role is in ALL")
}

/// What a role lets somebody do, where they have it.
pub(crate) fn actions_of(role: Role) -> &'static [Action] {
    &given(role, false).actions
}

/// Whether a role that is had above lets somebody do this to what a project has not published.
pub(crate) fn reaches_inventory(role: Role) -> bool {
    !matches!(role, Role::Viewer | Role::Consumer)
}

/// The roles that let somebody do this, the least first.
pub fn roles_that_may(action: Action) -> Vec<Role> {
    Role::ALL.iter().copied().filter(|role| actions_of(*role).contains(&action)).collect()
}

/// Who has a role.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Holder {
    Person(String),
    Service(String),
    /// Everybody in it, also through groups within.
    Group(String),
}

impl Holder {
    pub(crate) fn uid(&self) -> EntityUid {
        match self {
            Self::Person(id) => uid("Person", id),
            Self::Service(id) => uid("Service", id),
            Self::Group(id) => uid("Group", id),
        }
    }
}

/// That somebody has a role somewhere.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Assignment {
    pub role: Role,
    pub holder: Holder,
    /// A domain unit with all below it, a project with all in it, or one entity, never a group; `None` is the organisation.
    pub scope: Option<Urn>,
}

impl Assignment {
    /// As a decision names it: `steward of urn:loggia:domain-unit:risk`.
    pub fn name(&self) -> String {
        match &self.scope {
            Some(scope) => format!("{} of {scope}", self.role.as_str()),
            None => format!("{} of the organisation", self.role.as_str()),
        }
    }

    /// Whether it is had in a project, or in one thing alone, and not in all that is below a unit.
    pub(crate) fn is_close(&self) -> bool {
        let is_wide = |scope: &Urn| matches!(scope.kind(), Kind::DomainUnit | Kind::Organisation);
        self.scope.as_ref().is_some_and(|scope| !is_wide(scope))
    }

    /// The role's policy, for whoever has it in this scope.
    pub(crate) fn policy(&self, id: &str) -> Result<Policy, pst::PstConstructionError> {
        let scope = self.scope.as_ref().map_or_else(organisation, uid_of);
        let values = HashMap::from([(pst::SlotId::Resource, scope.into())]);
        let linked =
            given(self.role, self.is_close()).rest.clone().with_id(pst::PolicyID(id.into())).link(&values)?;
        Policy::from_pst(linked.into())
    }
}
