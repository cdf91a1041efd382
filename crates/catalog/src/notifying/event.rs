//! What a webhook gets: a CloudEvent 1.0 in JSON (structured mode), with the extension `sequence`.

use loggia_model::compatibility::{ColumnChange, ColumnChanged, Level};
use loggia_model::{Record, Timestamp, Urn};
use serde::Serialize;

use crate::ports::What;

/// Something that happened, as others may know it.
#[derive(Clone)]
pub struct News {
    pub urn: Urn,
    pub name: String,
    pub what: What,
    pub detail: String,
    pub columns: Vec<ColumnChange>,
    /// Where it is.
    pub address: String,
}

#[derive(Serialize)]
struct CloudEvent<'n> {
    specversion: &'static str,
    id: &'n str,
    source: &'n str,
    r#type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<&'n str>,
    time: String,
    /// As text, and of one length: by it events are ordered as by the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    sequence: Option<String>,
    datacontenttype: &'static str,
    data: Data<'n>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Data<'n> {
    News {
        name: &'n str,
        kind: &'n str,
        what: &'static str,
        title: &'static str,
        detail: &'n str,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        columns: Vec<Column>,
        /// By the key: a receiver is not told who that is.
        by: &'n str,
        revision: u64,
        url: &'n str,
    },
    Test {
        text: &'static str,
    },
}

#[derive(Serialize)]
struct Column {
    path: String,
    change: &'static str,
    breaking: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<String>,
}

/// `io.loggia.asset.breaking`: by reverse domain name, as the specification asks.
fn type_of(kind: &str, what: &str) -> String {
    format!("io.loggia.{kind}.{what}")
}

pub fn written(site: &str, id: &str, record: &Record, news: &News) -> String {
    let kind = news.urn.kind().as_str();
    let event = CloudEvent {
        specversion: "1.0",
        id,
        source: site,
        r#type: type_of(kind, news.what.as_str()),
        subject: Some(news.urn.as_str()),
        time: record.at.to_string(),
        sequence: Some(format!("{:020}", record.seq.0)),
        datacontenttype: "application/json",
        data: Data::News {
            name: &news.name,
            kind,
            what: news.what.as_str(),
            title: news.what.title(),
            detail: &news.detail,
            columns: news.columns.iter().filter_map(column).collect(),
            by: record.actor.as_str(),
            revision: record.revision,
            url: &news.address,
        },
    };
    // Nothing in it can fail to be JSON.
    serde_json::to_string(&event).unwrap_or_default()
}

/// What a body that was written here tells.
pub fn what(body: &str) -> Option<What> {
    let event: serde_json::Value = serde_json::from_str(body).ok()?;
    event.get("data")?.get("what")?.as_str()?.parse().ok()
}

/// An event about nothing.
pub fn test(site: &str, id: &str, at: Timestamp) -> String {
    let event = CloudEvent {
        specversion: "1.0",
        id,
        source: site,
        r#type: type_of("webhook", "test"),
        subject: None,
        time: at.to_string(),
        sequence: None,
        datacontenttype: "application/json",
        data: Data::Test { text: "This is a test: nothing happened." },
    };
    serde_json::to_string(&event).unwrap_or_default()
}

/// Other words for a column are no news to a program.
fn column(change: &ColumnChange) -> Option<Column> {
    let (name, from, to) = match &change.what {
        ColumnChanged::Added => ("added", None, None),
        ColumnChanged::Dropped => ("dropped", None, None),
        ColumnChanged::Renamed { to } => ("renamed", None, Some(to.to_string())),
        ColumnChanged::Widened { from, to } => ("widened", Some(from.to_string()), Some(to.to_string())),
        ColumnChanged::Narrowed { from, to } => ("narrowed", Some(from.to_string()), Some(to.to_string())),
        ColumnChanged::Retyped { from, to } => ("retyped", Some(from.to_string()), Some(to.to_string())),
        ColumnChanged::MadeNullable => ("made-nullable", None, None),
        ColumnChanged::MadeRequired => ("made-required", None, None),
        ColumnChanged::Described => return None,
    };
    let breaking = change.what.level() == Level::Major;
    Some(Column { path: change.path.to_string(), change: name, breaking, from, to })
}
