//! The API against what it says of itself: schemathesis reads the description, and asks whatever that allows and
//! forbids.
//!
//! It is not skipped in silence: where `LOGGIA_TEST_SCHEMATHESIS` does not say where the program is, this fails.

use loggia_catalog::organise::Draft;
use loggia_catalog::ports::Scope;
use loggia_model::facts::Role;
use loggia_model::{Actor, Door, Kind, Urn};
use tokio::net::TcpListener;
use tokio::process::Command;

use crate::support::{SMALL, TestApp};

/// As they stand in a path.
const LOANS: &str = "urn:loggia:asset:postgres:%2F%2Fcore:5432;core.public.loans";
const TERM: &str = "urn:loggia:term:banking%2Farrears";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn schemathesis_finds_nothing_that_the_description_does_not_say() {
    let program = std::env::var("LOGGIA_TEST_SCHEMATHESIS").unwrap_or_else(|_| {
        panic!("LOGGIA_TEST_SCHEMATHESIS does not say where schemathesis is: 'cargo xtask test' installs it")
    });
    let app = TestApp::with(SMALL).await;
    let machine = Actor::local(Door::CommandLine);
    // With an account, who asks must say who.
    app.catalog.set_account(&machine, "ana.benitez", "ana", None).await.unwrap();
    let draft = Draft { name: "Schemathesis".into(), ..Draft::default() };
    let (service, seq) = app.catalog.create(&machine, Kind::Service, &draft).await.unwrap();
    app.catalog.until_found(seq).await;
    let everywhere = Urn::organisation();
    app.catalog.set_member(&machine, &everywhere, service.as_str(), Some(Role::Viewer), None).await.unwrap();
    let made = app.catalog.make_token(&machine, &service, "test", Scope::Read, 1).await.unwrap();

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = app.router();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });

    let folder = tempfile::tempdir().unwrap();
    // By chance alone, no name would be one that is there: these are asked for beside those of chance.
    let named = |urn: &str| format!("[parameters]\n\"path.urn\" = \"{urn}\"\n");
    for (paths, settings) in [
        (".*", String::new()),
        ("/api/v1/assets/.urn.", named(LOANS)),
        ("/api/v1/glossary/.urn.", named(TERM)),
    ] {
        let file = folder.path().join("schemathesis.toml");
        std::fs::write(&file, settings).unwrap();
        let asked = Command::new(&program)
            .arg("--config-file")
            .arg(&file)
            .arg("run")
            .arg(format!("http://{address}/api/v1/openapi.json"))
            .args(["--header", &format!("Authorization: Bearer {}", made.token.reveal())])
            .args(["--include-path-regex", paths, "--checks", "all", "--mode", "all"])
            .args(["--max-examples", "60", "--generation-deterministic"])
            .args(["--warnings", "off", "--no-color"])
            .current_dir(folder.path())
            .output()
            .await
            .unwrap();
        let said = String::from_utf8_lossy(&asked.stdout);
        let error = String::from_utf8_lossy(&asked.stderr);
        assert!(asked.status.success(), "{paths}:\n{said}\n{error}");
    }
}
