//! What happens, as it happens: the counts of what somebody has not read and of what there is to do, as
//! server-sent events.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::stream::{Stream, unfold};
use http::{HeaderName, HeaderValue, StatusCode};
use loggia_app::{actor, session};
use loggia_catalog::Catalog;
use loggia_catalog::inbox::{Listening, Waits};
use loggia_model::Secret;

/// How often is looked whether whoever listens is still signed in; what stands between them and us is kept awake as often.
const LOOK: Duration = Duration::from_secs(20);
/// After which a browser comes again when it was cut off.
const RETRY: Duration = Duration::from_secs(5);

/// Proxies that gather what they pass on would keep it for themselves.
const UNBUFFERED: (HeaderName, HeaderValue) =
    (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));

pub async fn events(State(catalog): State<Catalog>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let (Ok(listening), Some(session)) = (catalog.listen(&actor(&parts)), session(&parts)) else {
        // By which a browser knows not to come again (HTML, 9.2.3).
        return StatusCode::NO_CONTENT.into_response();
    };
    let told = counts(Watch { catalog, session, listening });
    ([UNBUFFERED], Sse::new(told).keep_alive(KeepAlive::new().interval(LOOK))).into_response()
}

struct Watch {
    catalog: Catalog,
    session: Secret,
    listening: Listening,
}

fn counts(watch: Watch) -> impl Stream<Item = Result<Event, Infallible>> {
    unfold(watch, |mut watch| async move {
        loop {
            let Ok(told) = tokio::time::timeout(LOOK, watch.listening.next()).await else {
                match watch.catalog.is_signed_in(&watch.session).await {
                    Ok(true) => continue,
                    _ => return None,
                }
            };
            // It changes only now and then: whoever has been signed out meanwhile is not told once more.
            let is_in = watch.catalog.is_signed_in(&watch.session).await.unwrap_or(false);
            let Waits { unread, to_do } = told?;
            let event = Event::default().event("unread").retry(RETRY).data(format!("{unread} {to_do}"));
            return is_in.then_some((Ok(event), watch));
        }
    })
}
