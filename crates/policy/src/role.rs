//! Roles: what comes with the program, and who has one where.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use cedar_policy::pst;
use cedar_policy::{EntityUid, PolicySet};
use loggia_model::Urn;
use loggia_model::facts::Role;

use crate::schema::{organisation, uid, uid_of};
use crate::{Action, Policies, Principal, PrincipalKind, Reason, Resource};

/// As Cedar writes them; shown to whoever asks what a role may do.
pub const TEXT: &str = include_str!("roles.cedar");

#[expect(clippy::expect_used, reason = "the text is ours, and a test reads it")]
fn template(role: Role) -> Arc<pst::Template> {
    static TEMPLATES: LazyLock<HashMap<Role, Arc<pst::Template>>> = LazyLock::new(|| {
        let set: PolicySet = TEXT.parse().expect("the roles are policies");
        let named = |role: Role| {
            let template = set
                .templates()
                .find(|template| template.annotation("id") == Some(role.as_str()))
                .expect("every role has a policy");
            (role, Arc::new(template.to_pst().expect("what was parsed can be taken apart")))
        };
        Role::ALL.iter().copied().map(named).collect()
    });
    TEMPLATES.get(&role).expect("every role is in ALL").clone()
}

/// The roles that let somebody do this, the least first.
pub fn roles_that_may(action: Action) -> Vec<Role> {
    let may = |role: &Role| {
        let who = Holder::Person("somebody".to_owned());
        let assignment = Assignment { role: *role, holder: who, scope: None };
        let policies = Policies::new([assignment], []).unwrap_or_default();
        let principal = Principal {
            kind: PrincipalKind::Person,
            id: "somebody".to_owned(),
            groups: Default::default(),
            units: Vec::new(),
        };
        let resource = Resource::new(Urn::organisation());
        policies
            .decide(&principal, action, &resource)
            .because
            .iter()
            .any(|reason| matches!(reason, Reason::Role(_)))
    };
    Role::ALL.iter().copied().filter(may).collect()
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

    /// The role's policy, for this holder and this scope.
    pub(crate) fn policy(&self, id: &str) -> Result<pst::Policy, pst::PstConstructionError> {
        let scope = self.scope.as_ref().map_or_else(organisation, uid_of);
        let values = HashMap::from([
            (pst::SlotId::Principal, self.holder.uid().into()),
            (pst::SlotId::Resource, scope.into()),
        ]);
        let linked = template(self.role).as_ref().clone().with_id(pst::PolicyID(id.into())).link(&values)?;
        Ok(linked.into())
    }
}
