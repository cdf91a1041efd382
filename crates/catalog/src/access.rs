//! Who may do what: the one place where a use case asks, and the only one that decides.
//!
//! Policies are a projection of the log like everything else, but never an old one: before it decides, each
//! request compares how far its policies have come with what the store has, and waits, or is refused.

mod forbidden;
mod permits;

use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use loggia_model::facts::{AssetFacts, Member, PostFacts};
use loggia_model::{Actor, Body, Door, Filter, Kind, Seq, Source, Urn, Who};
use loggia_policy::{Action, Decision, Principal, PrincipalKind, Reason, Resource};

pub use self::forbidden::Forbidden;
pub(crate) use self::permits::Access;
pub use self::permits::{Allowed, Permits};
use crate::assets::AssetView;
use crate::attributes::Attributes;
use crate::audit::Event;
use crate::certification::certified;
use crate::find::kind_title;
use crate::lockout::Loss;
use crate::policies::check_policy;
use crate::ports::{Heads, Stored};
use crate::{Catalog, CatalogError, DirectoryEntry, Result};

/// Why, where what is there may not be known to be.
pub(crate) const UNKNOWN: &str = "may not know that it is there";

impl Catalog {
    /// What the actor may do, by all policies that the store has.
    pub(crate) async fn permits(&self, actor: &Actor) -> Result<Arc<Permits>> {
        static EVERYTHING: OnceLock<Arc<Allowed>> = OnceLock::new();
        let Some(principal) = self.principal(actor) else {
            let allowed = EVERYTHING.get_or_init(|| Arc::new(Allowed::of(None))).clone();
            return Ok(Arc::new(Permits::new(actor.clone(), Seq::default(), allowed)));
        };
        let Heads { last, policies } = self.store.heads().await?;
        if !self.until_known(policies).await {
            return Err(CatalogError::Busy(
                "who may do what has just been changed, and is being taken in: try again in a moment".into(),
            ));
        }
        // Asked again: what was waited for may have changed which groups the actor is in.
        let principal = self.principal(actor).unwrap_or(principal);
        Ok(Arc::new(Permits::new(actor.clone(), last, self.access.permits(self, principal))))
    }

    /// Whether there is anything that whoever has not signed in may find.
    ///
    /// # Errors
    /// Where nobody can tell.
    pub async fn is_open_to_strangers(&self) -> Result<bool> {
        let stranger = self.permits(&Actor::anonymous(Door::Browser)).await?;
        Ok(*stranger.filter(Action::Discover) != Filter::Nothing)
    }

    /// `None` for whoever has the machine, and with it the data itself.
    fn principal(&self, actor: &Actor) -> Option<Principal> {
        match actor.who {
            Who::Machine => None,
            Who::Anonymous => Some(Principal::anonymous()),
            Who::Person | Who::Service => {
                let known = actor.entity().map(|who| self.principal_of(&who));
                let is_service = actor.who == Who::Service;
                Some(known.unwrap_or_else(|| Principal {
                    kind: if is_service { PrincipalKind::Service } else { PrincipalKind::Person },
                    id: actor.key.as_str().to_owned(),
                    groups: BTreeSet::new(),
                    units: Vec::new(),
                }))
            }
        }
    }

    /// A person or service, as policies know them.
    pub(crate) fn principal_of(&self, who: &Urn) -> Principal {
        let kind = if who.kind() == Kind::Service { PrincipalKind::Service } else { PrincipalKind::Person };
        Principal {
            kind,
            id: who.rest().to_owned(),
            groups: self.directory.groups_of(who),
            units: self.directory.units_of(who),
        }
    }

    /// The document as it stands, where it may be done to it.
    pub(crate) async fn head_by(&self, permits: &Permits, action: Action, urn: &Urn) -> Result<Stored> {
        let stored = self.head(urn).await?;
        self.check(permits, action, urn, &stored.body).await?;
        Ok(stored)
    }

    /// # Errors
    /// `NotFound` for what the actor may not know of, `Forbidden` for what it may not do.
    pub(crate) async fn check(
        &self,
        permits: &Permits,
        action: Action,
        urn: &Urn,
        body: &Body,
    ) -> Result<()> {
        if permits.may_everything() {
            return Ok(());
        }
        let resource = self.resource(urn, body).await?;
        self.check_resource(permits, action, &resource, || body.name_for_others(urn))
    }

