//! What people say about an asset: questions, problems, proposals, comments; and the way to say something.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use loggia_catalog::CatalogError;
use loggia_catalog::assets::AssetView;
use loggia_catalog::posts::{A_PAGE, PostView, Talk};
use loggia_model::Who;
use loggia_model::facts::{ProblemKind, Severity};

use crate::forms::Say;
use crate::forms::server::Refused;
use crate::pages::error::sentence;
use crate::request::Request;
use crate::ui::escape::escaped;
use crate::ui::links::{href, tab};
use crate::ui::pager::pager;
use crate::ui::thread::{anchor, thread};
use crate::ui::time::counted;

/// The form that begins a thread, as a refused one is kept.
pub const FORM: &str = "say";

pub async fn discussion(request: &Request, asset: &AssetView) -> Result<AnyView, CatalogError> {
    if request.actor.who == Who::Anonymous {
        return Ok(
            view! { <p class="empty">"What people say about this is for those who have signed in."</p> }
                .into_any(),
        );
    }
    let page = request.page("page")?;
    let refused = Refused::take(request).await.unwrap_or_default();
    let found = request.catalog.discussion(&request.actor, asset, page).await?;
    let back = tab(&asset.urn, "discussion");
    let pages = u32::try_from(found.all.div_ceil(A_PAGE)).unwrap_or(1);
    let threads: Vec<AnyView> = found.threads.into_iter().map(|post| thread(post, &back, &refused)).collect();
    let list = if found.all == 0 {
        view! { <p class="empty">"Nobody has said anything yet. A question here is answered once, for everybody who comes after you."</p> }.into_any()
    } else {
        view! { <div class="threads">{threads}</div> }.into_any()
    };
    Ok(view! {
        <section class="discussion" aria-labelledby="discussion">
            <h2 id="discussion">"What people say"</h2>
            {say(asset, &back, &refused)}
            {list}
            {pager(href(&asset.urn), &[("tab".into(), "discussion".into())], "page", page, pages)}
        </section>
    }
    .into_any())
}

/// A question, a comment or a problem.
fn say(asset: &AssetView, back: &str, refused: &Refused) -> AnyView {
    let was_refused = refused.form == FORM;
    let wrong = |field: &str| refused.error(field).filter(|_| was_refused).map(sentence);
    let value = |name: &str| refused.value(name).filter(|_| was_refused).unwrap_or_default().to_owned();
    let kind = value("kind");
    let told = (was_refused && refused.errors.is_empty())
        .then(|| view! { <p class="note note-poor" role="alert">{sentence(&refused.message)}</p> });
    let columns =
        asset.facts.columns.keys().take(500).map(|path| view! { <option value=path.to_string()></option> });
    let radio = |word: &'static str, title: &'static str| {
        let is_chosen = kind == word || (kind.is_empty() && word == "question");
        view! { <label><input r#type="radio" name="kind" value=word checked=is_chosen/> {title}</label> }
    };
    let option = |word: &'static str, title: &'static str, chosen: &str| {
        view! { <option value=word selected=chosen == word>{title}</option> }
    };
    let (problem, severity) = (value("problem"), value("severity"));
    let problems =
        ProblemKind::ALL.iter().map(|kind| option(kind.as_str(), kind.title(), &problem)).collect_view();
    let severities =
        Severity::ALL.iter().map(|kind| option(kind.as_str(), kind.title(), &severity)).collect_view();
    view! {
        <details class="edit say" open=was_refused>
            <summary>"Ask, tell of a problem, or comment"</summary>
            <form method="post" action=Say::url()>
                {told}
                <input r#type="hidden" name="about" value=asset.urn.to_string()/>
                <input r#type="hidden" name="back" value=back.to_owned()/>
                <fieldset class="kinds"><legend>"What is it?"</legend>
                    {radio("question", "A question")} {radio("problem", "A problem with the data")} {radio("comment", "A comment")}
                </fieldset>
                <div class="only-problem">
                    <label r#for="problem">"What kind of problem"</label>
                    <p class="wrong" id="problem-wrong">{wrong("problem")}</p>
                    <select id="problem" name="problem" aria-describedby="problem-wrong"><option value="">"Choose"</option>{problems}</select>
                    <label r#for="severity">"How much it hurts"</label>
                    <p class="wrong" id="severity-wrong">{wrong("severity")}</p>
                    <select id="severity" name="severity" aria-describedby="severity-wrong"><option value="">"Choose"</option>{severities}</select>
                </div>
                <label r#for="say-column">"About which column"</label>
                <p class="wrong" id="column-wrong">{wrong("column")}</p>
                <input id="say-column" name="column" list="say-columns" value=value("column") autocomplete="off" aria-describedby="column-wrong column-help"/>
                <datalist id="say-columns">{columns.collect_view()}</datalist>
                <p class="help" id="column-help">"Empty for all of it."</p>
                <label r#for="say-text">"Your words (Markdown)"</label>
                <p class="wrong" id="text-wrong">{wrong("text")}</p>
                <textarea id="say-text" name="text" rows="5" aria-describedby="text-wrong" inner_html=escaped(&value("text"))></textarea>
                <p class="help">"Whoever may read this asset can read it. A question or a problem waits for those who look after the asset until it is answered."</p>
                <button>"Say it"</button>
            </form>
        </details>
    }
    .into_any()
}

/// On every tab: what is not solved yet.
pub fn problems(asset: &AssetView, talk: Talk) -> Option<AnyView> {
    let link = tab(&asset.urn, "discussion");
    let told = counted(talk.open_problems, "problem has been told of", "problems have been told of");
    (talk.open_problems > 0)
        .then(|| view! { <p class="note note-poor">{told} " and not solved yet. " <a href=link>"What it is"</a></p> }.into_any())
}

/// The answers that stand on the first page.
pub fn answers(asset: &AssetView, answered: Vec<PostView>) -> Option<AnyView> {
    let line = |post: PostView| {
        let question = post.said.first().and_then(|said| said.text.clone()).unwrap_or_default();
        let answer = post.said.iter().find(|said| said.is_answer);
        let text = answer.and_then(|said| said.text.clone()).unwrap_or_default();
        let by = answer.map(|said| said.by_name.clone()).unwrap_or_default();
        let link = format!("{}#{}", tab(&asset.urn, "discussion"), anchor(&post));
        view! {
            <div class="answered">
                <dt>{loggia_catalog::markdown::plain(&question)}</dt>
                <dd><div class="prose" inner_html=loggia_catalog::markdown::safe_html(&text)></div><p class="quiet">{by} " · " <a href=link>"All that was said"</a></p></dd>
            </div>
        }
    };
    let lines: Vec<_> = answered.into_iter().map(line).collect();
    (!lines.is_empty()).then(|| {
        view! { <section class="glance" aria-labelledby="answers"><h2 id="answers">"Asked and answered"</h2><dl class="answers">{lines}</dl></section> }.into_any()
    })
}
