//! SCIM through the real router: who is let in, what a directory sends and gets, and how it is refused.

use http::{Method, Request, StatusCode};
use loggia_catalog::organise::Draft;
use loggia_catalog::ports::{Accounts, Scope, Token, Tokens};
use loggia_model::facts::Role;
use loggia_model::{Actor, Door, Kind, Secret, Timestamp, Urn};
use loggia_server::http::scim::ROUTES;
use serde_json::{Value, json};

use crate::support::{Answer, SMALL, TestApp};

const USERS: &str = "/scim/v2/Users";
const GROUPS: &str = "/scim/v2/Groups";
const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// Where Ana administers, and can sign in.
pub async fn portal() -> TestApp {
    let app = TestApp::with(SMALL).await;
    let machine = Actor::local(Door::CommandLine);
    app.catalog.set_account(&machine, "ana.benitez", "steward", None).await.unwrap();
    let (everywhere, ana) = (Urn::organisation(), "urn:loggia:person:ana.benitez");
    let seq =
        app.catalog.set_member(&machine, &everywhere, ana, Some(Role::Administrator), None).await.unwrap();
    app.catalog.until_found(seq).await;
    app
}

/// A new directory of this name; its token.
pub async fn directory(app: &TestApp, name: &str) -> Secret {
    let machine = Actor::local(Door::CommandLine);
    let draft = Draft { name: name.into(), ..Draft::default() };
    let (service, seq) = app.catalog.create(&machine, Kind::Service, &draft).await.unwrap();
    app.catalog.until_found(seq).await;
    app.catalog.make_token(&machine, &service, "sync", Scope::Provision, 1).await.unwrap().token
}

async fn asked(app: &TestApp, method: Method, path: &str, token: &Secret, body: Value) -> Answer {
    let text = if body.is_null() { String::new() } else { body.to_string() };
    sent(app, method, path, token, text).await
}

async fn sent(app: &TestApp, method: Method, path: &str, token: &Secret, body: String) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("host", "localhost:3000")
        .header("content-type", "application/scim+json")
        .header("authorization", format!("Bearer {}", token.reveal()));
    let answer = app.send_with(request, body).await;
    assert!(answer.status.as_u16() < 500, "{path}: {} {}", answer.status, answer.text);
    answer
}

async fn got(app: &TestApp, path: &str, token: &Secret) -> Value {
    let answer = asked(app, Method::GET, path, token, Value::Null).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
    read(&answer)
}

fn read(answer: &Answer) -> Value {
    assert_eq!(answer.headers.get("content-type").unwrap(), "application/scim+json");
    serde_json::from_str(&answer.text).unwrap()
}

/// That it is an error of RFC 7644: its type, and what it says.
fn refused(answer: &Answer, status: StatusCode) -> (String, String) {
    assert_eq!(answer.status, status, "{}", answer.text);
    let error = read(answer);
    assert_eq!(error["schemas"][0], "urn:ietf:params:scim:api:messages:2.0:Error");
    assert_eq!(error["status"], status.as_str());
    let scim_type = error["scimType"].as_str().unwrap_or_default().to_owned();
    (scim_type, error["detail"].as_str().unwrap().to_owned())
}

fn user(name: &str) -> Value {
    json!({"schemas": [USER], "userName": name})
}

/// With one operation each.
fn patch(operations: Value) -> Value {
    json!({"schemas": [PATCH], "Operations": operations})
}

fn is_disabled(account: Option<loggia_catalog::ports::Account>) -> bool {
    account.unwrap().is_disabled
}

