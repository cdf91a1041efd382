//! Buckets: files that are reached over the network, by object_store.
//!
//! A key takes the place of a path: tables are found by the same rules as in folders. What is asked of a bucket
//! is asked again where it does not answer well, and after a while no more.

mod access;
mod address;
mod client;
mod error;
mod fold;
mod kept;
mod listing;
pub mod object;
mod patience;

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use loggia_model::Timestamp;
use object_store::aws::AmazonS3Builder;
use object_store::azure::MicrosoftAzureBuilder;
use object_store::gcp::GoogleCloudStorageBuilder;
use object_store::{ObjectStore, ObjectStoreExt, RetryConfig};
use tokio::runtime::Runtime;
use tokio::time::timeout_at;

use self::address::Scheme;
pub use self::address::{Access, AddressError, BucketAddress};
use self::client::Connector;
pub use self::error::BucketError;
pub use self::kept::Whole;
use self::patience::Patience;
use super::format::Format;
use super::log::TableLog;
use super::reach::{Entry, Reach};
use super::tables::{Table, plain_name};
use super::walk::DataFile;

/// An open bucket. It has threads of its own to wait for answers, so it is used where waiting is no harm: never
/// from asynchronous work.
pub struct Bucket {
    pub address: BucketAddress,
    store: Box<dyn ObjectStore>,
    runtime: Runtime,
    /// When all of it has to be done; `None` where it may take its time.
    until: Option<Instant>,
}

/// The library's own words may have a value in them.
const UNOPENED: &str = "cannot be opened with these options: is one of them wrong or missing?";

impl Bucket {
    /// Asks nobody yet.
    ///
    /// # Errors
    /// Where the options are none of such a bucket.
    pub fn open(address: &BucketAddress, access: &Access) -> Result<Self, BucketError> {
        let wrong = |_| BucketError::refused(address, UNOPENED.to_owned());
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime =
            runtime.map_err(|why| BucketError::refused(address, format!("cannot be waited for: {why}")))?;
        // Questions are asked again here, where what was answered before is known.
        let retry = RetryConfig { max_retries: 0, ..RetryConfig::default() };
        let url = address.root();
        let store: Box<dyn ObjectStore> = match address.scheme {
            Scheme::S3 => {
                let mut builder =
                    AmazonS3Builder::new().with_url(url).with_http_connector(Connector).with_retry(retry);
                for (key, value) in access.parsed() {
                    builder = builder.with_config(key, value);
                }
                Box::new(builder.build().map_err(wrong)?)
            }
            Scheme::Gs => {
                let mut builder = GoogleCloudStorageBuilder::new()
                    .with_url(url)
                    .with_http_connector(Connector)
                    .with_retry(retry);
                for (key, value) in access.parsed() {
                    builder = builder.with_config(key, value);
                }
                Box::new(builder.build().map_err(wrong)?)
            }
            Scheme::Abfss => {
                let mut builder = MicrosoftAzureBuilder::new()
                    .with_url(url)
                    .with_http_connector(Connector)
                    .with_retry(retry);
                for (key, value) in access.parsed() {
                    builder = builder.with_config(key, value);
                }
                Box::new(builder.build().map_err(wrong)?)
            }
        };
        Ok(Self { address: address.clone(), store, runtime, until: None })
    }

    /// For somebody who waits: what is not answered by then is not waited for.
    #[must_use]
    pub fn until(self, until: Instant) -> Self {
        Self { until: Some(until), ..self }
    }

    /// All tables below the address.
    ///
    /// # Errors
    /// Where the bucket cannot be listed to the end, or there is nothing.
    pub fn tables(self: &Arc<Self>) -> Result<Vec<Table>, BucketError> {
        let prefix = PathBuf::from(&self.address.prefix);
        let tables = self.tables_in(&prefix)?;
        if !tables.is_empty() || self.address.prefix.is_empty() {
            return Ok(tables);
        }
        let one = self.file_at(&prefix)?.map(Table::of_one);
        one.map(|table| vec![table]).ok_or_else(|| BucketError::empty(&self.address))
    }

