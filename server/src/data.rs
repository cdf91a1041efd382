//! The data folder: the store, the index, and the lock that keeps a second writer out.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use loggia_catalog::Catalog;
use loggia_catalog::ports::Store;
use loggia_search::TantivyIndex;
use loggia_store::SqlStore;

use crate::Failure;
use crate::args::Args;

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
        None => Arc::new(SqlStore::sqlite(&args.data.join("loggia.sqlite")).await?),
    };
    let index = Arc::new(TantivyIndex::open(&args.data.join("index"))?);
    Ok(Opened { catalog: Catalog::open(store, index).await?, _lock: lock })
}

/// Where a server listens for the command line.
pub fn socket(folder: &Path) -> PathBuf {
    folder.join("loggia.sock")
}

fn lock(folder: &Path) -> Result<File, Failure> {
    fs::create_dir_all(folder)
        .map_err(|error| Failure(format!("the data folder {} cannot be made: {error}", folder.display())))?;
    let file = folder.join("lock");
    let lock = OpenOptions::new().create(true).truncate(false).write(true).open(&file).map_err(|error| {
        Failure(format!(
            "the data folder {} cannot be written: {error}; choose another with --data",
            folder.display()
        ))
    })?;
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