#[tokio::test]
async fn a_directory_makes_changes_and_removes_a_user() {
    let app = portal().await;
    let token = directory(&app, "Entra").await;
    let ines = json!({
        "schemas": [USER, "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
        "userName": "ines@bank.example",
        "externalId": "8f1c",
        "name": {"givenName": "Inés", "familyName": "Núñez"},
        "emails": [{"value": "ines@bank.example", "type": "work", "primary": true}],
        "active": true,
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"department": "Risk"},
    });
    let made = asked(&app, Method::POST, USERS, &token, ines).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let location = "http://localhost:3000/scim/v2/Users/ines";
    assert_eq!(made.headers.get("location").unwrap(), location);
    let body = read(&made);
    assert_eq!((&body["id"], &body["meta"]["location"]), (&"ines".into(), &location.into()));
    assert_eq!(body["meta"]["resourceType"], "User");
    assert_eq!(body["name"], json!({"familyName": "Núñez", "givenName": "Inés"}));
    assert_eq!(got(&app, "/scim/v2/Users/ines", &token).await, body);

    // As Entra sends it: the operation in capitals, the truth as a text, paths in an object.
    let left = patch(json!([
        {"op": "Replace", "value": {"active": "False", "name.familyName": "Franco"}},
        {"op": "Add", "path": "emails[type eq \"home\"].value", "value": "i@home.example"},
        {"op": "Replace", "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", "value": "x"},
        {"op": "Replace", "path": "phoneNumbers[type eq \"work\"].value", "value": "1"},
    ]));
    let answer = asked(&app, Method::PATCH, "/scim/v2/Users/ines", &token, left).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let body = read(&answer);
    assert_eq!((&body["active"], &body["name"]["familyName"]), (&false.into(), &"Franco".into()));
    assert_eq!(body["emails"][1], json!({"value": "i@home.example", "type": "home"}));
    assert!(is_disabled(app.store.account(&"ines".parse().unwrap()).await.unwrap()));

    // As Okta does: all anew.
    let whole = json!({"schemas": [USER], "id": "ines", "userName": "ines.n", "active": true});
    let answer = asked(&app, Method::PUT, "/scim/v2/Users/ines", &token, whole).await;
    let body = read(&answer);
    assert_eq!((&body["userName"], &body["active"]), (&"ines.n".into(), &true.into()));
    assert!(body.get("emails").is_none() && body.get("name").is_none(), "{body}");
    assert!(!is_disabled(app.store.account(&"ines".parse().unwrap()).await.unwrap()));

    let gone = asked(&app, Method::DELETE, "/scim/v2/Users/ines", &token, Value::Null).await;
    assert_eq!((gone.status, gone.text.as_str()), (StatusCode::NO_CONTENT, ""));
    for method in [Method::GET, Method::DELETE] {
        let answer = asked(&app, method, "/scim/v2/Users/ines", &token, Value::Null).await;
        refused(&answer, StatusCode::NOT_FOUND);
    }
    assert!(is_disabled(app.store.account(&"ines".parse().unwrap()).await.unwrap()));
}

#[tokio::test]
async fn users_are_listed_found_and_shown_as_far_as_is_asked() {
    let app = portal().await;
    let token = directory(&app, "Okta").await;
    for name in ["ana", "bruno", "carla"] {
        let words = json!({"schemas": [USER], "userName": name, "displayName": format!("{name} x")});
        asked(&app, Method::POST, USERS, &token, words).await;
    }
    let taken = asked(&app, Method::POST, USERS, &token, user("BRUNO")).await;
    assert_eq!(refused(&taken, StatusCode::CONFLICT).0, "uniqueness");
    let list = got(&app, "/scim/v2/Users?startIndex=2&count=1&attributes=userName", &token).await;
    assert_eq!(list["totalResults"], 3);
    assert_eq!((&list["startIndex"], &list["itemsPerPage"]), (&2.into(), &1.into()));
    let bruno = json!([{"schemas": [USER], "id": "bruno", "userName": "bruno"}]);
    assert_eq!(list["Resources"], bruno);
    let found = got(&app, "/scim/v2/Users?filter=userName+eq+%22Bruno%22&attributes=userName", &token).await;
    assert_eq!((&found["totalResults"], &found["Resources"]), (&1.into(), &bruno));
    let none = got(&app, "/scim/v2/Users?count=0", &token).await;
    assert_eq!((&none["totalResults"], &none["Resources"]), (&3.into(), &json!([])));
    let least = got(&app, "/scim/v2/Users?startIndex=-1&count=1", &token).await;
    assert_eq!((&least["startIndex"], &least["Resources"][0]["id"]), (&1.into(), &"ana".into()));
    let without = got(&app, "/scim/v2/Users/ana?excludedAttributes=meta,displayName", &token).await;
    assert_eq!(without, json!({"schemas": [USER], "id": "ana", "userName": "ana", "active": true}));
}

