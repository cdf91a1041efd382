//! One call of a webhook: signed, never led elsewhere, and over within seconds.

use std::error::Error;
use std::time::{Duration, SystemTime};

use loggia_catalog::ports::{Message, Undelivered};
use loggia_model::Timestamp;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::redirect::Policy;
use reqwest::{Client, StatusCode};

use super::address::{Address, lookup};
use super::signature::Key;

/// For everything, from the name's look-up to the last byte that is read.
const PATIENCE: Duration = Duration::from_secs(15);
/// Bytes of a refusal that an administrator is shown.
const SHOWN: usize = 300;
/// As long as a receiver may ask to be left alone.
const LONGEST_WAIT: u64 = 24 * 3600;

#[derive(Debug, Clone)]
pub struct Receiver {
    client: Client,
    address: Address,
    keys: Vec<Key>,
}

impl Receiver {
    /// # Errors
    /// Where this machine trusts nobody whom it could verify.
    pub fn new(address: Address, keys: Vec<Key>) -> Result<Self, reqwest::Error> {
        let client = Client::builder()
            .redirect(Policy::none())
            .timeout(PATIENCE)
            // A proxy would look the name up itself.
            .no_proxy()
            .dns_resolver(lookup(address.is_private))
            .user_agent(concat!("Loggia/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { client, address, keys })
    }

    /// # Errors
    /// Says why it has not arrived; only an answer of 200 to 299 is one that has.
    pub async fn call(&self, message: &Message) -> Result<(), Undelivered> {
        let at = Timestamp::EPOCH.seconds_until(Timestamp::from_system(SystemTime::now()));
        let signed: Vec<String> =
            self.keys.iter().map(|key| key.sign(&message.id, at, &message.body)).collect();
        let asked = self
            .client
            .post(self.address.url.clone())
            .header("content-type", "application/cloudevents+json; charset=utf-8")
            .header("webhook-id", &message.id)
            .header("webhook-timestamp", at)
            .header("webhook-signature", signed.join(" "))
            .body(message.body.clone());
        let answer = asked.send().await.map_err(|error| Undelivered::now(unreachable(error)))?;
        let status = answer.status();
        if status.is_success() {
            return Ok(());
        }
        let wait = asked_to_wait(answer.headers());
        if status.is_redirection() {
            let why = format!(
                "it answers {status}, which leads elsewhere: nothing is sent there. Give its new address"
            );
            return Err(Undelivered { wait, ..Undelivered::now(why) });
        }
        let is_final = status == StatusCode::GONE;
        let why = format!("it answers {status}{}", beginning(answer).await);
        Err(Undelivered { why, wait, is_final })
    }
}

/// The first letters of what it says, however long that is.
async fn beginning(mut answer: reqwest::Response) -> String {
    let mut bytes = Vec::new();
    while bytes.len() < SHOWN {
        match answer.chunk().await {
            Ok(Some(some)) => bytes.extend_from_slice(some.get(..SHOWN.min(some.len())).unwrap_or_default()),
            _ => break,
        }
    }
    bytes.truncate(SHOWN);
    let text = String::from_utf8_lossy(&bytes);
    let text: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() { text } else { format!(": {text}") }
}

/// RFC 9110, 10.2.3, as seconds; a day is not waited for.
fn asked_to_wait(headers: &HeaderMap) -> Option<Duration> {
    let seconds: u64 = headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds.min(LONGEST_WAIT)))
}

/// With what lies below it, and without the address: its path may be secret.
fn unreachable(error: reqwest::Error) -> String {
    let is_late = error.is_timeout();
    let error = error.without_url();
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(below) = cause {
        words = format!("{words}: {below}");
        cause = below.source();
    }
    if is_late { format!("it does not answer within {} s", PATIENCE.as_secs()) } else { words }
}
