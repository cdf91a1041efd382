//! The data folder: the store, the index, and the lock that keeps a second writer out. Whoever may read it has the catalog,
//! so it is its owner's alone: as far as this program makes it, and what is in it in any case.

use std::fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use loggia_catalog::Catalog;
use loggia_catalog::ports::Store;
use loggia_search::TantivyIndex;
use loggia_store::SqlStore;

use crate::Failure;
use crate::args::Args;

/// What its owner may do, and nobody else.
const OWN_FOLDER: u32 = 0o700;
const OWN_FILE: u32 = 0o600;
/// What anybody else may do.
const OF_OTHERS: u32 = 0o077;
/// What SQLite has beside its file; it makes them as that file is.
const BESIDE: [&str; 2] = ["loggia.sqlite-wal", "loggia.sqlite-shm"];

/// An open catalog. The folder is this process's own for as long as it is held.
pub struct Opened {
    pub catalog: Catalog,
    _lock: File,
}

/// # Errors
/// Where the folder cannot be written or is in use, or the store or the index cannot be opened.
pub async fn open(args: &Args) -> Result<Opened, Failure> {
    let lock = lock(&args.data)?;
    let store: Arc<dyn Store> = match &args.database {
        Some(url) => Arc::new(SqlStore::postgres(url).await?),
        None => {
            let file = args.data.join("loggia.sqlite");
            own_file(&file)?;
            for beside in BESIDE {
                keep_from_others(&args.data.join(beside), OWN_FILE)?;
            }
            Arc::new(SqlStore::sqlite(&file).await?)
        }
    };
    let index = args.data.join("index");
    own_folder(&index)?;
    let index = Arc::new(TantivyIndex::open(&index)?);
    Ok(Opened { catalog: Catalog::open(store, index).await?, _lock: lock })
}

/// Where a server listens for the command line.
pub fn socket(folder: &Path) -> PathBuf {
    folder.join("loggia.sock")
}

fn lock(folder: &Path) -> Result<File, Failure> {
    make_folder(folder)
        .map_err(|error| Failure(format!("the data folder {} cannot be made: {error}", folder.display())))?;
    let file = folder.join("lock");
    let lock = own_file(&file)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(Failure(format!(
            "another loggia is writing {}: wait until it has ended, or stop it",
            folder.display()
        ))),
        Err(TryLockError::Error(error)) => {
            Err(Failure(format!("the lock {} cannot be taken: {error}", file.display())))
        }
    }
}

/// One that is there already stays as it is: it may be a place where others have something too.
fn make_folder(folder: &Path) -> std::io::Result<()> {
    DirBuilder::new().recursive(true).mode(OWN_FOLDER).create(folder)
}

fn own_folder(folder: &Path) -> Result<(), Failure> {
    make_folder(folder).map_err(|error| Failure(format!("{} cannot be made: {error}", folder.display())))?;
    keep_from_others(folder, OWN_FOLDER)
}

fn own_file(file: &Path) -> Result<File, Failure> {
    let opened = OpenOptions::new().create(true).truncate(false).write(true).mode(OWN_FILE).open(file);
    let opened = opened.map_err(|error| {
        let folder = file.parent().unwrap_or(file);
        Failure(format!(
            "the data folder {} cannot be written: {error}; choose another with --data",
            folder.display()
        ))
    })?;
    keep_from_others(file, OWN_FILE)?;
    Ok(opened)
}

/// Takes away what others may do with it; it may be of a version that did not look after that, or not be there.
fn keep_from_others(path: &Path, mode: u32) -> Result<(), Failure> {
    let Ok(about) = fs::metadata(path) else { return Ok(()) };
    if about.permissions().mode() & OF_OTHERS == 0 {
        return Ok(());
    }
    fs::set_permissions(path, Permissions::from_mode(mode)).map_err(|error| {
        Failure(format!(
            "others than its owner can read {}, and this cannot be changed: {error}; chmod it to {mode:o}",
            path.display()
        ))
    })
}
