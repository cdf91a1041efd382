//! Writing without scripts: plain forms, true redirects, and nothing lost.

use crate::support::{LOANS, LOANS_PAGE, SMALL, TestApp, form, function};
use http::{Request, StatusCode};

fn edit<'a>(field: &'a str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![("urn", LOANS), ("field", field), ("value", value), ("back", LOANS_PAGE)]
}

#[tokio::test]
async fn an_edit_shows_at_once_on_the_page_and_in_search() {
    let mut app = TestApp::with(SMALL).await;
    let answer =
        app.post(&function("edit_field"), &edit("description", "Every *préstamo* of the bank.")).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    assert_eq!(answer.headers.get("location").unwrap(), LOANS_PAGE);
    let page = app.get(LOANS_PAGE).await.text;
    assert!(
        page.contains("<em>préstamo</em>") && page.contains("Written by Someone at this machine"),
        "{page}"
    );
    assert!(app.get("/search?q=prestamo").await.text.contains("Loans"));
}

#[tokio::test]
async fn a_refused_edit_keeps_what_was_typed_and_says_what_is_wrong() {
    let mut app = TestApp::with(SMALL).await;
    let answer = app.post(&function("edit_field"), &edit("owners", "Nobody Known")).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let page = app.get(LOANS_PAGE).await.text;
    assert!(page.contains("value=\"Nobody Known\""), "{page}");
    assert!(
        page.contains("there is no person called &#x27;Nobody Known&#x27;")
            || page.contains("there is no person called 'Nobody Known'"),
        "{page}"
    );
    let again = app.get(LOANS_PAGE).await.text;
    assert!(!again.contains("Nobody Known"), "what was refused is shown once");
}

#[tokio::test]
async fn who_comes_second_is_told_who_was_faster() {
    let mut app = TestApp::with(SMALL).await;
    app.post(&function("edit_field"), &edit("name", "All loans")).await;
    let mut late = edit("name", "Our loans");
    late.push(("revision", "1"));
    app.post(&function("edit_field"), &late).await;
    let page = app.get(LOANS_PAGE).await.text;
    assert!(
        page.contains("Someone at this machine changed this at") && page.contains("value=\"Our loans\""),
        "{page}"
    );
    assert!(page.contains("All loans"));
}

#[tokio::test]
async fn an_edit_can_be_undone_from_the_history() {
    let mut app = TestApp::with(SMALL).await;
    app.post(&function("edit_field"), &edit("name", "All loans")).await;
    let history = format!("{LOANS_PAGE}?tab=history");
    assert!(app.get(&history).await.text.contains("<ins>All loans</ins>"));
    app.post(&function("act"), &[("urn", LOANS), ("action", "undo"), ("back", LOANS_PAGE)]).await;
    assert!(!app.get(LOANS_PAGE).await.text.contains("All loans"));
}

#[tokio::test]
async fn a_term_is_made_renamed_merged_and_parted_again() {
    let mut app = TestApp::with(SMALL).await;
    let made = app
        .post(
            &function("edit_entity"),
            &[("kind", "term"), ("name", "Días de mora"), ("glossary", "Banking")],
        )
        .await;
    assert_eq!(made.headers.get("location").unwrap(), "/terms/banking/dias-de-mora");
    let urn = "urn:loggia:term:banking/dias-de-mora";
    app.post(&function("edit_entity"), &[("urn", urn), ("name", "Days past due"), ("glossary", "Banking")])
        .await;
    assert!(app.get("/search?q=days+past+due").await.text.contains("/terms/banking/dias-de-mora"));
    app.post(&function("act"), &[("urn", urn), ("action", "merge"), ("value", "Arrears"), ("back", "/")])
        .await;
    assert!(app.get("/terms/banking/dias-de-mora").await.text.contains("This is part of"));
    app.post(&function("act"), &[("urn", urn), ("action", "undo"), ("back", "/")]).await;
    assert!(!app.get("/terms/banking/dias-de-mora").await.text.contains("This is part of"));
}

#[tokio::test]
async fn a_column_gets_words_of_its_own() {
    let mut app = TestApp::with(SMALL).await;
    let page = format!("{LOANS_PAGE}?tab=columns&column=days_late");
    let mut edit = edit("description", "Whole days since the oldest unpaid instalment.");
    edit.push(("column", "days_late"));
    app.post(&function("edit_field"), &edit).await;
    assert!(app.get(&page).await.text.contains("oldest unpaid instalment"));
    assert!(app.get("/search?q=unpaid+instalment").await.text.contains("Loans"));
}

