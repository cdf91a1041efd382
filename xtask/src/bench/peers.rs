//! What the data is measured beside, DuckDB and pandas, and what speaks as AWS does, in a Python environment of
//! their own.

use std::path::PathBuf;

use crate::failure::Result;
use crate::places::Places;
use crate::python;

const PACKAGES: [&str; 4] = ["duckdb==1.4.2", "moto[server]==5.2.5", "pandas==2.3.3", "pyarrow==22.0.0"];

/// The interpreter that has them.
pub fn python(places: &Places) -> Result<PathBuf> {
    let programs = python::environment(places, "bench-python", "to measure beside", &PACKAGES)?;
    Ok(programs.join("python"))
}
