//! Making and editing terms, units, projects, products and glossaries.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use loggia_catalog::find::kind_title;
use loggia_catalog::organise::Draft;
use loggia_catalog::{CatalogError, Names};
use loggia_model::{Kind, Urn};

use super::access::access_href;
use super::error::sentence;
use crate::encode::encode_path;
use crate::forms::server::Refused;
use crate::forms::{Act, EditEntity};
use crate::islands::trying::Trying;
use crate::request::Request;
use crate::ui::escape::escaped;
use crate::ui::links::href;
use crate::ui::loaded::loaded;
use crate::ui::title::Title;

pub fn new() -> impl IntoView {
    loaded(load_new)
}

pub fn edit() -> impl IntoView {
    loaded(load_edit)
}

async fn load_new(request: Request) -> Result<AnyView, CatalogError> {
    let word = request.after("/new/");
    let kind = word
        .parse::<Kind>()
        .ok()
        .filter(|kind| !matches!(kind, Kind::Asset | Kind::Person | Kind::Organisation | Kind::Post));
    if kind == Some(Kind::Rule) {
        return super::rules::form(&request, None).await;
    }
    if kind == Some(Kind::MetadataForm) {
        return super::metadata_forms::form(&request, None).await;
    }
    let kind = kind.ok_or_else(|| {
        CatalogError::NotFound(format!("form for a new '{}'", word.chars().take(40).collect::<String>()))
    })?;
    let draft = Draft {
        glossary: request.param("glossary").unwrap_or_default(),
        parent: request.param("parent").unwrap_or_default(),
        unit: request.param("unit").unwrap_or_default(),
        ..Draft::default()
    };
    let heading = format!("New {}", kind_title(kind.as_str()).to_lowercase());
    let back = request.here();
    form(&request, kind, None, 0, draft, heading, back).await
}

async fn load_edit(request: Request) -> Result<AnyView, CatalogError> {
    let text = request.after("/edit/");
    let urn: Urn = text
        .parse()
        .map_err(|_| CatalogError::NotFound(format!("'{}'", text.chars().take(120).collect::<String>())))?;
    if urn.kind() == Kind::Rule {
        return super::rules::form(&request, Some(urn)).await;
    }
    if urn.kind() == Kind::MetadataForm {
        return super::metadata_forms::form(&request, Some(urn)).await;
    }
    if matches!(urn.kind(), Kind::Asset | Kind::Person | Kind::Post) {
        return Err(CatalogError::NotFound(format!("form for {urn}")));
    }
    let (draft, revision) = request.catalog.draft(&request.actor, &urn).await?;
    let heading = format!("Edit {}", draft.name);
    let back = request.here();
    form(&request, urn.kind(), Some(urn), revision, draft, heading, back).await
}

struct Field {
    name: &'static str,
    label: &'static str,
    help: &'static str,
    kind: Input,
}

