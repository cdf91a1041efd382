//! What the builders can say of each kind of entity.

use loggia_model::facts::{
    AssetFacts, AssetType, Check, CheckStatus, ColumnFacts, FieldType, FieldValue, FormField, FormTarget,
    GlossaryFacts, GroupFacts, Member, MetadataFormFacts, OrganisationFacts, PersonFacts, PolicyFacts,
    ProductFacts, ProjectFacts, Role, ServiceFacts, TermFacts, UnitFacts,
};
use loggia_model::{ColumnPath, Timestamp, Urn};

use crate::builders::{Entity, parsed};

/// A setter that every one of these kinds has.
macro_rules! said {
    ($method:ident($argument:ident: $given:ty) $set:expr; $($facts:ty),+) => {
        $(impl Entity<$facts> {
            #[must_use]
            pub fn $method(mut self, $argument: $given) -> Self {
                let set: fn(&mut $facts, $given) = $set;
                set(&mut self.facts, $argument);
                self
            }
        })+
    };
}

said!(named(name: &str) |facts, name| facts.name = Some(name.into());
    AssetFacts, UnitFacts, GlossaryFacts, TermFacts, ProductFacts, PersonFacts, GroupFacts, OrganisationFacts,
    ServiceFacts, PolicyFacts, ProjectFacts, MetadataFormFacts);
said!(described(words: &str) |facts, words| facts.description = Some(words.into());
    AssetFacts, UnitFacts, GlossaryFacts, ProductFacts, ProjectFacts);
said!(in_unit(slug: &str) |facts, slug| facts.unit = Some(crate::unit(slug).urn);
    AssetFacts, GlossaryFacts, ProductFacts, PersonFacts, ProjectFacts, MetadataFormFacts);
said!(in_project(slug: &str) |facts, slug| facts.project = Some(crate::project(slug).urn); AssetFacts, ProductFacts);
said!(tagged(tag: &str) |facts, tag| { facts.tags.put.insert(parsed(tag)); }; AssetFacts, ProductFacts);
said!(carrying(term: &str) |facts, term| { facts.terms.put.insert(crate::term(term).urn); }; AssetFacts, ProductFacts);
said!(owned_by(slug: &str) |facts, slug| facts.owners.get_or_insert_default().push(crate::person(slug).urn);
    AssetFacts, UnitFacts, GlossaryFacts, TermFacts, ProductFacts, ServiceFacts, ProjectFacts);
said!(done_by(who: &Urn) |facts, who| facts.responsible.get_or_insert_default().push(who.clone());
    AssetFacts, UnitFacts, ProductFacts);

said!(member(member: Member) |facts, member| facts.members.get_or_insert_default().push(member);
    UnitFacts, OrganisationFacts, ProjectFacts);

/// Somebody with a role, without an end.
pub fn member(who: &Urn, role: Role) -> Member {
    Member { who: who.clone(), role, until: None }
}

impl Entity<GroupFacts> {
    #[must_use]
    pub fn with(mut self, member: &Urn) -> Self {
        self.facts.members.get_or_insert_default().push(member.clone());
        self
    }
}

impl Entity<AssetFacts> {
    #[must_use]
    pub fn with_column(self, name: &str, data_type: &str) -> Self {
        self.column(name, |column| column.data_type = Some(data_type.into()))
    }

    #[must_use]
    pub fn column_described(self, name: &str, words: &str) -> Self {
        self.column(name, |column| column.description = Some(words.into()))
    }

    #[must_use]
    pub fn column_carrying(self, name: &str, term: &str) -> Self {
        self.column(name, |column| {
            column.terms.put.insert(crate::term(term).urn);
        })
    }

    #[must_use]
    pub fn column_tagged(self, name: &str, tag: &str) -> Self {
        self.column(name, |column| {
            column.tags.put.insert(parsed(tag));
        })
    }

    #[must_use]
    pub fn of_type(mut self, asset_type: AssetType) -> Self {
        self.facts.asset_type = Some(asset_type);
        self
    }

    #[must_use]
    pub fn on(mut self, platform: &str) -> Self {
        self.facts.platform = Some(platform.into());
        self
    }

    #[must_use]
    pub fn made_from(mut self, upstream: &Urn) -> Self {
        self.facts.upstream.put.insert(upstream.clone());
        self
    }

    #[must_use]
    pub fn data_of(mut self, at: Timestamp) -> Self {
        self.facts.data_changed_at = Some(at);
        self
    }

    #[must_use]
    pub fn also_called(mut self, asset: &Urn) -> Self {
        self.facts.alias_of = Some(asset.clone());
        self
    }

    #[must_use]
    pub fn with_check(mut self, name: &str, status: CheckStatus) -> Self {
        let (rule, column, message, failures, at) = ("not_null".into(), None, None, None, None);
        self.facts.checks.push(Check { name: name.into(), rule, column, status, message, failures, at });
        self
    }

    /// What stands in one field of a metadata form.
    #[must_use]
    pub fn filled(mut self, form: &str, key: &str, words: &str) -> Self {
        let form = crate::metadata_form(form).urn;
        self.facts.forms.set(&form, &parsed(key), Some(FieldValue::Text(words.to_owned())));
        self
    }

    #[must_use]
    pub fn column_filled(self, name: &str, form: &str, key: &str, words: &str) -> Self {
        let form = crate::metadata_form(form).urn;
        self.column(name, |column| {
            column.forms.set(&form, &parsed(key), Some(FieldValue::Text(words.to_owned())));
        })
    }

    fn column(mut self, name: &str, say: impl FnOnce(&mut ColumnFacts)) -> Self {
        say(self.facts.columns.entry(parsed::<ColumnPath>(name)).or_default());
        self
    }
}

impl Entity<UnitFacts> {
    #[must_use]
    pub fn below(mut self, slug: &str) -> Self {
        self.facts.parent = Some(crate::unit(slug).urn);
        self
    }

    /// Roles of above do not reach it.
    #[must_use]
    pub fn cut_off(mut self) -> Self {
        self.facts.inherits = Some(false);
        self
    }
}

impl Entity<MetadataFormFacts> {
    /// One of these words, of assets and columns.
    #[must_use]
    pub fn asking(mut self, key: &str, choices: &[&str]) -> Self {
        let field = FormField {
            label: key.to_owned(),
            field_type: FieldType::Choice,
            required: false,
            default: None,
            help: None,
            choices: choices.iter().map(ToString::to_string).collect(),
        };
        self.facts.on = Some(vec![FormTarget::Asset, FormTarget::Column]);
        self.facts.fields.get_or_insert_default().insert(parsed(key), field);
        self
    }
}

impl Entity<ProjectFacts> {
    #[must_use]
    pub fn of_master_data(mut self) -> Self {
        self.facts.master_data = Some(true);
        self
    }
}

impl Entity<TermFacts> {
    #[must_use]
    pub fn meaning(mut self, definition: &str) -> Self {
        self.facts.definition = Some(definition.into());
        self
    }

    #[must_use]
    pub fn or(mut self, synonym: &str) -> Self {
        self.facts.synonyms.put.insert(synonym.into());
        self
    }

    #[must_use]
    pub fn narrower_than(mut self, term: &str) -> Self {
        self.facts.broader = Some(crate::term(term).urn);
        self
    }
}

impl Entity<ProductFacts> {
    #[must_use]
    pub fn offering(mut self, asset: &Urn) -> Self {
        self.facts.assets.put.insert(asset.clone());
        self
    }
}
