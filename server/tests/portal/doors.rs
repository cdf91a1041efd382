//! Every door is tried by everybody: pages, server functions, files, the API and SCIM, as nobody, as each role, as a
//! stranger to the unit, with a session that was ended or is too old, and with each kind of token that a person has.
//! What a directory may is tried in `scim.rs`.
//!
//! What there is comes from the program itself. A door that is not in the table below fails the test.

use std::collections::{BTreeMap, BTreeSet};

use http::Request;
use loggia_catalog::ports::{Accounts, Scope, Tokens};
use loggia_model::facts::Role;
use loggia_model::{Actor, Door, Secret, Timestamp};
use loggia_server::http::doors;

use crate::accounts::PASSWORD;
use crate::support::{LOANS, LOANS_PAGE, SMALL, TestApp, form, function};

/// Each person has the role that they are called after, in the unit that the table and its words belong to.
fn catalog() -> String {
    let small = SMALL.split_once("---").unwrap().1;
    let small = small.replace("{name: Banking}", "{name: Banking, unit: 'urn:loggia:domain-unit:risk'}");
    let roles: Vec<String> = Role::ALL
        .iter()
        .map(|role| format!("{{who: 'urn:loggia:person:{0}', role: {0}}}", role.as_str()))
        .collect();
    let mut yaml = format!(
        "---{small}\n---\nurn: urn:loggia:domain-unit:risk\nkind: domain-unit\nfacts: {{name: Risk, members: [{}]}}\n\
         ---\nurn: urn:loggia:organisation:all\nkind: organisation\nfacts: {{name: Bank, members: [{{who: \
         'urn:loggia:person:root', role: administrator}}]}}\n---\nurn: urn:loggia:group:auditors\nkind: \
         group\nfacts: {{name: Auditors}}\n---\nurn: urn:loggia:project:loan-book\nkind: project\nfacts: {{name: Loan \
         book, unit: 'urn:loggia:domain-unit:risk'}}\n---\nurn: urn:loggia:service:mailer\nkind: service\nfacts: {{name: \
         Mailer}}\n---\nurn: urn:loggia:policy:quiet\nkind: policy\nfacts: {{name: Quiet, paused: true, text: \
         'forbid (principal, action, resource);'}}\n---\nurn: urn:loggia:rule:owned\nkind: rule\nfacts: {{name: \
         Owned, unit: 'urn:loggia:domain-unit:risk', owner: true}}\n---\nurn: urn:loggia:metadata-form:care\nkind: \
         metadata-form\nfacts: {{name: Care, unit: 'urn:loggia:domain-unit:risk', fields: {{class: {{label: Class, type: \
         text}}}}}}\n",
        roles.join(", ")
    );
    yaml.push_str(LISTED);
    yaml.push_str(ASKED);
    for person in PEOPLE {
        yaml.push_str(&format!("---\nurn: urn:loggia:person:{person}\nkind: person\nfacts: {{}}\n"));
    }
    yaml
}

/// What has been published: whoever may can retire it, as often as they like.
const LISTED: &str = "---
urn: urn:loggia:asset:postgres://core:5432;core.public.listed
kind: asset
facts: {unit: 'urn:loggia:domain-unit:risk'}
layers:
  listing:
    at: 2026-02-02T09:00:00Z
    by: owner
    facts:
      listing: {status: published, releases: [{version: 1.0.0, revision: 1, at: 2026-02-02T09:00:00Z, by: owner}]}
";

/// What the viewer asked and proposed.
const ASKED: &str = "---
urn: urn:loggia:post:asked
kind: post
facts: {type: question, about: 'urn:loggia:asset:postgres://core:5432;core.public.loans', said: {by: viewer, at: '2026-02-02T09:00:00Z', text: Why?}, status: open}
---
urn: urn:loggia:post:proposed
kind: post
facts:
  type: proposal
  about: urn:loggia:asset:postgres://core:5432;core.public.loans
  said: {by: viewer, at: '2026-02-02T09:00:00Z', text: ''}
  status: open
  proposed: {field: tags, before: '', after: tried}
---
urn: urn:loggia:post:proposed-too
kind: post
facts:
  type: proposal
  about: urn:loggia:asset:postgres://core:5432;core.public.loans
  said: {by: viewer, at: '2026-02-02T09:00:00Z', text: ''}
  status: open
  proposed: {field: tags, before: '', after: tried}
";

const PEOPLE: [&str; 8] =
    ["viewer", "consumer", "contributor", "steward", "owner", "administrator", "root", "stranger"];

