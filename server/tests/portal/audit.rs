//! The audit: what the doors put into it, its page, its files, and its verbs.

use std::net::SocketAddr;

use axum::extract::connect_info::ConnectInfo;
use http::uri::Authority;
use http::{Request, StatusCode};
use loggia_catalog::audit::AuditQuery;
use loggia_model::facts::Role;
use loggia_model::{Actor, Door, Urn};
use loggia_server::http::{Entrance, Peer};
use loggia_testkit::{Engine, TestDatabase};
use tempfile::TempDir;

use crate::accounts::{signed_in, with_accounts};
use crate::serving::{Serving, fails, ok};
use crate::support::{LOANS, LOANS_PAGE, TestApp, form, function};

/// With somebody who administers everything.
async fn administered() -> (TestApp, TestApp) {
    let app = with_accounts().await;
    let machine = Actor::local(Door::CommandLine);
    let (everywhere, role) = (Urn::organisation(), Some(Role::Administrator));
    app.catalog.set_member(&machine, &everywhere, "Ada Administrator", role, None).await.unwrap();
    let ada = signed_in(&app, "administrator").await;
    (app, ada)
}

fn from(peer: &str, request: http::request::Builder) -> http::request::Builder {
    let peer: SocketAddr = format!("{peer}:4711").parse().unwrap();
    request.extension(ConnectInfo(Peer(peer))).header("accept", "text/html")
}

#[tokio::test]
async fn every_door_notes_whom_it_turned_away_and_from_where() {
    let (app, ada) = administered().await;
    let stranger = app.browser();
    stranger.send(from("198.51.100.9", Request::get(LOANS_PAGE))).await;
    let cross = Request::post(function("set_member")).header("sec-fetch-site", "cross-site");
    let fields = form(&[("scope", LOANS), ("who", "stranger"), ("role", "owner"), ("until", "")]);
    let cross = from("198.51.100.10", cross).header("content-type", "application/x-www-form-urlencoded");
    assert_eq!(stranger.send_with(cross, fields).await.status, StatusCode::FORBIDDEN);
    let host: Authority = "catalog.example".parse().unwrap();
    let by_tls = app.browser_at(Entrance { host: Some(host) });
    let led = Request::get(LOANS_PAGE)
        .header("host", "catalog.example")
        .header("x-forwarded-for", "6.6.6.6, 203.0.113.7");
    by_tls.send(from("127.0.0.1", led)).await;
    let elsewhere = Request::get(LOANS_PAGE).header("host", "quetzal.example");
    let answer = stranger.send(from("198.51.100.11", elsewhere)).await;
    assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST);
    let through = Request::get("/api/v1/search").header("x-forwarded-for", "10.1.2.3");
    assert_eq!(stranger.send(from("198.51.100.12", through)).await.status, StatusCode::MISDIRECTED_REQUEST);

    let page = ada.get("/audit").await.text;

    for shown in [
        "was turned away",
        "198.51.100.9",
        "came from another site",
        "198.51.100.10",
        "203.0.113.7",
        "asked for another host",
        "198.51.100.11",
        "198.51.100.12",
    ] {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    assert!(!page.contains("quetzal.example"), "what a stranger typed");
    assert!(!page.contains("6.6.6.6"), "the sender's own word");
}

