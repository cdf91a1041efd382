//! One question and its answer, with as many tries as it is worth.

use std::error::Error;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{Client, Response, redirect};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::sign;
use super::words::{Fate, Said};
use crate::ConnectError;
use crate::aws::AwsAccess;

#[derive(Debug, Clone)]
pub struct Asker {
    client: Client,
    access: AwsAccess,
    url: String,
    limit: Duration,
}

/// Longest wait for a connection.
const CONNECTING: Duration = Duration::from_secs(10);
const TRIES: u32 = 5;
/// Before the second try; twice as long before each that follows.
const FIRST_WAIT: Duration = Duration::from_millis(250);
/// Of one answer. Glue's own pages have a hundred tables.
const MOST_BYTES: usize = 32 * 1024 * 1024;
const JSON: &str = "application/x-amz-json-1.1";

/// How one try failed.
struct Failed {
    error: ConnectError,
    is_worth_another: bool,
}

impl Asker {
    pub fn new(access: AwsAccess, limit: Duration) -> Result<Self, ConnectError> {
        let own = || format!("https://glue.{}.{}", access.region, domain(&access.region));
        let url = format!("{}/", access.endpoint.clone().unwrap_or_else(own));
        let client = Client::builder()
            .connect_timeout(CONNECTING)
            // A signature is for one address.
            .redirect(redirect::Policy::none())
            .user_agent(concat!("loggia/", env!("CARGO_PKG_VERSION")))
            .build();
        let client = client.map_err(|why| ConnectError::Unreachable {
            place: place(&access),
            why: format!("no connection can be made from here: {}", innermost(&why)),
        })?;
        Ok(Self { client, access, url, limit })
    }

    pub fn region(&self) -> &str {
        &self.access.region
    }

    /// The answer to `action`; `what` names in messages what was asked for.
    pub async fn ask<T: DeserializeOwned>(
        &self,
        action: &'static str,
        what: &'static str,
        question: &Value,
    ) -> Result<T, ConnectError> {
        let body = question.to_string();
        let answer = tokio::time::timeout(self.limit, self.tries(action, what, body.as_bytes())).await;
        let answer = answer.unwrap_or_else(|_| {
            Err(ConnectError::TimedOut { place: place(&self.access), what, limit: self.limit })
        })?;
        serde_json::from_slice(&answer)
            .map_err(|why| self.broke_off(what, format!("its answer is none of Glue's ({why})")))
    }

    pub fn broke_off(&self, what: &'static str, why: String) -> ConnectError {
        ConnectError::BrokeOff { place: place(&self.access), what, why: self.without_secrets(why) }
    }

    async fn tries(&self, action: &str, what: &'static str, body: &[u8]) -> Result<Vec<u8>, ConnectError> {
        let mut wait = FIRST_WAIT;
        let mut tried = 1;
        loop {
            match self.once(action, what, body).await {
                Err(failed) if failed.is_worth_another && tried < TRIES => {
                    tracing::debug!(action, tried, why = %failed.error, "asking again");
                    tokio::time::sleep(wait).await;
                    wait *= 2;
                    tried += 1;
                }
                answered => return answered.map_err(|failed| failed.error),
            }
        }
    }

    async fn once(&self, action: &str, what: &'static str, body: &[u8]) -> Result<Vec<u8>, Failed> {
        let headers =
            self.headers(action, body).map_err(|why| Failed::for_good(self.broke_off(what, why)))?;
        let sent = self.client.post(&self.url).headers(headers).body(body.to_vec()).send().await;
        let answer = sent.map_err(|why| Failed::perhaps_once(self.unreachable(&why)))?;
        let status = answer.status().as_u16();
        let header = answer.headers().get("x-amzn-errortype").and_then(|value| value.to_str().ok());
        let header = header.map(str::to_owned);
        let bytes = self.bytes(what, answer).await?;
        if status == 200 {
            return Ok(bytes);
        }
        Err(self.failed(what, status, &Said::of(header.as_deref(), &bytes)))
    }

    fn failed(&self, what: &'static str, status: u16, said: &Said) -> Failed {
        let place = place(&self.access);
        let why = self.without_secrets(said.words(status));
        match said.fate(status) {
            Fate::Again => Failed::perhaps_once(ConnectError::BrokeOff { place, what, why }),
            Fate::Expired => Failed::for_good(ConnectError::Expired { place, what }),
            Fate::Denied => Failed::for_good(ConnectError::Refused { place, why }),
            Fate::Absent => Failed::for_good(ConnectError::Absent { place, what: what.to_owned(), why }),
            Fate::Rejected => Failed::for_good(ConnectError::Rejected { place, what, why }),
        }
    }

    fn headers(&self, action: &str, body: &[u8]) -> Result<HeaderMap, String> {
        let target = format!("AWSGlue.{action}");
        let own = [("content-type", JSON), ("x-amz-target", target.as_str())];
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(JSON));
        headers.insert("x-amz-target", HeaderValue::from_str(&target).map_err(|why| why.to_string())?);
        for (name, value) in sign::headers(&self.access, &self.url, &own, body)? {
            let mut value = HeaderValue::from_str(&value).map_err(|why| why.to_string())?;
            value.set_sensitive(true);
            headers.insert(name, value);
        }
        Ok(headers)
    }

    async fn bytes(&self, what: &'static str, mut answer: Response) -> Result<Vec<u8>, Failed> {
        let mut bytes = Vec::new();
        loop {
            let chunk = answer.chunk().await;
            let chunk = chunk.map_err(|why| Failed::perhaps_once(self.broke_off(what, innermost(&why))))?;
            let Some(chunk) = chunk else { return Ok(bytes) };
            if bytes.len().saturating_add(chunk.len()) > MOST_BYTES {
                let why = format!("its answer is larger than {MOST_BYTES} bytes, the most that is read");
                return Err(Failed::for_good(self.broke_off(what, why)));
            }
            bytes.extend_from_slice(&chunk);
        }
    }

    fn unreachable(&self, why: &reqwest::Error) -> ConnectError {
        ConnectError::Unreachable { place: place(&self.access), why: self.without_secrets(innermost(why)) }
    }

    /// AWS repeats what it was sent where it disagrees with a signature, the token included.
    fn without_secrets(&self, words: String) -> String {
        let credentials = &self.access.credentials;
        let secrets = [Some(&credentials.secret_access_key), credentials.session_token.as_ref()];
        let secrets = secrets.into_iter().flatten().map(loggia_model::Secret::reveal);
        secrets.filter(|secret| !secret.is_empty()).fold(words, |words, secret| words.replace(secret, "…"))
    }
}

impl Failed {
    fn for_good(error: ConnectError) -> Self {
        Self { error, is_worth_another: false }
    }

    fn perhaps_once(error: ConnectError) -> Self {
        Self { error, is_worth_another: true }
    }
}

/// Of the partition that a region is in.
fn domain(region: &str) -> &'static str {
    if region.starts_with("cn-") { "amazonaws.com.cn" } else { "amazonaws.com" }
}

fn place(access: &AwsAccess) -> String {
    match &access.endpoint {
        Some(endpoint) => format!("the Glue catalog of {} at {endpoint}", access.region),
        None => format!("the Glue catalog of {}", access.region),
    }
}

/// What the layers above it repeat in vaguer words.
fn innermost(error: &reqwest::Error) -> String {
    let mut innermost: &dyn Error = error;
    while let Some(source) = innermost.source() {
        innermost = source;
    }
    innermost.to_string()
}
