//! Over HTTP: pages as browsers ask for them.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use loggia_model::Urn;
use loggia_testkit::Outcome;
use tokio::runtime::Runtime;

use crate::clients::{Answered, Client, Crowd};
use crate::timing::Times;

pub const CLIENTS: usize = 50;

/// Each asks again as soon as it has its answer.
pub fn at_once(
    runtime: &Runtime,
    server: SocketAddr,
    pages: &[String],
    lasting: Duration,
) -> Outcome<Answered> {
    crowd(runtime, server, pages, Crowd { clients: CLIENTS, lasting, every: None })
}

/// Each asks once a second, so that the clients do not only measure how they wait for each other.
pub fn at_ease(
    runtime: &Runtime,
    server: SocketAddr,
    pages: &[String],
    lasting: Duration,
) -> Outcome<Answered> {
    crowd(runtime, server, pages, Crowd { clients: CLIENTS, lasting, every: Some(Duration::from_secs(1)) })
}

/// One client alone, one page after the other.
pub fn alone(
    runtime: &Runtime,
    client: &mut Client,
    pages: &[String],
    count: usize,
) -> Outcome<(Times, usize)> {
    runtime.block_on(async {
        let (mut times, mut bytes) = (Vec::with_capacity(count), 0);
        for page in pages.iter().cycle().take(count) {
            let begun = Instant::now();
            bytes += client.page(page).await?.len();
            times.push(begun.elapsed());
        }
        Ok((Times::of(times), bytes / count.max(1)))
    })
}

fn crowd(runtime: &Runtime, server: SocketAddr, pages: &[String], crowd: Crowd) -> Outcome<Answered> {
    let pages: Arc<[String]> = pages.into();
    runtime.block_on(crowd.ask(server, pages))
}

/// The addresses of these searches.
pub fn searches(questions: &[String]) -> Vec<String> {
    questions.iter().map(|question| format!("/search?q={}", encoded(question))).collect()
}

pub fn asset(urn: &Urn) -> String {
    format!("/assets/{}", encoded(urn.rest()))
}

pub fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        let is_plain =
            byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b':' | b';' | b',' | b'@');
        if is_plain { encoded.push(char::from(byte)) } else { encoded.push_str(&format!("%{byte:02X}")) }
    }
    encoded
}
