//! Accounts and sessions.

use loggia_catalog::ports::{Account, Session, StoreError};
use loggia_model::{ActorKey, Timestamp};

use crate::db::{Db, on_read, on_write};
use crate::errors::{corrupt_name, store_error};
use crate::rows::Fields;

pub async fn put(db: &Db, account: &Account) -> Result<bool, StoreError> {
    on_write!(db, pool => {
        let done = sqlx::query(
            "INSERT INTO account (person, login, password, disabled, made) \
             SELECT $1, $2, $3, $4, $5 WHERE NOT EXISTS \
             (SELECT 1 FROM account WHERE login = $2 AND person <> $1) \
             ON CONFLICT (person) DO UPDATE SET login = excluded.login, password = excluded.password, \
             disabled = excluded.disabled",
        )
        .bind(account.person.as_str())
        .bind(&account.login)
        .bind(&account.password)
        .bind(i64::from(account.is_disabled))
        .bind(account.made.micros())
        .execute(pool)
        .await
        .map_err(store_error)?;
        Ok(done.rows_affected() > 0)
    })
}

pub async fn change_password(db: &Db, person: &ActorKey, old: &str, new: &str) -> Result<bool, StoreError> {
    on_write!(db, pool => {
        let done = sqlx::query(
            "UPDATE account SET password = $1 WHERE person = $2 AND password = $3 AND disabled = 0",
        )
        .bind(new)
        .bind(person.as_str())
        .bind(old)
        .execute(pool)
        .await
        .map_err(store_error)?;
        Ok(done.rows_affected() > 0)
    })
}

pub async fn set_password(db: &Db, person: &ActorKey, password: Option<&str>) -> Result<bool, StoreError> {
    on_write!(db, pool => {
        let done = sqlx::query("UPDATE account SET password = $1 WHERE person = $2 AND disabled = 0")
            .bind(password)
            .bind(person.as_str())
            .execute(pool)
            .await
            .map_err(store_error)?;
        Ok(done.rows_affected() > 0)
    })
}

pub async fn set_disabled(db: &Db, person: &ActorKey, disabled: bool) -> Result<bool, StoreError> {
    on_write!(db, pool => {
        let done = sqlx::query("UPDATE account SET disabled = $1 WHERE person = $2 AND disabled <> $1")
            .bind(i64::from(disabled))
            .bind(person.as_str())
            .execute(pool)
            .await
            .map_err(store_error)?;
        Ok(done.rows_affected() > 0)
    })
}

pub async fn one(db: &Db, person: &ActorKey) -> Result<Option<Account>, StoreError> {
    on_read!(db, pool => {
        let row = sqlx::query("SELECT person, login, password, disabled, made FROM account WHERE person = $1")
            .bind(person.as_str())
            .fetch_optional(pool)
            .await
            .map_err(store_error)?;
        row.map(|row| account(&row)).transpose()
    })
}

pub async fn by_login(db: &Db, login: &str) -> Result<Option<Account>, StoreError> {
    on_read!(db, pool => {
        let row = sqlx::query("SELECT person, login, password, disabled, made FROM account WHERE login = $1")
            .bind(login)
            .fetch_optional(pool)
            .await
            .map_err(store_error)?;
        row.map(|row| account(&row)).transpose()
    })
}

pub async fn all(db: &Db) -> Result<Vec<Account>, StoreError> {
    on_read!(db, pool => {
        let rows = sqlx::query("SELECT person, login, password, disabled, made FROM account ORDER BY login")
            .fetch_all(pool)
            .await
            .map_err(store_error)?;
        rows.iter().map(account).collect()
    })
}

pub async fn put_session(db: &Db, session: &Session) -> Result<(), StoreError> {
    on_write!(db, pool => {
        sqlx::query("INSERT INTO session (id, person, begun, seen, agent) VALUES ($1, $2, $3, $4, $5)")
            .bind(&session.id)
            .bind(session.person.as_str())
            .bind(session.begun.micros())
            .bind(session.seen.micros())
            .bind(&session.agent)
            .execute(pool)
            .await
            .map_err(store_error)?;
    });
    Ok(())
}

pub async fn session(db: &Db, id: &str) -> Result<Option<Session>, StoreError> {
    on_read!(db, pool => {
        let row = sqlx::query(
            "SELECT id, session.person AS person, begun, seen, agent FROM session \
             JOIN account ON account.person = session.person AND account.disabled = 0 WHERE id = $1",
        )
        .bind(id)
            .fetch_optional(pool)
            .await
            .map_err(store_error)?;
        row.map(|row| read(&row)).transpose()
    })
}

pub async fn see(db: &Db, id: &str, seen: Timestamp) -> Result<(), StoreError> {
    on_write!(db, pool => {
        sqlx::query("UPDATE session SET seen = $1 WHERE id = $2")
            .bind(seen.micros())
            .bind(id)
            .execute(pool)
            .await
            .map_err(store_error)?;
    });
    Ok(())
}

pub async fn sessions(db: &Db, person: &ActorKey) -> Result<Vec<Session>, StoreError> {
    on_read!(db, pool => {
        let rows = sqlx::query(
            "SELECT id, person, begun, seen, agent FROM session WHERE person = $1 ORDER BY seen DESC, id",
        )
        .bind(person.as_str())
        .fetch_all(pool)
        .await
        .map_err(store_error)?;
        rows.iter().map(read).collect()
    })
}

pub async fn end(db: &Db, id: &str) -> Result<bool, StoreError> {
    on_write!(db, pool => {
        let done = sqlx::query("DELETE FROM session WHERE id = $1")
            .bind(id)
            .execute(pool)
            .await
            .map_err(store_error)?;
        Ok(done.rows_affected() > 0)
    })
}

pub async fn end_all(db: &Db, person: &ActorKey, but: Option<&str>) -> Result<(), StoreError> {
    on_write!(db, pool => {
        sqlx::query("DELETE FROM session WHERE person = $1 AND id <> $2")
            .bind(person.as_str())
            .bind(but.unwrap_or_default())
            .execute(pool)
            .await
            .map_err(store_error)?;
    });
    Ok(())
}

pub async fn forget(db: &Db, begun: Timestamp, seen: Timestamp) -> Result<(), StoreError> {
    on_write!(db, pool => {
        sqlx::query("DELETE FROM session WHERE begun < $1 OR seen < $2")
            .bind(begun.micros())
            .bind(seen.micros())
            .execute(pool)
            .await
            .map_err(store_error)?;
    });
    Ok(())
}

fn account(row: &impl Fields) -> Result<Account, StoreError> {
    Ok(Account {
        person: row.text("person")?.parse().map_err(corrupt_name)?,
        login: row.text("login")?,
        password: row.optional_text("password")?,
        is_disabled: row.integer("disabled")? != 0,
        made: Timestamp::from_micros(row.integer("made")?),
    })
}

fn read(row: &impl Fields) -> Result<Session, StoreError> {
    Ok(Session {
        id: row.text("id")?,
        person: row.text("person")?.parse().map_err(corrupt_name)?,
        begun: Timestamp::from_micros(row.integer("begun")?),
        seen: Timestamp::from_micros(row.integer("seen")?),
        agent: row.text("agent")?,
    })
}
