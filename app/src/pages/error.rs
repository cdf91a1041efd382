//! Errors as pages that offer a way on, true to their status, with a reference that the log has too.

use crate::ui::title::Title;
use http::StatusCode;
use leptos::prelude::*;
use loggia_catalog::CatalogError;
use loggia_model::{Kind, Who};

use crate::encode::encode;
use crate::pages::access::access_href;
use crate::pages::posts::ask_href;
use crate::request::Request;
use crate::ui::escape::escaped;
use crate::ui::icon::Arches;

/// What to show for an error of a use case; sets the status.
pub fn failed(request: &Request, error: &CatalogError) -> AnyView {
    let (status, heading, words) = match error {
        CatalogError::NotFound(_) => (StatusCode::NOT_FOUND, "Not found", sentence(&error.to_string())),
        CatalogError::Invalid(_) => {
            (StatusCode::BAD_REQUEST, "That cannot be asked", sentence(&error.to_string()))
        }
        CatalogError::Conflict(_) => {
            (StatusCode::CONFLICT, "Somebody was faster", sentence(&error.to_string()))
        }
        CatalogError::Taken(_) | CatalogError::Refused(_) => {
            (StatusCode::BAD_REQUEST, "That cannot be done", sentence(&error.to_string()))
        }
        CatalogError::Forbidden(_) => {
            (StatusCode::FORBIDDEN, "Not for you, so far", sentence(&error.to_string()))
        }
        CatalogError::Busy(_) => {
            (StatusCode::SERVICE_UNAVAILABLE, "In a moment", sentence(&error.to_string()))
        }
        CatalogError::Store(_) | CatalogError::Index(_) => (
            StatusCode::INTERNAL_SERVER_ERROR,
            "Something is broken here",
            "The catalog cannot be read just now. Nothing was lost; try again in a minute.".to_owned(),
        ),
    };
    request.set_status(status);
    let reference = status.is_server_error().then(|| {
        let reference = reference();
        tracing::error!(%reference, path = request.path(), %error, "a page failed");
        reference
    });
    let why = match error {
        CatalogError::Forbidden(_) | CatalogError::NotFound(_) if request.actor.who == Who::Anonymous => {
            Some((format!("/sign-in?back={}", encode(&request.here())), "Sign in, and look again"))
        }
        CatalogError::Forbidden(forbidden) => Some((access_href(&forbidden.urn), "Why, and what would help")),
        _ => None,
    };
    let ask = match error {
        CatalogError::Forbidden(forbidden)
            if forbidden.urn.kind() == Kind::Asset && request.actor.who != Who::Anonymous =>
        {
            Some(ask_href(&forbidden.urn))
        }
        _ => None,
    };
    error_view(status.as_u16(), heading, words, reference, why, ask).into_any()
}

/// For paths that no route has.
pub fn not_found() -> AnyView {
    if let Some(request) = Request::current() {
        request.set_status(StatusCode::NOT_FOUND);
    }
    error_view(
        404,
        "Not found",
        "There is no page here. It may have been renamed, or the link is not whole.".into(),
        None,
        None,
        None,
    )
    .into_any()
}

/// For what goes wrong outside of the pages: a whole document, in few bytes.
pub fn error_page(status: u16, heading: &str, words: &str) -> String {
    let (heading, words) = (escaped(heading), escaped(words));
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{heading} · Loggia</title></head>\
         <body><main><h1>{heading}</h1><p>{words}</p><p>Status {status}</p><p><a href=\"/\">To the first page</a></p></main></body></html>"
    )
}

/// Leads on to another site, which no answer to a form can do: a page may send its forms to this site alone, and the
/// browser holds where an answer leads to that.
pub fn leading_page(to: &str, title: &str) -> String {
    let (to, title) = (escaped(to), escaped(title));
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\"><meta http-equiv=\"refresh\" content=\"0;url={to}\"><title>{title} · \
         Loggia</title></head><body><main><h1>{title}</h1><p><a href=\"{to}\">Go on to {title}</a></p></main></body></html>"
    )
}

fn error_view(
    status: u16,
    heading: &'static str,
    words: String,
    reference: Option<String>,
    why: Option<(String, &'static str)>,
    ask: Option<String>,
) -> AnyView {
    view! {
        <Title text=format!("{heading} · Loggia")/>
        <section class="message-page">
            <Arches/>
            <h1>{heading}</h1>
            <p>{words}</p>
            {reference.map(|reference| view! { <p>"Tell whoever runs this catalog the reference " <code>{reference}</code> "."</p> })}
            <p class="ways-on">
                {ask.map(|to| view! { <a href=to>"Ask its owner"</a> })}
                {why.map(|(to, words)| view! { <a href=to>{words}</a> })}
                <a href="/search">"Search everything"</a>
                <a href="/browse">"Browse the domains"</a>
                <a href="/">"First page"</a>
            </p>
            <p class="quiet">"Status " {status}</p>
        </section>
    }
.into_any()
}

/// Words of an error as a sentence.
pub fn sentence(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("{}.", capital(text)) }
}

/// With a capital at the start.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| format!("{}{}", first.to_uppercase(), letters.as_str())).unwrap_or_default()
}

fn reference() -> String {
    let nonce = leptos::nonce::Nonce::new().to_string();
    nonce.chars().filter(char::is_ascii_alphanumeric).take(10).collect()
}
