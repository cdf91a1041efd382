//! A bucket of a test's own, on the server that `LOGGIA_TEST_AWS` names.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use loggia_catalog::harvest::Harvested;
use loggia_connect::files::{Access, Bucket, Reach, Way};
use loggia_harvest::{HarvestError, files};

/// Moto looks at who asks, and not at the signature.
const AUTHORIZED: &str = "Authorization: AWS4-HMAC-SHA256 Credential=AKIATEST/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=x";

/// In no message may this be.
pub const SECRET: &str = "s3cret+key/of=nobody";

pub struct TestBucket {
    server: String,
    pub name: String,
}

/// What it takes to ask a server that speaks like S3.
pub fn access(endpoint: &str) -> Access {
    Access::default()
        .with("aws_access_key_id", "AKIATEST")
        .with("aws_secret_access_key", SECRET)
        .with("aws_region", "us-east-1")
        .with("aws_endpoint", endpoint)
        .with("allow_http", "true")
}

pub fn open(address: &str, access: Access) -> Arc<Bucket> {
    let way = Way::Bucket { address: address.parse().unwrap(), access };
    let Reach::Bucket(bucket) = way.open().unwrap() else { panic!("no bucket") };
    bucket
}

pub fn read(bucket: &Arc<Bucket>) -> Result<Harvested, HarvestError> {
    let reach = Reach::Bucket(bucket.clone());
    files::read_bucket(bucket, None, &mut |table| files::describe(&reach, table))
}

impl TestBucket {
    pub fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        let server = std::env::var("LOGGIA_TEST_AWS").unwrap();
        let server = server.trim_start_matches("http://").to_owned();
        let bucket = Self { server, name: format!("t{}-{count}", std::process::id()) };
        bucket.ask("PUT", "", &[]);
        bucket
    }

    /// All that is in a folder, below a prefix.
    pub fn of(folder: &Path, prefix: &str) -> Self {
        let bucket = Self::new();
        bucket.put_all(folder, prefix);
        bucket
    }

    fn put_all(&self, folder: &Path, prefix: &str) {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let key = format!("{prefix}{}", entry.file_name().to_str().unwrap());
            if entry.file_type().unwrap().is_dir() {
                self.put_all(&entry.path(), &format!("{key}/"));
            } else {
                self.put(&key, fs::read(entry.path()).unwrap());
            }
        }
    }

    pub fn put(&self, key: &str, bytes: impl AsRef<[u8]>) {
        self.ask("PUT", key, bytes.as_ref());
    }

    pub fn delete(&self, key: &str) {
        self.ask("DELETE", key, &[]);
    }

    pub fn address(&self, prefix: &str) -> String {
        format!("s3://{}/{prefix}", self.name)
    }

    pub fn open(&self, prefix: &str) -> Arc<Bucket> {
        open(&self.address(prefix), access(&format!("http://{}", self.server)))
    }

    fn ask(&self, method: &str, key: &str, body: &[u8]) {
        let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"/._-".contains(byte);
        let letter =
            |byte: u8| if plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
        let key: String = key.bytes().map(letter).collect();
        let mut stream = TcpStream::connect(&self.server).unwrap();
        let length = body.len();
        write!(
            stream,
            "{method} /{}/{key} HTTP/1.1\r\nHost: {}\r\nContent-Length: {length}\r\n{AUTHORIZED}\r\nConnection: close\r\n\r\n",
            self.name, self.server
        )
        .unwrap();
        stream.write_all(body).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 2"), "{method} {key}: {answer}");
    }
}
