//! Connections. An address or headers beyond what hyper takes in are refused by hyper itself, before any
//! route is asked, and with nothing to read: here that answer gets its words.

use std::future::Future;
use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::Sleep;

/// Whoever is still sending when it is refused has this long to read why.
const LINGER: Duration = Duration::from_secs(2);

/// What hyper answers, and what people read instead.
const REFUSALS: [(&[u8], &str, &str); 2] = [
    (
        b"HTTP/1.1 414 ",
        "414 URI Too Long",
        "This address has more than 65,000 characters, and a question may have 1,000: leave out what is not needed.",
    ),
    (
        b"HTTP/1.1 431 ",
        "431 Request Header Fields Too Large",
        "This request is too long: a question may have 1,000 characters. If yours is shorter, delete the cookies of this site and try again.",
    ),
];

pub struct Listener(TcpListener);

impl Listener {
    pub fn new(listener: TcpListener) -> Self {
        Self(listener)
    }
}

impl axum::serve::Listener for Listener {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        let (stream, address) = axum::serve::Listener::accept(&mut self.0).await;
        // A page is written at once; nothing is gained by waiting for more of it.
        let _unset = stream.set_nodelay(true);
        (Connection { stream, words: None, lingering: None }, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

pub struct Connection {
    stream: TcpStream,
    /// What is still to be written instead of hyper's refusal.
    words: Option<Vec<u8>>,
    /// Set once it was refused.
    lingering: Option<Pin<Box<Sleep>>>,
}

impl Connection {
    /// Takes a refusal, of which `length` bytes are to be written, and writes its words in its place.
    fn refuse(&mut self, context: &mut Context<'_>, length: usize) -> Poll<io::Result<usize>> {
        while let Some(words) = self.words.as_mut().filter(|words| !words.is_empty()) {
            let written = ready!(Pin::new(&mut self.stream).poll_write(context, words))?;
            words.drain(..written);
        }
        self.words = None;
        self.lingering = Some(Box::pin(tokio::time::sleep(LINGER)));
        Poll::Ready(Ok(length))
    }

    fn is_refused(&mut self, bytes: &[u8]) -> bool {
        if self.words.is_none() {
            let refusal = REFUSALS.iter().find(|(begins, ..)| bytes.starts_with(begins));
            self.words = refusal.map(|(_, status, why)| answer(status, why));
        }
        self.words.is_some()
    }
}

fn answer(status: &str, why: &str) -> Vec<u8> {
    let page = format!(
        "<!DOCTYPE html><html lang=\"en\"><meta charset=\"utf-8\"><title>Too long · Loggia</title>\
         <main><h1>That was too long</h1><p>{why}</p><p><a href=\"/search\">Search everything</a></p></main></html>"
    );
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/html; charset=utf-8\r\ncontent-length: {}\r\n\
         content-security-policy: default-src 'none'; frame-ancestors 'none'\r\nx-content-type-options: nosniff\r\n\
         x-frame-options: DENY\r\nreferrer-policy: same-origin\r\nconnection: close\r\n\r\n{page}",
        page.len()
    )
    .into_bytes()
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.is_refused(bytes) {
            return self.refuse(context, bytes.len());
        }
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let first = slices.iter().find(|slice| !slice.is_empty());
        if first.is_some_and(|first| self.is_refused(first)) {
            return self.refuse(context, slices.iter().map(|slice| slice.len()).sum());
        }
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    /// To close while the other side is still sending would take the answer away from it.
    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_shutdown(context))?;
        let Some(mut lingering) = self.lingering.take() else { return Poll::Ready(Ok(())) };
        let mut unread = [0; 16 * 1024];
        while lingering.as_mut().poll(context).is_pending() {
            let mut buffer = ReadBuf::new(&mut unread);
            match Pin::new(&mut self.stream).poll_read(context, &mut buffer) {
                Poll::Ready(Ok(())) if !buffer.filled().is_empty() => {}
                Poll::Ready(_) => return Poll::Ready(Ok(())),
                Poll::Pending => {
                    self.lingering = Some(lingering);
                    return Poll::Pending;
                }
            }
        }
        Poll::Ready(Ok(()))
    }
}
