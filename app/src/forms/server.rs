//! What the server functions do: parse, call one use case, tell the outcome.

use http::header::{HeaderName, LOCATION, SET_COOKIE};
use http::{HeaderValue, StatusCode};
use leptos::nonce::Nonce;
use leptos::prelude::*;
use loggia_catalog::organise::Draft;
use loggia_catalog::{Catalog, CatalogError, markdown};
use loggia_model::{Kind, Seq, Urn, Who};
use serde::{Deserialize, Serialize};

use super::{AlikeLine, ColumnLine, FieldMessage, Outcome};
use crate::pages::accounts::CHOICE_FORM;
use crate::request::{
    FORM_COOKIE, Request, SEEN_COOKIE, THEME_COOKIE, accepts_html, cookie_header, set_cookie,
};
use crate::ui::links::href;

pub(crate) const TEN_MINUTES: u32 = 600;
const A_YEAR: u32 = 365 * 86_400;

pub struct EntityForm {
    pub urn: String,
    pub kind: String,
    pub revision: String,
    pub back: String,
    pub draft: Draft,
}

/// What a refused form was, kept for the page that follows: nothing that was typed is lost.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Refused {
    /// Which form of the page: `description`, `column:cust_id:tags`, `entity`.
    pub form: String,
    pub values: Vec<(String, String)>,
    pub message: String,
    pub errors: Vec<FieldMessage>,
}

impl Refused {
    /// The form that was refused before this page, once.
    pub async fn take(request: &Request) -> Option<Self> {
        let key = crate::request::cookie(&request.parts, FORM_COOKIE)?;
        let kept = request.catalog.take_kept(&kept_as(&key)).await.ok().flatten()?;
        serde_json::from_str(&kept).ok()
    }

    /// The same, where it was one of this name; that of another stays for the page that it is of.
    pub async fn take_of(request: &Request, form: &str) -> Option<Self> {
        let refused = Self::take(request).await?;
        if refused.form == form {
            return Some(refused);
        }
        let key = crate::request::cookie(&request.parts, FORM_COOKIE)?;
        let kept = serde_json::to_string(&refused).unwrap_or_default();
        if let Err(error) = request.catalog.keep(&kept_as(&key), &kept, TEN_MINUTES).await {
            tracing::warn!(%error, "a refused form was not kept for its page");
        }
        None
    }

