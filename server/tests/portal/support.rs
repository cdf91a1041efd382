//! The portal over a small catalog of its own, entered through the real router.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use http::{Request, StatusCode};
use loggia_catalog::Catalog;
use loggia_catalog::apply::Absent;
use loggia_catalog::yaml::read_yaml;
use loggia_model::{Actor, Door, Timestamp};
use loggia_search::TantivyIndex;
use loggia_server::http::{Entrance, router};
use loggia_store::SqlStore;
use tempfile::TempDir;
use tower::ServiceExt;

pub struct TestApp {
    router: Router,
    pub catalog: Catalog,
    pub store: Arc<SqlStore>,
    cookies: BTreeMap<String, String>,
    folder: Arc<TempDir>,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: http::HeaderMap,
    pub text: String,
}

impl TestApp {
    /// A catalog that has what the YAML states.
    pub async fn with(yaml: &str) -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let store = Arc::new(SqlStore::sqlite(&folder.path().join("loggia.sqlite")).await.unwrap());
        let index = Arc::new(TantivyIndex::open(&folder.path().join("index")).unwrap());
        let catalog = Catalog::open(store.clone(), index).await.unwrap();
        let actor = Actor::local(Door::CommandLine);
        let documents = read_yaml(yaml, &actor, Timestamp::EPOCH).unwrap();
        catalog.apply(&actor, documents.into_iter().map(Ok), Absent::Keep).await.unwrap();
        let (last, _) = catalog.progress().await.unwrap();
        catalog.until_found(last).await;
        let router = router(catalog.clone(), Entrance::default());
        Self { router, catalog, store, cookies: BTreeMap::new(), folder }
    }

    /// Another browser before the same catalog, in which nobody has signed in.
    pub fn browser(&self) -> Self {
        self.browser_at(Entrance::default())
    }

    pub fn browser_at(&self, entrance: Entrance) -> Self {
        self.over(router(self.catalog.clone(), entrance), self.catalog.clone())
    }

    /// Before the same router, which is not the usual one.
    pub fn browser_over(&self) -> Self {
        self.over(self.router.clone(), self.catalog.clone())
    }

    /// Before another router.
    pub fn over(&self, router: Router, catalog: Catalog) -> Self {
        let (store, folder) = (self.store.clone(), self.folder.clone());
        Self { router, catalog, store, cookies: BTreeMap::new(), folder }
    }

    /// What this browser has of a name.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        self.cookies.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    pub fn remember(&mut self, cookie: &str, value: &str) {
        self.cookies.insert(cookie.to_owned(), value.to_owned());
    }

    pub fn router(&self) -> Router {
        self.router.clone()
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).header("accept", "text/html")).await
    }

    /// A form as a browser without scripts sends it; what it sets of cookies is kept.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let request = Request::post(path)
            .header("accept", "text/html")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .header("referer", "http://localhost/");
        let answer = self.send_with(request, form(fields)).await;
        self.keep(&answer);
        answer
    }

    /// A page; what it sets of cookies is kept.
    pub async fn visit(&mut self, path: &str) -> Answer {
        let answer = self.get(path).await;
        self.keep(&answer);
        answer
    }

    fn keep(&mut self, answer: &Answer) {
        for cookie in answer.headers.get_all("set-cookie") {
            let (name, value) = cookie.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }

    pub async fn send(&self, request: http::request::Builder) -> Answer {
        self.send_with(request, String::new()).await
    }

    pub async fn send_with(&self, request: http::request::Builder, body: String) -> Answer {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = request
            .header("cookie", cookies.join("; "))
            .header("content-length", body.len())
            .body(Body::from(body))
            .unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let text = to_bytes(body, 32 << 20).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8_lossy(&text).into_owned(),
        }
    }
}

pub fn form(fields: &[(&str, &str)]) -> String {
    let encode = |text: &str| {
        text.bytes()
            .map(|byte| {
                if byte.is_ascii_alphanumeric() {
                    char::from(byte).to_string()
                } else {
                    format!("%{byte:02X}")
                }
            })
            .collect::<String>()
    };
    fields
        .iter()
        .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
        .collect::<Vec<_>>()
        .join("&")
}

