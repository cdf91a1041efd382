//! Who has which role where, who is in which group, and the organisation's own policies, in memory: a part of
//! the directory.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use loggia_model::facts::{Member, Role};
use loggia_model::{Body, Kind, Timestamp, Urn};
use loggia_policy::{Assignment, CheckedPolicy, Holder, OwnPolicy};

#[derive(Default)]
pub(crate) struct Roles {
    /// By where the roles are had: a domain unit, a project, or the organisation.
    members: HashMap<Urn, Vec<Member>>,
    /// Group → who is in it.
    groups: HashMap<Urn, Vec<Urn>>,
    /// Who is in something → the groups.
    in_groups: HashMap<Urn, BTreeSet<Urn>>,
    /// Those that are not paused. `None` cannot be used, and then nobody may do anything: it might forbid.
    policies: BTreeMap<Urn, Option<CheckedPolicy>>,
    /// Counts changes of `members` and `policies`.
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
            Body::Project(layers) => self.set_members(urn, layers.view().members.clone().unwrap_or_default()),
            Body::Policy(layers) => {
                let facts = layers.view();
                let text = facts.text.as_ref().filter(|_| facts.paused != Some(true));
                self.set_policy(urn, text.map(|text| checked(urn, text)));
            }
            Body::Asset(_)
            | Body::Glossary(_)
            | Body::Term(_)
            | Body::DataProduct(_)
            | Body::Person(_)
            | Body::Service(_)
            | Body::Rule(_)
            | Body::MetadataForm(_)
            | Body::Post(_) => {}
        }
    }

    pub fn remove(&mut self, urn: &Urn) {
        match urn.kind() {
            Kind::Group => self.set_group(urn, Vec::new()),
            Kind::DomainUnit | Kind::Project | Kind::Organisation => self.set_members(urn, Vec::new()),
            Kind::Policy => self.set_policy(urn, None),
            Kind::Asset
            | Kind::Glossary
            | Kind::Term
            | Kind::DataProduct
            | Kind::Person
            | Kind::Service
            | Kind::Rule
            | Kind::MetadataForm
            | Kind::Post => {}
        }
    }

    /// The people in a group, and in the groups in it.
    pub fn people_in(&self, group: &Urn) -> BTreeSet<Urn> {
        let (mut people, mut seen, mut next) = (BTreeSet::new(), HashSet::new(), vec![group]);
        while let Some(group) = next.pop() {
            if seen.insert(group) {
                for member in self.groups.get(group).into_iter().flatten() {
                    match member.kind() {
                        Kind::Group => next.push(member),
                        _ => people.extend((member.kind() == Kind::Person).then(|| member.clone())),
                    }
                }
            }
        }
        people
    }

    /// The slugs of all groups that somebody is in, through others too.
    pub fn groups_of(&self, who: &Urn) -> BTreeSet<String> {
        self.groups_after(who, None)
    }

    /// The same, if an entity became this body (`None`: went).
    pub fn groups_after(&self, who: &Urn, change: Option<(&Urn, Option<&Body>)>) -> BTreeSet<String> {
        let changed = change.filter(|(urn, _)| urn.kind() == Kind::Group);
        let joined: Vec<Urn> = match changed {
            Some((_, Some(Body::Group(layers)))) => layers.view().members.clone().unwrap_or_default(),
            _ => Vec::new(),
        };
        let mut groups = HashSet::new();
        let mut next = vec![who];
        while let Some(member) = next.pop() {
            let as_it_is = self.in_groups.get(member).into_iter().flatten();
            let others = as_it_is.filter(|group| changed.is_none_or(|(urn, _)| urn != *group));
            let own = changed.map(|(urn, _)| urn).filter(|_| joined.contains(member));
            for group in others.chain(own) {
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
                let scope = (scope.kind() != Kind::Organisation).then(|| scope.clone());
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
        let own = self.memberships_of(who).into_iter().map(|(scope, member)| (scope, member.role));
        let mut own: Vec<(Urn, Role)> = own.collect();
        own.sort();
        own
    }

    /// The same, with when each ends.
    pub fn memberships_of(&self, who: &Urn) -> Vec<(Urn, Member)> {
        let own = self.members.iter().flat_map(|(scope, members)| {
            let own = members.iter().filter(|member| member.who == *who);
            own.map(|member| (scope.clone(), member.clone()))
        });
        own.collect()
    }

    /// Where anybody has a role.
    pub fn places(&self) -> Vec<Urn> {
        let mut places: Vec<Urn> = self.members.keys().cloned().collect();
        places.sort();
        places
    }

    /// The organisation's own policies, but for the one of this name.
    ///
    /// # Errors
    /// Names one that cannot be used.
    pub fn policies(&self, but: Option<&Urn>) -> Result<Vec<CheckedPolicy>, Urn> {
        let used = self.policies.iter().filter(|(urn, _)| Some(*urn) != but);
        used.map(|(urn, policy)| policy.clone().ok_or_else(|| urn.clone())).collect()
    }

    fn set_policy(&mut self, urn: &Urn, policy: Option<Option<CheckedPolicy>>) {
        let before = self.policies.remove(urn);
        if before.is_some() || policy.is_some() {
            self.version += 1;
        }
        if let Some(policy) = policy {
            self.policies.insert(urn.clone(), policy);
        }
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

fn checked(urn: &Urn, text: &str) -> Option<CheckedPolicy> {
    let own = OwnPolicy { name: urn.rest().to_owned(), text: text.to_owned() };
    loggia_policy::check(&own)
        .map_err(|error| tracing::error!(%error, "a policy cannot be used: nobody may do anything"))
        .ok()
}

/// Who can have a role.
pub(crate) fn holder(who: &Urn) -> Option<Holder> {
    match who.kind() {
        Kind::Person => Some(Holder::Person(who.rest().to_owned())),
        Kind::Group => Some(Holder::Group(who.rest().to_owned())),
        Kind::Service => Some(Holder::Service(who.rest().to_owned())),
        _ => None,
    }
}
