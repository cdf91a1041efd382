//! Accounts in the browser: who has one, and the links by which people choose their passwords.

use http::uri::Authority;
use http::{Request, StatusCode};
use loggia_model::facts::Role;
use loggia_model::{Actor, Door, Urn};
use loggia_server::http::Entrance;
use tempfile::TempDir;

use crate::accounts::{PASSWORD, place, signed_in, with_accounts};
use crate::serving::{Serving, fails, ok};
use crate::support::{TestApp, form, function};

const OWN: &str = "a password of my own";

/// With somebody who administers everything.
async fn administered() -> (TestApp, TestApp) {
    let app = with_accounts().await;
    let machine = Actor::local(Door::CommandLine);
    let (everywhere, role) = (Urn::organisation(), Some(Role::Administrator));
    app.catalog.set_member(&machine, &everywhere, "Ada Administrator", role, None).await.unwrap();
    let ada = signed_in(&app, "administrator").await;
    (app, ada)
}

/// The link that a page shows, as a path.
fn link_of(page: &str) -> Option<String> {
    let key = page.split("/password?key=").nth(1)?.split(['<', '"', '\n']).next()?;
    Some(format!("/password?key={key}"))
}

async fn chosen(app: &TestApp, link: &str, password: &str) -> TestApp {
    let mut browser = app.browser();
    let page = browser.get(link).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text);
    let key = link.split('=').nth(1).unwrap();
    browser.post(&function("choose_password"), &[("key", key), ("password", password)]).await;
    browser
}

#[tokio::test]
async fn an_account_is_made_and_its_link_shown_once_and_good_once() {
    let (app, mut ada) = administered().await;
    assert!(ada.get("/organisation").await.text.contains("href=\"/accounts\""));
    let fields = [("person", "Noé Ñandutí"), ("login", "noe"), ("back", "/accounts?q=noe")];
    let made = ada.post(&function("open_account"), &fields).await;
    assert_eq!(place(&made), "/accounts?q=noe");
    assert!(!format!("{:?}", made.headers).contains("password?key="), "in no header");
    let shown = ada.get("/accounts?q=noe").await;
    assert_eq!(shown.headers.get("cache-control").unwrap(), "no-store");
    let link = link_of(&shown.text).unwrap();
    assert!(shown.text.contains("http://localhost/password?key="), "{}", shown.text);
    assert_eq!(link_of(&ada.get("/accounts?q=noe").await.text), None, "once");

    let short = chosen(&app, &link, "short").await;
    assert!(short.cookie("loggia_session").is_none());
    let told = short.get(&link).await.text;
    assert!(told.contains("12 to 256"), "{told}");
    let noe = chosen(&app, &link, OWN).await;
    assert!(noe.cookie("loggia_session").is_some());
    assert!(noe.get("/account").await.text.contains("Noé Ñandutí"));
    let again = chosen(&app, &link, "another of my own").await;
    assert!(again.cookie("loggia_session").is_none());
    assert!(again.get(&link).await.text.contains("This link opens nothing"));
    let mut by_password = app.browser();
    by_password.post(&function("sign_in"), &[("login", "noe"), ("password", OWN)]).await;
    assert!(by_password.cookie("loggia_session").is_some());
}

#[tokio::test]
async fn the_page_of_a_link_is_the_same_for_everybody_whosever_it_is() {
    let (app, mut ada) = administered().await;
    ada.post(&function("reset_account"), &[("login", "viewer"), ("back", "/accounts")]).await;
    let link = link_of(&ada.get("/accounts").await.text).unwrap();
    let nobody = app.browser();
    let without_keys = |page: &str, key: &str| {
        let page = page.replace(key, "");
        // Each page has a nonce of its own.
        page.split("nonce=\"")
            .map(|part| part.split_once('"').map_or(part, |(_, rest)| rest).to_owned())
            .collect::<String>()
    };

    let good = nobody.get(&link).await;
    let bad = nobody.get("/password?key=nosuchkeyatall").await;

    assert_eq!((good.status, bad.status), (StatusCode::OK, StatusCode::OK));
    let key = link.split('=').nth(1).unwrap();
    assert!(!good.text.contains("viewer") && !good.text.contains("Vera"), "{}", good.text);
    assert_eq!(without_keys(&good.text, key), without_keys(&bad.text, "nosuchkeyatall"));
    let viewer = chosen(&app, &link, OWN).await;
    assert!(viewer.cookie("loggia_session").is_some(), "to look at it is not to use it");
}

#[tokio::test]
async fn a_reset_signs_out_everywhere_and_a_form_that_lies_about_its_cookie_ends_no_link() {
    let (app, mut ada) = administered().await;
    let viewer = signed_in(&app, "viewer").await;
    ada.post(&function("reset_account"), &[("login", "viewer"), ("back", "/accounts")]).await;
    assert!(place(&viewer.get("/organisation").await).starts_with("/sign-in"));
    let link = link_of(&ada.get("/accounts").await.text).unwrap();

    let mut liar = app.browser();
    liar.remember("loggia_form", "password of viewer");
    liar.get("/sign-in").await;

    let viewer = chosen(&app, &link, OWN).await;
    assert!(viewer.cookie("loggia_session").is_some());
}

