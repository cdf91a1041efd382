//! The files of profiles: sections of `name = value`, as the AWS tools write them.

use std::collections::HashMap;

/// By section, by name.
pub type Sections = HashMap<String, HashMap<String, String>>;

/// # Errors
/// The number of the line that is neither a section nor a value.
pub fn read(text: &str) -> Result<Sections, usize> {
    let mut sections = Sections::new();
    let mut section = None;
    for (line, number) in text.trim_start_matches('\u{feff}').lines().zip(1_usize..) {
        // What is set in belongs to the value above it, which is of no use here.
        let is_set_in = line.starts_with([' ', '\t']);
        if line.trim().is_empty() || line.starts_with(['#', ';']) || is_set_in {
            continue;
        }
        if let Some(rest) = line.strip_prefix('[') {
            let (name, _) = rest.split_once(']').ok_or(number)?;
            sections.entry(words(name)).or_default();
            section = Some(words(name));
            continue;
        }
        let (name, value) = line.split_once('=').ok_or(number)?;
        let values = section.as_ref().and_then(|section| sections.get_mut(section)).ok_or(number)?;
        values.insert(name.trim().to_lowercase(), without_remark(value).trim().to_owned());
    }
    Ok(sections)
}

/// `profile  x` is `profile x`.
fn words(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A remark begins with a blank before its sign: keys may well hold the sign itself.
fn without_remark(value: &str) -> &str {
    let ends = [" #", " ;", "\t#", "\t;"].into_iter().filter_map(|sign| value.find(sign));
    ends.min().and_then(|end| value.get(..end)).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_and_values_are_read_and_what_is_set_in_is_passed_over() {
        let text = "\u{feff}# mine\n[default]\nRegion=eu-west-1 # Ireland\ns3 =\n  max = 10\n\n[ profile   night ]\r\n\
                    aws_secret_access_key = a#b=c/d\r\n; end\n[default]\nx = 1\n";
        let read = read(text).unwrap();
        assert_eq!(read["default"]["region"], "eu-west-1");
        assert_eq!(read["default"]["x"], "1", "a section goes on");
        assert_eq!(read["profile night"]["aws_secret_access_key"], "a#b=c/d");
        assert!(!read["default"].contains_key("max"));
    }

    #[test]
    fn a_line_that_is_nothing_is_told_by_its_number() {
        for (text, line) in [("[a\n", 1), ("[a]\n\nsecret\n", 3), ("x = 1\n", 1)] {
            assert_eq!(read(text), Err(line), "{text}");
        }
    }
}