#[tokio::test]
async fn only_an_administrator_reads_the_audit_and_asks_it_by_a_form() {
    let (app, ada) = administered().await;
    let viewer = signed_in(&app, "viewer").await;
    for path in ["/audit", "/audit.jsonl", "/audit.csv"] {
        let refused = viewer.get(path).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "{path}: {}", refused.text);
        assert!(!refused.text.contains("could not sign in"), "{}", refused.text);
        assert_eq!(app.browser().get(path).await.status, StatusCode::SEE_OTHER, "{path}");
    }

    assert!(ada.get("/organisation").await.text.contains("href=\"/audit\""));
    assert!(!viewer.get("/organisation").await.text.contains("href=\"/audit\""));
    let refusals = ada.get("/audit?who=viewer&what=refused").await.text;
    assert!(refusals.contains("administer") && refusals.contains("Vera Viewer"), "{refusals}");
    let none = ada.get("/audit?entity=urn:loggia:asset:never;was").await.text;
    assert!(none.contains("Nothing of this was noted"), "{none}");
    for (wrong, why) in [
        ("what=danced", "is none of changed, refused"),
        ("from=yesterday", "is no day"),
        ("who=Nobody+At+All", "nobody is called"),
        ("from=2027-02-01&to=2027-01-01", "before the first day"),
        ("before=x", "is not a place in the audit"),
        ("entity=table", "entity"),
        ("door=window", "door"),
    ] {
        let answer = ada.get(&format!("/audit?{wrong}")).await;
        assert!(answer.status == StatusCode::BAD_REQUEST && answer.text.contains(why), "{}", answer.text);
    }
}

#[tokio::test]
async fn a_change_leads_to_what_was_before_and_after_and_pages_go_on() {
    let (app, mut ada) = administered().await;
    for words in ["One row a loan.", "One line a loan."] {
        let fields = [("urn", LOANS), ("field", "description"), ("value", words), ("back", LOANS_PAGE)];
        ada.post(&function("edit_field"), &fields).await;
    }
    let page = ada.get(&format!("/audit?what=changed&entity={LOANS}")).await.text;
    let links = page.replace("&amp;", "&");
    assert!(links.contains("?tab=history&from=1&to=2"), "{page}");

    for _ in 0..60 {
        app.catalog.turned_away(&Actor::anonymous(Door::Browser));
        app.catalog.flush_audit().await.unwrap();
    }
    let first = ada.get("/audit").await.text;
    let older = first.split("rel=\"next\" href=\"").nth(1).unwrap().split('"').next().unwrap();
    let second = ada.get(&older.replace("&amp;", "&")).await.text;
    assert!(second.contains("rel=\"first\"") && second.contains("changed"), "{second}");
}

#[tokio::test]
async fn a_change_says_from_where_it_came_to_administrators_alone() {
    let (app, mut ada) = administered().await;
    let steward = signed_in(&app, "contributor").await;
    let request = from("203.0.113.9", Request::post(function("edit_field")))
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin");
    let fields = [("urn", LOANS), ("field", "description"), ("value", "One row a loan."), ("back", "/")];
    let answer = steward.send_with(request, form(&fields)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);

    let page = ada.get(&format!("/audit?what=changed&entity={LOANS}")).await.text;
    assert!(page.contains("<code>203.0.113.9</code>"), "{page}");
    let lines = ada.get(&format!("/audit.jsonl?what=changed&entity={LOANS}")).await.text;
    assert!(lines.contains("\"from\":\"203.0.113.9\""), "{lines}");
    assert!(ada.get("/audit.csv?what=changed").await.text.contains(",browser,203.0.113.9,changed,"));
    for browser in [&ada, &steward] {
        let history = browser.get(&format!("{LOANS_PAGE}?tab=history")).await.text;
        assert!(history.contains("escription"), "{history}");
        assert!(!history.contains("203.0.113.9"), "{history}");
    }

    let erase = [("urn", "urn:loggia:person:contributor"), ("action", "erase"), ("value", "contributor")];
    ada.post(&function("act"), &[&erase[..], &[("back", "/organisation")]].concat()).await;
    let lines = ada.get("/audit.jsonl").await.text;
    assert!(lines.contains("\"actor\":\"contributor\"") && !lines.contains("203.0.113.9"), "{lines}");
    let machine = Actor::local(Door::CommandLine);
    assert_eq!(app.catalog.verify_audit(&machine).await.unwrap(), []);
}

