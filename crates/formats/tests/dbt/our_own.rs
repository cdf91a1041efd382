//! The made-up bank of `tests/fixtures/dbt`, whole.

use loggia_formats::Reading;
use loggia_model::facts::{AssetType, CheckStatus, ColumnKey};
use serde_json::{Value, json};

use super::fixtures::{Project, asset, column, names, our_folder, upstream};

#[test]
fn the_whole_bank_reads_as_it_did() {
    let (source, reading) = Project::guarani().try_read(None).unwrap();
    let read =
        json!({"source": source, "assets": by_urn(&reading.assets), "people": by_urn(&reading.people)});
    let path = our_folder().join("expected.json");
    let written = serde_json::to_string_pretty(&read).unwrap() + "\n";
    if std::env::var_os("LOGGIA_BLESS").is_some() {
        std::fs::write(&path, &written).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap();
    assert!(written == expected, "{} is not what is read now; LOGGIA_BLESS=1 writes it anew", path.display());
    assert_eq!(reading.refused, []);
}

fn by_urn<T: serde::Serialize>(facts: &[(loggia_model::Urn, T)]) -> Value {
    facts.iter().map(|(urn, facts)| (urn.to_string(), json!(facts))).collect()
}

#[test]
fn a_second_reading_says_the_same_to_the_byte() {
    let text = |reading: &Reading| serde_json::to_string(&reading.assets).unwrap();
    assert_eq!(text(&Project::guarani().read()), text(&Project::guarani().read()));
}

#[test]
fn what_changes_when_dbt_is_only_run_for_the_docs_again_is_nothing() {
    let again = Project::guarani();
    let later = String::from_utf8(again.manifest.clone()).unwrap();
    let later = later
        .replace("\"generated_at\":\"20", "\"generated_at\":\"21")
        .replace("\"created_at\":1", "\"created_at\":2");
    assert_ne!(later.as_bytes(), again.manifest.as_slice());
    let again = Project { manifest: later.into_bytes(), ..again };
    assert_eq!(again.read(), Project::guarani().read());
}

#[test]
fn every_node_that_is_in_the_database_is_an_asset_and_nothing_else_is() {
    assert_eq!(
        names(&Project::guarani().read()),
        [
            "dbt://guarani exposure.arrears_board",
            "dbt://guarani exposure.churn_study",
            "duckdb://guarani.duckdb guarani.core.exchange_rates",
            "duckdb://guarani.duckdb guarani.core.mov_daily",
            "duckdb://guarani.duckdb guarani.main.arrears",
            "duckdb://guarani.duckdb guarani.main.daily_balance",
            "duckdb://guarani.duckdb guarani.main.stg_customers",
            "duckdb://guarani.duckdb guarani.main_history.customers_history",
            "duckdb://guarani.duckdb guarani.main_raw.branches",
            "duckdb://guarani.duckdb guarani.main_raw.customers",
            "duckdb://guarani.duckdb guarani.main_raw.loans",
        ]
    );
}

#[test]
fn lineage_runs_through_an_ephemeral_model() {
    let reading = Project::guarani().read();
    let arrears = asset(&reading, "guarani.main.arrears");
    assert_eq!(upstream(arrears), ["guarani.main.stg_customers", "guarani.main_raw.loans"]);
    let board = asset(&reading, "exposure.arrears_board");
    assert_eq!(upstream(board), ["guarani.main.arrears", "guarani.main_raw.loans"]);
}

#[test]
fn a_primary_key_comes_from_the_contract_and_columns_in_the_tables_order() {
    let reading = Project::guarani().read();
    let arrears = asset(&reading, "guarani.main.arrears");
    let order: Vec<&str> = arrears.columns.keys().map(|path| path.as_str()).collect();
    assert_eq!(order, ["loan_id", "customer_id", "segment", "principal", "days_late"]);
    let loan = column(arrears, "loan_id");
    assert_eq!((loan.key, loan.nullable), (Some(ColumnKey::Primary), Some(false)));
    assert_eq!(loan.data_type.as_deref(), Some("INTEGER"));
    assert_eq!(column(arrears, "principal").nullable, Some(false));
}

#[test]
fn a_test_that_has_failed_or_warned_proves_nothing_of_its_column() {
    let reading = Project::guarani().read();
    let arrears = asset(&reading, "guarani.main.arrears");
    let statuses: Vec<_> = arrears.checks.iter().map(|check| (check.rule.as_str(), check.status)).collect();
    assert_eq!(
        statuses,
        [
            ("unit_test", CheckStatus::Pass),
            ("not_null", CheckStatus::Warn),
            ("relationships", CheckStatus::Fail),
        ]
    );
    assert_eq!(column(arrears, "customer_id").key, None);
    assert_eq!(column(arrears, "segment").nullable, None);
    let customers = asset(&reading, "guarani.main_raw.customers");
    assert_eq!(column(customers, "customer_id").key, Some(ColumnKey::Unique));
    assert_eq!(column(customers, "branch_id").key, Some(ColumnKey::Foreign));
}

#[test]
fn a_failing_check_says_how_many_rows_and_when() {
    let reading = Project::guarani().read();
    let checks = &asset(&reading, "guarani.main.arrears").checks;
    let failed = checks.iter().find(|check| check.status == CheckStatus::Fail).unwrap();
    assert_eq!(failed.failures, Some(1));
    assert_eq!(failed.column.as_deref(), Some("customer_id"));
    assert_eq!(failed.message.as_deref(), Some("Got 1 result, configured to fail if != 0"));
    assert!(failed.at.is_some());
}

#[test]
fn documentation_in_capitals_finds_the_column_in_small_letters() {
    let reading = Project::guarani().read();
    let customers = asset(&reading, "guarani.main.stg_customers");
    assert_eq!(column(customers, "customer_id").description.as_deref(), Some("As the seed has it."));
    assert_eq!(customers.columns.len(), 4);
    assert_eq!(customers.description, None);
    assert_eq!((customers.asset_type, customers.data_changed_at), (Some(AssetType::View), None));
}

#[test]
fn a_source_has_its_freshness_and_the_time_of_its_data() {
    let reading = Project::guarani().read();
    let movements = asset(&reading, "guarani.core.mov_daily");
    assert_eq!(movements.freshness.as_ref().map(|freshness| freshness.status), Some(CheckStatus::Warn));
    assert_eq!(movements.data_changed_at.map(|at| at.to_string()).as_deref(), Some("2026-03-03T02:15:00Z"));
    assert_eq!(movements.checks.len(), 3);
}

#[test]
fn owners_come_from_meta_groups_and_exposures() {
    let reading = Project::guarani().read();
    let owners = |name: &str| -> Vec<String> {
        asset(&reading, name).owners.iter().flatten().map(|urn| urn.rest().to_owned()).collect()
    };
    assert_eq!(owners("guarani.main.arrears"), ["beto-nunez", "credit-risk"]);
    assert_eq!(owners("guarani.core.mov_daily"), ["ana-benitez", "core-banking-team"]);
    assert_eq!(owners("exposure.arrears_board"), ["carla-rios"]);
    assert_eq!(owners("guarani.main_raw.branches"), ["operations"]);
}

#[test]
fn an_owners_name_and_address_stand_with_the_person_alone() {
    let reading = Project::guarani().read();
    let assets = serde_json::to_string(&reading.assets).unwrap();
    assert!(!assets.contains("beto.nunez@") && !assets.contains("carla.rios@"));
    let people = serde_json::to_string(&reading.people).unwrap();
    assert!(people.contains("Beto Núñez") && people.contains("carla.rios@guarani.example"));
}

#[test]
fn a_namespace_that_is_given_names_every_table_and_no_exposure() {
    let (_, reading) = Project::guarani().try_read(Some("duckdb:///data/guarani.duckdb")).unwrap();
    let of_tables = reading.assets.iter().filter(|(_, facts)| facts.platform.is_some());
    assert!(of_tables.clone().all(|(urn, _)| urn.rest().starts_with("duckdb:///data/guarani.duckdb;")));
    assert_eq!(of_tables.count(), 9);
    let error = Project::guarani().try_read(Some(" ")).unwrap_err().to_string();
    assert!(error.starts_with("the namespace for the tables cannot be used"), "{error}");
}
