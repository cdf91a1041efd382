//! What an actor may, kept for as long as no policy changes.

use std::collections::HashMap;
use std::ops::Deref;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use loggia_model::{Actor, Filter, Seq, Timestamp};
use loggia_policy::{Action, Decision, Policies, Principal, Reason, Resource, Slice};

use crate::Catalog;
use crate::clock::now;

/// What the actor of one request may do. What they are refused by it is noted.
pub struct Permits {
    actor: Actor,
    /// How far the log was when it was decided that they may.
    as_of: Seq,
    allowed: Arc<Allowed>,
}

/// What one actor may do, for as long as no policy changes.
pub struct Allowed {
    /// `None` may do everything.
    slice: Option<Slice>,
    filters: [OnceLock<Filter>; Action::ALL.len()],
}

/// Policies as of a version of the roles, and what has been made of them for whoever asked.
#[derive(Default)]
pub(crate) struct Access {
    known: Mutex<Known>,
    has_accounts: AtomicBool,
}

#[derive(Default)]
struct Known {
    version: Option<u64>,
    /// Then a role ends by itself.
    until: Option<Timestamp>,
    policies: Arc<Policies>,
    permits: HashMap<Principal, Arc<Allowed>>,
}

/// Actors whose permits are kept, a few kilobytes each.
const KEPT: usize = 10_000;

impl Deref for Permits {
    type Target = Allowed;

    fn deref(&self) -> &Allowed {
        &self.allowed
    }
}

impl Permits {
    pub(super) fn new(actor: Actor, as_of: Seq, allowed: Arc<Allowed>) -> Self {
        Self { actor, as_of, allowed }
    }

    pub(crate) fn as_of(&self) -> Seq {
        self.as_of
    }

    pub(crate) fn actor(&self) -> &Actor {
        &self.actor
    }

    pub(crate) fn allowed(&self) -> Arc<Allowed> {
        self.allowed.clone()
    }
}

impl Allowed {
    pub(super) fn of(slice: Option<Slice>) -> Self {
        Self { slice, filters: Default::default() }
    }

    pub(crate) fn decide(&self, action: Action, resource: &Resource) -> Decision {
        let everything = || Decision { is_allowed: true, because: vec![Reason::Machine] };
        self.slice.as_ref().map_or_else(everything, |slice| slice.decide(action, resource))
    }

    pub(crate) fn may(&self, action: Action, resource: &Resource) -> bool {
        self.slice.as_ref().is_none_or(|slice| slice.decide(action, resource).is_allowed)
    }

    /// The same decisions, over all there is.
    pub(crate) fn filter(&self, action: Action) -> &Filter {
        let Some((slice, kept)) = self.slice.as_ref().zip(self.filters.get(action as usize)) else {
            return &Filter::Everything;
        };
        kept.get_or_init(|| {
            slice.filter(action).unwrap_or_else(|error| {
                // What cannot be a filter is refused when it is saved; if it came by another way, nothing shows.
                tracing::error!(%error, "a policy cannot be put as a filter: nothing is shown by it");
                Filter::Nothing
            })
        })
    }

    pub(crate) fn may_everything(&self) -> bool {
        self.slice.is_none()
    }
}

impl Access {
    /// Whether somebody is known to have an account.
    pub fn has_accounts(&self) -> bool {
        self.has_accounts.load(Ordering::Relaxed)
    }

    pub fn accounts_are_there(&self) {
        self.has_accounts.store(true, Ordering::Relaxed);
    }

    pub fn permits(&self, catalog: &Catalog, principal: Principal) -> Arc<Allowed> {
        let mut known = self.taken_in(catalog);
        if let Some(permits) = known.permits.get(&principal) {
            return permits.clone();
        }
        if known.permits.len() >= KEPT {
            known.permits.clear();
        }
        let permits = Arc::new(Allowed::of(Some(known.policies.slice(&principal))));
        known.permits.insert(principal, permits.clone());
        permits
    }

    /// All policies as they are, for questions about many principals.
    pub fn policies(&self, catalog: &Catalog) -> Arc<Policies> {
        self.taken_in(catalog).policies.clone()
    }

    fn taken_in(&self, catalog: &Catalog) -> MutexGuard<'_, Known> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let version = catalog.directory.roles_version();
        let now = now();
        if known.version != Some(version) || known.until.is_some_and(|until| until <= now) {
            let (assignments, until) = catalog.directory.assignments(now);
            let own = catalog.directory.policies(None);
            let policies = own.ok().and_then(|own| Policies::of(assignments, own).ok());
            let policies = policies.unwrap_or_else(|| {
                tracing::error!("a policy cannot be used: nobody may do anything");
                Policies::default()
            });
            *known = Known {
                version: Some(version),
                until,
                policies: Arc::new(policies),
                permits: HashMap::new(),
            };
        }
        known
    }
}
