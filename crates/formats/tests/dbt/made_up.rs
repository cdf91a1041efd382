//! What real projects do and our own does not, in manifests of a few lines.

use loggia_model::facts::{AssetType, CheckStatus, ColumnKey};
use serde_json::{Value, json};

use super::fixtures::{Project, asset, column, names, upstream};

fn model(name: &str, more: Value) -> Value {
    let mut node = json!({"database": "db", "schema": "public", "name": name, "alias": name});
    node.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    node
}

fn test_of(rule: &str, column: &str, more: Value) -> Value {
    let mut node = json!({"name": format!("{rule}_{column}"), "attached_node": "model.shop.orders",
        "test_metadata": {"name": rule, "kwargs": {"column_name": column}}, "column_name": column});
    node.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    node
}

#[test]
fn without_a_host_the_namespace_is_the_engine() {
    let project = Project::made_up(json!({"nodes": {"model.shop.orders": model("orders", json!({}))}}));
    assert_eq!(names(&project.read()), ["postgres db.public.orders"]);
}

#[test]
fn an_engine_without_databases_has_names_of_two_parts() {
    let node = json!({"database": null, "schema": "sales", "name": "orders", "alias": "orders_v2"});
    let project = Project::made_up(json!({"nodes": {"model.shop.orders": node}}));
    assert_eq!(names(&project.read()), ["postgres sales.orders_v2"]);
}

#[test]
fn before_v10_the_project_is_the_package_with_most_nodes() {
    let metadata = json!({"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v9.json"});
    let nodes = json!({"model.utils.a": model("a", json!({})), "model.shop.b": model("b", json!({})),
        "test.shop.c": {"name": "c"}});
    let project = Project::made_up(json!({"metadata": metadata, "nodes": nodes}));
    assert_eq!(project.try_read(None).unwrap().0.as_str(), "dbt:shop");
}

#[test]
fn snowflakes_capitals_find_their_documentation_and_tests() {
    let documented =
        json!({"columns": {"id": {"name": "id", "description": "The key."}, "gone": {"name": "gone"}}});
    let nodes = json!({"model.shop.orders": model("orders", documented),
        "test.shop.u": test_of("unique", "id", json!({})), "test.shop.n": test_of("not_null", "id", json!({}))});
    let project = Project::made_up(json!({"nodes": nodes})).with_catalog(json!({"model.shop.orders": {
        "metadata": {"type": "BASE TABLE", "comment": "From the engine."},
        "columns": {"AMOUNT": {"name": "AMOUNT", "type": "NUMBER", "index": 2},
                    "ID": {"name": "ID", "type": "NUMBER", "index": 1, "comment": "not this"}},
        "stats": {"row_count": {"value": 12.0, "include": true}, "bytes": {"value": 4096, "include": false},
                  "last_modified": {"value": "2026-03-01 14:05UTC", "include": true}}}}));
    let reading = project.read();
    let orders = asset(&reading, "db.public.orders");
    let order: Vec<&str> = orders.columns.keys().map(|path| path.as_str()).collect();
    assert_eq!(order, ["ID", "AMOUNT", "gone"]);
    let id = column(orders, "ID");
    assert_eq!((id.description.as_deref(), id.key), (Some("The key."), Some(ColumnKey::Unique)));
    assert_eq!(orders.checks[0].column.as_deref(), Some("ID"));
    assert_eq!(orders.description.as_deref(), Some("From the engine."));
    assert_eq!((orders.rows, orders.bytes), (Some(12), None));
    assert_eq!(orders.data_changed_at.map(|at| at.to_string()).as_deref(), Some("2026-03-01T14:05:00Z"));
}

#[test]
fn a_dot_nests_in_bigquery_and_nowhere_else() {
    let nodes =
        json!({"model.shop.orders": model("orders", json!({"columns": {"geo.lat": {"name": "geo.lat"}}}))});
    let postgres = Project::made_up(json!({"nodes": nodes})).read();
    assert_eq!(postgres.assets[0].1.columns.keys().next().unwrap().as_str(), "geo\\.lat");
    let metadata = json!({"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json",
        "project_name": "shop", "adapter_type": "bigquery"});
    let bigquery = Project::made_up(json!({"metadata": metadata, "nodes": nodes})).read();
    assert_eq!(bigquery.assets[0].1.columns.keys().next().unwrap().as_str(), "geo.lat");
}

