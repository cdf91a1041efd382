//! The hash chain over the log: each line's digest covers the one before it, so that a line changed,
//! added or taken out later shows. The body goes in by its own digest, so that the body of an erased
//! person can be taken away and the chain still holds.

use loggia_catalog::ports::RawRecord;
use sha2::{Digest, Sha256};

/// The digest of a body; empty for a removal.
pub fn body_digest(body: Option<&str>) -> String {
    body.map_or_else(String::new, |body| hex::encode(Sha256::digest(body.as_bytes())))
}

/// The chain after `record`.
pub fn next(before: &str, record: &RawRecord, body_digest: &str) -> String {
    let mut hash = Sha256::new();
    let numbers = [record.seq.0.to_string(), record.at.micros().to_string(), record.revision.to_string()];
    let words = [
        before,
        record.actor.as_str(),
        record.door.as_str(),
        record.urn.as_str(),
        &record.reason,
        body_digest,
    ];
    for part in numbers.iter().map(String::as_str).chain(words) {
        // The length in front keeps two neighbouring fields from being shifted into each other.
        hash.update(part.len().to_string().as_bytes());
        hash.update(b":");
        hash.update(part.as_bytes());
    }
    hex::encode(hash.finalize())
}
