//! Who may do what, and why.
//!
//! Decisions are Cedar's ([`Policies::decide`]). The same decisions over many entities are a
//! [`Filter`](loggia_model::Filter) that an index answers ([`Slice::filter`]), by Cedar's partial evaluation
//! over the attributes of an entity that is not known yet. What cannot become a filter is refused when it is
//! saved ([`fragment`]), so that a list and a single decision never disagree.

mod action;
mod class;
mod compile;
mod decide;
mod entity;
pub mod fragment;
mod need;
mod policies;
mod principal;
mod reach;
mod reason;
mod role;
mod schema;
mod slice;

pub use action::Action;
pub use class::Class;
pub use compile::Untranslatable;
pub use decide::Decision;
pub use entity::Resource;
pub use loggia_model::facts::Role;
pub use policies::{CheckedPolicy, EVERYONE, OwnPolicy, Policies, PolicyError, check};
pub use principal::{Principal, PrincipalKind};
pub use reach::{Part, Reach};
pub use reason::Reason;
pub use role::{Assignment, Holder, TEXT as ROLES, roles_that_may};
pub use schema::TEXT as SCHEMA;
pub use slice::Slice;