    /// An entity as policies know it; an asset with what is known by its other names.
    pub(crate) async fn resource(&self, urn: &Urn, body: &Body) -> Result<Resource> {
        Ok(match body {
            Body::Asset(layers) => {
                let layers = self.with_aliases(urn, layers.clone()).await?;
                self.directory.resource(urn, &Attributes::of(&Body::Asset(layers)))
            }
            Body::Post(layers) => self.resource_of_post(urn, &layers.view()).await?,
            other => self.directory.resource(urn, &Attributes::of(other)),
        })
    }

    /// What may be done with what is said about an asset, is decided by that asset.
    async fn resource_of_post(&self, urn: &Urn, post: &PostFacts) -> Result<Resource> {
        let about = post.about.as_ref().filter(|about| about.kind() == Kind::Asset);
        let about = about.map(|about| self.directory.asset(about)).ok_or_else(|| CatalogError::no(urn))?;
        let stored = self.store.read(std::slice::from_ref(&about)).await?.pop().flatten();
        match stored.as_ref().map(|stored| stored.body.as_ref()) {
            Some(Body::Asset(layers)) => {
                let layers = self.with_aliases(&about, layers.clone()).await?;
                Ok(self.directory.resource(&about, &Attributes::of(&Body::Asset(layers))))
            }
            _ => Err(CatalogError::no(urn)),
        }
    }

    pub(crate) fn check_resource(
        &self,
        permits: &Permits,
        action: Action,
        resource: &Resource,
        name: impl FnOnce() -> String,
    ) -> Result<()> {
        if !permits.may(Action::Discover, resource) {
            self.note(permits.actor(), Event::refused(action, &resource.urn, UNKNOWN));
            return Err(CatalogError::no(&resource.urn));
        }
        let decision = permits.decide(action, resource);
        if decision.is_allowed {
            return Ok(());
        }
        let owners = resource.owners.iter().filter_map(|owner| self.named(permits, owner)).collect();
        Err(self.forbidden(permits, action, &resource.urn, name(), owners, &decision.because))
    }

    /// What a person is about to change, and what they may do.
    pub(crate) async fn to_change(&self, actor: &Actor, urn: &Urn) -> Result<(Arc<Permits>, Stored)> {
        let permits = self.permits(actor).await?;
        let stored = self.head_by(&permits, changing(urn.kind()), urn).await?;
        Ok((permits, stored))
    }

    /// Whether a person may make this of that. Every write of a person goes through here, undoing and restoring
    /// too: an older revision may say who had which role.
    pub(crate) async fn check_change(
        &self,
        permits: &Permits,
        urn: &Urn,
        before: Option<&Body>,
        after: Option<&Body>,
    ) -> Result<()> {
        if let Some(before) = before {
            self.check(permits, changing(urn.kind()), urn, before).await?;
        }
        let (then, now) = (before.map(Attributes::of), after.map(Attributes::of));
        if let (Some(after), Some(now)) = (after, &now) {
            let stays = then.as_ref().is_some_and(|then| then.place() == now.place());
            // Nobody puts into a unit, a project or a glossary what they could not change there.
            if !stays {
                self.check_new(permits, changing(urn.kind()), urn, after)?;
                self.check_places(permits, urn, after, then.as_ref(), now)?;
            }
            // An owner may more than an editor, so who owns a thing is not for editors to say.
            match (before, &then) {
                (Some(before), Some(then)) if then.owners != now.owners => {
                    self.check(permits, Action::Approve, urn, before).await?;
                }
                (None, _) if !now.owners.is_empty() => {
                    self.check_new(permits, Action::Approve, urn, after)?
                }
                _ => {}
            }
        }
        if let (Some(then), Some(now)) = (&then, &now)
            && matches!(urn.kind(), Kind::DomainUnit | Kind::Project)
            && (then.unit != now.unit || then.is_cut_off != now.is_cut_off)
        {
            self.check_move(permits, urn, now.unit.as_ref())?;
            if then.is_cut_off != now.is_cut_off {
                self.check_move(permits, urn, then.unit.as_ref())?;
            }
        }
        if let (None, Some(after)) =
            (before, after.filter(|_| now.as_ref().is_some_and(|now| now.is_cut_off)))
        {
            self.check_new(permits, Action::Administer, urn, after)?;
        }
        // What others find, and in which words, is not for editors to say; nor is it by undoing or restoring, by taking
        // what was taken back out of its project, or by making it another name of something.
        let is_out = |body: &Body| matches!(body, Body::Asset(layers) if layers.is_published());
        let is_opened = then.as_ref().is_some_and(|then| then.inventory)
            && now.as_ref().is_some_and(|now| !now.inventory);
        let is_opened = is_opened && before.is_some_and(|body| published(body).is_some());
        let is_led_away = before.is_some_and(is_out) && before.and_then(leads_to) != after.and_then(leads_to);
        let is_published_otherwise = before.and_then(published) != after.and_then(published);
        if (is_opened || is_led_away || is_published_otherwise)
            && let Some(body) = before.or(after)
        {
            self.check(permits, Action::Publish, urn, body).await?;
        }
        // Nor is what others may rest on, also by making it another name of something.
        let (was, is) = (before.and_then(certified), after.and_then(certified));
        let is_hidden = was.is_some() && before.and_then(leads_to) != after.and_then(leads_to);
        if is_hidden || was != is {
            match (before, after) {
                (Some(body), _) => self.check(permits, Action::Curate, urn, body).await?,
                (None, Some(body)) => self.check_new(permits, Action::Curate, urn, body)?,
                (None, None) => {}
            }
        }
        self.check_master_data(urn, before, after).await?;
        self.check_leading(permits, urn, before.and_then(leads_to), after.and_then(leads_to)).await?;
        if before.map(members) != after.map(members) && (before.is_some() || after.is_some_and(has_members)) {
            match before.or(after) {
                Some(body) if before.is_some() => {
                    self.check(permits, Action::Administer, urn, body).await?;
                }
                Some(body) => self.check_new(permits, Action::Administer, urn, body)?,
                None => {}
            }
            self.check_left(Loss::Becomes(urn, after)).await?;
        }
        if let Some(Body::Policy(layers)) = after {
            check_policy(urn, layers.view())?;
            self.check_left(Loss::Becomes(urn, after)).await?;
        }
        Ok(())
    }

