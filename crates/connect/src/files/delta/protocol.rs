//! What a table asks of its readers.

use super::actions::{Metadata, Protocol};
use super::state::State;

/// Features that change nothing of which rows there are, nor of what their values are in the files.
const HARMLESS: [&str; 6] = [
    "timestampNtz",
    "typeWidening",
    "typeWidening-preview",
    "v2Checkpoint",
    "vacuumProtocolCheck",
    "columnMapping",
];

/// Why its rows are not read; `None` where they are.
pub fn rowless(protocol: &Protocol, metadata: &Metadata, state: &State) -> Option<String> {
    if protocol.min_reader_version > 3 {
        return Some(format!(
            "asks for readers of version {}, and only those up to 3 are known",
            protocol.min_reader_version
        ));
    }
    let mode = metadata.configuration.get("delta.columnMapping.mode").and_then(Option::as_deref);
    if let Some(mode) = mode.filter(|mode| *mode != "none") {
        return Some(format!("maps its columns to other names in its files (by {mode}), which is not read"));
    }
    if state.live.values().any(|live| live.has_deleted) {
        return Some("has deletion vectors, which take rows out of its files and are not read".to_owned());
    }
    let features = protocol.reader_features.iter().flatten();
    let unknown: Vec<&str> = features
        .map(String::as_str)
        .filter(|feature| *feature != "deletionVectors" && !HARMLESS.contains(feature))
        .collect();
    (!unknown.is_empty()).then(|| format!("asks its readers for what is not known: {}", unknown.join(", ")))
}
