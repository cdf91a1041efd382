//! The server functions: every write of the portal. Each is a plain form without scripts, and the same
//! call for an island that takes the submit over.
//!
//! Arguments are flat texts with defaults; what they mean is for the use cases to say. An outcome is never
//! an error of the transport: a refused form is a form with words beside its fields.

#![allow(clippy::too_many_arguments, reason = "the fields of a form are the arguments of its function")]

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

#[cfg(feature = "ssr")]
pub(crate) mod account;
mod certifying;
#[cfg(feature = "ssr")]
mod field;
pub(crate) mod metadata;
mod notifying;
#[cfg(feature = "ssr")]
pub(crate) mod posts;
#[cfg(feature = "ssr")]
pub(crate) mod publishing;
#[cfg(feature = "ssr")]
pub(crate) mod server;
mod talk;
#[cfg(feature = "ssr")]
pub(crate) mod token;

#[cfg(feature = "ssr")]
pub use self::account::refused_sign_in;
pub use self::certifying::*;
pub use self::metadata::*;
pub use self::notifying::*;
#[cfg(feature = "ssr")]
pub use self::server::own_path;
pub use self::talk::*;

/// Said of a form whose words are more than any field takes.
pub const TOO_LONG: &str = "Not saved: this is more than anybody reads. A field takes 100,000 characters at most; put the rest where it can be linked to";

/// What became of a form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    pub saved: bool,
    /// What to tell the person.
    pub message: String,
    /// Where to go next; empty to stay.
    #[serde(default)]
    pub go: String,
    #[serde(default)]
    pub errors: Vec<FieldMessage>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldMessage {
    pub field: String,
    pub message: String,
}

/// Keeps what somebody types into such a field and has not saved; it is theirs alone.
#[server(input = leptos::server_fn::codec::PostUrl)]
pub async fn keep_unsaved(
    urn: String,
    #[server(default)] column: String,
    field: String,
    #[server(default)] value: String,
    #[server(default)] revision: String,
) -> Result<Outcome, ServerFnError> {
    field::keep_unsaved(&urn, &column, &field, value, &revision).await
}

/// Edits one field of an asset, or of one of its columns where `column` is not empty. With `preview` being `yes`, nothing is
/// saved: the page shows how it would look; with `forget`, what was kept of it unsaved goes.
#[server(input = leptos::server_fn::codec::PostUrl)]
pub async fn edit_field(
    urn: String,
    #[server(default)] column: String,
    field: String,
    #[server(default)] value: String,
    #[server(default)] revision: String,
    #[server(default)] preview: String,
    #[server(default)] forget: String,
    #[server(default)] back: String,
) -> Result<Outcome, ServerFnError> {
    field::edit_field(field::FieldForm { urn, column, field, value, revision, preview, forget, back }).await
}

/// Makes an entity where `urn` is empty, and edits it otherwise.
#[server(input = leptos::server_fn::codec::PostUrl)]
pub async fn edit_entity(
    #[server(default)] urn: String,
    #[server(default)] kind: String,
    #[server(default)] revision: String,
    #[server(default)] name: String,
    #[server(default)] description: String,
    #[server(default)] parent: String,
    #[server(default)] glossary: String,
    #[server(default)] unit: String,
    #[server(default)] owners: String,
    #[server(default)] synonyms: String,
    #[server(default)] related: String,
    #[server(default)] assets: String,
    #[server(default)] tags: String,
    #[server(default)] terms: String,
    #[server(default)] status: String,
    #[server(default)] members: String,
    #[server(default)] text: String,
    #[server(default)] project: String,
    #[server(default)] goal: String,
    #[server(default)] profile: String,
    #[server(default)] master_data: String,
    #[server(default)] inherits: String,
    #[server(default)] responsible: String,
    #[server(default)] consulted: String,
    #[server(default)] informed: String,
    #[server(default)] back: String,
) -> Result<Outcome, ServerFnError> {
    let draft = loggia_catalog::organise::Draft {
        name,
        description,
        parent,
        glossary,
        unit,
        owners,
        synonyms,
        related,
        assets,
        tags,
        terms,
        status,
        members,
        text,
        project,
        goal,
        profile,
        master_data,
        inherits,
        responsible,
        consulted,
        informed,
    };
    server::edit_entity(server::EntityForm { urn, kind, revision, back, draft }).await
}

/// What can be done to a whole entity: `undo`, `restore`, `merge`, `deprecate`, `end`, `pause`, `use-again`, `add-alias`,
/// `remove-alias`. `value` is the revision, the other's name, or the other's URN.
#[server(input = leptos::server_fn::codec::PostUrl)]
pub async fn act(
    urn: String,
    action: String,
    #[server(default)] value: String,
    #[server(default)] back: String,
) -> Result<Outcome, ServerFnError> {
    server::act(urn, action, value, back).await
}

