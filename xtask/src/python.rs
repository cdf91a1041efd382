//! Python environments of our own, for what is measured beside and tested against.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::child;
use crate::failure::{Result, While};
use crate::places::Places;
use crate::setup::system;

/// The folder of an environment's programs. It has these packages, of these versions, from the package index;
/// another choice of them makes it anew.
pub fn environment(places: &Places, name: &str, why: &str, packages: &[&str]) -> Result<PathBuf> {
    let folder = places.cache.join(name);
    let (programs, ready) = (folder.join("bin"), folder.join("ready"));
    let wanted = packages.join("\n");
    if fs::read_to_string(&ready).is_ok_and(|has| has == wanted) {
        return Ok(programs);
    }
    system::python(places)?;
    println!("set-up: installing {}, {why}", packages.join(", "));
    let mut make = Command::new("python3");
    make.args(["-m", "venv", "--clear"]).arg(&folder);
    child::quietly(&mut make, &places.log(name))?
        .or_advise("making a Python environment", "its log says why")?;
    let mut install = Command::new(programs.join("python"));
    install.args(["-m", "pip", "install", "--quiet"]).args(packages);
    child::quietly(&mut install, &places.log(&format!("{name}-pip")))?
        .or_advise("installing into it", "the network may be away: try again")?;
    fs::write(&ready, wanted).while_(|| format!("cannot write {}", ready.display()))?;
    Ok(programs)
}
