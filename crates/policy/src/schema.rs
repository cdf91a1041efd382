//! The schema that every policy is checked against, and how our words become Cedar's.

use std::collections::HashMap;
use std::str::FromStr;
use std::sync::LazyLock;

use cedar_policy::{EntityId, EntityTypeName, EntityUid, Schema};
use loggia_model::{Kind, Urn};

/// As Cedar writes it; shown beside the editor of a policy.
pub const TEXT: &str = include_str!("schema.cedarschema");

#[expect(clippy::expect_used, reason = "the text is ours, and a test reads it")]
pub(crate) fn schema() -> &'static Schema {
    static SCHEMA: LazyLock<Schema> = LazyLock::new(|| Schema::from_str(TEXT).expect("the schema is one"));
    &SCHEMA
}

/// Reading a name takes Cedar's parser longer than a decision takes: each is read once.
#[expect(clippy::expect_used, reason = "names of types are ours, and a test decides with each")]
pub(crate) fn type_name(name: &'static str) -> EntityTypeName {
    static NAMES: LazyLock<HashMap<&'static str, EntityTypeName>> = LazyLock::new(|| {
        let others = ["Action", "Anonymous"];
        let names = others.into_iter().chain(Kind::ALL.map(kind_name));
        names.map(|name| (name, EntityTypeName::from_str(name).expect("the name of a type"))).collect()
    });
    NAMES.get(name).expect("every type is there").clone()
}

pub(crate) fn uid(type_of: &'static str, id: &str) -> EntityUid {
    EntityUid::from_type_name_and_id(type_name(type_of), EntityId::new(id))
}

pub(crate) fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Asset => "Asset",
        Kind::DomainUnit => "DomainUnit",
        Kind::Glossary => "Glossary",
        Kind::Term => "Term",
        Kind::DataProduct => "DataProduct",
        Kind::Person => "Person",
        Kind::Group => "Group",
        Kind::Service => "Service",
        Kind::Organisation => "Organisation",
        Kind::Policy => "Policy",
        Kind::Project => "Project",
        Kind::Rule => "Rule",
        Kind::MetadataForm => "MetadataForm",
        Kind::Post => "Post",
    }
}

pub(crate) fn kind_of(name: &str) -> Option<Kind> {
    Kind::ALL.into_iter().find(|kind| kind_name(*kind) == name)
}

/// `urn:loggia:domain-unit:risk` is `DomainUnit::"risk"`.
pub(crate) fn uid_of(urn: &Urn) -> EntityUid {
    uid(kind_name(urn.kind()), urn.rest())
}

pub(crate) fn organisation() -> EntityUid {
    uid("Organisation", "all")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Action;

    #[test]
    fn the_schema_knows_every_kind_and_action() {
        let types: Vec<String> = schema().entity_types().map(ToString::to_string).collect();
        for kind in Kind::ALL {
            assert!(types.contains(&kind_name(kind).to_owned()), "{kind}");
            assert_eq!(kind_of(kind_name(kind)), Some(kind));
        }
        let actions: Vec<EntityUid> = schema().actions().cloned().collect();
        for action in Action::ALL {
            assert!(actions.contains(action.uid()), "{action}");
        }
        assert_eq!(actions.len(), Action::ALL.len());
    }
}
