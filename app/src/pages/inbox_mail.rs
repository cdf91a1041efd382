//! When somebody is mailed what.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use loggia_catalog::CatalogError;
use loggia_catalog::notifying::mail::MailChoices;
use loggia_catalog::ports::{How, What};

use super::error::sentence;
use crate::forms::ChooseMail;
use crate::forms::server::Refused;
use crate::request::Request;
use crate::ui::loaded::loaded;
use crate::ui::title::Title;

const HERE: &str = "/inbox/mail";
/// The form, as a refused one is kept.
pub const FORM: &str = "inbox-mail";

pub fn page() -> impl IntoView {
    loaded(load)
}

async fn load(request: Request) -> Result<AnyView, CatalogError> {
    let choices = request.catalog.mail_choices(&request.actor).await?;
    let refused = Refused::take_of(&request, FORM).await.unwrap_or_default();
    let told = (!refused.message.is_empty())
        .then(|| view! { <p class="note note-poor" role="alert">{sentence(&refused.message)}</p> });
    let body = match choices {
        Some(choices) => form(choices),
        None => view! { <p class="empty">"This catalog sends no mail. Whoever runs it can have it do so: "<code>"loggia serve --notifications FILE"</code>"."</p> }.into_any(),
    };
    Ok(view! {
        <Title text="Mail · Inbox · Loggia"/>
        <nav class="crumbs" aria-label="Above"><ol><li><a href="/inbox">"Inbox"</a></li></ol></nav>
        <h1>"Mail"</h1>
        <p class="lead">"What comes into your inbox can be mailed to you as well: at once, or gathered in one letter. What you have read by then is left out."</p>
        {told}
        {body}
    }
    .into_any())
}

fn form(choices: MailChoices) -> AnyView {
    let to = match choices.address {
        Some(address) => view! { <p>"To " <strong>{address}</strong> "."</p> }.into_any(),
        None => view! { <p class="note note-fair">"Nobody here knows your address, so nothing is mailed. An administrator or your directory can put it on your page."</p> }.into_any(),
    };
    let rows = choices.choices.into_iter().map(row).collect_view();
    view! {
        {to}
        <form method="post" action=ChooseMail::url() class="mail-choices">
            <input r#type="hidden" name="back" value=HERE/>
            <div class="choices">{rows}</div>
            <p class="actions"><button>"Save"</button></p>
        </form>
    }
    .into_any()
}

fn row((what, chosen): (What, How)) -> impl IntoView {
    let options = How::ALL
        .map(|how| {
            let value = format!("{}:{}", what.as_str(), how.as_str());
            view! { <option value=value selected=how == chosen>{how.title()}</option> }
        })
        .into_iter()
        .collect_view();
    let id = format!("mail-{}", what.as_str());
    let label = id.clone();
    view! {
        <label r#for=label>{what.title()} <span class="quiet">{explained(what)}</span></label>
        <select id=id name="choices[]">{options}</select>
    }
}

fn explained(what: What) -> &'static str {
    match what {
        What::Breaking => "Columns are gone, or hold something else.",
        What::Columns => "Columns came, or hold more.",
        What::Published => "A new version is there.",
        What::Deprecated => "It is kept until a day.",
        What::Retired => "It is used no more.",
        What::Withdrawn => "It is in the catalog no more.",
        What::Certified => "Somebody stands for it, in another way, or no more.",
        What::Described => "Words, owners, tags or terms changed.",
        What::Missing => "Its source has it no more.",
        What::New => "It came into what you follow.",
        What::Asked => "A question, a problem or a proposal waits for you.",
        What::Replied => "In a thread in which you have spoken.",
        What::Settled => "What became of what you asked or proposed.",
        What::Mentioned => "By @ and your key.",
        What::StandingIn => "Somebody is away, and you stand in for them.",
    }
}
