//! Opening the index, or making it.

use std::fs;
use std::num::NonZero;
use std::path::Path;
use std::sync::Mutex;

use loggia_catalog::ports::IndexError;
use loggia_model::Seq;
use tantivy::directory::MmapDirectory;
use tantivy::indexer::LogMergePolicy;
use tantivy::{Executor, Index, IndexWriter, ReloadPolicy};
use tokio::sync::{Semaphore, watch};

use crate::allowed::Allowed;
use crate::facets::Facets;
use crate::highlight::Markers;
use crate::schema::{Fields, VERSION};
use crate::{Inner, unusable, words};

/// Memory of the writer before it flushes a segment, over its threads.
const WRITER_BYTES: usize = 64_000_000;
const WRITER_THREADS: usize = 2;

pub fn open(folder: &Path) -> Result<Inner, IndexError> {
    let fields = Fields::new();
    let home = folder.join(format!("v{VERSION}"));
    match opened(&home, &fields) {
        Ok(inner) => Ok(inner),
        // An index that another program is writing, or a full disk, is no reason to throw it away.
        Err(IndexError::Unusable(why)) if why.contains("Failed to acquire Lockfile") => {
            Err(IndexError::Unusable(format!("another program has {} open", home.display())))
        }
        Err(IndexError::DiskFull) => Err(IndexError::DiskFull),
        Err(first) => {
            tracing::warn!(folder = %home.display(), error = %first, "the index cannot be opened and is filled anew");
            fs::remove_dir_all(&home).map_err(|error| io(&home, &error))?;
            opened(&home, &fields)
        }
    }
}

fn opened(home: &Path, fields: &Fields) -> Result<Inner, IndexError> {
    fs::create_dir_all(home).map_err(|error| io(home, &error))?;
    let directory = MmapDirectory::open(home).map_err(|error| unusable(error.into()))?;
    let index = Index::open_or_create(directory, fields.schema.clone()).map_err(unusable)?;
    words::register(&index);
    let applied = index.load_metas().map_err(unusable)?.payload;
    let applied = applied.and_then(|payload| payload.parse().ok()).map_or(Seq::default(), Seq);
    let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into().map_err(unusable)?;
    let writer = writer(&index)?;
    let processors = std::thread::available_parallelism().map_or(2, NonZero::get);
    Ok(Inner {
        fields: fields.clone(),
        reader,
        index,
        writer: Mutex::new(Some(writer)),
        applied: watch::Sender::new(applied),
        facets: Facets::default(),
        allowed: Allowed::default(),
        markers: Markers::default(),
        turns: Semaphore::new(processors),
        together: Executor::multi_thread(processors, "search-").map_err(unusable)?,
    })
}

pub fn writer(index: &Index) -> Result<IndexWriter, IndexError> {
    let writer = index.writer_with_num_threads(WRITER_THREADS, WRITER_BYTES).map_err(unusable)?;
    writer.set_merge_policy(Box::new(merging()));
    Ok(writer)
}

/// What has been deleted is still counted through and kept on disk until its segment is merged.
fn merging() -> LogMergePolicy {
    let mut policy = LogMergePolicy::default();
    policy.set_del_docs_ratio_before_merge(0.3);
    policy
}

fn io(folder: &Path, error: &std::io::Error) -> IndexError {
    IndexError::Unusable(format!("the folder {} cannot be written: {error}", folder.display()))
}
