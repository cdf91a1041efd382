//! Tables whose own log says which of their files count: Delta Lake and Iceberg.

use std::path::{Component, Path, PathBuf};

use loggia_model::{Timestamp, without_passwords};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::reach::{Entry, Reach};
use super::{delta, iceberg};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TableFormat {
    Delta,
    Iceberg,
}

/// The log of a table, as far as the names of its files tell. The newest of them says what the table is now.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct TableLog {
    pub format: TableFormat,
    /// Of the newest file.
    pub path: PathBuf,
    pub bytes: u64,
    pub changed: Option<Timestamp>,
}

impl TableFormat {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Delta => "delta",
            Self::Iceberg => "iceberg",
        }
    }

    /// What people call it.
    pub fn label(self) -> &'static str {
        match self {
            Self::Delta => "Delta Lake",
            Self::Iceberg => "Iceberg",
        }
    }

    /// Where in the table's folder its log is.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Delta => "_delta_log",
            Self::Iceberg => "metadata",
        }
    }
}

impl TableLog {
    /// Of the table in this folder.
    ///
    /// # Errors
    /// Where the log cannot be listed, or has nothing that says what the table is.
    pub fn find(reach: &Reach, table: &Path, format: TableFormat) -> Result<Self, String> {
        let folder = table.join(format.folder());
        let entries = reach.list(&folder)?;
        let newest = match format {
            TableFormat::Delta => delta::newest(&entries),
            TableFormat::Iceberg => iceberg::newest(reach, &folder, &entries),
        };
        let Entry { name, bytes, changed } = newest.ok_or_else(|| {
            format!("is a {} table, and nothing in its {} says what it is", format.label(), format.folder())
        })?;
        Ok(Self { format, path: folder.join(name), bytes: *bytes, changed: *changed })
    }
}

/// The place of a file that a log names by its path below the table's folder. What leads out of it is refused:
/// a log is nobody's promise, and shall open no door to what lies elsewhere.
pub fn below(table: &Path, path: &str) -> Result<PathBuf, String> {
    let is_plain = |part: Component<'_>| matches!(part, Component::Normal(_));
    let inner = Path::new(path);
    if path.is_empty() || path.contains('\0') || !inner.components().all(is_plain) {
        return Err(format!("its log names the file '{}', which is not below its folder", shortened(path)));
    }
    Ok(table.join(inner))
}

/// The properties that a log gives its table, for whoever looks at it: short, not many, and without those whose
/// names speak of secrets, since some people keep them there.
pub fn properties<'p>(all: impl Iterator<Item = (&'p str, &'p str)>) -> Map<String, Value> {
    const MOST: usize = 100;
    const SECRET: [&str; 6] = ["secret", "password", "token", "credential", "access-key", "account.key"];
    let is_open = |name: &str| {
        let name = name.to_lowercase();
        !SECRET.iter().any(|secret| name.contains(secret))
    };
    let open = all.filter(|(name, _)| is_open(name)).take(MOST);
    open.map(|(name, value)| (shortened(name), Value::String(shortened(&without_passwords(value))))).collect()
}

/// For messages: a log can name anything at any length.
pub fn shortened(text: &str) -> String {
    const LONGEST: usize = 200;
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    text.chars().take(LONGEST).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_that_speak_of_secrets_are_left_out() {
        let all = [
            ("owner", "ana"),
            ("s3.secret-access-key", "x"),
            ("fs.azure.account.key", "x"),
            ("DB_PASSWORD", "x"),
            ("made.from", "postgres://ana:hidden@db/core and s3://a:hidden@b"),
        ];
        let told = properties(all.into_iter());
        assert_eq!(told.keys().collect::<Vec<_>>(), ["owner", "made.from"]);
        assert_eq!(told.get("made.from").and_then(Value::as_str), Some("postgres://db/core and s3://b"));
    }

    #[test]
    fn a_log_reaches_nothing_outside_of_its_table() {
        let table = Path::new("/lake/orders");
        assert_eq!(below(table, "day=1/a.parquet").unwrap(), Path::new("/lake/orders/day=1/a.parquet"));
        for path in ["", "..", "../customers/a.parquet", "day=1/../../a", "/etc/passwd", "a\0b", "./a"] {
            assert!(below(table, path).is_err(), "{path}");
        }
    }
}
