//! SCIM against its standards: scim2-tester reads what this program says of itself, and makes, reads, changes and
//! removes users and groups by every attribute that it finds there.
//!
//! It is not skipped in silence: where `LOGGIA_TEST_SCIM` does not say where the program is, this fails.

use tokio::net::TcpListener;
use tokio::process::Command;

use crate::scim::{directory, portal};

/// What it says of a search over users and groups together, which is announced nowhere and not there (RFC 7644,
/// section 3.12: 501): of everything else, it must say that it holds.
const NOT_THERE: &str = "SKIPPED search_with_attributes";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn scim2_tester_finds_what_the_standards_promise() {
    let program = std::env::var("LOGGIA_TEST_SCIM").unwrap_or_else(|_| {
        panic!("LOGGIA_TEST_SCIM does not say where scim2 is: 'cargo xtask test' installs it")
    });
    let app = portal().await;
    let token = directory(&app, "Entra").await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = app.router();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });

    let tried = Command::new(&program)
        .args(["--url", &format!("http://{address}/scim/v2"), "test"])
        .env("SCIM_CLI_HEADERS", format!("Authorization: Bearer {}", token.reveal()))
        .env("NO_COLOR", "1")
        .env("NO_PROXY", "127.0.0.1")
        .output()
        .await
        .unwrap();
    let said = String::from_utf8_lossy(&tried.stdout).into_owned();
    let error = String::from_utf8_lossy(&tried.stderr);
    let results: Vec<&str> = said
        .lines()
        .filter(|line| {
            ["SUCCESS ", "ERROR ", "CRITICAL ", "SKIPPED ", "DEVIATION "]
                .iter()
                .any(|word| line.starts_with(word))
        })
        .collect();
    let wrong: Vec<&&str> =
        results.iter().filter(|line| !line.starts_with("SUCCESS ") && !line.starts_with(NOT_THERE)).collect();
    assert!(wrong.is_empty(), "{wrong:?}\n{said}\n{error}");
    for tried in ["object_creation", "object_replacement", "object_deletion", "check_remove_attribute"] {
        let times = results.iter().filter(|line| **line == format!("SUCCESS {tried}")).count();
        assert!(times >= 2, "{tried} was tried of users and of groups:\n{said}\n{error}");
    }
}
