//! What an entity must have for a policy to hold of it.
//!
//! Cedar's evaluator goes through all policies that it is given. Most speak of a unit, a tag or an owner that an
//! entity does not have: those need not be asked. What is said here is necessary and never enough: whether the policy
//! holds is still for Cedar to say.

use cedar_policy::Policy;
use cedar_policy::pst::{BinaryOp, Clause, EntityOrSlot, Expr, ResourceConstraint, Template, Var};
use loggia_model::{Filter, Kind, Trait};

use crate::Resource;
use crate::class::is_owners;
use crate::compile;
use crate::schema::kind_of;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Need {
    of_the_resource: Filter,
    /// That whoever asks is one of its owners.
    own: bool,
}

impl Need {
    pub fn of(policy: &Template) -> Self {
        let mut need = Self { of_the_resource: at_head(&policy.resource), own: false };
        for clause in policy.clauses() {
            if let Clause::When(condition) = clause {
                need.add(condition);
            }
        }
        need
    }

    /// `owner` is whoever asks, as an owner.
    pub fn is_met(&self, resource: &Resource, owner: Option<&Trait>) -> bool {
        (!self.own || owner.is_some_and(|owner| resource.has(owner)))
            && self.of_the_resource.holds_by(&|wanted| resource.has(wanted))
    }

    /// Each part of a condition must hold by itself.
    fn add(&mut self, condition: &Expr) {
        match condition {
            Expr::BinaryOp { op: BinaryOp::And, left, right } => {
                self.add(left);
                self.add(right);
            }
            Expr::BinaryOp { op: BinaryOp::Contains, left, right }
                if is_owners(left) && matches!(right.as_ref(), Expr::Var(Var::Principal)) =>
            {
                self.own = true;
            }
            // The kind is asked for nowhere in it.
            part if is_plain(part) => {
                if let Ok(filter) = compile::filter(part, Kind::Asset) {
                    let before = std::mem::replace(&mut self.of_the_resource, Filter::Everything);
                    self.of_the_resource = Filter::all([before, filter]);
                }
            }
            _ => {}
        }
    }
}

fn at_head(resource: &ResourceConstraint) -> Filter {
    let within = |of: &EntityOrSlot| match of {
        EntityOrSlot::Entity(uid) => compile::within(uid),
        EntityOrSlot::Slot(_) => Filter::Everything,
    };
    let of_kind =
        |name: &str| kind_of(name).map_or(Filter::Everything, |kind| Filter::Has(Trait::Kind(kind)));
    match resource {
        ResourceConstraint::In(of) => within(of),
        ResourceConstraint::Is(kind) => of_kind(&kind.to_string()),
        ResourceConstraint::IsIn(kind, of) => Filter::all([of_kind(&kind.to_string()), within(of)]),
        ResourceConstraint::Eq(EntityOrSlot::Entity(uid)) => compile::is(uid),
        _ => Filter::Everything,
    }
}

/// Whether a condition depends on the action; of what is not known here, it may.
pub(crate) fn asks_which_action(policy: &Policy) -> bool {
    let asks = |clause: &Clause| match clause {
        Clause::When(condition) | Clause::Unless(condition) => !is_without_action(condition),
    };
    policy.to_pst().map_or(true, |whole| whole.body().clauses().iter().any(asks))
}

fn is_without_action(expr: &Expr) -> bool {
    match expr {
        Expr::Literal(_) | Expr::Var(Var::Resource | Var::Principal) => true,
        Expr::UnaryOp { expr, .. }
        | Expr::GetAttr { expr, .. }
        | Expr::HasAttr { expr, .. }
        | Expr::Like { expr, .. } => is_without_action(expr),
        Expr::BinaryOp { left, right, .. } => is_without_action(left) && is_without_action(right),
        Expr::Is { expr, in_expr, .. } => {
            is_without_action(expr) && in_expr.iter().all(|within| is_without_action(within))
        }
        Expr::IfThenElse { cond, then_expr, else_expr } => {
            [cond, then_expr, else_expr].into_iter().all(|expr| is_without_action(expr))
        }
        Expr::Set(elements) => elements.iter().all(|element| is_without_action(element)),
        _ => false,
    }
}

/// Whether nothing but the resource is in it, and not which kind that is.
fn is_plain(expr: &Expr) -> bool {
    match expr {
        Expr::Literal(_) | Expr::Var(Var::Resource) => true,
        Expr::UnaryOp { expr, .. } | Expr::GetAttr { expr, .. } | Expr::HasAttr { expr, .. } => {
            is_plain(expr)
        }
        Expr::BinaryOp { left, right, .. } => is_plain(left) && is_plain(right),
        Expr::Set(elements) => elements.iter().all(|element| is_plain(element)),
        _ => false,
    }
}
