//! Which conditions can become a filter, whoever asks.
//!
//! What a condition asks of the resource has to be something that an index knows. Everything else in it must be
//! known once it is known who asks, and must not be able to fail: an error would leave the policy out of a single
//! decision, and a filter has no word for that.

use cedar_policy::pst::{BinaryOp, Clause, Expr, Literal, Template, UnaryOp, Var};

use crate::compile::{attribute, flag, is_resource};

/// Why a policy cannot become a filter, and what can be written instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("cannot be used for lists and search: {why}, in '{what}'. {instead}")]
pub struct Outside {
    what: String,
    why: &'static str,
    instead: &'static str,
}

/// # Errors
/// The first part of a condition that cannot become a filter.
pub fn check(policy: &Template) -> Result<(), Outside> {
    for clause in policy.clauses() {
        let (Clause::When(condition) | Clause::Unless(condition)) = clause;
        truth(condition)?;
    }
    Ok(())
}

/// A condition, which may ask of the resource.
fn truth(expr: &Expr) -> Result<(), Outside> {
    if !mentions_resource(expr) {
        return known(expr);
    }
    match expr {
        Expr::UnaryOp { op: UnaryOp::Not, expr } => truth(expr),
        Expr::UnaryOp { op: UnaryOp::IsEmpty, expr } if attribute(expr).is_some() => Ok(()),
        Expr::BinaryOp { op: BinaryOp::And | BinaryOp::Or, left, right } => {
            truth(left)?;
            truth(right)
        }
        Expr::BinaryOp { op: BinaryOp::Eq | BinaryOp::NotEq, left, right } => equal(left, right),
        Expr::BinaryOp { op: BinaryOp::In, left, right } if is_resource(left) => place(right),
        Expr::BinaryOp { op: BinaryOp::In, .. } => Err(outside(
            expr,
            "only the resource itself can be looked for in something",
            "Write 'resource in …', or 'resource.owners.contains(principal)'.",
        )),
        Expr::BinaryOp { op: BinaryOp::Contains, left, right } if attribute(left).is_some() => known(right),
        Expr::BinaryOp { op: BinaryOp::Contains, left, right } if attribute(right).is_some() => {
            literals(left)
        }
        Expr::BinaryOp { op: BinaryOp::ContainsAny, left, right } => {
            match (attribute(left), attribute(right)) {
                (Some(_), None) => literals(right),
                (None, Some(_)) => literals(left),
                _ => Err(outside(expr, TWO, "Compare each with what is known.")),
            }
        }
        Expr::BinaryOp { op: BinaryOp::ContainsAll, left, right } if attribute(left).is_some() => {
            literals(right)
        }
        Expr::IfThenElse { cond, then_expr, else_expr } => {
            truth(cond)?;
            truth(then_expr)?;
            truth(else_expr)
        }
        Expr::HasAttr { expr: of, attrs } if is_resource(of) && attrs.len() == 1 => Ok(()),
        Expr::GetAttr { .. } if flag(expr).is_some() => Ok(()),
        Expr::Is { expr: of, in_expr, .. } if is_resource(of) => {
            in_expr.as_ref().map_or(Ok(()), |within| place(within))
        }
        _ => Err(outside(
            expr,
            "an index cannot answer it",
            "Of a resource can be asked 'in', '==', 'is', 'has', and 'contains' of owners, terms and tags.",
        )),
    }
}

/// Where a resource may stand. In groups there are only those who ask.
fn place(expr: &Expr) -> Result<(), Outside> {
    let is_group = match expr {
        Expr::Literal(Literal::EntityUID(uid)) => uid.ty.to_string() == "Group",
        Expr::Set(elements) => return elements.iter().try_for_each(|element| place(element)),
        _ => false,
    };
    if is_group {
        return Err(outside(expr, IN_A_GROUP, INSTEAD_OF_A_GROUP));
    }
    known(expr)
}

pub(crate) const IN_A_GROUP: &str = "of a resource it is not known which groups it is in";
pub(crate) const INSTEAD_OF_A_GROUP: &str =
    "Ask for the units that it is in, or for 'principal in Group::…'.";

const TWO: &str = "two attributes of the resource cannot be compared with each other";

