//! A server that lets nobody in, breaks off, talks nonsense or says nothing.

use std::time::{Duration, Instant};

use loggia_connect::glue::Pages;
use loggia_harvest::glue::{self, Wanted};
use loggia_model::Secret;
use loggia_testkit::{Outcome, TestCatalog, There, nightly};
use serde_json::json;

use super::server::{Act, Between, Region, SECRET, TOKEN};

async fn region(name: &'static str) -> Outcome<Region> {
    let region = Region::fresh(name).await?;
    region.database("core").await?;
    for table in ["a", "b", "c"] {
        region
            .table("core", json!({ "Name": table, "PartitionKeys": [{ "Name": "dt", "Type": "date" }] }))
            .await?;
    }
    Ok(region)
}

/// Why nothing came of it, which must hold no secret.
async fn refusal(wanted: &Wanted) -> Outcome<String> {
    let error = glue::read(wanted).await.err().there()?;
    let said = format!("{error} {error:?}");
    assert!(!said.contains(SECRET) && !said.contains(TOKEN), "{said}");
    Ok(error.to_string())
}

fn error(code: &str, message: &str) -> String {
    json!({ "__type": code, "message": message }).to_string()
}

#[tokio::test]
async fn whoever_is_not_let_in_is_told_why_and_no_secret_is_repeated() -> Outcome {
    let region = Region::fresh("eu-north-1").await?;
    let words = format!("the canonical string was x-amz-security-token:{TOKEN} {SECRET}");
    let between = Between::new(&region, move |_, _| {
        Act::Say(
            403,
            error("AccessDeniedException", &format!("not authorized to perform glue:GetDatabases, {words}")),
        )
    })
    .await?;

    let said = refusal(&region.wanted_at(&between.address)).await?;

    let place = format!("the Glue catalog of eu-north-1 at {}", between.address);
    assert!(
        said.starts_with(&format!("{place} does not let us in: AccessDeniedException, not authorized")),
        "{said}"
    );
    assert_eq!(between.asked("GetDatabases"), 1, "it is no use to ask again");
    Ok(())
}

#[tokio::test]
async fn what_is_busy_is_asked_again_but_not_for_ever() -> Outcome {
    let region = region("eu-central-1").await?;
    let busy = Between::new(&region, |before, action| match (before, action) {
        (0, "GetDatabases") => Act::Say(503, "<html>".to_owned()),
        (0, "GetTables") => Act::Say(400, error("ThrottlingException", "Rate exceeded")),
        (0, "GetPartitions") => Act::BreakOff,
        _ => Act::Pass,
    })
    .await?;
    let harvested = glue::read(&region.wanted_at(&busy.address)).await?;
    assert_eq!((harvested.assets.len(), harvested.refused.len()), (3, 0));
    assert_eq!((busy.asked("GetDatabases"), busy.asked("GetTables"), busy.asked("GetPartitions")), (2, 2, 4));

    let always =
        Between::new(&region, |_, _| Act::Say(400, error("ThrottlingException", "Rate exceeded"))).await?;
    let said = refusal(&region.wanted_at(&always.address)).await?;
    assert!(
        said.ends_with("broke off while asked for its databases: ThrottlingException, Rate exceeded"),
        "{said}"
    );
    assert_eq!(always.asked("GetDatabases"), 5);
    Ok(())
}

#[tokio::test]
async fn credentials_that_run_out_on_the_way_leave_the_catalog_as_it_was() -> Outcome {
    let region = region("eu-south-1").await?;
    let catalog = TestCatalog::open().await?;
    catalog.harvest(&nightly(), glue::read(&region.wanted()).await?, |_, _| {}).await?;
    let (documents, log) = (catalog.documents().await?, catalog.log_length().await?);
    region.drop_table("core", "a").await?;
    let between = Between::new(&region, |before, action| match (before, action) {
        (1, "GetTables") => Act::Say(400, error("ExpiredTokenException", &format!("{TOKEN} is expired"))),
        _ => Act::Paged(1),
    })
    .await?;
    let pages = Pages { tables: 1, partitions: 1 };

    let said = refusal(&Wanted { pages, ..region.wanted_at(&between.address) }).await?;

    assert!(said.contains("the credentials ran out while it was asked for its tables"), "{said}");
    assert_eq!(between.asked("GetTables"), 2);
    assert_eq!((catalog.documents().await?, catalog.log_length().await?), (documents, log));
    Ok(())
}

