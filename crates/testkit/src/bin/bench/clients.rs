//! Browsers, as far as a server sees them: connections that stay, and ask for packed pages.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use http_body_util::{BodyExt, Empty};
use hyper::Request;
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{ACCEPT_ENCODING, HOST};
use hyper_util::rt::TokioIo;
use loggia_testkit::{Outcome, Trouble};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{Instant, interval_at};

use crate::timing::Times;

/// What Chromium sends.
const PACKED: &str = "gzip, deflate, br, zstd";
const PLAIN: &str = "identity";

pub struct Client {
    sender: SendRequest<Empty<Bytes>>,
    address: SocketAddr,
}

impl Client {
    pub async fn to(address: SocketAddr) -> Outcome<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        let (sender, connection) = handshake(TokioIo::new(stream)).await?;
        // It ends with the sender; an error of it shows there too.
        tokio::spawn(connection);
        Ok(Self { sender, address })
    }

    /// The whole answer, which must be 200; as it came, so packed.
    pub async fn page(&mut self, path: &str) -> Outcome<Bytes> {
        self.get(path, PACKED).await
    }

    pub async fn text(&mut self, path: &str) -> Outcome<String> {
        Ok(String::from_utf8_lossy(&self.get(path, PLAIN).await?).into_owned())
    }

    async fn get(&mut self, path: &str, encoding: &str) -> Outcome<Bytes> {
        let request =
            Request::get(path).header(HOST, self.address.to_string()).header(ACCEPT_ENCODING, encoding);
        self.sender.ready().await?;
        let response = self.sender.send_request(request.body(Empty::new())?).await?;
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        if status.as_u16() == 200 {
            Ok(body)
        } else {
            Err(Trouble::new(format!("GET {path} answered {status}")))
        }
    }
}

/// Many clients that ask at once.
#[derive(Clone, Copy)]
pub struct Crowd {
    pub clients: usize,
    pub lasting: Duration,
    /// From one question of a client to its next; `None` for at once.
    pub every: Option<Duration>,
}

pub struct Answered {
    pub times: Times,
    pub took: Duration,
}

impl Crowd {
    /// Asks for the pages in turn, over and over.
    pub async fn ask(self, address: SocketAddr, pages: Arc<[String]>) -> Outcome<Answered> {
        let next = Arc::new(AtomicUsize::new(0));
        let begun = Instant::now();
        let mut clients = JoinSet::new();
        for number in 0..self.clients {
            let (pages, next) = (pages.clone(), next.clone());
            clients.spawn(async move { self.one(number, address, &pages, &next, begun).await });
        }
        let mut times = Vec::new();
        while let Some(ended) = clients.join_next().await {
            times.extend(ended??);
        }
        Ok(Answered { times: Times::of(times), took: begun.elapsed() })
    }

    async fn one(
        self,
        number: usize,
        address: SocketAddr,
        pages: &[String],
        next: &AtomicUsize,
        begun: Instant,
    ) -> Outcome<Vec<Duration>> {
        let mut client = Client::to(address).await?;
        let mut ticks = self.every.map(|every| {
            // Spread over the time, as people are.
            let offset = every.mul_f64(share(number, self.clients));
            interval_at(begun + offset, every)
        });
        let mut times = Vec::new();
        while begun.elapsed() < self.lasting {
            if let Some(ticks) = &mut ticks {
                ticks.tick().await;
            }
            let place = next.fetch_add(1, Ordering::Relaxed) % pages.len().max(1);
            let Some(page) = pages.get(place) else { break };
            let asked = Instant::now();
            client.page(page).await?;
            times.push(asked.elapsed());
        }
        Ok(times)
    }
}

#[expect(clippy::cast_precision_loss, reason = "a number of clients is far below 2^52")]
fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}
