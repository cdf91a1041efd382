//! The groups of a directory. What they may do, roles say, which administrators give them here.

use std::collections::HashSet;

use loggia_model::facts::GroupFacts;
use loggia_model::{Actor, ActorKey, Body, Change, Expected, Kind, Layered, Slug, Urn};

use super::edit::{GroupEdit, once_each};
use super::words::GroupWords;
use super::{AS_SAID, Asked, Group, PAGE, Part, Provisioner, busy};
use crate::clock::now;
use crate::lockout::Loss;
use crate::newcomers::{ATTEMPTS, NAMESAKES};
use crate::ports::{ProvisionedGroup, Stored};
use crate::{Catalog, CatalogError, Result};

/// Members in one part of a list: from then on it ends early, as it may (RFC 7644, section 3.4.2.4).
const MOST_MEMBERS: usize = 20_000;

impl Catalog {
    /// Makes a group of a directory's own.
    ///
    /// # Errors
    /// `Invalid` names the attribute, `Taken` where a group, person or service is called so.
    pub async fn provision_group(&self, actor: &Actor, words: GroupWords) -> Result<Group> {
        let by = self.provisioner(actor).await?;
        let words = GroupWords { members: once_each(words.members), ..words };
        words.check()?;
        let _turn = self.provisioning.lock().await;
        self.check_members(&by, &words.members).await?;
        for _ in 0..ATTEMPTS {
            let urn = self.new_group(&words.display_name).await?;
            self.check_called(&urn, &words)?;
            let mut layers = Layered::<GroupFacts>::default();
            layers.state(&by.source, facts(&words), &by.actor.key, now());
            let made = Change::put(urn.clone(), Expected::Absent, Body::Group(layers), "made by a directory");
            if !self.was_written(&by.actor, made).await? {
                continue;
            }
            let at = now();
            let group = Group { urn, words, made: at, changed: at };
            self.store.put_provisioned_group(&row(&by, &group)).await?;
            return Ok(group);
        }
        Err(busy())
    }

    /// # Errors
    /// `NotFound` where this directory has made no such group.
    pub async fn provisioned_group(&self, actor: &Actor, id: &str) -> Result<Group> {
        let by = self.provisioner(actor).await?;
        Ok(self.made_group(&by, id).await?.1)
    }

