//! Signing in, the first account, and one's own account.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use loggia_catalog::CatalogError;
use loggia_model::Who;

use crate::forms::server::{Refused, own_path};
use crate::forms::{ChangePassword, EndSession, SignIn, SignInAs, SignOut, Welcome};
use crate::request::Request;
use crate::ui::links::href;
use crate::ui::loaded::loaded;
use crate::ui::time::Time;
use crate::ui::title::Title;
use crate::ui::tokens::{TOKEN_FORM, Tokens};

pub fn page() -> impl IntoView {
    loaded(load)
}

pub fn welcome() -> impl IntoView {
    loaded(load_welcome)
}

pub fn account() -> impl IntoView {
    loaded(load_account)
}

async fn load(request: Request) -> Result<AnyView, CatalogError> {
    let back = own_path(&request.param("back").unwrap_or_default());
    let refused = Refused::take_of(&request, "sign-in").await.unwrap_or_default();
    if request.catalog.has_no_accounts().await? {
        return Ok(view! {
            <Title text="Sign in · Loggia"/>
            <section class="sign-in">
                <h1>"Nobody has an account yet"</h1>
                <p>"So whoever reaches this machine can do everything here. The first account ends that: open the link that the program printed when it started, or run"</p>
                <pre tabindex="0"><code>"loggia account add NAME --administrator"</code></pre>
                <p><a href="/">"Go on without"</a></p>
            </section>
        }
        .into_any());
    }
    let people = request.catalog.demonstrated();
    let offered = (!people.is_empty()).then(|| {
        let people = people.into_iter().map(|(person, role)| view! {
            <li><button name="person" value=person.urn.rest().to_owned()>{person.name}</button> " " <span class="quiet">{role}</span></li>
        }).collect_view();
        view! {
            <section aria-labelledby="as">
                <h2 id="as">"Look around as one of them"</h2>
                <p>"This is a demonstration with invented people. Each may see and do something else."</p>
                <form method="post" action=SignInAs::url()>
                    <input r#type="hidden" name="back" value=back.clone()/>
                    <ul class="plain demo-people">{people}</ul>
                </form>
            </section>
        }
    });
    let told = told(&refused);
    let login = refused.value("login").unwrap_or_default().to_owned();
    let providers = request
        .catalog
        .providers()
        .iter()
        .map(|provider| {
            let action = format!("/sign-in/with/{}", provider.name);
            view! {
                <li><form method="post" action=action>
                    <input r#type="hidden" name="back" value=back.clone()/>
                    <button>"Sign in with " {provider.title.clone()}</button>
                </form></li>
            }
        })
        .collect_view();
    let providers = (!request.catalog.providers().is_empty())
        .then(|| view! { <ul class="plain providers">{providers}</ul> });
    Ok(view! {
        <Title text="Sign in · Loggia"/>
        <section class="sign-in">
            <h1>"Sign in"</h1>
            {told}
            {offered}
            {providers}
            <form class="entity-form" method="post" action=SignIn::url()>
                <input r#type="hidden" name="back" value=back/>
                {field("login", "Login", "text", login, "username", "Your name here, or your address.", &refused)}
                {field("password", "Password", "password", String::new(), "current-password", "Whoever runs this catalog can give you another.", &refused)}
                <p class="actions"><button>"Sign in"</button></p>
            </form>
        </section>
    }
    .into_any())
}

async fn load_welcome(request: Request) -> Result<AnyView, CatalogError> {
    let key = request.param("key").unwrap_or_default();
    let refused = Refused::take_of(&request, "welcome").await.unwrap_or_default();
    if !request.catalog.has_no_accounts().await? {
        return Err(CatalogError::NotFound("first account to make: somebody has one".into()));
    }
    let told = told(&refused);
    let typed = |name: &str| refused.value(name).unwrap_or_default().to_owned();
    Ok(view! {
        <Title text="The first account · Loggia"/>
        <section class="sign-in">
            <h1>"The first account"</h1>
            <p>"It administers everything. From then on everybody signs in, and sees what their roles let them."</p>
            <form class="entity-form" method="post" action=Welcome::url()>
                {told}
                <input r#type="hidden" name="key" value=key/>
                {field("name", "Your name", "text", typed("name"), "name", "As colleagues call you.", &refused)}
                {field("login", "Login", "text", typed("login"), "username", "What you will type to sign in: a name or an address, without blanks.", &refused)}
                {field("password", "Password", "password", String::new(), "new-password", "12 characters or more, of any kind. Four words that do not belong together are a good one.", &refused)}
                <p class="actions"><button>"Make it"</button></p>
            </form>
        </section>
    }
    .into_any())
}

