//! The organisation's own policies: seen, made, changed, paused.
//!
//! A policy is a document like others, with a history. What cannot be used is refused when it is saved, and so is
//! what would leave nobody who can take it back.

use loggia_model::facts::PolicyFacts;
use loggia_model::{Actor, Body, Kind, Urn};
use loggia_policy::{Action, CheckedPolicy, OwnPolicy, Reason, Resource};
pub use loggia_policy::{EVERYONE, ROLES, SCHEMA, roles_that_may};

use crate::{Catalog, CatalogError, DirectoryEntry, Result};

/// Letters of a policy; who needs more says several things.
pub const LONGEST: usize = 8_000;

pub struct PolicyView {
    pub urn: Urn,
    pub name: String,
    /// Markdown.
    pub description: Option<String>,
    pub text: String,
    pub is_paused: bool,
    pub revision: u64,
    pub may_change: bool,
}

pub struct PoliciesView {
    pub own: Vec<DirectoryEntry>,
    pub may_change: bool,
}

impl Catalog {
    /// Those that the actor may know of.
    ///
    /// # Errors
    /// `Forbidden` where that is none at all.
    pub async fn policies(&self, actor: &Actor) -> Result<PoliciesView> {
        let permits = self.permits(actor).await?;
        let new = policy_named("new").map(Resource::new);
        let may_change = new.is_some_and(|new| permits.may(Action::Administer, &new));
        let mut own = self.directory.all(Kind::Policy);
        own.retain(|policy| self.may_know(&permits, &policy.urn));
        if own.is_empty() && !may_change {
            self.check_all(actor, Action::Administer).await?;
        }
        Ok(PoliciesView { own, may_change })
    }

    /// # Errors
    /// `NotFound` where there is none.
    pub async fn policy(&self, actor: &Actor, urn: &Urn) -> Result<PolicyView> {
        self.caught_up(actor).await;
        let permits = self.permits(actor).await?;
        let stored = self.head_by(&permits, Action::Read, urn).await?;
        let Body::Policy(layers) = stored.body.as_ref() else { return Err(CatalogError::no(urn)) };
        let facts = layers.shown();
        Ok(PolicyView {
            urn: urn.clone(),
            name: stored.body.name(urn),
            description: facts.description,
            text: facts.text.unwrap_or_default(),
            is_paused: facts.paused == Some(true),
            revision: stored.revision,
            may_change: permits.may(Action::Administer, &self.directory.resource_of(urn)),
        })
    }

    /// The names of policies of the organisation's own.
    pub(crate) fn own_names(&self, because: &[Reason]) -> Vec<String> {
        let name = |reason: &Reason| match reason {
            Reason::Own(slug) => policy_named(slug).map(|urn| self.directory.name(&urn)),
            other => Some(other.to_string()),
        };
        because.iter().filter_map(name).collect()
    }
}

/// The policy that decisions call by this name.
pub(crate) fn policy_named(slug: &str) -> Option<Urn> {
    format!("urn:loggia:{}:{slug}", Kind::Policy).parse().ok()
}

/// The policy, where it is asked.
///
/// # Errors
/// `Invalid` where it cannot be used.
pub(crate) fn used(urn: &Urn, facts: impl AsRef<PolicyFacts>) -> Result<Option<CheckedPolicy>> {
    let facts = facts.as_ref();
    let Some(text) = &facts.text else { return Ok(None) };
    let own = OwnPolicy { name: urn.rest().to_owned(), text: text.clone() };
    let checked = loggia_policy::check(&own).map_err(|error| CatalogError::invalid("text", error.why))?;
    Ok(Some(checked).filter(|_| facts.paused != Some(true)))
}

/// # Errors
/// `Invalid` where it cannot be used, paused or not.
pub(crate) fn check_policy(urn: &Urn, facts: impl AsRef<PolicyFacts>) -> Result<()> {
    used(urn, facts).map(|_| ())
}

/// What was typed as a policy.
pub(crate) fn policy_text(text: &str) -> Result<String> {
    let text = text.replace("\r\n", "\n").trim().to_owned();
    if text.is_empty() {
        return Err(CatalogError::invalid("text", "is empty: say who may, or may not, do what"));
    }
    if text.len() > LONGEST {
        return Err(CatalogError::invalid(
            "text",
            format!("is longer than {LONGEST} letters: make two of it"),
        ));
    }
    let own = OwnPolicy { name: "new".to_owned(), text: text.clone() };
    loggia_policy::check(&own).map_err(|error| CatalogError::invalid("text", error.why))?;
    Ok(text)
}