    pub fn value(&self, name: &str) -> Option<&str> {
        self.values.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub fn error(&self, field: &str) -> Option<&str> {
        self.errors.iter().find(|error| error.field == field).map(|error| error.message.as_str())
    }
}

pub async fn edit_entity(form: EntityForm) -> Result<Outcome, ServerFnError> {
    let request = request()?;
    let values = draft_values(&form.draft);
    let back = form.back.clone();
    let result = save_entity(&request, form).await;
    finish(&request, result, &back, Refused { form: "entity".into(), values, ..Refused::default() }).await
}

async fn save_entity(request: &Request, form: EntityForm) -> Result<(Seq, String, String), CatalogError> {
    let (catalog, actor) = (&request.catalog, &request.actor);
    if form.urn.is_empty() {
        let kind: Kind =
            form.kind.parse().map_err(|error| CatalogError::invalid("kind", format!("{error}")))?;
        let (urn, seq) = catalog.create(actor, kind, &form.draft).await?;
        return Ok((seq, "Made.".into(), href(&urn)));
    }
    let urn = parse_urn(&form.urn)?;
    let seq = catalog.update(actor, &urn, &form.draft, revision(&form.revision)?).await?;
    Ok((seq, "Saved.".into(), href(&urn)))
}

pub async fn act(urn: String, action: String, value: String, back: String) -> Result<Outcome, ServerFnError> {
    let request = request()?;
    let result = do_act(&request, &urn, &action, &value).await;
    let values = vec![("value".to_owned(), value)];
    finish(&request, result, &back, Refused { form: action, values, ..Refused::default() }).await
}

pub async fn trial_progress(ticket: &str) -> Result<Option<(u32, u32)>, ServerFnError> {
    let request = request()?;
    let number = |count| u32::try_from(count).unwrap_or(u32::MAX);
    let progress = request.catalog.trial_progress(&request.actor, ticket);
    Ok(progress.map(|progress| (number(progress.looked_at), number(progress.all))))
}

pub async fn steer_source(name: String, action: &str, back: &str) -> Result<Outcome, ServerFnError> {
    let request = request()?;
    let (catalog, actor) = (&request.catalog, &request.actor);
    let result = match action {
        "run" => catalog.start_source(actor, &name).await,
        "pause" => catalog.pause_source(actor, &name, true).await,
        "resume" => catalog.pause_source(actor, &name, false).await,
        other => Err(CatalogError::invalid("action", format!("'{other}' cannot be done to a source"))),
    };
    let result = result.map(|()| (actor.seen, "Done.".to_owned(), String::new()));
    finish(&request, result, back, Refused { form: name, ..Refused::default() }).await
}

async fn do_act(
    request: &Request,
    urn: &str,
    action: &str,
    value: &str,
) -> Result<(Seq, String, String), CatalogError> {
    let (catalog, actor) = (&request.catalog, &request.actor);
    let urn = parse_urn(urn)?;
    let (seq, message) = match action {
        "undo" => (catalog.undo(actor, &urn).await?, "Undone."),
        "restore" => {
            let revision = value
                .parse()
                .map_err(|_| CatalogError::invalid("value", "is not the number of a revision"))?;
            (catalog.restore_revision(actor, &urn, revision).await?, "Restored.")
        }
        "merge" => (catalog.merge(actor, &urn, value).await?, "Merged."),
        "end" => (catalog.deprecate(actor, &urn).await?, "Ended."),
        "deprecate" => (catalog.deprecate(actor, &urn).await?, "Deprecated."),
        "pause" => (catalog.deprecate(actor, &urn).await?, "Paused."),
        "use-again" => (catalog.use_again(actor, &urn).await?, "In use again."),
        "add-alias" => (
            catalog.set_alias(actor, &parse_urn(value)?, Some(&urn)).await?,
            "The two names are one asset now.",
        ),
        "remove-alias" => {
            (catalog.set_alias(actor, &parse_urn(value)?, None).await?, "The two names are two assets again.")
        }
        "erase" => {
            if value.trim() != urn.rest() {
                return Err(CatalogError::invalid("value", format!("type {} to confirm it", urn.rest())));
            }
            let seq = catalog.erase_person(actor, &urn).await?;
            return Ok((seq, "Erased.".to_owned(), "/organisation".to_owned()));
        }
        other => return Err(CatalogError::invalid("action", format!("'{other}' is not known here"))),
    };
    Ok((seq, message.into(), String::new()))
}

pub fn set_theme(theme: &str, back: &str) -> Result<Outcome, ServerFnError> {
    let request = request()?;
    if ["light", "dark", "auto"].contains(&theme) {
        set_cookie(&request.response, THEME_COOKIE, theme, A_YEAR);
    }
    go(&request, &own_path(back));
    Ok(Outcome { saved: true, ..Outcome::default() })
}

pub async fn count_visit(urn: &str) -> Result<Outcome, ServerFnError> {
    let request = request()?;
    let saved = match urn.parse::<Urn>() {
        // A count that is not made is no trouble of the reader's.
        Ok(urn) => request.catalog.visit_of(&request.actor, &urn).await.is_ok(),
        Err(_) => false,
    };
    Ok(Outcome { saved, ..Outcome::default() })
}

pub async fn all_columns(urn: &str) -> Result<Vec<ColumnLine>, ServerFnError> {
    let request = request()?;
    let columns = columns(&request.catalog, &request, urn).await;
    match columns {
        Ok(columns) => Ok(columns),
        Err(error) => Err(not_read(&request, &error).await),
    }
}

/// Only a script asks, so no browser is led anywhere by the status.
async fn not_read(request: &Request, error: &CatalogError) -> ServerFnError {
    let status = match error {
        CatalogError::NotFound(_) => StatusCode::NOT_FOUND,
        CatalogError::Forbidden(_) => StatusCode::FORBIDDEN,
        CatalogError::Invalid(_)
        | CatalogError::Taken(_)
        | CatalogError::Refused(_)
        | CatalogError::Conflict(_) => StatusCode::BAD_REQUEST,
        CatalogError::Busy(_) => StatusCode::SERVICE_UNAVAILABLE,
        CatalogError::Store(_) | CatalogError::Index(_) => StatusCode::INTERNAL_SERVER_ERROR,
    };
    request.set_status(status);
    ServerFnError::ServerError(public(request, error).await.0)
}

pub async fn alike(columns: &str) -> Result<Vec<AlikeLine>, ServerFnError> {
    let request = request()?;
    let found = alike_to(&request, columns).await;
    match found {
        Ok(found) => Ok(found),
        Err(error) => Err(not_read(&request, &error).await),
    }
}

async fn alike_to(request: &Request, columns: &str) -> Result<Vec<AlikeLine>, CatalogError> {
    let asked: Vec<(String, String)> = serde_json::from_str(columns)
        .map_err(|why| CatalogError::invalid("columns", format!("are no list of names and types: {why}")))?;
    let line = |alike: loggia_catalog::alike::Alike| AlikeLine {
        href: href(&alike.urn),
        name: alike.name,
        path: alike.technical,
        shared: alike.shared,
        same_type: alike.same_type,
        columns: alike.columns,
    };
    Ok(request.catalog.alike(&request.actor, &asked).await?.into_iter().map(line).collect())
}

async fn columns(catalog: &Catalog, request: &Request, urn: &str) -> Result<Vec<ColumnLine>, CatalogError> {
    let urn = parse_urn(urn)?;
    let looked = catalog.asset(&request.actor, &urn, None).await?;
    let loggia_catalog::assets::Looked::Here(asset) = looked else { return Err(CatalogError::no(&urn)) };
    let columns = catalog.columns(&asset, &Default::default(), 0, u64::MAX);
    let line = |column: loggia_catalog::assets::Column| ColumnLine {
        n: u32::try_from(column.position).unwrap_or(u32::MAX),
        p: column.path.to_string(),
        b: column.facts.name.unwrap_or_default(),
        t: column.facts.data_type.unwrap_or_default(),
        k: column.facts.key.map(|key| key.title().to_owned()).unwrap_or_default(),
        d: column.facts.description.map(|text| markdown::plain(&text)).unwrap_or_default(),
        l: column
            .facts
            .tags
            .put
            .iter()
            .map(ToString::to_string)
            .chain(column.terms.into_iter().map(|term| term.name))
            .collect(),
    };
    Ok(columns.shown.into_iter().map(line).collect())
}

/// Tells the outcome: by a redirect to whoever wants a page, in words to an island.
pub(crate) async fn finish(
    request: &Request,
    result: Result<(Seq, String, String), CatalogError>,
    back: &str,
    mut refused: Refused,
) -> Result<Outcome, ServerFnError> {
    match result {
        Ok((seq, message, to)) => {
            if seq > request.actor.seen {
                set_cookie(&request.response, SEEN_COOKIE, &seq.to_string(), A_YEAR);
            }
            let to = if to.is_empty() { own_path(back) } else { to };
            go(request, &to);
            Ok(Outcome { saved: true, message, go: to, errors: Vec::new() })
        }
        Err(error) => {
            let (message, errors) = public(request, &error).await;
            refused.message.clone_from(&message);
            refused.errors.clone_from(&errors);
            // Of whoever nobody knows, only what they need to come in is kept.
            let is_kept = request.actor.who != Who::Anonymous
                || ["sign-in", "welcome", CHOICE_FORM].contains(&refused.form.as_str());
            if accepts_html(&request.parts) && !is_kept {
                go(request, "/sign-in");
            } else if accepts_html(&request.parts) {
                if let Some(cookie) = kept(&request.catalog, &refused).await {
                    request.response.append_header(SET_COOKIE, cookie);
                }
                go(request, &own_path(back));
            }
            Ok(Outcome { saved: false, message, go: String::new(), errors })
        }
    }
}

/// The page again, with what was typed, and nothing done.
pub(super) async fn show_again(
    request: &Request,
    typed: Refused,
    back: &str,
) -> Result<Outcome, ServerFnError> {
    if accepts_html(&request.parts) {
        if let Some(cookie) = kept(&request.catalog, &typed).await {
            request.response.append_header(SET_COOKIE, cookie);
        }
        go(request, &own_path(back));
    }
    Ok(Outcome::default())
}

/// Keeps a refused form for the page that follows: the cookie by which that finds it.
pub async fn kept(catalog: &Catalog, refused: &Refused) -> Option<HeaderValue> {
    let key = Nonce::new().to_string();
    let kept = serde_json::to_string(refused).unwrap_or_default();
    catalog.keep(&kept_as(&key), &kept, TEN_MINUTES).await.ok()?;
    cookie_header(FORM_COOKIE, &key, TEN_MINUTES)
}

/// What a browser sends as a cookie is its own word: it may take out forms, and nothing else that is kept.
fn kept_as(key: &str) -> String {
    format!("form {key}")
}

/// What a person may know of an error; causes go to the log.
async fn public(request: &Request, error: &CatalogError) -> (String, Vec<FieldMessage>) {
    match error {
        CatalogError::Invalid(fields) => {
            let messages = fields
                .iter()
                .map(|error| FieldMessage { field: error.field.clone(), message: error.message.clone() });
            ("Not saved: something needs another look.".into(), messages.collect())
        }
        CatalogError::Conflict(conflict) => {
            let names = request.names().await;
            let by = names.map_or_else(|_| "somebody".to_owned(), |names| names.of_actor(&conflict.by));
            let at = conflict.at.long();
            (
                format!(
                    "Not saved: {by} changed this at {at}. Your words are kept here: compare, and save again."
                ),
                Vec::new(),
            )
        }
        CatalogError::NotFound(_)
        | CatalogError::Taken(_)
        | CatalogError::Refused(_)
        | CatalogError::Forbidden(_)
        | CatalogError::Busy(_) => (format!("Not saved: {error}."), Vec::new()),
        CatalogError::Store(cause) => {
            tracing::error!(%cause, "a form was not saved");
            (format!("Not saved: {cause}."), Vec::new())
        }
        CatalogError::Index(cause) => {
            tracing::error!(%cause, "a form was not saved");
            ("Not saved: the catalog cannot be read just now. Try again in a minute.".into(), Vec::new())
        }
    }
}

fn go(request: &Request, to: &str) {
    if !accepts_html(&request.parts) {
        return;
    }
    if let Ok(to) = HeaderValue::from_str(to) {
        request.response.insert_header(LOCATION, to);
        request
            .response
            .insert_header(HeaderName::from_static("cache-control"), HeaderValue::from_static("no-store"));
        request.response.set_status(StatusCode::SEE_OTHER);
    }
}

/// Bytes of a path to go back to: some of them are kept for a while.
const LONGEST_BACK: usize = 4_000;

/// Only a path of our own may be gone back to: `//elsewhere` and `/\elsewhere` are other sites.
pub fn own_path(back: &str) -> String {
    let is_own = back.len() <= LONGEST_BACK
        && back.starts_with('/')
        && !back.starts_with("//")
        && !back.starts_with("/\\")
        && back.bytes().all(|byte| byte.is_ascii_graphic());
    if is_own { back.to_owned() } else { "/".to_owned() }
}

/// Empty where the form was made of none.
pub(crate) fn revision(text: &str) -> Result<Option<u64>, CatalogError> {
    let wrong = |_| CatalogError::invalid("revision", format!("'{text}' is not the number of a revision"));
    if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(wrong) }
}

