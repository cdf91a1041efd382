//! The little that the link check needs of Markdown: where links point, and which anchors a page has.
//! Code is left out, in fences and in backticks.

use std::collections::HashMap;

pub struct Link {
    /// Counted from one.
    pub line: usize,
    pub target: String,
}

/// The targets of `[text](target)`, `![image](target)` and `[name]: target`.
pub fn links(text: &str) -> Vec<Link> {
    let mut links = Vec::new();
    for (line, prose) in prose_lines(text) {
        let targets = inline_targets(&prose).into_iter().chain(reference_target(&prose));
        links.extend(targets.map(|target| Link { line, target }));
    }
    links
}

/// The anchors of the headings, made as GitHub makes them, and those set by hand in HTML.
pub fn anchors(text: &str) -> Vec<String> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut anchors = Vec::new();
    for (_, line) in lines_without_fences(text) {
        for attribute in ["id=\"", "name=\""] {
            anchors.extend(
                line.split(attribute).skip(1).filter_map(|tail| tail.split('"').next()).map(str::to_owned),
            );
        }
        let Some(heading) = heading(line) else { continue };
        let anchor = slug(heading);
        let times = seen.entry(anchor.clone()).or_default();
        anchors.push(if *times == 0 { anchor } else { format!("{anchor}-{times}") });
        *times += 1;
    }
    anchors
}

fn heading(line: &str) -> Option<&str> {
    let title = line.trim_start_matches('#');
    let level = line.len() - title.len();
    ((1..=6).contains(&level) && title.starts_with(' ')).then(|| title.trim().trim_end_matches('#').trim())
}

fn slug(heading: &str) -> String {
    // Of a link only its text is read.
    let mut text = String::new();
    let mut rest = heading;
    while let Some((before, after)) = rest.split_once("](") {
        text.push_str(before);
        rest = after.split_once(')').map_or("", |(_, tail)| tail);
    }
    text.push_str(rest);
    text.to_lowercase()
        .chars()
        .filter(|char| char.is_alphanumeric() || matches!(char, ' ' | '-' | '_'))
        .map(|char| if char == ' ' { '-' } else { char })
        .collect()
}

fn inline_targets(line: &str) -> Vec<String> {
    line.split("](")
        .skip(1)
        .filter_map(|tail| match tail.strip_prefix('<') {
            Some(quoted) => quoted.split_once('>').map(|(target, _)| target),
            // A title may follow after a space.
            None => {
                tail.split_once(')').map(|(inside, _)| inside.split_whitespace().next().unwrap_or_default())
            }
        })
        .map(str::to_owned)
        .collect()
}

fn reference_target(line: &str) -> Option<String> {
    let (name, tail) = line.trim_start().strip_prefix('[')?.split_once("]:")?;
    let plain = !name.is_empty() && !name.starts_with('^') && !name.contains(']');
    plain.then(|| tail.split_whitespace().next().map(|target| target.trim_matches(['<', '>']).to_owned()))?
}

/// Lines outside fences, without what stands in backticks.
fn prose_lines(text: &str) -> impl Iterator<Item = (usize, String)> {
    lines_without_fences(text).map(|(number, line)| {
        let closed = line.matches('`').count() / 2 * 2;
        let prose = line.split('`').enumerate().filter(|(index, _)| index % 2 == 0 || *index > closed);
        (number, prose.map(|(_, part)| part).collect())
    })
}

fn lines_without_fences(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut fence: Option<&str> = None;
    text.lines().enumerate().filter_map(move |(index, line)| {
        let marker = ["```", "~~~"].into_iter().find(|marker| line.trim_start().starts_with(marker));
        match (fence, marker) {
            (None, None) => Some((index + 1, line)),
            (None, Some(_)) => {
                fence = marker;
                None
            }
            (Some(open), _) => {
                if marker == Some(open) {
                    fence = None;
                }
                None
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn targets(text: &str) -> Vec<String> {
        links(text).into_iter().map(|link| link.target).collect()
    }

    #[test]
    fn links_images_and_references_are_found_with_their_lines() {
        let text = "# A\n[one](a.md), ![two](b.png \"title\") and [three](<c d.md>)\n\n[four]: e.md#f\n[^note]: not a link";
        assert_eq!(targets(text), ["a.md", "b.png", "c d.md", "e.md#f"]);
        assert_eq!(links(text).last().unwrap().line, 4);
    }

    #[test]
    fn code_holds_no_links() {
        let text = "`[a](b)` but [c](d)\n```md\n[e](f)\n```\n~~~\n```\n[g](h)\n~~~\na ` tick and [i](j)";
        assert_eq!(targets(text), ["d", "j"]);
    }

    #[test]
    fn anchors_are_those_of_github() {
        let text = "# The log, at the heart!\n## `cargo xtask` & co\n## [Linked](x.md) text\n## Água\n\
            ## Same\n## Same\n```\n# not one\n```\n<a id=\"by-hand\"></a>\n#no-space";
        assert_eq!(
            anchors(text),
            ["the-log-at-the-heart", "cargo-xtask--co", "linked-text", "água", "same", "same-1", "by-hand"]
        );
    }
}
