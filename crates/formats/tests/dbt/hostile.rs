//! What is not as it should be: it is named, with its place, and spoils as little as possible.

use serde_json::json;

use super::fixtures::{Project, asset, names, our_own};

fn of_manifest(text: &str) -> String {
    Project { manifest: text.as_bytes().to_vec(), ..Project::default() }.error()
}

#[test]
fn another_artifact_in_the_manifests_place_is_called_by_its_name() {
    let project = Project { manifest: our_own("run_results"), ..Project::default() };
    assert_eq!(
        project.error(),
        "manifest.json: line 1 column 35: this is a dbt run_results file, not a manifest"
    );
    let project = Project { run_results: Some(our_own("manifest")), ..Project::guarani() };
    assert_eq!(
        project.error(),
        "run_results.json: line 1 column 35: this is a dbt manifest, not a run_results file"
    );
}

#[test]
fn a_version_that_is_not_read_is_told_with_those_that_are() {
    let version =
        |version: &str| of_manifest(&json!({"metadata": {"dbt_schema_version": version}}).to_string());
    let at = "manifest.json: line 1 column 35:";
    assert_eq!(
        version("https://schemas.getdbt.com/dbt/manifest/v3.json"),
        format!("{at} manifest schema v3 is older than v5, the oldest that can be read")
    );
    assert_eq!(
        version("https://schemas.getdbt.com/dbt/manifest/v20.json"),
        format!("{at} manifest schema v20 is newer than v12, the newest that can be read")
    );
    assert!(version("twelve").contains("does not end in a kind and a version such as manifest/v12.json"));
}

#[test]
fn what_is_no_artifact_of_dbt_is_refused_at_its_place() {
    for (text, error) in [
        ("{}", "line 1 column 1: there is no metadata.dbt_schema_version"),
        ("{\n\"metadata\": {}}", "line 2 column 13: there is no metadata.dbt_schema_version"),
        (
            "{\"metadata\": {\"dbt_schema_version\": 12}}",
            "column 37: invalid type: integer `12`, expected a string",
        ),
        ("[1]", "line 1 column 1: this is a list, and should be an object"),
        ("nodes:\n  - a", "line 1 column 2: this is not JSON: expected ident"),
        ("{\"metadata\": {},}", "line 1 column 17: this is not JSON: trailing comma"),
        ("", "line 1 column 1: the text ends too early"),
    ] {
        let found = of_manifest(text);
        assert!(found.contains(error), "{text}: {found}");
    }
}

#[test]
fn a_file_that_was_cut_off_anywhere_is_an_error_and_no_panic() {
    let whole = our_own("manifest");
    for end in (0..whole.len() - 1).step_by(997) {
        let project = Project { manifest: whole[..end].to_vec(), ..Project::default() };
        let error = project.error();
        assert!(error.contains("too early") || error.contains("UTF-8"), "{end}: {error}");
    }
}

#[test]
fn a_number_where_text_should_be_costs_that_node_alone() {
    let good = json!({"database": "db", "schema": "s", "alias": "good"});
    let bad = json!({"database": "db", "schema": "s", "alias": "bad", "columns": {"id": {"description": 5}}});
    let reading = Project::made_up(json!({"nodes": {"model.shop.bad": bad, "model.shop.good": good}})).read();
    assert_eq!(names(&reading), ["postgres db.s.good"]);
    assert_eq!(reading.refused.len(), 1);
    let refused = &reading.refused[0];
    assert_eq!(refused.what, "model.shop.bad");
    assert!(refused.why.starts_with("manifest.json: line 1 column "), "{}", refused.why);
    let ends = "columns.id.description: invalid type: integer `5`, expected a string";
    assert!(refused.why.ends_with(ends), "{}", refused.why);
}