#[test]
fn a_test_of_some_rows_only_proves_nothing() {
    let nodes = json!({"model.shop.orders": model("orders", json!({"columns": {"id": {"name": "id"}}})),
        "test.shop.n": test_of("not_null", "id", json!({"config": {"where": "day > '2026-01-01'"}}))});
    let reading = Project::made_up(json!({"nodes": nodes})).read();
    let orders = asset(&reading, "db.public.orders");
    assert_eq!((column(orders, "id").nullable, orders.checks.len()), (None, 1));
}

#[test]
fn columns_that_are_unique_together_are_not_unique_one_by_one() {
    let constraints =
        json!([{"type": "unique", "columns": ["a", "b"]}, {"type": "unique", "columns": ["c"]}]);
    let columns = json!({"a": {"name": "a"}, "b": {"name": "b"}, "c": {"name": "c"}});
    let node = model("orders", json!({"columns": columns, "constraints": constraints}));
    let reading = Project::made_up(json!({"nodes": {"model.shop.orders": node}})).read();
    let orders = asset(&reading, "db.public.orders");
    assert_eq!((column(orders, "a").key, column(orders, "c").key), (None, Some(ColumnKey::Unique)));
}

#[test]
fn a_column_that_dbt_quotes_is_found() {
    let columns = json!({"columns": {"Order Id": {"name": "Order Id", "quote": true}}});
    let nodes = json!({"model.shop.orders": model("orders", columns),
        "test.shop.n": test_of("not_null", "\"Order Id\"", json!({}))});
    let reading = Project::made_up(json!({"nodes": nodes})).read();
    assert_eq!(column(asset(&reading, "db.public.orders"), "Order Id").nullable, Some(false));
}

#[test]
fn a_test_of_one_of_two_tables_of_a_source_is_told_by_its_arguments() {
    let source = |name: &str| json!({"database": "db", "schema": "raw", "name": name, "identifier": name, "source_name": "erp"});
    let sources =
        json!({"source.shop.erp.orders": source("orders"), "source.shop.erp.items": source("items")});
    let test = json!({"name": "items_have_orders", "file_key_name": "sources.erp", "column_name": "order_id",
        "test_metadata": {"name": "relationships", "kwargs": {"model": "{{ get_where_subquery(source('erp', 'items')) }}"}},
        "depends_on": {"nodes": ["source.shop.erp.orders", "source.shop.erp.items"]}});
    let reading = Project::made_up(json!({"nodes": {"test.shop.t": test}, "sources": sources})).read();
    assert_eq!(asset(&reading, "db.raw.items").checks.len(), 1);
    assert_eq!(asset(&reading, "db.raw.orders").checks.len(), 0);
}

#[test]
fn a_source_that_is_a_packages_own_model_is_one_asset_and_not_made_from_itself() {
    let source = json!({"database": "db", "schema": "public", "name": "runs", "identifier": "runs",
        "description": "Said of the source.", "columns": {"a": {"name": "a"}}});
    let of_itself =
        json!({"depends_on": {"nodes": ["source.shop.own.runs"]}, "columns": {"b": {"name": "b"}}});
    let sections = json!({"nodes": {"model.shop.runs": model("runs", of_itself)}, "sources": {"source.shop.own.runs": source}});
    let reading = Project::made_up(sections).read();
    assert_eq!(reading.assets.len(), 1);
    let runs = asset(&reading, "db.public.runs");
    assert_eq!(runs.raw.as_ref().unwrap()["resource_type"], "model");
    assert_eq!(runs.description.as_deref(), Some("Said of the source."));
    assert_eq!((runs.columns.len(), runs.upstream.put.len()), (2, 0));
}

#[test]
fn a_singular_test_belongs_to_every_table_that_it_reads() {
    let reads = json!(["model.shop.a", "model.shop.b", "model.shop.b"]);
    let nodes = json!({"model.shop.a": model("a", json!({})), "model.shop.b": model("b", json!({})),
        "test.shop.t": {"name": "a_and_b_agree", "depends_on": {"nodes": reads, "macros": ["macro.shop.m"]}}});
    let reading = Project::made_up(json!({"nodes": nodes})).read();
    for table in ["db.public.a", "db.public.b"] {
        let checks = &asset(&reading, table).checks;
        assert_eq!(
            (checks.len(), checks[0].rule.as_str(), checks[0].status),
            (1, "singular", CheckStatus::Unknown)
        );
    }
}

#[test]
fn two_tests_of_one_name_are_two_checks() {
    let nodes = json!({"model.shop.orders": model("orders", json!({})),
        "test.shop.t.1": test_of("not_null", "id", json!({})), "test.shop.t.2": test_of("not_null", "id", json!({}))});
    let reading = Project::made_up(json!({"nodes": nodes})).read();
    let checks = &asset(&reading, "db.public.orders").checks;
    assert_eq!(
        checks.iter().map(|check| check.name.as_str()).collect::<Vec<_>>(),
        ["not_null_id", "not_null_id (2)"]
    );
}

