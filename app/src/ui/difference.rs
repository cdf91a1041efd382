//! What differs between two revisions, in words: field by field, of a list the items that came and went,
//! and of a text what changed, with a little of what stands around it.

use std::time::Duration;

use leptos::prelude::*;
use loggia_catalog::Names;
use loggia_model::{Difference, Urn};
use serde_json::Value;
use similar::{ChangeTag, TextDiff};

use super::links::href;

/// Fields told one by one.
const FIELDS: usize = 50;
/// Texts of no more characters are read faster whole than word by word.
const SHORT: usize = 80;
/// Characters kept on each side of what changed in a text.
const AROUND: usize = 60;
/// Characters of a text that came or went as a whole.
const LONGEST: usize = 400;
/// Texts of which less than this part stayed are told as one that went and one that came.
const ALIKE: f32 = 0.5;
const PATIENCE: Duration = Duration::from_millis(50);

/// A line a field; what was made anew is not told field by field.
pub fn told(names: &Names, differences: &[Difference]) -> AnyView {
    let leaves: Vec<Difference> = differences
        .iter()
        .flat_map(Difference::leaves)
        .filter(|difference| !difference.path.is_empty())
        .collect();
    let more = leaves.len().saturating_sub(FIELDS);
    let rows = leaves.iter().take(FIELDS).map(|difference| {
        let change = change(names, difference.before.as_ref(), difference.after.as_ref());
        view! { <div class="difference"><dt>{label(names, &difference.path)}</dt><dd>{change}</dd></div> }
    });
    let rows: Vec<_> = rows.collect();
    (!rows.is_empty())
        .then(|| {
            view! {
                <details open=true>
                    <summary>"What changed"</summary>
                    <dl class="differences">{rows}</dl>
                    {(more > 0).then(|| view! { <p class="quiet">"… and " {more} " more"</p> })}
                </details>
            }
        })
        .into_any()
}

/// `columns/opened_on/terms` is the `Terms of column opened_on`; what is filled into a form is called by that.
fn label(names: &Names, path: &[String]) -> String {
    let form = |form: &String| form.parse::<Urn>().map_or_else(|_| form.clone(), |urn| names.of(&urn));
    match path {
        [forms, of, key] if forms == "forms" => format!("{key} of {}", form(of)),
        [columns, column, forms, of, key] if columns == "columns" && forms == "forms" => {
            format!("{key} of {}, of column {column}", form(of))
        }
        path => title(path),
    }
}

fn title(path: &[String]) -> String {
    let words = |words: &[String]| {
        let words = words.join(", ").replace('_', " ");
        let mut letters = words.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
    };
    match path {
        [columns, column] if columns == "columns" => format!("Column {column}"),
        [columns, column, rest @ ..] if columns == "columns" => {
            let field: String = words(rest);
            format!("{field} of column {column}")
        }
        path => words(path),
    }
}

fn change(names: &Names, before: Option<&Value>, after: Option<&Value>) -> AnyView {
    match (before, after) {
        (Some(Value::String(before)), Some(Value::String(after)))
            if before.chars().count().max(after.chars().count()) > SHORT =>
        {
            text(before, after)
        }
        (before @ (None | Some(Value::Array(_))), after @ (None | Some(Value::Array(_)))) => {
            let (before, after) = (items(before), items(after));
            let gone = before.iter().filter(|item| !after.contains(item));
            let come = after.iter().filter(|item| !before.contains(item));
            let gone: Vec<_> = gone.map(|item| view! { <del>{value(names, item)}</del> " " }).collect();
            let come: Vec<_> = come.map(|item| view! { <ins>{value(names, item)}</ins> " " }).collect();
            let reordered = (gone.is_empty() && come.is_empty()).then_some("in another order");
            view! { {gone} {come} {reordered} }.into_any()
        }
        (before, after) => {
            let before = before.map(|before| view! { <del>{value(names, before)}</del> " " });
            let after = after.map(|after| view! { <ins>{value(names, after)}</ins> });
            view! { {before} {after} }.into_any()
        }
    }
}