/// How a door is tried.
enum Try {
    Get(&'static str),
    /// Of what goes on and on.
    Head(&'static str),
    Post(&'static str, &'static [(&'static str, &'static str)]),
}

/// By the path as the program has it, in an order in which none spoils the next.
fn tries() -> Vec<(String, Try)> {
    let get = |door: &str, path: &'static str| (door.to_owned(), Try::Get(path));
    let post = |name: &'static str, fields| (function(name), Try::Post(name, fields));
    vec![
        get("/", "/"),
        get("/search", "/search?q=loans"),
        get("/browse", "/browse"),
        get("/assets/{*id}", LOANS_PAGE),
        get("/domains/{*id}", "/domains/risk"),
        get("/glossary", "/glossary"),
        get("/glossary/{*id}", "/glossary/banking"),
        get("/terms/{*id}", "/terms/banking/arrears"),
        get("/products", "/products"),
        get("/products/{*id}", "/products/risk-view"),
        get("/projects", "/projects"),
        get("/projects/{*id}", "/projects/loan-book"),
        get("/responsibilities/{*id}", "/responsibilities/urn:loggia:domain-unit:risk"),
        get("/people/{*id}", "/people/viewer"),
        get("/groups/{*id}", "/groups/auditors"),
        get("/services/{*id}", "/services/mailer"),
        get("/organisation", "/organisation"),
        get("/policies", "/policies"),
        get("/policies/try", "/policies/try?name=x&text=permit%20(principal,%20action,%20resource);"),
        get("/policies/{*id}", "/policies/quiet"),
        get("/rules", "/rules"),
        get("/rules/{*id}", "/rules/owned"),
        get("/metadata-forms", "/metadata-forms"),
        get("/metadata-forms/{*id}", "/metadata-forms/care"),
        get("/metadata-form-schemas/{*form}", "/metadata-form-schemas/care"),
        get("/unplaced", "/unplaced"),
        get("/inbox", "/inbox"),
        get("/inbox/mail", "/inbox/mail"),
        get("/notifications", "/notifications"),
        ("/events".to_owned(), Try::Head("/events")),
        get("/ask", "/ask?about=urn:loggia:asset:postgres:%2F%2Fcore:5432;core.public.loans"),
        get("/posts/{*id}", "/posts/asked"),
        get("/publish", "/publish?q=loans"),
        get("/publish/{ticket}", "/publish/00"),
        get("/access/{*id}", "/access/urn:loggia:domain-unit:risk"),
        get("/audit", "/audit"),
        get("/accounts", "/accounts"),
        get("/sign-in", "/sign-in"),
        get("/welcome", "/welcome?key=00"),
        get("/password", "/password?key=00"),
        get("/account", "/account"),
        get("/open", "/open"),
        get("/sources", "/sources"),
        get("/new/{kind}", "/new/term"),
        get("/edit/{*id}", "/edit/urn:loggia:term:banking%2Farrears"),
        get("/history/{*id}", "/history/urn:loggia:domain-unit:risk"),
        get("/sample/{*asset}", "/sample/postgres:%2F%2Fcore:5432;core.public.loans"),
        get("/audit.jsonl", "/audit.jsonl"),
        get("/audit.csv", "/audit.csv"),
        get("/sign-in/with/{provider}", "/sign-in/with/nobody"),
        get("/sign-in/with/{provider}/back", "/sign-in/with/nobody/back?code=x&state=x"),
        get("/sign-in/with/{provider}/out", "/sign-in/with/nobody/out"),
        get("/sign-in/with/{provider}/logout", "/sign-in/with/nobody/logout"),
        get("/pkg/{file}", "/pkg/nothing.js"),
        get("/favicon.ico", "/favicon.ico"),
        get("/healthz", "/healthz"),
        get("/readyz", "/readyz"),
        get("/metrics", "/metrics"),
        get("/api/v1/search", "/api/v1/search?q=loans"),
        get(
            "/api/v1/assets/{urn}",
            "/api/v1/assets/urn:loggia:asset:postgres:%2F%2Fcore:5432;core.public.loans",
        ),
        get("/api/v1/glossary", "/api/v1/glossary"),
        get("/api/v1/glossary/{urn}", "/api/v1/glossary/urn:loggia:term:banking%2Farrears"),
        get("/api/v1/openapi.json", "/api/v1/openapi.json"),
        get("/scim/v2/ServiceProviderConfig", "/scim/v2/ServiceProviderConfig"),
        get("/scim/v2/ResourceTypes", "/scim/v2/ResourceTypes"),
        get("/scim/v2/ResourceTypes/{id}", "/scim/v2/ResourceTypes/User"),
        get("/scim/v2/Schemas", "/scim/v2/Schemas"),
        get("/scim/v2/Schemas/{id}", "/scim/v2/Schemas/urn:ietf:params:scim:schemas:core:2.0:User"),
        get("/scim/v2/Users", "/scim/v2/Users"),
        get("/scim/v2/Users/{id}", "/scim/v2/Users/viewer"),
        get("/scim/v2/Groups", "/scim/v2/Groups"),
        get("/scim/v2/Groups/{id}", "/scim/v2/Groups/auditors"),
        post("edit_field", &[("urn", LOANS), ("field", "description"), ("value", "tried")]),
        post("keep_unsaved", &[("urn", LOANS), ("field", "description"), ("value", "tried")]),
        post("edit_entity", &[("kind", "term"), ("name", "Tried"), ("glossary", "Banking")]),
        post(
            "publish",
            &[("urn", "urn:loggia:asset:postgres://core:5432;core.public.listed"), ("action", "retire")],
        ),
        post("publish_all", &[("query", "q=loans")]),
        post("stop_publishing", &[("ticket", "00")]),
        post("publishing_progress", &[("ticket", "00")]),
        post("say", &[("about", LOANS), ("kind", "question"), ("text", "Tried?")]),
        post("put_post_aside", &[("post", "urn:loggia:post:asked"), ("how", "week")]),
        post("reply", &[("post", "urn:loggia:post:asked"), ("text", "Tried.")]),
        post("edit_said", &[("post", "urn:loggia:post:asked"), ("number", "0"), ("text", "Tried?")]),
        post("propose", &[("about", LOANS), ("field", "tags"), ("value", "proposed")]),
        post("decide_proposal", &[("post", "urn:loggia:post:proposed"), ("action", "refuse")]),
        post("decide_proposals", &[("posts[]", "urn:loggia:post:proposed-too"), ("action", "refuse")]),
        post("settle", &[("post", "urn:loggia:post:asked"), ("action", "close")]),
        post("follow", &[("urn", LOANS), ("on", "yes")]),
        post("put_aside", &[("seq", "1"), ("how", "done")]),
        post("put_task_aside", &[("task", "ending"), ("how", "week")]),
        post("set_away", &[]),
        post("mark_read", &[("seq", "1"), ("all", "yes")]),
        post(
            "certify",
            &[("urn", LOANS), ("action", "certify"), ("level", "gold"), ("reason", "Looked at.")],
        ),
        post("choose_mail", &[("choices[]", "breaking:never")]),
        post("steer_channel", &[("channel", "webhook:lake"), ("action", "retry")]),
        post("edit_rule", &[("name", "Tried"), ("unit", "Risk"), ("owner", "yes"), ("confirmed", "yes")]),
        post(
            "edit_metadata_form",
            &[
                ("name", "Tried"),
                ("unit", "Risk"),
                ("on_asset", "yes"),
                ("fields[0][label]", "x"),
                ("fields[0][type]", "text"),
            ],
        ),
        post(
            "fill_form",
            &[("about", LOANS), ("form", "urn:loggia:metadata-form:care"), ("values[class]", "tried")],
        ),
        post("place", &[("prefix", "urn:loggia:asset:postgres://core:5432;risk.public."), ("place", "Risk")]),
        post("act", &[("urn", "urn:loggia:term:banking/arrears"), ("action", "deprecate")]),
        post("steer_source", &[("name", "lake"), ("action", "run")]),
        post(
            "set_member",
            &[("scope", "urn:loggia:domain-unit:risk"), ("who", "stranger"), ("role", "viewer")],
        ),
        post("open_account", &[("person", "Somebody New"), ("login", "new")]),
        post("reset_account", &[("login", "new")]),
        post("steer_account", &[("login", "new"), ("action", "disable")]),
        post("choose_password", &[("key", "00"), ("password", PASSWORD)]),
        post("make_token", &[("name", "tried"), ("days", "1"), ("scope", "search")]),
        post("revoke_token", &[("id", "00")]),
        post("set_theme", &[("theme", "dark")]),
        post("trial_progress", &[("ticket", "1")]),
        post("count_visit", &[("urn", LOANS)]),
        post("all_columns", &[("urn", LOANS)]),
        post("alike", &[("columns", "[[\"loan_id\",\"int8\"]]")]),
        post("welcome", &[("key", "00"), ("name", "x"), ("login", "x"), ("password", PASSWORD)]),
        post("sign_in", &[("login", "viewer"), ("password", "wrong horse battery")]),
        post("sign_in_as", &[("person", "root")]),
        post("change_password", &[("old", "wrong horse battery"), ("new", "another horse battery")]),
        post("end_session", &[("id", "00")]),
        post("sign_out", &[]),
    ]
}

/// Who tries: a browser, and what its programs send.
struct Trier {
    browser: TestApp,
    token: Option<Secret>,
}

async fn app() -> TestApp {
    let app = TestApp::with(&catalog()).await;
    let machine = Actor::local(Door::CommandLine);
    for person in PEOPLE {
        // Without a password: each comes in as in a demonstration, which costs no time.
        app.catalog.set_account(&machine, person, person, None).await.unwrap();
    }
    app
}

async fn trier(app: &TestApp, who: &str) -> Trier {
    let mut browser = app.browser();
    let person = match who {
        "nobody" => return Trier { browser, token: None },
        "ended" | "too old" | "revoked" | "expired" | "too narrow" => "root",
        person => person,
    };
    let key: loggia_model::ActorKey = person.parse().unwrap();
    let catalog = app.catalog.clone().demonstrating(vec![key.clone()]);
    let nobody = Actor::anonymous(Door::Browser);
    let entered = catalog.sign_in_as(&nobody, &key, "").await.unwrap();
    let me = Actor::person(key, Door::Browser);
    let scope = if who == "too narrow" { Scope::Search } else { Scope::Read };
    let made = catalog.make_token(&me, &me.entity().unwrap(), "tried", scope, 1).await.unwrap();
    let long_ago = Timestamp::EPOCH;
    match who {
        "ended" => catalog.sign_out(&me, &entered.token).await.unwrap(),
        "too old" => {
            let sessions = catalog.sessions(&me, None).await.unwrap();
            for session in sessions {
                app.store.see_session(&session.id, long_ago).await.unwrap();
            }
        }
        "revoked" => catalog.revoke_token(&me, &made.id).await.unwrap(),
        "expired" => {
            let known = app.store.token(&made.id).await.unwrap().unwrap();
            app.store.remove_token(&made.id).await.unwrap();
            let expired = loggia_catalog::ports::Token { expires: long_ago, ..known };
            app.store.put_token(&expired).await.unwrap();
        }
        _ => {}
    }
    browser.remember("loggia_session", entered.token.reveal());
    Trier { browser, token: Some(made.token) }
}

/// What one gets: the status, and of a form whether it was done.
async fn answer(trier: &Trier, path: &str, tried: &Try) -> String {
    let answer = match tried {
        Try::Get(path) => {
            let mut request = Request::get(*path);
            if path.starts_with("/api/") || path.starts_with("/scim/") {
                if let Some(token) = &trier.token {
                    request = request.header("authorization", format!("Bearer {}", token.reveal()));
                }
            } else {
                request = request.header("accept", "text/html");
            }
            trier.browser.send(request).await
        }
        Try::Head(path) => {
            trier.browser.send(Request::head(*path).header("accept", "text/event-stream")).await
        }
        Try::Post(_, fields) => {
            let request = Request::post(path)
                .header("accept", "application/json")
                .header("content-type", "application/x-www-form-urlencoded")
                .header("sec-fetch-site", "same-origin");
            trier.browser.send_with(request, form(fields)).await
        }
    };
    let status = answer.status.as_u16();
    assert!(status < 500, "{path}: {status} {}", answer.text);
    if answer.text.contains("\"saved\":true") {
        return "done".to_owned();
    }
    if answer.text.contains("\"saved\":false") { "no".to_owned() } else { status.to_string() }
}

const WHO: [&str; 14] = [
    "nobody",
    "ended",
    "too old",
    "revoked",
    "expired",
    "too narrow",
    "stranger",
    "viewer",
    "consumer",
    "contributor",
    "steward",
    "owner",
    "administrator",
    "root",
];

#[test]
fn no_door_goes_untried() {
    let tried: BTreeSet<String> = tries().into_iter().map(|(door, _)| door).collect();
    let there = doors();
    let untried: Vec<_> = there.difference(&tried).collect();
    assert!(untried.is_empty(), "nobody has tried {untried:?}: add them to the table");
    let gone: Vec<_> = tried.difference(&there).collect();
    assert!(gone.is_empty(), "{gone:?} are not there any more");
}

#[tokio::test]
async fn everybody_gets_by_every_door_what_the_table_says() {
    let mut answers: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    let tries = tries();
    for who in WHO {
        // One of their own each, so that what one changes does not tell on the next.
        let app = app().await;
        let trier = trier(&app, who).await;
        for (place, (door, tried)) in tries.iter().enumerate() {
            answers.entry(place).or_default().push(answer(&trier, door, tried).await);
        }
    }
    let mut table = format!("{:31}", "");
    for who in WHO {
        table.push_str(&format!("{who:>14}"));
    }
    for (place, row) in &answers {
        let name = match &tries[*place] {
            (_, Try::Post(name, _)) => format!("do {name}"),
            (door, Try::Get(_) | Try::Head(_)) => door.clone(),
        };
        table.push_str(&format!("\n{name:31}"));
        for cell in row {
            table.push_str(&format!("{cell:>14}"));
        }
    }
    insta::assert_snapshot!("doors", table);
}
