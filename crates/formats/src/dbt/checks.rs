//! Tests, with their last results, by the node that they test; and what they promise of its columns.

use std::collections::{BTreeMap, BTreeSet};

use loggia_model::facts::{Check, CheckStatus};

use super::columns::Promises;
use super::manifest::{Manifest, Relation, Test, resource_type, said};
use super::results::RunResults;

/// What the tests say of one node.
#[derive(Debug, Default)]
pub struct Tested {
    pub checks: Vec<Check>,
    /// By the column's name in lower case.
    pub promises: BTreeMap<String, Promises>,
}

/// By the `unique_id` of the node. Tests of what is not in the manifest are nobody's and left out.
pub fn tested<'a>(manifest: &'a Manifest, results: &RunResults) -> BTreeMap<&'a str, Tested> {
    let mut by_node: BTreeMap<&str, Tested> = BTreeMap::new();
    for (id, test) in &manifest.tests {
        let check = check(id, test, results);
        for node in nodes(test, manifest) {
            let tested = by_node.entry(node).or_default();
            if let Some(column) = &check.column {
                promise(tested.promises.entry(column.to_lowercase()).or_default(), test, &check);
            }
            tested.checks.push(check.clone());
        }
    }
    by_node.values_mut().for_each(|tested| name_apart(&mut tested.checks));
    by_node
}

fn check(id: &str, test: &Test, results: &RunResults) -> Check {
    let result = results.get(id);
    Check {
        name: said(test.name.as_deref()).unwrap_or(id).to_owned(),
        rule: rule(id, test).to_owned(),
        column: column(test).map(str::to_owned),
        status: result.map_or(CheckStatus::Unknown, |result| result.status),
        message: result.and_then(|result| result.message.clone()),
        failures: result.and_then(|result| result.failures),
        at: result.and_then(|result| result.at),
    }
}

fn rule<'a>(id: &str, test: &'a Test) -> &'a str {
    let generic = test.test_metadata.as_ref().and_then(|metadata| said(metadata.name.as_deref()));
    let plain = if resource_type(id) == "unit_test" { "unit_test" } else { "singular" };
    generic.unwrap_or(plain)
}

/// Without the quotes that dbt puts around a column that is documented with `quote: true`.
fn column(test: &Test) -> Option<&str> {
    let in_arguments = || test.test_metadata.as_ref()?.kwargs.get("column_name")?.as_str();
    let written = said(test.column_name.as_deref()).or_else(in_arguments)?;
    said(Some(written.trim_matches(['"', '`', '[', ']'])))
}

/// The nodes that a test belongs to. A generic test tests one, and only says which since v9; before that,
/// and for sources, it is told from its arguments or from the YAML that it stands in. A singular test
/// belongs to every node that it reads.
fn nodes<'a>(test: &'a Test, manifest: &Manifest) -> Vec<&'a str> {
    if let Some(node) = &test.attached_node {
        return vec![node];
    }
    let read: BTreeSet<&str> = test.depends_on.nodes.iter().map(String::as_str).collect();
    let read: Vec<(&str, &Relation)> =
        read.into_iter().filter_map(|id| Some((id, manifest.relations.get(id)?))).collect();
    let model = test.test_metadata.as_ref().and_then(|metadata| metadata.kwargs.get("model")?.as_str());
    let in_arguments = |relation: &Relation| {
        let name = relation.name.as_deref().unwrap_or_default();
        model.is_some_and(|model| {
            model.contains(&format!("'{name}'")) || model.contains(&format!("\"{name}\""))
        })
    };
    let key = test.file_key_name.as_deref().and_then(|key| key.split_once('.')).map(|(_, name)| name);
    let in_file = |relation: &Relation| {
        key.is_some() && (key == relation.name.as_deref() || key == relation.source_name.as_deref())
    };
    let only = |fits: &dyn Fn(&Relation) -> bool| -> Vec<&'a str> {
        read.iter().filter(|(_, relation)| fits(relation)).map(|(id, _)| *id).collect()
    };
    let candidates = [only(&in_arguments), only(&in_file)];
    candidates.into_iter().find(|ids| !ids.is_empty()).unwrap_or_else(|| only(&|_| true))
}

fn promise(promises: &mut Promises, test: &Test, check: &Check) {
    let broken = matches!(check.status, CheckStatus::Fail | CheckStatus::Warn);
    if broken || test.config.only.is_some() {
        return;
    }
    match check.rule.as_str() {
        "not_null" => promises.not_null = true,
        "unique" => promises.unique_test = true,
        "relationships" => promises.foreign = true,
        _ => {}
    }
}

/// Two checks of one asset must not have one name, or one would hide the other: the second and later get a
/// number. The order is that of the tests' ids, which do not change.
fn name_apart(checks: &mut [Check]) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for check in checks {
        let times = seen.entry(check.name.clone()).or_default();
        *times += 1;
        if *times > 1 {
            check.name = format!("{} ({times})", check.name);
        }
    }
}
