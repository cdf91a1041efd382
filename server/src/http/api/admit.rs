//! Who asks: by the token in the header, and by nothing else.

use http::HeaderMap;
use http::header::AUTHORIZATION;
use loggia_catalog::Catalog;
use loggia_catalog::ports::Scope;
use loggia_catalog::tokens::Admission;
use loggia_model::{Actor, Door, Secret, Who};

use super::problem::Problem;

pub async fn admit(catalog: &Catalog, headers: &HeaderMap, needed: Scope) -> Result<Actor, Problem> {
    let Some(token) = token(headers)? else {
        // Before anybody has an account, whoever reaches this machine has the catalog, as everywhere else.
        let actor = catalog.actor(None, Door::Api).await?;
        return if actor.who == Who::Machine { Ok(actor) } else { Err(Problem::no_token()) };
    };
    match catalog.admit(&token, needed).await? {
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
