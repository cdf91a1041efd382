//! What a principal may do, as a filter over entities that are not known yet.
//!
//! Cedar evaluates the principal's policies as far as they go without an entity (type-aware partial evaluation)
//! and leaves a condition on its attributes; that condition, which [`fragment`](crate::fragment) has let through,
//! is put into the words of a filter.

use std::collections::BTreeMap;

use cedar_policy::pst::{BinaryOp, Clause, EntityUID, Expr, Literal, UnaryOp, Var};
use cedar_policy::{
    Context, Effect, Entities, PartialEntities, PartialEntityUid, PartialRequest, Policy, PolicyId,
};
use loggia_model::{Attribute, Filter, Kind, Trait, Urn};

use crate::schema::{kind_name, kind_of, schema, type_name};
use crate::{Action, Slice};

/// A condition cannot be put into the words of a filter: [`fragment`](crate::fragment) should have said so.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("cannot be put as a filter: {0}")]
pub struct Untranslatable(String);

impl Slice {
    /// The entities that the principal may do this to.
    ///
    /// # Errors
    /// Where a policy is outside of what [`fragment`](crate::fragment) lets through.
    pub fn filter(&self, action: Action) -> Result<Filter, Untranslatable> {
        Ok(self.filter_and_forbidden(action)?.0)
    }

    /// The same, and the entities that the principal is forbidden to do this to, whatever permits it.
    ///
    /// # Errors
    /// As [`Slice::filter`].
    pub fn filter_and_forbidden(&self, action: Action) -> Result<(Filter, Filter), Untranslatable> {
        if self.set(action).is_empty() {
            return Ok((Filter::Nothing, Filter::Nothing));
        }
        let (mut allowed, mut forbidden) = (ByKind::default(), ByKind::default());
        for kind in Kind::ALL {
            let parts = self.parts(action, kind)?;
            forbidden.add(kind, parts.forbidden.clone());
            allowed.add(kind, Filter::all([parts.permitted, parts.forbidden.negated()]));
        }
        Ok((allowed.joined(), forbidden.joined()))
    }

    fn parts(&self, action: Action, kind: Kind) -> Result<Parts, Untranslatable> {
        let failed = |why: &dyn std::fmt::Display| Untranslatable(why.to_string());
        let request = PartialRequest::new(
            PartialEntityUid::from_concrete(self.principal.clone()),
            action.uid().clone(),
            PartialEntityUid::new(type_name(kind_name(kind)), None),
            Some(Context::empty()),
            schema(),
        )
        .map_err(|why| failed(&why))?;
        let entities = Entities::from_entities([self.entity.clone()], None).map_err(|why| failed(&why))?;
        let entities = PartialEntities::from_concrete(entities, schema()).map_err(|why| failed(&why))?;
        let answer = self.set(action).tpe(&request, &entities, schema()).map_err(|why| failed(&why))?;
        let always = |_: &PolicyId| Filter::Everything;
        let mut permits: Vec<Filter> = answer.true_permits().map(always).collect();
        let mut forbids: Vec<Filter> = answer.true_forbids().map(always).collect();
        for residual in answer.residual_policies() {
            let filter = condition(&residual, kind)?;
            if residual.effect() == Effect::Permit { permits.push(filter) } else { forbids.push(filter) }
        }
        Ok(Parts { permitted: Filter::any(permits), forbidden: Filter::any(forbids) })
    }
}

/// Most policies speak of all kinds alike: what is the same for several is said once.
#[derive(Default)]
struct ByKind(BTreeMap<Filter, Vec<Kind>>);

impl ByKind {
    fn add(&mut self, kind: Kind, filter: Filter) {
        self.0.entry(filter).or_default().push(kind);
    }

    fn joined(self) -> Filter {
        if let (1, Some(filter)) = (self.0.len(), self.0.keys().next()) {
            return filter.clone();
        }
        let any_of =
            |kinds: Vec<Kind>| Filter::any(kinds.into_iter().map(|kind| Filter::Has(Trait::Kind(kind))));
        Filter::any(self.0.into_iter().map(|(filter, kinds)| Filter::all([any_of(kinds), filter])))
    }
}

/// What policies say of entities of one kind.
struct Parts {
    permitted: Filter,
    forbidden: Filter,
}