    /// The table that is called so: its whole key, without the extension of a file.
    ///
    /// # Errors
    /// Where the bucket cannot be asked.
    pub fn find(self: &Arc<Self>, name: &str) -> Result<Option<Table>, BucketError> {
        let names: Option<Vec<&str>> = Path::new(name).components().map(plain_name).collect();
        let is_one = names.is_some_and(|names| !names.is_empty() && names.join("/") == name);
        if !is_one || !self.address.may_hold(name) {
            return Ok(None);
        }
        let stem = Path::new(name);
        if let Some(table) = self.tables_in(stem)?.into_iter().find(|table| table.name == stem) {
            return Ok(Some(table));
        }
        for extension in Format::extensions() {
            if let Some(file) = self.file_at(Path::new(&format!("{name}{extension}")))? {
                return Ok(Some(Table::of_one(file)));
            }
        }
        Ok(None)
    }

    fn tables_in(self: &Arc<Self>, prefix: &Path) -> Result<Vec<Table>, BucketError> {
        let mut folding = fold::Folding::new(prefix);
        self.each(prefix, &mut |object| folding.take(object))?;
        let reach = Reach::Bucket(self.clone());
        let mut tables = folding.finish();
        for (table, format) in &mut tables {
            let Some(format) = format else { continue };
            match TableLog::find(&reach, &table.path, *format) {
                Ok(log) => table.log = Some(log),
                Err(why) => table.refused = Some(why),
            }
        }
        let mut tables: Vec<Table> = tables.into_iter().map(|(table, _)| table).collect();
        tables.sort_by(|one, other| one.order().cmp(&other.order()));
        Ok(tables)
    }

    /// `None` where there is none, or its name says no format.
    fn file_at(&self, path: &Path) -> Result<Option<DataFile>, BucketError> {
        let Some(key) = key(path) else { return Ok(None) };
        match self.wait(patience::patiently(|| self.store.head(&key))) {
            Ok(object) => Ok(data_file(path, object.size, when(&object))),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(why) => Err(BucketError::new(&self.address, &why, error::Doing::Reading)),
        }
    }

    /// The objects in a folder, without those below it.
    pub fn entries(&self, folder: &Path, most: usize) -> Result<Vec<Entry>, String> {
        let mut entries = Vec::new();
        let mut are_too_many = false;
        let listed = self.each(folder, &mut |object| {
            let below = Path::new(object.location.as_ref()).strip_prefix(folder).ok();
            let name = below.and_then(Path::to_str).filter(|name| !name.contains('/'));
            are_too_many |= entries.len() >= most;
            if let Some(name) = name.filter(|_| !are_too_many) {
                entries.push(Entry { name: name.to_owned(), bytes: object.size, changed: when(&object) });
            }
            Ok(())
        });
        listed.map_err(|why| why.to_string())?;
        if are_too_many { Err(format!("it has more than {most} files")) } else { Ok(entries) }
    }
}

impl Bucket {
    fn wait<T>(&self, answer: impl Future<Output = object_store::Result<T>>) -> object_store::Result<T> {
        self.runtime.block_on(async {
            match self.until {
                None => answer.await,
                Some(until) => {
                    timeout_at(until.into(), answer).await.unwrap_or_else(|late| Err(error::late(late)))
                }
            }
        })
    }

    /// Whether it can be asked for the end of an object whose length is not known.
    fn knows_suffixes(&self) -> bool {
        self.address.scheme != Scheme::Abfss
    }
}

impl fmt::Debug for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The store's own would show what opens it.
        write!(f, "Bucket({})", self.address)
    }
}

fn key(path: &Path) -> Option<object_store::path::Path> {
    object_store::path::Path::parse(path.to_str()?).ok()
}

fn when(object: &object_store::ObjectMeta) -> Option<Timestamp> {
    Some(Timestamp::from_micros(object.last_modified.timestamp_micros()))
}

fn data_file(path: &Path, bytes: u64, changed: Option<Timestamp>) -> Option<DataFile> {
    let (stem, format) = Format::of(path.file_name()?.to_str()?)?;
    Some(DataFile { path: path.to_owned(), stem: path.with_file_name(stem), format, bytes, changed })
}
