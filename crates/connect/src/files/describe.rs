//! What the files of one table say of it, without a value of theirs.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashSet};

use loggia_formats::csv::Guess;
use loggia_model::{ColumnPath, Timestamp};
use serde_json::json;

use super::format::Format;
use super::log::TableFormat;
use super::merge::Merged;
use super::part::{Part, Traits};
use super::reach::Reach;
use super::tables::{Placed, Table};
use super::{csv, delta, iceberg, parquet};

pub struct Described {
    /// Of its files.
    pub format: Format,
    /// Whose log says which files count.
    pub log: Option<TableFormat>,
    /// `None` where nothing says how many.
    pub rows: Option<u64>,
    pub bytes: u64,
    pub files: u64,
    /// How many partition folders hold files; `None` where there are none.
    pub partitions: Option<u64>,
    pub changed: Option<Timestamp>,
    /// As its log has it.
    pub description: Option<String>,
    /// `created_by`, `codec`, `delimiter`.
    pub traits: Traits,
    /// By column, the types that older files have.
    pub older_types: BTreeMap<String, BTreeSet<String>>,
    /// What its log says beside.
    pub raw: Vec<(String, serde_json::Value)>,
    /// Why its rows are not read; `None` where they are.
    pub rowless: Option<String>,
    /// Each before those that are nested in it; those of the partition folders at the end, as engines show
    /// them.
    pub columns: Vec<DescribedColumn>,
}

pub struct DescribedColumn {
    pub path: ColumnPath,
    pub data_type: String,
    /// `None` where no row was there to tell.
    pub nullable: Option<bool>,
    pub is_partition: bool,
    pub description: Option<String>,
}

/// How much of a table is read to tell what it is.
struct Look {
    /// Of a bucket, where each is asked for apart.
    files: usize,
    /// Of each CSV file.
    rows: u64,
}

impl Look {
    const DESCRIBING: Self = Self { files: 256, rows: u64::MAX };
    const ALL: Self = Self { files: usize::MAX, rows: u64::MAX };
    /// Those files that a sample is taken of, and more rows than it takes of one, batches and all.
    const BEGINNING: Self = Self { files: 20, rows: 20_000 };
}

impl Table {
    /// Reads the log, or where there is none the footers of Parquet, and CSV from end to end.
    ///
    /// # Errors
    /// Which file cannot be read, and why: half a table would be a wrong answer.
    pub fn describe(&self, reach: &Reach) -> Result<Described, String> {
        match &self.log {
            None => self.described(reach, &Look::DESCRIBING),
            Some(log) => match log.format {
                TableFormat::Delta => delta::describe(reach, self, log),
                TableFormat::Iceberg => iceberg::describe(reach, log),
            },
        }
    }

    /// The table with the files that hold its rows, and what it is.
    ///
    /// # Errors
    /// As [`Table::describe`], and where its rows would not be what its files have.
    pub fn for_rows(&self, reach: &Reach) -> Result<(Self, Described), String> {
        match &self.whole {
            Some(whole) => Err(format!("has {} files: the values of so many are not read", whole.files)),
            None => self.with_rows(reach, &Look::ALL),
        }
    }

    /// As [`Table::for_rows`], by so many rows of each CSV file as a look at its first ones needs: the number of
    /// rows is then not the table's.
    ///
    /// # Errors
    /// As [`Table::for_rows`].
    pub fn for_first_rows(&self, reach: &Reach) -> Result<(Self, Described), String> {
        self.with_rows(reach, &Look::BEGINNING)
    }

    fn with_rows(&self, reach: &Reach, look: &Look) -> Result<(Self, Described), String> {
        let Some(log) = &self.log else { return Ok((self.clone(), self.described(reach, look)?)) };
        let (described, files) = match log.format {
            TableFormat::Delta => delta::with_files(reach, self, log)?,
            TableFormat::Iceberg => (iceberg::describe(reach, log)?, Vec::new()),
        };
        if let Some(why) = described.rowless {
            return Err(why);
        }
        let files = match log.format {
            TableFormat::Delta => files,
            TableFormat::Iceberg => iceberg::files(reach, self, log)?,
        };
        Ok((Self { files, ..self.clone() }, described))
    }

