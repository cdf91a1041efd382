//! Who has which role in a domain unit, in a project or in the organisation: seen, given and taken.

use loggia_model::facts::{Member, Role};
use loggia_model::{Actor, Body, Change, Expected, Kind, Layered, Seq, Timestamp, Urn};
use loggia_policy::Action;

use crate::clock::now;
use crate::edit::last;
use crate::{Catalog, CatalogError, DirectoryEntry, Permits, Result};

/// That somebody has a role, as a page shows it.
pub struct MemberView {
    pub who: DirectoryEntry,
    pub role: Role,
    pub until: Option<Timestamp>,
    /// It ended by itself.
    pub has_ended: bool,
}

/// The roles that are had in one place, and those that reach it from above.
pub struct MembersView {
    pub scope: Urn,
    pub own: Vec<MemberView>,
    /// Nearest first, each with where it comes from. What does not reach a unit that does not inherit is not here.
    pub from_above: Vec<(DirectoryEntry, MemberView)>,
    /// Whether the actor may give and take roles here.
    pub may_change: bool,
}

impl Catalog {
    /// Who has a role in a unit, in a project, or in the organisation.
    ///
    /// # Errors
    /// `NotFound` where there is no such place, `Forbidden` where it may not be read.
    pub async fn members(&self, actor: &Actor, scope: &Urn) -> Result<MembersView> {
        let permits = self.permits(actor).await?;
        let resource = self.directory.resource_of(scope);
        if *scope != Urn::organisation() && self.directory.entry(scope).is_none() {
            return Err(CatalogError::no(scope));
        }
        self.check_resource(&permits, Action::Read, &resource, || self.directory.name(scope))?;
        let mut above: Vec<Urn> = match scope.kind() {
            Kind::DomainUnit => self.directory.reaching(scope),
            Kind::Project => {
                let unit = self.directory.standing(None, Some(scope));
                unit.map(|unit| self.directory.reaching(&unit)).unwrap_or_default()
            }
            _ => Vec::new(),
        };
        above.push(Urn::organisation());
        let from_above = above.iter().filter(|place| *place != scope).filter_map(|place| {
            let entry = self.named(&permits, place)?;
            Some(self.shown_members(&permits, place).into_iter().map(move |member| (entry.clone(), member)))
        });
        Ok(MembersView {
            scope: scope.clone(),
            own: self.shown_members(&permits, scope),
            from_above: from_above.flatten().filter(|(_, member)| !member.has_ended).collect(),
            may_change: permits.may(Action::Administer, &resource),
        })
    }

    /// Gives somebody a role, in place of the one they had here; `None` takes it away.
    ///
    /// # Errors
    /// `Invalid` names the field; `Refused` where nobody would be left who administers the organisation.
    pub async fn set_member(
        &self,
        actor: &Actor,
        scope: &Urn,
        who: &str,
        role: Option<Role>,
        until: Option<Timestamp>,
    ) -> Result<Seq> {
        let permits = self.permits(actor).await?;
        let found = self.store.read(std::slice::from_ref(scope)).await?.pop().flatten();
        // The organisation is there before anybody has said something of it.
        let mut body = match &found {
            Some(stored) => stored.body.as_ref().clone(),
            None if *scope == Urn::organisation() => Body::Organisation(Layered::default()),
            None => return Err(CatalogError::no(scope)),
        };
        let before = body.clone();
        self.check(&permits, Action::Administer, scope, &before).await?;
        let who = self.somebody(&permits, who)?;
        if until.is_some_and(|until| until <= now()) {
            return Err(CatalogError::invalid("until", "is over already: choose a day to come, or none"));
        }
        let change = |members: Option<Vec<Member>>| {
            let mut members = members.unwrap_or_default();
            members.retain(|member| member.who != who);
            members.extend(role.map(|role| Member { who: who.clone(), role, until }));
            // An empty list is a person's word too: what a file states does not come back.
            Some(members)
        };
        match &mut body {
            Body::DomainUnit(layers) => {
                let members = change(layers.view().members.clone());
                layers.say("members", &actor.key, now(), |facts| facts.members = members);
            }
            Body::Project(layers) => {
                let members = change(layers.view().members.clone());
                layers.say("members", &actor.key, now(), |facts| facts.members = members);
            }
            Body::Organisation(layers) => {
                let members = change(layers.view().members.clone());
                layers.say("members", &actor.key, now(), |facts| facts.members = members);
            }
            _ => return Err(CatalogError::Refused(format!("nobody has roles in a {}", scope.kind()))),
        }
        self.check_change(&permits, scope, Some(&before), Some(&body)).await?;
        if body == before {
            return Ok(found.map(|stored| stored.seq).unwrap_or_default());
        }
        // Whose it is stands in the change, by key: a name in the log could not be erased.
        let reason = match role {
            Some(role) => format!("gave the role of {}", role.as_str()),
            None => "took a role away".to_owned(),
        };
        let expected = found.map_or(Expected::Absent, |stored| Expected::Revision(stored.revision));
        Ok(last(&self.store.append(actor, vec![Change::put(scope.clone(), expected, body, reason)]).await?))
    }

    /// A person, group or service, by name or URN.
    fn somebody(&self, permits: &Permits, name: &str) -> Result<Urn> {
        let kinds = [Kind::Person, Kind::Group, Kind::Service];
        let found = self.known_among(permits, "who", &kinds, name)?;
        found.ok_or_else(|| CatalogError::invalid("who", "is empty: say who"))
    }

    pub(crate) fn shown_members(&self, permits: &Permits, scope: &Urn) -> Vec<MemberView> {
        let now = now();
        let view = |member: Member| {
            Some(MemberView {
                who: self.named(permits, &member.who)?,
                role: member.role,
                until: member.until,
                has_ended: member.until.is_some_and(|until| until <= now),
            })
        };
        let mut members: Vec<MemberView> =
            self.directory.members_of(scope).into_iter().filter_map(view).collect();
        members
            .sort_by(|one, other| other.role.cmp(&one.role).then_with(|| one.who.name.cmp(&other.who.name)));
        members
    }
}
