//! Which entities are meant, by what an index knows of each.
//!
//! A decision over a million entities is no million decisions: what an actor may discover becomes one filter,
//! which the index answers like any other question.

use std::collections::BTreeSet;

use crate::{Kind, Urn};

/// One thing that is known of an entity. An entity is, to a filter, the set of its traits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Trait {
    Kind(Kind),
    /// It is this entity.
    Is(Urn),
    /// It stands somewhere below this domain unit, project or glossary.
    In(Urn),
    /// The unit that it belongs to, directly.
    Unit(Urn),
    Owner(Urn),
    Term(Urn),
    Tag(String),
    /// `table`, `dashboard`; of an asset.
    Type(String),
    Platform(String),
    Deprecated,
    /// It is in a project, and has not been published.
    Inventory,
    /// It has been published. No policy asks for this.
    Published,
    /// It has any value of this attribute.
    Has(Attribute),
}

/// The attributes that an entity may be without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Attribute {
    Unit,
    Owners,
    Terms,
    Tags,
    Type,
    Platform,
}

impl Attribute {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::Owners => "owners",
            Self::Terms => "terms",
            Self::Tags => "tags",
            Self::Type => "type",
            Self::Platform => "platform",
        }
    }
}

impl Trait {
    /// As one word of an index; no two traits are written alike.
    pub fn word(&self) -> String {
        match self {
            Self::Kind(kind) => format!("kind:{kind}"),
            Self::Is(urn) => format!("is:{urn}"),
            Self::In(urn) => format!("in:{urn}"),
            Self::Unit(urn) => format!("unit:{urn}"),
            Self::Owner(urn) => format!("owner:{urn}"),
            Self::Term(urn) => format!("term:{urn}"),
            Self::Tag(tag) => format!("tag:{tag}"),
            Self::Type(word) => format!("type:{word}"),
            Self::Platform(word) => format!("platform:{word}"),
            Self::Deprecated => "deprecated".to_owned(),
            Self::Inventory => "inventory".to_owned(),
            Self::Published => "published".to_owned(),
            Self::Has(attribute) => format!("has:{}", attribute.as_str()),
        }
    }
}

/// A condition on the traits of an entity.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Filter {
    Everything,
    Nothing,
    Has(Trait),
    Not(Box<Filter>),
    /// All of two or more.
    All(Vec<Filter>),
    /// One of two or more at least.
    Any(Vec<Filter>),
}

impl Filter {
    pub fn holds(&self, traits: &BTreeSet<Trait>) -> bool {
        self.holds_by(&|wanted| traits.contains(wanted))
    }

    /// The same of an entity that is asked for each trait.
    pub fn holds_by(&self, has: &impl Fn(&Trait) -> bool) -> bool {
        match self {
            Self::Everything => true,
            Self::Nothing => false,
            Self::Has(wanted) => has(wanted),
            Self::Not(filter) => !filter.holds_by(has),
            Self::All(filters) => filters.iter().all(|filter| filter.holds_by(has)),
            Self::Any(filters) => filters.iter().any(|filter| filter.holds_by(has)),
        }
    }

    /// What all of them let through, without what says nothing.
    pub fn all(filters: impl IntoIterator<Item = Self>) -> Self {
        let mut parts = BTreeSet::new();
        for filter in filters {
            match filter {
                Self::Everything => {}
                Self::Nothing => return Self::Nothing,
                Self::All(inner) => parts.extend(inner),
                other => {
                    parts.insert(other);
                }
            }
        }
        Self::joined(parts, Self::Everything, Self::All)
    }

    /// What any of them lets through, without what says nothing.
    pub fn any(filters: impl IntoIterator<Item = Self>) -> Self {
        let mut parts = BTreeSet::new();
        for filter in filters {
            match filter {
                Self::Nothing => {}
                Self::Everything => return Self::Everything,
                Self::Any(inner) => parts.extend(inner),
                other => {
                    parts.insert(other);
                }
            }
        }
        Self::joined(parts, Self::Nothing, Self::Any)
    }

    /// What this does not let through.
    #[must_use]
    pub fn negated(self) -> Self {
        match self {
            Self::Everything => Self::Nothing,
            Self::Nothing => Self::Everything,
            Self::Not(filter) => *filter,
            other => Self::Not(Box::new(other)),
        }
    }

    /// What is left to ask where every entity is known to have the trait, or none has it.
    #[must_use]
    pub fn given(&self, known: &Trait, is_had: bool) -> Self {
        let each = |filters: &[Self]| -> Vec<Self> {
            filters.iter().map(|filter| filter.given(known, is_had)).collect()
        };
        match self {
            Self::Has(wanted) if wanted == known && is_had => Self::Everything,
            Self::Has(wanted) if wanted == known => Self::Nothing,
            Self::Everything | Self::Nothing | Self::Has(_) => self.clone(),
            Self::Not(filter) => filter.given(known, is_had).negated(),
            Self::All(filters) => Self::all(each(filters)),
            Self::Any(filters) => Self::any(each(filters)),
        }
    }

    fn joined(mut parts: BTreeSet<Self>, none: Self, several: fn(Vec<Self>) -> Self) -> Self {
        match parts.len() {
            0 => none,
            1 => parts.pop_first().unwrap_or(none),
            _ => several(parts.into_iter().collect()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(tag: &str) -> Filter {
        Filter::Has(Trait::Tag(tag.to_owned()))
    }

    #[test]
    fn what_says_nothing_is_left_out() {
        assert_eq!(Filter::all([]), Filter::Everything);
        assert_eq!(Filter::any([]), Filter::Nothing);
        assert_eq!(Filter::all([Filter::Everything, tag("a")]), tag("a"));
        assert_eq!(Filter::any([tag("a"), tag("a"), Filter::Nothing]), tag("a"));
        assert_eq!(Filter::all([tag("a"), Filter::Nothing]), Filter::Nothing);
        assert_eq!(Filter::any([tag("a"), Filter::Everything]), Filter::Everything);
        assert_eq!(
            Filter::all([Filter::all([tag("c"), tag("a")]), tag("b")]),
            Filter::All(vec![tag("a"), tag("b"), tag("c")])
        );
        assert_eq!(tag("a").negated().negated(), tag("a"));
    }

    #[test]
    fn what_is_known_of_all_is_not_asked_again() {
        let filter = Filter::any([Filter::all([tag("a"), tag("b")]), tag("a").negated()]);
        let a = Trait::Tag("a".to_owned());
        assert_eq!(filter.given(&a, true), tag("b"));
        assert_eq!(filter.given(&a, false), Filter::Everything);
        assert_eq!(filter.given(&Trait::Deprecated, true), filter);
    }

    #[test]
    fn a_filter_holds_by_the_traits_that_an_entity_has() {
        let traits: BTreeSet<Trait> =
            [Trait::Tag("a".to_owned()), Trait::Kind(Kind::Asset), Trait::Has(Attribute::Tags)].into();
        assert!(Filter::all([tag("a"), tag("b").negated()]).holds(&traits));
        assert!(!Filter::all([tag("a"), tag("b")]).holds(&traits));
        assert!(Filter::any([tag("b"), Filter::Has(Trait::Kind(Kind::Asset))]).holds(&traits));
        assert!(!Filter::Has(Trait::Type("a".to_owned())).holds(&traits), "a type is no tag");
    }
}
