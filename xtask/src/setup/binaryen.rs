//! `wasm-opt`, which makes what the browser downloads smaller. From npm, since that package is
//! WebAssembly itself and runs wherever Node does.

use std::fs;
use std::path::Path;

use super::{say, system};
use crate::child;
use crate::failure::{Result, While};
use crate::tools::Tools;

const VERSION: &str = "132.0.0";

pub fn prepare(tools: &Tools) -> Result<()> {
    let folder = tools.places.cache.join("npm");
    if is_in(&folder) {
        return Ok(());
    }
    system::npm(&tools.places)?;
    say("installing wasm-opt, which shrinks what the browser downloads");
    fs::create_dir_all(&folder).while_(|| format!("cannot make {}", folder.display()))?;
    let mut npm = tools.command("npm");
    npm.args(["install", "--no-audit", "--no-fund", "--prefix"])
        .arg(&folder)
        .arg(format!("binaryen@{VERSION}"))
        .current_dir(&folder);
    child::quietly(&mut npm, &tools.places.log("npm-binaryen"))?
        .or_advise("installing binaryen", "check that npm reaches its registry: npm ping")
        .map(|_| ())
}

fn is_in(folder: &Path) -> bool {
    let package = folder.join("node_modules/binaryen/package.json");
    let version = fs::read_to_string(package).ok().and_then(|text| {
        let package: serde_json::Value = serde_json::from_str(&text).ok()?;
        package.get("version")?.as_str().map(str::to_owned)
    });
    version.as_deref() == Some(VERSION) && folder.join("node_modules/.bin/wasm-opt").exists()
}
