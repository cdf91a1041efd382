//! Escaping where the framework does none: in a text area, whose text it writes as it is and where what a
//! person typed could otherwise close it and go on as markup, and in the pages for what goes wrong outside
//! of it.

/// Text as the content of an element.
pub fn escaped(text: &str) -> String {
    // A line break right after the tag would be swallowed.
    let first = if text.starts_with('\n') { "\n" } else { "" };
    format!("{first}{}", text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_closes_a_text_area_from_within() {
        assert_eq!(escaped("</textarea><script>&"), "&lt;/textarea&gt;&lt;script&gt;&amp;");
        assert_eq!(escaped("\nx"), "\n\nx");
    }
}