#[tokio::test]
async fn a_directory_makes_a_group_and_says_who_is_in_it() {
    let app = portal().await;
    let token = directory(&app, "Entra").await;
    for name in ["ana", "bruno", "carla"] {
        asked(&app, Method::POST, USERS, &token, user(name)).await;
    }
    let group = json!({"schemas": [GROUP], "displayName": "Risk readers", "members": [{"value": "ana"}]});
    let made = asked(&app, Method::POST, GROUPS, &token, group.clone()).await;
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    let path = "/scim/v2/Groups/risk-readers";
    let member = |name: &str| json!({"value": name, "$ref": format!("http://localhost:3000/scim/v2/Users/{name}"), "type": "User"});
    assert_eq!(read(&made)["members"], json!([member("ana")]));
    let again = asked(&app, Method::POST, GROUPS, &token, group).await;
    assert_eq!(refused(&again, StatusCode::CONFLICT).0, "uniqueness");

    let change = |operations: Value| asked(&app, Method::PATCH, path, &token, patch(operations));
    let two = json!([
        {"op": "add", "path": "members", "value": [{"value": "bruno"}, {"value": "carla"}]},
        {"op": "remove", "path": "members[value eq \"ana\"]"},
    ]);
    assert_eq!(change(two).await.status, StatusCode::NO_CONTENT);
    let members = |group: &Value| group["members"].clone();
    assert_eq!(members(&got(&app, path, &token).await), json!([member("bruno"), member("carla")]));
    let by_entra =
        json!([{"op": "Remove", "path": "members", "value": [{"value": "carla"}, {"value": "a b"}]}]);
    assert_eq!(change(by_entra).await.status, StatusCode::NO_CONTENT);
    assert_eq!(members(&got(&app, path, &token).await), json!([member("bruno")]));
    let whole =
        json!([{"op": "replace", "value": {"displayName": "Readers", "members": [{"value": "ana"}]}}]);
    assert_eq!(change(whole).await.status, StatusCode::NO_CONTENT);
    let found = got(&app, "/scim/v2/Groups?filter=displayName+eq+%22readers%22", &token).await;
    assert_eq!(
        (&found["totalResults"], &members(&found["Resources"][0])),
        (&1.into(), &json!([member("ana")]))
    );
    let alone = got(&app, "/scim/v2/Groups?excludedAttributes=members", &token).await;
    assert!(alone["Resources"][0].get("members").is_none() && alone["totalResults"] == 1, "{alone}");

    for (operations, why) in [
        (json!([{"op": "add", "path": "members", "value": [{"value": "nobody"}]}]), "invalidValue"),
        (json!([{"op": "add", "path": "members", "value": [{"value": "a\r\nb"}]}]), "invalidValue"),
        (
            json!([{"op": "add", "path": "members", "value": [{"value": "ana", "type": "Group"}]}]),
            "invalidValue",
        ),
        (json!([{"op": "add", "path": "members", "value": "ana"}]), "invalidValue"),
        (json!([{"op": "remove", "path": "displayName"}]), "invalidValue"),
        (json!([{"op": "remove"}]), "noTarget"),
        (json!([{"op": "replace", "path": "meta", "value": {}}]), "mutability"),
        (json!([{"op": "add", "path": "owners", "value": []}]), "invalidPath"),
    ] {
        let shown = operations.to_string();
        assert_eq!(refused(&change(operations).await, StatusCode::BAD_REQUEST).0, why, "{shown}");
    }
    let none = json!([{"op": "remove", "path": "members"}]);
    assert_eq!(change(none).await.status, StatusCode::NO_CONTENT);
    assert!(got(&app, path, &token).await.get("members").is_none());
    assert_eq!(asked(&app, Method::DELETE, path, &token, Value::Null).await.status, StatusCode::NO_CONTENT);
    refused(&asked(&app, Method::GET, path, &token, Value::Null).await, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_group_of_ten_thousand_names_comes_in_one_body() {
    let app = portal().await;
    let token = directory(&app, "Entra").await;
    asked(&app, Method::POST, USERS, &token, user("ana")).await;
    asked(&app, Method::POST, GROUPS, &token, json!({"schemas": [GROUP], "displayName": "All"})).await;
    let members: Vec<Value> = (0..10_000).map(|_| json!({"value": "ana"})).collect();
    let operations = json!([{"op": "add", "path": "members", "value": members}]);
    let answer = asked(&app, Method::PATCH, "/scim/v2/Groups/all", &token, patch(operations)).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text);
    let all = got(&app, "/scim/v2/Groups/all", &token).await;
    assert_eq!(all["members"].as_array().unwrap().len(), 1);
    let large = format!("{{\"schemas\":[\"{USER}\"],\"userName\":\"{}\"}}", "a".repeat(1 << 20));
    let answer = sent(&app, Method::POST, USERS, &token, large).await;
    refused(&answer, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn nobody_comes_in_but_by_a_token_that_was_made_for_it() {
    let app = portal().await;
    let wide = directory(&app, "Entra").await;
    let service: Urn = "urn:loggia:service:entra".parse().unwrap();
    let machine = Actor::local(Door::CommandLine);
    let make = async |scope: Scope| app.catalog.make_token(&machine, &service, "x", scope, 1).await.unwrap();
    let (reads, searches) = (make(Scope::Read).await.token, make(Scope::Search).await.token);
    let revoked = make(Scope::Provision).await;
    app.catalog.revoke_token(&machine, &revoked.id).await.unwrap();
    let expired = make(Scope::Provision).await;
    let known = app.store.token(&expired.id).await.unwrap().unwrap();
    app.store.remove_token(&known.id).await.unwrap();
    app.store.put_token(&Token { expires: Timestamp::EPOCH, ..known }).await.unwrap();

    for route in ROUTES {
        let path = route.replace("{id}", "User");
        for method in [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            let answer = asked(&app, method.clone(), &path, &reads, user("eve")).await;
            if answer.status == StatusCode::METHOD_NOT_ALLOWED {
                refused(&answer, StatusCode::METHOD_NOT_ALLOWED);
                continue;
            }
            let challenge = answer.headers.get("www-authenticate").unwrap().to_str().unwrap();
            assert!(
                challenge.contains("insufficient_scope") && challenge.contains("provision"),
                "{challenge}"
            );
            refused(&answer, StatusCode::FORBIDDEN);
            refused(&asked(&app, method.clone(), &path, &searches, user("eve")).await, StatusCode::FORBIDDEN);
            let mut told = Vec::new();
            for token in [&revoked.token, &expired.token, &Secret::new("loggia_x")] {
                let answer = asked(&app, method.clone(), &path, token, user("eve")).await;
                told.push(refused(&answer, StatusCode::UNAUTHORIZED));
            }
            told.dedup();
            assert_eq!(told.len(), 1, "nothing tells these apart: {told:?}");
            let nobody = Request::builder().method(method.clone()).uri(&path);
            let none = app.send_with(nobody, user("eve").to_string()).await;
            refused(&none, StatusCode::UNAUTHORIZED);
            assert_eq!(none.headers.get("www-authenticate").unwrap(), "Bearer realm=\"loggia\"");
            let bearer = format!("Bearer {}", wide.reveal());
            let twice = Request::builder()
                .method(method)
                .uri(&path)
                .header("authorization", &bearer)
                .header("authorization", &bearer);
            refused(&app.send_with(twice, String::new()).await, StatusCode::UNAUTHORIZED);
        }
    }
    assert_eq!(got(&app, USERS, &wide).await["totalResults"], 0, "and nobody was made");

    // It opens neither the API nor a page.
    let bearer = || format!("Bearer {}", wide.reveal());
    for path in ["/api/v1/search", "/api/v1/glossary"] {
        let answer = app.send(Request::get(path).header("authorization", bearer())).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
    }
    let page = app.send(Request::get("/").header("authorization", bearer())).await;
    assert_eq!(page.status, StatusCode::UNAUTHORIZED);
    let in_address = format!("{USERS}?access_token={}", wide.reveal());
    let told =
        refused(&asked(&app, Method::GET, &in_address, &wide, Value::Null).await, StatusCode::BAD_REQUEST);
    assert!(told.1.contains("revoke this one") && !told.1.contains(wide.reveal()), "{told:?}");
    let rebound = Request::get(USERS).header("host", "evil.example").header("authorization", bearer());
    refused(&app.send(rebound).await, StatusCode::MISDIRECTED_REQUEST);
}

#[tokio::test]
async fn before_the_first_account_a_directory_brings_nobody_either() {
    let app = TestApp::with(SMALL).await;
    refused(&app.send(Request::get(USERS)).await, StatusCode::UNAUTHORIZED);
    let token = directory(&app, "Entra").await;
    refused(&asked(&app, Method::POST, USERS, &token, user("eve")).await, StatusCode::CONFLICT);
    assert!(app.catalog.has_no_accounts().await.unwrap());
}

#[tokio::test]
async fn the_last_administrator_stays_and_that_is_said() {
    let app = portal().await;
    let token = directory(&app, "Entra").await;
    let ana = json!({
        "schemas": [USER], "userName": "ana", "emails": [{"value": "ana@bank.example"}],
    });
    asked(&app, Method::POST, USERS, &token, ana).await;
    let machine = Actor::local(Door::CommandLine);
    let everywhere = Urn::organisation();
    let role = Some(Role::Administrator);
    let seq =
        app.catalog.set_member(&machine, &everywhere, "urn:loggia:person:ana", role, None).await.unwrap();
    app.catalog.until_found(seq).await;
    let first = "urn:loggia:person:ana.benitez";
    let seq = app.catalog.set_member(&machine, &everywhere, first, None, None).await.unwrap();
    app.catalog.until_found(seq).await;
    let out = patch(json!([{"op": "replace", "path": "active", "value": false}]));
    let answer = asked(&app, Method::PATCH, "/scim/v2/Users/ana", &token, out).await;
    let told = refused(&answer, StatusCode::CONFLICT).1;
    assert!(told.contains("administers the organisation"), "{told}");
    let answer = asked(&app, Method::DELETE, "/scim/v2/Users/ana", &token, Value::Null).await;
    refused(&answer, StatusCode::CONFLICT);
    assert_eq!(got(&app, "/scim/v2/Users/ana", &token).await["active"], true);
}

#[tokio::test]
async fn whatever_is_wrong_with_a_body_is_said() {
    let app = portal().await;
    let token = directory(&app, "Entra").await;
    asked(&app, Method::POST, USERS, &token, user("ines")).await;
    let nested = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    for (body, why) in [
        (String::new(), "invalidSyntax"),
        ("{".to_owned(), "invalidSyntax"),
        ("[]".to_owned(), "invalidSyntax"),
        (nested, "invalidSyntax"),
        (json!({"userName": "x"}).to_string(), "invalidSyntax"),
        (json!({"schemas": [GROUP], "userName": "x"}).to_string(), "invalidSyntax"),
        (json!({"schemas": [USER, "urn:other"], "userName": "x"}).to_string(), "invalidSyntax"),
        (json!({"schemas": USER, "userName": "x"}).to_string(), "invalidValue"),
        (json!({"schemas": [USER]}).to_string(), "invalidValue"),
        (json!({"schemas": [USER], "userName": 7}).to_string(), "invalidValue"),
        (json!({"schemas": [USER], "userName": "a\r\nSet-Cookie: x"}).to_string(), "invalidValue"),
        (json!({"schemas": [USER], "userName": "x", "active": "maybe"}).to_string(), "invalidValue"),
        (json!({"schemas": [USER], "userName": "x", "emails": "x@y"}).to_string(), "invalidValue"),
        (json!({"schemas": [USER], "userName": "x", "emails": [7]}).to_string(), "invalidValue"),
        (json!({"schemas": [USER], "userName": "x", "name": []}).to_string(), "invalidValue"),
    ] {
        let answer = sent(&app, Method::POST, USERS, &token, body.clone()).await;
        let shown: String = body.chars().take(80).collect();
        assert_eq!(refused(&answer, StatusCode::BAD_REQUEST).0, why, "{shown}");
    }
    for (operations, why) in [
        (json!([]), "invalidSyntax"),
        (json!([7]), "invalidValue"),
        (json!([{"op": "move", "path": "title"}]), "invalidSyntax"),
        (json!([{"op": "remove"}]), "noTarget"),
        (json!([{"op": "replace", "path": "id", "value": "root"}]), "mutability"),
        (json!([{"op": "replace", "path": "no such", "value": "x"}]), "invalidPath"),
        (json!([{"op": "replace", "path": "userNme", "value": "x"}]), "invalidPath"),
        (json!([{"op": "replace", "path": "emails[type eq", "value": "x"}]), "invalidPath"),
        (json!([{"op": "remove", "path": "userName"}]), "invalidValue"),
        (json!([{"op": "replace", "path": "title", "value": {}}]), "invalidValue"),
        (json!([{"op": "replace", "value": "x"}]), "invalidValue"),
    ] {
        let shown = operations.to_string();
        let answer = asked(&app, Method::PATCH, "/scim/v2/Users/ines", &token, patch(operations)).await;
        assert_eq!(refused(&answer, StatusCode::BAD_REQUEST).0, why, "{shown}");
    }
    let request = Request::post(USERS)
        .header("content-type", "text/plain")
        .header("authorization", format!("Bearer {}", token.reveal()));
    let answer = app.send_with(request, user("x").to_string()).await;
    refused(&answer, StatusCode::UNSUPPORTED_MEDIA_TYPE);
    assert_eq!(got(&app, USERS, &token).await["totalResults"], 1);
}

#[tokio::test]
async fn whatever_is_wrong_with_an_address_is_said() {
    let app = portal().await;
    let token = directory(&app, "Entra").await;
    let long = format!("/scim/v2/Users?filter=userName+eq+%22{}%22", "a".repeat(10_000));
    for (path, status, why) in [
        ("/scim/v2/Users?startIndex=x", StatusCode::BAD_REQUEST, "invalidValue"),
        ("/scim/v2/Users?count=1e9", StatusCode::BAD_REQUEST, "invalidValue"),
        ("/scim/v2/Users?filter=password+pr", StatusCode::BAD_REQUEST, "invalidFilter"),
        ("/scim/v2/Users?filter=userName+gt+%22a%22", StatusCode::BAD_REQUEST, "invalidFilter"),
        ("/scim/v2/Groups?filter=members+pr", StatusCode::BAD_REQUEST, "invalidFilter"),
        (long.as_str(), StatusCode::BAD_REQUEST, "invalidFilter"),
        ("/scim/v2/Users?filter=%FF", StatusCode::BAD_REQUEST, "invalidSyntax"),
        ("/scim/v2/Users?attributes=id&excludedAttributes=id", StatusCode::BAD_REQUEST, "invalidSyntax"),
        ("/scim/v2/Users/%0d%0aSet-Cookie:x", StatusCode::NOT_FOUND, ""),
        ("/scim/v2/Users/%FF", StatusCode::NOT_FOUND, ""),
        ("/scim/v2/Users/ana.benitez", StatusCode::NOT_FOUND, ""),
        ("/scim/v2/Users/", StatusCode::NOT_FOUND, ""),
        ("/scim/v2/Groups/..%2F..%2Fetc", StatusCode::NOT_FOUND, ""),
        ("/scim/v2/Schemas/none", StatusCode::NOT_FOUND, ""),
        ("/scim/v2/Schemas?filter=x", StatusCode::FORBIDDEN, ""),
        ("/scim/v2/Devices", StatusCode::NOT_FOUND, ""),
        ("/scim/v1/Users", StatusCode::NOT_FOUND, ""),
        ("/scim", StatusCode::NOT_FOUND, ""),
    ] {
        let answer = asked(&app, Method::GET, path, &token, Value::Null).await;
        assert_eq!(refused(&answer, status).0, why, "{path}");
    }
    for path in ["/scim/v2/.search", "/scim/v2/Users/.search", "/scim/v2/Bulk", "/scim/v2/Me"] {
        let request = Request::post(path).header("authorization", format!("Bearer {}", token.reveal()));
        refused(&app.send(request).await, StatusCode::NOT_IMPLEMENTED);
    }
}

#[tokio::test]
async fn what_is_announced_is_there_and_no_more() {
    let app = portal().await;
    let token = directory(&app, "Entra").await;
    let config = got(&app, "/scim/v2/ServiceProviderConfig", &token).await;
    for there in ["patch", "filter"] {
        assert_eq!(config[there]["supported"], true);
    }
    for missing in ["bulk", "sort", "etag", "changePassword"] {
        assert_eq!(config[missing]["supported"], false);
    }
    let types = got(&app, "/scim/v2/ResourceTypes", &token).await;
    for (place, name) in ["User", "Group"].into_iter().enumerate() {
        let own = &types["Resources"][place];
        assert_eq!(*own, got(&app, &format!("/scim/v2/ResourceTypes/{name}"), &token).await);
        let schema = own["schema"].as_str().unwrap();
        let schema = got(&app, &format!("/scim/v2/Schemas/{schema}"), &token).await;
        assert_eq!(schema["name"], name);
        assert_eq!(schema, got(&app, "/scim/v2/Schemas", &token).await["Resources"][place]);
    }
}
