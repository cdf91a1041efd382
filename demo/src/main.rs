//! Writes the Parquet files of the demo's Customer 360: `demo-data DIR [MONTH]`, as they were at the end of
//! that month or, without one, as they are.
//!
//! The catalog that describes them is `demo/catalog`. The files are the same on every run and machine: all
//! values come from a fixed seed, none from a clock. They have the flaws that real data has, on purpose and
//! counted, so that quality checks, previews and column profiles have something to show. All people and
//! businesses in them are invented.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::SystemTime;

use arrow_array::RecordBatch;
use arrow_schema::ArrowError;

mod accounts;
mod behaviour;
mod columns;
mod credit_scores;
mod customers;
mod days;
mod dice;
mod parquet_file;
mod predictions;
mod purposes;
mod transactions;
mod words;

use crate::days::{MONTHS, Month};

#[derive(Debug, thiserror::Error)]
enum DemoError {
    #[error(
        "usage: demo-data DIR [MONTH] (the folder to write customer_360/… into, and 2026-06 to 2026-10 for the files as they were then)"
    )]
    Usage,
    #[error("cannot create the folder {}: {cause}", path.display())]
    Folder { path: PathBuf, cause: std::io::Error },
    #[error("cannot write the file {}: {cause}", path.display())]
    File { path: PathBuf, cause: std::io::Error },
    #[error("cannot write {} as Parquet: {cause}", path.display())]
    Parquet { path: PathBuf, cause: parquet::errors::ParquetError },
    #[error("the columns of {file} do not make a table: {cause}")]
    Table { file: String, cause: ArrowError },
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("demo-data: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), DemoError> {
    let (folder, until) = wanted()?;
    for File { path, table, changed } in files(until) {
        let table = table.map_err(|cause| DemoError::Table { file: path.clone(), cause })?;
        parquet_file::write(&folder.join(&path), &table, changed)?;
    }
    Ok(())
}

fn wanted() -> Result<(PathBuf, Option<&'static Month>), DemoError> {
    let mut arguments = std::env::args_os().skip(1);
    let folder = arguments.next().filter(|folder| !folder.is_empty()).ok_or(DemoError::Usage)?;
    let until = match arguments.next() {
        None => None,
        Some(name) => Some(MONTHS.iter().find(|month| name == month.name).ok_or(DemoError::Usage)?),
    };
    if arguments.next().is_some() {
        return Err(DemoError::Usage);
    }
    Ok((Path::new(&folder).join("customer_360"), until))
}

struct File {
    path: String,
    table: Result<RecordBatch, ArrowError>,
    /// When it was written, as far as that is not now.
    changed: Option<SystemTime>,
}

/// The files at the end of a month: the accounts that had been opened, and what had been booked.
fn files(until: Option<&Month>) -> Vec<File> {
    let Some(until) = until else {
        let all = tables().into_iter();
        return all
            .map(|(path, table)| File { changed: month_of(&path).map(Month::closed), path, table })
            .collect();
    };
    let customers = customers::invent();
    let accounts = accounts::open(&customers);
    let opened = accounts::opened_by(&accounts, until);
    let mut files = vec![File {
        path: "accounts.parquet".to_owned(),
        table: accounts::table(&opened),
        changed: Some(until.closed()),
    }];
    for month in MONTHS.iter().filter(|month| month.first <= until.first) {
        let (path, table) = (transactions_of(month), transactions::table(month, &accounts));
        files.push(File { path, table, changed: Some(month.closed()) });
    }
    files
}

/// Of a file of bookings that no later one has followed in the demo.
fn month_of(path: &str) -> Option<&'static Month> {
    let (_, before) = MONTHS.split_last()?;
    before.iter().find(|month| path == transactions_of(month))
}

fn transactions_of(month: &Month) -> String {
    format!("transactions/month={}/part-0.parquet", month.name)
}

/// Every file with its rows. One that cannot be built says so in its own place.
fn tables() -> Vec<(String, Result<RecordBatch, ArrowError>)> {
    let customers = customers::invent();
    let accounts = accounts::open(&customers);
    let habits = behaviour::observe(&customers);
    let mut tables = vec![
        ("accounts.parquet".to_owned(), accounts::table(&accounts)),
        ("credit_scores.parquet".to_owned(), credit_scores::table(&customers)),
        ("behaviour.parquet".to_owned(), behaviour::table(&habits)),
        ("churn_predictions.parquet".to_owned(), predictions::table(&habits)),
    ];
    for month in &MONTHS {
        tables.push((transactions_of(month), transactions::table(month, &accounts)));
    }
    tables
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use arrow_array::cast::AsArray;
    use arrow_array::types::Decimal128Type;

    use super::*;

    fn table(file: &str) -> RecordBatch {
        tables().into_iter().find(|(name, _)| name == file).unwrap().1.unwrap()
    }

    fn texts(table: &RecordBatch, column: &str) -> Vec<String> {
        let column = table.column_by_name(column).unwrap().as_string::<i32>();
        column.iter().flatten().map(str::to_owned).collect()
    }

    fn seen_twice(values: Vec<String>) -> usize {
        let mut seen = HashMap::<String, usize>::new();
        values.into_iter().for_each(|value| *seen.entry(value).or_default() += 1);
        seen.values().filter(|&&times| times > 1).count()
    }

    fn unknown(values: &[String], known: &[String]) -> usize {
        let known: std::collections::HashSet<_> = known.iter().map(|value| value.trim_end()).collect();
        values.iter().filter(|value| !known.contains(value.trim_end())).count()
    }

    #[test]
    fn every_run_makes_the_same_tables() {
        let once: Vec<_> = tables().into_iter().map(|(_, table)| table.unwrap()).collect();
        let again: Vec<_> = tables().into_iter().map(|(_, table)| table.unwrap()).collect();
        assert_eq!(once, again);
    }

    #[test]
    fn ids_are_doubled_as_often_as_the_catalog_says() {
        assert_eq!(seen_twice(texts(&table("accounts.parquet"), "account_id")), 14);
        assert_eq!(seen_twice(texts(&table("behaviour.parquet"), "customer_id")), 6);
        assert_eq!(seen_twice(texts(&table("churn_predictions.parquet"), "customer_id")), 0);
        let august = table("transactions/month=2026-08/part-0.parquet");
        assert_eq!(seen_twice(texts(&august, "transaction_id")), 9);
    }

    #[test]
    fn strangers_are_as_many_as_the_catalog_says() {
        let accounts = table("accounts.parquet");
        let scored = texts(&table("credit_scores.parquet"), "customer_id");
        assert_eq!(unknown(&scored, &texts(&accounts, "customer_id")), 23);
        let known = texts(&accounts, "account_id");
        let booked = days::MONTHS.iter().map(|month| {
            let table = table(&format!("transactions/month={}/part-0.parquet", month.name));
            unknown(&texts(&table, "account_id"), &known)
        });
        assert_eq!(booked.sum::<usize>(), 61);
    }

    #[test]
    fn one_savings_account_is_overdrawn() {
        let accounts = table("accounts.parquet");
        let kinds = texts(&accounts, "account_type");
        let balances = accounts.column_by_name("balance").unwrap().as_primitive::<Decimal128Type>();
        let overdrawn = kinds.iter().zip(balances).filter(|(kind, balance)| {
            kind.as_str() == "savings" && balance.is_some_and(|balance| balance < 0)
        });
        assert_eq!(overdrawn.count(), 1);
    }

    #[test]
    fn staff_have_typed_an_email_address_into_a_note() {
        assert!(texts(&table("accounts.parquet"), "notes").iter().any(|note| note.contains('@')));
    }
}