#[test]
fn a_node_without_any_name_is_refused() {
    let reading =
        Project::made_up(json!({"nodes": {"model.shop.x": {"database": "db", "schema": "s"}}})).read();
    assert_eq!((reading.assets.len(), reading.refused[0].what.as_str()), (0, "model.shop.x"));
    assert_eq!(reading.refused[0].why, "it has neither an alias nor an identifier nor a name");
}

#[test]
fn a_bad_tag_column_or_link_costs_only_itself() {
    let node = json!({"database": "db", "schema": "s", "alias": "a", "tags": ["ok", "a,b"], "columns": {"": {}, "id": {}}});
    let exposure = json!({"name": "e", "url": "javascript:alert(1)"});
    let sections = json!({"nodes": {"model.shop.a": node}, "exposures": {"exposure.shop.e": exposure}});
    let reading = Project::made_up(sections).read();
    let what: Vec<&str> = reading.refused.iter().map(|refused| refused.what.as_str()).collect();
    assert_eq!(what, ["column '' of model.shop.a", "model.shop.a", "url of exposure.shop.e"]);
    assert_eq!((asset(&reading, "db.s.a").tags.put.len(), asset(&reading, "db.s.a").columns.len()), (1, 1));
    assert_eq!(asset(&reading, "exposure.e").link, None);
}

#[test]
fn a_bad_result_or_catalog_entry_is_refused_and_the_asset_stays() {
    let project =
        Project::made_up(json!({"nodes": {"model.shop.a": {"database": "db", "schema": "s", "alias": "a"}}}))
            .with_catalog(json!({"model.shop.a": {"columns": []}}))
            .with_results(json!([{"unique_id": "model.shop.a", "status": 1}, 7]));
    let reading = project.read();
    assert_eq!(names(&reading), ["postgres db.s.a"]);
    let what: Vec<&str> = reading.refused.iter().map(|refused| refused.what.as_str()).collect();
    assert_eq!(what, ["model.shop.a", "model.shop.a", "result 2 of run_results.json"]);
}

#[test]
fn ten_megabytes_of_nested_arrays_do_not_overflow_the_stack() {
    const DEPTH: usize = 5_000_000;
    let nest = format!("{}{}", "[".repeat(DEPTH), "]".repeat(DEPTH));
    assert!(of_manifest(&nest).contains("this is a list, and should be an object"));
    assert!(of_manifest(&nest[..DEPTH]).contains("this is a list, and should be an object"));
    let whole = String::from_utf8(Project::made_up(json!({})).manifest).unwrap();
    let with = |section: &str| whole.replacen('{', &format!("{{{section},"), 1);
    let manifest = with(&format!("\"nodes\": {{\"model.shop.deep\": {{\"meta\": {{\"a\": {nest}}}}}}}"));
    let reading = Project { manifest: manifest.into_bytes(), ..Project::default() }.read();
    assert_eq!((reading.assets.len(), reading.refused[0].what.as_str()), (0, "model.shop.deep"));
    assert!(
        reading.refused[0].why.ends_with("this is nested deeper than 128 levels"),
        "{}",
        reading.refused[0].why
    );
    let manifest = with(&format!("\"macros\": {nest}"));
    assert_eq!(Project { manifest: manifest.into_bytes(), ..Project::default() }.read().refused, []);
}

#[test]
fn ephemeral_models_in_a_ring_end() {
    let ephemeral = |on: &str| json!({"name": on, "config": {"materialized": "ephemeral"}, "depends_on": {"nodes": [on]}});
    let nodes = json!({"model.shop.a": ephemeral("model.shop.b"), "model.shop.b": ephemeral("model.shop.a"),
        "model.shop.c": {"alias": "c", "depends_on": {"nodes": ["model.shop.a", "model.shop.nowhere"]}}});
    let reading = Project::made_up(json!({"nodes": nodes})).read();
    assert_eq!(names(&reading), ["postgres c"]);
    assert_eq!(asset(&reading, "c").upstream.put.len(), 0);
}