#[derive(PartialEq)]
enum Input {
    Line,
    /// The name of one entity; the browser offers those that there are.
    One(Kind),
    Text,
    Choice(&'static [(&'static str, &'static str)]),
    /// Of what this catalog was started with.
    Given(Vec<(String, String)>),
}

const INHERITS: &[(&str, &str)] = &[
    ("yes", "Yes: who has a role above has it here and below"),
    ("no", "No: only who has a role here, or in the organisation"),
];
const YES_OR_NO: &[(&str, &str)] = &[("no", "No"), ("yes", "Yes: one source, and it consumes nothing")];
const BY_PROFILE: &[(&str, &str)] =
    &[("", "As the profile says"), ("no", "No"), ("yes", "Yes: one source, and it consumes nothing")];
const TERM_STATUS: &[(&str, &str)] =
    &[("draft", "Draft"), ("approved", "Approved"), ("deprecated", "Deprecated")];
const POLICY_STATUS: &[(&str, &str)] = &[("active", "Active"), ("paused", "Paused")];
const PRODUCT_STATUS: &[(&str, &str)] =
    &[("draft", "Draft"), ("active", "Active"), ("deprecated", "Deprecated"), ("retired", "Retired")];

fn fields(kind: Kind) -> Vec<Field> {
    let line = |name, label, help| Field { name, label, help, kind: Input::Line };
    let text = |name, label, help| Field { name, label, help, kind: Input::Text };
    let name = line("name", "Name", "What people call it.");
    let owners = line("owners", "Owners", "Names, separated by commas; the first is the one to ask.");
    let one = |kind, name, label, help| Field { name, label, help, kind: Input::One(kind) };
    let unit = one(Kind::DomainUnit, "unit", "Domain unit", "The name of one unit.");
    let responsible =
        line("responsible", "Responsible", "Who does the work: people and groups, separated by commas.");
    let consulted = line("consulted", "Consulted", "Who is asked before it changes.");
    let informed = line("informed", "Informed", "Who is told when it has changed.");
    match kind {
        Kind::Term => vec![
            name,
            text("description", "Definition (Markdown)", "One or two sentences that settle an argument."),
            one(Kind::Glossary, "glossary", "Glossary", "The name of the glossary that it belongs to."),
            line(
                "synonyms",
                "Also called",
                "Other words for it, separated by commas. They are searched too.",
            ),
            one(Kind::Term, "parent", "Broader term", "The term of which this is a special case."),
            line("related", "Related terms", "Separated by commas."),
            owners,
            Field { name: "status", label: "Status", help: "", kind: Input::Choice(TERM_STATUS) },
        ],
        Kind::DomainUnit => vec![
            name,
            text("description", "Description (Markdown)", "What it does, and what its data is about."),
            one(
                Kind::DomainUnit,
                "parent",
                "Above it",
                "The name of the unit that it is part of; empty at the top.",
            ),
            Field {
                name: "inherits",
                label: "Roles of above reach it",
                help: "Changed by whoever administers this unit and the one above it.",
                kind: Input::Choice(INHERITS),
            },
            owners,
            responsible,
            consulted,
            informed,
        ],
        Kind::Project => vec![
            name,
            text("goal", "Goal", "What it is there for, in a sentence or two."),
            text(
                "description",
                "Description (Markdown)",
                "How it goes about it, and what others should know.",
            ),
            unit,
            owners,
            Field {
                name: "master_data",
                label: "Master Data",
                help: "A Master Data project publishes the data of one source.",
                kind: Input::Choice(YES_OR_NO),
            },
        ],
        Kind::Glossary => {
            vec![name, text("description", "Description (Markdown)", "Whose words these are."), unit, owners]
        }
        Kind::Group => vec![
            name,
            text("description", "Description (Markdown)", "Who is in it, and what for."),
            line(
                "members",
                "Members",
                "People and groups, separated by commas. Whoever is in a group within is in this one too.",
            ),
        ],
        Kind::Service => vec![
            name,
            text("description", "Description (Markdown)", "What it does, and where it runs."),
            line(
                "owners",
                "Who answers for it",
                "People, separated by commas. They may make tokens for it, and revoke them.",
            ),
        ],
        Kind::Policy => vec![
            name,
            text("description", "Why (Markdown)", "What it is there for, and who asked for it."),
            text(
                "text",
                "Policy",
                "One permit or forbid, in Cedar's language. See first what it would do; nothing is saved by that.",
            ),
            Field { name: "status", label: "Status", help: "", kind: Input::Choice(POLICY_STATUS) },
        ],
        Kind::Organisation => {
            vec![name, text("description", "Description (Markdown)", "What all who come here should know.")]
        }
        _ => vec![
            name,
            text(
                "description",
                "Description (Markdown)",
                "What is promised, to whom, how fresh and how good.",
            ),
            unit,
            one(
                Kind::Project,
                "project",
                "Project",
                "The name of one project that keeps it; empty for none.",
            ),
            owners,
            responsible,
            consulted,
            informed,
            Field { name: "status", label: "Status", help: "", kind: Input::Choice(PRODUCT_STATUS) },
            text("assets", "Assets", "The URN of one asset a line; it stands on the asset's Source tab."),
            line("terms", "Glossary terms", "Separated by commas."),
            line("tags", "Tags", "Separated by commas."),
        ],
    }
}

fn value<'a>(draft: &'a Draft, name: &str) -> &'a str {
    match name {
        "name" => &draft.name,
        "description" => &draft.description,
        "parent" => &draft.parent,
        "glossary" => &draft.glossary,
        "unit" => &draft.unit,
        "owners" => &draft.owners,
        "synonyms" => &draft.synonyms,
        "related" => &draft.related,
        "assets" => &draft.assets,
        "tags" => &draft.tags,
        "terms" => &draft.terms,
        "members" => &draft.members,
        "text" => &draft.text,
        "project" => &draft.project,
        "goal" => &draft.goal,
        "profile" => &draft.profile,
        "master_data" => &draft.master_data,
        "inherits" => &draft.inherits,
        "responsible" => &draft.responsible,
        "consulted" => &draft.consulted,
        "informed" => &draft.informed,
        _ => &draft.status,
    }
}

