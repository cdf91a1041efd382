//! Erasing a person: what was done stays, by key; who that was goes.

use loggia_catalog::ports::StoreError;
use loggia_model::{ActorKey, Urn};

use crate::db::{Db, Tx, on_read, on_tx};
use crate::errors::store_error;
use crate::rows::{self, Fields};

/// What is known of a person, but not that something was done. The chains cover bodies and addresses by digest.
pub async fn take_away(tx: &mut Tx, person: &Urn, key: &ActorKey) -> Result<(), StoreError> {
    for (statement, of) in [
        ("UPDATE log SET body = NULL WHERE urn = $1", person.as_str()),
        ("DELETE FROM visit WHERE urn = $1", person.as_str()),
        ("DELETE FROM session WHERE person = $1", key.as_str()),
        ("DELETE FROM account WHERE person = $1", key.as_str()),
        ("DELETE FROM identity WHERE person = $1", key.as_str()),
        ("DELETE FROM provisioned_user WHERE person = $1", key.as_str()),
        ("DELETE FROM token WHERE owner = $1", key.as_str()),
        ("DELETE FROM following WHERE person = $1", key.as_str()),
        ("DELETE FROM inbox WHERE person = $1", key.as_str()),
        ("DELETE FROM mail_choice WHERE person = $1", key.as_str()),
        // What they typed and did not save.
        ("DELETE FROM kept WHERE substr(name, 1, length($1) + 9) = 'unsaved ' || $1 || ' '", key.as_str()),
        ("DELETE FROM kept WHERE name = 'aside ' || $1", key.as_str()),
        ("DELETE FROM outbox WHERE channel = 'mail' AND about = $1", key.as_str()),
        // Without its salt, the digest tells nothing of the address.
        ("UPDATE log SET origin = NULL, salt = '' WHERE actor = $1 AND origin IS NOT NULL", key.as_str()),
        ("UPDATE audit SET origin = NULL, salt = '' WHERE actor = $1 AND origin IS NOT NULL", key.as_str()),
    ] {
        on_tx!(&mut *tx, connection => {
            sqlx::query(statement).bind(of).execute(connection).await.map_err(store_error)?;
        });
    }
    Ok(())
}

/// By the index of those records; a person of that name may be there again.
pub async fn all(db: &Db) -> Result<Vec<Urn>, StoreError> {
    // The word is `ports::ERASED`, and stands here for the index to be used.
    on_read!(db, pool => {
        let rows = sqlx::query(
            "SELECT DISTINCT urn FROM log WHERE reason = 'erased' AND body_digest = '' AND kind = 'person' ORDER BY urn",
        )
        .fetch_all(pool)
        .await
        .map_err(store_error)?;
        rows.iter().map(|row| rows::urn(&row.text("urn")?)).collect()
    })
}
