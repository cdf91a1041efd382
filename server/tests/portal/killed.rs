//! SIGKILL between a commit and what is told of it: nothing is missed, and nothing comes under another id.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use loggia_catalog::ports::{Inbox, Outbox, Show};
use loggia_model::Timestamp;
use loggia_store::SqlStore;
use tempfile::TempDir;

use super::serving::{PROGRAM, Serving, ok};

const CATALOG: &str = "
urn: urn:loggia:person:olga
kind: person
facts: {name: Olga}
---
urn: urn:loggia:service:lakehouse
kind: service
facts: {name: Lakehouse}
---
urn: urn:loggia:domain-unit:risk
kind: domain-unit
facts:
  name: Risk
  members:
    - {who: 'urn:loggia:service:lakehouse', role: viewer}
    - {who: 'urn:loggia:person:olga', role: viewer}
";

/// A receiver that counts what it gets by its id, and answers where it is let.
#[derive(Clone, Default)]
struct Receiver {
    got: Arc<Mutex<BTreeMap<String, usize>>>,
    held: Arc<Mutex<Vec<TcpStream>>>,
    answers: Arc<AtomicBool>,
}

impl Receiver {
    fn start() -> (Self, u16) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let receiver = Self::default();
        let listening = receiver.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let receiver = listening.clone();
                std::thread::spawn(move || receiver.take(stream));
            }
        });
        (receiver, port)
    }

    /// One connection may bring several.
    fn take(&self, stream: TcpStream) {
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        loop {
            let (mut id, mut length) = (String::new(), 0);
            loop {
                let mut line = String::new();
                if reader.read_line(&mut line).unwrap_or(0) == 0 {
                    return;
                }
                let line = line.trim_end().to_ascii_lowercase();
                if line.is_empty() {
                    break;
                }
                if let Some(value) = line.strip_prefix("webhook-id: ") {
                    id = value.to_owned();
                }
                if let Some(value) = line.strip_prefix("content-length: ") {
                    length = value.parse().unwrap();
                }
            }
            let mut body = vec![0; length];
            if reader.read_exact(&mut body).is_err() {
                return;
            }
            *self.got.lock().unwrap().entry(id).or_default() += 1;
            if !self.answers.load(Ordering::Relaxed) {
                self.held.lock().unwrap().push(stream);
                return;
            }
            let _gone = (&stream).write_all(b"HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n");
        }
    }

    /// How often each came, as soon as there are so many.
    fn came(&self, ids: usize) -> Vec<usize> {
        for _ in 0..1_200 {
            let got = self.got.lock().unwrap().clone();
            if got.len() >= ids {
                return got.into_values().collect();
            }
            std::thread::sleep(Duration::from_millis(25));
        }
        panic!("there came {} and not {ids}", self.got.lock().unwrap().len());
    }
}

/// Until the program has taken note of where the log is: what comes then is told.
async fn until_followed(data: &Path) {
    let store = SqlStore::sqlite(&data.join("loggia.sqlite")).await.unwrap();
    for _ in 0..400 {
        if store.made_until("webhooks").await.unwrap().is_some()
            && store.told_until().await.unwrap().is_some()
        {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("nobody follows the log");
}

fn describe(data: &Path, words: &str) {
    let file = data.join("loans.yaml");
    let asset = format!(
        "urn: urn:loggia:asset:test;loans\nkind: asset\nfacts:\n  name: Loans\n  description: {words}\n  unit: urn:loggia:domain-unit:risk\n  owners: ['urn:loggia:person:olga']\n"
    );
    std::fs::write(&file, asset).unwrap();
    ok(data, &["apply", file.to_str().unwrap()]);
}

fn write(path: &Path, bytes: &[u8]) {
    let mut options = std::fs::OpenOptions::new();
    options.create(true).truncate(true).write(true).mode(0o600).open(path).unwrap().write_all(bytes).unwrap();
}

/// The key that seals secrets, and the secret of the webhook.
fn keep_secret(folder: &Path, data: &Path) {
    let key = Command::new(PROGRAM).args(["secret", "key"]).output().unwrap();
    write(&folder.join("key"), &key.stdout);
    let mut setting = Command::new(PROGRAM)
        .arg("--data")
        .arg(data)
        .args(["secret", "set", "lake-hook"])
        .env("LOGGIA_SECRET_KEY_FILE", folder.join("key"))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    setting.stdin.take().unwrap().write_all(b"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
    assert!(setting.wait().unwrap().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_on_its_way_when_the_program_was_killed_comes_again_under_its_id_and_is_told_once() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    let (receiver, port) = Receiver::start();
    write(&data.join("catalog.yaml"), CATALOG.as_bytes());
    ok(&data, &["apply", data.join("catalog.yaml").to_str().unwrap()]);
    describe(&data, "First.");
    keep_secret(folder.path(), &data);
    let notifications = folder.path().join("notifications.yaml");
    let hook = format!(
        "webhooks: [{{name: lake, url: 'http://127.0.0.1:{port}/', secret: lake-hook, service: lakehouse, private: true}}]"
    );
    write(&notifications, hook.as_bytes());
    let key = folder.path().join("key");
    let serve = || {
        Serving::start_in(
            &data,
            &["--notifications", notifications.to_str().unwrap()],
            &[("LOGGIA_SECRET_KEY_FILE", key.as_path())],
        )
    };

    let serving = serve();
    until_followed(&data).await;
    describe(&data, "Second.");
    assert_eq!(receiver.came(1), [1]);
    // SIGKILL, while the receiver has it and has not answered.
    drop(serving);
    // And a commit that nobody follows.
    describe(&data, "Third.");
    receiver.answers.store(true, Ordering::Relaxed);
    let serving = serve();
    receiver.came(2);
    std::thread::sleep(Duration::from_secs(2));
    let mut came = receiver.came(2);
    came.sort_unstable();
    assert_eq!(came, [1, 2], "what was not answered came again, under its id, and the other once");
    drop(serving);

    let store = SqlStore::sqlite(&data.join("loggia.sqlite")).await.unwrap();
    let now = Timestamp::from_system(std::time::SystemTime::now());
    let olga = "olga".parse().unwrap();
    let told = store.told(&olga, Show::Open.into(), now, None, 10).await.unwrap();
    let details: Vec<&str> = told.iter().map(|told| told.detail.as_str()).collect();
    assert_eq!(details, ["description", "description"], "she was told of each once");
}
