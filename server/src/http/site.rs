//! The files of the site, out of the program itself.

use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};
use http::header::{
    ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, VARY,
};
use http::{HeaderMap, HeaderValue, StatusCode};
use loggia_app::{Canvas, Module, Site};

pub struct Asset {
    name: &'static str,
    url: &'static str,
    plain: &'static [u8],
    brotli: Option<&'static [u8]>,
}

include!(concat!(env!("OUT_DIR"), "/site.rs"));

pub fn site() -> Site {
    let islands = url("islands.js").zip(url("islands.wasm"));
    Site {
        css: url("site.css").unwrap_or_default(),
        icons: url("icons.svg").unwrap_or_default(),
        favicon: url("favicon.svg").unwrap_or_default(),
        islands,
        canvas: canvas(),
    }
}

fn canvas() -> Option<Canvas> {
    let parquet = Module { js: url("parquet.js")?, wasm: url("parquet.wasm")? };
    Some(Canvas { js: url("canvas.js")?, wasm: url("canvas.wasm")?, reader: url(READER)?, parquet })
}

/// A worker has the policy of its own script, and this one loads others.
const READER: &str = "reader.js";
const OF_THE_READER: HeaderValue =
    HeaderValue::from_static("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'");

fn url(name: &str) -> Option<String> {
    ASSETS.iter().find(|asset| asset.name == name).map(|asset| asset.url.to_owned())
}

/// A file by the name that has its hash; whatever is found may be kept for ever.
pub async fn file(Path(file): Path<String>, headers: HeaderMap) -> Response {
    let path = format!("/pkg/{file}");
    let Some(asset) = ASSETS.iter().find(|asset| asset.url == path) else {
        return (StatusCode::NOT_FOUND, "there is no such file here\n").into_response();
    };
    let accepts = headers.get(ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or("");
    let base = [
        (CONTENT_TYPE, content_type(asset.name)),
        (CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (VARY, "accept-encoding"),
    ];
    let mut response = match asset.brotli {
        Some(packed) if accepts.split(',').any(|way| way.trim() == "br") => {
            (base, [(CONTENT_ENCODING, "br")], packed).into_response()
        }
        _ => (base, asset.plain).into_response(),
    };
    if asset.name == READER {
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, OF_THE_READER);
    }
    response
}

/// Browsers ask for this whatever the page says.
pub async fn favicon() -> Redirect {
    Redirect::permanent(
        ASSETS.iter().find(|asset| asset.name == "favicon.svg").map_or("/", |asset| asset.url),
    )
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("wasm") => "application/wasm",
        Some("woff2") => "font/woff2",
        _ => "application/octet-stream",
    }
}