/// All clauses of a policy of which nothing but the resource is open.
fn condition(policy: &Policy, kind: Kind) -> Result<Filter, Untranslatable> {
    let policy = policy.to_pst().map_err(|why| Untranslatable(why.to_string()))?;
    let clauses = policy.body().clauses().iter().map(|clause| match clause {
        Clause::When(when) => filter(when, kind),
        Clause::Unless(unless) => filter(unless, kind).map(Filter::negated),
    });
    Ok(Filter::all(clauses.collect::<Result<Vec<_>, _>>()?))
}

pub(crate) fn filter(expr: &Expr, kind: Kind) -> Result<Filter, Untranslatable> {
    match expr {
        Expr::Literal(Literal::Bool(true)) => Ok(Filter::Everything),
        Expr::Literal(Literal::Bool(false)) => Ok(Filter::Nothing),
        Expr::UnaryOp { op: UnaryOp::Not, expr } => Ok(filter(expr, kind)?.negated()),
        Expr::UnaryOp { op: UnaryOp::IsEmpty, expr } => {
            let attribute = attribute(expr).ok_or_else(|| other(expr))?;
            Ok(Filter::Has(Trait::Has(attribute)).negated())
        }
        Expr::BinaryOp { op, left, right } => binary(*op, left, right, kind),
        Expr::IfThenElse { cond, then_expr, else_expr } => {
            let cond = filter(cond, kind)?;
            Ok(Filter::any([
                Filter::all([cond.clone(), filter(then_expr, kind)?]),
                Filter::all([cond.negated(), filter(else_expr, kind)?]),
            ]))
        }
        Expr::HasAttr { expr, attrs } if is_resource(expr) && attrs.len() == 1 => {
            Ok(match optional(attrs.first()) {
                Some(attribute) => Filter::Has(Trait::Has(attribute)),
                None => Filter::Everything,
            })
        }
        Expr::GetAttr { .. } => flag(expr).map(Filter::Has).ok_or_else(|| other(expr)),
        Expr::Is { expr: of, entity_type, in_expr } if is_resource(of) => {
            let is_kind = kind_of(&entity_type.to_string()) == Some(kind);
            let is = if is_kind { Filter::Everything } else { Filter::Nothing };
            let within = in_expr.as_ref().map_or(Ok(Filter::Everything), |within| is_in(within))?;
            Ok(Filter::all([is, within]))
        }
        _ => Err(other(expr)),
    }
}

fn binary(op: BinaryOp, left: &Expr, right: &Expr, kind: Kind) -> Result<Filter, Untranslatable> {
    match op {
        BinaryOp::And => Ok(Filter::all([filter(left, kind)?, filter(right, kind)?])),
        BinaryOp::Or => Ok(Filter::any([filter(left, kind)?, filter(right, kind)?])),
        BinaryOp::Eq => equal(left, right),
        BinaryOp::NotEq => Ok(equal(left, right)?.negated()),
        BinaryOp::In if is_resource(left) => is_in(right),
        BinaryOp::Contains => match attribute(left) {
            Some(attribute) => has(attribute, right),
            // A known set, and what the entity has one of.
            None => Ok(Filter::any(
                elements(left)?
                    .into_iter()
                    .map(|known| equal(known, right))
                    .collect::<Result<Vec<_>, _>>()?,
            )),
        },
        BinaryOp::ContainsAny => {
            let (attribute, known) = attribute(left)
                .map(|attribute| (attribute, right))
                .or_else(|| attribute(right).map(|attribute| (attribute, left)))
                .ok_or_else(|| other(left))?;
            Ok(Filter::any(each(attribute, known)?))
        }
        BinaryOp::ContainsAll => {
            let attribute = attribute(left).ok_or_else(|| other(left))?;
            Ok(Filter::all(each(attribute, right)?))
        }
        _ => Err(Untranslatable(format!("{op:?} of the resource"))),
    }
}

fn each(attribute: Attribute, known: &Expr) -> Result<Vec<Filter>, Untranslatable> {
    elements(known)?.into_iter().map(|value| has(attribute, value)).collect()
}

/// One of both is the resource or one of its attributes, the other is known.
fn equal(one: &Expr, other_one: &Expr) -> Result<Filter, Untranslatable> {
    for (open, known) in [(one, other_one), (other_one, one)] {
        if is_resource(open) {
            return Ok(urn(known).map_or(Filter::Nothing, |urn| Filter::Has(Trait::Is(urn))));
        }
        if let (Some(flag), Expr::Literal(Literal::Bool(is))) = (flag(open), known) {
            let flagged = Filter::Has(flag);
            return Ok(if *is { flagged } else { flagged.negated() });
        }
        if let Some(attribute) = attribute(open) {
            return has(attribute, known);
        }
    }
    Err(other(one))
}

