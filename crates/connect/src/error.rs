//! Why data cannot be reached. `place` is what an operator calls it, without a password.

use std::time::Duration;

use crate::aws::AwsError;

#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    #[error(
        "this is not the address of a PostgreSQL database ({0}): write postgres://USER@HOST:PORT/DATABASE"
    )]
    Address(String),
    #[error("{place} cannot be reached: {why}")]
    Unreachable { place: String, why: String },
    #[error("{place} does not let us in: {why}")]
    Refused { place: String, why: String },
    #[error(
        "{place} did not answer within {limit:?}, while asked for {what}: try again, or allow more with --timeout"
    )]
    TimedOut { place: String, what: &'static str, limit: Duration },
    #[error("{place} broke off while asked for {what}: {why}")]
    BrokeOff { place: String, what: &'static str, why: String },
    #[error("{place} has no schema '{schema}' that may be read; it has {}", known.join(", "))]
    NoSchema { place: String, schema: String, known: Vec<String> },
    #[error(transparent)]
    Aws(#[from] AwsError),
    #[error("{place}: the credentials ran out while it was asked for {what}: get new ones and try again")]
    Expired { place: String, what: &'static str },
    #[error("{place} does not tell {what}: {why}")]
    Rejected { place: String, what: &'static str, why: String },
    #[error("{place} does not have {what}: {why}")]
    Absent { place: String, what: String, why: String },
}
