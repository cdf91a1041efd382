//! Who asks: a directory, by a token of its service. Not before the first account either, as elsewhere: people who are
//! brought must not be the first who can come in.

use http::request::Parts;
use loggia_catalog::ports::Scope;
use loggia_catalog::tokens::Admission;
use loggia_catalog::{Catalog, CatalogError};
use loggia_model::Actor;

use super::error::ScimError;
use crate::http::bearer::{Given, given, stranger};

pub async fn admit(catalog: &Catalog, parts: &Parts) -> Result<Actor, ScimError> {
    let by = stranger(&parts.extensions);
    let token = match given(&parts.headers) {
        Given::Token(token) => token,
        Given::Several => {
            catalog.turned_away(&by);
            return Err(ScimError::bad_token());
        }
        Given::Nothing | Given::Other => {
            catalog.turned_away(&by);
            return Err(ScimError::no_token());
        }
    };
    match catalog.admit(&by, &token, Scope::Provision).await? {
        Admission::Admitted(actor) => Ok(actor),
        Admission::Unknown => Err(ScimError::bad_token()),
        Admission::TooNarrow(has) => Err(ScimError::other_scope(has)),
    }
}

/// Goes on to its end where whoever asked goes away in the midst: nothing is half done by it.
pub async fn whole<T: Send + 'static>(
    work: impl Future<Output = Result<T, CatalogError>> + Send + 'static,
) -> Result<T, ScimError> {
    let done = tokio::spawn(work).await.map_err(|error| {
        tracing::error!(%error, "what a directory asked for did not end");
        ScimError::broken()
    })?;
    Ok(done?)
}
