//! A folder that a test fills.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use flate2::Compression;
use flate2::write::GzEncoder;
use loggia_catalog::harvest::Harvested;
use loggia_connect::files::Reach;
use loggia_harvest::{HarvestError, files};
use loggia_model::Urn;
use loggia_model::facts::AssetFacts;
use parquet::data_type::Int64Type;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;

pub const BANK: &str = "file://bank";

/// A harvest that describes each table in this process.
pub fn read(root: &Path, namespace: Option<&str>) -> Result<Harvested, HarvestError> {
    files::read(root, namespace, &mut |table| files::describe(&Reach::Disk, table))
}

pub struct Lake(tempfile::TempDir);

impl Lake {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// Tables that their own tools have made (tests/fixtures/make.py).
    pub fn of(fixture: &str) -> Self {
        let lake = Self::new();
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(fixture), &lake.root());
        lake
    }

    /// The root, as the harvest names it.
    pub fn root(&self) -> PathBuf {
        self.0.path().canonicalize().unwrap()
    }

    pub fn file(self, path: &str, bytes: impl AsRef<[u8]>) -> Self {
        let path = self.root().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
        self
    }

    pub fn packed(self, path: &str, text: &str) -> Self {
        let mut packer = GzEncoder::new(Vec::new(), Compression::default());
        packer.write_all(text.as_bytes()).unwrap();
        self.file(path, packer.finish().unwrap())
    }

    /// One `required int64 id` in each of so many rows.
    pub fn ids(self, path: &str, rows: i64) -> Self {
        let ids: Vec<i64> = (0..rows).collect();
        self.file(path, parquet_of("required int64 id;", &ids))
    }

    /// No rows, and these fields of a Parquet message.
    pub fn schema(self, path: &str, fields: &str) -> Self {
        self.file(path, parquet_of(fields, &[]))
    }

    /// Says when a file was written last: so long after 2026-01-01.
    pub fn written(self, path: &str, after: Duration) -> Self {
        let file = fs::File::options().write(true).open(self.root().join(path)).unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1_767_225_600) + after).unwrap();
        self
    }

    pub fn harvest(&self) -> Harvested {
        read(self.0.path(), Some(BANK)).unwrap()
    }

    /// What the harvest says of one table.
    pub fn table(&self, name: &str) -> AssetFacts {
        let harvested = self.harvest();
        let found = harvested.assets.iter().find(|(urn, _)| name_of(urn) == name);
        let refused = &harvested.refused;
        found
            .unwrap_or_else(|| panic!("no '{name}' in {:?}, refused {refused:?}", names(&harvested)))
            .1
            .clone()
    }

    /// Why the one table here is refused.
    pub fn refusal(&self) -> String {
        let harvested = self.harvest();
        assert!(harvested.assets.is_empty(), "taken: {:?}", names(&harvested));
        assert_eq!(harvested.refused.len(), 1);
        assert_eq!(harvested.unreadable.len(), 1, "what is refused is there all the same");
        harvested.refused[0].why.clone()
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let place = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &place);
        } else {
            fs::copy(entry.path(), place).unwrap();
        }
    }
}

pub fn parquet_of(fields: &str, ids: &[i64]) -> Vec<u8> {
    let schema = Arc::new(parse_message_type(&format!("message t {{ {fields} }}")).unwrap());
    let properties = WriterProperties::builder().set_created_by("a test".to_owned()).build();
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties)).unwrap();
    if !ids.is_empty() {
        let mut group = writer.next_row_group().unwrap();
        while let Some(mut column) = group.next_column().unwrap() {
            column.typed::<Int64Type>().write_batch(ids, None, None).unwrap();
            column.close().unwrap();
        }
        group.close().unwrap();
    }
    writer.into_inner().unwrap()
}

pub fn name_of(urn: &Urn) -> String {
    urn.dataset().unwrap().name().to_owned()
}

pub fn names(harvested: &Harvested) -> Vec<String> {
    harvested.assets.iter().map(|(urn, _)| name_of(urn)).collect()
}

/// `name type` of each column, with `?` where it may be null.
pub fn columns(facts: &AssetFacts) -> Vec<String> {
    let line = |(path, column): (&loggia_model::ColumnPath, &loggia_model::facts::ColumnFacts)| {
        let nullable = if column.nullable == Some(true) { "?" } else { "" };
        format!("{path} {}{nullable}", column.data_type.as_deref().unwrap())
    };
    facts.columns.iter().map(line).collect()
}