fn items(list: Option<&Value>) -> &[Value] {
    list.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// What refers to an entity is told by its name.
fn value(names: &Names, value: &Value) -> AnyView {
    let Value::String(text) = value else { return cut(&value.to_string()).into_any() };
    match text.parse::<Urn>() {
        Ok(urn) => view! { <a href=href(&urn)>{names.of(&urn)}</a> }.into_any(),
        Err(_) => cut(text).into_any(),
    }
}

fn cut(text: &str) -> String {
    let mut cut: String = text.chars().take(LONGEST).collect();
    if cut.len() < text.len() {
        cut.push_str(" …");
    }
    cut
}

/// A text in which everything that stayed shows too.
pub fn whole_text(before: &str, after: &str) -> AnyView {
    let Some(runs) = runs(before, after) else {
        return view! { <del>{before.to_owned()}</del> "\n" <ins>{after.to_owned()}</ins> }.into_any();
    };
    let pieces: Vec<AnyView> = runs
        .into_iter()
        .map(|(tag, run)| match tag {
            ChangeTag::Equal => run.into_any(),
            ChangeTag::Delete => view! { <del>{run}</del> }.into_any(),
            ChangeTag::Insert => view! { <ins>{run}</ins> }.into_any(),
        })
        .collect();
    pieces.into_any()
}

fn text(before: &str, after: &str) -> AnyView {
    let Some(runs) = runs(before, after) else {
        return view! { <del>{cut(before)}</del> " " <ins>{cut(after)}</ins> }.into_any();
    };
    let last = runs.len().saturating_sub(1);
    let pieces: Vec<AnyView> = runs
        .into_iter()
        .enumerate()
        .map(|(place, (tag, run))| match tag {
            ChangeTag::Equal => around(&run, place == 0, place == last).into_any(),
            ChangeTag::Delete => view! { <del>{cut(&run)}</del> }.into_any(),
            ChangeTag::Insert => view! { <ins>{cut(&run)}</ins> }.into_any(),
        })
        .collect();
    pieces.into_any()
}

/// Runs of words that stayed, went or came, in order; `None` where the two have little in common.
fn runs(before: &str, after: &str) -> Option<Vec<(ChangeTag, String)>> {
    let diff = TextDiff::configure().timeout(PATIENCE).diff_words(before, after);
    if diff.ratio() < ALIKE {
        return None;
    }
    let mut runs: Vec<(ChangeTag, String)> = Vec::new();
    for change in diff.iter_all_changes() {
        match runs.last_mut().filter(|(tag, _)| *tag == change.tag()) {
            Some((_, run)) => run.push_str(change.value()),
            None => runs.push((change.tag(), change.value().to_owned())),
        }
    }
    Some(runs)
}

/// What stayed, as far as it stands beside a change.
fn around(run: &str, is_first: bool, is_last: bool) -> String {
    let letters: Vec<char> = run.chars().collect();
    let head: String = letters.iter().take(AROUND).collect();
    let tail: String = letters.iter().skip(letters.len().saturating_sub(AROUND)).collect();
    match (is_first, is_last) {
        (true, _) if letters.len() > AROUND => format!("… {tail}"),
        (_, true) if letters.len() > AROUND => format!("{head} …"),
        (false, false) if letters.len() > 2 * AROUND => format!("{head} … {tail}"),
        _ => run.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(before: &str, after: &str) -> String {
        let runs = runs(before, after).unwrap();
        let last = runs.len() - 1;
        let piece = |(place, (tag, run)): (usize, (ChangeTag, String))| match tag {
            ChangeTag::Equal => around(&run, place == 0, place == last),
            ChangeTag::Delete => format!("[-{run}]"),
            ChangeTag::Insert => format!("[+{run}]"),
        };
        runs.into_iter().enumerate().map(piece).collect()
    }

    #[test]
    fn one_sentence_at_the_end_of_a_long_text_is_what_one_sees() {
        let long = "Every customer of the pilot. ".repeat(100);
        let told = marked(&long, &format!("{long}Not yet for businesses."));
        assert!(told.starts_with("… ") && told.ends_with("pilot. [+Not yet for businesses.]"), "{told}");
        assert!(told.len() < 120, "{told}");
    }

    #[test]
    fn two_texts_with_little_in_common_are_not_picked_apart() {
        assert_eq!(runs("The ledger of all accounts.", "Who is about to leave, and why."), None);
    }

    #[test]
    fn one_word_in_the_middle_shows_with_what_stands_around_it() {
        assert_eq!(
            marked("paid by the bank each day", "paid by the branch each day"),
            "paid by the [-bank][+branch] each day"
        );
    }

    #[test]
    fn letters_of_every_script_are_cut_between_and_not_within() {
        let long = "ñandutí ".repeat(30);
        assert!(marked(&format!("{long}a"), &format!("{long}b")).starts_with("… "));
    }

    #[test]
    fn a_field_is_called_as_people_call_it() {
        let label = |path: &[&str]| super::title(&path.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(label(&["merged_into"]), "Merged into");
        assert_eq!(label(&["columns", "opened_on"]), "Column opened_on");
        assert_eq!(label(&["columns", "opened_on", "terms"]), "Terms of column opened_on");
    }
}
