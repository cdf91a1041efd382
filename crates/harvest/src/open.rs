//! Opens files that may be packed with gzip, which their first two bytes say and their names need not.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;

use crate::HarvestError;

const GZIP: [u8; 2] = [0x1f, 0x8b];
const BUFFER: usize = 64 * 1024;

/// The file's text, unpacked on the way where it is packed. Of any length: whoever reads sets the bounds.
///
/// # Errors
/// Where the file cannot be opened, or its first bytes not be read.
pub fn reader(path: &Path) -> io::Result<Box<dyn BufRead + Send>> {
    let mut file = BufReader::with_capacity(BUFFER, File::open(path)?);
    if file.fill_buf()?.starts_with(&GZIP) {
        return Ok(Box::new(BufReader::with_capacity(BUFFER, MultiGzDecoder::new(file))));
    }
    Ok(Box::new(file))
}

/// All of the file, unpacked.
pub(crate) fn bytes(path: &Path, limit: u64) -> Result<Vec<u8>, HarvestError> {
    let unreadable = |why| HarvestError::unreadable(path, why);
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

    fn packed(text: &[u8]) -> Vec<u8> {
        let mut packer = GzEncoder::new(Vec::new(), Compression::default());
        packer.write_all(text).unwrap();
        packer.finish().unwrap()
    }

    fn file_of(bytes: &[u8]) -> tempfile::NamedTempFile {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        file
    }

    #[test]
    fn a_packed_file_is_unpacked_whatever_it_is_called_and_down_to_its_last_member() {
        let file = file_of(&[packed(b"one\n"), packed(b"two\n")].concat());
        let lines: Vec<String> = reader(file.path()).unwrap().lines().map(Result::unwrap).collect();
        assert_eq!(lines, ["one", "two"]);
    }

    #[test]
    fn a_plain_file_is_read_as_it_is_even_where_it_is_shorter_than_the_magic_bytes() {
        for text in ["", "a", "{}"] {
            assert_eq!(bytes(file_of(text.as_bytes()).path(), 2).unwrap(), text.as_bytes());
        }
    }

    #[test]
    fn what_unpacks_to_more_than_the_limit_is_refused() {
        let file = file_of(&packed(&vec![b' '; 1_000_000]));
        assert!(matches!(bytes(file.path(), 999_999), Err(HarvestError::TooLarge { limit: 999_999, .. })));
    }
}
