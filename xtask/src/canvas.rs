//! Stages what shows rows in the browser: the module `loggia-canvas`, its worker, and parquet-wasm, exactly as
//! `crates/canvas/package-lock.json` says. The server's build takes the folder into the program.

use std::fs;
use std::path::{Path, PathBuf};

use crate::child;
use crate::failure::{Result, While};
use crate::release::step;
use crate::setup::system;
use crate::stamp::{self, Stamp};
use crate::tools::Tools;

/// The folder with everything in it.
pub fn stage(tools: &Tools) -> Result<PathBuf> {
    let folder = tools.places.cache.join("canvas");
    let source = tools.places.root.join("crates/canvas");
    make(&folder)?;
    module(tools, &folder)?;
    copy(&source.join("js/reader.js"), &folder.join("reader.js"))?;
    parquet(tools, &source, &folder)?;
    Ok(folder)
}

fn module(tools: &Tools, folder: &Path) -> Result<()> {
    let mut cargo = tools.cargo(["build", "--package", "loggia-canvas", "--profile", "wasm-release"]);
    cargo.args(["--target", "wasm32-unknown-unknown"]);
    step(tools, "build-canvas", "building the browser's grid", &mut cargo)?;
    let built = tools.places.target().join("wasm32-unknown-unknown/wasm-release/loggia_canvas.wasm");
    let bound = tools.places.cache.join("canvas-bound");
    let mut bind = tools.command("wasm-bindgen");
    bind.args(["--target", "web", "--no-typescript", "--out-name", "canvas", "--out-dir"])
        .arg(&bound)
        .arg(&built);
    step(tools, "bind-canvas", "binding it to JavaScript", &mut bind)?;
    let small = bound.join("canvas.wasm");
    let mut shrink = tools.command("wasm-opt");
    shrink.arg("-Oz").args(FEATURES).arg(bound.join("canvas_bg.wasm")).arg("-o").arg(&small);
    step(tools, "shrink-canvas", "shrinking it", &mut shrink)?;
    copy(&bound.join("canvas.js"), &folder.join("canvas.js"))?;
    copy(&small, &folder.join("canvas.wasm"))
}

/// What the compiler takes for granted in every browser, and no more: all that wasm-opt knows, few have yet.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// parquet-wasm, packed once: at its best, brotli takes ten seconds for five megabytes.
fn parquet(tools: &Tools, source: &Path, folder: &Path) -> Result<()> {
    let lock = source.join("package-lock.json");
    let wanted = stamp::of_contents(&lock)?;
    let stamp = Stamp(folder.join("parquet.stamp"));
    if stamp.is(&wanted) {
        return Ok(());
    }
    stamp.clear()?;
    system::npm(&tools.places)?;
    let packages = tools.places.cache.join("canvas-npm");
    make(&packages)?;
    for name in ["package.json", "package-lock.json"] {
        copy(&source.join(name), &packages.join(name))?;
    }
    let mut npm = tools.command("npm");
    npm.args(["ci", "--no-audit", "--no-fund"]).current_dir(&packages);
    println!("installing parquet-wasm, which reads Parquet in the browser");
    child::quietly(&mut npm, &tools.places.log("npm-canvas"))?
        .or_advise("npm ci for the browser's grid", "check that npm reaches its registry: npm ping")?;
    let module = packages.join("node_modules/parquet-wasm/esm");
    copy(&module.join("parquet_wasm.js"), &folder.join("parquet.js"))?;
    copy(&module.join("parquet_wasm_bg.wasm"), &folder.join("parquet.wasm"))?;
    let mut pack = tools.command("node");
    pack.arg("-e").arg(PACK).arg(folder.join("parquet.wasm"));
    step(tools, "pack-parquet", "packing it", &mut pack)?;
    stamp.set(&wanted)
}

const PACK: &str = "const fs = require('fs'), zlib = require('zlib'), file = process.argv[1];
const options = { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 11, [zlib.constants.BROTLI_PARAM_LGWIN]: 22 } };
fs.writeFileSync(file + '.br', zlib.brotliCompressSync(fs.readFileSync(file), options));";

fn make(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).while_(|| format!("cannot make {}", folder.display()))
}

/// Nothing is written where it is the same already: what is built from it would be built again.
fn copy(from: &Path, to: &Path) -> Result<()> {
    let content = fs::read(from).while_(|| format!("cannot read {}", from.display()))?;
    if fs::read(to).is_ok_and(|known| known == content) {
        return Ok(());
    }
    fs::write(to, content).while_(|| format!("cannot write {}", to.display()))
}
