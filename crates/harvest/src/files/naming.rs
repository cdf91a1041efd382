//! What the tables of one root are called, by OpenLineage's naming specification (spec/Naming.md).

use std::path::{Component, Path, PathBuf};

use loggia_connect::files::BucketAddress;
use loggia_model::{DatasetName, Source, Urn};

use crate::HarvestError;

pub struct Naming {
    root: PathBuf,
    /// `None` for local files, which are named by their whole path.
    given: Option<String>,
    source: Source,
}

/// Of files on the machine that names them.
const LOCAL: &str = "file";

impl Naming {
    pub fn new(root: &Path, namespace: Option<&str>) -> Result<Self, HarvestError> {
        if let Some(namespace) = namespace {
            DatasetName::new(namespace, "any").map_err(HarvestError::Namespace)?;
        }
        let name = match namespace {
            Some(namespace) => namespace,
            None => root.to_str().ok_or_else(|| HarvestError::Name(root.to_owned()))?,
        };
        let source = Source::harvest("files", name).map_err(HarvestError::Namespace)?;
        Ok(Self { root: root.to_owned(), given: namespace.map(str::to_owned), source })
    }

    /// Keys are whole names, in the namespace of the bucket where no other is given.
    pub fn of_bucket(address: &BucketAddress, namespace: Option<&str>) -> Result<Self, HarvestError> {
        let namespace = namespace.map_or_else(|| address.root(), str::to_owned);
        DatasetName::new(&namespace, "any").map_err(HarvestError::Namespace)?;
        let source = Source::harvest("bucket", &address.to_string()).map_err(HarvestError::Namespace)?;
        Ok(Self { root: PathBuf::new(), given: Some(namespace), source })
    }

    pub fn source(&self) -> &Source {
        &self.source
    }

    /// `path` is that of a folder, or of a file without its extension. The root itself is called by its
    /// own name, since it has no path below itself.
    pub fn urn(&self, path: &Path) -> Result<Urn, String> {
        let name = match &self.given {
            None => path.to_str().map(str::to_owned),
            Some(_) => below(&self.root, path),
        };
        let Some(name) = name else {
            return Err(
                "has a path that is not UTF-8, so nothing can be named after it: rename it".to_owned()
            );
        };
        let namespace = self.given.as_deref().unwrap_or(LOCAL);
        let name = DatasetName::new(namespace, name).map_err(|error| format!("cannot be named: {error}"))?;
        Ok(Urn::asset(&name))
    }
}

fn below(root: &Path, path: &Path) -> Option<String> {
    let names = match path.strip_prefix(root) {
        Ok(below) if below.components().next().is_some() => below,
        _ => Path::new(path.file_name()?),
    };
    let names: Option<Vec<&str>> = names
        .components()
        .filter(|part| matches!(part, Component::Normal(_)))
        .map(|part| part.as_os_str().to_str())
        .collect();
    names.map(|names| names.join("/"))
}
