//! A dbt project's artifacts, read from disk: the files here, what they mean in `formats`.

use std::path::Path;

use loggia_catalog::harvest::Harvested;
use loggia_catalog::ports::Refusal;
use loggia_formats::dbt::{Artifact, Artifacts};

use crate::{HarvestError, open};

/// Of one artifact, unpacked. The largest seen in the field are some 300 MB.
const LARGEST: u64 = 1 << 30;

/// Each file may be packed with gzip. `namespace` is where the tables are, as OpenLineage has it
/// (`postgres://host:5432`); without it, the best that the manifest allows.
///
/// # Errors
/// Where a file cannot be read, or is not the artifact that it should be.
pub fn read(
    manifest: &Path,
    catalog: Option<&Path>,
    run_results: Option<&Path>,
    sources: Option<&Path>,
    namespace: Option<&str>,
) -> Result<Harvested, HarvestError> {
    let manifest = Unpacked::open(manifest)?;
    let catalog = catalog.map(Unpacked::open).transpose()?;
    let run_results = run_results.map(Unpacked::open).transpose()?;
    let sources = sources.map(Unpacked::open).transpose()?;
    let artifacts = Artifacts {
        manifest: manifest.artifact(),
        catalog: catalog.as_ref().map(Unpacked::artifact),
        run_results: run_results.as_ref().map(Unpacked::artifact),
        sources: sources.as_ref().map(Unpacked::artifact),
    };
    let (source, reading) = loggia_formats::dbt::read(&artifacts, namespace)?;
    let refused = reading.refused.into_iter().map(|refused| Refusal { what: refused.what, why: refused.why });
    // A node that is refused has no URN that can be trusted, so none is spared from going missing.
    Ok(Harvested {
        label: None,
        source,
        assets: reading.assets,
        people: reading.people,
        refused: refused.collect(),
        unreadable: Vec::new(),
    })
}

struct Unpacked {
    file: String,
    bytes: Vec<u8>,
}

impl Unpacked {
    fn open(path: &Path) -> Result<Self, HarvestError> {
        Ok(Self { file: path.display().to_string(), bytes: open::bytes(path, LARGEST)? })
    }

    fn artifact(&self) -> Artifact<'_> {
        Artifact { file: &self.file, bytes: &self.bytes }
    }
}