    fn described(&self, reach: &Reach, look: &Look) -> Result<Described, String> {
        let format = self.format()?;
        let looked_at = self.looked_at(reach, look);
        let (count, are_all) = (looked_at.len(), looked_at.len() == self.files.len() && self.whole.is_none());
        let merged = self.merged(reach, looked_at, look.rows)?;
        let files = || self.files.iter().map(|placed| &placed.file);
        let bytes = || files().map(|file| file.bytes).fold(0, u64::saturating_add);
        let changed = || files().filter_map(|file| file.changed).max();
        let whole = self.whole.as_ref();
        let mut described = Described {
            format,
            log: None,
            rows: are_all.then_some(merged.rows),
            bytes: whole.map_or_else(bytes, |whole| whole.bytes),
            files: whole.map_or(self.files.len() as u64, |whole| whole.files),
            partitions: whole.map_or_else(|| self.partitions(), |whole| whole.partitions),
            changed: whole.map_or_else(changed, |whole| whole.changed),
            description: None,
            traits: merged.traits.clone(),
            older_types: merged.older_types.clone(),
            raw: if are_all { Vec::new() } else { vec![("files_looked_at".to_owned(), json!(count))] },
            rowless: None,
            columns: Vec::new(),
        };
        described.columns = merged
            .columns()
            .into_iter()
            .map(|column| DescribedColumn {
                data_type: column.data_type.words().to_owned(),
                path: column.path,
                nullable: column.nullable,
                is_partition: false,
                description: None,
            })
            .collect();
        self.add_partition_columns(&mut described.columns)?;
        Ok(described)
    }

    /// # Errors
    /// Where it is refused, or its files are of several formats.
    pub fn format(&self) -> Result<Format, String> {
        if let Some(why) = &self.refused {
            return Err(why.clone());
        }
        let formats: HashSet<Format> = self.files.iter().map(|placed| placed.file.format).collect();
        match formats.iter().next() {
            Some(format) if formats.len() == 1 => Ok(*format),
            _ => Err("its partitions hold both Parquet and CSV files: a table is of one format".to_owned()),
        }
    }

    /// Newest first.
    fn looked_at(&self, reach: &Reach, look: &Look) -> Vec<&Placed> {
        let mut files: Vec<&Placed> = self.files.iter().collect();
        files.sort_by_key(|placed| (Reverse(placed.file.changed), &placed.file.path));
        let most = if matches!(reach, Reach::Disk) { usize::MAX } else { look.files };
        let step = files.len().div_ceil(most).max(1);
        files.into_iter().step_by(step).collect()
    }

    fn merged(&self, reach: &Reach, files: Vec<&Placed>, most_rows: u64) -> Result<Merged, String> {
        let mut merged = Merged::default();
        for placed in files {
            merged.add(read(reach, placed, most_rows).map_err(|why| self.of_file(placed, why))?);
        }
        Ok(merged)
    }

    /// Says which of several files was at fault.
    pub fn of_file(&self, placed: &Placed, why: String) -> String {
        match placed.file.path.strip_prefix(&self.path) {
            Ok(below) if !below.as_os_str().is_empty() => format!("its file '{}' {why}", below.display()),
            _ => why,
        }
    }

    fn partitions(&self) -> Option<u64> {
        let folders =
            self.files.iter().map(|placed| &placed.partitions).filter(|partitions| !partitions.is_empty());
        let distinct: HashSet<_> = folders.collect();
        u64::try_from(distinct.len()).ok().filter(|count| *count > 0)
    }

    /// Of a column that the files have too, the files say the type.
    fn add_partition_columns(&self, columns: &mut Vec<DescribedColumn>) -> Result<(), String> {
        for (key, partition) in self.partition_columns() {
            let path = ColumnPath::top(key)
                .map_err(|error| format!("has a partition that cannot be named: {error}"))?;
            if let Some(known) = columns.iter_mut().find(|column| column.path == path) {
                known.is_partition = true;
                continue;
            }
            columns.push(DescribedColumn {
                path,
                data_type: partition.guess.unwrap_or(Guess::String).as_str().to_owned(),
                nullable: Some(partition.nulls || partition.files < self.files.len()),
                is_partition: true,
                description: None,
            });
        }
        Ok(())
    }

    /// In the order of the folders.
    fn partition_columns(&self) -> Vec<(&str, PartitionColumn)> {
        let mut columns: Vec<(&str, PartitionColumn)> = Vec::new();
        for partition in self.files.iter().flat_map(|placed| &placed.partitions) {
            let key = partition.key.as_str();
            let place = columns.iter().position(|(known, _)| *known == key).unwrap_or(columns.len());
            if place == columns.len() {
                columns.push((key, PartitionColumn::default()));
            }
            let Some((_, column)) = columns.get_mut(place) else { continue };
            column.files += 1;
            column.nulls |= partition.value.is_none();
            column.guess = match (column.guess, partition.guess()) {
                (Some(one), Some(other)) => Some(one.or(other)),
                (one, other) => one.or(other),
            };
        }
        columns
    }
}

#[derive(Default)]
struct PartitionColumn {
    guess: Option<Guess>,
    files: usize,
    nulls: bool,
}

fn read(reach: &Reach, placed: &Placed, most_rows: u64) -> Result<Part, String> {
    match placed.file.format {
        Format::Parquet => parquet::read(reach, &placed.file.path),
        Format::Csv => csv::read(reach, &placed.file.path, most_rows),
    }
}