async fn form(
    request: &Request,
    kind: Kind,
    urn: Option<Urn>,
    revision: u64,
    draft: Draft,
    heading: String,
    back: String,
) -> Result<AnyView, CatalogError> {
    let refused = Refused::take(request).await.filter(|refused| refused.form == "entity").unwrap_or_default();
    let was_refused = !refused.form.is_empty();
    let known = request.names().await?;
    let mut fields = fields(kind);
    if kind == Kind::Project && urn.is_none() {
        by_profile(request, &mut fields);
    }
    let inputs = fields.into_iter().map(|field| {
        let typed = refused.value(field.name).filter(|_| was_refused);
        let shown = typed.unwrap_or_else(|| value(&draft, field.name)).to_owned();
        input(&known, &field, shown, refused.error(field.name).map(ToOwned::to_owned))
    });
    let inputs: Vec<_> = inputs.collect();
    let told = was_refused.then(|| {
        let wrong = refused.errors.iter().map(|error| view! { <li><a href=format!("#field-{}", error.field)>{error.field.clone()}</a> ": " {error.message.clone()}</li> }).collect_view();
        view! { <div class="note note-poor" role="alert" tabindex="-1"><p>{refused.message.clone()}</p><ul>{wrong}</ul></div> }
    });
    let based_on = if revision > 0 { revision.to_string() } else { String::new() };
    let trial = (kind == Kind::Policy).then(
        || view! {
            <input r#type="hidden" name="ticket" value=""/>
            <Trying><button formaction="/policies/try" formmethod="get">"See what it would do"</button></Trying>
        },
    );
    let cancel = urn.as_ref().map_or_else(|| "/browse".to_owned(), href);
    Ok(view! {
        <Title text=format!("{heading} · Loggia")/>
        <h1>{heading}</h1>
        <form class="entity-form" method="post" action=EditEntity::url()>
            <input r#type="hidden" name="urn" value=urn.map(|urn| urn.to_string()).unwrap_or_default()/>
            <input r#type="hidden" name="kind" value=kind.as_str()/>
            <input r#type="hidden" name="revision" value=based_on/>
            <input r#type="hidden" name="back" value=back/>
            {told}
            {inputs}
            {(kind == Kind::Policy).then(super::policy::help)}
            <p class="actions">{trial}<button>"Save"</button> <a href=cancel>"Leave without saving"</a></p>
        </form>
    }
    .into_any())
}

fn input(known: &Names, field: &Field, value: String, wrong: Option<String>) -> AnyView {
    let id = format!("field-{}", field.name);
    let help_id = format!("{id}-help");
    let wrong_id = format!("{id}-wrong");
    let describes = if wrong.is_some() { format!("{wrong_id} {help_id}") } else { help_id.clone() };
    let invalid = wrong.is_some().then_some("true");
    let name = field.name;
    let control = match &field.kind {
        Input::Line => view! { <input id=id.clone() name=name value=value aria-describedby=describes aria-invalid=invalid autocomplete="off"/> }.into_any(),
        Input::One(kind) => {
            let list = format!("{id}-names");
            let names = names(known, *kind, list.clone());
            view! { <input id=id.clone() name=name value=value list=list aria-describedby=describes aria-invalid=invalid autocomplete="off"/> {names} }.into_any()
        }
        Input::Text => view! { <textarea id=id.clone() name=name class=(name == "text").then_some("policy") rows="6" aria-describedby=describes aria-invalid=invalid inner_html=escaped(&value)></textarea> }.into_any(),
        Input::Given(words) => {
            let options: Vec<_> = words.iter().map(|(word, title)| view! { <option value=word.clone() selected=*word == value>{title.clone()}</option> }).collect();
            view! { <select id=id.clone() name=name aria-describedby=describes aria-invalid=invalid>{options}</select> }.into_any()
        }
        Input::Choice(words) => {
            let options = words.iter().map(|(word, title)| view! { <option value=*word selected=*word == value>{*title}</option> }).collect_view();
            view! { <select id=id.clone() name=name aria-describedby=describes>{options}</select> }.into_any()
        }
    };
    view! {
        <div class="field">
            <label r#for=id>{field.label}</label>
            {control}
            {wrong.map(|wrong| view! { <p class="wrong" id=wrong_id>{wrong}</p> })}
            <p class="help" id=help_id>{field.help}</p>
        </div>
    }
    .into_any()
}

