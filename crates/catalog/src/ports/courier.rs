//! Whoever carries what leaves the catalog to where it is for.

use std::time::Duration;

use async_trait::async_trait;

/// One message to a webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// The same in every try.
    pub id: String,
    /// A CloudEvent as JSON.
    pub body: String,
}

/// One letter to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The same in every try.
    pub id: String,
    pub to_name: String,
    pub to_address: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    /// Where the reader says what they want to be mailed.
    pub choices: String,
}

/// Why something has not arrived.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{why}")]
pub struct Undelivered {
    pub why: String,
    /// How long whoever was asked wants to be left alone.
    pub wait: Option<Duration>,
    /// No other try would help.
    pub is_final: bool,
}

impl Undelivered {
    pub fn now(why: impl Into<String>) -> Self {
        Self { why: why.into(), wait: None, is_final: false }
    }

    pub fn for_good(why: impl Into<String>) -> Self {
        Self { why: why.into(), wait: None, is_final: true }
    }
}

/// Every try ends within a minute, whatever is on the other side.
#[async_trait]
pub trait Courier: Send + Sync {
    async fn call(&self, webhook: &str, message: &Message) -> Result<(), Undelivered>;

    async fn mail(&self, letter: &Letter) -> Result<(), Undelivered>;
}
