//! Reads the whole log once: does the chain hold, and do the documents stand where the log says?

use std::collections::{BTreeMap, HashMap};

use loggia_catalog::ports::{ERASED, Finding, RawRecord, StoreError};
use loggia_model::{Body, Kind, Seq};

use crate::append::listed_sources;
use crate::chain;
use crate::db::{Db, on_read};
use crate::errors::store_error;
use crate::origin::Origin;
use crate::rows::{self, Fields, number, signed};

const LINES_AT_ONCE: i64 = 2_000;

/// Where the log says an entity stands.
#[derive(PartialEq)]
struct Expected {
    revision: u64,
    seq: u64,
    removed: bool,
    sources: String,
    alias_of: Option<String>,
}

pub async fn verify(db: &Db) -> Result<Vec<Finding>, StoreError> {
    let mut findings = Vec::new();
    let mut expected: HashMap<String, Expected> = HashMap::new();
    // Records without the body that they had, by entity.
    let mut blank: BTreeMap<String, Vec<String>> = BTreeMap::new();
    // Records without the address that they came from, by whoever wrote them.
    let mut from_nowhere: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let (mut seq, mut chain) = (0_u64, String::new());
    loop {
        let lines = lines_after(db, seq).await?;
        if lines.is_empty() {
            break;
        }
        for line in lines {
            let (record, body_digest, origin, written_chain) = line;
            let place = format!("log record {}", record.seq);
            if record.seq != Seq(seq + 1) {
                findings.push(finding(&place, format!("comes after record {seq}: records are gone")));
            }
            seq = record.seq.0;
            let is_blank = record.body.is_none() && !body_digest.is_empty();
            if is_blank && record.urn.kind() == Kind::Person {
                // Not wrong where the person was erased afterwards, which the chain bears out.
                blank.entry(record.urn.to_string()).or_default().push(place.clone());
            } else if chain::body_digest(record.body.as_deref()) != body_digest {
                findings.push(finding(&place, "its body is not the one that was written"));
            }
            match record.actor.person() {
                // As with bodies.
                Some(person) if origin.is_erased() => {
                    from_nowhere.entry(person.to_string()).or_default().push(place.clone());
                }
                _ if !origin.holds() => {
                    findings.push(finding(&place, "does not come from the address that was written"));
                }
                _ => {}
            }
            chain = chain::next(&chain, &record, &body_digest, &origin.digest);
            if chain != written_chain {
                findings.push(finding(
                    &place,
                    "the chain does not hold: this record or one before it was changed",
                ));
                // One finding is enough; go on from what stands there.
                chain = written_chain;
            }
            if record.reason == ERASED && body_digest.is_empty() {
                blank.remove(record.urn.as_str());
                from_nowhere.remove(record.urn.as_str());
            }
            let body =
                match record.body.as_deref().map(|body| Body::parse(record.urn.kind(), body)).transpose() {
                    Ok(body) => body,
                    Err(error) => {
                        findings.push(finding(&place, error));
                        None
                    }
                };
            let before = expected.get(record.urn.as_str()).map_or(0, |before| before.revision);
            if record.revision != before + 1 {
                let urn = &record.urn;
                let wrong = format!("revision {} of {urn} comes after revision {before}", record.revision);
                findings.push(finding(&place, wrong));
            }
            let stands = Expected {
                revision: record.revision,
                seq,
                removed: record.body.is_none(),
                sources: body.as_ref().map(listed_sources).unwrap_or_default(),
                alias_of: body.as_ref().and_then(Body::alias_of).map(|urn| urn.to_string()),
            };
            expected.insert(record.urn.to_string(), stands);
        }
    }
    for place in blank.into_values().flatten() {
        findings.push(finding(place, "has lost its body, and nobody was erased"));
    }
    for place in from_nowhere.into_values().flatten() {
        findings.push(finding(place, "has lost the address that it came from, and nobody was erased"));
    }
    check_head(db, seq, &chain, &mut findings).await?;
    check_documents(db, expected, &mut findings).await?;
    Ok(findings)
}

fn finding(what: impl ToString, differs: impl ToString) -> Finding {
    Finding { what: what.to_string(), differs: differs.to_string() }
}

/// A record, the digest of its body, from where it came, and the chain after it.
type Line = (RawRecord, String, Origin, String);

async fn lines_after(db: &Db, seq: u64) -> Result<Vec<Line>, StoreError> {
    let after = signed(seq)?;
    on_read!(db, pool => {
        let rows = sqlx::query(
            "SELECT seq, at, actor, door, urn, revision, reason, body, body_digest, origin, salt, origin_digest, chain FROM log \
             WHERE seq > $1 ORDER BY seq LIMIT $2",
        )
        .bind(after)
        .bind(LINES_AT_ONCE)
        .fetch_all(pool)
        .await
        .map_err(store_error)?;
        rows.iter()
            .map(|row| Ok((rows::raw_record(row)?, row.text("body_digest")?, Origin::read(row)?, row.text("chain")?)))
            .collect()
    })
}

async fn check_head(db: &Db, seq: u64, chain: &str, findings: &mut Vec<Finding>) -> Result<(), StoreError> {
    let (head_seq, head_chain) = on_read!(db, pool => {
        let row = sqlx::query("SELECT seq, chain FROM head WHERE one = 1").fetch_one(pool).await.map_err(store_error)?;
        (number(row.integer("seq")?)?, row.text("chain")?)
    });
    if head_seq != seq || head_chain != chain {
        findings.push(finding(
            "the head of the log",
            format!("says it ends at {head_seq}, but it ends at {seq}"),
        ));
    }
    Ok(())
}

async fn check_documents(
    db: &Db,
    mut expected: HashMap<String, Expected>,
    findings: &mut Vec<Finding>,
) -> Result<(), StoreError> {
    let mut after = String::new();
    loop {
        let documents = documents_after(db, &after).await?;
        let Some((last, _)) = documents.last() else { break };
        after = last.clone();
        for (urn, stands) in documents {
            match expected.remove(&urn) {
                None => findings.push(finding(&urn, "is a document that the log knows nothing of")),
                Some(expected) if expected != stands => {
                    let wrong = format!(
                        "stands at revision {} (record {}), the log says revision {} (record {})",
                        stands.revision, stands.seq, expected.revision, expected.seq
                    );
                    findings.push(finding(&urn, wrong));
                }
                Some(_) => {}
            }
        }
    }
    let mut lost: Vec<String> = expected.into_keys().collect();
    lost.sort();
    findings.extend(lost.into_iter().map(|urn| finding(urn, "is in the log, but has no document")));
    Ok(())
}

async fn documents_after(db: &Db, after: &str) -> Result<Vec<(String, Expected)>, StoreError> {
    on_read!(db, pool => {
        let rows = sqlx::query(
            "SELECT urn, revision, seq, removed, sources, alias_of FROM document WHERE urn > $1 ORDER BY urn LIMIT $2",
        )
        .bind(after)
        .bind(LINES_AT_ONCE)
        .fetch_all(pool)
        .await
        .map_err(store_error)?;
        let mut documents = Vec::with_capacity(rows.len());
        for row in &rows {
            let stands = Expected {
                revision: number(row.integer("revision")?)?,
                seq: number(row.integer("seq")?)?,
                removed: row.integer("removed")? != 0,
                sources: row.text("sources")?,
                alias_of: row.optional_text("alias_of")?,
            };
            documents.push((row.text("urn")?, stands));
        }
        Ok(documents)
    })
}