#[tokio::test]
async fn accounts_are_found_by_name_and_kept_out_and_let_in_by_plain_forms() {
    let (app, mut ada) = administered().await;
    let all = ada.get("/accounts").await.text;
    for shown in ["Vera Viewer", "password", "Your account", "Administers", "4 accounts"] {
        assert!(all.replace("<!>", "").contains(shown), "{shown}: {all}");
    }
    let found = ada.get("/accounts?q=vera").await.text;
    assert!(found.contains("Vera Viewer") && !found.contains("Sam Stranger"), "{found}");
    assert!(ada.get("/accounts?q=quetzal").await.text.contains("Nobody of this name"));
    assert_eq!(ada.get("/accounts?page=0").await.status, StatusCode::BAD_REQUEST);

    let steer = |login: &'static str, action: &'static str| {
        [("login", login), ("action", action), ("back", "/accounts")]
    };
    let viewer = signed_in(&app, "viewer").await;
    ada.post(&function("steer_account"), &steer("viewer", "disable")).await;
    assert!(place(&viewer.get("/").await).starts_with("/sign-in"));
    assert!(ada.get("/accounts").await.text.contains("Kept out"));
    ada.post(&function("reset_account"), &[("login", "viewer"), ("back", "/accounts")]).await;
    let told = ada.get("/accounts").await.text;
    assert!(told.contains("let them in again first") && link_of(&told).is_none(), "{told}");
    ada.post(&function("steer_account"), &steer("viewer", "enable")).await;
    signed_in(&app, "viewer").await;

    for (login, action, why) in [
        ("administrator", "disable", "your own account"),
        ("nobody", "disable", "There is no account"),
        ("viewer", "dance", "something needs another look"),
    ] {
        ada.post(&function("steer_account"), &steer(login, action)).await;
        let told = ada.get("/accounts").await.text;
        assert!(told.to_lowercase().contains(&why.to_lowercase()), "{why}: {told}");
    }
    let viewer = signed_in(&app, "viewer").await;
    assert_eq!(viewer.get("/accounts").await.status, StatusCode::FORBIDDEN);
    assert!(!viewer.get("/organisation").await.text.contains("href=\"/accounts\""));
    let mut viewer = viewer;
    viewer.post(&function("reset_account"), &[("login", "stranger"), ("back", "/")]).await;
    assert!(viewer.cookie("loggia_link").is_none());
    signed_in(&app, "stranger").await;
}

#[tokio::test]
async fn what_is_wrong_with_a_new_account_stands_beside_its_field() {
    let (_app, mut ada) = administered().await;
    for (person, login, wrong) in [
        ("Vera Viewer", "", "has an account already"),
        ("Somebody New", "viewer", "is somebody else&#39;s"),
        ("Somebody New", "two words", "has 1 to 100 letters without blanks"),
        ("", "x", "is empty"),
    ] {
        let fields = [("person", person), ("login", login), ("back", "/accounts")];
        ada.post(&function("open_account"), &fields).await;
        let page = ada.get("/accounts").await.text.replace("&#x27;", "&#39;").replace("'", "&#39;");
        assert!(page.contains(wrong) && page.contains("aria-invalid=\"true\""), "{wrong}: {page}");
        assert_eq!(link_of(&page), None);
    }
}

#[tokio::test]
async fn by_tls_the_link_is_that_of_the_host() {
    let (app, _ada) = administered().await;
    let mut by_tls = app.browser_at(Entrance { host: Some(Authority::from_static("catalog.example")) });
    let post = |name: &str| {
        Request::post(function(name))
            .header("content-type", "application/x-www-form-urlencoded")
            .header("accept", "text/html")
            .header("host", "catalog.example")
            .header("origin", "https://catalog.example")
    };
    let keep = |browser: &mut TestApp, answer: &crate::support::Answer| {
        for cookie in answer.headers.get_all("set-cookie") {
            let (name, value) = cookie.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            browser.remember(name, value);
        }
    };
    let fields = form(&[("login", "administrator"), ("password", PASSWORD)]);
    let entered = by_tls.send_with(post("sign_in"), fields).await;
    keep(&mut by_tls, &entered);
    let fields = form(&[("login", "viewer"), ("back", "/accounts")]);
    let reset = by_tls.send_with(post("reset_account"), fields).await;
    keep(&mut by_tls, &reset);
    assert!(by_tls.cookie("__Host-loggia_link").is_some(), "{:?}", reset.headers);

    let page = Request::get("/accounts").header("accept", "text/html").header("host", "catalog.example");
    let page = by_tls.send(page).await.text;

    assert!(page.contains("https://catalog.example/password?key="), "{page}");
}

#[test]
fn the_command_line_prints_such_a_link_too() {
    let folder = TempDir::new().unwrap();
    let add = |login: &str, more: &[&str]| {
        let mut child = std::process::Command::new(crate::serving::PROGRAM)
            .arg("--data")
            .arg(folder.path())
            .args(["account", "add", login])
            .args(more)
            .stdin(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), PASSWORD.as_bytes()).unwrap();
        assert!(child.wait().unwrap().success());
    };
    add("ada", &["--administrator"]);
    add("vera", &[]);
    let link = ok(folder.path(), &["account", "reset", "vera", "--url", "https://catalog.example"]);
    assert!(link.starts_with("https://catalog.example/password?key="), "{link}");

    let serving = Serving::start(folder.path());
    let newer = ok(folder.path(), &["account", "reset", "vera"]);
    assert!(newer.starts_with("/password?key="), "{newer}");
    let choose = |link: &str| {
        let key = link.trim().split('=').nth(1).unwrap();
        serving.post(&function("choose_password"), &form(&[("key", key), ("password", OWN)]))
    };
    let old = choose(&link);
    assert!(old.header("location").unwrap().starts_with("/password?key="), "a newer one was made");
    assert_eq!(choose(&newer).header("location"), Some("/account"));
    assert!(fails(folder.path(), &["account", "reset", "nobody"]).contains("there is no account 'nobody'"));
}
