//! Whom providers of identities mean, and which sessions were begun by one.

use std::collections::BTreeSet;

use async_trait::async_trait;
use loggia_catalog::ports::{FederatedSession, Identities, Identity, StoreError};
use loggia_model::{ActorKey, Secret, Timestamp, Urn};

use crate::SqlStore;
use crate::db::{Db, on_read, on_write};
use crate::errors::{corrupt, corrupt_name, store_error};
use crate::rows::{self, Fields};

#[async_trait]
impl Identities for SqlStore {
    async fn add_identity(&self, identity: &Identity) -> Result<bool, StoreError> {
        add(&self.db, identity).await
    }

    async fn see_identity(&self, identity: &Identity) -> Result<(), StoreError> {
        see(&self.db, identity).await
    }

    async fn identity(&self, issuer: &str, subject: &str) -> Result<Option<Identity>, StoreError> {
        one(&self.db, issuer, subject).await
    }

    async fn identities(&self, person: &ActorKey) -> Result<Vec<Identity>, StoreError> {
        of(&self.db, person).await
    }

    async fn put_federated_session(&self, session: &FederatedSession) -> Result<(), StoreError> {
        put_session(&self.db, session).await
    }

    async fn federated_session(&self, id: &str) -> Result<Option<FederatedSession>, StoreError> {
        session(&self.db, id).await
    }

    async fn end_sessions_of_subject(&self, provider: &str, subject: &str) -> Result<u64, StoreError> {
        end_of_subject(&self.db, provider, subject).await
    }

    async fn end_sessions_of_sid(&self, provider: &str, sid: &str) -> Result<u64, StoreError> {
        end_of_sid(&self.db, provider, sid).await
    }
}

async fn add(db: &Db, identity: &Identity) -> Result<bool, StoreError> {
    let groups = written(&identity.groups)?;
    on_write!(db, pool => {
        let done = sqlx::query(
            "INSERT INTO identity (issuer, subject, person, member_of, made, seen) \
             VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (issuer, subject) DO NOTHING",
        )
        .bind(&identity.issuer)
        .bind(&identity.subject)
        .bind(identity.person.as_str())
        .bind(groups)
        .bind(identity.made.micros())
        .bind(identity.seen.micros())
        .execute(pool)
        .await
        .map_err(store_error)?;
        Ok(done.rows_affected() > 0)
    })
}

async fn see(db: &Db, identity: &Identity) -> Result<(), StoreError> {
    let groups = written(&identity.groups)?;
    on_write!(db, pool => {
        sqlx::query("UPDATE identity SET member_of = $1, seen = $2 WHERE issuer = $3 AND subject = $4")
            .bind(groups)
            .bind(identity.seen.micros())
            .bind(&identity.issuer)
            .bind(&identity.subject)
            .execute(pool)
            .await
            .map_err(store_error)?;
    });
    Ok(())
}

async fn one(db: &Db, issuer: &str, subject: &str) -> Result<Option<Identity>, StoreError> {
    on_read!(db, pool => {
        let row = sqlx::query(
            "SELECT issuer, subject, person, member_of, made, seen FROM identity \
             WHERE issuer = $1 AND subject = $2",
        )
        .bind(issuer)
        .bind(subject)
        .fetch_optional(pool)
        .await
        .map_err(store_error)?;
        row.map(|row| identity(&row)).transpose()
    })
}

async fn of(db: &Db, person: &ActorKey) -> Result<Vec<Identity>, StoreError> {
    on_read!(db, pool => {
        let rows = sqlx::query(
            "SELECT issuer, subject, person, member_of, made, seen FROM identity \
             WHERE person = $1 ORDER BY issuer, subject",
        )
        .bind(person.as_str())
        .fetch_all(pool)
        .await
        .map_err(store_error)?;
        rows.iter().map(identity).collect()
    })
}

async fn put_session(db: &Db, session: &FederatedSession) -> Result<(), StoreError> {
    on_write!(db, pool => {
        sqlx::query(
            "INSERT INTO federated_session (session, provider, subject, sid, id_token) \
             VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(&session.session)
        .bind(&session.provider)
        .bind(&session.subject)
        .bind(&session.sid)
        .bind(session.id_token.reveal())
        .execute(pool)
        .await
        .map_err(store_error)?;
    });
    Ok(())
}

async fn session(db: &Db, id: &str) -> Result<Option<FederatedSession>, StoreError> {
    on_read!(db, pool => {
        let row = sqlx::query(
            "SELECT session, provider, subject, sid, id_token FROM federated_session WHERE session = $1",
        )
        .bind(id)
        .fetch_optional(pool)
        .await
        .map_err(store_error)?;
        row.map(|row| federated(&row)).transpose()
    })
}

async fn end_of_subject(db: &Db, provider: &str, subject: &str) -> Result<u64, StoreError> {
    on_write!(db, pool => {
        let done = sqlx::query(
            "DELETE FROM session WHERE id IN \
             (SELECT session FROM federated_session WHERE provider = $1 AND subject = $2)",
        )
        .bind(provider)
        .bind(subject)
        .execute(pool)
        .await
        .map_err(store_error)?;
        Ok(done.rows_affected())
    })
}

async fn end_of_sid(db: &Db, provider: &str, sid: &str) -> Result<u64, StoreError> {
    on_write!(db, pool => {
        let done = sqlx::query(
            "DELETE FROM session WHERE id IN \
             (SELECT session FROM federated_session WHERE provider = $1 AND sid = $2)",
        )
        .bind(provider)
        .bind(sid)
        .execute(pool)
        .await
        .map_err(store_error)?;
        Ok(done.rows_affected())
    })
}

fn written(groups: &BTreeSet<Urn>) -> Result<String, StoreError> {
    rows::json(&groups.iter().map(Urn::as_str).collect::<Vec<_>>())
}

fn identity(row: &impl Fields) -> Result<Identity, StoreError> {
    let groups: Vec<String> = serde_json::from_str(&row.text("member_of")?).map_err(corrupt)?;
    Ok(Identity {
        issuer: row.text("issuer")?,
        subject: row.text("subject")?,
        person: row.text("person")?.parse().map_err(corrupt_name)?,
        groups: groups.iter().map(|group| rows::urn(group)).collect::<Result<_, _>>()?,
        made: Timestamp::from_micros(row.integer("made")?),
        seen: Timestamp::from_micros(row.integer("seen")?),
    })
}

fn federated(row: &impl Fields) -> Result<FederatedSession, StoreError> {
    Ok(FederatedSession {
        session: row.text("session")?,
        provider: row.text("provider")?,
        subject: row.text("subject")?,
        sid: row.optional_text("sid")?,
        id_token: Secret::new(row.text("id_token")?),
    })
}