async fn load_account(request: Request) -> Result<AnyView, CatalogError> {
    if request.actor.who != Who::Person {
        return Err(CatalogError::NotFound("account of whoever has the machine".into()));
    }
    let refused = Refused::take_of(&request, "password").await.unwrap_or_default();
    let of_a_token = Refused::take_of(&request, TOKEN_FORM).await.unwrap_or_default();
    let session = request.session();
    let sessions = request.catalog.sessions(&request.actor, session.as_ref()).await?;
    let begun_by = match &session {
        Some(token) => request.catalog.signed_in_by(token).await?,
        None => None,
    };
    let names = request.names().await?;
    let person = request.actor.key.person().ok_or_else(|| CatalogError::NotFound("such person".into()))?;
    let name = names.of(&person);
    let tokens = request.catalog.tokens(&request.actor, &person).await?;
    let tokens = Tokens { owner: &person, back: "/account".to_owned(), tokens };
    let tokens = tokens.view(&request, &names, &of_a_token).await;
    let told = told(&refused);
    let sessions = sessions.into_iter().map(|session| {
        let end = if session.is_this {
            view! { <span class="badge">"This browser"</span> }.into_any()
        } else {
            view! {
                <form method="post" action=EndSession::url() class="inline">
                    <input r#type="hidden" name="id" value=session.id/>
                    <button>"End it"</button>
                </form>
            }
            .into_any()
        };
        let whole = session.agent.clone();
        let agent = browser(&session.agent);
        view! { <li><p title=whole>{agent}</p><p class="quiet">"Signed in " <Time at=session.begun/> ", seen " <Time at=session.seen/></p> {end}</li> }
    }).collect_view();
    let begun_by = begun_by.map(|begun_by| {
        let providers = request.catalog.providers();
        let known = providers.iter().find(|provider| provider.name == begun_by.provider);
        known.map_or(begun_by.provider, |provider| provider.title.clone())
    });
    let password = match begun_by.as_ref() {
        Some(title) => view! {
            <section aria-labelledby="by">
                <h2 id="by">"How you sign in"</h2>
                <p>"You came by " {title.clone()} ". Signing out here signs you out there too, where it lets this catalog ask for that."</p>
            </section>
        }
        .into_any(),
        None => view! {
            <section aria-labelledby="password">
                <h2 id="password">"Another password"</h2>
                <form class="entity-form" method="post" action=ChangePassword::url()>
                    {told}
                    {field("old", "The one you have", "password", String::new(), "current-password", "", &refused)}
                    {field("new", "The new one", "password", String::new(), "new-password", "12 characters or more. Everywhere else you are signed out.", &refused)}
                    <p class="actions"><button>"Change it"</button></p>
                </form>
            </section>
        }
        .into_any(),
    };
    Ok(view! {
        <Title text="Your account · Loggia"/>
        <div class="title-row">
            <h1>"Your account"</h1>
            <form method="post" action=SignOut::url()><button>"Sign out"</button></form>
        </div>
        <p class="lede">"You are " <a href=href(&person)>{name}</a> "."</p>
        <div class="two wide-left">
            <section aria-labelledby="sessions"><h2 id="sessions">"Where you are signed in"</h2><ul class="plain sessions">{sessions}</ul></section>
            {password}
        </div>
        {tokens}
    }
    .into_any())
}

pub(super) fn told(refused: &Refused) -> Option<AnyView> {
    (!refused.message.is_empty()).then(|| {
        let words = refused.message.replacen("Not saved: ", "", 1);
        view! { <p class="note note-poor" role="alert" tabindex="-1">{crate::pages::error::capital(&words)}</p> }.into_any()
    })
}

pub(super) fn field(
    name: &'static str,
    label: &'static str,
    kind: &'static str,
    value: String,
    autocomplete: &'static str,
    help: &'static str,
    refused: &Refused,
) -> AnyView {
    let id = format!("field-{name}");
    let (help_id, wrong_id) = (format!("{id}-help"), format!("{id}-wrong"));
    let wrong = refused.error(name).map(ToOwned::to_owned);
    let describes = if wrong.is_some() { format!("{wrong_id} {help_id}") } else { help_id.clone() };
    let invalid = wrong.is_some().then_some("true");
    view! {
        <div class="field">
            <label r#for=id.clone()>{label}</label>
            <input id=id name=name r#type=kind value=value autocomplete=autocomplete required=true aria-describedby=describes aria-invalid=invalid/>
            {wrong.map(|wrong| view! { <p class="wrong" id=wrong_id>{wrong}</p> })}
            <p class="help" id=help_id>{help}</p>
        </div>
    }
    .into_any()
}

/// As people call a browser and what it runs on, by what it says of itself.
fn browser(agent: &str) -> String {
    // Each says the names of those that came before it, too.
    const BROWSERS: [(&str, &str); 6] = [
        ("Edg/", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("HeadlessChrome/", "Chrome without a window"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 6] = [
        ("iPhone", "an iPhone"),
        ("iPad", "an iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "a Mac"),
        ("Linux", "Linux"),
    ];
    let named = |known: &[(&str, &'static str)]| {
        known.iter().find(|(said, _)| agent.contains(said)).map(|(_, name)| *name)
    };
    match (named(&BROWSERS), named(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        _ if agent.is_empty() => "A browser that says nothing of itself".to_owned(),
        _ => agent.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_called_as_people_call_it() {
        let edge = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0";
        let phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1";
        assert_eq!(browser(edge), "Edge on Windows");
        assert_eq!(browser(phone), "Safari on an iPhone");
        assert_eq!(browser("curl/8.5"), "curl/8.5");
        assert_eq!(browser(""), "A browser that says nothing of itself");
    }
}
