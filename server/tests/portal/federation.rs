//! The doors between the portal and a provider of identities, which a test makes up: what is refused there, and how.

use std::sync::{Arc, Mutex};

use axum::extract::State;
use axum::routing::{get, post};
use axum::{Form, Json, Router};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::uri::Authority;
use http::{Request, StatusCode};
use loggia_catalog::secrets::SecretKey;
use loggia_model::{Actor, Door, Secret};
use loggia_server::http::{Entrance, router_with};
use loggia_server::oidc::{Provider, Providers, ProvidersFile, Web};
use openidconnect::core::{CoreEdDsaPrivateSigningKey, CoreJwsSigningAlgorithm};
use openidconnect::url::Url;
use openidconnect::{JsonWebKeyId, PkceCodeChallenge, PkceCodeVerifier, PrivateSigningKey};
use serde_json::{Value, json};

use crate::support::{Answer, SMALL, TestApp, form, function};

/// What the provider will say next time.
#[derive(Clone)]
struct Made(Arc<Mutex<Said>>);

struct Said {
    issuer: String,
    key: CoreEdDsaPrivateSigningKey,
    /// The key that it shows, where that is another.
    shown: Option<CoreEdDsaPrivateSigningKey>,
    /// The nonce and challenge of whoever was sent.
    nonce: String,
    challenge: String,
    /// Laid over the claims of the token; null takes one away.
    otherwise: Value,
    header: Value,
    /// Times that its keys were asked for.
    asked: u32,
}

impl Made {
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let made = Self(Arc::new(Mutex::new(Said {
            issuer: format!("http://{}", listener.local_addr().unwrap()),
            key: key("k1"),
            shown: None,
            nonce: String::new(),
            challenge: String::new(),
            otherwise: json!({}),
            header: json!({"alg": "EdDSA", "kid": "k1"}),
            asked: 0,
        })));
        let routes = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/jwks", get(keys))
            .route("/token", post(token))
            .with_state(made.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        made
    }

    fn issuer(&self) -> String {
        self.0.lock().unwrap().issuer.clone()
    }

    fn says(&self, otherwise: Value) {
        self.0.lock().unwrap().otherwise = otherwise;
    }

    fn logout_token(&self, otherwise: Value) -> String {
        let said = self.0.lock().unwrap();
        let mut claims = json!({
            "iss": said.issuer, "aud": "loggia", "iat": now(), "exp": now() + 120, "jti": "j1", "sid": "s1",
            "events": {"http://schemas.openid.net/event/backchannel-logout": {}},
        });
        lay_over(&mut claims, &otherwise);
        signed(&said, &claims)
    }
}

fn key(kid: &str) -> CoreEdDsaPrivateSigningKey {
    let chance = SecretKey::generate().unwrap().written();
    // PKCS #8 of an Ed25519 key (RFC 8410, 7) is this and 32 bytes of chance.
    let mut der = vec![48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32];
    der.extend(chance.reveal().bytes().take(32));
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(der));
    CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pem, Some(JsonWebKeyId::new(kid.to_owned()))).unwrap()
}

fn now() -> i64 {
    i64::try_from(std::time::UNIX_EPOCH.elapsed().unwrap().as_secs()).unwrap()
}

fn lay_over(claims: &mut Value, otherwise: &Value) {
    let claims = claims.as_object_mut().unwrap();
    for (name, value) in otherwise.as_object().unwrap() {
        claims.insert(name.clone(), value.clone());
    }
    claims.retain(|_, value| !value.is_null());
}

fn signed(said: &Said, claims: &Value) -> String {
    let encoded = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let words = format!("{}.{}", encoded(&said.header), encoded(claims));
    if said.header.get("alg").is_some_and(|alg| alg == "none") {
        return format!("{words}.");
    }
    let signature = said.key.sign(&CoreJwsSigningAlgorithm::EdDsa, words.as_bytes()).unwrap();
    format!("{words}.{}", URL_SAFE_NO_PAD.encode(signature))
}