/// The path of a server function, by the name it has in the code.
pub fn function(name: &str) -> String {
    use leptos::server_fn::ServerFn;
    match name {
        "edit_field" => loggia_app::forms::EditField::url().to_owned(),
        "keep_unsaved" => loggia_app::forms::KeepUnsaved::url().to_owned(),
        "edit_entity" => loggia_app::forms::EditEntity::url().to_owned(),
        "act" => loggia_app::forms::Act::url().to_owned(),
        "alike" => loggia_app::forms::Alike::url().to_owned(),
        "set_member" => loggia_app::forms::SetMember::url().to_owned(),
        "sign_in" => loggia_app::forms::SignIn::url().to_owned(),
        "sign_in_as" => loggia_app::forms::SignInAs::url().to_owned(),
        "sign_out" => loggia_app::forms::SignOut::url().to_owned(),
        "welcome" => loggia_app::forms::Welcome::url().to_owned(),
        "change_password" => loggia_app::forms::ChangePassword::url().to_owned(),
        "open_account" => loggia_app::forms::OpenAccount::url().to_owned(),
        "reset_account" => loggia_app::forms::ResetAccount::url().to_owned(),
        "steer_account" => loggia_app::forms::SteerAccount::url().to_owned(),
        "choose_password" => loggia_app::forms::ChoosePassword::url().to_owned(),
        "make_token" => loggia_app::forms::MakeToken::url().to_owned(),
        "revoke_token" => loggia_app::forms::RevokeToken::url().to_owned(),
        "end_session" => loggia_app::forms::EndSession::url().to_owned(),
        "all_columns" => loggia_app::forms::AllColumns::url().to_owned(),
        "steer_source" => loggia_app::forms::SteerSource::url().to_owned(),
        "trial_progress" => loggia_app::forms::TrialProgress::url().to_owned(),
        "publish" => loggia_app::forms::Publish::url().to_owned(),
        "publish_all" => loggia_app::forms::PublishAll::url().to_owned(),
        "stop_publishing" => loggia_app::forms::StopPublishing::url().to_owned(),
        "publishing_progress" => loggia_app::forms::PublishingProgress::url().to_owned(),
        "say" => loggia_app::forms::Say::url().to_owned(),
        "reply" => loggia_app::forms::Reply::url().to_owned(),
        "edit_said" => loggia_app::forms::EditSaid::url().to_owned(),
        "settle" => loggia_app::forms::Settle::url().to_owned(),
        "propose" => loggia_app::forms::Propose::url().to_owned(),
        "decide_proposal" => loggia_app::forms::DecideProposal::url().to_owned(),
        "decide_proposals" => loggia_app::forms::DecideProposals::url().to_owned(),
        "follow" => loggia_app::forms::Follow::url().to_owned(),
        "certify" => loggia_app::forms::Certify::url().to_owned(),
        "choose_mail" => loggia_app::forms::ChooseMail::url().to_owned(),
        "steer_channel" => loggia_app::forms::SteerChannel::url().to_owned(),
        "put_aside" => loggia_app::forms::PutAside::url().to_owned(),
        "put_post_aside" => loggia_app::forms::PutPostAside::url().to_owned(),
        "put_task_aside" => loggia_app::forms::PutTaskAside::url().to_owned(),
        "set_away" => loggia_app::forms::SetAway::url().to_owned(),
        "mark_read" => loggia_app::forms::MarkRead::url().to_owned(),
        "edit_rule" => loggia_app::forms::EditRule::url().to_owned(),
        "edit_metadata_form" => loggia_app::forms::EditMetadataForm::url().to_owned(),
        "place" => loggia_app::forms::Place::url().to_owned(),
        "fill_form" => loggia_app::forms::FillForm::url().to_owned(),
        "count_visit" => loggia_app::forms::CountVisit::url().to_owned(),
        "set_theme" => loggia_app::forms::SetTheme::url().to_owned(),
        other => panic!("no server function {other}"),
    }
}

pub const SMALL: &str = "
urn: urn:loggia:domain-unit:risk
kind: domain-unit
facts: {name: Risk, description: Keeps the bank from losing money.}
---
urn: urn:loggia:person:ana.benitez
kind: person
facts: {name: Ana Benítez, title: Data steward, unit: 'urn:loggia:domain-unit:risk'}
---
urn: urn:loggia:glossary:banking
kind: glossary
facts: {name: Banking}
---
urn: urn:loggia:term:banking/arrears
kind: term
facts: {name: Arrears, synonyms: [mora], glossary: 'urn:loggia:glossary:banking', status: approved, definition: What is owed and late.}
---
urn: urn:loggia:asset:postgres://core:5432;core.public.loans
kind: asset
facts: {name: Loans, type: table, platform: postgres, unit: 'urn:loggia:domain-unit:risk', columns: {loan_id: {type: int8, key: primary}, days_late: {type: int4, terms: ['urn:loggia:term:banking/arrears']}}}
---
urn: urn:loggia:asset:postgres://core:5432;risk.public.arrears
kind: asset
facts: {name: Arrears by loan, type: view, platform: postgres, description: 'One row a loan that is late.', upstream: ['urn:loggia:asset:postgres://core:5432;core.public.loans']}
---
urn: urn:loggia:data-product:risk-view
kind: data-product
facts: {name: Risk view, status: active, assets: ['urn:loggia:asset:postgres://core:5432;risk.public.arrears']}
";

pub const LOANS: &str = "urn:loggia:asset:postgres://core:5432;core.public.loans";
pub const LOANS_PAGE: &str = "/assets/postgres:%2F%2Fcore:5432;core.public.loans";
