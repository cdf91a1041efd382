//! Every page through the real router: what it says, and its true status.

use crate::support::{LOANS, LOANS_PAGE, SMALL, TestApp, function};
use http::StatusCode;

#[tokio::test]
async fn every_page_answers_whole_and_names_what_it_is_about() {
    let app = TestApp::with(SMALL).await;
    for (path, says) in [
        ("/", "What data do you need?"),
        ("/browse", "By domain"),
        ("/search", "7 results"),
        ("/search?q=arrears", "<mark>Arrears</mark> by loan"),
        (LOANS_PAGE, "core.public.loans"),
        ("/domains/risk", "Keeps the bank from losing money"),
        ("/glossary", "Banking"),
        ("/glossary/banking", "Arrears"),
        ("/terms/banking/arrears", "What is owed and late"),
        ("/products", "Risk view"),
        ("/products/risk-view", "Arrears by loan"),
        ("/people/ana.benitez", "Data steward"),
        ("/projects", "No project that you may see yet"),
        ("/responsibilities/urn:loggia:domain-unit:risk", "without anybody responsible"),
        ("/new/project", "New project"),
        ("/new/term", "New glossary term"),
        ("/edit/urn:loggia:term:banking/arrears", "mora"),
        ("/history/urn:loggia:term:banking/arrears", "Revision"),
    ] {
        let answer = app.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        assert!(answer.text.contains(says), "{path} does not say {says}: {}", answer.text);
        assert!(answer.text.contains("</html>"), "{path} is not whole");
    }
}

