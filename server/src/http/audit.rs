//! The audit of a period as one file, page by page as it is read.

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use loggia_app::{actor, audit_query, error_page, sentence};
use loggia_catalog::audit::{AuditEntry, AuditPage, AuditQuery, CSV_HEAD, csv_line, json_line};
use loggia_catalog::{Catalog, CatalogError};
use loggia_model::Actor;
use tokio::sync::mpsc;

#[derive(Clone, Copy)]
enum Format {
    JsonLines,
    Csv,
}

pub async fn json_lines(State(catalog): State<Catalog>, request: Request) -> Response {
    answer(catalog, request, Format::JsonLines).await
}

pub async fn csv(State(catalog): State<Catalog>, request: Request) -> Response {
    answer(catalog, request, Format::Csv).await
}

async fn answer(catalog: Catalog, request: Request, format: Format) -> Response {
    let (parts, _) = request.into_parts();
    let actor = actor(&parts);
    let first = match audit_query(&parts) {
        Ok(query) => catalog.export_audit(&actor, &query, None).await.map(|page| (query, page)),
        Err(error) => Err(error),
    };
    match first {
        Ok((query, page)) => file(catalog, actor, query, page, format),
        Err(error @ CatalogError::Invalid(_)) => told(StatusCode::BAD_REQUEST, "Not a period", &error),
        Err(error @ CatalogError::Forbidden(_)) => told(StatusCode::FORBIDDEN, "Not for you, so far", &error),
        Err(error @ CatalogError::NotFound(_)) => told(StatusCode::NOT_FOUND, "Not here", &error),
        Err(error) => {
            tracing::error!(%error, "the audit was not exported");
            let words = "The audit cannot be read just now. Nothing was lost; try again in a minute.";
            page(StatusCode::SERVICE_UNAVAILABLE, "Not now", words)
        }
    }
}

fn file(catalog: Catalog, actor: Actor, query: AuditQuery, page: AuditPage, format: Format) -> Response {
    // Two pages wait at most: who reads slowly has this read slowly, too.
    let (pages, mut written) = mpsc::channel::<Result<Bytes, CatalogError>>(1);
    tokio::spawn(async move {
        let mut page = Ok(page);
        let mut is_first = true;
        loop {
            let (bytes, next) = match page {
                Ok(AuditPage { entries, next }) => (Ok(text(&entries, format, is_first)), next),
                Err(error) => (Err(error), None),
            };
            if pages.send(bytes).await.is_err() {
                return;
            }
            let Some(next) = next else { return };
            is_first = false;
            page = catalog.export_audit(&actor, &query, Some(next)).await;
        }
    });
    let body = Body::from_stream(futures::stream::poll_fn(move |context| written.poll_recv(context)));
    let (media, name) = match format {
        Format::JsonLines => ("application/jsonl; charset=utf-8", "attachment; filename=\"audit.jsonl\""),
        Format::Csv => ("text/csv; charset=utf-8; header=present", "attachment; filename=\"audit.csv\""),
    };
    let headers = [(CONTENT_TYPE, media), (CONTENT_DISPOSITION, name), (CACHE_CONTROL, "private, no-store")];
    (headers, body).into_response()
}

fn text(entries: &[AuditEntry], format: Format, is_first: bool) -> Bytes {
    let mut text = String::new();
    if let (Format::Csv, true) = (format, is_first) {
        text.push_str(CSV_HEAD);
        text.push_str("\r\n");
    }
    for entry in entries {
        match format {
            Format::JsonLines => {
                text.push_str(&json_line(entry));
                text.push('\n');
            }
            Format::Csv => {
                text.push_str(&csv_line(entry));
                text.push_str("\r\n");
            }
        }
    }
    text.into()
}

fn told(status: StatusCode, title: &str, error: &CatalogError) -> Response {
    page(status, title, &sentence(&error.to_string()))
}

fn page(status: StatusCode, title: &str, words: &str) -> Response {
    let typed = [(CONTENT_TYPE, "text/html; charset=utf-8")];
    (status, typed, error_page(status.as_u16(), title, words)).into_response()
}
