//! Who comes in: every request has an actor before anything else looks at it.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use loggia_model::{Actor, Door};

/// Until there is sign-in, whoever reaches this machine has it.
pub async fn let_in(mut request: Request, next: Next) -> Response {
    request.extensions_mut().insert(Actor::local(Door::Browser));
    next.run(request).await
}