fn equal(left: &Expr, right: &Expr) -> Result<(), Outside> {
    let is_open = |expr: &Expr| {
        // Sets are asked for what they contain, not whether they are the same.
        let single = attribute(expr)
            .is_some_and(|attribute| !matches!(attribute.as_str(), "owners" | "terms" | "tags"));
        is_resource(expr) || flag(expr).is_some() || single
    };
    match (is_open(left), is_open(right)) {
        (true, false) => known(right),
        (false, true) => known(left),
        (true, true) => Err(outside(left, TWO, "Compare each with what is known.")),
        (false, false) => Err(outside(
            if mentions_resource(left) { left } else { right },
            "an index cannot compare it",
            "Of sets, 'contains', 'containsAny', 'containsAll' and 'isEmpty' can be asked.",
        )),
    }
}

/// A set that is written out, so that each value can be asked for.
fn literals(set: &Expr) -> Result<(), Outside> {
    let Expr::Set(elements) = set else {
        return Err(outside(set, "the set is not written out", "Write its values in brackets."));
    };
    elements.iter().try_for_each(|element| known(element))
}

/// What is known as soon as it is known who asks, and cannot fail.
fn known(expr: &Expr) -> Result<(), Outside> {
    match expr {
        _ if mentions_resource(expr) => Err(outside(expr, TWO, "Compare each with what is known.")),
        Expr::Literal(Literal::Bool(_) | Literal::String(_) | Literal::Long(_) | Literal::EntityUID(_)) => {
            Ok(())
        }
        Expr::Var(Var::Principal | Var::Action) => Ok(()),
        Expr::GetAttr { expr: of, .. } | Expr::HasAttr { expr: of, .. }
            if matches!(**of, Expr::Var(Var::Principal)) =>
        {
            Ok(())
        }
        Expr::UnaryOp { op: UnaryOp::Not | UnaryOp::IsEmpty, expr } => known(expr),
        Expr::BinaryOp { op, left, right } if cannot_fail(*op) => {
            known(left)?;
            known(right)
        }
        Expr::Is { expr, in_expr, .. } => {
            known(expr)?;
            in_expr.as_ref().map_or(Ok(()), |within| known(within))
        }
        Expr::IfThenElse { cond, then_expr, else_expr } => {
            known(cond)?;
            known(then_expr)?;
            known(else_expr)
        }
        Expr::Set(elements) => elements.iter().try_for_each(|element| known(element)),
        _ => Err(outside(
            expr,
            "it could fail, or asks for more than the principal itself has",
            "Arithmetic, patterns, extension functions and attributes of attributes are not used here.",
        )),
    }
}

fn cannot_fail(op: BinaryOp) -> bool {
    matches!(
        op,
        BinaryOp::And
            | BinaryOp::Or
            | BinaryOp::Eq
            | BinaryOp::NotEq
            | BinaryOp::In
            | BinaryOp::Contains
            | BinaryOp::ContainsAll
            | BinaryOp::ContainsAny
    )
}

fn mentions_resource(expr: &Expr) -> bool {
    match expr {
        Expr::Var(var) => *var == Var::Resource,
        Expr::UnaryOp { expr, .. }
        | Expr::GetAttr { expr, .. }
        | Expr::HasAttr { expr, .. }
        | Expr::Like { expr, .. } => mentions_resource(expr),
        Expr::BinaryOp { left, right, .. } => mentions_resource(left) || mentions_resource(right),
        Expr::Is { expr, in_expr, .. } => {
            mentions_resource(expr) || in_expr.as_ref().is_some_and(|within| mentions_resource(within))
        }
        Expr::IfThenElse { cond, then_expr, else_expr } => {
            [cond, then_expr, else_expr].into_iter().any(|expr| mentions_resource(expr))
        }
        Expr::Set(elements) => elements.iter().any(|element| mentions_resource(element)),
        Expr::Record(fields) => fields.values().any(|value| mentions_resource(value)),
        _ => false,
    }
}

/// As its author wrote it, or near to that.
pub(crate) fn shown(expr: &Expr) -> String {
    expr.to_string()
}

fn outside(expr: &Expr, why: &'static str, instead: &'static str) -> Outside {
    Outside { what: shown(expr), why, instead }
}