    /// Whoever moves a unit or a project gives and takes roles: those of above reach what is below. So does who says
    /// whether a unit inherits.
    fn check_move(&self, permits: &Permits, unit: &Urn, to: Option<&Urn>) -> Result<()> {
        let organisation = Urn::organisation();
        for place in [unit, to.unwrap_or(&organisation)] {
            let resource = self.directory.resource_of(place);
            self.check_resource(permits, Action::Administer, &resource, || self.directory.name(place))?;
        }
        Ok(())
    }

    /// What one thing is a part, or another name, of shows what is known of both: whoever joins them, or parts them,
    /// must be let near the other too.
    async fn check_leading(
        &self,
        permits: &Permits,
        urn: &Urn,
        before: Option<Urn>,
        after: Option<Urn>,
    ) -> Result<()> {
        if before == after {
            return Ok(());
        }
        for target in [&before, &after].into_iter().flatten() {
            if urn.kind() == Kind::DomainUnit {
                self.check_move(permits, urn, Some(target))?;
            }
            match self.head_by(permits, changing(target.kind()), target).await {
                // What has gone needs no leave to be parted from.
                Err(CatalogError::NotFound(_)) if Some(target) == before.as_ref() => {}
                other => {
                    other?;
                }
            }
        }
        Ok(())
    }

    /// Whether the actor may do this to what is not there yet, were it to be placed so. Whom it names as its owners
    /// does not count: whoever makes it says that.
    pub(crate) fn check_new(&self, permits: &Permits, action: Action, urn: &Urn, body: &Body) -> Result<()> {
        let attributes = Attributes { owners: Vec::new(), ..Attributes::of(body) };
        let resource = self.directory.resource(urn, &attributes);
        let decision = permits.decide(action, &resource);
        if decision.is_allowed { Ok(()) } else { Err(self.refused(permits, action, urn, body, &decision)) }
    }

    /// What may not be done to something that is not there, or not there yet.
    pub(crate) fn refused(
        &self,
        permits: &Permits,
        action: Action,
        urn: &Urn,
        body: &Body,
        decision: &Decision,
    ) -> CatalogError {
        let because = self.own_names(&decision.because);
        // What is not there is called as somebody has typed, and that is not for the audit.
        let kind = kind_title(urn.kind().as_str()).to_lowercase();
        let why = format!("{}, of a new {kind}", forbidding(&because));
        self.note(permits.actor(), Event::refused_new(action, why));
        let (urn, name) = (urn.clone(), body.name(urn));
        CatalogError::Forbidden(Box::new(Forbidden { action, urn, name, owners: Vec::new(), because }))
    }

    fn forbidden(
        &self,
        permits: &Permits,
        action: Action,
        urn: &Urn,
        name: String,
        owners: Vec<DirectoryEntry>,
        because: &[Reason],
    ) -> CatalogError {
        let because = self.own_names(because);
        self.note(permits.actor(), Event::refused(action, urn, forbidding(&because)));
        CatalogError::Forbidden(Box::new(Forbidden { action, urn: urn.clone(), name, owners, because }))
    }