    /// Those of this directory, by id. A part with many members ends early.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn provisioned_groups(&self, actor: &Actor, asked: &Asked) -> Result<Part<Group>> {
        let by = self.provisioner(actor).await?;
        let Part { total, start, items } = self.group_rows(&by, asked).await?;
        let mut part = Part { total, start, items: Vec::with_capacity(items.len()) };
        let mut members = 0;
        for group in items {
            let stored = self.store.read(std::slice::from_ref(&group.urn)).await?.pop().flatten();
            let words = GroupWords {
                members: stored.map(|it| members_in(&by, &it)).unwrap_or_default(),
                ..group.words
            };
            members += words.members.len();
            if members > MOST_MEMBERS && !part.items.is_empty() {
                break;
            }
            part.items.push(Group { words, ..group });
        }
        Ok(part)
    }

    /// The same, for whoever does not want to know who is in them.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub async fn provisioned_groups_alone(&self, actor: &Actor, asked: &Asked) -> Result<Part<Group>> {
        let by = self.provisioner(actor).await?;
        self.group_rows(&by, asked).await
    }

    /// Says all of a group anew.
    ///
    /// # Errors
    /// As [`Catalog::provision_group`]; `NotFound` where this directory has made no such group, `Refused` where nobody
    /// would be left who administers the organisation.
    pub async fn replace_provisioned_group(
        &self,
        actor: &Actor,
        id: &str,
        words: GroupWords,
    ) -> Result<Group> {
        let words = GroupWords { members: once_each(words.members), ..words };
        self.change_provisioned_group(actor, id, |before| *before = words.clone()).await
    }

    /// Changes one thing after the other, in one write.
    ///
    /// # Errors
    /// As [`Catalog::replace_provisioned_group`].
    pub async fn edit_provisioned_group(
        &self,
        actor: &Actor,
        id: &str,
        edits: Vec<GroupEdit>,
    ) -> Result<Group> {
        let edits = GroupEdit::together(edits);
        let apply = |words: &mut GroupWords| edits.iter().cloned().for_each(|edit| edit.apply(words));
        self.change_provisioned_group(actor, id, apply).await
    }

    /// # Errors
    /// `NotFound` where this directory has made no such group; `Refused` where nobody would be left who administers
    /// the organisation.
    pub async fn remove_provisioned_group(&self, actor: &Actor, id: &str) -> Result<()> {
        let by = self.provisioner(actor).await?;
        let _turn = self.provisioning.lock().await;
        for _ in 0..ATTEMPTS {
            let (stored, group) = self.made_group(&by, id).await?;
            self.check_left_by(&by, Loss::Becomes(&group.urn, None)).await?;
            let expected = Expected::Revision(stored.revision);
            let removed = Change::remove(group.urn.clone(), expected, AS_SAID);
            if self.was_written(&by.actor, removed).await? {
                return Ok(self.store.forget_provisioned_group(&by.service, &group.urn).await?);
            }
        }
        Err(busy())
    }

    async fn change_provisioned_group(
        &self,
        actor: &Actor,
        id: &str,
        change: impl Fn(&mut GroupWords),
    ) -> Result<Group> {
        let by = self.provisioner(actor).await?;
        let _turn = self.provisioning.lock().await;
        for _ in 0..ATTEMPTS {
            let (stored, before) = self.made_group(&by, id).await?;
            let mut words = before.words.clone();
            change(&mut words);
            if words == before.words {
                return Ok(before);
            }
            words.check()?;
            if words.display_name != before.words.display_name {
                self.check_called(&before.urn, &words)?;
            }
            let known: HashSet<&ActorKey> = before.words.members.iter().collect();
            let new = words.members.iter().filter(|member| !known.contains(member)).cloned();
            self.check_members(&by, &new.collect::<Vec<_>>()).await?;
            let after = Group { urn: before.urn.clone(), made: before.made, changed: now(), words };
            if !self.rewrite(&by, &stored, &after).await? {
                continue;
            }
            self.store.put_provisioned_group(&row(&by, &after)).await?;
            return Ok(after);
        }
        Err(busy())
    }

    /// `false` where somebody else was faster.
    async fn rewrite(&self, by: &Provisioner, stored: &Stored, group: &Group) -> Result<bool> {
        let Body::Group(layers) = stored.body.as_ref() else { return Err(none()) };
        let mut layers = layers.clone();
        if !layers.state(&by.source, facts(&group.words), &by.actor.key, now()) {
            return Ok(true);
        }
        let body = Body::Group(layers);
        self.check_left_by(by, Loss::Becomes(&group.urn, Some(&body))).await?;
        let expected = Expected::Revision(stored.revision);
        self.was_written(&by.actor, Change::put(group.urn.clone(), expected, body, AS_SAID)).await
    }

    /// Without their members.
    async fn group_rows(&self, by: &Provisioner, asked: &Asked) -> Result<Part<Group>> {
        let holds = |group: &Group| asked.filter.as_ref().is_none_or(|filter| filter.holds_of_group(group));
        let room = usize::try_from(asked.count).unwrap_or(usize::MAX);
        let mut part = Part { total: 0, start: asked.start, items: Vec::new() };
        let mut after = None;
        loop {
            let some = self.store.provisioned_groups(&by.service, after.as_ref(), PAGE).await?;
            let Some(last) = some.last() else { return Ok(part) };
            after = Some(last.urn.clone());
            for group in some.into_iter().map(group).filter(holds) {
                part.total += 1;
                if part.total >= asked.start && part.items.len() < room {
                    part.items.push(group);
                }
            }
        }
    }

    async fn made_group(&self, by: &Provisioner, id: &str) -> Result<(Stored, Group)> {
        let urn: Urn = format!("urn:loggia:{}:{id}", Kind::Group).parse().map_err(|_| none())?;
        let row = self.store.provisioned_group(&by.service, &urn).await?.ok_or_else(none)?;
        let stored = self.store.read(std::slice::from_ref(&urn)).await?.pop().flatten().ok_or_else(none)?;
        // One that was removed, and made again by others under its name, is not the directory's.
        if !matches!(stored.body.as_ref(), Body::Group(layers) if layers.layer(&by.source).is_some()) {
            self.store.forget_provisioned_group(&by.service, &urn).await?;
            return Err(none());
        }
        let mut group = group(row);
        group.words.members = members_in(by, &stored);
        Ok((stored, group))
    }

    /// A name that no group has, had, or is known by to anything.
    async fn new_group(&self, name: &str) -> Result<Urn> {
        let wanted = Slug::of(name).map_or_else(|| "group".to_owned(), |slug| slug.to_string());
        for number in 1..NAMESAKES {
            let name = if number == 1 { wanted.clone() } else { format!("{wanted}-{number}") };
            let Ok(urn) = format!("urn:loggia:{}:{name}", Kind::Group).parse::<Urn>() else { continue };
            if self.is_unknown(&urn).await? {
                return Ok(urn);
            }
        }
        Err(CatalogError::Refused(format!("too many groups are called like '{wanted}': choose another name")))
    }

    /// Whoever is given a role by a name must be meant by it.
    fn check_called(&self, urn: &Urn, words: &GroupWords) -> Result<()> {
        let kinds = [Kind::Group, Kind::Person, Kind::Service];
        let others = self.directory.all_named(&kinds, &words.display_name);
        match others.iter().find(|other| *other != urn) {
            None => Ok(()),
            Some(other) => Err(CatalogError::Taken(format!(
                "'{}' is what a {} is called here already: choose another displayName",
                words.display_name,
                other.kind()
            ))),
        }
    }

    async fn check_members(&self, by: &Provisioner, members: &[ActorKey]) -> Result<()> {
        let known = self.store.provisioned_among(&by.service, members).await?;
        match members.iter().find(|member| !known.contains(member)) {
            None => Ok(()),
            Some(stranger) => Err(CatalogError::invalid(
                "members",
                format!("name '{stranger}', who is no user of this directory: bring them first"),
            )),
        }
    }
}

