//! Puts the whole site into the program: style sheet, icons, font, and the browser's side where
//! cargo-leptos has built it. Names carry a hash of the content, so that browsers may keep them for ever;
//! text and WASM are packed here once, at the best that brotli can do, rather than at each start.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

struct Asset {
    /// The name it is asked for by the program: `islands.js`, `site.css`.
    name: String,
    content: Vec<u8>,
}

/// What shows rows in the browser, as `cargo xtask` stages it. What is packed already lies beside it.
const CANVAS: [&str; 5] = ["canvas.js", "canvas.wasm", "reader.js", "parquet.js", "parquet.wasm"];

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?).join("..");
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    println!("cargo::rerun-if-env-changed=LEPTOS_SITE_ROOT");
    println!("cargo::rerun-if-changed={}", root.join("style").display());
    println!("cargo::rerun-if-changed={}", root.join("public").display());

    let mut assets = Vec::new();
    for name in ["icons.svg", "favicon.svg", "inter.woff2", "inter-ext.woff2"] {
        assets.push(Asset { name: name.into(), content: fs::read(root.join("public").join(name))? });
    }
    let css = style_sheet(&root.join("style"), &assets)?;
    assets.push(Asset { name: "site.css".into(), content: css.into_bytes() });
    if let Ok(site) = std::env::var("LEPTOS_SITE_ROOT") {
        let pkg = root.join(site).join("pkg");
        println!("cargo::rerun-if-changed={}", pkg.display());
        assets.extend(islands(&pkg)?);
    }
    println!("cargo::rerun-if-env-changed=LOGGIA_CANVAS");
    let canvas = std::env::var("LOGGIA_CANVAS").ok().map(PathBuf::from);
    if let Some(canvas) = &canvas {
        println!("cargo::rerun-if-changed={}", canvas.display());
        for name in CANVAS {
            let file = canvas.join(name);
            let content = fs::read(&file).map_err(|why| format!("{}: {why}", file.display()))?;
            assets.push(Asset { name: name.into(), content });
        }
    }
    fs::write(out.join("site.rs"), table(&assets, canvas.as_deref(), &out)?)?;
    Ok(())
}

/// All style sheets in the order in which `main.css` names them.
fn style_sheet(folder: &Path, assets: &[Asset]) -> Result<String, Box<dyn Error>> {
    let mut css = String::new();
    for line in fs::read_to_string(folder.join("main.css"))?.lines() {
        if let Some(name) = line.trim().strip_prefix("@import \"").and_then(|rest| rest.split('"').next()) {
            css.push_str(&fs::read_to_string(folder.join(name))?);
            css.push('\n');
        }
    }
    for asset in assets {
        css = css.replace(&format!("/{}", asset.name), &url(asset));
    }
    Ok(css)
}

/// The module and its WASM, by their endings: cargo-leptos puts hashes of its own into the names.
fn islands(pkg: &Path) -> Result<Vec<Asset>, Box<dyn Error>> {
    let mut found = Vec::new();
    for ending in ["js", "wasm"] {
        let mut files: Vec<PathBuf> = fs::read_dir(pkg)?
            .filter_map(|entry| entry.ok().map(|entry| entry.path()))
            .filter(|path| path.extension().is_some_and(|extension| extension == ending))
            .collect();
        files.sort_by_key(|path| fs::metadata(path).and_then(|metadata| metadata.modified()).ok());
        let newest = files.pop().ok_or_else(|| format!("no .{ending} file in {}", pkg.display()))?;
        found.push(Asset { name: format!("islands.{ending}"), content: fs::read(newest)? });
    }
    Ok(found)
}

fn url(asset: &Asset) -> String {
    let hash = Sha256::digest(&asset.content).iter().take(6).fold(String::new(), |mut hash, byte| {
        let _written = write!(hash, "{byte:02x}");
        hash
    });
    let (stem, ending) = asset.name.rsplit_once('.').unwrap_or((&asset.name, "bin"));
    format!("/pkg/{stem}.{hash}.{ending}")
}

fn table(assets: &[Asset], canvas: Option<&Path>, out: &Path) -> Result<String, Box<dyn Error>> {
    let mut table = String::from("pub static ASSETS: &[Asset] = &[\n");
    for asset in assets {
        let plain = out.join(&asset.name);
        fs::write(&plain, &asset.content)?;
        let packed = out.join(format!("{}.br", asset.name));
        // A font is packed already.
        let is_packed = !asset.name.ends_with(".woff2");
        let packed_before = canvas.map(|folder| folder.join(format!("{}.br", asset.name)));
        if let Some(before) = packed_before.filter(|before| before.exists()) {
            fs::copy(before, &packed)?;
        } else if is_packed {
            let mut writer = brotli::CompressorWriter::new(fs::File::create(&packed)?, 1 << 16, 11, 22);
            writer.write_all(&asset.content)?;
            writer.flush()?;
        }
        let brotli = if is_packed { format!("Some(include_bytes!({packed:?}))") } else { "None".into() };
        writeln!(
            table,
            "Asset {{ name: {:?}, url: {:?}, plain: include_bytes!({plain:?}), brotli: {brotli} }},",
            asset.name,
            url(asset),
        )?;
    }
    table.push_str("];\n");
    Ok(table)
}
