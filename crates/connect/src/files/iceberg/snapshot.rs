//! The table at a time (spec, "Snapshots").

use std::collections::BTreeMap;

use loggia_model::Timestamp;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Snapshot {
    pub snapshot_id: i64,
    timestamp_ms: i64,
    pub manifest_list: Option<String>,
    #[serde(default)]
    pub summary: BTreeMap<String, String>,
}

impl Snapshot {
    pub fn taken(&self) -> Option<Timestamp> {
        self.timestamp_ms.checked_mul(1_000).map(Timestamp::from_micros)
    }

    pub fn counted(&self, key: &str) -> Option<u64> {
        self.summary.get(key)?.parse().ok()
    }

    pub fn has_deletes(&self) -> bool {
        self.counted("total-delete-files").is_some_and(|count| count > 0)
    }
}