fn facts(words: &GroupWords) -> GroupFacts {
    let members = words.members.iter().filter_map(ActorKey::person).collect();
    GroupFacts {
        name: Some(words.display_name.trim().to_owned()),
        members: Some(members),
        ..GroupFacts::default()
    }
}

/// By the directory's own layer.
fn members_in(by: &Provisioner, stored: &Stored) -> Vec<ActorKey> {
    let Body::Group(layers) = stored.body.as_ref() else { return Vec::new() };
    let members = layers.layer(&by.source).and_then(|layer| layer.facts.members.as_ref());
    members.into_iter().flatten().filter_map(|member| member.rest().parse().ok()).collect()
}

fn group(row: ProvisionedGroup) -> Group {
    let words = GroupWords { display_name: row.name, external_id: row.external_id, members: Vec::new() };
    Group { urn: row.urn, words, made: row.made, changed: row.changed }
}

fn row(by: &Provisioner, group: &Group) -> ProvisionedGroup {
    ProvisionedGroup {
        service: by.service.clone(),
        urn: group.urn.clone(),
        name: group.words.display_name.clone(),
        external_id: group.words.external_id.clone(),
        made: group.made,
        changed: group.changed,
    }
}

fn none() -> CatalogError {
    CatalogError::NotFound("such group of this directory".into())
}