/// What can be done with the listing of an asset: `publish` (with a note), `deprecate` and `retire` (with a successor, the
/// first with a day), `keep`, `withdraw`.
#[server(input = leptos::server_fn::codec::PostUrl)]
pub async fn publish(
    urn: String,
    #[server(default)] action: String,
    #[server(default)] note: String,
    #[server(default)] successor: String,
    #[server(default)] ends_on: String,
    #[server(default)] revision: String,
    #[server(default)] back: String,
) -> Result<Outcome, ServerFnError> {
    publishing::publish(publishing::PublishForm { urn, action, note, successor, ends_on, revision, back })
        .await
}

/// Begins to publish all that a search finds; `query` is that of its URL, `project` the URN of one. Its page tells how
/// far it is.
#[server(input = leptos::server_fn::codec::PostUrl)]
pub async fn publish_all(
    #[server(default)] query: String,
    #[server(default)] project: String,
    #[server(default)] note: String,
    #[server(default)] back: String,
) -> Result<Outcome, ServerFnError> {
    publishing::publish_all(&query, &project, &note, &back).await
}

#[server(input = leptos::server_fn::codec::PostUrl)]
pub async fn stop_publishing(
    ticket: String,
    #[server(default)] back: String,
) -> Result<Outcome, ServerFnError> {
    publishing::stop(&ticket, &back).await
}

/// How much one's own publication has looked at, of how much, and whether it is over; `None` where there is none.
#[server(input = leptos::server_fn::codec::PostUrl)]
pub async fn publishing_progress(ticket: String) -> Result<Option<(u32, u32, bool)>, ServerFnError> {
    publishing::progress(&ticket)
}

/// Makes an enforcement rule where `urn` is empty, and edits it otherwise.
#[server(input = leptos::server_fn::codec::PostUrl)]
pub async fn edit_rule(
    #[server(default)] urn: String,
    #[server(default)] revision: String,
    #[server(default)] name: String,
    #[server(default)] description: String,
    #[server(default)] unit: String,
    #[server(default)] project: String,
    #[server(default)] asset_type: String,
    #[server(default)] owner: String,
    #[server(default)] description_length: String,
    #[server(default)] described_columns: String,
    #[server(default)] terms: String,
    #[server(default)] glossary: String,
    #[server(default)] form: String,
    #[server(default)] fresh_days: String,
    #[server(default)] checks_pass: String,
    #[server(default)] contract: String,
    #[server(default)] enforced_from: String,
    #[server(default)] status: String,
    #[server(default)] confirmed: String,
    #[server(default)] back: String,
) -> Result<Outcome, ServerFnError> {
    let draft = loggia_catalog::rules::RuleDraft {
        name,
        description,
        unit,
        project,
        asset_type,
        owner,
        description_length,
        described_columns,
        terms,
        glossary,
        form,
        fresh_days,
        checks_pass,
        contract,
        enforced_from,
        status,
        confirmed,
    };
    publishing::edit_rule(urn, revision, draft, back).await
}

/// How many people the trial that the actor began with this ticket has looked at, and how many there are; `None` where
/// none is going on.
#[server(input = leptos::server_fn::codec::PostUrl)]
pub async fn trial_progress(ticket: String) -> Result<Option<(u32, u32)>, ServerFnError> {
    server::trial_progress(&ticket).await
}

/// What can be done to a source of the sources file: `run`, `pause`, `resume`.
#[server(input = leptos::server_fn::codec::PostUrl)]
pub async fn steer_source(
    name: String,
    action: String,
    #[server(default)] back: String,
) -> Result<Outcome, ServerFnError> {
    server::steer_source(name, &action, &back).await
}

/// Gives somebody a role in a unit or in the organisation; without a role, takes it away. `until` is a day.
#[server(input = leptos::server_fn::codec::PostUrl)]
pub async fn set_member(
    scope: String,
    who: String,
    #[server(default)] role: String,
    #[server(default)] until: String,
    #[server(default)] back: String,
) -> Result<Outcome, ServerFnError> {
    account::set_member(scope, who, role, until, back).await
}

#[server(input = leptos::server_fn::codec::PostUrl)]
pub async fn sign_in(
    login: String,
    password: String,
    #[server(default)] back: String,
) -> Result<Outcome, ServerFnError> {
    account::sign_in(login, password, back).await
}

/// Of a demonstration: signs in as one of its people.
#[server(input = leptos::server_fn::codec::PostUrl)]
pub async fn sign_in_as(person: String, #[server(default)] back: String) -> Result<Outcome, ServerFnError> {
    account::sign_in_as(person, back).await
}

