//! Signing in, what each role then sees, and those who try to get in otherwise.

use http::uri::Authority;
use http::{Request, StatusCode};
use loggia_catalog::organise::Draft;
use loggia_model::{Actor, Door, Kind, Secret};
use loggia_server::http::Entrance;

use crate::support::{Answer, LOANS, LOANS_PAGE, SMALL, TestApp, form, function};

pub const PASSWORD: &str = "correct horse battery";

/// What is in `cards` has `quetzal` in its name; each person has the role that they are called after, in `risk`.
const TWO_UNITS: &str = "
---
urn: urn:loggia:domain-unit:risk
kind: domain-unit
facts:
  name: Risk
  members:
    - {who: 'urn:loggia:person:viewer', role: viewer}
    - {who: 'urn:loggia:person:contributor', role: contributor}
    - {who: 'urn:loggia:person:administrator', role: administrator}
---
urn: urn:loggia:person:viewer
kind: person
facts: {name: Vera Viewer}
---
urn: urn:loggia:person:contributor
kind: person
facts: {name: Conrad Contributor}
---
urn: urn:loggia:person:administrator
kind: person
facts: {name: Ada Administrator}
---
urn: urn:loggia:person:stranger
kind: person
facts: {name: Sam Stranger}
---
urn: urn:loggia:service:mailer
kind: service
facts: {name: Mail agent}
---
urn: urn:loggia:domain-unit:cards
kind: domain-unit
facts: {name: Cards}
---
urn: urn:loggia:glossary:cards
kind: glossary
facts: {name: quetzal words, unit: 'urn:loggia:domain-unit:cards'}
---
urn: urn:loggia:term:cards/quetzal-term
kind: term
facts: {name: Quetzal term, glossary: 'urn:loggia:glossary:cards'}
---
urn: urn:loggia:asset:postgres://core:5432;cards.quetzal_cards
kind: asset
facts: {name: Quetzal cards, unit: 'urn:loggia:domain-unit:cards', upstream: ['urn:loggia:asset:postgres://core:5432;core.public.loans'], columns: {loan_id: {type: int8}}}
---
urn: urn:loggia:data-product:quetzal-offers
kind: data-product
facts: {name: Quetzal offers, unit: 'urn:loggia:domain-unit:cards', assets: ['urn:loggia:asset:postgres://core:5432;core.public.loans']}
---
urn: urn:loggia:project:quetzal-launch
kind: project
facts: {name: Quetzal launch, goal: 'Bring the quetzal to market.', unit: 'urn:loggia:domain-unit:cards'}
";

pub async fn with_accounts() -> TestApp {
    let small = SMALL.split_once("---").unwrap().1;
    let app = TestApp::with(&format!("---{small}{TWO_UNITS}")).await;
    let machine = Actor::local(Door::CommandLine);
    for person in ["viewer", "contributor", "administrator", "stranger"] {
        let password = Secret::new(PASSWORD);
        app.catalog.set_account(&machine, person, person, Some(&password)).await.unwrap();
    }
    app
}

pub async fn signed_in(app: &TestApp, login: &str) -> TestApp {
    let mut browser = app.browser();
    let answer = browser.post(&function("sign_in"), &[("login", login), ("password", PASSWORD)]).await;
    assert_eq!((answer.status, place(&answer)), (StatusCode::SEE_OTHER, "/".to_owned()), "{}", answer.text);
    browser
}

pub fn place(answer: &Answer) -> String {
    answer.headers.get("location").map(|place| place.to_str().unwrap().to_owned()).unwrap_or_default()
}

