//! A line of the audit as a file has it.

use serde::Serialize;

use super::AuditEntry;

#[derive(Serialize)]
struct Written<'e> {
    at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<String>,
    actor: &'e str,
    #[serde(skip_serializing_if = "Option::is_none")]
    who: Option<&'static str>,
    door: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<&'e str>,
    what: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    action: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    entity: Option<&'e str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    revision: Option<u64>,
    why: &'e str,
    count: u64,
    /// Its place in the log or in the stream.
    seq: u64,
}

/// The names of the columns, in their order.
pub const CSV_HEAD: &str = "at,until,actor,who,door,from,what,action,entity,revision,why,count,seq";

/// Without its end of line.
pub fn json_line(entry: &AuditEntry) -> String {
    serde_json::to_string(&written(entry)).unwrap_or_default()
}

/// Without its end of line. By RFC 4180, and nothing in it is a formula to a spreadsheet.
pub fn csv_line(entry: &AuditEntry) -> String {
    let line = written(entry);
    let number = |number: Option<u64>| number.map(|number| number.to_string()).unwrap_or_default();
    let fields = [
        line.at,
        line.until.unwrap_or_default(),
        line.actor.to_owned(),
        line.who.unwrap_or_default().to_owned(),
        line.door.to_owned(),
        line.from.unwrap_or_default().to_owned(),
        line.what.to_owned(),
        line.action.unwrap_or_default().to_owned(),
        line.entity.unwrap_or_default().to_owned(),
        number(line.revision),
        line.why.to_owned(),
        line.count.to_string(),
        line.seq.to_string(),
    ];
    fields.map(|field| quoted(&field)).join(",")
}

fn written(entry: &AuditEntry) -> Written<'_> {
    let is_removal = entry.change.is_some_and(|change| change.removed);
    Written {
        at: entry.at.to_string(),
        until: (entry.until != entry.at).then(|| entry.until.to_string()),
        actor: entry.actor.as_str(),
        who: entry.who.map(|who| who.as_str()),
        door: entry.door.as_str(),
        from: entry.origin.as_deref(),
        what: if is_removal { "removed" } else { entry.what.as_str() },
        action: entry.action.map(|action| action.as_str()),
        entity: entry.urn.as_ref().map(|urn| urn.as_str()),
        revision: entry.change.map(|change| change.revision),
        why: &entry.why,
        count: entry.count,
        seq: entry.seq,
    }
}

/// A spreadsheet takes what begins like this for a formula, and does what it says.
const FORMULAS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

fn quoted(field: &str) -> String {
    let defused = if field.starts_with(FORMULAS) { "'" } else { "" };
    if defused.is_empty() && !field.contains(['"', ',', '\n', '\r']) {
        return field.to_owned();
    }
    format!("\"{defused}{}\"", field.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_formula_is_text_and_a_comma_no_end() {
        assert_eq!(quoted("edited name"), "edited name");
        assert_eq!(quoted("Loans, \"late\""), "\"Loans, \"\"late\"\"\"");
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
            assert_eq!(quoted(formula), format!("\"'{formula}\""));
        }
    }
}
