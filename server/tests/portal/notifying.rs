//! What leaves the catalog: over real connections, to receivers that take it, refuse it, hang, or lead elsewhere.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use loggia_catalog::edit::AssetEdit;
use loggia_catalog::notifying::{ChannelView, Patience};
use loggia_catalog::ports::{Channel, Outbox, Store};
use loggia_catalog::publishing::Fate;
use loggia_model::facts::{AssetFacts, Role};
use loggia_model::{Actor, Door, Secret};
use loggia_server::notifying::{Couriers, NotificationsFile};
use loggia_testkit::{
    Entity, Outcome, TestCatalog, There, Trouble, asset, member, person, project, service, signed_in, unit,
};
use serde_json::Value;
use sha2::Sha256;
use tokio::net::TcpListener;

const KEY: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// What a receiver does with what it gets.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Does {
    Takes,
    /// Everything that is about the table of loans.
    RefusesLoans,
    Refuses,
    IsGone,
    LeadsTo(&'static str),
    /// It is busy, and says for how many seconds.
    IsBusyFor(u32),
    /// More than anybody would read.
    Floods(StatusCode),
}

#[derive(Clone)]
pub struct Receiver {
    does: Arc<Mutex<Does>>,
    got: Arc<Mutex<Vec<(HeaderMap, Value)>>>,
    /// Mebibytes of floods that were read.
    flooded: Arc<AtomicUsize>,
    pub port: u16,
}

impl Receiver {
    pub async fn start(does: Does) -> Outcome<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let port = listener.local_addr()?.port();
        let does = Arc::new(Mutex::new(does));
        let receiver = Self { does, got: Arc::default(), flooded: Arc::default(), port };
        let router = Router::new().route("/hook", post(receive)).with_state(receiver.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Ok(receiver)
    }

    fn does(&self, does: Does) {
        *self.does.lock().unwrap() = does;
    }

    fn got(&self) -> Vec<(HeaderMap, Value)> {
        self.got.lock().unwrap().clone()
    }

