//! Profiles of projects: what a project is made from. A file of the operator's, read when the program starts.
//!
//! ```yaml
//! profiles:
//!   - name: analytics
//!     title: Analytics
//!     goal: Answer one question with data that is here already.
//!     roles: {maker: owner, data-office: viewer}
//!     sources: [lake]
//! ```
//!
//! A profile is used once: what is changed in it later changes no project that was made from it.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use loggia_model::facts::{Member, Role};
use loggia_model::{Actor, Kind, Urn};
use serde::Deserialize;
use serde::de::{Error, MapAccess, Visitor};

use crate::yaml::TextError;
use crate::{Catalog, CatalogError, Result};

/// Whoever makes the project, in a list of roles.
const MAKER: &str = "maker";

#[derive(Debug, Default)]
pub struct ProjectProfiles(Vec<ProjectProfile>);

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ProjectProfile {
    /// What a project remembers it by.
    pub name: String,
    pub title: String,
    /// When to choose it.
    #[serde(default)]
    pub description: String,
    /// What a project is there for whose maker says nothing else.
    #[serde(default)]
    pub goal: Option<String>,
    #[serde(default)]
    pub master_data: bool,
    #[serde(default)]
    roles: Roles,
    /// Names of the sources file.
    #[serde(default)]
    pub sources: Vec<String>,
}

/// Who is given which role, in the order of the file.
#[derive(Debug, Clone, Default, PartialEq)]
struct Roles(Vec<(Receiver, Role)>);

#[derive(Debug, Clone, PartialEq)]
enum Receiver {
    Maker,
    Group(Urn),
}

/// What a project begins with.
#[derive(Debug, Default)]
pub(crate) struct Start {
    pub profile: Option<String>,
    pub goal: Option<String>,
    pub is_master_data: bool,
    pub members: Vec<Member>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    profiles: Vec<ProjectProfile>,
}

impl ProjectProfiles {
    /// # Errors
    /// The first thing that is wrong, by line.
    pub fn read(text: &str) -> std::result::Result<Self, TextError> {
        let File { profiles } = serde_yaml_ng::from_str(text).map_err(|error| {
            let line = error.location().map_or(1, |location| location.line());
            let message = error.to_string();
            let message = message.split(" at line ").next().unwrap_or(&message).to_owned();
            TextError { line, message }
        })?;
        let mut known = BTreeSet::new();
        for profile in &profiles {
            if profile.name.trim().is_empty() || profile.title.trim().is_empty() {
                let message = "a profile needs a name and a title, and one of both is empty here".to_owned();
                return Err(TextError { line: line_of(text, &profile.name), message });
            }
            if !known.insert(&profile.name) {
                let message = format!("there are two profiles called '{}'", profile.name);
                return Err(TextError { line: line_of(text, &profile.name), message });
            }
        }
        Ok(Self(profiles))
    }

    pub fn all(&self) -> &[ProjectProfile] {
        &self.0
    }

    pub fn named(&self, name: &str) -> Option<&ProjectProfile> {
        self.0.iter().find(|profile| profile.name == name)
    }
}

impl Catalog {
    /// This catalog, with the profiles of a file.
    #[must_use]
    pub fn with_project_profiles(mut self, profiles: ProjectProfiles) -> Self {
        self.project_profiles = Arc::new(profiles);
        self
    }

    /// In the order of the file; none where there is no file.
    pub fn project_profiles(&self) -> &[ProjectProfile] {
        self.project_profiles.all()
    }

    /// What a project of this profile begins with; of none, nothing.
    pub(crate) fn start_of(&self, actor: &Actor, profile: &str) -> Result<Start> {
        let name = profile.trim();
        if name.is_empty() {
            return Ok(Start::default());
        }
        let profile = self.project_profiles.named(name).ok_or_else(|| {
            CatalogError::invalid(
                "profile",
                format!("there is no profile called '{name}': choose one of the list"),
            )
        })?;
        let mut members: Vec<Member> = Vec::with_capacity(profile.roles.0.len());
        for (receiver, role) in &profile.roles.0 {
            let who = match receiver {
                // The machine makes projects too, and is nobody.
                Receiver::Maker => actor.key.person().filter(|person| self.directory.entry(person).is_some()),
                Receiver::Group(group) if self.directory.entry(group).is_some() => Some(group.clone()),
                Receiver::Group(group) => {
                    return Err(CatalogError::invalid(
                        "profile",
                        format!("gives a role to the group '{}', which is not in this catalog", group.rest()),
                    ));
                }
            };
            members.extend(who.map(|who| Member { who, role: *role, until: None }));
        }
        Ok(Start {
            profile: Some(profile.name.clone()),
            goal: profile.goal.clone(),
            is_master_data: profile.master_data,
            members,
        })
    }
}

impl<'de> Deserialize<'de> for Roles {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        deserializer.deserialize_map(RolesVisitor)
    }
}

struct RolesVisitor;

impl<'de> Visitor<'de> for RolesVisitor {
    type Value = Roles;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("who is given which role, such as 'maker: owner' or 'data-office: viewer'")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Roles, A::Error> {
        let mut roles: Vec<(Receiver, Role)> = Vec::new();
        while let Some((name, role)) = map.next_entry::<String, Role>()? {
            let receiver = if name == MAKER {
                Receiver::Maker
            } else {
                let group = format!("urn:loggia:{}:{name}", Kind::Group).parse();
                Receiver::Group(group.map_err(|_| {
                    A::Error::custom(format!("'{name}' is neither '{MAKER}' nor the slug of a group"))
                })?)
            };
            if roles.iter().any(|(known, _)| *known == receiver) {
                return Err(A::Error::custom(format!("'{name}' is given two roles")));
            }
            roles.push((receiver, role));
        }
        Ok(Roles(roles))
    }
}

/// Where the last profile of this name begins.
fn line_of(text: &str, name: &str) -> usize {
    let is_it = |line: &str| line.contains("name:") && line.contains(name);
    let lines: Vec<usize> =
        (1_usize..).zip(text.lines()).filter(|(_, line)| is_it(line)).map(|(number, _)| number).collect();
    lines.last().copied().unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(text: &str) -> String {
        ProjectProfiles::read(text).unwrap_err().to_string()
    }

    #[test]
    fn what_is_wrong_in_a_file_is_told_by_line() {
        for (text, said) in [
            ("profiles:\n  - name: a\n    title: A\n    forms: [x]\n", "unknown field `forms`"),
            ("profiles:\n  - name: a\n", "missing field `title`"),
            ("profiles:\n  - {name: a, title: A, roles: {maker: king}}\n", "unknown variant `king`"),
            ("profiles:\n  - {name: a, title: A, roles: {'Data Office': viewer}}\n", "neither 'maker' nor"),
            ("profiles:\n  - {name: a, title: A, roles: {x: viewer, x: owner}}\n", "'x' is given two roles"),
            (
                "profiles:\n  - {name: a, title: A}\n  - {name: a, title: B}\n",
                "line 3: there are two profiles called 'a'",
            ),
        ] {
            let error = wrong(text);
            assert!(error.contains(said) && error.starts_with("line "), "{error}");
        }
    }

    #[test]
    fn a_profile_is_read_as_it_is_written() {
        let text = "profiles:\n  - name: master\n    title: Master\n    master-data: true\n    roles: {maker: owner, data-office: viewer}\n    sources: [crm]\n";
        let profiles = ProjectProfiles::read(text).unwrap();
        let master = profiles.named("master").unwrap();
        assert!(master.master_data && master.roles.0.len() == 2 && master.sources == ["crm"]);
        assert_eq!(profiles.all().len(), 1);
    }
}
