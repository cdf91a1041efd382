//! The hash chain over the log: each line's digest covers the one before it, so that a line changed,
//! added or taken out later shows. The body goes in by its own digest, so that the body of an erased
//! person can be taken away and the chain still holds; so does the address that it came from. The audit stream has another
//! chain, made the same way.

use loggia_catalog::ports::{AuditLine, RawRecord};
use sha2::{Digest, Sha256};

/// The digest of a body; empty for a removal.
pub fn body_digest(body: Option<&str>) -> String {
    body.map_or_else(String::new, |body| hex::encode(Sha256::digest(body.as_bytes())))
}

/// The chain after `record`. Where no address is known, as of all that was written before addresses were, there is none
/// in it.
pub fn next(before: &str, record: &RawRecord, body_digest: &str, origin_digest: &str) -> String {
    let numbers = [record.seq.0.to_string(), record.at.micros().to_string(), record.revision.to_string()];
    let words = [
        before,
        record.actor.as_str(),
        record.door.as_str(),
        record.urn.as_str(),
        &record.reason,
        body_digest,
    ];
    let origin = Some(origin_digest).filter(|digest| !digest.is_empty());
    over(numbers.iter().map(String::as_str).chain(words).chain(origin))
}

/// The chain of the audit stream after `line`.
pub fn next_of_audit(before: &str, line: &AuditLine, origin_digest: &str) -> String {
    let AuditLine { seq, noted } = line;
    let numbers = [
        seq.to_string(),
        noted.at.micros().to_string(),
        noted.until.micros().to_string(),
        noted.count.to_string(),
    ];
    let words = [
        before,
        noted.actor.as_str(),
        noted.who.as_str(),
        noted.door.as_str(),
        origin_digest,
        noted.act.as_str(),
        noted.action.map_or("", |action| action.as_str()),
        noted.urn.as_ref().map_or("", |urn| urn.as_str()),
        &noted.why,
    ];
    over(numbers.iter().map(String::as_str).chain(words))
}

/// The digest of the address that a line came from; empty where there is none. There are so few addresses that
/// without a salt, which goes with the address, the digest would tell it.
pub fn origin_digest(salt: &str, origin: Option<&str>) -> String {
    origin.map_or_else(String::new, |origin| over([salt, origin].into_iter()))
}

/// What keeps the digest of the address of one line to itself.
pub fn salt(chance: &str, seq: u64) -> String {
    over([chance, seq.to_string().as_str()].into_iter())
}

fn over<'p>(parts: impl Iterator<Item = &'p str>) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        // The length in front keeps two neighbouring fields from being shifted into each other.
        hash.update(part.len().to_string().as_bytes());
        hash.update(b":");
        hash.update(part.as_bytes());
    }
    hex::encode(hash.finalize())
}

#[cfg(test)]
mod tests {
    use loggia_model::{Door, Seq, Timestamp};

    use super::*;

    fn record() -> RawRecord {
        RawRecord {
            seq: Seq(7),
            at: Timestamp::from_micros(1_000_000),
            actor: "ana".parse().unwrap(),
            door: Door::Browser,
            urn: "urn:loggia:person:bruno".parse().unwrap(),
            revision: 2,
            reason: "edited name".into(),
            body: None,
            erased: None,
            origin: None,
        }
    }

    #[test]
    fn a_record_of_before_addresses_were_noted_has_the_chain_that_it_had() {
        let as_it_was = "1477edcfad6e1b40ad085c698061ddba9665e3ed63a0bbf47f21c26bda630fe4";
        assert_eq!(next("before", &record(), "00ff", ""), as_it_was);
        assert_ne!(next("before", &record(), "00ff", "aa"), as_it_was);
    }
}