    /// What it took or refused, as soon as there is so much of it.
    pub async fn events(&self, count: usize) -> Outcome<Vec<Value>> {
        for _ in 0..400 {
            let got = self.got();
            if got.len() >= count {
                return Ok(got.into_iter().map(|(_, event)| event).collect());
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        Err(Trouble::new(format!("there came {} and not {count}", self.got().len())))
    }
}

async fn receive(State(receiver): State<Receiver>, headers: HeaderMap, body: Bytes) -> Response {
    let event: Value = serde_json::from_slice(&body).unwrap_or_default();
    let is_of_loans = event["subject"].as_str().is_some_and(|subject| subject.ends_with("t.loans"));
    assert!(is_signed(&headers, &body), "a message is signed");
    receiver.got.lock().unwrap().push((headers, event));
    let does = *receiver.does.lock().unwrap();
    match does {
        Does::Takes => StatusCode::NO_CONTENT.into_response(),
        Does::RefusesLoans if !is_of_loans => StatusCode::OK.into_response(),
        Does::Refuses | Does::RefusesLoans => {
            (StatusCode::INTERNAL_SERVER_ERROR, "no\r\ndatabase").into_response()
        }
        Does::IsGone => StatusCode::GONE.into_response(),
        Does::LeadsTo(to) => Redirect::temporary(to).into_response(),
        Does::IsBusyFor(seconds) => {
            (StatusCode::SERVICE_UNAVAILABLE, [("retry-after", seconds.to_string())]).into_response()
        }
        Does::Floods(status) => {
            let (some, flooded) = (Bytes::from(vec![b'x'; 1 << 20]), receiver.flooded.clone());
            let much = futures::stream::iter((0..1024).map(move |_| {
                flooded.fetch_add(1, Ordering::Relaxed);
                Ok::<_, std::io::Error>(some.clone())
            }));
            (status, Body::from_stream(much)).into_response()
        }
    }
}

fn is_signed(headers: &HeaderMap, body: &[u8]) -> bool {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let key = STANDARD.decode(KEY.trim_start_matches("whsec_")).unwrap();
    let mut mac = Hmac::<Sha256>::new_from_slice(&key).unwrap();
    mac.update(format!("{}.{}.", header("webhook-id"), header("webhook-timestamp")).as_bytes());
    mac.update(body);
    header("webhook-signature") == format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

pub fn loans() -> Entity<AssetFacts> {
    asset("t.loans").in_unit("risk").owned_by("olga").with_column("id", "bigint").with_column("amount", "int")
}

/// Olga owns the loans, and has an account and an address; the service `lake` looks at the unit of risk, and at no other.
pub async fn risk() -> Outcome<TestCatalog> {
    let catalog = TestCatalog::open().await?;
    filled(&catalog).await?;
    Ok(catalog)
}

async fn filled(catalog: &TestCatalog) -> Outcome {
    let has = |who: &loggia_model::Urn, role| member(who, role);
    let olga = person("olga").urn;
    let risk = unit("risk")
        .named("Risk")
        .member(has(&service("lake").urn, Role::Viewer))
        .member(has(&person("vera").urn, Role::Viewer));
    let churn = project("churn").named("Churn").in_unit("risk").member(has(&olga, Role::Owner));
    let mut people = ["olga", "vera"].map(person);
    for person in &mut people {
        person.facts.email = Some(format!("{}@bank.example", person.urn.rest()));
    }
    let people = people.map(|person| person.put());
    let others = [service("lake").named("Lake").put(), risk.put(), churn.put(), unit("hr").named("HR").put()];
    catalog.holding(people.into_iter().chain(others)).await?;
    catalog.harvested("dbt:shop", [loans(), salaries()]).await?;
    let machine = Actor::local(Door::CommandLine);
    catalog.set_account(&machine, "olga", "olga", None).await?;
    Ok(())
}

fn salaries() -> Entity<AssetFacts> {
    asset("t.salaries").in_unit("hr").with_column("amount", "int")
}

/// With one webhook, told as `lake`.
fn calling(catalog: &TestCatalog, url: &str, patience: &[u64]) -> Outcome<loggia_catalog::Catalog> {
    let text =
        format!("webhooks: [{{name: lake, url: '{url}', secret: lake-hook, service: lake, private: true}}]");
    notifying(catalog, &text, patience)
}

pub fn notifying(catalog: &TestCatalog, text: &str, patience: &[u64]) -> Outcome<loggia_catalog::Catalog> {
    let file = NotificationsFile::parse(text).map_err(Trouble::new)?;
    let secrets: HashMap<_, _> =
        file.secrets().into_iter().map(|name| (name, Secret::new(KEY.to_owned()))).collect();
    let channels = Couriers::channels(catalog, file, &secrets, "https://catalog.example".into());
    let mut channels = channels.map_err(|failure| Trouble::new(failure.0))?;
    channels.patience = Patience::of(patience.iter().map(|millis| Duration::from_millis(*millis)));
    Ok((**catalog).clone().notifying(channels))
}

/// Until whoever sends has taken note of where the log is: what comes then is sent.
pub async fn begun(catalog: &TestCatalog, projection: &str) -> Outcome {
    for _ in 0..400 {
        if catalog.store().made_until(projection).await?.is_some() {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Err(Trouble::new("nothing follows the log"))
}

pub async fn tagged(catalog: &TestCatalog, what: &Entity<AssetFacts>, tag: &str) -> Outcome {
    let edit = AssetEdit::Tags(tag.into());
    catalog.edit_asset(&Actor::local(Door::CommandLine), &what.urn, edit, None).await?;
    Ok(())
}

/// The one channel, as soon as it is like that.
pub async fn channel(
    catalog: &loggia_catalog::Catalog,
    is_so: impl Fn(&ChannelView) -> bool,
) -> Outcome<ChannelView> {
    for _ in 0..800 {
        let mut channels = catalog.channels(&Actor::local(Door::CommandLine)).await?;
        if let Some(channel) = channels.pop().filter(|channel| is_so(channel)) {
            return Ok(channel);
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    Err(Trouble::new("the channel did not come to that"))
}

#[tokio::test]
async fn a_webhook_is_told_what_its_service_may_read_as_a_signed_cloud_event() -> Outcome {
    let catalog = risk().await?;
    let receiver = Receiver::start(Does::Takes).await?;
    let _notifying = calling(&catalog, &format!("http://127.0.0.1:{}/hook", receiver.port), &[10])?;
    begun(&catalog, "webhooks").await?;
    tagged(&catalog, &salaries(), "secret").await?;
    let without = asset("t.loans").in_unit("risk").owned_by("olga").with_column("id", "bigint");
    catalog.harvested("dbt:shop", [without, salaries()]).await?;
    tagged(&catalog, &loans(), "core").await?;

    let events = receiver.events(2).await?;
    assert_eq!(events.len(), 2, "what the service may not read, it is not told");
    let breaking = &events[0];
    assert_eq!(breaking["specversion"], "1.0");
    assert_eq!(breaking["type"], "io.loggia.asset.breaking");
    assert_eq!(breaking["source"], "https://catalog.example");
    assert_eq!(breaking["subject"], loans().urn.as_str());
    assert_eq!(breaking["data"]["detail"], "drops amount");
    assert_eq!(breaking["data"]["columns"][0]["change"], "dropped");
    assert_eq!(breaking["data"]["columns"][0]["breaking"], true);
    let url = breaking["data"]["url"].as_str().there()?;
    assert!(url.starts_with("https://catalog.example/assets/"), "{url}");
    assert_eq!(events[1]["type"], "io.loggia.asset.described");
    assert!(events[0]["sequence"].as_str() < events[1]["sequence"].as_str());
    let (headers, event) = receiver.got().swap_remove(0);
    assert_eq!(headers["webhook-id"].to_str().ok(), event["id"].as_str());
    assert_eq!(headers["content-type"], "application/cloudevents+json; charset=utf-8");
    Ok(())
}

#[tokio::test]
async fn what_is_taken_back_is_told_and_nothing_after_it() -> Outcome {
    let catalog = risk().await?;
    let olga = signed_in("olga");
    let scores = asset("t.scores").with_column("score", "int").in_project("churn");
    catalog.harvested("dbt:lab", [scores.clone()]).await?;
    let receiver = Receiver::start(Does::Takes).await?;
    let _notifying = calling(&catalog, &format!("http://127.0.0.1:{}/hook", receiver.port), &[10])?;
    begun(&catalog, "webhooks").await?;
    let draft = AssetEdit::Description("A draft.".into());
    catalog.edit_asset(&olga, &scores.urn, draft, None).await?;
    catalog.publish(&olga, &scores.urn, "The first.", None).await?;
    catalog.edit_asset(&olga, &scores.urn, AssetEdit::Name("A plan".into()), None).await?;
    catalog.decide_listing(&olga, &scores.urn, Fate::Withdrawn, None).await?;
    catalog.edit_asset(&olga, &scores.urn, AssetEdit::Description("Inside.".into()), None).await?;
    tagged(&catalog, &loans(), "after").await?;
    let mut events = receiver.events(3).await?;
    events.sort_by_key(|event| event["sequence"].as_str().map(ToOwned::to_owned));
    let told: Vec<_> = events.iter().map(|event| event["data"]["what"].as_str()).collect();
    assert_eq!(told, [Some("published"), Some("withdrawn"), Some("described")]);
    assert_eq!(events[1]["data"]["name"], "scores", "as it was called for those who knew it");
    assert_eq!(events[2]["subject"], loans().urn.as_str());
    // A start without webhooks is where they begin anew.
    catalog.forget_other_channels().await?;
    assert_eq!(catalog.store().made_until("webhooks").await?, None);
    Ok(())
}

#[tokio::test]
async fn what_is_refused_comes_again_under_its_id_and_before_what_is_about_the_same() -> Outcome {
    let catalog = risk().await?;
    catalog.harvested("dbt:cards", [asset("t.cards").in_unit("risk")]).await?;
    let receiver = Receiver::start(Does::RefusesLoans).await?;
    let notifying = calling(
        &catalog,
        &format!("http://127.0.0.1:{}/hook", receiver.port),
        &[300, 300, 300, 300, 300, 300],
    )?;
    begun(&catalog, "webhooks").await?;
    tagged(&catalog, &loans(), "one").await?;
    tagged(&catalog, &loans(), "two").await?;
    tagged(&catalog, &asset("t.cards"), "one").await?;
    let events = receiver.events(3).await?;
    let of_loans: HashSet<_> = events
        .iter()
        .filter(|event| event["subject"] == loans().urn.as_str())
        .filter_map(|event| event["id"].as_str())
        .collect();
    assert_eq!(of_loans.len(), 1, "the second waits for the first");
    receiver.does(Does::Takes);
    channel(&notifying, |channel| channel.state.arrived == 3 && channel.state.waiting == 0).await?;
    let told = receiver.got().into_iter().map(|(_, event)| event);
    let mut last: Vec<String> = Vec::new();
    for event in told.filter(|event| event["subject"] == loans().urn.as_str()) {
        let sequence = event["sequence"].as_str().there()?.to_owned();
        assert!(last.iter().all(|before| *before <= sequence), "in order");
        last.push(sequence);
    }
    assert!(last.len() >= 3, "the first came at least twice");
    Ok(())
}

#[tokio::test]
async fn who_answers_nothing_but_errors_is_given_up_and_can_be_told_anew() -> Outcome {
    let catalog = risk().await?;
    let receiver = Receiver::start(Does::Refuses).await?;
    let notifying = calling(&catalog, &format!("http://127.0.0.1:{}/hook", receiver.port), &[1, 1])?;
    begun(&catalog, "webhooks").await?;
    tagged(&catalog, &loans(), "one").await?;
    let given_up = channel(&notifying, |channel| channel.state.dead == 1).await?;
    assert_eq!(given_up.dead[0].tries, 3);
    assert_eq!(given_up.dead[0].why, "it answers 500 Internal Server Error: no database");
    let vera = signed_in("vera");
    assert!(notifying.channels(&vera).await.is_err(), "this is for who administers the catalog");
    let lake = Channel::Webhook("lake".into());
    assert!(notifying.revive(&vera, &lake, None).await.is_err());

    receiver.does(Does::Takes);
    let machine = Actor::local(Door::CommandLine);
    assert_eq!(notifying.revive(&machine, &lake, None).await?, 1);
    channel(&notifying, |channel| channel.state.arrived == 1 && channel.state.dead == 0).await?;
    let ids: HashSet<String> =
        receiver.got().iter().map(|(_, event)| event["id"].as_str().unwrap_or_default().to_owned()).collect();
    assert_eq!(ids.len(), 1, "it is the same, in every try");
    notifying.test_webhook(&machine, "lake").await?;
    channel(&notifying, |channel| channel.state.arrived == 2).await?;
    assert_eq!(receiver.got().pop().there()?.1["type"], "io.loggia.webhook.test");
    assert!(notifying.test_webhook(&machine, "river").await.is_err());
    Ok(())
}

#[tokio::test]
async fn who_is_gone_leads_inside_or_floods_us_gets_nothing_more() -> Outcome {
    for (does, why) in [
        (Does::IsGone, "it answers 410 Gone"),
        (Does::LeadsTo("http://169.254.169.254/latest/meta-data"), "which leads elsewhere"),
        (Does::Floods(StatusCode::BAD_GATEWAY), "it answers 502 Bad Gateway: xxx"),
    ] {
        let catalog = risk().await?;
        let receiver = Receiver::start(does).await?;
        let notifying = calling(&catalog, &format!("http://127.0.0.1:{}/hook", receiver.port), &[])?;
        begun(&catalog, "webhooks").await?;
        tagged(&catalog, &loans(), "one").await?;
        let given_up = channel(&notifying, |channel| channel.state.dead == 1).await?;
        let said = &given_up.dead[0].why;
        assert!(said.contains(why) && said.len() < 400, "{said}");
        assert_eq!(receiver.got().len(), 1);
        let read = receiver.flooded.load(Ordering::Relaxed);
        assert!(read < 64, "{read} MiB of a gigabyte were read");
    }
    Ok(())
}

#[tokio::test]
async fn a_gigabyte_of_thanks_is_an_answer_and_nobody_reads_it() -> Outcome {
    let catalog = risk().await?;
    let receiver = Receiver::start(Does::Floods(StatusCode::OK)).await?;
    let notifying = calling(&catalog, &format!("http://127.0.0.1:{}/hook", receiver.port), &[])?;
    begun(&catalog, "webhooks").await?;
    tagged(&catalog, &loans(), "one").await?;
    channel(&notifying, |channel| channel.state.arrived == 1 && channel.state.waiting == 0).await?;
    let read = receiver.flooded.load(Ordering::Relaxed);
    assert!(read < 64, "{read} MiB of a gigabyte were read");
    Ok(())
}

#[tokio::test]
async fn who_is_busy_says_for_how_long_and_is_not_called_before() -> Outcome {
    let catalog = risk().await?;
    let receiver = Receiver::start(Does::IsBusyFor(2)).await?;
    let notifying = calling(&catalog, &format!("http://127.0.0.1:{}/hook", receiver.port), &[1, 1])?;
    begun(&catalog, "webhooks").await?;
    tagged(&catalog, &loans(), "one").await?;
    receiver.events(1).await?;
    let asked = Instant::now();
    receiver.does(Does::Takes);
    channel(&notifying, |channel| channel.state.arrived == 1).await?;
    assert!(asked.elapsed() > Duration::from_millis(1_500), "{:?}", asked.elapsed());
    assert_eq!(receiver.got().len(), 2);
    Ok(())
}

#[tokio::test]
async fn what_a_service_may_not_read_any_more_when_it_is_tried_again_is_left_out() -> Outcome {
    let catalog = risk().await?;
    let receiver = Receiver::start(Does::RefusesLoans).await?;
    let patience = [200; 40];
    let notifying = calling(&catalog, &format!("http://127.0.0.1:{}/hook", receiver.port), &patience)?;
    begun(&catalog, "webhooks").await?;
    tagged(&catalog, &loans(), "one").await?;
    receiver.events(1).await?;
    let without = unit("risk").named("Risk").member(member(&person("vera").urn, Role::Viewer));
    catalog.holding([without.put()]).await?;
    catalog.settled().await?;
    // What was on its way has come by now.
    tokio::time::sleep(Duration::from_millis(150)).await;
    let came = receiver.got().len();
    receiver.does(Does::Takes);
    let left_out = channel(&notifying, |channel| channel.state.waiting == 0).await?;
    assert_eq!(left_out.state.dead, 0);
    // Of the unit itself it may be told, since it may know that.
    let told = receiver.got().split_off(came);
    assert!(told.iter().all(|(_, event)| event["subject"] != loans().urn.as_str()), "{told:?}");
    Ok(())
}

#[tokio::test]
async fn a_name_that_leads_inside_is_not_called() -> Outcome {
    let catalog = risk().await?;
    let receiver = Receiver::start(Does::Takes).await?;
    let url = format!("https://localhost:{}/hook", receiver.port);
    let text = format!("webhooks: [{{name: lake, url: '{url}', secret: lake-hook, service: lake}}]");
    let notifying = notifying(&catalog, &text, &[])?;
    begun(&catalog, "webhooks").await?;
    tagged(&catalog, &loans(), "one").await?;
    let given_up = channel(&notifying, |channel| channel.state.dead == 1).await?;
    assert!(given_up.dead[0].why.contains("'localhost' leads inside, to "), "{}", given_up.dead[0].why);
    assert!(receiver.got().is_empty());
    Ok(())
}

#[tokio::test]
async fn what_was_committed_before_the_program_was_killed_is_sent_when_it_is_back() -> Outcome {
    let catalog = risk().await?;
    let receiver = Receiver::start(Does::Takes).await?;
    let url = format!("http://127.0.0.1:{}/hook", receiver.port);
    let last = catalog.store().last().await?;
    assert!(catalog.store().put_out("webhooks", None, last, &[]).await?);
    // Written while nothing sends, as between a commit and the end of the program.
    tagged(&catalog, &loans(), "one").await?;
    tagged(&catalog, &loans(), "two").await?;
    catalog.settled().await?;
    let (store, _) = catalog.into_parts();
    let catalog = TestCatalog::over(store).await?;
    let notifying = calling(&catalog, &url, &[10])?;
    let events = receiver.events(2).await?;
    channel(&notifying, |channel| channel.state.arrived == 2 && channel.state.waiting == 0).await?;
    let ids: HashSet<_> = events.iter().filter_map(|event| event["id"].as_str()).collect();
    assert_eq!((ids.len(), receiver.got().len()), (2, 2), "each once");
    Ok(())
}