pub(crate) fn parse_urn(text: &str) -> Result<Urn, CatalogError> {
    text.trim().parse().map_err(|error| CatalogError::invalid("value", format!("{error}")))
}

pub(crate) fn request() -> Result<Request, ServerFnError> {
    Request::current().ok_or_else(|| ServerFnError::ServerError("no request".into()))
}

fn draft_values(draft: &Draft) -> Vec<(String, String)> {
    let pairs = [
        ("name", &draft.name),
        ("description", &draft.description),
        ("parent", &draft.parent),
        ("glossary", &draft.glossary),
        ("unit", &draft.unit),
        ("owners", &draft.owners),
        ("synonyms", &draft.synonyms),
        ("related", &draft.related),
        ("assets", &draft.assets),
        ("tags", &draft.tags),
        ("terms", &draft.terms),
        ("status", &draft.status),
        ("members", &draft.members),
        ("text", &draft.text),
        ("project", &draft.project),
        ("goal", &draft.goal),
        ("profile", &draft.profile),
        ("master_data", &draft.master_data),
        ("inherits", &draft.inherits),
        ("responsible", &draft.responsible),
        ("consulted", &draft.consulted),
        ("informed", &draft.informed),
    ];
    pairs.map(|(name, value)| (name.to_owned(), value.clone())).to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_another_site() {
        for (back, to) in [
            ("/a?b=c", "/a?b=c"),
            ("//evil.example", "/"),
            ("/\\evil.example", "/"),
            ("https://evil.example", "/"),
            ("", "/"),
            ("/a\r\nb", "/"),
        ] {
            assert_eq!(own_path(back), to);
        }
    }
}
