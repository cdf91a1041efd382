//! All policies there are: what holds for everyone, roles as they are assigned, and an organisation's own.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, LazyLock};

use cedar_policy::{
    ActionConstraint, Effect, EntityTypeName, EntityUid, Policy, PolicyId, PolicySet, PrincipalConstraint,
    ResourceConstraint, ValidationMode, Validator, pst,
};
use loggia_model::Kind;

use crate::class::Looked;
use crate::fragment;
use crate::need::{self, Need};
use crate::role::Assignment;
use crate::schema::{kind_of, schema};
use crate::slice::{Slice, Sliced};
use crate::{Action, Class, Decision, Principal, PrincipalKind, Reason, Resource};

/// A policy that an administrator has written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnPolicy {
    pub name: String,
    /// One policy in Cedar's language, without slots.
    pub text: String,
}

/// One that Cedar accepts and that can become a filter, ready to be asked.
#[derive(Debug, Clone)]
pub struct CheckedPolicy {
    policy: Policy,
    own: Arc<Own>,
}

/// Why a policy cannot be saved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("policy '{name}' {why}")]
pub struct PolicyError {
    pub name: String,
    pub why: String,
}

/// Looked up by who is concerned: Cedar's evaluator goes through all that it is given.
#[derive(Debug, Default)]
pub struct Policies {
    assignments: HashMap<EntityUid, Vec<Assignment>>,
    own: Vec<Arc<Own>>,
    names: HashSet<String>,
    /// By the principal or group that they name.
    own_of: HashMap<EntityUid, Vec<usize>>,
    /// Those that name nobody.
    own_of_all: Vec<usize>,
    looked: Looked,
}

/// As Cedar writes it; shown to whoever asks what holds without a role.
pub const EVERYONE: &str = include_str!("everyone.cedar");

#[derive(Debug)]
pub(crate) struct Own {
    pub reason: Reason,
    effect: Effect,
    /// Whom its head is about.
    concerns: PrincipalConstraint,
    pub actions: Vec<Action>,
    means_strangers: bool,
    /// Without what its head says of principal and action.
    pub rest: Policy,
    pub need: Need,
    pub asks_which_action: bool,
    looked: Looked,
}

impl Own {
    fn of(reason: Reason, policy: &Policy) -> Result<Self, PolicyError> {
        let failed = |why: String| PolicyError { name: reason.to_string(), why };
        Ok(Self {
            effect: policy.effect(),
            concerns: policy.principal_constraint(),
            actions: Action::ALL.into_iter().filter(|action| concerns(policy, *action)).collect(),
            means_strangers: means_strangers(policy),
            rest: without_head(policy).map_err(failed)?,
            need: policy
                .to_pst()
                .map(|whole| Need::of(whole.body()))
                .map_err(|why| failed(why.to_string()))?,
            asks_which_action: need::asks_which_action(policy),
            looked: Looked::of(policy),
            reason,
        })
    }

    /// What is permitted to everybody is permitted to whoever is known: strangers have to be meant.
    /// `uids` are those of whoever asks and of all that they are in, `itself` their own.
    fn concerns(&self, kind: PrincipalKind, itself: &EntityUid, uids: &HashSet<EntityUid>) -> bool {
        let is_stranger = kind == PrincipalKind::Anonymous;
        if is_stranger && self.effect == Effect::Permit && !self.means_strangers {
            return false;
        }
        let is_of = |kind: &EntityTypeName| kind == itself.type_name();
        match &self.concerns {
            PrincipalConstraint::Any => true,
            PrincipalConstraint::Is(kind) => is_of(kind),
            PrincipalConstraint::Eq(uid) => uid == itself,
            PrincipalConstraint::In(uid) => uids.contains(uid),
            PrincipalConstraint::IsIn(kind, uid) => is_of(kind) && uids.contains(uid),
        }
    }
}

impl CheckedPolicy {
    /// Whether it speaks of this principal, as far as its head says; a condition may still say otherwise.
    pub fn may_concern(&self, principal: &Principal) -> bool {
        if principal.kind == PrincipalKind::Anonymous && self.policy.effect() == Effect::Permit {
            return means_strangers(&self.policy);
        }
        match self.policy.principal_constraint() {
            PrincipalConstraint::Any => true,
            PrincipalConstraint::Is(kind) => kind == *principal.uid().type_name(),
            PrincipalConstraint::Eq(uid)
            | PrincipalConstraint::In(uid)
            | PrincipalConstraint::IsIn(_, uid) => principal.uids().contains(&uid),
        }
    }

