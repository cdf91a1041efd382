//! A whole artifact in memory, unpacked where it is packed, within a bound.

use std::io::Read;
use std::path::Path;

use loggia_connect::files::FilesError;
use loggia_connect::open::reader;

use crate::HarvestError;

/// All of the file, unpacked.
pub fn bytes(path: &Path, limit: u64) -> Result<Vec<u8>, HarvestError> {
    let unreadable = |why| FilesError::unreadable(path, why);
    let mut bytes = Vec::new();
    reader(path)
        .and_then(|reader| reader.take(limit.saturating_add(1)).read_to_end(&mut bytes))
        .map_err(unreadable)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| length <= limit) {
        return Ok(bytes);
    }
    Err(HarvestError::TooLarge { path: path.to_owned(), limit })
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    #[test]
    fn what_unpacks_to_more_than_the_limit_is_refused() {
        let mut packer = GzEncoder::new(Vec::new(), Compression::default());
        packer.write_all(&vec![b' '; 1_000_000]).unwrap();
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(&packer.finish().unwrap()).unwrap();
        assert_eq!(bytes(file.path(), 1_000_000).unwrap().len(), 1_000_000);
        assert!(matches!(bytes(file.path(), 999_999), Err(HarvestError::TooLarge { limit: 999_999, .. })));
    }
}
