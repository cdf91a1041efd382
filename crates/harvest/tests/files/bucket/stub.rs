//! A real server that answers as a test says: pages of keys, objects, and what goes wrong.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use super::moto::SECRET;

pub struct Answer {
    pub status: &'static str,
    pub body: Vec<u8>,
    /// Bytes of the body after which the connection breaks.
    pub cut: Option<usize>,
    pub delay: Duration,
    /// One more line of the head.
    pub header: Option<String>,
}

pub struct Stub {
    pub address: String,
    /// What was asked for, in order.
    pub asked: Arc<Mutex<Vec<String>>>,
}

impl Answer {
    pub fn ok(body: impl Into<Vec<u8>>) -> Self {
        Self { status: "200 OK", body: body.into(), cut: None, delay: Duration::ZERO, header: None }
    }

    /// As S3 says what is wrong; some of its answers repeat what they were asked with.
    pub fn error(status: &'static str, code: &str) -> Self {
        let body =
            format!("<Error><Code>{code}</Code><Message>No.</Message><Token-0>{SECRET}</Token-0></Error>");
        Self { status, ..Self::ok(body) }
    }

    /// The page of these keys that comes after what was asked for.
    pub fn page(asked: &str, keys: &[String], size: usize) -> Self {
        let after = parameter(asked, "continuation-token").or_else(|| parameter(asked, "start-after"));
        let left: Vec<&String> =
            keys.iter().filter(|key| after.as_ref().is_none_or(|after| *key > after)).collect();
        let here = &left[..left.len().min(size)];
        let mut body = "<?xml version=\"1.0\"?><ListBucketResult>".to_owned();
        for key in here {
            body += &format!(
                "<Contents><Key>{key}</Key><Size>7</Size><LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>\"x\"</ETag></Contents>"
            );
        }
        if left.len() > here.len() {
            body += &format!("<NextContinuationToken>{}</NextContinuationToken>", here.last().unwrap());
        }
        Self::ok(body + "</ListBucketResult>")
    }
}

fn parameter(asked: &str, name: &str) -> Option<String> {
    let (_, query) = asked.split_once('?')?;
    let value = query.split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))?;
    Some(value.replace("%2F", "/").replace("%3D", "="))
}

impl Stub {
    /// The handler hears what is asked for (`/bank?list-type=2…`, `/bank/key`) and how often something was before.
    pub fn start(handler: impl Fn(&str, usize) -> Answer + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (handler, heard) = (Arc::new(handler), asked.clone());
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (handler, heard) = (handler.clone(), heard.clone());
                thread::spawn(move || answer(stream.unwrap(), &*handler, &heard));
            }
        });
        Self { address, asked }
    }
}

fn answer(mut stream: TcpStream, handler: &dyn Fn(&str, usize) -> Answer, heard: &Mutex<Vec<String>>) {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte).unwrap_or(0) == 0 {
            return;
        }
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap();
    let what = head.split(' ').nth(1).unwrap().to_owned();
    let before = {
        let mut heard = heard.lock().unwrap();
        heard.push(what.clone());
        heard.len() - 1
    };
    let Answer { status, body, cut, delay, header } = handler(&what, before);
    thread::sleep(delay);
    let length = body.len();
    let range = if what.contains('?') {
        String::new()
    } else {
        format!("Content-Range: bytes 0-{}/{length}\r\n", length.saturating_sub(1))
    };
    let status = if status == "200 OK" && !range.is_empty() { "206 Partial Content" } else { status };
    let header = header.map_or_else(String::new, |header| format!("{header}\r\n"));
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Length: {length}\r\n{header}{range}ETag: \"x\"\r\nLast-Modified: Thu, 01 Jan 2026 00:00:00 GMT\r\nConnection: close\r\n\r\n"
    );
    // Whoever has waited too long is gone.
    let _gone = stream.write_all(head.as_bytes());
    let _gone = stream.write_all(&body[..cut.unwrap_or(length)]);
}