    /// Whether whoever a view was made for may do this to the asset.
    pub(crate) fn check_view(&self, asset: &AssetView, action: Action) -> Result<()> {
        self.check_resource(&asset.reader.permits, action, &asset.reader.resource, || asset.name.clone())
    }

    /// Whether the actor may do this to the whole of the organisation: what is of no unit alone.
    pub(crate) async fn check_all(&self, actor: &Actor, action: Action) -> Result<()> {
        let permits = self.permits(actor).await?;
        let organisation = Urn::organisation();
        let resource = self.directory.resource(&organisation, &Attributes::default());
        self.check_resource(&permits, action, &resource, || "the organisation".to_owned())
    }

    pub(crate) fn all_named<'u>(
        &self,
        permits: &Permits,
        urns: impl Iterator<Item = &'u Urn>,
    ) -> Vec<DirectoryEntry> {
        urns.filter_map(|urn| self.named(permits, urn)).collect()
    }

    /// From the top down to the entity itself, without what the actor may not know of.
    pub(crate) fn path(&self, permits: &Permits, urn: &Urn) -> Vec<DirectoryEntry> {
        let mut path = self.directory.path(urn);
        path.retain(|entry| self.may_know(permits, &entry.urn));
        path
    }

    /// What is known of an entity by name, where the actor may know of it.
    pub(crate) fn named(&self, permits: &Permits, urn: &Urn) -> Option<DirectoryEntry> {
        let entry = self.directory.entry_or_name(urn);
        self.may_know(permits, urn).then_some(entry)
    }

    /// Whether the actor may know that it is there: of assets, only what the index shows is asked.
    pub(crate) fn may_know(&self, permits: &Permits, urn: &Urn) -> bool {
        match permits.filter(Action::Discover) {
            Filter::Everything => true,
            // Who may know of a post is who may read what it is about, and that is not known here.
            _ if urn.kind() == Kind::Post => false,
            filter => filter.holds(&self.directory.resource_of(urn).traits()),
        }
    }
}

/// What changing a thing of this kind is.
pub(crate) fn changing(kind: Kind) -> Action {
    match kind {
        Kind::Asset | Kind::DataProduct => Action::Edit,
        Kind::DomainUnit | Kind::Project | Kind::Glossary | Kind::Term | Kind::Rule | Kind::MetadataForm => {
            Action::Curate
        }
        // What people do with posts, `posts` decides by what these are about.
        Kind::Person | Kind::Group | Kind::Service | Kind::Organisation | Kind::Policy | Kind::Post => {
            Action::Administer
        }
    }
}

/// What others see of an asset beside what its sources say, and what is said of that.
fn published(body: &Body) -> Option<&AssetFacts> {
    match body {
        Body::Asset(layers) => layers.layer(&Source::listing()).map(|layer| layer.facts.as_ref()),
        _ => None,
    }
}

/// What it is a part, or another name, of.
fn leads_to(body: &Body) -> Option<Urn> {
    match body {
        Body::Asset(_) => body.alias_of(),
        Body::DomainUnit(layers) => layers.view().merged_into.clone(),
        Body::Term(layers) => layers.view().merged_into.clone(),
        Body::DataProduct(layers) => layers.view().merged_into.clone(),
        Body::Glossary(_)
        | Body::Person(_)
        | Body::Group(_)
        | Body::Service(_)
        | Body::Organisation(_)
        | Body::Policy(_)
        | Body::Project(_)
        | Body::Rule(_)
        | Body::MetadataForm(_)
        | Body::Post(_) => None,
    }
}

/// Who has a role by this, or is in the group.
fn members(body: &Body) -> (Vec<Member>, Vec<Urn>) {
    let roles = match body {
        Body::DomainUnit(layers) => layers.view().members.clone(),
        Body::Project(layers) => layers.view().members.clone(),
        Body::Organisation(layers) => layers.view().members.clone(),
        _ => None,
    };
    let group = match body {
        Body::Group(layers) => layers.view().members.clone(),
        _ => None,
    };
    (roles.unwrap_or_default(), group.unwrap_or_default())
}

fn has_members(body: &Body) -> bool {
    members(body) != Default::default()
}

fn forbidding(because: &[String]) -> String {
    match because {
        [] => "no policy permits it".to_owned(),
        policies => format!("forbidden by the policy {}", policies.join(" and ")),
    }
}