/// A project that is made can begin with what a profile says, where the program has been given some.
fn by_profile(request: &Request, fields: &mut Vec<Field>) {
    let profiles = request.catalog.project_profiles();
    if profiles.is_empty() {
        return;
    }
    let title = |profile: &loggia_catalog::project_profiles::ProjectProfile| {
        let about = if profile.description.is_empty() { "" } else { ": " };
        (profile.name.clone(), format!("{}{about}{}", profile.title, profile.description))
    };
    let none = (String::new(), "None: nobody has a role yet".to_owned());
    fields.insert(
        1,
        Field {
            name: "profile",
            label: "Profile",
            help: "Gives it members, and a goal where you say none. Whoever administers the unit can use one.",
            kind: Input::Given(std::iter::once(none).chain(profiles.iter().map(title)).collect()),
        },
    );
    if let Some(master) = fields.iter_mut().find(|field| field.name == "master_data") {
        master.kind = Input::Choice(BY_PROFILE);
    }
}

/// More names than one looks through; then only typing helps.
const OFFERED: usize = 300;

/// The names that a field offers while one types.
pub fn names(known: &Names, kind: Kind, id: String) -> AnyView {
    let names: Vec<String> = known.all(kind).into_iter().map(|entry| entry.name).collect();
    let offered = if names.len() <= OFFERED { names } else { Vec::new() };
    let options: Vec<_> = offered.into_iter().map(|name| view! { <option value=name></option> }).collect();
    view! { <datalist id=id>{options}</datalist> }.into_any()
}

/// How an entity stands, as far as it matters for what can be done with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    InUse,
    Deprecated,
    /// Part of another now: what is to be changed is changed there.
    Merged,
}

impl State {
    pub fn of(deprecated: bool) -> Self {
        if deprecated { Self::Deprecated } else { Self::InUse }
    }
}

/// What can be done with a term, unit or product, at the foot of its page.
pub fn entity_actions(known: &Names, urn: &Urn, state: State, refused: &Refused) -> AnyView {
    let wrong: Vec<String> = refused.errors.iter().map(|error| sentence(&error.message)).collect();
    let told = (!refused.message.is_empty() && refused.form != "member")
        .then(|| view! { <p class="note note-poor" role="alert">{refused.message.clone()}</p> });
    let typed = (refused.form == "merge").then(|| refused.value("value").unwrap_or("").to_owned());
    let merging = refused.form == "merge";
    let back = href(urn);
    let hidden = |action: &'static str| {
        view! {
            <input r#type="hidden" name="urn" value=urn.to_string()/>
            <input r#type="hidden" name="action" value=action/>
            <input r#type="hidden" name="back" value=back.clone()/>
        }
    };
    let history = format!("/history/{}", encode_path(urn.as_str()));
    if state == State::Merged {
        return view! {
            <section class="entity-actions" aria-label="What you can do">
                {told}
                <p><a href=history>"History"</a> <span class="quiet">", where the merge can be undone"</span></p>
            </section>
        }
        .into_any();
    }
    if !known.may_change(urn) {
        return view! {
            <section class="entity-actions" aria-label="What you can do">{told}<p><a href=history>"History"</a> " " <a href=access_href(urn)>"Access"</a></p></section>
        }
        .into_any();
    }
    let is_project = urn.kind() == Kind::Project;
    let (deprecate, deprecate_title) = match (state, is_project) {
        (State::Deprecated, true) => ("use-again", "Take it up again"),
        (State::Deprecated, false) => ("use-again", "Use it again"),
        (_, true) => ("end", "End it"),
        (_, false) => ("deprecate", "Deprecate"),
    };
    let invalid = (merging && !wrong.is_empty()).then_some("true");
    let what = kind_title(urn.kind().as_str()).to_lowercase();
    view! {
        <section class="entity-actions" aria-label="What you can do">
            {told}
            <p><a class="button" href=format!("/edit/{}", encode_path(urn.as_str()))>"Edit"</a> " " <a href=history>"History"</a> " " <a href=access_href(urn)>"Access"</a></p>
            <form method="post" action=Act::url() class="inline">{hidden(deprecate)}<button>{deprecate_title}</button></form>
            {(!is_project).then(|| view! { <details class="edit" open=merging>
                <summary>"Merge into another"</summary>
                <form method="post" action=Act::url()>
                    {hidden("merge")}
                    <label r#for="merge-into">"Becomes part of"</label>
                    <p class="wrong" id="merge-wrong">{if merging { wrong.join(" ") } else { String::new() }}</p>
                    <input id="merge-into" name="value" value=typed list="merge-names" autocomplete="off" required=true aria-invalid=invalid aria-describedby="merge-wrong merge-help"/>
                    {names(known, urn.kind(), "merge-names".to_owned())}
                    <p class="help" id="merge-help">"The name of the other " {what} ". What belongs to this one shows there. It can be undone in the history."</p>
                    <button>"Merge"</button>
                </form>
            </details> })}
        </section>
    }
.into_any()
}