#[tokio::test]
async fn the_audit_is_taken_along_as_json_lines_and_as_csv() {
    let (app, ada) = administered().await;
    let machine = Actor::local(Door::CommandLine);
    let (last, _) = app.catalog.progress().await.unwrap();
    let lines = ada.get("/audit.jsonl?what=changed").await;
    assert_eq!(u64::try_from(lines.text.lines().count()).unwrap(), last.0);
    assert!(lines.text.lines().all(|line| line.starts_with('{') && line.contains("\"what\":\"changed\"")));

    let csv = ada.get("/audit.csv").await;
    assert_eq!(csv.headers.get("content-disposition").unwrap(), "attachment; filename=\"audit.csv\"");
    assert!(
        csv.text.starts_with("at,until,actor,who,door,from,what,action,entity,revision,why,count,seq\r\n")
    );
    let noted = app.catalog.audit(&machine, &AuditQuery::default(), None, 100).await.unwrap();
    let exported = noted.entries.iter().filter(|entry| entry.what.as_str() == "exported");
    assert_eq!(exported.map(|entry| entry.count).sum::<u64>(), 2);
}

#[test]
fn the_verbs_verify_and_export_it_beside_a_server_and_without_one() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("a.yaml");
    std::fs::write(&file, "urn: urn:loggia:domain-unit:risk\nkind: domain-unit\nfacts: {name: Risk}\n")
        .unwrap();
    let data = folder.path().join("data");
    let serving = Serving::start(&data);
    ok(&data, &["apply", file.to_str().unwrap()]);
    assert!(ok(&data, &["audit", "verify"]).contains("hold"));
    let beside = ok(&data, &["audit", "export", "--format", "csv"]);
    assert!(beside.contains(",changed,,urn:loggia:domain-unit:risk,1,"), "{beside}");
    drop(serving);
    let alone = ok(&data, &["audit", "export", "--from", "2020-01-01"]);
    assert!(alone.contains("\"what\":\"exported\"") && alone.contains("\"what\":\"changed\""), "{alone}");
    assert_eq!(ok(&data, &["audit", "export", "--to", "2020-01-01"]), "");
    assert!(fails(&data, &["audit", "export", "--from", "yesterday"]).contains("is no day"));
}

#[tokio::test]
async fn whoever_changes_the_database_by_hand_is_found_by_the_verb() {
    let database = TestDatabase::new(Engine::Postgres).await.unwrap();
    let folder = TempDir::new().unwrap();
    let address = database.address().unwrap();
    let verify = ["--database", address.as_str(), "audit", "verify"];
    ok(folder.path(), &["--database", &address, "audit", "export"]);
    assert!(ok(folder.path(), &verify).contains("hold"));

    database.sql("UPDATE audit SET actor = 'somebody-else' WHERE seq = 1").await.unwrap();

    assert!(fails(folder.path(), &verify).contains("first at audit line 1"));
}

#[tokio::test]
async fn an_administrator_erases_a_person_who_types_who_it_is() {
    let (app, mut ada) = administered().await;
    let viewer = signed_in(&app, "viewer").await;
    assert!(!viewer.get("/people/contributor").await.text.contains("Erase this person"));
    let page = ada.get("/people/viewer").await.text;
    assert!(page.contains("Erase this person"), "{page}");
    assert!(!ada.get("/people/administrator").await.text.contains("Erase this person"), "not oneself");

    let urn = "urn:loggia:person:viewer";
    let typed = |value: &'static str| {
        [("urn", urn), ("action", "erase"), ("value", value), ("back", "/people/viewer")]
    };
    let refused = ada.post(&function("act"), &typed("Vera")).await;
    assert_eq!(refused.headers.get("location").unwrap(), "/people/viewer");
    assert!(ada.get("/people/viewer").await.text.contains("type viewer to confirm it"));
    let erased = ada.post(&function("act"), &typed("viewer")).await;
    assert_eq!(erased.headers.get("location").unwrap(), "/organisation");

    assert_eq!(ada.get("/people/viewer").await.status, StatusCode::NOT_FOUND);
    let away = viewer.get("/organisation").await;
    assert_eq!(away.status, StatusCode::SEE_OTHER, "her session went with her");
    assert!(ada.get("/audit?who=viewer").await.text.contains("someone who was erased"));
}