#[tokio::test]
async fn the_first_account_is_made_once_by_whoever_has_the_key() {
    let mut app = TestApp::with(SMALL).await;
    assert!(app.get("/sign-in").await.text.contains("Nobody has an account yet"));
    let key = app.catalog.welcome_key().await.unwrap().unwrap();
    let typed = |key: &str, password: &str| {
        [("key", key), ("name", "Inés Núñez"), ("login", "Ines"), ("password", password)]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    for (key, password, why) in [
        ("00", PASSWORD, "This link has been used, or is a day old"),
        (key.reveal(), "short", "has 5 characters: 12 to 256 are needed"),
    ] {
        let typed = typed(key, password);
        let fields: Vec<_> = typed.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let refused = app.post(&function("welcome"), &fields).await;
        let page = app.get(&place(&refused)).await.text;
        assert!(page.contains(why) && page.contains("Inés Núñez"), "{page}");
        assert!(!page.contains(PASSWORD) && app.cookie("loggia_session").is_none());
    }
    let typed = typed(key.reveal(), PASSWORD);
    let fields: Vec<_> = typed.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let made = app.post(&function("welcome"), &fields).await;
    assert_eq!(place(&made), "/organisation");
    let page = app.get("/organisation").await.text;
    assert!(page.contains("Inés Núñez") && page.contains("Administrator"), "{page}");

    let mut other = app.browser();
    assert_eq!(place(&other.get("/domains/risk?page=1").await), "/sign-in?back=%2Fdomains%2Frisk%3Fpage%3D1");
    assert_eq!(other.get("/welcome").await.status, StatusCode::NOT_FOUND);
    other.post(&function("welcome"), &fields).await;
    assert!(other.cookie("loggia_session").is_none(), "the key was good for one account");
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_login_are_told_in_the_same_words_and_soon_cost_time() {
    let app = with_accounts().await;
    let mut told = Vec::new();
    for login in ["viewer", "nobody"] {
        let mut browser = app.browser();
        let back = "//evil.example/";
        for attempt in 0..7 {
            let fields = [("login", login), ("password", "wrong horse battery"), ("back", back)];
            let answer = browser.post(&function("sign_in"), &fields).await;
            assert_eq!(place(&answer), "/sign-in?back=%2F");
            let page = browser.get(&place(&answer)).await.text;
            let note = page.split("role=\"alert\"").nth(1).unwrap().split("</p>").next().unwrap();
            told.push((attempt, note.split('>').next_back().unwrap().to_owned()));
        }
        let right = browser.post(&function("sign_in"), &[("login", login), ("password", PASSWORD)]).await;
        assert!(place(&right).starts_with("/sign-in"), "not while it is locked");
    }
    let (known, unknown) = told.split_at(7);
    for ((attempt, known), (_, unknown)) in known.iter().zip(unknown) {
        let begins = if *attempt < 5 {
            "This login and password do not go together"
        } else {
            "Too many wrong passwords"
        };
        assert!(known.starts_with(begins) && unknown.starts_with(begins), "{attempt}: {known} / {unknown}");
    }
}

#[tokio::test]
async fn a_session_is_the_browsers_own_and_ends_when_it_is_ended() {
    let app = with_accounts().await;
    // Somebody else's choice of a session is not taken over.
    let mut browser = app.browser();
    browser.remember("loggia_session", "chosen-by-another");
    let answer = browser
        .post(&function("sign_in"), &[("login", " Viewer "), ("password", PASSWORD), ("back", LOANS_PAGE)])
        .await;
    assert_eq!(place(&answer), LOANS_PAGE);
    let set: Vec<_> =
        answer.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap()).collect();
    let session = set.iter().find(|cookie| cookie.starts_with("loggia_session=")).unwrap();
    assert!(
        session.contains("HttpOnly; SameSite=Lax") && !session.contains("chosen-by-another"),
        "{session}"
    );
    let page = browser.get(LOANS_PAGE).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.headers.get("cache-control").unwrap(), "private, no-cache");
    assert!(page.text.contains("Vera Viewer"));

    // Another browser sees it, and can end it; somebody else can not.
    let mut second = signed_in(&app, "viewer").await;
    let account = second.get("/account").await.text;
    let id = account.split("name=\"id\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let mut other = signed_in(&app, "stranger").await;
    other.post(&function("end_session"), &[("id", &id)]).await;
    assert_eq!(browser.get(LOANS_PAGE).await.status, StatusCode::OK);
    second.post(&function("end_session"), &[("id", &id)]).await;
    assert!(place(&browser.get(LOANS_PAGE).await).starts_with("/sign-in"));

    // Another password ends all others, and the old one no longer opens.
    let third = signed_in(&app, "viewer").await;
    let fields = [("old", PASSWORD), ("new", "another horse battery")];
    second.post(&function("change_password"), &fields).await;
    assert_eq!(second.get(LOANS_PAGE).await.status, StatusCode::OK);
    assert!(place(&third.get(LOANS_PAGE).await).starts_with("/sign-in"));
    let mut old = app.browser();
    old.post(&function("sign_in"), &[("login", "viewer"), ("password", PASSWORD)]).await;
    assert!(old.cookie("loggia_session").is_none());

    // Signed out is signed out, also for whoever has kept the cookie.
    let kept = second.cookie("loggia_session").unwrap().to_owned();
    second.post(&function("sign_out"), &[]).await;
    assert!(second.cookie("loggia_session").is_none());
    let mut thief = app.browser();
    thief.remember("loggia_session", &kept);
    assert!(place(&thief.get(LOANS_PAGE).await).starts_with("/sign-in"));

    // What stands in front without being known to is not let through.
    let led = Request::get(LOANS_PAGE).header("accept", "text/html").header("x-forwarded-for", "10.1.2.3");
    assert_eq!(app.browser().send(led).await.status, StatusCode::MISDIRECTED_REQUEST);

    // Whoever leaves is out at once.
    let leaving = signed_in(&app, "stranger").await;
    app.catalog.disable_account(&Actor::local(Door::CommandLine), "stranger", true).await.unwrap();
    assert!(place(&leaving.get("/").await).starts_with("/sign-in"));
    let demonstration = app.catalog.clone().demonstrating(vec!["stranger".parse().unwrap()]);
    let entered = demonstration
        .sign_in_as(&Actor::anonymous(Door::Browser), &"stranger".parse().unwrap(), "")
        .await
        .unwrap();
    let actor = demonstration.actor(Some(&entered.token), Door::Browser).await.unwrap();
    assert_eq!(actor.who, loggia_model::Who::Anonymous, "nor by a click");
}

/// Every page, as far as it is not a file.
const PAGES: [&str; 29] = [
    "/",
    "/search?q=quetzal",
    "/search",
    "/search?domain=cards",
    "/search?term=cards/quetzal-term",
    "/browse",
    LOANS_PAGE,
    "/assets/postgres:%2F%2Fcore:5432;core.public.loans?tab=columns",
    "/assets/postgres:%2F%2Fcore:5432;core.public.loans?tab=lineage",
    "/assets/postgres:%2F%2Fcore:5432;core.public.loans?tab=history",
    "/assets/postgres:%2F%2Fcore:5432;core.public.loans?tab=source",
    "/assets/postgres:%2F%2Fcore:5432;core.public.loans?tab=quality",
    "/domains/risk",
    "/domains/cards",
    "/glossary",
    "/products",
    "/people/viewer",
    "/services/mailer",
    "/people/administrator",
    "/projects",
    "/responsibilities/urn:loggia:domain-unit:risk",
    "/responsibilities/urn:loggia:domain-unit:cards",
    "/organisation",
    "/account",
    "/open",
    "/sources",
    "/new/term",
    "/edit/urn:loggia:domain-unit:risk",
    "/history/urn:loggia:domain-unit:risk",
];

const HIDDEN: [&str; 9] = [
    "/assets/postgres:%2F%2Fcore:5432;cards.quetzal_cards",
    "/glossary/cards",
    "/terms/cards/quetzal-term",
    "/products/quetzal-offers",
    "/projects/quetzal-launch",
    "/responsibilities/urn:loggia:project:quetzal-launch",
    "/edit/urn:loggia:project:quetzal-launch",
    "/edit/urn:loggia:term:cards/quetzal-term",
    "/history/urn:loggia:term:cards/quetzal-term",
];

#[tokio::test]
async fn no_page_speaks_of_what_its_reader_may_not_know() {
    let app = with_accounts().await;
    for login in ["viewer", "stranger", "administrator"] {
        let browser = signed_in(&app, login).await;
        for page in PAGES {
            let answer = browser.get(page).await;
            assert_ne!(answer.status, StatusCode::INTERNAL_SERVER_ERROR, "{login} {page}");
            // What was asked for comes back in the box and the address.
            let said = answer.text.replace("q=quetzal", "").replace("value=\"quetzal\"", "");
            let said = said.replace("cards/quetzal-term", "").replace("cards%2Fquetzal-term", "");
            let said = said.replace("quetzal · search", "").replace("<q>quetzal</q>", "");
            assert!(!said.to_lowercase().contains("quetzal"), "{login} {page}: {said}");
        }
        for page in HIDDEN {
            let answer = browser.get(page).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{login} {page}");
            assert!(!answer.text.contains("Quetzal") && !answer.text.contains("quetzal words"), "{page}");
        }
    }
}

#[tokio::test]
async fn each_role_gets_the_page_the_form_and_the_answer_that_is_theirs() {
    let app = with_accounts().await;
    for (login, status, edits, saved, gives_roles) in [
        ("stranger", 404, false, false, false),
        ("viewer", 200, false, false, false),
        ("contributor", 200, true, true, false),
        ("administrator", 200, true, true, true),
    ] {
        let mut browser = signed_in(&app, login).await;
        let page = browser.get(LOANS_PAGE).await;
        assert_eq!(page.status.as_u16(), status, "{login}");
        let to_edit = format!("action=\"{}\"", function("edit_field"));
        assert_eq!(page.text.contains(&to_edit), edits, "{login}: {}", page.text);
        let words = format!("Written by {login}.");
        let fields = [("urn", LOANS), ("field", "description"), ("value", &words), ("back", "/")];
        browser.post(&function("edit_field"), &fields).await;
        let machine = Actor::local(Door::CommandLine);
        let history = app.catalog.history(&machine, &LOANS.parse().unwrap(), None, 1).await.unwrap();
        assert_eq!(history[0].entry.actor.as_str() == login, saved, "{login}");
        let unit = browser.get("/domains/risk").await.text;
        assert_eq!(unit.contains("Give somebody a role"), gives_roles, "{login}");
    }
    let mut viewer = signed_in(&app, "viewer").await;
    let fields = [("scope", "urn:loggia:domain-unit:risk"), ("who", "viewer"), ("role", "administrator")];
    let refused =
        viewer.post(&function("set_member"), &[&fields[..], &[("back", "/domains/risk")]].concat()).await;
    assert_eq!(refused.status, StatusCode::SEE_OTHER);
    assert!(!viewer.get("/domains/risk").await.text.contains("Give somebody a role"));
    assert_eq!(viewer.get(&LOANS_PAGE.replace("/assets/", "/sample/")).await.status, StatusCode::FORBIDDEN);
    assert_eq!(viewer.get("/edit/urn:loggia:domain-unit:risk").await.status, StatusCode::OK);
}

#[tokio::test]
async fn roles_are_given_and_taken_by_plain_forms() {
    let app = with_accounts().await;
    let mut administrator = signed_in(&app, "administrator").await;
    let stranger = signed_in(&app, "stranger").await;
    let give = |who: &str, role: &str, until: &str| {
        [
            ("scope", "urn:loggia:domain-unit:risk"),
            ("who", who),
            ("role", role),
            ("until", until),
            ("back", "/domains/risk"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
    };
    async fn send(browser: &mut TestApp, fields: &[(String, String)]) -> String {
        let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let answer = browser.post(&function("set_member"), &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER);
        browser.get("/domains/risk").await.text
    }
    let page = send(&mut administrator, &give("Nobody Known", "viewer", "soon")).await;
    assert!(page.contains("is no day: write it as") && page.contains("value=\"Nobody Known\""), "{page}");
    let page = send(&mut administrator, &give("Nobody Known", "viewer", "")).await;
    assert!(page.contains("there is no person, group or service called"), "{page}");
    let page = send(&mut administrator, &give("Sam Stranger", "viewer", "2999-12-31")).await;
    assert!(page.contains("Sam Stranger") && page.contains("Take the role of Sam Stranger"), "{page}");
    assert_eq!(stranger.get(LOANS_PAGE).await.status, StatusCode::OK);
    send(&mut administrator, &give("urn:loggia:person:stranger", "", "")).await;
    assert_eq!(stranger.get(LOANS_PAGE).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn who_has_not_signed_in_gets_nothing_by_any_door() {
    let app = with_accounts().await;
    let mut nobody = app.browser();
    for page in PAGES.iter().chain(&HIDDEN) {
        assert!(place(&nobody.get(page).await).starts_with("/sign-in?back="), "{page}");
    }
    let sample = LOANS_PAGE.replace("/assets/", "/sample/");
    let answer = nobody.send(Request::get(&sample)).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    for (name, fields) in [
        ("edit_field", vec![("urn", LOANS), ("field", "description"), ("value", "x")]),
        ("edit_entity", vec![("kind", "group"), ("name", "Mine")]),
        ("act", vec![("urn", LOANS), ("action", "undo")]),
        (
            "set_member",
            vec![("scope", "urn:loggia:organisation:all"), ("who", "stranger"), ("role", "administrator")],
        ),
        ("steer_source", vec![("name", "lake"), ("action", "run")]),
        ("change_password", vec![("old", PASSWORD), ("new", PASSWORD)]),
        ("open_account", vec![("person", "Mine"), ("login", "mine")]),
        ("reset_account", vec![("login", "administrator")]),
        ("steer_account", vec![("login", "viewer"), ("action", "disable")]),
        ("choose_password", vec![("key", "00"), ("password", PASSWORD)]),
        ("make_token", vec![("name", "x"), ("days", "1"), ("scope", "read")]),
        (
            "make_token",
            vec![("owner", "urn:loggia:service:mailer"), ("name", "x"), ("days", "1"), ("scope", "read")],
        ),
        ("sign_in_as", vec![("person", "administrator")]),
        ("all_columns", vec![("urn", LOANS)]),
        ("alike", vec![("columns", "[[\"loan_id\",\"int8\"]]")]),
    ] {
        let before = app.catalog.progress().await.unwrap();
        let answer = nobody.post(&function(name), &fields).await;
        assert!(
            !answer.text.contains("loan_id") && !answer.text.contains("Loans"),
            "{name}: {}",
            answer.text
        );
        assert!(nobody.cookie("loggia_session").is_none(), "{name}");
        assert!(nobody.cookie("loggia_made").is_none(), "{name}");
        assert!(nobody.cookie("loggia_link").is_none(), "{name}");
        assert_eq!(app.catalog.progress().await.unwrap().0, before.0, "{name} has written nothing");
    }
    // From another site, or from none, not even a right password.
    for site in ["cross-site", "none"] {
        let request = Request::post(function("sign_in"))
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", site);
        let answer = nobody.send_with(request, form(&[("login", "viewer"), ("password", PASSWORD)])).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN);
        assert!(answer.headers.get("set-cookie").is_none());
    }
}

#[tokio::test]
async fn by_tls_the_cookie_is_bound_to_this_host_and_other_names_are_not_answered() {
    let app = with_accounts().await;
    let entrance = Entrance { host: Some(Authority::from_static("catalog.example")) };
    let browser = app.browser_at(entrance);
    let request = Request::post(function("sign_in"))
        .header("content-type", "application/x-www-form-urlencoded")
        .header("accept", "text/html")
        .header("host", "catalog.example")
        .header("origin", "https://catalog.example");
    let answer = browser.send_with(request, form(&[("login", "viewer"), ("password", PASSWORD)])).await;
    let set = answer.headers.get_all("set-cookie").iter().map(|cookie| cookie.to_str().unwrap().to_owned());
    let session = set.into_iter().find(|cookie| cookie.contains("loggia_session")).unwrap();
    assert!(session.starts_with("__Host-loggia_session=") && session.contains("; Secure"), "{session}");
    let cookie = session.split(';').next().unwrap();
    let request = |host: &str| Request::get(LOANS_PAGE).header("accept", "text/html").header("host", host);
    let by_tls = app.browser_at(Entrance { host: Some(Authority::from_static("catalog.example")) });
    let mut by_tls = by_tls;
    let (name, value) = cookie.split_once('=').unwrap();
    by_tls.remember(name, value);
    assert_eq!(by_tls.send(request("catalog.example")).await.status, StatusCode::OK);
    assert_eq!(by_tls.send(request("evil.example")).await.status, StatusCode::MISDIRECTED_REQUEST);
    // Past what ends TLS, that cookie is none.
    assert_eq!(by_tls.send(request("127.0.0.1")).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_unit_that_is_opened_to_strangers_shows_what_is_in_it_and_no_more() {
    let app = with_accounts().await;
    let nobody = app.browser();
    assert!(place(&nobody.get(LOANS_PAGE).await).starts_with("/sign-in"));
    let machine = Actor::local(Door::CommandLine);
    let text = "permit (principal is Anonymous, action in [Action::\"discover\", Action::\"read\"], \
                resource in DomainUnit::\"risk\");";
    let draft = Draft { name: "Open".into(), text: text.into(), ..Draft::default() };
    let (policy, _) = app.catalog.create(&machine, Kind::Policy, &draft).await.unwrap();
    let page = nobody.get(LOANS_PAGE).await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("Sign in") && !page.text.contains("name=\"field\""), "{}", page.text);
    for page in PAGES {
        let answer = nobody.get(page).await;
        assert!(answer.status.as_u16() < 500, "{page}");
        let said =
            answer.text.replace("q=quetzal", "").replace("q%3Dquetzal", "").replace("value=\"quetzal\"", "");
        let said = said.replace("quetzal · search", "").replace("<q>quetzal</q>", "");
        let said = said.replace("cards/quetzal-term", "").replace("cards%2Fquetzal-term", "");
        assert!(!said.to_lowercase().contains("quetzal"), "{page}: {said}");
        assert!(!answer.text.contains("Sam Stranger"), "{page} tells of people");
    }
    for page in HIDDEN.iter().chain(&[
        "/sources",
        "/audit",
        "/accounts",
        "/policies",
        "/organisation",
        "/people/viewer",
    ]) {
        let status = nobody.get(page).await.status.as_u16();
        assert!([403, 404].contains(&status), "{page}: {status}");
    }
    let sample = LOANS_PAGE.replace("/assets/", "/sample/");
    assert_ne!(nobody.send(Request::get(&sample)).await.status, StatusCode::OK);
    assert!(place(&nobody.get("/account").await).starts_with("/sign-in"));
    app.catalog.deprecate(&machine, &policy).await.unwrap();
    assert!(place(&nobody.get(LOANS_PAGE).await).starts_with("/sign-in"), "and shut again at once");
}
