//! PostgreSQL, as its own system catalogs tell of it (PostgreSQL 12 and later, documentation part VII,
//! "System Catalogs").
//!
//! Everything is read in one transaction that is read-only and sees one instant, under a time limit that
//! the server keeps, so a harvest neither changes anything nor holds anybody up for long.

mod ask;
mod columns;
mod constraints;
mod relations;
mod uses;

use std::collections::BTreeMap;
use std::str::FromStr;
use std::time::Duration;

use loggia_model::{Secret, Timestamp};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, PgConnection};

use self::ask::Asking;
use crate::ConnectError;

/// Longest wait for a connection.
const CONNECTING: Duration = Duration::from_secs(10);

/// A database that answers, before anything is read.
pub struct Postgres {
    connection: PgConnection,
    place: Place,
}

/// Where a database is, in words that hold no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub host: String,
    pub port: u16,
    pub database: String,
}

/// One table, view, materialised view or foreign table. Partitions are part of their table.
#[derive(Debug, Clone, PartialEq)]
pub struct Relation {
    pub schema: String,
    pub name: String,
    pub kind: RelationKind,
    pub comment: Option<String>,
    /// As of the last analyze; `None` where there was none, and for views.
    pub estimated_rows: Option<u64>,
    /// With indexes and what is stored out of line.
    pub bytes: Option<u64>,
    pub partitions: Option<u64>,
    pub analyzed_at: Option<Timestamp>,
    /// The query of a view.
    pub sql: Option<String>,
    pub columns: Vec<Column>,
    pub primary_key: Vec<String>,
    /// Each with its columns, the primary key aside.
    pub unique: Vec<Vec<String>>,
    pub foreign_keys: Vec<ForeignKey>,
    /// What a view reads.
    pub uses: Vec<Name>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RelationKind {
    Table,
    PartitionedTable,
    ForeignTable,
    View,
    MaterializedView,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    /// As `format_type` writes it: `character varying(40)`, `numeric(12,2)`.
    pub data_type: String,
    pub nullable: bool,
    pub comment: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForeignKey {
    pub columns: Vec<String>,
    pub to: Name,
    /// One for each of `columns`.
    pub to_columns: Vec<String>,
}

/// A relation's name within its database.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Name {
    pub schema: String,
    pub relation: String,
}

impl Postgres {
    /// What the address leaves out comes from the usual `PG…` variables and `~/.pgpass`.
    ///
    /// # Errors
    /// Where the address is none, nobody answers in ten seconds, or the server lets nobody in.
    pub async fn connect(address: &str) -> Result<Self, ConnectError> {
        let (options, place) = parsed(address)?;
        Self::open(options, place).await
    }

    /// With a password that is kept elsewhere.
    ///
    /// # Errors
    /// As [`Postgres::connect`].
    pub async fn connect_by(address: &str, password: &Secret) -> Result<Self, ConnectError> {
        let (options, place) = parsed(address)?;
        Self::open(options.password(password.reveal()), place).await
    }

    async fn open(options: PgConnectOptions, place: Place) -> Result<Self, ConnectError> {
        match tokio::time::timeout(CONNECTING, options.disable_statement_logging().connect()).await {
            Ok(Ok(connection)) => Ok(Self { connection, place }),
            Ok(Err(sqlx::Error::Database(error))) => {
                Err(ConnectError::Refused { place: place.to_string(), why: error.message().to_owned() })
            }
            Ok(Err(error)) => {
                Err(ConnectError::Unreachable { place: place.to_string(), why: error.to_string() })
            }
            Err(_) => Err(ConnectError::TimedOut {
                place: place.to_string(),
                what: "a connection",
                limit: CONNECTING,
            }),
        }
    }

    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Everything in the named schemas, or in all but the system's own where none is named, by name.
    ///
    /// # Errors
    /// Where a schema is not there, the connection breaks, or one question takes longer than `limit`.
    pub async fn relations(
        &mut self,
        schemas: &[String],
        limit: Duration,
    ) -> Result<Vec<Relation>, ConnectError> {
        let mut asking = Asking::begin(&mut self.connection, &self.place, limit).await?;
        asking.check_schemas(schemas).await?;
        let mut relations = relations::all(&mut asking, schemas).await?;
        columns::add(&mut asking, &mut relations).await?;
        constraints::add(&mut asking, &mut relations).await?;
        uses::add(&mut asking, &mut relations).await?;
        asking.end().await?;
        let mut relations: Vec<Relation> = relations.into_values().collect();
        relations.sort_by(|one, other| (&one.schema, &one.name).cmp(&(&other.schema, &other.name)));
        Ok(relations)
    }
}

/// By the object's own number in this database.
type ByNumber = BTreeMap<i64, Relation>;

impl Relation {
    pub fn full_name(&self) -> Name {
        Name { schema: self.schema.clone(), relation: self.name.clone() }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "the database {} at {}:{}", self.database, self.host, self.port)
    }
}

