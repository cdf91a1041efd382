//! Questions to the system catalogs, all within one transaction.

use std::time::Duration;

use sqlx::postgres::{PgArguments, PgRow};
use sqlx::query::Query;
use sqlx::{AssertSqlSafe, Connection, PgConnection, Postgres as Engine, Row, Transaction};

use super::Place;
use crate::ConnectError;

pub struct Asking<'c> {
    transaction: Transaction<'c, Engine>,
    place: &'c Place,
    limit: Duration,
}

/// How much longer than the server we wait for its own word that time is up.
const GRACE: Duration = Duration::from_secs(5);

/// A table that somebody is rebuilding must not hold up the reading of all others for long.
const LOCKED: Duration = Duration::from_secs(5);

impl<'c> Asking<'c> {
    pub async fn begin(
        connection: &'c mut PgConnection,
        place: &'c Place,
        limit: Duration,
    ) -> Result<Self, ConnectError> {
        // An empty search path makes the server write every name in full, whoever asks.
        let settings = format!(
            "SET LOCAL statement_timeout = {}; SET LOCAL lock_timeout = {}; SET LOCAL search_path = pg_catalog",
            limit.as_millis(),
            LOCKED.as_millis()
        );
        let begin = async {
            let mut transaction =
                connection.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
            sqlx::raw_sql(AssertSqlSafe(settings)).execute(&mut *transaction).await?;
            Ok(transaction)
        };
        let what = "a transaction that only reads";
        match tokio::time::timeout(limit + GRACE, begin).await {
            Ok(Ok(transaction)) => Ok(Self { transaction, place, limit }),
            Ok(Err(error)) => Err(said(place, limit, what, error)),
            Err(_) => Err(ConnectError::TimedOut { place: place.to_string(), what, limit }),
        }
    }

    /// All rows that answer the question; `what` names it in messages.
    pub async fn all(
        &mut self,
        what: &'static str,
        query: Query<'_, Engine, PgArguments>,
    ) -> Result<Vec<PgRow>, ConnectError> {
        let asked = query.persistent(false).fetch_all(&mut *self.transaction);
        match tokio::time::timeout(self.limit + GRACE, asked).await {
            Ok(Ok(rows)) => Ok(rows),
            Ok(Err(error)) => Err(said(self.place, self.limit, what, error)),
            Err(_) => Err(ConnectError::TimedOut { place: self.place.to_string(), what, limit: self.limit }),
        }
    }

    /// What a row should have under this name.
    pub fn field<'r, T>(&self, row: &'r PgRow, name: &str) -> Result<T, ConnectError>
    where
        T: sqlx::Decode<'r, Engine> + sqlx::Type<Engine>,
    {
        row.try_get(name).map_err(|error| ConnectError::BrokeOff {
            place: self.place.to_string(),
            what: "its system catalogs",
            why: error.to_string(),
        })
    }

    pub async fn check_schemas(&mut self, wanted: &[String]) -> Result<(), ConnectError> {
        if wanted.is_empty() {
            return Ok(());
        }
        let query = sqlx::query(
            "SELECT nspname::text AS name FROM pg_namespace
             WHERE nspname NOT LIKE 'pg\\_%' AND nspname <> 'information_schema' ORDER BY nspname",
        );
        let rows = self.all("its schemas", query).await?;
        let known: Vec<String> = rows.iter().map(|row| self.field(row, "name")).collect::<Result<_, _>>()?;
        match wanted.iter().find(|schema| !known.contains(schema)) {
            None => Ok(()),
            Some(schema) => {
                Err(ConnectError::NoSchema { place: self.place.to_string(), schema: schema.clone(), known })
            }
        }
    }

    pub async fn end(self) -> Result<(), ConnectError> {
        let (place, limit) = (self.place, self.limit);
        self.transaction.rollback().await.map_err(|error| said(place, limit, "the end", error))
    }
}

/// SQLSTATE 57014: the statement took longer than its limit.
const CANCELED: &str = "57014";
/// SQLSTATE 55P03: somebody else had locked a table for longer than we wait.
const LOCK_NOT_AVAILABLE: &str = "55P03";

fn said(place: &Place, limit: Duration, what: &'static str, error: sqlx::Error) -> ConnectError {
    let place = place.to_string();
    match error {
        sqlx::Error::Database(error) if error.code().as_deref() == Some(CANCELED) => {
            ConnectError::TimedOut { place, what, limit }
        }
        sqlx::Error::Database(error) if error.code().as_deref() == Some(LOCK_NOT_AVAILABLE) => {
            let why = "somebody keeps a table locked; try again when that is over".to_owned();
            ConnectError::BrokeOff { place, what, why }
        }
        sqlx::Error::Database(error) => {
            ConnectError::BrokeOff { place, what, why: error.message().to_owned() }
        }
        error => ConnectError::BrokeOff { place, what, why: error.to_string() },
    }
}
