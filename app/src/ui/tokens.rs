//! The tokens of a person or a service, with the forms that make and revoke them.

use http::HeaderValue;
use http::header::CACHE_CONTROL;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use loggia_catalog::Names;
use loggia_catalog::ports::Scope;
use loggia_catalog::tokens::{MOST_DAYS, TokenView, USUAL_DAYS};
use loggia_model::{Kind, Urn};

use crate::forms::server::Refused;
use crate::forms::token::made;
use crate::forms::{MakeToken, RevokeToken};
use crate::request::Request;
use crate::ui::time::Time;

/// What the form calls itself where it is refused.
pub const TOKEN_FORM: &str = "token";

pub struct Tokens<'o> {
    pub owner: &'o Urn,
    /// The page that they are on.
    pub back: String,
    pub tokens: Vec<TokenView>,
}

impl Tokens<'_> {
    pub async fn view(self, request: &Request, names: &Names, refused: &Refused) -> AnyView {
        let made = made(request).await.map(|token| {
            request.response.insert_header(CACHE_CONTROL, HeaderValue::from_static("no-store"));
            view! {
                <div class="note" role="status" tabindex="-1">
                    <p>"This is the token. Copy it now: it is not shown again."</p>
                    <pre tabindex="0"><code>{token.reveal().to_owned()}</code></pre>
                </div>
            }
        });
        let is_empty = self.tokens.is_empty();
        let rows = self.tokens.into_iter().map(|token| row(names, &self.back, token)).collect_view();
        view! {
            <section class="tokens" aria-labelledby="tokens">
                <h2 id="tokens">"Access tokens"</h2>
                <p class="help">"A program comes in by one, in the header " <code>"Authorization: Bearer"</code> ". What it can read is described at " <a href="/api/v1/openapi.json">"/api/v1/openapi.json"</a> "."</p>
                {made}
                {is_empty.then(|| view! { <p class="empty">"There is none."</p> })}
                {(!is_empty).then(|| view! {
                    <div class="table-scroll" tabindex="0" role="region" aria-label="Access tokens">
                        <table>
                            <thead><tr><th scope="col">"For"</th><th scope="col">"Opens"</th><th scope="col">"Made"</th><th scope="col">"Last used"</th><th scope="col">"Good until"</th><th scope="col"><span class="hidden">"Revoke"</span></th></tr></thead>
                            <tbody>{rows}</tbody>
                        </table>
                    </div>
                })}
                {making(self.owner, &self.back, refused)}
            </section>
        }
        .into_any()
    }
}

fn row(names: &Names, back: &str, token: TokenView) -> AnyView {
    let used = match token.used {
        Some(at) => view! { <Time at=at/> }.into_any(),
        None => view! { <span class="quiet">"never"</span> }.into_any(),
    };
    let label = format!("Revoke {}", token.name);
    view! {
        <tr>
            <td>{token.name}</td>
            <td>{token.scope.title()}</td>
            <td><Time at=token.made/> " " <span class="quiet">"by " {names.of_actor(&token.made_by)}</span></td>
            <td>{used}</td>
            <td><Time at=token.expires/> {token.has_expired.then(|| view! { " " <span class="badge badge-warn">"Expired"</span> })}</td>
            <td>
                <form method="post" action=RevokeToken::url() class="inline">
                    <input r#type="hidden" name="id" value=token.id/>
                    <input r#type="hidden" name="back" value=back.to_owned()/>
                    <button aria-label=label>"Revoke"</button>
                </form>
            </td>
        </tr>
    }
    .into_any()
}

fn making(owner: &Urn, back: &str, refused: &Refused) -> AnyView {
    let is_own = refused.form == TOKEN_FORM;
    let typed = |name: &str| refused.value(name).filter(|_| is_own).map(ToOwned::to_owned);
    let wrong = |name: &str| refused.error(name).filter(|_| is_own).map(ToOwned::to_owned);
    let (name_wrong, days_wrong) = (wrong("name"), wrong("days"));
    let (name_invalid, days_invalid) =
        (name_wrong.is_some().then_some("true"), days_wrong.is_some().then_some("true"));
    let told = (is_own && !refused.message.is_empty())
        .then(|| view! { <p class="note note-poor" role="alert">{refused.message.clone()}</p> });
    let chosen = typed("scope").unwrap_or_else(|| Scope::Read.to_string());
    let is_offered = |scope: &Scope| *scope != Scope::Provision || owner.kind() == Kind::Service;
    let scopes = [Scope::Read, Scope::Search, Scope::Provision]
        .into_iter()
        .filter(is_offered)
        .map(|scope| view! { <option value=scope.as_str() selected=chosen == scope.as_str()>{scope.title()}</option> })
        .collect_view();
    let days = typed("days").unwrap_or_else(|| USUAL_DAYS.to_string());
    view! {
        <details class="edit" open=is_own>
            <summary>"Make a token"</summary>
            <form method="post" action=MakeToken::url()>
                {told}
                <input r#type="hidden" name="owner" value=owner.to_string()/>
                <input r#type="hidden" name="back" value=back.to_owned()/>
                <label r#for="token-name">"What it is for"</label>
                <p class="wrong" id="token-name-wrong">{name_wrong}</p>
                <input id="token-name" name="name" value=typed("name") autocomplete="off" required=true aria-invalid=name_invalid aria-describedby="token-name-wrong token-name-help"/>
                <p class="help" id="token-name-help">"By this you will know it when you want to revoke it."</p>
                <label r#for="token-scope">"What it opens"</label>
                <select id="token-scope" name="scope">{scopes}</select>
                <label r#for="token-days">"Days that it is good"</label>
                <p class="wrong" id="token-days-wrong">{days_wrong}</p>
                <input id="token-days" name="days" r#type="number" min="1" max=MOST_DAYS.to_string() value=days required=true aria-invalid=days_invalid aria-describedby="token-days-wrong"/>
                <button>"Make it"</button>
            </form>
        </details>
    }
    .into_any()
}
