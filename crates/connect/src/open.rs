//! Opens files that may be packed with gzip, which their first two bytes say and their names need not.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::os::fd::AsRawFd;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use flate2::bufread::MultiGzDecoder;

const GZIP: [u8; 2] = [0x1f, 0x8b];
const BUFFER: usize = 64 * 1024;

/// The file's text, unpacked on the way where it is packed. Of any length: whoever reads sets the bounds.
///
/// # Errors
/// Where the file cannot be opened, or its first bytes not be read.
pub fn reader(path: &Path) -> io::Result<Box<dyn BufRead + Send>> {
    unpacked(File::open(path)?)
}

/// As [`reader`], of a file of data.
///
/// # Errors
/// Those of [`data`] too.
pub fn data_reader(path: &Path) -> io::Result<Box<dyn BufRead + Send>> {
    unpacked(data(path)?)
}

/// Opens a file where data lies: a file and nothing else, at this very place. What was listed as a file may
/// have been replaced meanwhile by a link to another, or a folder above it.
///
/// # Errors
/// Where it is not there, cannot be opened, or is something else.
pub fn data(path: &Path) -> io::Result<File> {
    // Without waiting: whoever opens a pipe would wait for somebody to write.
    let file = File::options().read(true).custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK).open(path)?;
    let elsewhere = || io::Error::new(io::ErrorKind::InvalidInput, "it is no file at this place any more");
    if !file.metadata()?.is_file() {
        return Err(elsewhere());
    }
    match std::fs::read_link(format!("/proc/self/fd/{}", file.as_raw_fd())) {
        Ok(place) if place != path => Err(elsewhere()),
        // Where the system does not tell, the flag is all there is.
        _ => Ok(file),
    }
}

/// The text of whatever can be read.
///
/// # Errors
/// Where its first bytes cannot be read.
pub fn unpacked(file: impl Read + Send + 'static) -> io::Result<Box<dyn BufRead + Send>> {
    let mut file = BufReader::with_capacity(BUFFER, file);
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

    #[test]
    fn data_is_a_file_at_its_own_place() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        std::fs::create_dir(root.join("lake")).unwrap();
        std::fs::write(root.join("secret.csv"), "x").unwrap();
        std::fs::write(root.join("lake/t.csv"), "x").unwrap();
        std::os::unix::fs::symlink(root.join("secret.csv"), root.join("lake/link.csv")).unwrap();
        std::os::unix::fs::symlink(root.join("lake"), root.join("also")).unwrap();
        assert!(data(&root.join("lake/t.csv")).is_ok());
        for path in ["lake/link.csv", "also/t.csv", "lake", "gone"] {
            assert!(data(&root.join(path)).is_err(), "{path}");
        }
    }
}