/// # Errors
/// Where it is no address, in words that hold no secret.
pub fn check(address: &str) -> Result<(), ConnectError> {
    parsed(address).map(|_| ())
}

/// Whether an address has a password in it, where one that is kept elsewhere would be overlooked.
pub fn has_password(address: &str) -> bool {
    let authority = address.split_once("://").map_or("", |(_, rest)| rest);
    let authority = authority.split(['/', '?']).next().unwrap_or_default();
    let user = authority.rsplit_once('@').map_or("", |(user, _)| user);
    user.contains(':') || address.split(['?', '&']).skip(1).any(|said| said.starts_with("password="))
}

/// Where an address leads, in words that hold no secret.
pub fn place(address: &str) -> String {
    parsed(address).map_or_else(|why| why.to_string(), |(_, place)| place.to_string())
}

fn parsed(address: &str) -> Result<(PgConnectOptions, Place), ConnectError> {
    if !address.starts_with("postgres://") && !address.starts_with("postgresql://") {
        return Err(ConnectError::Address("it does not begin with postgres://".to_owned()));
    }
    // A password with a slash in it would be taken for the end of the host, and the rest be repeated as a name.
    let authority = address.split_once("://").map_or("", |(_, rest)| rest);
    let behind = authority.split_once('/').map_or("", |(_, behind)| behind);
    if behind.split('?').next().is_some_and(|path| path.contains('@')) {
        return Err(ConnectError::Address(
            "it has an '@' behind a '/': where that slash is part of the password, write it as %2F"
                .to_owned(),
        ));
    }
    let options = PgConnectOptions::from_str(address).map_err(|error| match error {
        sqlx::Error::Configuration(why) => ConnectError::Address(why.to_string()),
        _ => ConnectError::Address("it cannot be read".to_owned()),
    })?;
    let database = options.get_database().unwrap_or_else(|| options.get_username()).to_owned();
    let place = Place { host: options.get_host().to_owned(), port: options.get_port(), database };
    Ok((options.application_name("loggia"), place))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_gives_its_place_and_keeps_its_password() {
        let (_, place) = parsed("postgres://ana:s3cret@db.bank:6432/core?sslmode=disable").unwrap();
        assert_eq!(place.to_string(), "the database core at db.bank:6432");
    }

    #[test]
    fn a_password_in_an_address_is_seen() {
        for address in ["postgres://ana:x@db/core", "postgres://ana@db/core?sslmode=disable&password=x"] {
            assert!(has_password(address), "{address}");
        }
        for address in
            ["postgres://ana@db:5432/core", "postgres://db:5432/core?user=a:b", "postgres://[::1]:1/x"]
        {
            assert!(!has_password(address), "{address}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused_without_repeating_it() {
        for address in
            ["", "mysql://ana:s3cret@db/core", "postgres://ana:s3cret@db:port/core", "postgres://[::1/x"]
        {
            let refused = parsed(address).unwrap_err().to_string();
            assert!(refused.contains("postgres://USER@HOST:PORT/DATABASE"), "{refused}");
            assert!(!refused.contains("s3cret"), "{refused}");
        }
    }
}
