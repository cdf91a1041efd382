//! What stands around every page: the mark, the search box, the ways in, the theme.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use loggia_catalog::find::LONGEST;
use loggia_model::Who;

use super::icon::Icon;
use crate::encode::encode;
use crate::forms::SetTheme;
use crate::islands::shortcuts::Shortcuts;
use crate::islands::unread::Unread;
use crate::request::{Request, THEME_COOKIE, cookie};

#[component]
pub fn Frame(children: Children) -> impl IntoView {
    let request = Request::current();
    let asked =
        request.as_ref().filter(|request| request.path() == "/search").and_then(|request| request.param("q"));
    // A question that was too long is refused, and comes back no longer than one may ask.
    let asked = asked.map(|asked| asked.chars().take(LONGEST).collect::<String>());
    let here = request.as_ref().map(Request::here).unwrap_or_default();
    let path = request.as_ref().map(|request| request.path().to_owned()).unwrap_or_default();
    let theme = request.as_ref().and_then(|request| cookie(&request.parts, THEME_COOKIE)).unwrap_or_default();
    // Who finds nothing, wherever they go, is offered no way there.
    let is_in = request.as_ref().is_none_or(Request::may_look_around);
    let me = request.as_ref().map(|request| me(request, &path));
    view! {
        <a class="skip" href="#content">"Skip to the content"</a>
        <header class="header">
            <a class="mark" href="/" aria-label="Loggia, home">
                <svg viewBox="0 0 36 24" width="36" height="24" aria-hidden="true">
                    <path d="M2 23V9a5 5 0 0 1 10 0v14M13 23V9a5 5 0 0 1 10 0v14M24 23V9a5 5 0 0 1 10 0v14M0 23h36"/>
                </svg>
                <span>"Loggia"</span>
            </a>
            {is_in.then(|| view! {
                <form class="searchbox" role="search" action="/search" method="get">
                    <label class="hidden" r#for="q">"Search the catalog"</label>
                    <Icon name="search"/>
                    <input id="q" name="q" r#type="search" value=asked placeholder="Search data, terms and people" autocomplete="off" maxlength=LONGEST/>
                    <kbd aria-hidden="true">"/"</kbd>
                    <button>"Search"</button>
                </form>
                <nav class="ways" aria-label="Main">
                    {way(&path, "/browse", "Browse")}
                    {way(&path, "/glossary", "Glossary")}
                    {way(&path, "/products", "Products")}
                    {me}
                </nav>
            })}
        </header>
        <main id="content" tabindex="-1">{children()}</main>
        <footer class="footer">
            <p>"Loggia, the open gallery of your data" {is_in.then(|| view! { " · " <a href="/projects">"Projects"</a> " · " <a href="/rules">"Rules"</a> " · " <a href="/metadata-forms">"Metadata forms"</a> " · " <a href="/organisation">"Organisation"</a> " · " <a href="/sources">"Sources"</a> " · " <a href="/open">"Open a file"</a> })}</p>
            <form class="theme" method="post" action=SetTheme::url()>
                <input r#type="hidden" name="back" value=here/>
                <fieldset>
                    <legend>"Theme"</legend>
                    {theme_button(&theme, "auto", "System")}
                    {theme_button(&theme, "light", "Light")}
                    {theme_button(&theme, "dark", "Dark")}
                </fieldset>
            </form>
        </footer>
        <Shortcuts/>
    }
}

/// Who is signed in, with the way to their account.
fn me(request: &Request, path: &str) -> AnyView {
    match request.actor.who {
        Who::Person => {
            let name = request.actor.key.person().map(|person| request.catalog.own_name(&person));
            let name = name.unwrap_or_default();
            let initials: String =
                name.split_whitespace().filter_map(|word| word.chars().next()).take(2).collect();
            let current = path.starts_with("/account").then_some("page");
            let full = name.clone();
            let inbox = (path == "/inbox").then_some("page");
            view! { <a class="to-inbox" href="/inbox" aria-current=inbox><Icon name="inbox"/><span class="full">"Inbox"</span> {unread()}</a> <a class="me" href="/account" aria-current=current aria-label=name><span class="full">{full}</span><span class="initials" aria-hidden="true">{initials}</span></a> }.into_any()
        }
        Who::Anonymous => {
            let to = format!("/sign-in?back={}", encode(&request.here()));
            view! { <a class="me" href=to>"Sign in"</a> }.into_any()
        }
        Who::Machine | Who::Service => ().into_any(),
    }
}

/// How much there is that one has not read, and how much to do.
fn unread() -> impl IntoView {
    let count = Suspend::new(async move {
        let request = Request::current()?;
        // A header without a count is better than no page.
        let waits = request.catalog.waits(&request.actor).await.ok()?;
        Some(view! { <Unread count=waits.unread to_do=waits.to_do/> })
    });
    view! { <Suspense fallback=|| ()>{count}</Suspense> }
}

fn way(path: &str, href: &'static str, title: &'static str) -> impl IntoView + use<> {
    let current = path.starts_with(href).then_some("page");
    view! { <a href=href aria-current=current>{title}</a> }
}

fn theme_button(chosen: &str, value: &'static str, title: &'static str) -> impl IntoView + use<> {
    let is_chosen = chosen == value || (chosen.is_empty() && value == "auto");
    view! { <button name="theme" value=value aria-pressed=is_chosen.to_string()>{title}</button> }
}
