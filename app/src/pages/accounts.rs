//! Who can sign in, for whoever administers the organisation; and the page on which somebody chooses a password by a link.

use http::HeaderValue;
use http::header::CACHE_CONTROL;
use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use loggia_catalog::CatalogError;
use loggia_catalog::accounts::AccountView;

use super::sign_in::{field, told};
use crate::forms::account::made_link;
use crate::forms::server::Refused;
use crate::forms::{ChoosePassword, OpenAccount, ResetAccount, SteerAccount};
use crate::request::Request;
use crate::ui::links::{href, with_query};
use crate::ui::loaded::loaded;
use crate::ui::pager::pager;
use crate::ui::time::{Time, counted};
use crate::ui::title::Title;

/// What the forms call themselves where they are refused.
pub const NEW_FORM: &str = "new-account";
pub const ACCOUNT_FORM: &str = "account";
pub const CHOICE_FORM: &str = "choose-password";

const HERE: &str = "/accounts";
const PAGE: u32 = 50;

pub fn page() -> impl IntoView {
    loaded(load)
}

pub fn password() -> impl IntoView {
    loaded(load_password)
}

async fn load(request: Request) -> Result<AnyView, CatalogError> {
    let text = request.param("q").unwrap_or_default();
    let page = request.page("page")?;
    let offset = u64::from(page - 1) * u64::from(PAGE);
    let found = request.catalog.accounts_like(&request.actor, &text, offset, PAGE).await?;
    let refused = Refused::take(&request).await.unwrap_or_default();
    let nobody = request.catalog.has_no_accounts().await?;
    let state: Vec<_> =
        [("q".to_owned(), text.clone())].into_iter().filter(|(_, typed)| !typed.is_empty()).collect();
    // A page, a refusal and a link come back to where they were asked for.
    let back = with_query(HERE, &state);
    let pages = u32::try_from(found.total.div_ceil(u64::from(PAGE))).unwrap_or(1);
    let total = counted(found.total, "account", "accounts");
    let list = if found.accounts.is_empty() {
        let words = if nobody {
            "Nobody has an account yet, so whoever reaches this machine can do everything here. The link that the program printed makes the first."
        } else {
            "Nobody of this name has an account. Leave the field empty to see all."
        };
        view! { <p class="empty">{words}</p> }.into_any()
    } else {
        table(found.accounts, &back)
    };
    let of_an_account = (refused.form == ACCOUNT_FORM).then(|| told(&refused));
    let link = link(&request).await;
    let opening = (!nobody).then(|| opening(&back, &refused));
    Ok(view! {
        <Title text="Accounts · Loggia"/>
        <nav class="crumbs" aria-label="Above"><ol><li><a href="/organisation">"Organisation"</a></li></ol></nav>
        <h1>"Accounts"</h1>
        <p class="lead">"Who can sign in. What they may do is said by roles, on the page of a domain unit or of the organisation."</p>
        <section class="accounts" aria-label="Accounts">
            {of_an_account}
            {link}
            {opening}
            <form class="finding" action=HERE method="get">
                <label r#for="accounts-q">"Name or login"</label>
                <input id="accounts-q" name="q" r#type="search" value=text autocomplete="off"/>
                <button>"Find"</button>
            </form>
            <p class="count">{total}</p>
            {list}
            {pager(HERE.to_owned(), &state, "page", page, pages)}
        </section>
    }
    .into_any())
}

