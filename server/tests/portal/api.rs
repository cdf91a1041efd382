//! The read API through the real router: who is let in, what each may read, how it refuses, and that what it says of
//! itself is so.

use std::collections::BTreeSet;

use http::{Method, Request, StatusCode};
use loggia_catalog::assets::Looked;
use loggia_catalog::find::SearchRequest;
use loggia_catalog::organise::Draft;
use loggia_catalog::ports::{Scope, Token, Tokens};
use loggia_catalog::tokens::Admission;
use loggia_model::{Actor, Door, Secret, Timestamp, Urn};
use loggia_server::http::api::ROUTES;
use serde_json::Value;

use crate::accounts::{signed_in, with_accounts};
use crate::support::{Answer, LOANS, SMALL, TestApp, form, function};

const SEARCH: &str = "/api/v1/search";
const LOANS_IN_API: &str = "/api/v1/assets/urn:loggia:asset:postgres:%2F%2Fcore:5432;core.public.loans";
const HIDDEN_IN_API: &str = "/api/v1/assets/urn:loggia:asset:postgres:%2F%2Fcore:5432;cards.quetzal_cards";
const ARREARS_IN_API: &str = "/api/v1/glossary/urn:loggia:term:banking%2Farrears";

/// One address of each route that needs a token, with the least scope that opens it.
const GUARDED: [(&str, Scope); 4] = [
    (SEARCH, Scope::Search),
    (LOANS_IN_API, Scope::Read),
    ("/api/v1/glossary", Scope::Read),
    (ARREARS_IN_API, Scope::Read),
];

async fn asked(app: &TestApp, path: &str, token: Option<&Secret>) -> Answer {
    let request = Request::get(path).header("host", "localhost");
    let request = match token {
        Some(token) => request.header("authorization", format!("Bearer {}", token.reveal())),
        None => request,
    };
    app.send(request).await
}

async fn read(app: &TestApp, path: &str, token: &Secret) -> Value {
    let answer = asked(app, path, Some(token)).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
    assert_eq!(answer.headers.get("content-type").unwrap(), "application/json");
    assert_eq!(answer.headers.get("cache-control").unwrap(), "private, no-cache");
    serde_json::from_str(&answer.text).unwrap()
}

/// That it is a problem of RFC 9457, and what it says.
fn problem(answer: &Answer, status: StatusCode) -> String {
    assert_eq!(answer.status, status, "{}", answer.text);
    assert_eq!(answer.headers.get("content-type").unwrap(), "application/problem+json");
    let problem: Value = serde_json::from_str(&answer.text).unwrap();
    assert_eq!(problem["type"], "about:blank");
    assert_eq!(problem["title"], status.canonical_reason().unwrap());
    assert_eq!(problem["status"], status.as_u16());
    problem["detail"].as_str().unwrap().to_owned()
}

/// Of a person, who makes it.
async fn token_of(app: &TestApp, person: &str, scope: Scope) -> Secret {
    let person: Urn = format!("urn:loggia:person:{person}").parse().unwrap();
    let actor = Actor::person(person.rest().parse().unwrap(), Door::Browser);
    app.catalog.make_token(&actor, &person, "for a test", scope, 1).await.unwrap().token
}

async fn as_whom(app: &TestApp, token: &Secret) -> Actor {
    match app.catalog.admit(&Actor::anonymous(Door::Api), token, Scope::Search).await.unwrap() {
        Admission::Admitted(actor) => actor,
        Admission::Unknown | Admission::TooNarrow(_) => panic!("it was not let in"),
    }
}