async fn discovery(State(made): State<Made>) -> Json<Value> {
    let issuer = made.issuer();
    let at = |path: &str| format!("{issuer}{path}");
    Json(json!({
        "issuer": issuer, "authorization_endpoint": at("/authorize"), "token_endpoint": at("/token"),
        "jwks_uri": at("/jwks"), "end_session_endpoint": at("/end"),
        "id_token_signing_alg_values_supported": ["EdDSA", "none", "HS256"],
        "authorization_response_iss_parameter_supported": true,
    }))
}

async fn keys(State(made): State<Made>) -> Json<Value> {
    let mut said = made.0.lock().unwrap();
    said.asked += 1;
    let key = said.shown.as_ref().unwrap_or(&said.key);
    Json(json!({"keys": [key.as_verification_key()]}))
}

/// Takes any code from whoever knows the verifier, as PKCE has it.
async fn token(
    State(made): State<Made>,
    Form(asked): Form<Vec<(String, String)>>,
) -> (StatusCode, Json<Value>) {
    let said = made.0.lock().unwrap();
    let verifier = asked.into_iter().find(|(name, _)| name == "code_verifier").unwrap().1;
    let challenge = PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(verifier));
    if challenge.as_str() != said.challenge {
        return (StatusCode::BAD_REQUEST, Json(json!({"error": "invalid_grant"})));
    }
    let mut claims = json!({
        "iss": said.issuer, "aud": "loggia", "sub": "8f1c", "iat": now(), "exp": now() + 300,
        "nonce": said.nonce, "sid": "s1", "name": "Inés Núñez", "preferred_username": "ines",
    });
    lay_over(&mut claims, &said.otherwise);
    let token = signed(&said, &claims);
    (StatusCode::OK, Json(json!({"access_token": "a", "token_type": "Bearer", "id_token": token})))
}

async fn portal(issuer: &str) -> TestApp {
    let app = TestApp::with(SMALL).await;
    let machine = Actor::local(Door::CommandLine);
    let password = Secret::new("correct horse battery");
    app.catalog.set_account(&machine, "ana.benitez", "ana", Some(&password)).await.unwrap();
    entered_by(&app, issuer, Entrance::default())
}

fn entered_by(app: &TestApp, issuer: &str, entrance: Entrance) -> TestApp {
    let file = tempfile::NamedTempFile::new().unwrap();
    let entry =
        json!({"name": "company", "title": "Banco <Guaraní>", "issuer": issuer, "client-id": "loggia"});
    std::fs::write(file.path(), json!({"providers": [entry]}).to_string()).unwrap();
    let configured = ProvidersFile::read(file.path()).unwrap().providers;
    let catalog = app.catalog.clone().entered_by(configured.iter().map(|one| one.provider.clone()).collect());
    let web = Web::new().unwrap();
    let providers = configured.into_iter().map(|one| Provider::new(one, web.clone())).collect();
    app.over(router_with(catalog.clone(), entrance, Providers::new(providers)), catalog)
}

fn place(answer: &Answer) -> String {
    answer.headers.get("location").map(|place| place.to_str().unwrap().to_owned()).unwrap_or_default()
}

/// Sends a browser to the provider; the state that it must come back with.
async fn begun(browser: &mut TestApp, made: &Made, back: &str) -> String {
    let answer = browser.post("/sign-in/with/company", &[("back", back)]).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let url = answer
        .text
        .split("content=\"0;url=")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .replace("&amp;", "&");
    let url: Url = url.parse().unwrap();
    let asked = |name: &str| url.query_pairs().find(|(known, _)| known == name).unwrap().1.into_owned();
    assert_eq!((asked("response_type"), asked("code_challenge_method")), ("code".into(), "S256".into()));
    assert_eq!(asked("scope"), "openid email profile");
    assert_eq!(asked("redirect_uri"), "http://localhost/sign-in/with/company/back");
    let mut said = made.0.lock().unwrap();
    (said.nonce, said.challenge) = (asked("nonce"), asked("code_challenge"));
    asked("state")
}

