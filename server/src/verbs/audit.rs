use loggia_catalog::Catalog;
use loggia_catalog::audit::{AuditQuery, CSV_HEAD, csv_line, json_line};
use loggia_model::Actor;

use crate::Failure;
use crate::args::{Audit, AuditFormat};
use crate::out::Out;

/// Seconds of a day.
const DAY: i64 = 86_400;

pub async fn run(catalog: &Catalog, actor: &Actor, audit: &Audit, out: &mut Out) -> Result<(), Failure> {
    match audit {
        Audit::Verify => verify(catalog, actor, out).await,
        Audit::Export { from, to, format } => {
            // The last day belongs to the period.
            let to = to.map(|day| day.plus_seconds(DAY));
            let query = AuditQuery { from: *from, to, ..AuditQuery::default() };
            export(catalog, actor, &query, *format, out).await
        }
    }
}

async fn verify(catalog: &Catalog, actor: &Actor, out: &mut Out) -> Result<(), Failure> {
    let findings = catalog.verify_audit(actor).await?;
    let Some(first) = findings.first() else {
        out.line("the chains of the log and of the audit hold").await;
        return Ok(());
    };
    for finding in &findings {
        out.line(format!("{}: {}", finding.what, finding.differs)).await;
    }
    Err(Failure(format!(
        "the database was changed by something else than this program, first at {}; compare with a backup",
        first.what
    )))
}

async fn export(
    catalog: &Catalog,
    actor: &Actor,
    query: &AuditQuery,
    format: AuditFormat,
    out: &mut Out,
) -> Result<(), Failure> {
    if format == AuditFormat::Csv {
        out.line(CSV_HEAD).await;
    }
    let mut before = None;
    loop {
        let page = catalog.export_audit(actor, query, before).await?;
        for entry in &page.entries {
            let line = match format {
                AuditFormat::Jsonl => json_line(entry),
                AuditFormat::Csv => csv_line(entry),
            };
            if !out.line(line).await {
                return Ok(());
            }
        }
        before = page.next;
        if before.is_none() {
            return Ok(());
        }
    }
}
