//! By what programs say who they are: a token in the header, and nothing else.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use http::header::AUTHORIZATION;
use http::{Extensions, HeaderMap};
use loggia_model::{Actor, Door, Secret};

use crate::http::door::Entrance;
use crate::http::origin::origin;

/// What stands in the header.
pub enum Given {
    Nothing,
    Token(Secret),
    /// Several headers: nobody can tell which counts.
    Several,
    /// Something that is no bearer token.
    Other,
}

pub fn given(headers: &HeaderMap) -> Given {
    let mut given = headers.get_all(AUTHORIZATION).iter();
    let Some(first) = given.next() else { return Given::Nothing };
    if given.next().is_some() {
        return Given::Several;
    }
    let words = first.to_str().ok().and_then(|words| words.trim().split_once(' '));
    match words {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => {
            Given::Token(Secret::new(token.trim()))
        }
        _ => Given::Other,
    }
}

/// The address that a request came from.
#[derive(Clone)]
struct CameFrom(Option<Arc<str>>);

/// Lets what follows know where a request came from.
pub async fn trace(State(entrance): State<Entrance>, mut request: Request, next: Next) -> Response {
    let from = origin(request.extensions(), request.headers(), &entrance);
    request.extensions_mut().insert(CameFrom(from));
    next.run(request).await
}

/// Whoever asks, before it is known who that is.
pub fn stranger(extensions: &Extensions) -> Actor {
    let from = extensions.get::<CameFrom>().and_then(|CameFrom(from)| from.clone());
    Actor::anonymous(Door::Api).from_address(from)
}
