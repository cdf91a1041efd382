//! Who has which role where, and who is in which group, in memory: a part of the directory.

use std::collections::{BTreeSet, HashMap, HashSet};

use loggia_model::facts::{Member, Role};
use loggia_model::{Body, Kind, Timestamp, Urn};
use loggia_policy::{Assignment, Holder};

#[derive(Default)]
pub(crate) struct Roles {
    /// By where the roles are had: a domain unit, or the organisation.
    members: HashMap<Urn, Vec<Member>>,
    /// Group → who is in it.
    groups: HashMap<Urn, Vec<Urn>>,
    /// Who is in something → the groups.
    in_groups: HashMap<Urn, BTreeSet<Urn>>,
    /// Counts changes of `members`.
    version: u64,
}

impl Roles {
    /// Changes whenever somebody is given a role or loses one by a change; not by time.
    pub fn version(&self) -> u64 {
        self.version
    }

    pub fn put(&mut self, urn: &Urn, body: &Body) {
        match body {
            Body::Group(layers) => self.set_group(urn, layers.view().members.clone().unwrap_or_default()),
            Body::DomainUnit(layers) => {
                self.set_members(urn, layers.view().members.clone().unwrap_or_default())
            }
            Body::Organisation(layers) => {
                self.set_members(urn, layers.view().members.clone().unwrap_or_default())
            }
            Body::Asset(_) | Body::Glossary(_) | Body::Term(_) | Body::DataProduct(_) | Body::Person(_) => {}
        }
    }

    pub fn remove(&mut self, urn: &Urn) {
        match urn.kind() {
            Kind::Group => self.set_group(urn, Vec::new()),
            Kind::DomainUnit | Kind::Organisation => self.set_members(urn, Vec::new()),
            Kind::Asset | Kind::Glossary | Kind::Term | Kind::DataProduct | Kind::Person => {}
        }
    }

    /// The slugs of all groups that somebody is in, through others too.
    pub fn groups_of(&self, who: &Urn) -> BTreeSet<String> {
        let mut groups = HashSet::new();
        let mut next = vec![who];
        while let Some(member) = next.pop() {
            for group in self.in_groups.get(member).into_iter().flatten() {
                // Groups that contain each other end here.
                if groups.insert(group) {
                    next.push(group);
                }
            }
        }
        groups.into_iter().map(|group| group.rest().to_owned()).collect()
    }

    /// Every role that is had at an instant, and until when that stays so by itself.
    pub fn assignments(&self, now: Timestamp) -> (Vec<Assignment>, Option<Timestamp>) {
        let mut assignments = Vec::new();
        let mut until: Option<Timestamp> = None;
        for (scope, members) in &self.members {
            for member in members.iter().filter(|member| member.until.is_none_or(|end| end > now)) {
                let Some(holder) = holder(&member.who) else { continue };
                let scope = (scope.kind() == Kind::DomainUnit).then(|| scope.clone());
                assignments.push(Assignment { role: member.role, holder, scope });
                until = [until, member.until].into_iter().flatten().min();
            }
        }
        (assignments, until)
    }

    pub fn members_of(&self, scope: &Urn) -> &[Member] {
        self.members.get(scope).map_or(&[], Vec::as_slice)
    }

    /// The people who administer everything, for good: as it is, or if an entity became this body (`None`: went).
    pub fn administrators(&self, change: Option<(&Urn, Option<&Body>)>) -> BTreeSet<Urn> {
        let organisation = Urn::organisation();
        let members = match change {
            Some((urn, Some(Body::Organisation(layers)))) if *urn == organisation => {
                layers.view().members.clone()
            }
            Some((urn, None)) if *urn == organisation => None,
            _ => self.members.get(&organisation).cloned(),
        };
        let is_for_good = |member: &&Member| member.role == Role::Administrator && member.until.is_none();
        let mut next: Vec<Urn> =
            members.iter().flatten().filter(is_for_good).map(|member| member.who.clone()).collect();
        let (mut people, mut groups) = (BTreeSet::new(), HashSet::new());
        while let Some(who) = next.pop() {
            if who.kind() == Kind::Person {
                people.insert(who);
            } else if groups.insert(who.clone()) {
                match change.filter(|(urn, _)| **urn == who) {
                    Some((_, Some(Body::Group(layers)))) => {
                        next.extend(layers.view().members.iter().flatten().cloned());
                    }
                    Some(_) => {}
                    None => next.extend(self.groups.get(&who).into_iter().flatten().cloned()),
                }
            }
        }
        people
    }

    /// The roles that somebody has by name, and where.
    pub fn roles_of(&self, who: &Urn) -> Vec<(Urn, Role)> {
        let own = self.members.iter().flat_map(|(scope, members)| {
            let own = members.iter().filter(|member| member.who == *who);
            own.map(|member| (scope.clone(), member.role))
        });
        let mut own: Vec<(Urn, Role)> = own.collect();
        own.sort();
        own
    }

    fn set_members(&mut self, scope: &Urn, members: Vec<Member>) {
        let before = self.members.remove(scope).unwrap_or_default();
        if before != members {
            self.version += 1;
        }
        if !members.is_empty() {
            self.members.insert(scope.clone(), members);
        }
    }

    fn set_group(&mut self, group: &Urn, members: Vec<Urn>) {
        for member in self.groups.remove(group).into_iter().flatten() {
            if let Some(groups) = self.in_groups.get_mut(&member) {
                groups.remove(group);
            }
        }
        for member in &members {
            self.in_groups.entry(member.clone()).or_default().insert(group.clone());
        }
        if !members.is_empty() {
            self.groups.insert(group.clone(), members);
        }
    }
}

/// Who can have a role.
pub(crate) fn holder(who: &Urn) -> Option<Holder> {
    match who.kind() {
        Kind::Person => Some(Holder::Person(who.rest().to_owned())),
        Kind::Group => Some(Holder::Group(who.rest().to_owned())),
        _ => None,
    }
}
