use std::fs::{self, OpenOptions};
use std::io::{BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use loggia_catalog::Catalog;
use loggia_model::Actor;

use crate::Failure;
use crate::out::Out;

pub async fn backup(catalog: &Catalog, actor: &Actor, file: &Path, out: &mut Out) -> Result<(), Failure> {
    let cannot =
        |error: std::io::Error| Failure(format!("the backup {} cannot be written: {error}", file.display()));
    if file.exists() {
        return Err(Failure(format!("{} is there already: choose a new name, or remove it", file.display())));
    }
    // Under another name until it is whole: half a backup must not look like one.
    let part = file.with_extension("part");
    // It has everything, so it is its owner's alone until they say otherwise; one that stayed behind may not be.
    let _stayed = fs::remove_file(&part);
    let to =
        OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&part).map_err(cannot)?;
    let is_packed = file.extension().is_some_and(|extension| extension == "gz");
    let backed = if is_packed {
        let mut to = GzEncoder::new(BufWriter::new(to), Compression::default());
        let backed = catalog.backup(actor, &mut to).await;
        let ended = to.finish().and_then(|mut to| {
            to.flush()?;
            to.get_ref().sync_all()
        });
        backed.and_then(|backed| ended.map(|()| backed).map_err(refused))
    } else {
        let mut to = BufWriter::new(to);
        let backed = catalog.backup(actor, &mut to).await;
        let ended = to.flush().and_then(|()| to.get_ref().sync_all());
        backed.and_then(|backed| ended.map(|()| backed).map_err(refused))
    };
    match backed {
        Ok(backed) => {
            fs::rename(&part, file).map_err(cannot)?;
            out.line(format!("{} records written to {}", backed.records, file.display())).await;
            Ok(())
        }
        Err(error) => {
            let _removed = fs::remove_file(&part);
            Err(error.into())
        }
    }
}

fn refused(error: std::io::Error) -> loggia_catalog::CatalogError {
    loggia_catalog::CatalogError::Refused(format!("the backup could not be written: {error}"))
}

pub async fn restore(catalog: &Catalog, actor: &Actor, file: &Path, out: &mut Out) -> Result<(), Failure> {
    let path = file.to_owned();
    let backed = catalog.restore_backup(actor, move || loggia_connect::open::reader(&path)).await?;
    let (last, _) = catalog.progress().await?;
    catalog.until_found(last).await;
    out.line(format!("{} records restored", backed.records)).await;
    Ok(())
}
