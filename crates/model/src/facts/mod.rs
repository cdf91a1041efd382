//! What can be said of each kind of entity. Every field may be left unsaid, and a field that nobody
//! knows is refused rather than dropped.

mod asset;
mod certification;
mod form_values;
mod listing;
mod metadata_form;
mod organisation;
mod policy;
mod post;
mod product;
mod project;
mod rule;
mod words;

pub use asset::{
    AssetFacts, AssetType, Check, CheckStatus, ColumnFacts, ColumnKey, ColumnReference, Document, Freshness,
};
pub use certification::{Certification, CertificationLevel, Standing};
pub use form_values::{DECIMAL, FieldValue, FormValues, Money};
pub use listing::{Listing, ListingStatus, Release};
pub use metadata_form::{FieldKey, FieldType, FormField, FormTarget, LONGEST_VALUE, MetadataFormFacts};
pub use organisation::{
    Away, GroupFacts, Member, OrganisationFacts, PersonFacts, Role, ServiceFacts, UnitFacts,
};
pub use policy::PolicyFacts;
pub use post::{Decided, PostFacts, PostKind, PostStatus, ProblemKind, Proposed, Said, Severity};
pub use product::{ProductFacts, ProductStatus};
pub use project::ProjectFacts;
pub use rule::RuleFacts;
pub use words::{GlossaryFacts, TermFacts, TermStatus};

use metadata_form::is_link;

/// Lays each named `Option` over the one below where it is said.
macro_rules! said_over {
    ($upper:ident, $below:ident: $($field:ident),+ $(,)?) => {
        $(if $upper.$field.is_some() { $below.$field = $upper.$field.clone(); })+
    };
}

/// Lays one layer's labels over those below, so that what is below is the set that shows.
macro_rules! labels_over {
    ($upper:ident, $below:ident: $($field:ident),+ $(,)?) => {
        $($upper.$field.over(&mut $below.$field.put);)+
    };
}

/// An enum that is one word in YAML, in URLs and in facets.
macro_rules! word_list {
    ($(#[$doc:meta])* $name:ident, $what:literal: $($(#[$word_doc:meta])* $variant:ident = $word:literal / $title:literal),+ $(,)?) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$word_doc])* #[serde(rename = $word)] $variant),+ }

        impl $name {
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// As people read it.
            pub fn title(self) -> &'static str {
                match self { $(Self::$variant => $title),+ }
            }
        }

        impl std::str::FromStr for $name {
            type Err = crate::ParseError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::ALL.iter().copied().find(|word| word.as_str() == text).ok_or_else(|| {
                    let known: Vec<_> = Self::ALL.iter().map(|word| word.as_str()).collect();
                    crate::ParseError::new($what, text, format!("is not one of {}", known.join(", ")))
                })
            }
        }
    };
}

pub(crate) use {labels_over, said_over, word_list};
