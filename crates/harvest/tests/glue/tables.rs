//! What is read of tables and views.

use std::collections::HashMap;

use loggia_catalog::harvest::Harvested;
use loggia_connect::glue::Pages;
use loggia_harvest::glue::{self, Wanted};
use loggia_model::facts::{AssetFacts, AssetType, ColumnKey};
use loggia_testkit::{Outcome, TestCatalog, There, nightly};
use serde_json::{Value, json};

use super::server::{Act, Between, Region};

fn transactions() -> Value {
    json!({
        "Name": "transactions",
        "Description": "Every payment.",
        "Owner": "hadoop",
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {
            "classification": "parquet", "recordCount": "1200", "sizeKey": "4096", "objectCount": "7",
            "jdbc.password": "s3cret", "numRows": "-1"
        },
        "PartitionKeys": [{ "Name": "dt", "Type": "date", "Comment": "The day of booking." }],
        "StorageDescriptor": {
            "Location": "s3://bank/core/transactions/",
            "InputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
            "SerdeInfo": { "SerializationLibrary": "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe" },
            "Columns": [
                { "Name": "id", "Type": "bigint", "Comment": "Of the core system." },
                { "Name": "amount", "Type": "decimal(12,2)", "Comment": "  " },
                { "Name": "place", "Type": "struct<city:string,tags:array<string>>", "Comment": "Where." },
            ],
        },
    })
}

fn plain(name: &str) -> Value {
    json!({ "Name": name, "StorageDescriptor": { "Columns": [{ "Name": "id", "Type": "int" }] } })
}

async fn bank(region: &'static str) -> Outcome<Region> {
    let region = Region::fresh(region).await?;
    region.database("core").await?;
    region.table("core", transactions()).await?;
    region.partitions("core", "transactions", &["2026-01-01", "2026-01-02", "2026-01-03"]).await?;
    Ok(region)
}

fn by_urn(harvested: &Harvested) -> HashMap<&str, &AssetFacts> {
    harvested.assets.iter().map(|(urn, facts)| (urn.as_str(), facts)).collect()
}

#[tokio::test]
async fn a_table_is_read_with_its_columns_comments_partitions_and_parameters() -> Outcome {
    let region = bank("us-east-1").await?;

    let harvested = glue::read(&region.wanted()).await?;

    assert_eq!(harvested.source.as_str(), "glue:us-east-1/123456789012");
    assert!(harvested.refused.is_empty(), "{:?}", harvested.refused);
    let all = by_urn(&harvested);
    let facts = all.get(region.urn("core", "transactions").as_str()).there()?;
    assert_eq!(facts.asset_type, Some(AssetType::Table));
    assert_eq!(
        (facts.platform.as_deref(), facts.description.as_deref()),
        (Some("glue"), Some("Every payment."))
    );
    assert_eq!(
        (facts.rows, facts.bytes, facts.files, facts.partitions),
        (Some(1200), Some(4096), Some(7), Some(3))
    );
    assert_eq!((facts.data_changed_at, &facts.owners), (None, &None), "nobody says so of the data");
    let columns: Vec<_> = facts
        .columns
        .iter()
        .map(|(path, column)| {
            (
                path.as_str(),
                column.data_type.as_deref().unwrap_or("?"),
                column.key,
                column.description.as_deref(),
            )
        })
        .collect();
    assert_eq!(
        columns,
        [
            ("id", "bigint", None, Some("Of the core system.")),
            ("amount", "decimal(12,2)", None, None),
            ("place", "struct", None, Some("Where.")),
            ("place.city", "string", None, None),
            ("place.tags", "array<string>", None, None),
            ("place.tags.[]", "string", None, None),
            ("dt", "date", Some(ColumnKey::Partition), Some("The day of booking.")),
        ]
    );
    let raw = facts.raw.as_ref().there()?;
    assert_eq!(
        (&raw["classification"], &raw["format"], &raw["owner"]),
        (&json!("parquet"), &json!("parquet"), &json!("hadoop"))
    );
    assert_eq!(raw["location"], "s3://bank/core/transactions/");
    assert_eq!(
        (&raw["database_description"], &raw["kind"]),
        (&json!("Of the bank."), &json!("EXTERNAL_TABLE"))
    );
    assert_eq!(raw["parameters"]["recordCount"], "1200");
    assert!(raw["parameters"].get("jdbc.password").is_none(), "{raw}");
    Ok(())
}

