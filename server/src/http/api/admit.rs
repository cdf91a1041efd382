//! Who asks: by the token in the header, and by nothing else.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::AUTHORIZATION;
use http::{Extensions, HeaderMap};
use loggia_catalog::Catalog;
use loggia_catalog::ports::Scope;
use loggia_catalog::tokens::Admission;
use loggia_model::{Actor, Door, Secret, Who};

use super::problem::Problem;
use crate::http::door::Entrance;
use crate::http::origin::origin;

/// The address that a request came from.
#[derive(Clone)]
struct CameFrom(Option<Arc<str>>);

/// Lets what follows know where a request came from.
pub async fn trace(State(entrance): State<Entrance>, mut request: Request, next: Next) -> Response {
    let from = origin(request.extensions(), request.headers(), &entrance);
    request.extensions_mut().insert(CameFrom(from));
    next.run(request).await
}

pub async fn admit(
    catalog: &Catalog,
    headers: &HeaderMap,
    extensions: &Extensions,
    needed: Scope,
) -> Result<Actor, Problem> {
    let from = extensions.get::<CameFrom>().and_then(|CameFrom(from)| from.clone());
    let by = Actor::anonymous(Door::Api).from_address(from);
    let Some(token) = token(headers).inspect_err(|_| catalog.turned_away(&by))? else {
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
    };
    match catalog.admit(&by, &token, needed).await? {
        Admission::Admitted(actor) => Ok(actor),
        Admission::Unknown => Err(Problem::bad_token()),
        Admission::TooNarrow(has) => Err(Problem::too_narrow(needed, has)),
    }
}

fn token(headers: &HeaderMap) -> Result<Option<Secret>, Problem> {
    let mut given = headers.get_all(AUTHORIZATION).iter();
    let Some(first) = given.next() else { return Ok(None) };
    if given.next().is_some() {
        return Err(Problem::bad_token());
    }
    let words = first.to_str().ok().and_then(|words| words.trim().split_once(' '));
    match words {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(Some(Secret::new(token.trim()))),
        _ => Err(Problem::no_token()),
    }
}
