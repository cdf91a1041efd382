//! Which character separates the fields.

use csv::{ByteRecord, ReaderBuilder};

/// In the order in which they win where the sample speaks for several.
const CANDIDATES: [u8; 4] = [b',', b';', b'\t', b'|'];
const RECORDS: usize = 200;

/// The one that cuts every record of the sample into as many fields, and into the most; where none does,
/// the one under which most records have as many fields as the first. `is_cut`: the sample ends in the
/// middle of the file.
pub fn of(sample: &[u8], is_cut: bool) -> u8 {
    let mut best = (b',', (false, 0, 0));
    for delimiter in CANDIDATES {
        let agreement = agreement(sample, is_cut, delimiter);
        if agreement > best.1 {
            best = (delimiter, agreement);
        }
    }
    best.0
}

/// Whether all records have as many fields as the first, then how many where not all do, then the fields.
fn agreement(sample: &[u8], is_cut: bool, delimiter: u8) -> (bool, usize, usize) {
    let mut reader =
        ReaderBuilder::new().delimiter(delimiter).has_headers(false).flexible(true).from_reader(sample);
    let mut lengths = Vec::new();
    let mut record = ByteRecord::new();
    while lengths.len() < RECORDS && reader.read_byte_record(&mut record).unwrap_or(false) {
        lengths.push(record.len());
    }
    if is_cut && lengths.len() > 1 && reader.is_done() {
        lengths.pop();
    }
    let Some(first) = lengths.first().copied().filter(|first| *first > 1) else { return (false, 0, 0) };
    let agreeing = lengths.iter().filter(|length| **length == first).count();
    if agreeing == lengths.len() { (true, 0, first) } else { (false, agreeing, first) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delimiter_is_the_one_that_cuts_all_records_alike() {
        for (sample, delimiter) in [
            ("a,b\n1,2\n", b','),
            ("a;b\n1,5;2,5\n", b';'),
            ("a\tb\n1\t\"2\t3\"\n", b'\t'),
            ("a|b|c\n1|2|3\n", b'|'),
            ("name\nAsunción, Paraguay\n", b','),
            ("a,b,c\n1,2\n1,2,3\n", b','),
            ("", b','),
        ] {
            assert_eq!(char::from(of(sample.as_bytes(), false)), char::from(delimiter), "{sample}");
        }
    }

    #[test]
    fn a_record_that_the_end_of_the_sample_cuts_does_not_count() {
        assert_eq!(of(b"a;b;c\n1;2;3\n4,5", true), b';');
    }
}