fn answer_with(state: &str, issuer: &str) -> String {
    format!("/sign-in/with/company/back?{}", form(&[("code", "c"), ("state", state), ("iss", issuer)]))
}

async fn came_back(browser: &mut TestApp, path: &str) -> Answer {
    browser.visit(path).await
}

#[tokio::test]
async fn whoever_comes_back_from_the_provider_has_a_session_of_their_own() {
    let made = Made::start().await;
    let mut browser = portal(&made.issuer()).await;
    browser.remember("loggia_session", "chosen-by-another");
    let page = browser.get("/sign-in?back=/glossary").await.text;
    assert!(
        page.contains("action=\"/sign-in/with/company\"") && page.contains("Banco &lt;Guaraní&gt;"),
        "{page}"
    );
    let state = begun(&mut browser, &made, "/glossary").await;
    let answer = came_back(&mut browser, &answer_with(&state, &made.issuer())).await;
    assert_eq!(
        (answer.status, place(&answer)),
        (StatusCode::SEE_OTHER, "/glossary".into()),
        "{}",
        answer.text
    );
    let session = browser.cookie("loggia_session").unwrap().to_owned();
    assert_ne!(session, "chosen-by-another");
    assert!(browser.cookie("loggia_entering").is_none());
    assert!(browser.get("/account").await.text.contains("You came by"));

    // Out at both ends.
    let out = browser.post(&function("sign_out"), &[]).await;
    assert_eq!(place(&out), "/sign-in/with/company/out");
    let led = browser.get("/sign-in/with/company/out").await;
    assert!(led.text.contains("/end?id_token_hint=") && led.text.contains("sign-in"), "{}", led.text);
    assert_eq!(place(&browser.get("/sign-in/with/company/out").await), "/sign-in", "once");
    browser.remember("loggia_session", &session);
    assert!(place(&browser.get("/glossary").await).starts_with("/sign-in"));
}

#[tokio::test]
async fn forged_and_replayed_answers_let_nobody_in() {
    let made = Made::start().await;
    let mut browser = portal(&made.issuer()).await;
    let issuer = made.issuer();
    for (wrong, why) in [
        (&[("state", Some("another"))][..], "another question"),
        (&[("state", None)], "no question"),
        (&[("iss", Some("https://evil.example"))], "another issuer"),
        (&[("iss", None)], "no issuer, of one that says it always names itself"),
        (&[("code", None)], "no code"),
        (&[("code", Some(""))], "an empty code"),
        (&[("error", Some("access_denied"))], "they did not want to"),
    ] {
        let state = begun(&mut browser, &made, "/").await;
        let mut fields = vec![("code", "c"), ("state", state.as_str()), ("iss", issuer.as_str())];
        for (name, value) in wrong {
            fields.retain(|(known, _)| known != name);
            fields.extend(value.map(|value| (*name, value)));
        }
        let answer = came_back(&mut browser, &format!("/sign-in/with/company/back?{}", form(&fields))).await;
        assert!(place(&answer).starts_with("/sign-in?back="), "{why}");
        let page = browser.get(&place(&answer)).await.text;
        assert!(
            page.contains("role=\"alert\"") && page.contains("Banco &lt;Guaraní&gt; did not say"),
            "{why}: {page}"
        );
        assert!(browser.cookie("loggia_session").is_none(), "{why}");
        let right = came_back(&mut browser, &answer_with(&state, &issuer)).await;
        assert!(
            place(&right).starts_with("/sign-in"),
            "{why}: after a wrong answer, the right one comes too late"
        );
    }
    // What was taken along is used up, and nobody else's.
    let mut thief = browser.browser_over();
    let state = begun(&mut browser, &made, "/").await;
    let good = answer_with(&state, &issuer);
    assert!(place(&came_back(&mut thief, &good).await).starts_with("/sign-in"));
    assert_eq!(place(&came_back(&mut browser, &good).await), "/");
    let again = came_back(&mut browser, &good).await;
    assert!(browser.get(&place(&again)).await.text.contains("is used up"));
}

