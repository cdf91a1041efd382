//! Artifacts that others have made, of many versions of dbt: see SOURCES.md in the shared folder.

use loggia_model::facts::{AssetType, CheckStatus};

use super::fixtures::{Project, asset, column, names, shared, upstream};

#[test]
fn every_version_of_the_manifest_is_read_and_nothing_in_it_refused() {
    for (file, project, assets, checks) in [
        ("manifest.v5", "dbt:jaffle_shop", 30, 20),
        ("manifest.v8", "dbt:jaffle_shop", 8, 20),
        ("manifest.v10", "dbt:jaffle_shop", 9, 20),
        ("manifest.v12.dbt1.9", "dbt:jaffle_shop", 39, 20),
        ("manifest.dbt1.12", "dbt:jaffle_shop", 8, 20),
    ] {
        let Some(manifest) = shared(&format!("dbt/{file}.json.gz")) else { continue };
        let (source, reading) = Project { manifest, ..Project::default() }.try_read(None).unwrap();
        let found: usize = reading.assets.iter().map(|(_, facts)| facts.checks.len()).sum();
        assert_eq!((source.as_str(), reading.assets.len(), found), (project, assets, checks), "{file}");
        assert_eq!(reading.refused, [], "{file}");
    }
}

#[test]
fn the_oldest_manifest_has_its_tests_lineage_and_sql_too() {
    let Some(manifest) = shared("dbt/manifest.v5.json.gz") else { return };
    let reading = Project { manifest, ..Project::default() }.read();
    let orders = asset(&reading, "your-gcp-project.jaffle_shop.fct_orders");
    assert_eq!(
        upstream(orders),
        ["your-gcp-project.jaffle_shop.order_payments", "your-gcp-project.jaffle_shop.stg_orders",]
    );
    assert!(
        orders.sql.as_ref().is_some_and(|sql| sql.contains("`your-gcp-project`.`jaffle_shop`.`stg_orders`"))
    );
    // The test has two nodes in depends_on and no attached_node: it is of the orders, not of the customers.
    assert!(orders.checks.iter().any(|check| check.rule == "relationships"));
    let customers = asset(&reading, "your-gcp-project.jaffle_shop.dim_customers");
    assert!(customers.checks.iter().all(|check| check.rule != "relationships"));
}

#[test]
fn bigquerys_counts_are_read_from_the_catalog() {
    let (Some(manifest), Some(catalog)) =
        (shared("dbt/manifest.v12.dbt1.9.json.gz"), shared("dbt/catalog.v1.json.gz"))
    else {
        return;
    };
    let reading = Project { manifest, catalog: Some(catalog), ..Project::default() }.read();
    let customers = asset(&reading, "your-project.jaffle_shop.customers");
    assert_eq!((customers.rows, customers.bytes), (Some(100), Some(3970)));
    assert_eq!(column(customers, "customer_id").data_type.as_deref(), Some("INT64"));
    assert!(names(&reading).contains(&"bigquery your-project.jaffle_shop.customers".to_owned()));
    assert_eq!(reading.refused, []);
}

#[test]
fn results_of_several_versions_find_the_tests() {
    for (manifest, results, passed, built) in [
        // Of another project than the manifest, with some models and tests of the same names.
        ("manifest.v5", "run_results.v4", 8, 3),
        ("manifest.v12.dbt1.9", "run_results.v6", 20, 22),
    ] {
        let (Some(manifest), Some(run_results)) =
            (shared(&format!("dbt/{manifest}.json.gz")), shared(&format!("dbt/{results}.json.gz")))
        else {
            continue;
        };
        let reading = Project { manifest, run_results: Some(run_results), ..Project::default() }.read();
        let checks = reading.assets.iter().flat_map(|(_, facts)| &facts.checks);
        assert_eq!(checks.filter(|check| check.status == CheckStatus::Pass).count(), passed, "{results}");
        let changed = reading.assets.iter().filter(|(_, facts)| facts.data_changed_at.is_some());
        assert_eq!(changed.count(), built, "{results}");
        assert_eq!(reading.refused, [], "{results}");
    }
}

#[test]
fn results_of_dbt_docs_generate_are_refused_for_they_are_of_no_run() {
    let (Some(manifest), Some(run_results)) =
        (shared("dbt/manifest.dbt1.12.json.gz"), shared("dbt/run_results.dbt1.12.json.gz"))
    else {
        return;
    };
    let reading = Project { manifest, run_results: Some(run_results), ..Project::default() }.read();
    assert!(reading.assets.iter().all(|(_, facts)| facts.data_changed_at.is_none()));
    let checks = reading.assets.iter().flat_map(|(_, facts)| &facts.checks);
    assert!(checks.into_iter().all(|check| check.status == CheckStatus::Unknown));
    let why = "this is from a dbt 'generate', which runs nothing; that of dbt build or dbt test is wanted";
    assert_eq!(
        (reading.refused[0].what.as_str(), reading.refused[0].why.as_str()),
        ("run_results.json", why)
    );
}

#[test]
fn lineage_events_of_dbt_ol_speak_of_the_same_tables() {
    let (Some(manifest), Some(events)) =
        (shared("dbt/manifest.dbt1.12.json.gz"), shared("captured/dbt-ol_1.54_seed_run_test.jsonl.gz"))
    else {
        return;
    };
    let ours = names(&Project { manifest, ..Project::default() }.read());
    let events = String::from_utf8(events).unwrap();
    let mut sent = 0;
    for line in events.lines() {
        let event: serde_json::Value = serde_json::from_str(line).unwrap();
        let datasets =
            ["inputs", "outputs"].map(|side| event["b"][side].as_array().unwrap().clone()).concat();
        for dataset in datasets {
            let name =
                format!("{} {}", dataset["namespace"].as_str().unwrap(), dataset["name"].as_str().unwrap());
            assert!(ours.contains(&name), "{name} is not among {ours:?}");
            sent += 1;
        }
    }
    assert!(sent > 20);
}

#[test]
fn seeds_are_tables_and_views_are_views() {
    let Some(manifest) = shared("dbt/manifest.dbt1.12.json.gz") else { return };
    let reading = Project { manifest, ..Project::default() }.read();
    let type_of = |name: &str| asset(&reading, name).asset_type;
    assert_eq!(type_of("jaffle_shop.main.raw_orders"), Some(AssetType::Table));
    assert_eq!(type_of("jaffle_shop.main.stg_orders"), Some(AssetType::View));
}