#[tokio::test]
async fn views_tell_their_query_whoever_made_them() -> Outcome {
    let region = Region::fresh("us-east-2").await?;
    region.database("core").await?;
    // {"originalSql":"SELECT id FROM core.accounts","catalog":"awsdatacatalog"}
    let of_athena = "/* Presto View: eyJvcmlnaW5hbFNxbCI6IlNFTEVDVCBpZCBGUk9NIGNvcmUuYWNjb3VudHMiLCJjYXRhbG9nIjoiYXdzZGF0YWNhdGFsb2cifQ== */";
    for (name, original, expanded) in [
        ("of_athena", of_athena, "/* Presto View */"),
        ("of_hive", "select id from accounts", "SELECT `accounts`.`id` FROM `core`.`accounts`"),
        ("of_nobody", "/* Presto View: c3 */", "/* Presto View */"),
    ] {
        let view = json!({
            "Name": name, "TableType": "VIRTUAL_VIEW", "ViewOriginalText": original, "ViewExpandedText": expanded,
            "StorageDescriptor": { "Columns": [{ "Name": "id", "Type": "int" }] },
        });
        region.table("core", view).await?;
    }

    let harvested = glue::read(&region.wanted()).await?;

    let told: Vec<_> =
        harvested.assets.iter().map(|(_, facts)| (facts.asset_type, facts.sql.as_deref())).collect();
    let view = Some(AssetType::View);
    assert_eq!(
        told,
        [
            (view, Some("SELECT id FROM core.accounts")),
            (view, Some("SELECT `accounts`.`id` FROM `core`.`accounts`")),
            (view, None)
        ]
    );
    Ok(())
}

#[tokio::test]
async fn iceberg_tables_and_links_say_what_they_are() -> Outcome {
    let region = Region::fresh("us-west-1").await?;
    region.database("core").await?;
    let mut iceberg = plain("events");
    iceberg["Parameters"] =
        json!({ "table_type": "ICEBERG", "metadata_location": "s3://bank/events/1.json" });
    region.table("core", iceberg).await?;
    let target = json!({ "CatalogId": "999999999999", "DatabaseName": "theirs", "Name": "rates" });
    region.table("core", json!({ "Name": "rates", "TargetTable": target })).await?;

    let harvested = glue::read(&region.wanted()).await?;

    let all = by_urn(&harvested);
    let events = all.get(region.urn("core", "events").as_str()).there()?;
    assert_eq!(events.raw.as_ref().there()?["format"], "iceberg");
    let rates = all.get(region.urn("core", "rates").as_str()).there()?;
    let from: Vec<&str> = rates.upstream.put.iter().map(|urn| urn.as_str()).collect();
    assert_eq!(from, ["urn:loggia:asset:arn:aws:glue:us-west-1:999999999999;table/theirs/rates"]);
    Ok(())
}

#[tokio::test]
async fn more_tables_databases_and_partitions_than_a_page_holds_are_all_read() -> Outcome {
    let region = bank("us-west-2").await?;
    for database in ["a", "b", "z"] {
        region.database(database).await?;
    }
    for number in 0..7 {
        region.table("z", plain(&format!("t{number}"))).await?;
    }
    let paging = Between::new(&region, |_, _| Act::Paged(usize::MAX)).await?;
    let pages = Pages { tables: 3, partitions: 2 };

    let harvested = glue::read(&Wanted { pages, ..region.wanted_at(&paging.address) }).await?;

    assert_eq!(harvested.assets.len(), 8);
    assert_eq!(harvested.assets, glue::read(&region.wanted()).await?.assets, "as without pages");
    let all = by_urn(&harvested);
    assert_eq!(all.get(region.urn("core", "transactions").as_str()).there()?.partitions, Some(3));
    let asked = ["GetDatabases", "GetTables", "GetPartitions"].map(|action| paging.asked(action));
    assert_eq!(asked, [2, 1 + 1 + 1 + 3, 2]);
    Ok(())
}

