//! One thread by itself, and asking about what one may only know to be there.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use loggia_catalog::CatalogError;
use loggia_model::{Kind, Urn};

use super::asset::SAY_FORM;
use super::error::sentence;
use super::unit::urn_after;
use crate::encode::encode;
use crate::forms::Say;
use crate::forms::server::Refused;
use crate::request::Request;
use crate::ui::escape::escaped;
use crate::ui::links::{href, tab};
use crate::ui::loaded::loaded;
use crate::ui::thread::{thread, what};
use crate::ui::title::Title;

/// Where something can be asked about an asset.
pub fn ask_href(urn: &Urn) -> String {
    format!("/ask?about={}", encode(urn.as_str()))
}

pub fn page() -> impl IntoView {
    loaded(load)
}

pub fn ask() -> impl IntoView {
    loaded(load_ask)
}

async fn load(request: Request) -> Result<AnyView, CatalogError> {
    let urn = urn_after(&request, "/posts/", Kind::Post)?;
    let refused = Refused::take(&request).await.unwrap_or_default();
    let post = request.catalog.post_view(&request.actor, &urn).await?;
    let title = format!("{} about {}", what(&post), post.about_name);
    let (about, name) = (post.about.clone(), post.about_name.clone());
    Ok(view! {
        <Title text=format!("{title} · Loggia")/>
        <nav class="crumbs" aria-label="About"><ol><li><a href=href(&about)>{name}</a></li><li><a href=tab(&about, "discussion")>"What people say"</a></li></ol></nav>
        <h1>{title}</h1>
        <div class="threads">{thread(post, &href(&urn), &refused)}</div>
    }
    .into_any())
}

async fn load_ask(request: Request) -> Result<AnyView, CatalogError> {
    let about = request.param("about").unwrap_or_default();
    let urn: Urn = about
        .parse()
        .map_err(|_| CatalogError::NotFound(format!("'{}'", about.chars().take(120).collect::<String>())))?;
    let asking = request.catalog.asking(&request.actor, &urn).await?;
    let refused = Refused::take_of(&request, SAY_FORM).await.unwrap_or_default();
    let wrong = refused.error("text").map(ToOwned::to_owned).unwrap_or_else(|| refused.message.clone());
    let value = refused.value("text").unwrap_or_default().to_owned();
    let invalid = (!wrong.is_empty()).then_some("true");
    let names: Vec<String> = asking.owners.iter().map(|owner| owner.name.clone()).collect();
    let whom = match names.as_slice() {
        [] => "Nobody is named as its owner: whoever may edit it will find your question.".to_owned(),
        names => format!("It waits for {}.", names.join(", ")),
    };
    Ok(view! {
        <Title text=format!("Ask about {} · Loggia", asking.name)/>
        <h1>"Ask about " {asking.name.clone()}</h1>
        <p class="lede">{whom} " You will find the answer in your inbox."</p>
        <form method="post" action=Say::url() class="entity-form">
            <input r#type="hidden" name="about" value=asking.urn.to_string()/>
            <input r#type="hidden" name="kind" value="question"/>
            <input r#type="hidden" name="go" value="post"/>
            <input r#type="hidden" name="back" value=ask_href(&urn)/>
            <div class="field">
                <label r#for="text">"What you want to know, or need it for"</label>
                <p class="wrong" id="text-wrong">{sentence(&wrong)}</p>
                <textarea id="text" name="text" rows="6" aria-describedby="text-wrong text-help" aria-invalid=invalid inner_html=escaped(&value)></textarea>
                <p class="help" id="text-help">"If you need to read it: which part, for what, and until when."</p>
            </div>
            <p class="actions"><button>"Ask"</button></p>
        </form>
    }
    .into_any())
}
