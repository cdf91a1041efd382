//! What people name in forms, and what of it they may know of.

use loggia_model::{Kind, Urn};

use super::list;
use crate::{Catalog, CatalogError, DirectoryEntry, Permits, Result};

impl Catalog {
    /// The entity that a person names: by name, synonym or URN. Empty is nobody.
    pub(crate) fn known(
        &self,
        permits: &Permits,
        field: &str,
        kind: Kind,
        name: &str,
    ) -> Result<Option<Urn>> {
        self.known_among(permits, field, &[kind], name)
    }

    /// The same, of any of these kinds. Of those who can have rights, a name must mean one alone: others choose what
    /// they are called.
    pub(crate) fn known_among(
        &self,
        permits: &Permits,
        field: &str,
        kinds: &[Kind],
        name: &str,
    ) -> Result<Option<Urn>> {
        let name = name.trim();
        if name.is_empty() {
            return Ok(None);
        }
        let is_there = |urn: &Urn| kinds.contains(&urn.kind()) && self.directory.entry(urn).is_some();
        let mut found = match name.parse::<Urn>().ok().filter(is_there) {
            Some(urn) => vec![urn],
            None => self.directory.all_named(kinds, name),
        };
        found.retain(|urn| self.may_know(permits, urn));
        let acts = |urn: &Urn| matches!(urn.kind(), Kind::Person | Kind::Group | Kind::Service);
        if found.len() > 1 && found.iter().all(acts) {
            let message = format!("means more than one, '{name}': write the URN of the one you mean");
            return Err(CatalogError::invalid(field, message));
        }
        let none = || CatalogError::invalid(field, format!("there is no {} called '{name}'", any_of(kinds)));
        found.into_iter().next().map(Some).ok_or_else(none)
    }

    /// By which a form tells an entity from all others: its name, or where that means several, its URN.
    pub(crate) fn telling_name(&self, entry: &DirectoryEntry) -> String {
        let kinds = [Kind::Person, Kind::Group, Kind::Service];
        let is_shared =
            kinds.contains(&entry.urn.kind()) && self.directory.all_named(&kinds, &entry.name).len() > 1;
        if is_shared { entry.urn.to_string() } else { entry.name.clone() }
    }

    /// Those that whoever fills in a form cannot see there, and so does not mean to take away.
    pub(crate) fn hidden_of<'u>(&self, permits: &Permits, urns: impl Iterator<Item = &'u Urn>) -> Vec<Urn> {
        urns.filter(|urn| !self.may_know(permits, urn)).cloned().collect()
    }

    /// As [`Catalog::hidden_of`], for a field with one value.
    pub(crate) fn or_hidden(
        &self,
        permits: &Permits,
        given: Option<Urn>,
        before: Option<&Urn>,
    ) -> Option<Urn> {
        given.or_else(|| before.filter(|urn| !self.may_know(permits, urn)).cloned())
    }

    /// People and groups by name, and of those from before whoever fills in the form cannot see there.
    pub(crate) fn people_and_groups(
        &self,
        permits: &Permits,
        field: &str,
        names: &str,
        before: &[Urn],
    ) -> Result<Vec<Urn>> {
        let mut urns: Vec<Urn> = Vec::new();
        for name in list(names) {
            let found = self.known_among(permits, field, &[Kind::Person, Kind::Group], name)?;
            urns.extend(found.filter(|found| !urns.contains(found)));
        }
        urns.extend(self.hidden_of(permits, before.iter()));
        Ok(urns)
    }

    pub(crate) fn all_known(
        &self,
        permits: &Permits,
        field: &str,
        kind: Kind,
        names: &str,
    ) -> Result<Vec<Urn>> {
        let mut urns = Vec::new();
        for name in list(names) {
            if let Some(urn) = self.known(permits, field, kind, name)?.filter(|urn| !urns.contains(urn)) {
                urns.push(urn);
            }
        }
        Ok(urns)
    }
}

/// `person, group or service`.
fn any_of(kinds: &[Kind]) -> String {
    let titles: Vec<String> =
        kinds.iter().map(|kind| crate::find::kind_title(kind.as_str()).to_lowercase()).collect();
    match titles.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => "entity".to_owned(),
    }
}