#[tokio::test]
async fn a_token_that_is_not_as_it_should_be_lets_nobody_in() {
    let made = Made::start().await;
    let mut browser = portal(&made.issuer()).await;
    for (otherwise, header) in [
        (json!({"nonce": "another"}), json!({"alg": "EdDSA", "kid": "k1"})),
        (json!({"nonce": null}), json!({"alg": "EdDSA", "kid": "k1"})),
        (json!({"iss": "https://evil.example"}), json!({"alg": "EdDSA", "kid": "k1"})),
        (json!({"aud": "another"}), json!({"alg": "EdDSA", "kid": "k1"})),
        (json!({"exp": now() - 61}), json!({"alg": "EdDSA", "kid": "k1"})),
        (json!({"iat": now() + 600}), json!({"alg": "EdDSA", "kid": "k1"})),
        (json!({"sub": null}), json!({"alg": "EdDSA", "kid": "k1"})),
        (json!({}), json!({"alg": "none"})),
        (json!({}), json!({"alg": "HS256", "kid": "k1"})),
        (json!({}), json!({"alg": "EdDSA", "kid": "unheard-of"})),
    ] {
        made.says(otherwise.clone());
        made.0.lock().unwrap().header = header.clone();
        let state = begun(&mut browser, &made, "/").await;
        let answer = came_back(&mut browser, &answer_with(&state, &made.issuer())).await;
        assert!(place(&answer).starts_with("/sign-in?back="), "{otherwise} {header}");
        assert!(browser.cookie("loggia_session").is_none(), "{otherwise} {header}");
    }
    made.says(json!({}));
    {
        let mut said = made.0.lock().unwrap();
        said.header = json!({"alg": "EdDSA", "kid": "k1"});
        said.shown = Some(key("k1"));
    }
    // Another's key under the same name: the provider is asked again, and still shows another.
    let mut fresh = portal(&made.issuer()).await;
    let state = begun(&mut fresh, &made, "/").await;
    came_back(&mut fresh, &answer_with(&state, &made.issuer())).await;
    assert!(fresh.cookie("loggia_session").is_none());
}

#[tokio::test]
async fn a_new_key_is_asked_for_and_made_up_ones_not_without_end() {
    let made = Made::start().await;
    let mut browser = portal(&made.issuer()).await;
    let state = begun(&mut browser, &made, "/").await;
    assert_eq!(place(&came_back(&mut browser, &answer_with(&state, &made.issuer())).await), "/");
    {
        let mut said = made.0.lock().unwrap();
        (said.key, said.header) = (key("k2"), json!({"alg": "EdDSA", "kid": "k2"}));
    }
    let state = begun(&mut browser, &made, "/").await;
    assert_eq!(place(&came_back(&mut browser, &answer_with(&state, &made.issuer())).await), "/");
    assert_eq!(made.0.lock().unwrap().asked, 2);

    made.0.lock().unwrap().header = json!({"alg": "EdDSA", "kid": "made-up"});
    let token = made.logout_token(json!({}));
    for _ in 0..20 {
        assert_eq!(logged_out(&browser, &token).await, StatusCode::BAD_REQUEST);
    }
    assert_eq!(made.0.lock().unwrap().asked, 8, "six times more");
}

async fn logged_out(app: &TestApp, token: &str) -> StatusCode {
    // No browser: neither an origin nor a cookie.
    let request = Request::post("/sign-in/with/company/logout")
        .header("host", "localhost")
        .header("content-type", "application/x-www-form-urlencoded");
    app.browser_over().send_with(request, form(&[("logout_token", token)])).await.status
}

