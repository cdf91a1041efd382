//! What the data is measured beside: DuckDB and pandas, in a Python environment of their own.

use std::path::PathBuf;
use std::process::Command;

use crate::child;
use crate::failure::{Result, While};
use crate::places::Places;

const PACKAGES: [&str; 3] = ["duckdb==1.4.2", "pandas==2.3.3", "pyarrow==22.0.0"];

/// The interpreter that has them.
pub fn python(places: &Places) -> Result<PathBuf> {
    let folder = places.cache.join("bench-python");
    let python = folder.join("bin/python");
    if !folder.join("ready").exists() {
        println!("installing DuckDB and pandas, to measure beside");
        let mut make = Command::new("python3");
        make.args(["-m", "venv", "--clear"]).arg(&folder);
        let advice = "Python 3 with its module venv makes it: apt-get install python3-venv";
        child::quietly(&mut make, &places.log("bench-python"))?
            .or_advise("making a Python environment", advice)?;
        let mut install = Command::new(&python);
        install.args(["-m", "pip", "install", "--quiet"]).args(PACKAGES);
        child::quietly(&mut install, &places.log("bench-pip"))?
            .or_advise("installing the peers", "the network may be away: try again")?;
        std::fs::write(folder.join("ready"), "").while_(|| "cannot write beside the peers".to_owned())?;
    }
    Ok(python)
}