#[server(input = leptos::server_fn::codec::PostUrl)]
pub async fn sign_out() -> Result<Outcome, ServerFnError> {
    account::sign_out().await
}

/// Makes the first account, of whoever has the key that the program printed.
#[server(input = leptos::server_fn::codec::PostUrl)]
pub async fn welcome(
    key: String,
    #[server(default)] name: String,
    #[server(default)] login: String,
    #[server(default)] password: String,
) -> Result<Outcome, ServerFnError> {
    account::welcome(key, name, login, password).await
}

#[server(input = leptos::server_fn::codec::PostUrl)]
pub async fn change_password(old: String, new: String) -> Result<Outcome, ServerFnError> {
    account::change_password(old, new).await
}

/// Gives somebody an account, who may be new. The link by which they choose a password is on the page that follows,
/// once; so it is after `reset_account`.
#[server(input = leptos::server_fn::codec::PostUrl)]
pub async fn open_account(
    person: String,
    #[server(default)] login: String,
    #[server(default)] back: String,
) -> Result<Outcome, ServerFnError> {
    account::open(person, login, back).await
}

/// Takes a password away; its owner chooses another by a link.
#[server(input = leptos::server_fn::codec::PostUrl)]
pub async fn reset_account(login: String, #[server(default)] back: String) -> Result<Outcome, ServerFnError> {
    account::reset(login, back).await
}

/// What else can be done to an account: `disable`, `enable`.
#[server(input = leptos::server_fn::codec::PostUrl)]
pub async fn steer_account(
    login: String,
    action: String,
    #[server(default)] back: String,
) -> Result<Outcome, ServerFnError> {
    account::steer(login, &action, back).await
}

/// Chooses a password of one's own, of whoever has the link.
#[server(input = leptos::server_fn::codec::PostUrl)]
pub async fn choose_password(
    key: String,
    #[server(default)] password: String,
) -> Result<Outcome, ServerFnError> {
    account::choose(key, password).await
}

/// Ends one of one's own sessions.
#[server(input = leptos::server_fn::codec::PostUrl)]
pub async fn end_session(id: String) -> Result<Outcome, ServerFnError> {
    account::end_session(id).await
}

/// Makes a token for oneself where `owner` is empty, and otherwise for that service. It is shown on the page that
/// follows, once.
#[server(input = leptos::server_fn::codec::PostUrl)]
pub async fn make_token(
    #[server(default)] owner: String,
    #[server(default)] name: String,
    #[server(default)] days: String,
    #[server(default)] scope: String,
    #[server(default)] back: String,
) -> Result<Outcome, ServerFnError> {
    token::make(owner, name, days, scope, back).await
}

#[server(input = leptos::server_fn::codec::PostUrl)]
pub async fn revoke_token(id: String, #[server(default)] back: String) -> Result<Outcome, ServerFnError> {
    token::revoke(id, back).await
}

/// Chooses the theme: `light`, `dark` or `auto`.
#[server(input = leptos::server_fn::codec::PostUrl)]
pub async fn set_theme(theme: String, #[server(default)] back: String) -> Result<Outcome, ServerFnError> {
    server::set_theme(&theme, &back)
}

/// Counts a visit to a page that had been fetched ahead.
#[server(input = leptos::server_fn::codec::PostUrl)]
pub async fn count_visit(urn: String) -> Result<Outcome, ServerFnError> {
    server::count_visit(&urn).await
}

/// Every column of a table, for the island that filters them as one types.
#[server(input = leptos::server_fn::codec::PostUrl)]
pub async fn all_columns(urn: String) -> Result<Vec<ColumnLine>, ServerFnError> {
    server::all_columns(&urn).await
}

/// Tables that have columns like these: a JSON list of pairs, the name and the type of each.
#[server(input = leptos::server_fn::codec::PostUrl)]
pub async fn alike(columns: String) -> Result<Vec<AlikeLine>, ServerFnError> {
    server::alike(&columns).await
}

/// What a file's "is this already in the catalog?" shows of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AlikeLine {
    pub name: String,
    /// What its source calls it.
    pub path: String,
    pub href: String,
    /// Columns with these names; of these, with such a type, too.
    pub shared: u32,
    pub same_type: u32,
    /// Columns that it has in all.
    pub columns: u32,
}

/// What the list of columns shows of one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnLine {
    /// The place in the table, from 1.
    pub n: u32,
    /// The path.
    pub p: String,
    /// The business name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub b: String,
    /// The type.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub t: String,
    /// The key, in words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub k: String,
    /// The description, as plain text.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub d: String,
    /// Tags and terms.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub l: Vec<String>,
}