/// The entity has this value of the attribute.
fn has(attribute: Attribute, value: &Expr) -> Result<Filter, Untranslatable> {
    let text = || match value {
        Expr::Literal(Literal::String(text)) => Ok(text.to_string()),
        _ => Err(other(value)),
    };
    let entity = |of: fn(Urn) -> Trait| urn(value).map(of);
    let wanted = match attribute {
        Attribute::Unit => entity(Trait::Unit),
        Attribute::Owners => entity(Trait::Owner),
        Attribute::Terms => entity(Trait::Term),
        Attribute::Tags => Some(Trait::Tag(text()?)),
        Attribute::Type => Some(Trait::Type(text()?)),
        Attribute::Platform => Some(Trait::Platform(text()?)),
    };
    // What is no entity of the catalog, nothing has.
    Ok(wanted.map_or(Filter::Nothing, Filter::Has))
}

/// The resource is this entity.
pub(crate) fn is(uid: &EntityUID) -> Filter {
    urn_of(uid).map_or(Filter::Nothing, |urn| Filter::Has(Trait::Is(urn)))
}

/// The resource is this entity, or below it.
pub(crate) fn within(uid: &EntityUID) -> Filter {
    if uid.ty.to_string() == "Organisation" {
        // There is one; in another is nothing.
        let is_all = <_ as AsRef<str>>::as_ref(&uid.eid) == "all";
        return if is_all { Filter::Everything } else { Filter::Nothing };
    }
    let of = |urn: Urn| Filter::any([Filter::Has(Trait::Is(urn.clone())), Filter::Has(Trait::In(urn))]);
    urn_of(uid).map_or(Filter::Nothing, of)
}

/// The same of one of these.
fn is_in(known: &Expr) -> Result<Filter, Untranslatable> {
    let one = |known: &Expr| match known {
        Expr::Literal(Literal::EntityUID(uid)) => Ok(within(uid)),
        _ => Err(other(known)),
    };
    match known {
        Expr::Set(several) => {
            Ok(Filter::any(several.iter().map(|known| one(known)).collect::<Result<Vec<_>, _>>()?))
        }
        known => one(known),
    }
}

fn elements(set: &Expr) -> Result<Vec<&Expr>, Untranslatable> {
    match set {
        Expr::Set(elements) => Ok(elements.iter().map(AsRef::as_ref).collect()),
        _ => Err(other(set)),
    }
}

pub(crate) fn is_resource(expr: &Expr) -> bool {
    matches!(expr, Expr::Var(Var::Resource))
}

/// The attribute of the resource that this is.
pub(crate) fn attribute(expr: &Expr) -> Option<Attribute> {
    let Expr::GetAttr { expr, attr } = expr else { return None };
    let all = [
        Attribute::Unit,
        Attribute::Owners,
        Attribute::Terms,
        Attribute::Tags,
        Attribute::Type,
        Attribute::Platform,
    ];
    all.into_iter().find(|attribute| is_resource(expr) && attribute.as_str() == attr)
}

/// What is true of the resource or is not, by itself.
pub(crate) fn flag(expr: &Expr) -> Option<Trait> {
    let Expr::GetAttr { expr, attr } = expr else { return None };
    let flag = match attr.as_str() {
        "deprecated" => Trait::Deprecated,
        "inventory" => Trait::Inventory,
        _ => return None,
    };
    is_resource(expr).then_some(flag)
}

/// What an entity may be without; the other attributes are always there, if without a value.
fn optional(name: &str) -> Option<Attribute> {
    [Attribute::Unit, Attribute::Type, Attribute::Platform]
        .into_iter()
        .find(|attribute| attribute.as_str() == name)
}

fn urn(expr: &Expr) -> Option<Urn> {
    let Expr::Literal(Literal::EntityUID(uid)) = expr else { return None };
    urn_of(uid)
}

fn urn_of(uid: &EntityUID) -> Option<Urn> {
    let kind = kind_of(&uid.ty.to_string())?;
    format!("urn:loggia:{kind}:{}", uid.eid).parse().ok()
}

fn other(expr: &Expr) -> Untranslatable {
    Untranslatable(format!("'{}'", crate::fragment::shown(expr)))
}
