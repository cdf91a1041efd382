//! Opens files that may be packed with gzip, which their first two bytes say and their names need not.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;

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

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};

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
            let mut read = String::new();
            reader(file_of(text.as_bytes()).path()).unwrap().read_to_string(&mut read).unwrap();
            assert_eq!(read, text);
        }
    }
}