#[test]
fn every_status_of_a_run_has_our_word() {
    for (status, ours) in [
        ("pass", CheckStatus::Pass),
        ("warn", CheckStatus::Warn),
        ("fail", CheckStatus::Fail),
        ("error", CheckStatus::Error),
        ("runtime error", CheckStatus::Error),
        ("skipped", CheckStatus::Skipped),
        // Of a query that compiled, not of a test that ran.
        ("success", CheckStatus::Unknown),
        ("something new", CheckStatus::Unknown),
    ] {
        let nodes = json!({"model.shop.orders": model("orders", json!({})),
            "test.shop.n": test_of("not_null", "id", json!({}))});
        let project = Project::made_up(json!({"nodes": nodes}))
            .with_results(json!([{"unique_id": "test.shop.n", "status": status, "timing": null}]));
        assert_eq!(asset(&project.read(), "db.public.orders").checks[0].status, ours, "{status}");
    }
}

#[test]
fn a_run_that_failed_has_changed_no_data() {
    let timing = json!([{"name": "compile", "completed_at": "2026-03-01T10:00:00Z"},
        {"name": "execute", "completed_at": "2026-03-01T10:00:09Z"}]);
    let changed = |status: &str| {
        let node = model("orders", json!({"config": {"materialized": "table"}}));
        let project = Project::made_up(json!({"nodes": {"model.shop.orders": node}}))
            .with_results(json!([{"unique_id": "model.shop.orders", "status": status, "timing": timing}]));
        asset(&project.read(), "db.public.orders").data_changed_at.map(|at| at.to_string())
    };
    assert_eq!(changed("success").as_deref(), Some("2026-03-01T10:00:09Z"));
    assert_eq!(changed("error"), None);
}

#[test]
fn an_exposure_of_a_metric_comes_from_the_metrics_tables() {
    let reading = Project::made_up(json!({
        "nodes": {"model.shop.orders": model("orders", json!({}))},
        "semantic_models": {"semantic_model.shop.orders": {"depends_on": {"nodes": ["model.shop.orders"]}}},
        "metrics": {"metric.shop.revenue": {"depends_on": {"nodes": ["semantic_model.shop.orders"]}}},
        "exposures": {"exposure.shop.board": {"name": "board", "type": "ml", "depends_on": {"nodes": ["metric.shop.revenue"]}}},
    }))
    .read();
    let board = asset(&reading, "exposure.board");
    assert_eq!(
        (board.asset_type, upstream(board)),
        (Some(AssetType::Model), vec!["db.public.orders".to_owned()])
    );
    assert_eq!(reading.assets.len(), 2);
}

#[test]
fn a_model_in_python_has_no_sql() {
    let node =
        model("orders", json!({"language": "python", "compiled_code": "def model(dbt, session): ..."}));
    let reading = Project::made_up(json!({"nodes": {"model.shop.orders": node}})).read();
    assert_eq!(asset(&reading, "db.public.orders").sql, None);
}

#[test]
fn nulls_and_single_texts_are_taken_where_lists_and_objects_should_be() {
    let node = model(
        "orders",
        json!({"columns": null, "meta": null, "config": null, "constraints": null,
        "depends_on": null, "tags": "finance", "description": null, "group": null}),
    );
    let reading =
        Project::made_up(json!({"nodes": {"model.shop.orders": node}, "sources": null, "groups": null}))
            .read();
    assert_eq!(reading.refused, []);
    let tags: Vec<&str> =
        asset(&reading, "db.public.orders").tags.put.iter().map(|tag| tag.as_str()).collect();
    assert_eq!(tags, ["finance"]);
}

#[test]
fn what_a_reader_need_not_know_of_the_configuration_is_left_out() {
    let config = json!({"materialized": "incremental", "unique_key": ["id"], "access": "protected", "strategy": null,
        "post-hook": [{"sql": "grant select to secret_role"}], "meta": {"owner": "Ana", "tier": 1}});
    let node = model("orders", json!({"config": config, "original_file_path": "models/orders.sql"}));
    let reading = Project::made_up(json!({"nodes": {"model.shop.orders": node}})).read();
    assert_eq!(
        asset(&reading, "db.public.orders").raw,
        Some(json!({
            "unique_id": "model.shop.orders", "resource_type": "model", "package_name": "shop",
            "original_file_path": "models/orders.sql", "materialized": "incremental", "meta": {"tier": 1},
            "config": {"unique_key": ["id"]},
        }))
    );
}
