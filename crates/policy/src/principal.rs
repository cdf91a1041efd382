//! Who asks.

use std::collections::{BTreeSet, HashMap, HashSet};

use cedar_policy::{Entity, EntityUid, RestrictedExpression};
use loggia_model::Urn;

use crate::schema::{organisation, uid, uid_of};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PrincipalKind {
    Person,
    /// A program or an agent, with a token.
    Service,
    /// Nobody has signed in.
    Anonymous,
}

impl PrincipalKind {
    pub(crate) fn type_name(self) -> &'static str {
        match self {
            Self::Person => "Person",
            Self::Service => "Service",
            Self::Anonymous => "Anonymous",
        }
    }
}

/// Somebody, with all the groups that they are in, directly or through others.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Principal {
    pub kind: PrincipalKind,
    pub id: String,
    pub groups: BTreeSet<String>,
    /// The domain unit that a person belongs to, and all above it, that one first.
    pub units: Vec<Urn>,
}

impl Principal {
    pub fn anonymous() -> Self {
        Self {
            kind: PrincipalKind::Anonymous,
            id: "anyone".to_owned(),
            groups: BTreeSet::new(),
            units: Vec::new(),
        }
    }

    pub(crate) fn uid(&self) -> EntityUid {
        uid(self.kind.type_name(), &self.id)
    }

    /// Itself and all that it is in: whoever a policy may name for it to concern this principal.
    pub(crate) fn uids(&self) -> HashSet<EntityUid> {
        let mut uids = self.above();
        uids.insert(self.uid());
        uids
    }

    pub(crate) fn group_uids(&self) -> HashSet<EntityUid> {
        self.groups.iter().map(|group| uid("Group", group)).collect()
    }

    fn above(&self) -> HashSet<EntityUid> {
        let mut above = self.group_uids();
        above.extend(self.units.iter().map(uid_of));
        if self.kind != PrincipalKind::Anonymous {
            above.insert(organisation());
        }
        above
    }

    pub(crate) fn entity(&self) -> Entity {
        if self.kind == PrincipalKind::Anonymous {
            return Entity::new_no_attrs(self.uid(), self.above());
        }
        // A service has an entry like a person: the schema knows attributes of both.
        let none = || RestrictedExpression::new_set([]);
        let mut attributes = HashMap::from([
            ("owners".to_owned(), none()),
            ("terms".to_owned(), none()),
            ("tags".to_owned(), none()),
            ("deprecated".to_owned(), RestrictedExpression::new_bool(false)),
            ("inventory".to_owned(), RestrictedExpression::new_bool(false)),
        ]);
        if let Some(unit) = self.units.first() {
            attributes.insert("unit".to_owned(), RestrictedExpression::new_entity_uid(uid_of(unit)));
        }
        // Literals cannot fail to be evaluated.
        Entity::new(self.uid(), attributes, self.above())
            .unwrap_or_else(|_| Entity::new_no_attrs(self.uid(), self.above()))
    }
}
