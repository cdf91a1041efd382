//! Text in addresses, encoded alike on the server and in the browser.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What has a meaning nowhere in a path or a query.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b':')
    .remove(b';')
    .remove(b',')
    .remove(b'@')
    .remove(b'!')
    .remove(b'*')
    .remove(b'(')
    .remove(b')');
#[cfg(feature = "ssr")]
const PATH: &AsciiSet = &SEGMENT.remove(b'/');

/// One segment of a path, or a name or value of a query.
pub fn encode(text: &str) -> String {
    utf8_percent_encode(text, SEGMENT).to_string()
}

/// A path whose slashes part it.
#[cfg(feature = "ssr")]
pub fn encode_path(text: &str) -> String {
    utf8_percent_encode(text, PATH).to_string()
}
