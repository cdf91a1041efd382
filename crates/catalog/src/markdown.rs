//! What people write is Markdown; what a page shows of it is safe HTML, and a list shows plain text.

use pulldown_cmark::{Event, Options, Parser, TagEnd, html};

const OPTIONS: Options =
    Options::ENABLE_TABLES.union(Options::ENABLE_STRIKETHROUGH).union(Options::ENABLE_TASKLISTS);

/// HTML with nothing in it that acts: no scripts, styles, frames or images, and no address but of the
/// web and of mail. Headings begin at the third level, below those of the page.
pub fn safe_html(markdown: &str) -> String {
    let mut unsafe_html = String::with_capacity(markdown.len() * 3 / 2);
    html::push_html(&mut unsafe_html, Parser::new_ext(markdown, OPTIONS).map(lower_heading));
    ammonia::Builder::default()
        .rm_tags(["img", "map", "area", "figure", "figcaption"])
        .url_schemes(["http", "https", "mailto"].into())
        .link_rel(Some("noopener noreferrer nofollow"))
        .clean(&unsafe_html)
        .to_string()
}

/// The words alone, on one line.
pub fn plain(markdown: &str) -> String {
    let mut plain = String::with_capacity(markdown.len());
    for event in Parser::new_ext(markdown, OPTIONS) {
        match event {
            Event::Text(text) | Event::Code(text) => plain.push_str(&text),
            Event::SoftBreak | Event::HardBreak => plain.push(' '),
            Event::End(
                TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::Item | TagEnd::TableCell | TagEnd::CodeBlock,
            ) => plain.push(' '),
            _ => {}
        }
    }
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn lower_heading(event: Event<'_>) -> Event<'_> {
    use pulldown_cmark::{HeadingLevel, Tag};
    let lower = |level| match level {
        HeadingLevel::H1 => HeadingLevel::H3,
        HeadingLevel::H2 => HeadingLevel::H4,
        HeadingLevel::H3 => HeadingLevel::H5,
        _ => HeadingLevel::H6,
    };
    match event {
        Event::Start(Tag::Heading { level, id, classes, attrs }) => {
            Event::Start(Tag::Heading { level: lower(level), id, classes, attrs })
        }
        Event::End(TagEnd::Heading(level)) => Event::End(TagEnd::Heading(lower(level))),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_acts_comes_through() {
        let html = safe_html(
            "# Title\n<script>alert(1)</script><img src=x onerror=alert(1)>\n\n[a](javascript:alert(1)) [b](https://example.com)\n\n|a|b|\n|-|-|\n|1|2|",
        );
        for gone in ["script", "img", "javascript", "onerror"] {
            assert!(!html.contains(gone), "{gone} in {html}");
        }
        for kept in ["<h3>Title</h3>", "https://example.com", "<table>", "nofollow"] {
            assert!(html.contains(kept), "{kept} not in {html}");
        }
    }

    #[test]
    fn plain_text_has_no_marks() {
        assert_eq!(plain("## A *b*\n\n- one\n- `two`\n\nthree  \nfour"), "A b one two three four");
    }
}
