//! What a secret is called.

use std::fmt;
use std::str::FromStr;

/// 1 to 100 of `a-z`, `0-9`, `-`, `.` and `_`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SecretName(String);

/// It does not repeat the text: who mistakes the order gives the value here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a secret's name has 1 to 100 of a-z, 0-9, '-', '.' and '_', and this is none")]
pub struct NoName;

impl SecretName {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for SecretName {
    type Err = NoName;

    fn from_str(text: &str) -> Result<Self, NoName> {
        let is_one = |byte: u8| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.' | b'_')
        };
        if text.is_empty() || text.len() > 100 || !text.bytes().all(is_one) {
            return Err(NoName);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for SecretName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
