//! Who asks: by the token in the header, and by nothing else.

use http::{Extensions, HeaderMap};
use loggia_catalog::Catalog;
use loggia_catalog::ports::Scope;
use loggia_catalog::tokens::Admission;
use loggia_model::{Actor, Door, Who};

use super::problem::Problem;
use crate::http::bearer::{Given, given, stranger};

pub async fn admit(
    catalog: &Catalog,
    headers: &HeaderMap,
    extensions: &Extensions,
    needed: Scope,
) -> Result<Actor, Problem> {
    let by = stranger(extensions);
    let token = match given(headers) {
        Given::Token(token) => token,
        Given::Several => {
            catalog.turned_away(&by);
            return Err(Problem::bad_token());
        }
        Given::Other => {
            catalog.turned_away(&by);
            return Err(Problem::no_token());
        }
        Given::Nothing => {
            // Before anybody has an account, whoever reaches this machine has the catalog, as everywhere else.
            let actor = catalog.actor(None, Door::Api).await?;
            if actor.who == Who::Machine {
                return Ok(actor);
            }
            if catalog.is_open_to_strangers().await? {
                return Ok(by);
            }
            catalog.turned_away(&by);
            return Err(Problem::no_token());
        }
    };
    match catalog.admit(&by, &token, needed).await? {
        Admission::Admitted(actor) => Ok(actor),
        Admission::Unknown => Err(Problem::bad_token()),
        Admission::TooNarrow(has) => Err(Problem::too_narrow(needed, has)),
    }
}