/// The link that was just made, this once.
async fn link(request: &Request) -> Option<AnyView> {
    let (login, path) = made_link(request).await?;
    request.response.insert_header(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let link = format!("{}{path}", request.address());
    Some(
        view! {
            <div class="note" role="status" tabindex="-1">
                <p>"By this link, " <strong>{login}</strong> " chooses a password. Give it to them yourself, and to nobody else: it opens once, within a day, and is not shown again."</p>
                <pre tabindex="0"><code>{link}</code></pre>
            </div>
        }
        .into_any(),
    )
}

fn table(accounts: Vec<AccountView>, back: &str) -> AnyView {
    let rows = accounts.into_iter().map(|account| row(account, back)).collect_view();
    view! {
        <div class="table-scroll" tabindex="0" role="region" aria-label="Who has an account">
            <table>
                <thead><tr><th scope="col">"Who"</th><th scope="col">"Login"</th><th scope="col">"Comes in by"</th><th scope="col">"Last came in"</th><th scope="col"><span class="hidden">"What can be done"</span></th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
    .into_any()
}

fn row(account: AccountView, back: &str) -> AnyView {
    let who = match &account.person {
        Some(person) => view! { <a href=href(&person.urn)>{person.name.clone()}</a> }.into_any(),
        None => view! { {account.key.to_string()} }.into_any(),
    };
    let state = account.is_disabled.then(|| view! { " " <span class="badge badge-warn">"Kept out"</span> });
    let administers =
        account.is_administrator.then(|| view! { " " <span class="badge">"Administers"</span> });
    let mut ways: Vec<String> = account.issuers.iter().map(|issuer| host_of(issuer)).collect();
    if account.has_password {
        ways.insert(0, "password".to_owned());
    }
    let ways = if ways.is_empty() {
        view! { <span class="quiet">"nothing yet"</span> }.into_any()
    } else {
        view! { {ways.join(", ")} }.into_any()
    };
    let entered = match account.entered {
        Some(at) => view! { <Time at=at/> }.into_any(),
        None => view! { <span class="quiet">"not known"</span> }.into_any(),
    };
    let actions = if account.is_own {
        view! { <a href="/account">"Your account"</a> }.into_any()
    } else {
        actions(&account, back)
    };
    view! {
        <tr>
            <th scope="row">{who}{state}{administers}</th>
            <td><code>{account.login.clone()}</code></td>
            <td>{ways}</td>
            <td>{entered}</td>
            <td>{actions}</td>
        </tr>
    }
    .into_any()
}

/// Folded: each takes something away that somebody may be using just now.
fn actions(account: &AccountView, back: &str) -> AnyView {
    if account.is_disabled {
        return steer(&account.login, "enable", "Let in again", back);
    }
    let reset = if account.has_password { "Take the password away" } else { "Make a link" };
    let words = if account.has_password {
        "They are signed out everywhere, and choose another password by a link that you give them."
    } else {
        "They choose a password by it. One that they were given before opens nothing any more."
    };
    view! {
        <details class="edit">
            <summary>"Change" <span class="hidden">" " {account.login.clone()}</span></summary>
            <p class="help">{words}</p>
            <form method="post" action=ResetAccount::url()>
                <input r#type="hidden" name="login" value=account.login.clone()/>
                <input r#type="hidden" name="back" value=back.to_owned()/>
                <button>{reset} <span class="hidden">" of " {account.login.clone()}</span></button>
            </form>
            <p class="help">"Kept out, they cannot sign in by anything, nor can their tokens. What they did stays theirs."</p>
            {steer(&account.login, "disable", "Keep out", back)}
        </details>
    }
    .into_any()
}

fn steer(login: &str, action: &'static str, title: &'static str, back: &str) -> AnyView {
    view! {
        <form method="post" action=SteerAccount::url()>
            <input r#type="hidden" name="login" value=login.to_owned()/>
            <input r#type="hidden" name="action" value=action/>
            <input r#type="hidden" name="back" value=back.to_owned()/>
            <button>{title} <span class="hidden">" " {login.to_owned()}</span></button>
        </form>
    }
    .into_any()
}

fn opening(back: &str, refused: &Refused) -> AnyView {
    let is_own = refused.form == NEW_FORM;
    let typed = |name: &str| refused.value(name).filter(|_| is_own).map(ToOwned::to_owned);
    let wrong = |name: &str| refused.error(name).filter(|_| is_own).map(ToOwned::to_owned);
    // A new person's name is wrong as any name may be.
    let (person_wrong, login_wrong) = (wrong("person").or_else(|| wrong("name")), wrong("login"));
    let (person_invalid, login_invalid) =
        (person_wrong.is_some().then_some("true"), login_wrong.is_some().then_some("true"));
    let told = is_own.then(|| told(refused));
    view! {
        <details class="edit" open=is_own>
            <summary>"Make an account"</summary>
            <form method="post" action=OpenAccount::url()>
                {told}
                <input r#type="hidden" name="back" value=back.to_owned()/>
                <label r#for="account-person">"Who"</label>
                <p class="wrong" id="account-person-wrong">{person_wrong}</p>
                <input id="account-person" name="person" value=typed("person") autocomplete="off" required=true aria-invalid=person_invalid aria-describedby="account-person-wrong account-person-help"/>
                <p class="help" id="account-person-help">"The name of a person of the catalog, or of a new one."</p>
                <label r#for="account-login">"Login"</label>
                <p class="wrong" id="account-login-wrong">{login_wrong}</p>
                <input id="account-login" name="login" value=typed("login") autocomplete="off" aria-invalid=login_invalid aria-describedby="account-login-wrong account-login-help"/>
                <p class="help" id="account-login-help">"What they type to sign in, without blanks. Empty, it is made of the name."</p>
                <button>"Make it"</button>
            </form>
        </details>
    }
    .into_any()
}

/// The same for every key, whether it opens anything or not: whose it would be, nobody learns here.
async fn load_password(request: Request) -> Result<AnyView, CatalogError> {
    let key = request.param("key").unwrap_or_default();
    let refused = Refused::take_of(&request, CHOICE_FORM).await.unwrap_or_default();
    request.response.insert_header(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    let told = told(&refused);
    Ok(view! {
        <Title text="Choose a password · Loggia"/>
        <section class="sign-in">
            <h1>"Choose a password"</h1>
            <p>"You were given this link by whoever runs this catalog. It opens once; afterwards you sign in by your login and this password, which nobody else knows."</p>
            <form class="entity-form" method="post" action=ChoosePassword::url()>
                {told}
                <input r#type="hidden" name="key" value=key/>
                {field("password", "Password", "password", String::new(), "new-password", "12 characters or more, of any kind. Four words that do not belong together are a good one.", &refused)}
                <p class="actions"><button>"Choose it"</button></p>
            </form>
        </section>
    }
    .into_any())
}

/// Of an address, what people know it by.
fn host_of(issuer: &str) -> String {
    let rest = issuer.split_once("://").map_or(issuer, |(_, rest)| rest);
    rest.split('/').next().unwrap_or(rest).to_owned()
}

#[cfg(test)]
mod tests {
    use super::host_of;

    #[test]
    fn a_provider_is_known_by_its_host() {
        assert_eq!(host_of("https://login.company.example/realms/bank"), "login.company.example");
        assert_eq!(host_of("company"), "company");
    }
}