fn texts(list: &Value, field: &str) -> Vec<String> {
    list.as_array().unwrap().iter().map(|one| one[field].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn each_may_read_by_the_api_what_the_use_cases_of_the_pages_say() {
    let app = with_accounts().await;
    for person in ["stranger", "viewer", "contributor", "administrator"] {
        let token = token_of(&app, person, Scope::Read).await;
        let actor = as_whom(&app, &token).await;

        let view = app.catalog.search(&actor, SearchRequest { page: 1, ..Default::default() }).await.unwrap();
        let found = read(&app, SEARCH, &token).await;
        assert_eq!(found["total"], view.total, "{person}");
        let own: Vec<String> = view.hits.iter().map(|hit| hit.card.urn.to_string()).collect();
        assert_eq!(texts(&found["hits"], "urn"), own, "{person}");
        for (facet, own) in found["facets"].as_array().unwrap().iter().zip(&view.facets) {
            assert_eq!(facet["facet"], own.facet.as_str());
            let own: Vec<_> = own.values.iter().map(|value| (value.value.clone(), value.count)).collect();
            let told = facet["values"].as_array().unwrap().iter();
            let told: Vec<_> = told
                .map(|value| (value["value"].as_str().unwrap().to_owned(), value["count"].as_u64().unwrap()))
                .collect();
            assert_eq!(told, own, "{person}");
        }

        let view = app.catalog.asset(&actor, &LOANS.parse().unwrap(), None).await;
        let answer = asked(&app, LOANS_IN_API, Some(&token)).await;
        match view {
            Ok(Looked::Here(view)) => {
                let told: Value = serde_json::from_str(&answer.text).unwrap();
                assert_eq!(told["name"], view.name);
                assert_eq!(told["upstream"]["total"], view.upstream);
                assert_eq!(told["downstream"]["total"], view.downstream);
                assert_eq!(told["revision"], view.revision);
                assert_eq!(texts(&told["columns"]["columns"], "path"), ["loan_id", "days_late"]);
            }
            Ok(Looked::Elsewhere(urn)) => panic!("{urn}"),
            Err(error) => assert_eq!(problem(&answer, StatusCode::NOT_FOUND), error.to_string()),
        }

        let (terms, total) = app.catalog.terms(&actor, 0, 50).await.unwrap();
        let told = read(&app, "/api/v1/glossary", &token).await;
        assert_eq!(told["total"], total, "{person}");
        let own: Vec<String> = terms.iter().map(|term| term.urn.to_string()).collect();
        assert_eq!(texts(&told["terms"], "urn"), own, "{person}");

        problem(&asked(&app, HIDDEN_IN_API, Some(&token)).await, StatusCode::NOT_FOUND);
        let all = format!("{}{}{}", found, answer.text, told).to_lowercase();
        assert!(!all.contains("quetzal"), "{person}: {all}");
    }
}

#[tokio::test]
async fn an_asset_and_a_term_are_told_with_what_stands_around_them() {
    let app = TestApp::with(SMALL).await;
    let machine = Actor::local(Door::CommandLine);
    app.catalog.set_account(&machine, "ana.benitez", "ana", None).await.unwrap();
    let draft = loggia_catalog::organise::Draft { name: "Loader".into(), ..Default::default() };
    let (loader, seq) = app.catalog.create(&machine, loggia_model::Kind::Service, &draft).await.unwrap();
    app.catalog.until_found(seq).await;
    let all = Urn::organisation();
    let viewer = Some(loggia_model::facts::Role::Viewer);
    let seq = app.catalog.set_member(&machine, &all, loader.as_str(), viewer, None).await.unwrap();
    app.catalog.until_found(seq).await;
    let token = app.catalog.make_token(&machine, &loader, "x", Scope::Read, 1).await.unwrap().token;

    let loans = read(&app, LOANS_IN_API, &token).await;
    assert_eq!(loans["type"], "table");
    assert_eq!(texts(&loans["unit"], "name"), ["Risk"]);
    assert_eq!(texts(&loans["downstream"]["assets"], "name"), ["Arrears by loan"]);
    let late = &loans["columns"]["columns"][1];
    assert_eq!((&late["path"], &late["type"]), (&"days_late".into(), &"int4".into()));
    assert_eq!(texts(&late["terms"], "name"), ["Arrears"]);
    assert_eq!(loans["columns"]["next"], Value::Null);
    let rest = read(&app, &format!("{LOANS_IN_API}?columns_from=1"), &token).await;
    assert_eq!(texts(&rest["columns"]["columns"], "path"), ["days_late"]);
    let before = asked(&app, &format!("{LOANS_IN_API}?as_of=1999-01-01T00:00:00Z"), Some(&token)).await;
    problem(&before, StatusCode::NOT_FOUND);

    let term = read(&app, ARREARS_IN_API, &token).await;
    assert_eq!(term["definition"], "What is owed and late.");
    assert_eq!((&term["status"], &term["carried"]), (&"approved".into(), &1.into()));
    assert_eq!(term["synonyms"][0], "mora");
    let found = read(&app, "/api/v1/search?q=mora&kind=term", &token).await;
    assert_eq!(texts(&found["hits"], "name"), ["Arrears"]);

    // Asked again, nothing is sent twice; and what has changed is.
    let answer = asked(&app, ARREARS_IN_API, Some(&token)).await;
    let tag = answer.headers.get("etag").unwrap().to_str().unwrap().to_owned();
    let again = || {
        Request::get(ARREARS_IN_API)
            .header("authorization", format!("Bearer {}", token.reveal()))
            .header("if-none-match", &tag)
    };
    let unchanged = app.send(again()).await;
    assert_eq!((unchanged.status, unchanged.text.as_str()), (StatusCode::NOT_MODIFIED, ""));
    let arrears: Urn = "urn:loggia:term:banking/arrears".parse().unwrap();
    let seq = app.catalog.deprecate(&machine, &arrears).await.unwrap();
    app.catalog.until_found(seq).await;
    assert_eq!(app.send(again()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn no_route_lets_anybody_in_who_has_no_good_token() {
    let app = with_accounts().await;
    let wide = token_of(&app, "viewer", Scope::Read).await;
    let narrow = token_of(&app, "viewer", Scope::Search).await;
    let revoked = token_of(&app, "viewer", Scope::Read).await;
    let viewer = Actor::person("viewer".parse().unwrap(), Door::Browser);
    let person: Urn = "urn:loggia:person:viewer".parse().unwrap();
    let last = &app.catalog.tokens(&viewer, &person).await.unwrap()[0].id;
    app.catalog.revoke_token(&viewer, last).await.unwrap();
    let leaving = token_of(&app, "contributor", Scope::Read).await;
    app.catalog.disable_account(&Actor::local(Door::CommandLine), "contributor", true).await.unwrap();
    let unknown = Secret::new(wide.reveal().replace("loggia_", "loggia_x"));
    let browser = signed_in(&app, "viewer").await;
    // Where the viewer may read it.
    let words = Draft { name: "Banking".into(), unit: "Risk".into(), ..Draft::default() };
    let glossary = "urn:loggia:glossary:banking".parse().unwrap();
    let seq = app.catalog.update(&Actor::local(Door::CommandLine), &glossary, &words, None).await.unwrap();
    app.catalog.until_found(seq).await;

    for (path, needed) in GUARDED {
        let none = asked(&app, path, None).await;
        assert!(problem(&none, StatusCode::UNAUTHORIZED).contains("Authorization: Bearer"));
        assert_eq!(none.headers.get("www-authenticate").unwrap(), "Bearer realm=\"loggia\"");
        let mut told = BTreeSet::new();
        for token in [&revoked, &leaving, &unknown, &Secret::new("x")] {
            let answer = asked(&app, path, Some(token)).await;
            told.insert(problem(&answer, StatusCode::UNAUTHORIZED));
            let challenge = answer.headers.get("www-authenticate").unwrap().to_str().unwrap();
            assert!(challenge.contains("invalid_token"), "{challenge}");
        }
        assert_eq!(told.len(), 1, "nothing tells these apart: {told:?}");

        assert_eq!(asked(&app, path, Some(&wide)).await.status, StatusCode::OK, "{path}");
        let answer = asked(&app, path, Some(&narrow)).await;
        if needed == Scope::Search {
            assert_eq!(answer.status, StatusCode::OK);
        } else {
            problem(&answer, StatusCode::FORBIDDEN);
            let challenge = answer.headers.get("www-authenticate").unwrap().to_str().unwrap();
            assert!(challenge.contains("insufficient_scope") && challenge.contains("scope=\"read\""));
        }
        // A session counts for nothing here, and nor does a token that is not in the header.
        problem(&asked(&browser, path, None).await, StatusCode::UNAUTHORIZED);
        let in_address = format!("{path}?access_token={}", wide.reveal());
        problem(&asked(&app, &in_address, None).await, StatusCode::UNAUTHORIZED);
        let told = problem(&asked(&app, &in_address, Some(&wide)).await, StatusCode::BAD_REQUEST);
        assert!(told.contains("revoke this one") && !told.contains(wide.reveal()), "{told}");
        let basic = Request::get(path).header("authorization", "Basic dmlld2VyOng=");
        problem(&app.send(basic).await, StatusCode::UNAUTHORIZED);
        // Nor does a token open the pages.
        let page = Request::get("/").header("authorization", format!("Bearer {}", wide.reveal()));
        assert_eq!(app.send(page).await.status, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn an_expired_token_opens_no_route() {
    let app = with_accounts().await;
    let token = token_of(&app, "viewer", Scope::Read).await;
    assert_eq!(asked(&app, SEARCH, Some(&token)).await.status, StatusCode::OK);
    // As it stands when its day has come.
    let [known] = <[Token; 1]>::try_from(app.store.all_tokens().await.unwrap()).unwrap();
    app.store.remove_token(&known.id).await.unwrap();
    app.store.put_token(&Token { expires: Timestamp::EPOCH, ..known }).await.unwrap();
    for (path, _) in GUARDED {
        problem(&asked(&app, path, Some(&token)).await, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn before_the_first_account_whoever_reaches_this_machine_reads() {
    let app = TestApp::with(SMALL).await;
    for (path, _) in GUARDED {
        assert_eq!(asked(&app, path, None).await.status, StatusCode::OK, "{path}");
        problem(&asked(&app, path, Some(&Secret::new("x"))).await, StatusCode::UNAUTHORIZED);
        let led = Request::get(path).header("x-forwarded-for", "10.1.2.3");
        problem(&app.send(led).await, StatusCode::MISDIRECTED_REQUEST);
        let rebound = Request::get(path).header("host", "evil.example");
        problem(&app.send(rebound).await, StatusCode::MISDIRECTED_REQUEST);
    }
}

#[tokio::test]
async fn whatever_is_wrong_is_a_problem_that_names_it() {
    let app = TestApp::with(SMALL).await;
    let long = format!("/api/v1/search?q={}", "a".repeat(1_001));
    for (path, status, why) in [
        ("/api/v1/search?page=0", StatusCode::BAD_REQUEST, "'page' is '0', not a number from 1 to 500"),
        ("/api/v1/search?page=501", StatusCode::BAD_REQUEST, "'page' is '501'"),
        ("/api/v1/search?page=x", StatusCode::BAD_REQUEST, "'page' is 'x'"),
        ("/api/v1/search?sort=best", StatusCode::BAD_REQUEST, "'sort' is 'best', not one of relevance"),
        ("/api/v1/search?freshness=new", StatusCode::BAD_REQUEST, "not one of day, week"),
        ("/api/v1/search?limit=9", StatusCode::BAD_REQUEST, "there is no parameter 'limit' here"),
        ("/api/v1/search?q=a&q=b", StatusCode::BAD_REQUEST, "'q' is given more than once"),
        ("/api/v1/search?q=%FF", StatusCode::BAD_REQUEST, "not UTF-8"),
        (long.as_str(), StatusCode::BAD_REQUEST, "'q' has more than 1000 characters"),
        ("/api/v1/glossary?page=-1", StatusCode::BAD_REQUEST, "'page' is '-1'"),
        ("/api/v1/glossary/urn:loggia:term:none", StatusCode::NOT_FOUND, "there is no urn:loggia:term:none"),
        ("/api/v1/glossary/urn:loggia:person:ana.benitez", StatusCode::NOT_FOUND, "is the name of a person"),
        ("/api/v1/assets/loans", StatusCode::NOT_FOUND, "does not read urn:loggia:KIND:NAME"),
        ("/api/v1/assets/%FF", StatusCode::NOT_FOUND, "not UTF-8"),
        ("/api/v1/assets/", StatusCode::NOT_FOUND, "/api/v1/openapi.json says what there is"),
        ("/api/v1/assets/a/b", StatusCode::NOT_FOUND, "/api/v1/openapi.json says what there is"),
        ("/api/v2/search", StatusCode::NOT_FOUND, "there is nothing here"),
        ("/api", StatusCode::NOT_FOUND, "there is nothing here"),
        ("/api/v1/openapi.json?x=1", StatusCode::BAD_REQUEST, "there are: none"),
    ] {
        let told = problem(&asked(&app, path, None).await, status);
        assert!(told.contains(why), "{path}: {told}");
    }
    for (path, _) in GUARDED {
        for method in [Method::POST, Method::PUT, Method::DELETE, Method::OPTIONS, Method::PATCH] {
            let answer = app.send(Request::builder().method(method.clone()).uri(path)).await;
            problem(&answer, StatusCode::METHOD_NOT_ALLOWED);
            assert_eq!(answer.headers.get("allow").unwrap(), "GET,HEAD", "{method} {path}");
        }
        let head = app.send(Request::head(path)).await;
        assert_eq!((head.status, head.text.as_str()), (StatusCode::OK, ""), "{path}");
    }
}

#[tokio::test]
async fn the_description_has_exactly_the_routes_there_are_and_needs_no_token() {
    let app = with_accounts().await;
    let answer = asked(&app, "/api/v1/openapi.json", None).await;
    assert_eq!(answer.status, StatusCode::OK);
    let description: Value = serde_json::from_str(&answer.text).unwrap();
    assert_eq!(description["openapi"], "3.1.0");
    let described: BTreeSet<&str> =
        description["paths"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(described, BTreeSet::from(ROUTES));
    assert_eq!(description["components"]["securitySchemes"]["token"]["scheme"], "bearer");
    for (path, route) in description["paths"].as_object().unwrap() {
        let open = path.ends_with("openapi.json");
        let security = &route["get"]["security"][0];
        assert_eq!(security.get("token").is_none(), open, "{path}: {security}");
        // What it says that it needs, it needs.
        let address = path.replace("{urn}", "urn:loggia:term:banking%2Farrears");
        let status = asked(&app, &address, None).await.status;
        assert_eq!(status, if open { StatusCode::OK } else { StatusCode::UNAUTHORIZED }, "{path}");
    }
    let parameters = description["paths"][SEARCH]["get"]["parameters"].as_array().unwrap();
    let names: Vec<&str> = parameters.iter().map(|one| one["name"].as_str().unwrap()).collect();
    let own =
        ["q", "domain", "kind", "platform", "owner", "tag", "term", "form", "freshness", "sort", "page"];
    assert_eq!(names, own);
}

#[tokio::test]
async fn a_token_is_made_by_a_plain_form_shown_once_and_revoked() {
    let app = with_accounts().await;
    let mut viewer = signed_in(&app, "viewer").await;
    let wrong = [("name", ""), ("days", "soon"), ("scope", "read"), ("back", "/account")];
    viewer.post(&function("make_token"), &wrong).await;
    let page = viewer.get("/account").await.text;
    assert!(page.contains("not a number of days") && page.contains("value=\"soon\""), "{page}");

    let right = [("name", "My notebook"), ("days", "30"), ("scope", "search"), ("back", "/account")];
    let answer = viewer.post(&function("make_token"), &right).await;
    assert_eq!(answer.headers.get("location").unwrap(), "/account");
    let said = format!("{:?} {}", answer.headers, answer.text);
    let shown = viewer.get("/account").await;
    assert_eq!(shown.headers.get("cache-control").unwrap(), "no-store");
    let token = shown.text.split("<code>loggia_").nth(1).unwrap().split('<').next().unwrap().to_owned();
    let token = Secret::new(format!("loggia_{token}"));
    assert!(!said.contains(token.reveal()), "neither in the answer to the form nor in a cookie");
    let again = viewer.get("/account").await.text;
    assert!(!again.contains(token.reveal()) && again.contains("My notebook"), "{again}");
    assert_eq!(asked(&app, SEARCH, Some(&token)).await.status, StatusCode::OK);
    problem(&asked(&app, LOANS_IN_API, Some(&token)).await, StatusCode::FORBIDDEN);

    // Nobody else revokes it, and nobody makes one of somebody else.
    let id = again
        .split("name=\"id\" value=\"")
        .filter_map(|rest| rest.split('"').next())
        .find(|id| id.len() == 16);
    let id = id.unwrap().to_owned();
    let mut stranger = signed_in(&app, "stranger").await;
    stranger.post(&function("revoke_token"), &[("id", &id), ("back", "/account")]).await;
    let theirs = [("owner", "urn:loggia:person:viewer"), ("name", "x"), ("days", "1"), ("scope", "read")];
    stranger.post(&function("make_token"), &theirs).await;
    assert!(stranger.cookie("loggia_made").is_none());
    assert_eq!(asked(&app, SEARCH, Some(&token)).await.status, StatusCode::OK);
    viewer.post(&function("revoke_token"), &[("id", &id), ("back", "/account")]).await;
    problem(&asked(&app, SEARCH, Some(&token)).await, StatusCode::UNAUTHORIZED);
    let from_elsewhere = Request::post(function("make_token"))
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "cross-site");
    let refused = viewer.send_with(from_elsewhere, form(&right)).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_page_of_a_service_shows_its_tokens_to_whoever_has_them_in_hand() {
    let app = with_accounts().await;
    let machine = Actor::local(Door::CommandLine);
    let draft = loggia_catalog::organise::Draft {
        name: "Nightly loader".into(),
        owners: "Conrad Contributor".into(),
        ..Default::default()
    };
    let (loader, seq) = app.catalog.create(&machine, loggia_model::Kind::Service, &draft).await.unwrap();
    app.catalog.until_found(seq).await;
    let mut owner = signed_in(&app, "contributor").await;
    let fields = [("owner", loader.as_str()), ("name", "Cron"), ("days", "7"), ("scope", "read")];
    let fields = [&fields[..], &[("back", "/services/nightly-loader")]].concat();
    owner.post(&function("make_token"), &fields).await;
    let page = owner.get("/services/nightly-loader").await;
    assert!(page.text.contains("<code>loggia_") && page.text.contains("Cron"), "{}", page.text);
    let viewer = signed_in(&app, "viewer").await;
    let page = viewer.get("/services/nightly-loader").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("Nightly loader") && !page.text.contains("Cron"), "{}", page.text);
    assert_eq!(viewer.get("/services/none").await.status, StatusCode::NOT_FOUND);
    assert!(viewer.get("/organisation").await.text.contains("Nightly loader"));
}
