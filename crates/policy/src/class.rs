//! Who is told apart by the policies, and who is not.
//!
//! Fifty thousand people have few different rights but for their roles ([`Reach`](crate::Reach)): those of whom no
//! other policy says anything different are decided about once. What tells two apart is whom a policy names, and the
//! attributes of a principal that a condition looks at.

use std::collections::{BTreeSet, HashSet};

use cedar_policy::pst::{BinaryOp, Clause, Expr, Literal, Template, Var};
use cedar_policy::{EntityUid, Policy, PrincipalConstraint};
use loggia_model::Urn;

use crate::{Principal, PrincipalKind};

/// Two principals of one class may do the same, to everything, but for their roles.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Class {
    kind: PrincipalKind,
    /// Themselves, groups and units, as far as a policy names them.
    named: BTreeSet<EntityUid>,
    units: Vec<Urn>,
    itself: Option<String>,
}

/// What some policies look at in whoever asks.
#[derive(Debug, Default, Clone)]
pub(crate) struct Looked {
    named: HashSet<EntityUid>,
    /// At the unit that somebody belongs to.
    at_units: bool,
    /// Whether somebody is among the owners: whoever owns nothing is like all others then.
    at_owners: bool,
    /// At who it is in another way.
    at_itself: bool,
}

impl Looked {
    pub fn of(policy: &Policy) -> Self {
        let mut looked = Self::default();
        match policy.principal_constraint() {
            PrincipalConstraint::Any | PrincipalConstraint::Is(_) => {}
            PrincipalConstraint::Eq(uid)
            | PrincipalConstraint::In(uid)
            | PrincipalConstraint::IsIn(_, uid) => {
                looked.named.insert(uid);
            }
        }
        match policy.to_pst() {
            Ok(parts) => looked.at_template(parts.body()),
            // What cannot be taken apart tells everybody apart.
            Err(_) => looked.at_itself = true,
        }
        looked
    }

    pub fn add(&mut self, other: &Self) {
        self.named.extend(other.named.iter().cloned());
        self.at_units |= other.at_units;
        self.at_owners |= other.at_owners;
        self.at_itself |= other.at_itself;
    }

    fn at_template(&mut self, template: &Template) {
        for clause in template.clauses() {
            let (Clause::When(condition) | Clause::Unless(condition)) = clause;
            self.at_expr(condition);
        }
    }

    fn at_expr(&mut self, expr: &Expr) {
        match expr {
            Expr::Var(Var::Principal) => self.at_itself = true,
            Expr::GetAttr { expr, .. } | Expr::HasAttr { expr, .. } if is_principal(expr) => {
                self.at_units = true;
            }
            // Who is compared with what is written out is told apart by that.
            Expr::BinaryOp { op: BinaryOp::In | BinaryOp::Eq | BinaryOp::NotEq, left, right }
                if is_principal(left) && is_written_out(right) =>
            {
                self.name_all(right);
            }
            Expr::BinaryOp { op: BinaryOp::Eq | BinaryOp::NotEq | BinaryOp::Contains, left, right }
                if is_principal(right) && is_written_out(left) =>
            {
                self.name_all(left);
            }
            Expr::BinaryOp { op: BinaryOp::Contains, left, right }
                if is_principal(right) && is_owners(left) =>
            {
                self.at_owners = true;
            }
            // Whoever is written out as an owner is told apart from those who own something themselves.
            Expr::BinaryOp {
                op: BinaryOp::Contains | BinaryOp::ContainsAll | BinaryOp::ContainsAny,
                left,
                right,
            } if is_owners(left) || is_owners(right) => {
                self.name_all(left);
                self.name_all(right);
                self.at_expr(left);
                self.at_expr(right);
            }
            Expr::Is { expr, in_expr, .. } if is_principal(expr) => match in_expr {
                Some(within) if is_written_out(within) => self.name_all(within),
                Some(_) => self.at_itself = true,
                None => {}
            },
            Expr::UnaryOp { expr, .. }
            | Expr::GetAttr { expr, .. }
            | Expr::HasAttr { expr, .. }
            | Expr::Like { expr, .. } => self.at_expr(expr),
            Expr::BinaryOp { left, right, .. } => {
                self.at_expr(left);
                self.at_expr(right);
            }
            Expr::Is { expr, in_expr, .. } => {
                self.at_expr(expr);
                in_expr.iter().for_each(|within| self.at_expr(within));
            }
            Expr::IfThenElse { cond, then_expr, else_expr } => {
                [cond, then_expr, else_expr].into_iter().for_each(|expr| self.at_expr(expr));
            }
            Expr::Set(elements) => elements.iter().for_each(|element| self.at_expr(element)),
            Expr::Literal(_) | Expr::Var(Var::Action | Var::Resource | Var::Context) => {}
            // Nothing else passes the fragment.
            _ => self.at_itself = true,
        }
    }

    /// What is written out, and compared with whoever asks; the places that a resource is compared with name nobody.
    fn name_all(&mut self, written_out: &Expr) {
        match written_out {
            Expr::Literal(Literal::EntityUID(uid)) => self.named.extend(uid.to_string().parse::<EntityUid>()),
            Expr::Set(elements) => elements.iter().for_each(|element| self.name_all(element)),
            _ => {}
        }
    }

    pub fn class_of(&self, principal: &Principal, owns: bool) -> Class {
        let uids = principal.uids();
        let itself = self.at_itself || (owns && self.at_owners);
        Class {
            kind: principal.kind,
            named: uids.into_iter().filter(|uid| self.named.contains(uid)).collect(),
            units: if self.at_units { principal.units.clone() } else { Vec::new() },
            itself: itself.then(|| principal.id.clone()),
        }
    }
}

fn is_principal(expr: &Expr) -> bool {
    matches!(expr, Expr::Var(Var::Principal))
}

fn is_written_out(expr: &Expr) -> bool {
    match expr {
        Expr::Literal(_) => true,
        Expr::Set(elements) => elements.iter().all(|element| is_written_out(element)),
        _ => false,
    }
}

pub(crate) fn is_owners(expr: &Expr) -> bool {
    matches!(expr, Expr::GetAttr { expr, attr } if crate::compile::is_resource(expr) && attr == "owners")
}