#[tokio::test]
async fn another_site_changes_nothing() {
    let app = TestApp::with(SMALL).await;
    let body = form(&edit("name", "Stolen"));
    for (name, value) in
        [("origin", "http://evil.example"), ("sec-fetch-site", "cross-site"), ("accept", "text/html")]
    {
        let request = Request::post(function("edit_field"))
            .header("host", "localhost")
            .header("content-type", "application/x-www-form-urlencoded")
            .header(name, value);
        assert_eq!(
            app.send_with(request, body.clone()).await.status,
            StatusCode::FORBIDDEN,
            "{name}: {value}"
        );
    }
    assert!(!app.get(LOANS_PAGE).await.text.contains("Stolen"));
}

#[tokio::test]
async fn who_came_by_another_name_than_this_machines_gets_nothing() {
    let app = TestApp::with(SMALL).await;
    let ask = |host: &str| Request::get("/").header("host", host).header("accept", "text/html");
    for host in ["evil.example:3000", "10.0.0.7:3000", "localhost.evil.example"] {
        let answer = app.send(ask(host)).await;
        assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST, "{host}");
        assert!(!answer.text.contains("Loans") && answer.text.contains("127.0.0.1"), "{}", answer.text);
    }
    assert_eq!(app.send(ask("127.0.0.1:3000")).await.status, StatusCode::OK);
    let write = Request::post(function("edit_field"))
        .header("host", "evil.example")
        .header("origin", "http://evil.example")
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/x-www-form-urlencoded");
    let answer = app.send_with(write, form(&edit("name", "Stolen"))).await;
    assert_eq!(answer.status, StatusCode::MISDIRECTED_REQUEST);
}

#[tokio::test]
async fn a_question_that_is_none_is_the_askers_fault() {
    let app = TestApp::with(SMALL).await;
    for (kind, body) in [
        ("application/x-www-form-urlencoded", "columns=%5B%5B%5B%5B"),
        ("application/x-www-form-urlencoded", "columns=%ff%fe"),
        ("application/x-www-form-urlencoded", ""),
        ("application/json", "{}"),
    ] {
        let request = Request::post(function("alike"))
            .header("sec-fetch-site", "same-origin")
            .header("accept", "application/json")
            .header("content-type", kind);
        let answer = app.send_with(request, body.to_owned()).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{kind} {body}: {}", answer.text);
    }
}

#[tokio::test]
async fn reading_by_get_is_the_only_thing_that_get_can_do() {
    let app = TestApp::with(SMALL).await;
    let path = format!("{}?{}", function("edit_field"), form(&edit("name", "Stolen")));
    let answer = app.get(&path).await;
    assert_ne!(answer.status, StatusCode::OK);
    assert!(!app.get(LOANS_PAGE).await.text.contains("Stolen"));
}

#[tokio::test]
async fn nobody_is_sent_to_another_site() {
    let mut app = TestApp::with(SMALL).await;
    for back in ["https://evil.example", "//evil.example", "/\\evil.example"] {
        let answer = app.post(&function("set_theme"), &[("theme", "dark"), ("back", back)]).await;
        assert_eq!(answer.headers.get("location").unwrap(), "/");
    }
    assert!(app.get("/").await.text.contains("data-theme=\"dark\""));
}

#[tokio::test]
async fn what_people_write_does_not_act() {
    let mut app = TestApp::with(SMALL).await;
    let hostile = "<script>alert(1)</script><img src=x onerror=alert(1)>[x](javascript:alert(1))";
    app.post(&function("edit_field"), &edit("description", hostile)).await;
    app.post(&function("edit_field"), &edit("name", "<b>\"'&")).await;
    for path in [LOANS_PAGE.to_owned(), format!("{LOANS_PAGE}?tab=history"), "/search?q=loans".to_owned()] {
        let page = app.get(&path).await.text;
        for acts in ["<script>alert", "<img src=x", "href=\"javascript:", "<b>\"'"] {
            assert!(!page.contains(acts), "{acts} in {path}");
        }
    }
}

#[tokio::test]
async fn a_form_larger_than_any_description_is_refused() {
    let mut app = TestApp::with(SMALL).await;
    let answer = app.post(&function("edit_field"), &edit("description", &"x".repeat(5 << 20))).await;
    assert_eq!(answer.status, 413);
    assert!(answer.text.contains("A field takes 100,000 characters at most"), "{}", answer.text);
    // A million bytes are told of beside the field, and stand in it again.
    let long = "ñ".repeat(500_000);
    let answer = app.post(&function("edit_field"), &edit("description", &long)).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER);
    let page = app.get(LOANS_PAGE).await.text;
    assert!(page.contains("has 500000 characters, and may have 100000") && page.contains(&long));
}
