//! The sample of an asset, as one small Parquet file for the browser.

use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use http::{HeaderMap, HeaderValue, StatusCode};
use loggia_app::{actor, error_page, sentence};
use loggia_catalog::assets::Looked;
use loggia_catalog::{Catalog, CatalogError};
use loggia_model::{Actor, Slug, Urn};

pub async fn sample(State(catalog): State<Catalog>, Path(id): Path<String>, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let headers = &parts.headers;
    match found(&catalog, &actor(&parts), &id).await {
        Ok(found) => answer(headers, found),
        Err(CatalogError::NotFound(what)) => {
            told(StatusCode::NOT_FOUND, "Not here", &format!("There is no {what}."))
        }
        Err(CatalogError::Refused(why)) => told(StatusCode::UNPROCESSABLE_ENTITY, "Cannot be shown", &why),
        Err(CatalogError::Forbidden(why)) => {
            told(StatusCode::FORBIDDEN, "Not for you, so far", &sentence(&why.to_string()))
        }
        Err(other) => told(StatusCode::SERVICE_UNAVAILABLE, "Not now", &other.to_string()),
    }
}

struct Found {
    tag: String,
    /// As a browser saves it.
    file: String,
    parquet: Vec<u8>,
}

async fn found(catalog: &Catalog, actor: &Actor, id: &str) -> Result<Found, CatalogError> {
    let missing = || CatalogError::NotFound("such asset".into());
    let urn: Urn = format!("urn:loggia:asset:{id}").parse().map_err(|_| missing())?;
    let Looked::Here(asset) = catalog.asset(actor, &urn, None).await? else { return Err(missing()) };
    let preview = catalog.preview(&asset).await?;
    // Of what is shown too: a tag that is put later makes another file of it.
    let shown: Vec<&str> = preview.sample.columns.iter().map(|column| column.name.as_str()).collect();
    let hidden: Vec<&str> = preview.hidden.iter().map(|path| path.as_str()).collect();
    let digest = std::hash::BuildHasher::hash_one(
        &std::hash::BuildHasherDefault::<std::hash::DefaultHasher>::default(),
        (&shown, &hidden),
    );
    let tag = format!("\"{}-{digest:x}\"", preview.sample.version);
    let file = Slug::of(&asset.name).map_or_else(String::new, |name| format!("{name}-"));
    Ok(Found { tag, file: format!("{file}sample.parquet"), parquet: preview.sample.parquet.clone() })
}

fn answer(headers: &HeaderMap, Found { tag, file, parquet }: Found) -> Response {
    // Always asked again: what may be shown can change at any moment.
    let cached = [(CACHE_CONTROL, HeaderValue::from_static("private, no-cache"))];
    let tagged = HeaderValue::from_str(&tag)
        .map(|tag| [(ETAG, tag)])
        .unwrap_or([(ETAG, HeaderValue::from_static("\"\""))]);
    let known = headers.get(IF_NONE_MATCH).and_then(|known| known.to_str().ok());
    if known.is_some_and(|known| known.split(',').any(|one| one.trim() == tag)) {
        return (StatusCode::NOT_MODIFIED, cached, tagged).into_response();
    }
    let typed = [(CONTENT_TYPE, HeaderValue::from_static("application/vnd.apache.parquet"))];
    // A slug is letters, digits and '-'.
    let named = HeaderValue::from_str(&format!("attachment; filename=\"{file}\"")).ok();
    let named = named
        .map(|named| [(CONTENT_DISPOSITION, named)])
        .unwrap_or([(CONTENT_DISPOSITION, HeaderValue::from_static("attachment"))]);
    (cached, tagged, typed, named, parquet).into_response()
}

fn told(status: StatusCode, title: &str, words: &str) -> Response {
    let typed = [(CONTENT_TYPE, "text/html; charset=utf-8")];
    (status, typed, error_page(status.as_u16(), title, words)).into_response()
}
