//! A gigabyte of Parquet, as a company's orders might be: the same on every run.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, Int32Array, Int64Array, RecordBatch, StringArray,
    TimestampMicrosecondArray,
};
use arrow_schema::ArrowError;
use loggia_testkit::{Dice, Outcome};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;

const A_GROUP: usize = 1_000_000;
const A_BATCH: usize = 50_000;
const STATES: [&str; 4] = ["open", "paid", "late", "void"];
const COUNTRIES: [&str; 6] = ["PY", "AR", "BR", "UY", "CL", "BO"];

/// Writes as many millions of rows; the size of the file.
pub fn write(file: &Path, millions: usize) -> Outcome<u64> {
    let mut dice = Dice::thrown(2_026);
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_max_row_group_row_count(Some(A_GROUP))
        .build();
    let mut writer = None;
    let batches = millions * A_GROUP / A_BATCH;
    for batch in 0..batches {
        let rows = some(&mut dice, (batch * A_BATCH) as i64)?;
        let writer = match &mut writer {
            Some(writer) => writer,
            none => none.insert(ArrowWriter::try_new(
                File::create(file)?,
                rows.schema(),
                Some(properties.clone()),
            )?),
        };
        writer.write(&rows)?;
    }
    if let Some(writer) = writer {
        writer.close()?;
    }
    Ok(file.metadata()?.len())
}

fn some(dice: &mut Dice, first: i64) -> Result<RecordBatch, ArrowError> {
    let mut draw = |below: u64| dice.below(below);
    let rows = || 0..A_BATCH;
    let ids = Int64Array::from_iter_values(rows().map(|row| first + row as i64));
    let customers = Int64Array::from_iter_values(rows().map(|_| draw(2_000_000) as i64));
    // Many small ones, few large ones.
    let amounts = Float64Array::from_iter_values(rows().map(|_| {
        let (one, other) = (draw(1_000), draw(1_000));
        (one * other * other) as f64 / 100.0
    }));
    let balances = Float64Array::from_iter_values(rows().map(|_| {
        let sum: u64 = (0..6).map(|_| draw(1_000_000)).sum();
        sum as f64 / 777.0
    }));
    let states = StringArray::from_iter_values(rows().map(|_| pick(&STATES, draw(10))));
    let countries = StringArray::from_iter_values(rows().map(|_| pick(&COUNTRIES, draw(6))));
    let opened = Date32Array::from_iter_values(rows().map(|_| 15_000 + draw(3_650) as i32));
    let at = TimestampMicrosecondArray::from_iter_values(
        rows().map(|_| 1_600_000_000_000_000 + draw(160_000_000_000_000) as i64),
    );
    let mails = StringArray::from_iter_values(rows().map(|_| format!("user{}@example.com", draw(5_000_000))));
    let notes = StringArray::from_iter(
        rows().map(|_| (draw(10) > 2).then(|| format!("ref {:x} {}", draw(1 << 40), draw(99)))),
    );
    let flags = BooleanArray::from_iter(rows().map(|_| Some(draw(10) < 4)));
    let scores = Int32Array::from_iter_values(rows().map(|_| draw(100) as i32));
    let columns: [(&str, ArrayRef); 12] = [
        ("id", Arc::new(ids)),
        ("customer_id", Arc::new(customers)),
        ("amount", Arc::new(amounts)),
        ("balance", Arc::new(balances)),
        ("state", Arc::new(states)),
        ("country", Arc::new(countries)),
        ("opened", Arc::new(opened)),
        ("at", Arc::new(at)),
        ("email", Arc::new(mails)),
        ("note", Arc::new(notes)),
        ("flag", Arc::new(flags)),
        ("score", Arc::new(scores)),
    ];
    RecordBatch::try_from_iter_with_nullable(columns.map(|(name, column)| (name, column, true)))
}

fn pick(words: &'static [&'static str], place: u64) -> &'static str {
    words.get(place as usize % words.len()).copied().unwrap_or_default()
}