#[tokio::test]
async fn partitions_are_not_counted_where_nobody_wants_it() -> Outcome {
    let region = bank("ca-central-1").await?;
    let between = Between::new(&region, |_, _| Act::Pass).await?;
    let wanted = Wanted { count_partitions: false, ..region.wanted_at(&between.address) };

    let harvested = glue::read(&wanted).await?;

    assert_eq!(harvested.assets.first().there()?.1.partitions, None);
    assert_eq!(between.asked("GetPartitions"), 0);
    Ok(())
}

#[tokio::test]
async fn only_the_databases_that_are_asked_for_and_as_a_source_of_their_own() -> Outcome {
    let region = bank("eu-west-1").await?;
    region.database("créditos").await?;
    region.table("créditos", plain("préstamos_日本")).await?;
    let wanted = Wanted {
        databases: vec!["créditos".to_owned(), "créditos".to_owned()],
        namespace: Some("glue://bank".to_owned()),
        ..region.wanted()
    };

    let harvested = glue::read(&wanted).await?;

    assert_eq!(harvested.source.as_str(), "glue:eu-west-1/123456789012/créditos");
    let names: Vec<_> = harvested.assets.iter().filter_map(|(urn, _)| urn.dataset()).collect();
    assert_eq!(
        names.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["glue://bank table/créditos/préstamos_日本"]
    );

    let wrong = Wanted { databases: vec!["creditos".to_owned()], ..region.wanted() };
    let refused = glue::read(&wrong).await.err().there()?.to_string();
    assert!(refused.contains("does not have the database 'creditos'"), "{refused}");
    Ok(())
}

#[tokio::test]
async fn a_second_harvest_writes_nothing_and_a_dropped_table_is_missing() -> Outcome {
    let region = bank("eu-west-2").await?;
    region.table("core", plain("accounts")).await?;
    let catalog = TestCatalog::open().await?;
    let run =
        async || catalog.harvest(&nightly(), glue::read(&region.wanted()).await.unwrap(), |_, _| {}).await;

    let first = run().await?;
    assert_eq!((first.added, first.unchanged), (2, 0));
    let written = catalog.log_length().await?;
    let second = run().await?;
    assert_eq!((second.added, second.changed, second.unchanged, second.missing), (0, 0, 2, 0));
    assert_eq!(catalog.log_length().await?, written);

    region.drop_table("core", "accounts").await?;
    let third = run().await?;
    assert_eq!((third.unchanged, third.missing), (1, 1));
    let accounts = catalog.seen(&region.urn("core", "accounts").parse()?).await?;
    assert!(accounts.missing_since.is_some());
    Ok(())
}

#[tokio::test]
async fn a_table_that_cannot_be_taken_does_not_spoil_the_others() -> Outcome {
    let region = Region::fresh("eu-west-3").await?;
    region.database("core").await?;
    let twice = json!([{ "Name": "id", "Type": "int" }, { "Name": "id", "Type": "string" }]);
    let page = json!({ "TableList": [
        plain("good"),
        { "Name": "twice", "StorageDescriptor": { "Columns": twice } },
        { "Name": "odd", "PartitionKeys": 3 },
        plain("a\tb"),
    ] });
    let between = Between::new(&region, move |_, action| match action {
        "GetTables" => Act::Say(200, page.to_string()),
        _ => Act::Pass,
    })
    .await?;

    let harvested = glue::read(&region.wanted_at(&between.address)).await?;

    let names: Vec<&str> = harvested.assets.iter().map(|(urn, _)| urn.as_str()).collect();
    assert_eq!(names, [region.urn("core", "good")]);
    let why = |what: &str| {
        harvested.refused.iter().find(|refusal| refusal.what == what).map(|refusal| refusal.why.as_str())
    };
    assert!(why("core.twice").there()?.contains("two columns called 'id'"), "{:?}", harvested.refused);
    assert!(why("core.odd").there()?.contains("cannot be understood"), "{:?}", harvested.refused);
    assert!(why("core.a\tb").there()?.contains("cannot be named"), "{:?}", harvested.refused);
    let there: Vec<&str> = harvested.unreadable.iter().map(|urn| urn.as_str()).collect();
    assert_eq!(
        there,
        [region.urn("core", "odd"), region.urn("core", "twice")],
        "what has a name is not missing"
    );
    Ok(())
}
