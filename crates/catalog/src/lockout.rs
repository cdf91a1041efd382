//! That somebody is left who administers the organisation: who has that role without an end, whom the policies let, and
//! who can sign in.

use std::collections::BTreeSet;

use loggia_model::facts::Role;
use loggia_model::{Body, Kind, Urn};
use loggia_policy::{Action, Assignment, CheckedPolicy, Holder, Policies, Resource};

use crate::accounts::key_of;
use crate::policies::used;
use crate::{Catalog, CatalogError, Result};

/// What is about to happen, and might leave nobody.
#[derive(Clone, Copy)]
pub(crate) enum Loss<'a> {
    /// An entity becomes this; `None` where it goes.
    Becomes(&'a Urn, Option<&'a Body>),
    /// Somebody can sign in no longer.
    KeptOut(&'a Urn),
}

const NOBODY_HAS: &str = "nobody would be left who administers the organisation without an end: give somebody else \
                          that role first";
const NOBODY_MAY: &str = "no administrator of the organisation could take this back: let it except those who administer \
                          the organisation, such as with 'unless { principal in Group::\"…\" }'";
const NOBODY_COMES_IN: &str = "nobody would be left who administers the organisation without an end and can sign in: give \
                               somebody else that role, and an account, first";

impl Catalog {
    /// Where somebody is there now, somebody must be there afterwards.
    ///
    /// # Errors
    /// `Refused` says what would be missing.
    pub(crate) async fn check_left(&self, loss: Loss<'_>) -> Result<()> {
        self.until_known(self.store.heads().await?.policies).await;
        let change = loss.change();
        let before = self.directory.administrators(None);
        if before.is_empty() {
            return Ok(());
        }
        let after = self.directory.administrators(change);
        if after.is_empty() {
            return Err(CatalogError::Refused(NOBODY_HAS.into()));
        }
        // What is there already and cannot be used, this change does not make worse, and may mend.
        let able = self.able(after.clone(), change).unwrap_or(after);
        if able.is_empty() && change.is_some() {
            return Err(CatalogError::Refused(NOBODY_MAY.into()));
        }
        let is_out = |person: &Urn| matches!(loss, Loss::KeptOut(out) if out == person);
        let left = able.into_iter().filter(|person| !is_out(person)).collect();
        if self.can_come_in(&left).await? || !self.is_somebody_left().await? {
            return Ok(());
        }
        Err(CatalogError::Refused(NOBODY_COMES_IN.into()))
    }

    /// Whether somebody administers the organisation who is let and can sign in, as it is now.
    pub(crate) async fn is_somebody_left(&self) -> Result<bool> {
        let administrators = self.directory.administrators(None);
        let able = self.able(administrators.clone(), None).unwrap_or(administrators);
        self.can_come_in(&able).await
    }

    /// Those of these administrators whom the policies let; `None` where a policy cannot be used.
    fn able(
        &self,
        mut people: BTreeSet<Urn>,
        change: Option<(&Urn, Option<&Body>)>,
    ) -> Option<BTreeSet<Urn>> {
        let own = self.own_policies(change)?;
        let roles = people.iter().map(|person| Assignment {
            role: Role::Administrator,
            holder: Holder::Person(person.rest().to_owned()),
            scope: None,
        });
        let policies = Policies::of(roles.collect::<Vec<_>>(), own).ok()?;
        let organisation = Resource::new(Urn::organisation());
        let changed = change.map(|(urn, _)| Resource::new(urn.clone()));
        let needed: Vec<&Resource> = [&organisation].into_iter().chain(&changed).collect();
        people.retain(|person| {
            let mut principal = self.principal_of(person);
            principal.groups = self.directory.groups_after(person, change);
            let slice = policies.slice(&principal);
            needed.iter().all(|resource| {
                [Action::Discover, Action::Administer]
                    .iter()
                    .all(|action| slice.decide(*action, resource).is_allowed)
            })
        });
        Some(people)
    }

    /// Those that would be asked, were the entity to become this.
    fn own_policies(&self, change: Option<(&Urn, Option<&Body>)>) -> Option<Vec<CheckedPolicy>> {
        let changed = change.filter(|(urn, _)| urn.kind() == Kind::Policy);
        let mut own = self.directory.policies(changed.map(|(urn, _)| urn)).ok()?;
        if let Some((urn, Some(Body::Policy(layers)))) = changed
            && let Some(policy) = used(urn, layers.view()).ok()?
        {
            own.push(policy);
        }
        Some(own)
    }

    async fn can_come_in(&self, people: &BTreeSet<Urn>) -> Result<bool> {
        for person in people {
            let Ok(key) = key_of(person) else { continue };
            // Without a password one comes in by a provider, of whom only the process that serves knows.
            if self.store.account(&key).await?.is_some_and(|account| !account.is_disabled) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl<'a> Loss<'a> {
    fn change(self) -> Option<(&'a Urn, Option<&'a Body>)> {
        match self {
            Self::Becomes(urn, after) => Some((urn, after)),
            Self::KeptOut(_) => None,
        }
    }
}
