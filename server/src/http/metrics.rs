//! Prometheus metrics.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Instant;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::CONTENT_TYPE;
use loggia_catalog::Catalog;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Answer {
    status: u16,
}

pub struct Metrics {
    registry: Registry,
    answers: Family<Answer, Counter>,
    seconds: Histogram,
    log: Gauge<u64, AtomicU64>,
    index: Gauge<u64, AtomicU64>,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("loggia");
        let answers = Family::<Answer, Counter>::default();
        registry.register("http_answers", "Answers by status", answers.clone());
        let seconds = Histogram::new(exponential_buckets(0.000_5, 2.0, 14));
        registry.register("http_seconds", "Time to answer, in seconds", seconds.clone());
        let log = Gauge::<u64, AtomicU64>::default();
        registry.register("log_sequence", "The last sequence of the log", log.clone());
        let index = Gauge::<u64, AtomicU64>::default();
        registry.register("index_sequence", "The last sequence that the index has", index.clone());
        Self { registry, answers, seconds, log, index }
    }
}

pub async fn count(State(metrics): State<Arc<Metrics>>, request: Request, next: Next) -> Response {
    let begun = Instant::now();
    let response = next.run(request).await;
    metrics.seconds.observe(begun.elapsed().as_secs_f64());
    metrics.answers.get_or_create(&Answer { status: response.status().as_u16() }).inc();
    response
}

pub async fn show(State((metrics, catalog)): State<(Arc<Metrics>, Catalog)>) -> Response {
    if let Ok((last, applied)) = catalog.progress().await {
        metrics.log.set(last.0);
        metrics.index.set(applied.0);
    }
    let mut text = String::new();
    match encode(&mut text, &metrics.registry) {
        Ok(()) => ([(CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")], text)
            .into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