    /// Whether it gives something; otherwise it takes something away.
    pub fn permits(&self) -> bool {
        self.policy.effect() == Effect::Permit
    }

    /// What it speaks of.
    pub fn actions(&self) -> Vec<Action> {
        Action::ALL.into_iter().filter(|action| concerns(&self.policy, *action)).collect()
    }
}

impl Policies {
    /// # Errors
    /// Of the first policy that Cedar does not accept, or that could not become a filter.
    pub fn new(
        assignments: impl IntoIterator<Item = Assignment>,
        own: impl IntoIterator<Item = OwnPolicy>,
    ) -> Result<Self, PolicyError> {
        let own: Vec<CheckedPolicy> = own.into_iter().map(|own| check(&own)).collect::<Result<_, _>>()?;
        Self::of(assignments, own)
    }

    /// The same of policies that have been checked before.
    ///
    /// # Errors
    /// Where two have the same name.
    pub fn of(
        assignments: impl IntoIterator<Item = Assignment>,
        own: impl IntoIterator<Item = CheckedPolicy>,
    ) -> Result<Self, PolicyError> {
        let mut policies = Self::default();
        for assignment in assignments {
            policies.assignments.entry(assignment.holder.uid()).or_default().push(assignment);
        }
        for (name, policy) in everyone() {
            policies.add(Arc::new(Own::of(Reason::Everyone(name.clone()), policy)?))?;
        }
        for own in own {
            policies.add(own.own)?;
        }
        Ok(policies)
    }

    fn add(&mut self, own: Arc<Own>) -> Result<(), PolicyError> {
        if !self.names.insert(own.reason.to_string()) {
            let why = "has the name of another policy: choose one of its own".to_owned();
            return Err(PolicyError { name: own.reason.to_string(), why });
        }
        self.looked.add(&own.looked);
        let place = self.own.len();
        match &own.concerns {
            PrincipalConstraint::Any | PrincipalConstraint::Is(_) => self.own_of_all.push(place),
            PrincipalConstraint::Eq(uid)
            | PrincipalConstraint::In(uid)
            | PrincipalConstraint::IsIn(_, uid) => self.own_of.entry(uid.clone()).or_default().push(place),
        }
        self.own.push(own);
        Ok(())
    }

    /// What can concern this principal; to be kept for as long as neither changes.
    pub fn slice(&self, principal: &Principal) -> Slice {
        let uids = principal.uids();
        let assigned = uids.iter().filter_map(|uid| self.assignments.get(uid)).flatten();
        let roles = assigned.enumerate().map(|(place, assignment)| Sliced::role(place, assignment.clone()));
        Slice::new(principal, roles.chain(self.but_roles(principal, &uids)).collect())
    }

    /// The same of all policies but roles: what all of a [`Class`] have.
    pub fn slice_without_roles(&self, principal: &Principal) -> Slice {
        Slice::new(principal, self.but_roles(principal, &principal.uids()).collect())
    }

    fn but_roles(&self, principal: &Principal, uids: &HashSet<EntityUid>) -> impl Iterator<Item = Sliced> {
        let (kind, itself) = (principal.kind, principal.uid());
        let named = uids.iter().filter_map(|uid| self.own_of.get(uid)).flatten();
        let own = named.chain(&self.own_of_all).filter_map(|place| self.own.get(*place));
        own.filter(move |own| own.concerns(kind, &itself, uids)).cloned().map(Sliced::Own)
    }

    /// The roles of the principal, and of whatever it is in.
    pub(crate) fn assigned(&self, principal: &Principal) -> impl Iterator<Item = &Assignment> {
        principal.uids().into_iter().filter_map(|uid| self.assignments.get(&uid)).flatten()
    }

    /// What tells this principal apart from others but its roles; `owns` where an entity that counts names it as an
    /// owner.
    pub fn class_of(&self, principal: &Principal, owns: bool) -> Class {
        self.looked.class_of(principal, owns)
    }

    /// One decision, of which nothing is kept.
    pub fn decide(&self, principal: &Principal, action: Action, resource: &Resource) -> Decision {
        self.slice(principal).decide(action, resource)
    }
}

