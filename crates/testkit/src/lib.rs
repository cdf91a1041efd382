//! For tests, the demo and the benchmarks: stores and catalogs that live as long as one test, builders that
//! say only what matters, and the suite that every store must pass.
//!
//! Neither PostgreSQL nor AWS is skipped in silence: where `LOGGIA_TEST_POSTGRES` and `LOGGIA_TEST_AWS` do not say
//! where a cluster and a server are, the tests that need one fail and say that `cargo xtask test` starts it.

mod actors;
mod asking;
mod aws;
mod builders;
mod catalog;
pub mod conformance;
mod database;
mod dice;
mod facts;
mod profiles;
pub mod sample;
mod store;
mod trouble;

pub use crate::actors::{ana, bruno, nightly, signed_in};
pub use crate::asking::{Asking, everything, looking_for};
pub use crate::aws::aws;
pub use crate::builders::{
    Entity, Told, asset, glossary, group, metadata_form, organisation, person, policy, product, project,
    service, term, unit,
};
pub use crate::catalog::{IndexFolder, TestCatalog, shown_names};
pub use crate::database::{Engine, TestDatabase};
pub use crate::dice::Dice;
pub use crate::facts::member;
pub use crate::profiles::profile;
pub use crate::store::TestStore;
pub use crate::trouble::{Outcome, There, Trouble};