#[tokio::test]
async fn the_provider_ends_a_session_by_itself() {
    let made = Made::start().await;
    let mut browser = portal(&made.issuer()).await;
    let state = begun(&mut browser, &made, "/").await;
    came_back(&mut browser, &answer_with(&state, &made.issuer())).await;
    for (otherwise, status) in [
        (json!({"aud": "another"}), StatusCode::BAD_REQUEST),
        (json!({"nonce": "n"}), StatusCode::BAD_REQUEST),
        (json!({"events": {}}), StatusCode::BAD_REQUEST),
        (json!({"iat": now() - 3_600, "exp": null}), StatusCode::BAD_REQUEST),
        (json!({"sid": "another", "jti": "j0"}), StatusCode::OK),
    ] {
        assert_eq!(logged_out(&browser, &made.logout_token(otherwise.clone())).await, status, "{otherwise}");
        assert_eq!(browser.get("/glossary").await.status, StatusCode::OK, "{otherwise}");
    }
    let token = made.logout_token(json!({}));
    assert_eq!(logged_out(&browser, &token).await, StatusCode::OK);
    assert!(place(&browser.get("/glossary").await).starts_with("/sign-in"));
    assert_eq!(logged_out(&browser, &token).await, StatusCode::BAD_REQUEST, "it has been heard");
    assert_eq!(logged_out(&browser, &"x".repeat(20_000)).await, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn nobody_is_led_elsewhere_and_no_other_site_begins() {
    let made = Made::start().await;
    let mut browser = portal(&made.issuer()).await;
    for back in ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""] {
        let state = begun(&mut browser, &made, back).await;
        assert_eq!(
            place(&came_back(&mut browser, &answer_with(&state, &made.issuer())).await),
            "/",
            "{back}"
        );
    }
    let request = Request::post("/sign-in/with/company")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "cross-site");
    assert_eq!(browser.send_with(request, form(&[("back", "/")])).await.status, StatusCode::FORBIDDEN);
    assert_eq!(browser.post("/sign-in/with/unknown", &[("back", "/")]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.get("/sign-in/with/unknown/back?code=c").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_provider_that_cannot_be_reached_is_a_sentence_and_passwords_go_on() {
    // A port that was free a moment ago, and on which nobody listens.
    let port = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let mut browser = portal(&format!("http://127.0.0.1:{port}")).await;
    let answer = browser.post("/sign-in/with/company", &[("back", "/glossary")]).await;
    assert_eq!((answer.status, place(&answer)), (StatusCode::SEE_OTHER, "/sign-in?back=%2Fglossary".into()));
    let page = browser.get(&place(&answer)).await.text;
    assert!(
        page.contains("Banco &lt;Guaraní&gt; cannot be reached just now") && !page.contains("os error"),
        "{page}"
    );
    assert_eq!(logged_out(&browser, "a.b.c").await, StatusCode::SERVICE_UNAVAILABLE);
    let fields = [("login", "ana"), ("password", "correct horse battery")];
    assert_eq!(place(&browser.post(&function("sign_in"), &fields).await), "/");
}

#[tokio::test]
async fn by_tls_what_leads_there_and_back_is_bound_to_this_host() {
    let made = Made::start().await;
    let app = portal(&made.issuer()).await;
    let entrance = Entrance { host: Some(Authority::from_static("catalog.example")) };
    let browser = entered_by(&app, &made.issuer(), entrance);
    let request = Request::post("/sign-in/with/company")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("host", "catalog.example")
        .header("origin", "https://catalog.example");
    let answer = browser.send_with(request, form(&[("back", "/")])).await;
    let cookie = answer.headers.get("set-cookie").unwrap().to_str().unwrap();
    assert!(cookie.starts_with("__Host-loggia_entering=") && cookie.contains("; Secure"), "{cookie}");
    assert!(cookie.contains("HttpOnly; SameSite=Lax; Max-Age=600"), "{cookie}");
    assert!(answer.text.contains("https%3A%2F%2Fcatalog.example%2Fsign-in%2Fwith%2Fcompany%2Fback"));
}
