//! The organisation, its tree of domain units, its people, and who has which role where.

use serde::{Deserialize, Serialize};

use super::{said_over, word_list};
use crate::{Facts, Timestamp, Urn};

word_list! {
    /// What somebody may do, from the least to the most. What each means is a policy (`roles.cedar`).
    Role, "role":
    /// Find and read.
    Viewer = "viewer" / "Viewer",
    /// And look at the data itself.
    Consumer = "consumer" / "Consumer",
    /// And edit.
    Contributor = "contributor" / "Contributor",
    /// And look after the words that others go by.
    Steward = "steward" / "Steward",
    /// And publish and approve.
    Owner = "owner" / "Owner",
    /// Everything, the roles of others among it.
    Administrator = "administrator" / "Administrator",
}

/// That somebody has a role where this stands, and below.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// A person, a group or a service.
    pub who: Urn,
    pub role: Role,
    /// From then on, no more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// What holds for all units together.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OrganisationFacts {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Who has a role everywhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub members: Option<Vec<Member>>,
}

impl Facts for OrganisationFacts {
    fn over(&self, below: &mut Self) {
        said_over!(self, below: name, description, members);
    }
}

/// People that roles are given to together.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct GroupFacts {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// People, and groups whose members are members of this one too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub members: Option<Vec<Urn>>,
}

impl Facts for GroupFacts {
    fn over(&self, below: &mut Self) {
        said_over!(self, below: name, description, members);
    }
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct UnitFacts {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The unit above; the top has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<Urn>,
    /// `false`: roles and policies of above reach neither it nor what is below. Those of the organisation do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inherits: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owners: Option<Vec<Urn>>,
    /// People and groups that do the work, that are asked first, and that are told; who is accountable, `owners` says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub responsible: Option<Vec<Urn>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consulted: Option<Vec<Urn>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub informed: Option<Vec<Urn>>,
    /// Who has a role in it, and in all units below.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub members: Option<Vec<Member>>,
    /// No longer in use; what it holds stays until it is moved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deprecated: Option<bool>,
    /// Set where it has been merged: what belongs to it shows there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<Urn>,
}

impl Facts for UnitFacts {
    fn over(&self, below: &mut Self) {
        said_over!(self, below: name, description, parent, inherits, owners, responsible, consulted,
            informed, members, deprecated, merged_into);
    }
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PersonFacts {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// What they do: `Data steward`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<Urn>,
    /// Who stands in for them for a while.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub away: Option<Away>,
}

impl Facts for PersonFacts {
    fn over(&self, below: &mut Self) {
        said_over!(self, below: name, email, title, unit, away);
    }
}

/// Somebody is away, and another is told in their place what waits for them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Away {
    pub deputy: Urn,
    pub until: Timestamp,
}

/// A program or an agent that comes with a token; what it may do, its roles say.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServiceFacts {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it is for, in Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Who answers for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owners: Option<Vec<Urn>>,
}

impl Facts for ServiceFacts {
    fn over(&self, below: &mut Self) {
        said_over!(self, below: name, description, owners);
    }
}
