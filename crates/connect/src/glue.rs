//! AWS Glue's Data Catalog, by four of its questions (AWS Glue Web API Reference, `GetDatabases`,
//! `GetDatabase`, `GetTables`, `GetPartitions`), as JSON 1.1 over HTTP. Nothing is written there.

mod answer;
mod ask;
mod sign;
mod words;

use std::time::Duration;

use futures::{StreamExt, TryStreamExt, stream};
use serde_json::{Map, Value, json};

pub use self::answer::{Column, Database, Serde, Storage, Table, Target, Unread};
use self::answer::{Databases, OneDatabase, Partitions, Tables};
use self::ask::Asker;
use crate::ConnectError;
use crate::aws::AwsAccess;

/// A catalog of one account in one region. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Glue {
    asker: Asker,
    pages: Pages,
}

/// How much is asked for at once. Glue gives what it likes, and never more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pages {
    pub tables: u32,
    pub partitions: u32,
}

/// As many partitions as were counted before it was enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    pub partitions: u64,
    /// Whether there are no more.
    pub is_all: bool,
}

/// Questions about partitions under way at once: each table takes one at least.
const AT_ONCE: usize = 4;

impl Default for Pages {
    /// The most that Glue takes.
    fn default() -> Self {
        Self { tables: 100, partitions: 1_000 }
    }
}

impl Glue {
    /// Asks nobody yet. `limit` is for one question, with all its tries.
    ///
    /// # Errors
    /// Where this machine's certificates cannot be read.
    pub fn new(access: AwsAccess, limit: Duration, pages: Pages) -> Result<Self, ConnectError> {
        Ok(Self { asker: Asker::new(access, limit)?, pages })
    }

    pub fn region(&self) -> &str {
        self.asker.region()
    }

    /// # Errors
    /// Where it cannot be reached, lets nobody in, or breaks off.
    pub async fn databases(&self) -> Result<Vec<Database>, ConnectError> {
        let mut all = Vec::new();
        let mut paging = Paging::new(Map::new(), self.pages.tables);
        while let Some(question) = paging.question() {
            let page: Databases = self.asker.ask("GetDatabases", "its databases", &question).await?;
            all.extend(page.database_list.into_iter().flatten());
            paging.goes_on(page.next_token).map_err(|why| self.asker.broke_off("its databases", why))?;
        }
        Ok(all)
    }

    /// # Errors
    /// As [`Glue::databases`]; `Absent` where there is none of this name.
    pub async fn database(&self, name: &str) -> Result<Database, ConnectError> {
        let question = json!({ "Name": name });
        let one: Result<OneDatabase, _> = self.asker.ask("GetDatabase", "a database", &question).await;
        one.map(|one| one.database).map_err(|error| match error {
            ConnectError::Absent { place, why, .. } => {
                ConnectError::Absent { place, what: format!("the database '{name}'"), why }
            }
            error => error,
        })
    }

    /// In Glue's order. A table that cannot be understood does not spoil the others.
    ///
    /// # Errors
    /// As [`Glue::databases`].
    pub async fn tables(&self, database: &str) -> Result<Vec<Result<Table, Unread>>, ConnectError> {
        let mut all = Vec::new();
        let about = Map::from_iter([("DatabaseName".to_owned(), json!(database))]);
        let mut paging = Paging::new(about, self.pages.tables);
        while let Some(question) = paging.question() {
            let page: Tables = self.asker.ask("GetTables", "its tables", &question).await?;
            all.extend(page.table_list.iter().flatten().map(|raw| Table::read(raw)));
            paging.goes_on(page.next_token).map_err(|why| self.asker.broke_off("its tables", why))?;
        }
        Ok(all)
    }

    /// The partitions of each table (database and name), up to about `most`, in the order of the tables; the
    /// reason where those of one are not told.
    ///
    /// # Errors
    /// What would befall every other table too.
    pub async fn count_partitions(
        &self,
        tables: Vec<(String, String)>,
        most: u64,
    ) -> Result<Vec<Result<Counted, String>>, ConnectError> {
        let counting = stream::iter(tables).map(|(database, table)| {
            let glue = self.clone();
            async move {
                match glue.partitions_of(&database, &table, most).await {
                    Ok(counted) => Ok(Ok(counted)),
                    Err(
                        error @ (ConnectError::Refused { .. }
                        | ConnectError::Rejected { .. }
                        | ConnectError::Absent { .. }),
                    ) => Ok(Err(error.to_string())),
                    Err(error) => Err(error),
                }
            }
        });
        counting.buffered(AT_ONCE).try_collect().await
    }

    async fn partitions_of(&self, database: &str, table: &str, most: u64) -> Result<Counted, ConnectError> {
        let about = Map::from_iter([
            ("DatabaseName".to_owned(), json!(database)),
            ("TableName".to_owned(), json!(table)),
            ("ExcludeColumnSchema".to_owned(), json!(true)),
        ]);
        let what = "the partitions of a table";
        let mut paging = Paging::new(about, self.pages.partitions);
        let mut partitions: u64 = 0;
        while let Some(question) = paging.question() {
            let page: Partitions = self.asker.ask("GetPartitions", what, &question).await?;
            let count = page.partitions.map_or(0, |partitions| partitions.len());
            partitions = partitions.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
            paging.goes_on(page.next_token).map_err(|why| self.asker.broke_off(what, why))?;
            if partitions >= most && !paging.is_over() {
                return Ok(Counted { partitions, is_all: false });
            }
        }
        Ok(Counted { partitions, is_all: true })
    }
}

/// Goes from page to page by the token that each has of the next.
struct Paging {
    next: Option<Map<String, Value>>,
}

impl Paging {
    fn new(mut about: Map<String, Value>, size: u32) -> Self {
        about.insert("MaxResults".to_owned(), json!(size));
        Self { next: Some(about) }
    }

    /// `None` after the last.
    fn question(&self) -> Option<Value> {
        self.next.clone().map(Value::Object)
    }

    /// # Errors
    /// Where the token leads to the page that it came with, and so nowhere.
    fn goes_on(&mut self, token: Option<String>) -> Result<(), String> {
        let Some(token) = token.filter(|token| !token.is_empty()) else {
            self.next = None;
            return Ok(());
        };
        let token = Value::String(token);
        let Some(next) = &mut self.next else { return Ok(()) };
        if next.get("NextToken") == Some(&token) {
            return Err("it gives the same page again and again".to_owned());
        }
        next.insert("NextToken".to_owned(), token);
        Ok(())
    }

    fn is_over(&self) -> bool {
        self.next.is_none()
    }
}
