//! Accounts and sessions.

use async_trait::async_trait;
use loggia_catalog::ports::{Account, Accounts, Session, StoreError};
use loggia_model::{ActorKey, Timestamp};

use crate::SqlStore;
use crate::db::{Db, on_read, on_write};
use crate::errors::{corrupt_name, store_error};
use crate::rows::Fields;

#[async_trait]
impl Accounts for SqlStore {
    async fn put_account(&self, account: &Account) -> Result<bool, StoreError> {
        put(&self.db, account).await
    }

    async fn change_password(&self, person: &ActorKey, old: &str, new: &str) -> Result<bool, StoreError> {
        change_password(&self.db, person, old, new).await
    }

    async fn set_disabled(&self, person: &ActorKey, disabled: bool) -> Result<bool, StoreError> {
        set_disabled(&self.db, person, disabled).await
    }

    async fn set_password(&self, person: &ActorKey, password: Option<&str>) -> Result<bool, StoreError> {
        set_password(&self.db, person, password).await
    }

    async fn account(&self, person: &ActorKey) -> Result<Option<Account>, StoreError> {
        one(&self.db, person).await
    }

    async fn account_by_login(&self, login: &str) -> Result<Option<Account>, StoreError> {
        by_login(&self.db, login).await
    }

    async fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        all(&self.db).await
    }

    async fn put_session(&self, session: &Session) -> Result<(), StoreError> {
        put_session(&self.db, session).await
    }

    async fn session(&self, id: &str) -> Result<Option<Session>, StoreError> {
        session(&self.db, id).await
    }

    async fn see_session(&self, id: &str, seen: Timestamp) -> Result<(), StoreError> {
        see(&self.db, id, seen).await
    }

    async fn sessions(&self, person: &ActorKey) -> Result<Vec<Session>, StoreError> {
        sessions(&self.db, person).await
    }

    async fn end_session(&self, id: &str) -> Result<bool, StoreError> {
        end(&self.db, id).await
    }

    async fn end_sessions(&self, person: &ActorKey, but: Option<&str>) -> Result<(), StoreError> {
        end_all(&self.db, person, but).await
    }

    async fn forget_sessions(&self, begun: Timestamp, seen: Timestamp) -> Result<(), StoreError> {
        forget(&self.db, begun, seen).await
    }
}

async fn put(db: &Db, account: &Account) -> Result<bool, StoreError> {
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

async fn change_password(db: &Db, person: &ActorKey, old: &str, new: &str) -> Result<bool, StoreError> {
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

async fn set_password(db: &Db, person: &ActorKey, password: Option<&str>) -> Result<bool, StoreError> {
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

async fn set_disabled(db: &Db, person: &ActorKey, disabled: bool) -> Result<bool, StoreError> {
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

async fn one(db: &Db, person: &ActorKey) -> Result<Option<Account>, StoreError> {
    on_read!(db, pool => {
        let row = sqlx::query("SELECT person, login, password, disabled, made FROM account WHERE person = $1")
            .bind(person.as_str())
            .fetch_optional(pool)
            .await
            .map_err(store_error)?;
        row.map(|row| account(&row)).transpose()
    })
}

async fn by_login(db: &Db, login: &str) -> Result<Option<Account>, StoreError> {
    on_read!(db, pool => {
        let row = sqlx::query("SELECT person, login, password, disabled, made FROM account WHERE login = $1")
            .bind(login)
            .fetch_optional(pool)
            .await
            .map_err(store_error)?;
        row.map(|row| account(&row)).transpose()
    })
}

async fn all(db: &Db) -> Result<Vec<Account>, StoreError> {
    on_read!(db, pool => {
        let rows = sqlx::query("SELECT person, login, password, disabled, made FROM account ORDER BY login")
            .fetch_all(pool)
            .await
            .map_err(store_error)?;
        rows.iter().map(account).collect()
    })
}

async fn put_session(db: &Db, session: &Session) -> Result<(), StoreError> {
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

async fn session(db: &Db, id: &str) -> Result<Option<Session>, StoreError> {
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

async fn see(db: &Db, id: &str, seen: Timestamp) -> Result<(), StoreError> {
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

async fn sessions(db: &Db, person: &ActorKey) -> Result<Vec<Session>, StoreError> {
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

async fn end(db: &Db, id: &str) -> Result<bool, StoreError> {
    on_write!(db, pool => {
        let done = sqlx::query("DELETE FROM session WHERE id = $1")
            .bind(id)
            .execute(pool)
            .await
            .map_err(store_error)?;
        Ok(done.rows_affected() > 0)
    })
}

async fn end_all(db: &Db, person: &ActorKey, but: Option<&str>) -> Result<(), StoreError> {
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

async fn forget(db: &Db, begun: Timestamp, seen: Timestamp) -> Result<(), StoreError> {
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
