//! The schema, forward and back; a directory each dialect.

use loggia_catalog::ports::StoreError;
use sqlx::SqlSafeStr;
use sqlx::migrate::{MigrateError, Migration, MigrationType, Migrator};

use crate::db::Db;

/// Version, name, and the SQL forward and back.
type Step = (i64, &'static str, &'static str, &'static str);

macro_rules! step {
    ($version:literal, $name:literal, $dialect:literal, $file:literal) => {
        (
            $version,
            $name,
            include_str!(concat!("migrations/", $dialect, "/", $file, ".up.sql")),
            include_str!(concat!("migrations/", $dialect, "/", $file, ".down.sql")),
        )
    };
}

const SQLITE: &[Step] = &[
    step!(1, "log", "sqlite", "0001_log"),
    step!(2, "profile", "sqlite", "0002_profile"),
    step!(3, "paused_source", "sqlite", "0003_paused_source"),
    step!(4, "secret", "sqlite", "0004_secret"),
    step!(5, "policies", "sqlite", "0005_policies"),
    step!(6, "account", "sqlite", "0006_account"),
    step!(7, "audit", "sqlite", "0007_audit"),
    step!(8, "identity", "sqlite", "0008_identity"),
    step!(9, "token", "sqlite", "0009_token"),
    step!(10, "provisioned", "sqlite", "0010_provisioned"),
    step!(11, "origin", "sqlite", "0011_origin"),
    step!(12, "inbox", "sqlite", "0012_inbox"),
    step!(13, "outbox", "sqlite", "0013_outbox"),
    step!(14, "aside", "sqlite", "0014_aside"),
    step!(15, "following", "sqlite", "0015_following"),
];

const POSTGRES: &[Step] = &[
    step!(1, "log", "postgres", "0001_log"),
    step!(2, "profile", "postgres", "0002_profile"),
    step!(3, "paused_source", "postgres", "0003_paused_source"),
    step!(4, "secret", "postgres", "0004_secret"),
    step!(5, "policies", "postgres", "0005_policies"),
    step!(6, "account", "postgres", "0006_account"),
    step!(7, "audit", "postgres", "0007_audit"),
    step!(8, "identity", "postgres", "0008_identity"),
    step!(9, "token", "postgres", "0009_token"),
    step!(10, "provisioned", "postgres", "0010_provisioned"),
    step!(11, "origin", "postgres", "0011_origin"),
    step!(12, "inbox", "postgres", "0012_inbox"),
    step!(13, "outbox", "postgres", "0013_outbox"),
    step!(14, "aside", "postgres", "0014_aside"),
    step!(15, "following", "postgres", "0015_following"),
];

pub async fn run(db: &Db) -> Result<(), StoreError> {
    match db {
        Db::Sqlite { write, .. } => migrator(SQLITE).run(write).await,
        Db::Postgres(pool) => migrator(POSTGRES).run(pool).await,
    }
    .map_err(|error| match error {
        MigrateError::VersionMissing(theirs) => {
            StoreError::Newer { theirs, ours: SQLITE.last().map_or(0, |(version, ..)| *version) }
        }
        error => {
            StoreError::Unavailable(format!("the database could not be brought to this version: {error}"))
        }
    })
}

pub async fn undo(db: &Db) -> Result<(), StoreError> {
    match db {
        Db::Sqlite { write, .. } => migrator(SQLITE).undo(write, 0).await,
        Db::Postgres(pool) => migrator(POSTGRES).undo(pool, 0).await,
    }
    .map_err(|error| StoreError::Unavailable(format!("the schema could not be taken back: {error}")))
}

fn migrator(steps: &[Step]) -> Migrator {
    let mut migrations = Vec::new();
    for &(version, name, up, down) in steps {
        for (direction, sql) in [(MigrationType::ReversibleUp, up), (MigrationType::ReversibleDown, down)] {
            migrations.push(Migration::new(version, name.into(), direction, sql.into_sql_str(), false));
        }
    }
    Migrator::with_migrations(migrations)
}
