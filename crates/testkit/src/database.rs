//! A database for one test, in either engine; gone when it is dropped.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::atomic::{AtomicU64, Ordering};

use loggia_catalog::ports::StoreError;
use loggia_store::SqlStore;
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection, Row, SqliteConnection};
use tempfile::TempDir;

use crate::{Outcome, Trouble};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    pub const BOTH: [Self; 2] = [Self::Sqlite, Self::Postgres];
}

pub enum TestDatabase {
    Sqlite(TempDir),
    Postgres(Box<ThrowAway>),
}

/// A database in the cluster for tests.
pub struct ThrowAway {
    cluster: PgConnectOptions,
    name: String,
}

impl TestDatabase {
    /// # Errors
    /// Where it cannot be made; for PostgreSQL also where nobody said where a cluster is.
    pub async fn new(engine: Engine) -> Outcome<Self> {
        match engine {
            Engine::Sqlite => Ok(Self::Sqlite(TempDir::with_prefix("loggia-test-")?)),
            Engine::Postgres => Ok(Self::Postgres(Box::new(ThrowAway::new().await?))),
        }
    }

    /// A copy of a SQLite file, such as one of an earlier version.
    ///
    /// # Errors
    /// Where it cannot be copied.
    pub fn copy_of(file: &Path) -> Outcome<Self> {
        let folder = TempDir::with_prefix("loggia-test-")?;
        std::fs::copy(file, file_in(&folder))?;
        Ok(Self::Sqlite(folder))
    }

    pub fn engine(&self) -> Engine {
        match self {
            Self::Sqlite(_) => Engine::Sqlite,
            Self::Postgres(_) => Engine::Postgres,
        }
    }

    /// A store over it; as often as one likes, as replicas would.
    ///
    /// # Errors
    /// Those of [`SqlStore`] itself.
    pub async fn open(&self) -> Result<SqlStore, StoreError> {
        match self {
            Self::Sqlite(folder) => SqlStore::sqlite(&file_in(folder)).await,
            Self::Postgres(database) => SqlStore::postgres(database.options().to_url_lossy().as_str()).await,
        }
    }

    /// Does to the database what no program of ours would; the number of rows it touched.
    ///
    /// # Errors
    /// Where the database refuses.
    pub async fn sql(&self, statement: &str) -> Outcome<u64> {
        let statement = sqlx::raw_sql(AssertSqlSafe(statement.to_owned()));
        Ok(match self {
            Self::Sqlite(folder) => {
                let mut connection = sqlite(folder).await?;
                let done = statement.execute(&mut connection).await?;
                connection.close().await?;
                done.rows_affected()
            }
            Self::Postgres(database) => {
                let mut connection = PgConnection::connect_with(&database.options()).await?;
                let done = statement.execute(&mut connection).await?;
                connection.close().await?;
                done.rows_affected()
            }
        })
    }

    /// Where others reach it; `None` for SQLite, which is a file.
    pub fn address(&self) -> Option<String> {
        match self {
            Self::Sqlite(_) => None,
            Self::Postgres(database) => Some(database.options().to_url_lossy().to_string()),
        }
    }

    /// A connection that has done this, and keeps what it holds until it is dropped.
    ///
    /// # Errors
    /// Where the database refuses, and on SQLite.
    pub async fn holding(&self, statement: &str) -> Outcome<PgConnection> {
        let Self::Postgres(database) = self else { return Err(Trouble::new("only PostgreSQL is held")) };
        let mut connection = PgConnection::connect_with(&database.options()).await?;
        sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(&mut connection).await?;
        Ok(connection)
    }

    /// The first column of what a query answers, which must be text.
    ///
    /// # Errors
    /// Where the database refuses.
    pub async fn texts(&self, query: &str) -> Outcome<Vec<String>> {
        let query = sqlx::raw_sql(AssertSqlSafe(query.to_owned()));
        Ok(match self {
            Self::Sqlite(folder) => {
                let rows = query.fetch_all(&mut sqlite(folder).await?).await?;
                rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?
            }
            Self::Postgres(database) => {
                let rows =
                    query.fetch_all(&mut PgConnection::connect_with(&database.options()).await?).await?;
                rows.iter().map(|row| row.try_get(0)).collect::<Result<_, _>>()?
            }
        })
    }
}

impl ThrowAway {
    async fn new() -> Outcome<Self> {
        static MADE: AtomicU64 = AtomicU64::new(0);
        let Ok(address) = std::env::var("LOGGIA_TEST_POSTGRES") else {
            return Err(Trouble::new(
                "this test needs PostgreSQL, and LOGGIA_TEST_POSTGRES does not say where one is: run `cargo xtask test`, which starts one",
            ));
        };
        let cluster = PgConnectOptions::from_str(&address)?;
        let name = format!("loggia_test_{}_{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
        let mut connection = PgConnection::connect_with(&cluster).await?;
        // A run that was killed may have left one of this name.
        for statement in [
            format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
            format!("CREATE DATABASE {name} TEMPLATE template0"),
        ] {
            sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await?;
        }
        connection.close().await?;
        Ok(Self { cluster, name })
    }

    fn options(&self) -> PgConnectOptions {
        self.cluster.clone().database(&self.name)
    }
}

impl Drop for ThrowAway {
    fn drop(&mut self) {
        let (cluster, name) = (self.cluster.clone(), self.name.clone());
        // A drop cannot wait for the runtime that it may stand in, so it brings its own.
        let dropped = std::thread::spawn(move || -> Outcome {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let mut connection = PgConnection::connect_with(&cluster).await?;
                let statement = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
                sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await?;
                Ok(connection.close().await?)
            })
        });
        // A database that stays is the cluster's trouble, which goes away as a whole.
        let _left_behind = dropped.join();
    }
}

fn file_in(folder: &TempDir) -> PathBuf {
    folder.path().join("loggia.sqlite")
}

async fn sqlite(folder: &TempDir) -> Result<SqliteConnection, sqlx::Error> {
    SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(file_in(folder))).await
}