#[tokio::test]
async fn every_tab_of_an_asset_answers() {
    let app = TestApp::with(SMALL).await;
    for (tab, says) in [
        ("columns", "days_late"),
        ("lineage", "Arrears by loan"),
        ("history", "from the catalog as code"),
        ("source", "urn:loggia:asset"),
    ] {
        let answer = app.get(&format!("{LOANS_PAGE}?tab={tab}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{tab}");
        assert!(answer.text.contains(says), "{tab} does not say {says}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_a_true_404_with_a_way_on() {
    let app = TestApp::with(SMALL).await;
    for path in [
        "/nowhere",
        "/assets/nothing",
        "/assets/a;b",
        "/terms/x/y",
        "/domains/x",
        "/people/x",
        "/products/x",
        "/projects/x",
        "/responsibilities/x",
        "/responsibilities/urn:loggia:term:banking/arrears",
        "/new/table",
        "/edit/x",
        "/history/x",
        "/glossary/x",
    ] {
        let answer = app.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(answer.text.contains("href=\"/browse\""), "{path} offers no way on");
    }
}

#[tokio::test]
async fn what_cannot_be_asked_is_a_400_that_says_why() {
    let app = TestApp::with(SMALL).await;
    let long = format!("/search?q={}", "a".repeat(1_001));
    let asset = format!("{LOANS_PAGE}?as-of=yesterday");
    for (path, why) in [
        ("/search?page=-1", "not a number from 1 up"),
        ("/search?page=501", "from 1 to 500"),
        ("/search?sort=best", "relevance, name, changed, fresh"),
        (long.as_str(), "may have 1000"),
        (asset.as_str(), "2026-03-01T14:05:00Z"),
    ] {
        let answer = app.get(path).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}");
        assert!(answer.text.contains(why), "{path} does not say {why}: {}", answer.text);
    }
}

#[tokio::test]
async fn two_revisions_are_laid_side_by_side() {
    let mut app = TestApp::with(SMALL).await;
    for name in ["All loans", "Loans of all companies"] {
        let fields = [("urn", LOANS), ("field", "name"), ("value", name), ("back", LOANS_PAGE)];
        app.post(&function("edit_field"), &fields).await;
    }
    let answer = app.get(&format!("{LOANS_PAGE}?tab=history&from=1&to=3")).await;
    assert_eq!(answer.status, StatusCode::OK);
    let compared = answer.text.split("id=\"compared\"").nth(1).unwrap().split("</section>").next().unwrap();
    assert!(compared.contains("<del>Loans</del>"), "{compared}");
    assert!(compared.contains("<ins>Loans of all companies</ins>"), "{compared}");
    for (query, status) in [
        ("from=1&to=x", StatusCode::BAD_REQUEST),
        ("from=0&to=1", StatusCode::BAD_REQUEST),
        ("from=1&to=99", StatusCode::NOT_FOUND),
    ] {
        let answer = app.get(&format!("{LOANS_PAGE}?tab=history&{query}")).await;
        assert_eq!(answer.status, status, "{query}");
    }
}

#[tokio::test]
async fn a_page_says_of_itself_what_it_is_about() {
    let app = TestApp::with(SMALL).await;
    let about = |text: &str| text.split("<meta name=\"description\" content=\"").nth(1).map(str::to_owned);
    let term = about(&app.get("/terms/banking/arrears").await.text).unwrap();
    assert!(term.starts_with("What is owed and late."), "{term}");
    let home = about(&app.get("/").await.text).unwrap();
    assert!(home.starts_with("Loggia: find the data you need"), "{home}");
}

#[tokio::test]
async fn a_browser_that_remembers_another_catalog_sees_this_one() {
    let mut app = TestApp::with(SMALL).await;
    app.remember("loggia_seen", "1000000");
    let asked = std::time::Instant::now();
    assert_eq!(app.get("/search?q=arrears").await.status, StatusCode::OK);
    // Waiting for what never comes ends after three seconds.
    assert!(asked.elapsed() < std::time::Duration::from_secs(3), "{:?}", asked.elapsed());
}

#[tokio::test]
async fn a_facet_narrows_and_its_own_counts_stay() {
    let app = TestApp::with(SMALL).await;
    let answer = app.get("/search?kind=table").await;
    assert!(answer.text.contains("1 result"), "{}", answer.text);
    assert!(answer.text.contains("kind=table&amp;kind=view"), "the other values must stay in reach");
}

#[tokio::test]
async fn every_answer_carries_the_headers_that_protect_its_reader() {
    let app = TestApp::with(SMALL).await;
    for path in ["/", "/nowhere", "/healthz", "/pkg/nothing.css"] {
        let headers = app.get(path).await.headers;
        let policy = headers.get("content-security-policy").unwrap().to_str().unwrap();
        assert!(
            policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe-inline"),
            "{path}: {policy}"
        );
        assert_eq!(headers.get("x-content-type-options").unwrap(), "nosniff", "{path}");
        assert_eq!(headers.get("referrer-policy").unwrap(), "same-origin", "{path}");
    }
}

#[tokio::test]
async fn each_page_has_a_nonce_of_its_own() {
    let app = TestApp::with(SMALL).await;
    let policy = async || {
        app.get("/").await.headers.get("content-security-policy").unwrap().to_str().unwrap().to_owned()
    };
    assert_ne!(policy().await, policy().await);
}

#[tokio::test]
async fn operators_see_that_it_is_alive_ready_and_busy() {
    let app = TestApp::with(SMALL).await;
    assert_eq!(app.get("/healthz").await.text, "ok\n");
    assert!(app.get("/readyz").await.text.starts_with("ready"));
    let metrics = app.get("/metrics").await.text;
    assert!(metrics.contains("loggia_http_answers_total{status=\"200\"}"), "{metrics}");
    assert!(metrics.contains("loggia_log_sequence 7"), "{metrics}");
}

#[tokio::test]
async fn a_foreign_key_leads_to_what_the_catalog_has_and_only_names_what_it_has_not() {
    let keys = "
---
urn: urn:loggia:asset:postgres://core:5432;core.public.payments
kind: asset
facts:
  columns:
    loan:
      key: foreign
      references: {asset: 'urn:loggia:asset:postgres://core:5432;core.public.loans', column: loan_id}
    branch:
      key: foreign
      references: {asset: 'urn:loggia:asset:postgres://core:5432;core.public.branches', column: id}
";
    let app = TestApp::with(&format!("{SMALL}{keys}")).await;
    let answer = app.get("/assets/postgres:%2F%2Fcore:5432;core.public.payments?tab=columns").await;
    assert_eq!(answer.status, StatusCode::OK);
    let leads = format!("href=\"{LOANS_PAGE}?tab=columns&amp;column=loan_id\"");
    assert!(answer.text.contains(&leads), "{}", answer.text);
    assert!(answer.text.contains("branches.id"), "{}", answer.text);
    assert!(!answer.text.contains("core.public.branches"), "nothing leads to what is not there");
}

#[tokio::test]
async fn a_term_names_the_columns_that_carry_it_and_a_merged_one_leads_on() {
    let other = "
---
urn: urn:loggia:term:banking/late
kind: term
facts: {name: Late, glossary: 'urn:loggia:glossary:banking', merged_into: 'urn:loggia:term:banking/arrears'}
";
    let app = TestApp::with(&format!("{SMALL}{other}")).await;
    let arrears = app.get("/terms/banking/arrears").await.text;
    assert!(arrears.contains("days_late"), "{arrears}");
    assert!(arrears.contains("href=\"/terms/banking/late\""), "{arrears}");
    let late = app.get("/terms/banking/late").await.text;
    assert!(late.contains("Merged") && late.contains("href=\"/terms/banking/arrears\""), "{late}");
    assert!(!late.contains("What carries it") && !late.contains("Merge into another"), "{late}");
}
