//! AWS Glue's Data Catalog: one asset a table or view, named by OpenLineage's naming specification
//! (spec/Naming.md): namespace `arn:aws:glue:REGION:ACCOUNT`, name `table/DATABASE/TABLE`.
//!
//! All of it is read before anything is written: where the credentials run out on the way, the catalog stays
//! as it was.

mod facts;
mod hive;
mod naming;
mod view;

use std::time::Duration;

use loggia_catalog::harvest::Harvested;
use loggia_catalog::ports::Refusal;
use loggia_connect::ConnectError;
use loggia_connect::aws::{AwsAccess, AwsWanted, Service};
use loggia_connect::glue::{Counted, Database, Glue, Pages, Table, Unread};

use self::naming::Naming;
use crate::HarvestError;

/// What is asked of Glue.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub access: AwsWanted,
    /// These alone; all that may be seen where none is named.
    pub databases: Vec<String>,
    /// Instead of `arn:aws:glue:REGION:ACCOUNT`, where others call the catalog something else.
    pub namespace: Option<String>,
    /// Whether each table with partition keys is asked how many partitions it has.
    pub count_partitions: bool,
    /// For one question to Glue.
    pub limit: Duration,
    pub pages: Pages,
}

/// Partitions of one table that are counted.
const MOST_PARTITIONS: u64 = 100_000;

/// The source is `glue:REGION/ACCOUNT`, with the databases where some are named: each such choice is a source
/// of its own, so that one never takes the other's tables for gone.
///
/// # Errors
/// Where Glue cannot be reached or lets nobody in, or breaks off.
pub async fn read(wanted: &Wanted) -> Result<Harvested, HarvestError> {
    let access = AwsAccess::find(&wanted.access, Service::Glue).map_err(ConnectError::from)?;
    let glue = Glue::new(access, wanted.limit, wanted.pages)?;
    let databases = databases(&glue, &wanted.databases).await?;
    let naming = Naming::new(&glue, &databases, wanted.namespace.as_deref())?;
    let source = naming.source(&wanted.databases)?;
    let mut harvested = Harvested {
        label: None,
        source,
        assets: Vec::new(),
        people: Vec::new(),
        refused: Vec::new(),
        unreadable: Vec::new(),
    };
    for database in &databases {
        let mut tables = Vec::new();
        for table in glue.tables(&database.name).await? {
            match table {
                Ok(table) => tables.push(table),
                Err(unread) => refuse_unread(unread, database, &naming, &mut harvested),
            }
        }
        let counts = counts(&glue, database, &tables, wanted.count_partitions).await?;
        for (table, counted) in tables.into_iter().zip(counts) {
            take((database, table, counted), &naming, &mut harvested);
        }
    }
    Ok(harvested)
}

async fn databases(glue: &Glue, wanted: &[String]) -> Result<Vec<Database>, ConnectError> {
    if wanted.is_empty() {
        return glue.databases().await;
    }
    let mut databases: Vec<Database> = Vec::with_capacity(wanted.len());
    for name in wanted {
        let database = glue.database(name).await?;
        if !databases.iter().any(|known| known.name == database.name) {
            databases.push(database);
        }
    }
    Ok(databases)
}

/// What became of counting a table's partitions; `None` where there is nothing to count.
type Count = Option<Result<Counted, String>>;

/// One for each table.
async fn counts(
    glue: &Glue,
    database: &Database,
    tables: &[Table],
    wanted: bool,
) -> Result<Vec<Count>, ConnectError> {
    let is_counted = |table: &Table| wanted && !table.partition_keys.is_empty();
    let counted = tables.iter().filter(|table| is_counted(table));
    let counted = counted.map(|table| (database.name.clone(), table.name.clone())).collect();
    let mut counted = glue.count_partitions(counted, MOST_PARTITIONS).await?.into_iter();
    Ok(tables.iter().map(|table| if is_counted(table) { counted.next() } else { None }).collect())
}

fn take((database, table, count): (&Database, Table, Count), naming: &Naming, harvested: &mut Harvested) {
    let refusal = |why: String| Refusal { what: format!("{}.{}", database.name, table.name), why };
    let urn = match naming.urn(&database.name, &table.name) {
        Ok(urn) => urn,
        Err(why) => return harvested.refused.push(refusal(why)),
    };
    let facts = match count.transpose() {
        Ok(counted) => facts::of(database, &table, counted, naming),
        Err(why) => Err(format!("its partitions are not told: {why}; or turn their counting off")),
    };
    match facts {
        Ok(facts) => harvested.assets.push((urn, facts)),
        Err(why) => {
            harvested.refused.push(refusal(why));
            harvested.unreadable.push(urn);
        }
    }
}

fn refuse_unread(unread: Unread, database: &Database, naming: &Naming, harvested: &mut Harvested) {
    let name = unread.name.as_deref();
    harvested.unreadable.extend(name.and_then(|name| naming.urn(&database.name, name).ok()));
    let what = format!("{}.{}", database.name, name.unwrap_or("a table without a name"));
    harvested.refused.push(Refusal { what, why: unread.why });
}