#[tokio::test]
async fn partitions_that_are_not_told_cost_their_table_alone() -> Outcome {
    let region = region("eu-south-2").await?;
    let between = Between::new(&region, |before, action| match (before, action) {
        (1, "GetPartitions") => Act::Say(400, error("AccessDeniedException", "not for you")),
        _ => Act::Pass,
    })
    .await?;

    let harvested = glue::read(&region.wanted_at(&between.address)).await?;

    assert_eq!((harvested.assets.len(), harvested.refused.len(), harvested.unreadable.len()), (2, 1, 1));
    let why = &harvested.refused.first().there()?.why;
    assert!(why.contains("its partitions are not told") && why.contains("not for you"), "{why}");
    Ok(())
}

#[tokio::test]
async fn partitions_without_end_are_counted_until_it_is_enough() -> Outcome {
    let region = Region::fresh("ap-northeast-1").await?;
    region.database("core").await?;
    region.table("core", json!({ "Name": "a", "PartitionKeys": [{ "Name": "dt", "Type": "date" }] })).await?;
    let between = Between::new(&region, |before, action| match action {
        "GetPartitions" => {
            let page = json!({ "Partitions": vec![json!({}); 1_000], "NextToken": before.to_string() });
            Act::Say(200, page.to_string())
        }
        _ => Act::Pass,
    })
    .await?;

    let harvested = glue::read(&region.wanted_at(&between.address)).await?;

    let facts = &harvested.assets.first().there()?.1;
    assert_eq!(facts.partitions, Some(100_000));
    assert_eq!(facts.raw.as_ref().there()?["partitions_are_at_least"], true);
    assert_eq!(between.asked("GetPartitions"), 100);
    Ok(())
}

#[tokio::test]
async fn nonsense_is_told_as_such() -> Outcome {
    let region = Region::fresh("eu-central-2").await?;
    for (status, answer, why) in [
        (200, "<html>".to_owned(), "its answer is none of Glue's"),
        (200, r#"{"DatabaseList": 3}"#.to_owned(), "its answer is none of Glue's"),
        (
            200,
            r#"{"DatabaseList": [], "NextToken": "x"}"#.to_owned(),
            "it gives the same page again and again",
        ),
        (200, r#"{"DatabaseList": [{"Name": "a"}]}"#.to_owned(), "has no database that may be seen"),
        (200, format!(r#"{{"x": "{}"}}"#, "x".repeat(33 * 1024 * 1024)), "is larger than 33554432 bytes"),
        (
            400,
            error("InvalidInputException", "no such thing"),
            "does not tell its databases: InvalidInputException",
        ),
        (302, String::new(), "does not tell its databases: status 302"),
    ] {
        let between = Between::new(&region, move |_, _| Act::Say(status, answer.clone())).await?;
        let said = refusal(&region.wanted_at(&between.address)).await?;
        assert!(said.contains(why), "{said}");
    }
    Ok(())
}

#[tokio::test]
async fn whoever_never_answers_is_not_waited_for() -> Outcome {
    let region = Region::fresh("ap-south-1").await?;
    let between = Between::new(&region, |_, _| Act::Silence).await?;
    let wanted = Wanted { limit: Duration::from_millis(300), ..region.wanted_at(&between.address) };
    let started = Instant::now();

    let said = refusal(&wanted).await?;

    assert!(said.contains("did not answer within 300ms, while asked for its databases"), "{said}");
    assert!(started.elapsed() < Duration::from_secs(5));
    Ok(())
}

#[tokio::test]
async fn nobody_home_and_a_value_that_holds_no_credentials_are_told_apart() -> Outcome {
    let region = Region::fresh("ap-south-2").await?;
    let said = refusal(&region.wanted_at("http://127.0.0.1:1")).await?;
    assert!(said.contains("cannot be reached: Connection refused"), "{said}");

    let mut wanted = region.wanted();
    wanted.access.secret = Some(Secret::new(SECRET));
    assert!(refusal(&wanted).await?.contains("the secret holds no credentials of AWS"));
    Ok(())
}
