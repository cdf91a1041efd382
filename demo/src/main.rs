//! Writes the Parquet files of the demo's Customer 360: `demo-data DIR`.
//!
//! The catalog that describes them is `demo/catalog`. The files are the same on every run and machine: all
//! values come from a fixed seed, none from a clock. They have the flaws that real data has, on purpose and
//! counted, so that quality checks, previews and column profiles have something to show. All people and
//! businesses in them are invented.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

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

#[derive(Debug, thiserror::Error)]
enum DemoError {
    #[error("usage: demo-data DIR (the folder to write customer_360/… into)")]
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
    let folder = wanted_folder()?;
    for (file, table) in tables() {
        let table = table.map_err(|cause| DemoError::Table { file: file.clone(), cause })?;
        parquet_file::write(&folder.join(&file), &table)?;
    }
    Ok(())
}

fn wanted_folder() -> Result<PathBuf, DemoError> {
    let mut arguments = std::env::args_os().skip(1);
    match (arguments.next(), arguments.next()) {
        (Some(folder), None) if !folder.is_empty() => Ok(Path::new(&folder).join("customer_360")),
        _ => Err(DemoError::Usage),
    }
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
    for month in &days::MONTHS {
        let file = format!("transactions/month={}/part-0.parquet", month.name);
        tables.push((file, transactions::table(month, &accounts)));
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
