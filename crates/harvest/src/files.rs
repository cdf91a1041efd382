//! Folders and buckets of Parquet and CSV files: one asset a table, read from footers and by streaming.
//!
//! Which files make a table is said in [`loggia_connect::files`].
//!
//! Names: in a namespace that is given, the path below the root, without the extension
//! (`customer_360/accounts`). Without one, by OpenLineage's naming of local files: the namespace `file` and
//! the whole path. In a bucket: the namespace `s3://bucket` and the whole key. Of two tables that would have one name, the first stands: a folder before a file,
//! Parquet before CSV.
//!
//! A table of which one file cannot be read is refused whole, since half of it would be a wrong answer; it
//! counts as there, so what was known of it stays.

mod facts;
mod naming;
mod profile;
mod sample;

use std::collections::{HashMap, HashSet};
use std::path::Path;
use std::sync::Arc;

use loggia_catalog::harvest::Harvested;
use loggia_catalog::ports::Refusal;
use loggia_connect::files::{self, Bucket, FilesError, Table};
use loggia_model::Urn;
use loggia_model::facts::AssetFacts;

pub use self::facts::describe;
use self::naming::Naming;
pub use self::profile::{Limits, profile};
pub use self::sample::{SampleLimits, Sampled, sample};
use crate::HarvestError;

/// Says what a table is, or why it cannot be read.
pub type Describe<'d> = &'d mut dyn FnMut(&Table) -> Result<AssetFacts, String>;

/// Reads a folder, or one file. The source is `files:NAMESPACE` where a namespace is given, so it should
/// be of this root alone: a second root under the same one would be told that the tables of the first are
/// gone. Without one it is `files:ROOT`.
///
/// `describe` is asked for each table ([`describe`] itself, or another process that may be killed).
///
/// # Errors
/// Where the root is not there, cannot be listed or cannot be named, or is a file of another format.
pub fn read(path: &Path, namespace: Option<&str>, describe: Describe<'_>) -> Result<Harvested, HarvestError> {
    let root = path.canonicalize().map_err(|why| FilesError::unreadable(path, why))?;
    let naming = Naming::new(&root, namespace)?;
    Ok(harvested(files::at(&root)?, &naming, describe))
}

/// Reads what is below an address of a bucket. The source is `bucket:ADDRESS`.
///
/// # Errors
/// Where the bucket cannot be listed to the end, there is nothing, or it cannot be named.
pub fn read_bucket(
    bucket: &Arc<Bucket>,
    namespace: Option<&str>,
    describe: Describe<'_>,
) -> Result<Harvested, HarvestError> {
    let naming = Naming::of_bucket(&bucket.address, namespace)?;
    Ok(harvested(bucket.tables()?, &naming, describe))
}

fn harvested(tables: Vec<Table>, naming: &Naming, describe: Describe<'_>) -> Harvested {
    let source = naming.source().clone();
    let mut taken = Taken::default();
    for table in tables {
        taken.take(&table, naming, describe);
    }
    tracing::debug!(%source, tables = taken.assets.len(), refused = taken.refused.len(), "read the files");
    Harvested {
        label: None,
        source,
        assets: taken.assets,
        people: Vec::new(),
        refused: taken.refused,
        unreadable: taken.unreadable,
    }
}

/// The tables of a folder, by what the harvest calls them.
///
/// # Errors
/// As [`read`].
pub fn tables(path: &Path, namespace: Option<&str>) -> Result<Vec<(Urn, Table)>, HarvestError> {
    let root = path.canonicalize().map_err(|why| FilesError::unreadable(path, why))?;
    let naming = Naming::new(&root, namespace)?;
    Ok(named(files::at(&root)?, &naming))
}

/// The tables of a bucket, by what the harvest calls them.
///
/// # Errors
/// As [`read_bucket`].
pub fn tables_of_bucket(
    bucket: &Arc<Bucket>,
    namespace: Option<&str>,
) -> Result<Vec<(Urn, Table)>, HarvestError> {
    let naming = Naming::of_bucket(&bucket.address, namespace)?;
    Ok(named(bucket.tables()?, &naming))
}

fn named(tables: Vec<Table>, naming: &Naming) -> Vec<(Urn, Table)> {
    let mut known = HashSet::new();
    let named = tables.into_iter().filter_map(|table| Some((naming.urn(&table.name).ok()?, table)));
    // Of two that have one name, the first counts, as in the harvest.
    named.filter(|(urn, table)| known.insert(urn.clone()) && table.refused.is_none()).collect()
}

#[derive(Default)]
struct Taken {
    assets: Vec<(Urn, AssetFacts)>,
    refused: Vec<Refusal>,
    unreadable: Vec<Urn>,
    names: HashMap<Urn, String>,
}

impl Taken {
    fn take(&mut self, table: &Table, naming: &Naming, describe: Describe<'_>) {
        let urn = match naming.urn(&table.name) {
            Ok(urn) => urn,
            Err(why) => return self.refuse(&table.path, why, None),
        };
        if let Some(first) = self.names.get(&urn) {
            let why = format!("would have the same name as '{first}': rename one of them");
            return self.refuse(&table.path, why, None);
        }
        self.names.insert(urn.clone(), table.path.display().to_string());
        if let Some(why) = &table.refused {
            return self.refuse(&table.path, why.clone(), Some(urn));
        }
        match describe(table) {
            Ok(facts) => self.assets.push((urn, facts)),
            Err(why) => self.refuse(&table.path, why, Some(urn)),
        }
    }

    fn refuse(&mut self, path: &Path, why: String, urn: Option<Urn>) {
        self.refused.push(Refusal { what: path.display().to_string(), why });
        self.unreadable.extend(urn);
    }
}
