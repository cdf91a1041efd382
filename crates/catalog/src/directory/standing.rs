//! Where things stand, who reaches them there, and who answers for them.

use loggia_model::facts::{Away, Member};
use loggia_model::{Timestamp, Urn};

use super::{DEEPEST, Directory};
use crate::raci::Raci;

impl Directory {
    /// The unit and all above it, itself first.
    pub(crate) fn and_above(&self, unit: &Urn) -> Vec<Urn> {
        let state = self.read();
        let mut units = vec![unit.clone()];
        let mut at = state.entries.get(unit);
        while let Some(parent) = at.and_then(|entry| entry.parent.as_ref()).filter(|_| units.len() < DEEPEST)
        {
            units.push(parent.clone());
            at = state.entries.get(parent);
        }
        units
    }

    /// The unit and those above it whose roles reach what stands in it, itself first: up to one that does not
    /// inherit. Breadcrumbs show [`Directory::path`], which goes on.
    pub(crate) fn reaching(&self, unit: &Urn) -> Vec<Urn> {
        let mut units = self.and_above(unit);
        let state = self.read();
        let is_cut_off = |unit: &Urn| state.entries.get(unit).is_some_and(|entry| !entry.inherits);
        if let Some(end) = units.iter().position(is_cut_off) {
            units.truncate(end + 1);
        }
        units
    }

    /// The unit that something stands in by its own word or else by that of its project.
    pub(crate) fn standing(&self, unit: Option<&Urn>, project: Option<&Urn>) -> Option<Urn> {
        let unit = unit.cloned().or_else(|| project.and_then(|project| self.unit_of(project)));
        unit.map(|unit| self.resolve(&unit))
    }

    /// The roles that somebody has by name, where, and until when; also those that have ended.
    pub(crate) fn memberships_of(&self, who: &Urn) -> Vec<(Urn, Member)> {
        self.read().roles.memberships_of(who)
    }

    /// Who stands in for somebody now, and until when.
    pub(crate) fn away_of(&self, person: &Urn, now: Timestamp) -> Option<Away> {
        self.read().away.get(person).filter(|away| away.until > now).cloned()
    }

    /// For whom somebody stands in now, and until when.
    pub(crate) fn stands_in_for(&self, deputy: &Urn, now: Timestamp) -> Vec<(Urn, Timestamp)> {
        let state = self.read();
        let away = state.away.iter().filter(|(_, away)| away.deputy == *deputy && away.until > now);
        let mut away: Vec<(Urn, Timestamp)> = away.map(|(who, away)| (who.clone(), away.until)).collect();
        away.sort();
        away
    }

    /// All places where anybody has a role.
    pub(crate) fn places_with_members(&self) -> Vec<Urn> {
        self.read().roles.places()
    }

    /// Who owns something other than an asset, and who else answers for it.
    pub(crate) fn answers_of(&self, urn: &Urn) -> (Vec<Urn>, Raci) {
        let state = self.read();
        let owners = state.attributes.get(urn).map(|attributes| attributes.owners.clone());
        (owners.unwrap_or_default(), state.raci.get(urn).cloned().unwrap_or_default())
    }
}