/// Those of [`EVERYONE`], by name.
#[expect(clippy::expect_used, reason = "the text is ours, and a test reads it")]
fn everyone() -> &'static [(String, Policy)] {
    static POLICIES: LazyLock<Vec<(String, Policy)>> = LazyLock::new(|| {
        let set: PolicySet = EVERYONE.parse().expect("these are policies");
        let named = |policy: &Policy| {
            let name = policy.annotation("id").expect("each has a name").to_owned();
            (name.clone(), policy.new_id(PolicyId::new(name)))
        };
        set.policies().map(named).collect()
    });
    &POLICIES
}

/// # Errors
/// Where Cedar does not accept it, or it could not become a filter.
pub fn check(own: &OwnPolicy) -> Result<CheckedPolicy, PolicyError> {
    let refused = |why: String| PolicyError { name: own.name.clone(), why };
    if own.name.starts_with("role ") {
        return Err(refused("has the name of a role's policy: choose one that does not begin so".to_owned()));
    }
    let policy = Policy::parse(Some(PolicyId::new(&own.name)), &own.text)
        .map_err(|why| refused(format!("is not one policy in Cedar's language: {why}")))?;
    let set = PolicySet::from_policies([policy.clone()]).map_err(|why| refused(why.to_string()))?;
    let said = Validator::new(schema().clone()).validate(&set, ValidationMode::Strict);
    if let Some(error) = said.validation_errors().next() {
        return Err(refused(format!("does not fit the schema: {error}")));
    }
    let parts = policy.to_pst().map_err(|why| refused(why.to_string()))?;
    if let ResourceConstraint::In(of) | ResourceConstraint::IsIn(_, of) = policy.resource_constraint()
        && kind_of(&of.type_name().to_string()) == Some(Kind::Group)
    {
        return Err(refused(format!("{}. {}", fragment::IN_A_GROUP, fragment::INSTEAD_OF_A_GROUP)));
    }
    fragment::check(parts.body()).map_err(|why| refused(why.to_string()))?;
    let is_too_much = |action: &Action| concerns(&policy, *action) && !FOR_STRANGERS.contains(action);
    if policy.effect() == Effect::Permit && means_strangers(&policy) && Action::ALL.iter().any(is_too_much) {
        return Err(refused(
            "permits too much to whoever has not signed in: they may discover and read, and nothing else"
                .to_owned(),
        ));
    }
    let reason = Reason::Own(own.name.clone());
    Ok(CheckedPolicy { own: Arc::new(Own::of(reason, &policy)?), policy })
}

/// The policy as it is for those whom its head is about: what is known already, Cedar's evaluator would build and ask
/// anew for each decision.
fn without_head(policy: &Policy) -> Result<Policy, String> {
    let whole = policy.to_pst().map_err(|why| why.to_string())?;
    let mut rest = whole.body().clone();
    rest.principal = pst::PrincipalConstraint::Any;
    rest.action = pst::ActionConstraint::Any;
    let rest = pst::StaticPolicy::try_from(rest).map_err(|why| why.to_string())?;
    Policy::from_pst(rest.into()).map_err(|why| why.to_string())
}

/// What can be permitted to whoever has not signed in.
const FOR_STRANGERS: [Action; 2] = [Action::Discover, Action::Read];

/// Whether a policy says by its head that it is about whoever has not signed in.
fn means_strangers(policy: &Policy) -> bool {
    match policy.principal_constraint() {
        PrincipalConstraint::Is(kind) | PrincipalConstraint::IsIn(kind, _) => {
            kind == *Principal::anonymous().uid().type_name()
        }
        PrincipalConstraint::Eq(uid) => uid == Principal::anonymous().uid(),
        PrincipalConstraint::In(_) | PrincipalConstraint::Any => false,
    }
}

/// Whether a policy speaks of this action at all.
fn concerns(policy: &Policy, action: Action) -> bool {
    speaks_of(&policy.action_constraint(), action)
}

pub(crate) fn speaks_of(head: &ActionConstraint, action: Action) -> bool {
    match head {
        ActionConstraint::Any => true,
        ActionConstraint::Eq(uid) => uid == action.uid(),
        ActionConstraint::In(uids) => uids.contains(action.uid()),
    }
}
