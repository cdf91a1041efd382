//! Which files hold the rows of a snapshot (spec, "Manifests", "Manifest Lists").

use std::path::PathBuf;

use apache_avro::types::Value;

use super::avro::{each, field, number, text};
use super::metadata::Metadata;
use super::snapshot::Snapshot;
use crate::files::format::Format;
use crate::files::log::{below, shortened};
use crate::files::reach::Reach;
use crate::files::tables::{Placed, Table};
use crate::files::walk::DataFile;

/// More are some hundreds of megabytes of names.
const MOST_FILES: usize = 1_000_000;
const MOST_MANIFESTS: usize = 100_000;

/// A manifest of data; 1 is of deletes.
const DATA: i64 = 0;

/// The status of an entry that tells of a file that is no longer there.
const DELETED: i64 = 2;

pub fn files(
    reach: &Reach,
    table: &Table,
    metadata: &Metadata,
    snapshot: &Snapshot,
) -> Result<Vec<Placed>, String> {
    let place = |address: &str| place(table, &metadata.location, address);
    let Some(list) = &snapshot.manifest_list else {
        return Err("has a snapshot without a list of manifests, as very old tables do".to_owned());
    };
    let mut manifests = Vec::new();
    each(reach, &place(list)?, &mut |manifest| {
        if number(manifest, "content").unwrap_or(DATA) != DATA {
            return Err("has delete files, which are not read".to_owned());
        }
        if manifests.len() >= MOST_MANIFESTS {
            return Err(format!("has more than {MOST_MANIFESTS} manifests, which are not read"));
        }
        let path = text(manifest, "manifest_path").ok_or("has an entry without a path")?;
        manifests.push(place(path)?);
        Ok(())
    })?;
    let mut files = Vec::new();
    for manifest in manifests {
        each(reach, &manifest, &mut |entry| {
            if number(entry, "status") == Some(DELETED) {
                return Ok(());
            }
            if files.len() >= MOST_FILES {
                return Err(format!("has more than {MOST_FILES} files, which are not read"));
            }
            files.push(placed(entry, snapshot, &place)?);
            Ok(())
        })?;
    }
    files.sort_by(|one, other| one.file.path.cmp(&other.file.path));
    Ok(files)
}

fn placed(
    entry: &Value,
    snapshot: &Snapshot,
    place: &dyn Fn(&str) -> Result<PathBuf, String>,
) -> Result<Placed, String> {
    let file = field(entry, "data_file").ok_or("has an entry without a file")?;
    let format = text(file, "file_format").unwrap_or_default();
    if !format.eq_ignore_ascii_case("parquet") {
        return Err(format!("has files of {}, and only Parquet is read", shortened(format)));
    }
    let path = place(text(file, "file_path").ok_or("has a file without a path")?)?;
    let bytes = number(file, "file_size_in_bytes").and_then(|bytes| u64::try_from(bytes).ok());
    let bytes = bytes.ok_or("has a file without a size")?;
    // When a file was written stands nowhere; the newest snapshot is no earlier.
    let changed = snapshot.taken();
    let file = DataFile { stem: path.clone(), path, format: Format::Parquet, bytes, changed };
    Ok(Placed { file, partitions: Vec::new() })
}

/// An address below the table's own, in the folder where the table was found.
fn place(table: &Table, location: &str, address: &str) -> Result<PathBuf, String> {
    let (location, plain) = (plain(location), plain(address));
    let inner = plain.strip_prefix(location.trim_end_matches('/')).and_then(|rest| rest.strip_prefix('/'));
    let inner = inner
        .ok_or_else(|| format!("its log names '{}', which is not below its location", shortened(address)))?;
    below(&table.path, inner)
}

/// One way to write what is written in several: `file:/a` and `file:///a`, `s3a://` and `s3://`.
fn plain(address: &str) -> String {
    if let Some(path) = address.strip_prefix("file:") {
        return format!("/{}", path.trim_start_matches('/'));
    }
    match address.strip_prefix("s3a://").or_else(|| address.strip_prefix("s3n://")) {
        Some(rest) => format!("s3://{rest}"),
        None => address.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn what_a_manifest_names_is_looked_for_where_the_table_was_found() {
        let table = Table {
            name: "/lake/orders".into(),
            path: "/lake/orders".into(),
            files: Vec::new(),
            log: None,
            whole: None,
            refused: None,
        };
        for (location, address) in [
            ("s3://bank/orders", "s3a://bank/orders/data/a.parquet"),
            ("s3://bank/orders/", "s3://bank/orders/data/a.parquet"),
            ("file:///old/place", "file:/old/place/data/a.parquet"),
            ("/old/place", "file:///old/place/data/a.parquet"),
        ] {
            let found = place(&table, location, address).unwrap();
            assert_eq!(found, Path::new("/lake/orders/data/a.parquet"), "{address}");
        }
        for (location, address) in [
            ("s3://bank/orders", "s3://bank/orders2/a.parquet"),
            ("s3://bank/orders", "s3://other/orders/a.parquet"),
            ("s3://bank/orders", "s3://bank/orders/../customers/a.parquet"),
            ("s3://bank/orders", "s3://bank/orders//etc/passwd"),
            ("s3://bank/orders", "s3://bank/orders"),
        ] {
            assert!(place(&table, location, address).is_err(), "{address}");
        }
    }
}
