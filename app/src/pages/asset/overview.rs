//! What one reads first: the description, and beside it whose it is and what it is called.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use loggia_catalog::assets::AssetView;
use loggia_catalog::raci::Part;
use loggia_catalog::unsaved::{Kept, Unsaved};
use loggia_catalog::{Action, CatalogError, markdown};
use loggia_model::Who;

use crate::encode::encode;
use crate::forms::server::Refused;
use crate::forms::{EditField, KeepUnsaved, Propose};
use crate::islands::form::InPlace;
use crate::pages::access::access_href;
use crate::request::Request;
use crate::ui::escape::escaped;
use crate::ui::filled::Filled;
use crate::ui::links::href;
use crate::ui::parts::who;
use crate::ui::source::said_by;
use crate::ui::time::{Time, bytes, grouped};

pub async fn overview(request: &Request, asset: &AssetView) -> Result<AnyView, CatalogError> {
    let refused = Refused::take(request).await.unwrap_or_default();
    let typed = Typed::of(request, asset, &refused).await?;
    let known = &request.names().await?;
    let answered = request.catalog.answered(&request.actor, asset).await?;
    let editable = asset.as_of.is_none() && asset.may(Action::Edit);
    let proposable = may_propose(request, asset);
    let facts = &asset.facts;
    let listed = |entries: &[loggia_catalog::DirectoryEntry]| {
        entries.iter().map(|entry| entry.name.clone()).collect::<Vec<_>>().join(", ")
    };
    let description = match facts.description.as_deref() {
        Some(text) => view! { <div class="prose" inner_html=markdown::safe_html(text)></div> }.into_any(),
        None => view! { <p class="empty">"Nobody has described this yet. Two sentences help: what one row is, and what it must not be used for."</p> }.into_any(),
    };
    let description_form = (editable || proposable).then(|| {
        Form {
            field: "description",
            label: "Description (Markdown)",
            value: facts.description.clone().unwrap_or_default(),
            help: "What one row is, where it comes from, what it must not be used for.",
            long: true,
        }
        .for_reader(asset, "", &typed)
    });
    let owners = asset.owners.iter().map(|owner| view! { <li><a href=href(&owner.urn)>{owner.name.clone()}</a> <span class="quiet">{owner.note.clone()}</span></li> }).collect_view();
    let terms = asset
        .terms
        .iter()
        .map(|term| view! { <li><a class="tag term" href=href(&term.urn)>{term.name.clone()}</a></li> })
        .collect_view();
    let tags: Vec<String> = facts.tags.put.iter().map(ToString::to_string).collect();
    let tag_links = tags.iter().map(|tag| view! { <li><a class="tag" href=format!("/search?tag={}", encode(tag))>{tag.clone()}</a></li> }).collect_view();
    let unit = asset.unit_path.last().cloned();
    let form = |field: &'static str, label: &'static str, value: String, help: &'static str| {
        let is_for_editors = !loggia_catalog::posts::FIELDS.contains(&field);
        let form = Form { field, label, value, help, long: false };
        (editable || (proposable && !is_for_editors)).then(|| form.for_reader(asset, "", &typed))
    };
    let unit_link = match &unit {
        Some(unit) => view! { <p><a href=href(&unit.urn)>{unit.name.clone()}</a></p> }.into_any(),
        None => view! { <p class="empty">"No domain unit yet."</p> }.into_any(),
    };
    let by_project = (unit.is_some() && facts.unit.is_none())
        .then(|| view! { <p class="quiet">"As its project stands there."</p> });
    // What its project says of where it stands is no word of its own.
    let own_unit = unit.filter(|_| facts.unit.is_some()).map(|unit| unit.name).unwrap_or_default();
    let project = match &asset.project {
        Some(project) => view! { <p><a href=href(&project.urn)>{project.name.clone()}</a></p> }.into_any(),
        None => view! { <p class="empty">"In no project."</p> }.into_any(),
    };
    // What a file states is not checked: nobody is led anywhere but to a page.
    let documents: Vec<_> = facts.documents.iter().flatten().filter(|document| document.is_sound()).collect();
    let document_links = documents.iter().map(|document| view! { <li><a href=document.url.clone() rel="noopener noreferrer">{document.title.clone()}</a></li> });
    let document_links = document_links.collect_view();
    let document_lines = facts.documents.iter().flatten().map(|document| {
        if document.title == document.url {
            document.url.clone()
        } else {
            format!("{} {}", document.title, document.url)
        }
    });
    let document_lines = document_lines.collect::<Vec<_>>().join("\n");
    let own = |urns: &Option<Vec<loggia_model::Urn>>| {
        urns.iter().flatten().map(|urn| known.of(urn)).collect::<Vec<_>>().join(", ")
    };
    let others = [
        (Part::Responsible, "responsible", own(&facts.responsible)),
        (Part::Consulted, "consulted", own(&facts.consulted)),
        (Part::Informed, "informed", own(&facts.informed)),
    ];
    let others = others.into_iter().map(|(part, field, value)| {
        let of = asset.parts.iter().find(|view| view.part == part).map(who);
        view! {
            <section><h2>{part.title()}</h2>
                <div id=field data-live=""><p>{of}</p></div>
                {form(field, part.title(), value, "People and groups, separated by commas. Empty takes it from the unit.")}
            </section>
        }
    });
    let others: Vec<_> = others.collect();
    let accountable = asset.parts.iter().find(|view| view.part == Part::Accountable);
    let accountable = accountable.filter(|_| asset.owners.is_empty()).map(who);
    let filled = Filled {
        about: &asset.urn,
        column: "",
        revision: asset.revision,
        may_fill: editable,
        back: href(&asset.urn),
        level: 2,
    };
    let filled = filled.view(known, request.catalog.forms_of_asset(asset), &refused);
    Ok(view! {
        <div class="two wide-left">
            <section aria-labelledby="about">
                <h2 id="about" class="hidden">"Description"</h2>
                <div id="description" data-live="">{description}{said_by(known, asset.description_from.as_ref())}</div>
                {description_form}
                {filled}
                {columns_glance(asset)}
                {super::discussion::answers(asset, answered)}
            </section>
            <div class="rail">
                <section><h2>"Name"</h2>
                    <div id="name" data-live=""><p>{asset.name.clone()}</p>{said_by(known, asset.name_from.as_ref())}</div>
                    {form("name", "Name", facts.name.clone().unwrap_or_default(), "As the business calls it. Empty takes your word away, and the source's shows.")}
                </section>
                <section><h2>"Who owns this"</h2>
                    <div id="owners" data-live="">{if asset.owners.is_empty() { view! { <p>{accountable}</p> }.into_any() } else { view! { <ul class="plain">{owners}</ul> }.into_any() }}{said_by(known, asset.owners_from.as_ref())}</div>
                    {form("owners", "Owners", listed(&asset.owners), "Names, separated by commas; the first is the one to ask.")}
                </section>
                <section><h2>"Domain"</h2>
                    <div id="unit" data-live="">{unit_link}{by_project}{said_by(known, asset.unit_from.as_ref())}</div>
                    {form("unit", "Domain unit", own_unit, "The name of one unit.")}
                </section>
                <section><h2>"Project"</h2>
                    <div id="project" data-live="">{project}</div>
                    {form("project", "Project", asset.project.as_ref().map(|project| project.name.clone()).unwrap_or_default(), "The name of one project; its members have their roles for this too. Empty for none.")}
                </section>
                {others}
                <section><h2>"Terms"</h2>
                    <div id="terms" data-live="">{if asset.terms.is_empty() { view! { <p class="empty">"No term yet: without one, who searches in business words will not come here."</p> }.into_any() } else { view! { <ul class="tags">{terms}</ul> }.into_any() }}</div>
                    {form("terms", "Glossary terms", listed(&asset.terms), "Names or synonyms of terms, separated by commas.")}
                </section>
                <section><h2>"Tags"</h2>
                    <div id="tags" data-live="">{if tags.is_empty() { view! { <p class="empty">"No tag yet."</p> }.into_any() } else { view! { <ul class="tags">{tag_links}</ul> }.into_any() }}</div>
                    {form("tags", "Tags", tags.join(", "), "Separated by commas.")}
                </section>
                <section><h2>"Documents and links"</h2>
                    <div id="documents" data-live="">{if documents.is_empty() { view! { <p class="empty">"None yet: a design, a policy, a page of the team."</p> }.into_any() } else { view! { <ul class="plain">{document_links}</ul> }.into_any() }}</div>
                    {editable.then(|| Form { field: "documents", label: "Documents and links", value: document_lines, help: "One a line: what it is called, and its address, such as https://example.org/page.", long: true }.view(asset, "", &typed))}
                </section>
                <section><h2>"Access"</h2><p><a href=access_href(&asset.urn)>"What you may do, and why"</a></p></section>
                {size(asset)}
                {facts.link.clone().filter(|link| link.starts_with("https://") || link.starts_with("http://")).map(|link| view! { <p><a href=link rel="noopener noreferrer">"Open it in its own tool"</a></p> })}
            </div>
        </div>
    }
    .into_any())
}

/// What was typed before this page: refused, or not saved.
pub struct Typed<'a> {
    refused: &'a Refused,
    unsaved: Unsaved,
}

impl<'a> Typed<'a> {
    pub async fn of(
        request: &Request,
        asset: &AssetView,
        refused: &'a Refused,
    ) -> Result<Self, CatalogError> {
        let unsaved = if asset.as_of.is_none() && asset.may(Action::Edit) {
            request.catalog.unsaved(&request.actor, &asset.urn).await?
        } else {
            Unsaved::new()
        };
        Ok(Self { refused, unsaved })
    }

    fn unsaved(&self, column: &str, field: &str) -> Option<&Kept> {
        let place = if column.is_empty() { field.to_owned() } else { format!("columns/{column}/{field}") };
        self.unsaved.get(&place)
    }
}

/// One field's form, folded until it is wanted; open again where it was refused.
pub struct Form {
    pub field: &'static str,
    pub label: &'static str,
    pub value: String,
    pub help: &'static str,
    pub long: bool,
}

/// Whether whoever looks may say here what they would have otherwise: they may not edit it.
pub fn may_propose(request: &Request, asset: &AssetView) -> bool {
    asset.as_of.is_none() && request.actor.who != Who::Anonymous && !asset.may(Action::Edit)
}

impl Form {
    /// To edit it or, for whoever may not, to propose.
    pub fn for_reader(self, asset: &AssetView, column: &str, typed: &Typed) -> AnyView {
        if asset.may(Action::Edit) {
            self.view(asset, column, typed)
        } else {
            self.propose(asset, column, typed.refused)
        }
    }

    fn propose(self, asset: &AssetView, column: &str, refused: &Refused) -> AnyView {
        let Self { field, label, value, help, long } = self;
        let name =
            if column.is_empty() { format!("propose:{field}") } else { format!("propose:{column}:{field}") };
        let was_refused = refused.form == name;
        let kept = |name: &str| refused.value(name).filter(|_| was_refused).map(ToOwned::to_owned);
        let wrong: Vec<String> =
            refused.errors.iter().filter(|_| was_refused).map(|error| error.message.clone()).collect();
        let told = (was_refused && wrong.is_empty()).then(|| refused.message.clone());
        let back = back_to(asset, column);
        let id = id_of(&name);
        let (why_id, wrong_id, help_id) = (format!("{id}-why"), format!("{id}-wrong"), format!("{id}-help"));
        let describes = format!("{wrong_id} {help_id}");
        let value = kept("value").unwrap_or(value);
        let input = input(long, &id, value, describes, !wrong.is_empty());
        view! {
            <details class="edit" open=was_refused>
                <summary>"Propose" <span class="hidden">" " {label}</span></summary>
                <form method="post" action=Propose::url()>
                    <input r#type="hidden" name="about" value=asset.urn.to_string()/>
                    <input r#type="hidden" name="column" value=column.to_owned()/>
                    <input r#type="hidden" name="field" value=field/>
                    <input r#type="hidden" name="back" value=back/>
                    {told.map(|told| view! { <p class="note note-poor" role="alert">{told}</p> })}
                    <label r#for=id>{label}</label>
                    {input}
                    <p class="wrong" id=wrong_id>{wrong.join(" ")}</p>
                    <p class="help" id=help_id>{help}</p>
                    <label r#for=why_id.clone()>"Why"</label>
                    <input id=why_id name="text" value=kept("text").unwrap_or_default() autocomplete="off"/>
                    <p class="help">"It waits for those who look after this; you will find in your inbox what they say."</p>
                    <button>"Propose"</button>
                </form>
            </details>
        }
        .into_any()
    }

    pub fn view(self, asset: &AssetView, column: &str, typed: &Typed) -> AnyView {
        let refused = typed.refused;
        let name =
            if column.is_empty() { self.field.to_owned() } else { format!("column:{column}:{}", self.field) };
        let was_refused = refused.form == name;
        let unsaved =
            typed.unsaved(column, self.field).filter(|kept| kept.words != self.value && !was_refused);
        let previewed = refused.value("preview").filter(|_| was_refused).and(refused.value("revision"));
        // Words that were typed on an older page are compared with what that showed.
        let revision = match unsaved {
            Some(kept) => kept.revision.to_string(),
            None => previewed.map_or_else(|| asset.revision.to_string(), ToOwned::to_owned),
        };
        let value = match unsaved {
            Some(kept) => kept.words.clone(),
            None if was_refused => refused.value("value").unwrap_or(&self.value).to_owned(),
            None => self.value,
        };
        let is_unsaved = unsaved.is_some();
        let unsaved = is_unsaved.then(|| {
            view! { <p class="note">"You typed this and did not save it. It is kept for you alone."</p> }
        });
        // After the one that saves: that is what Enter presses.
        let forget = is_unsaved.then(|| {
            view! { <button class="secondary" name="forget" value="yes">"Forget it"</button> }
        });
        let wrong: Vec<String> = if was_refused {
            refused.errors.iter().map(|error| error.message.clone()).collect()
        } else {
            Vec::new()
        };
        let is_markdown = self.field == "description";
        let is_shown = was_refused && refused.value("preview").is_some();
        let preview = is_shown.then(|| {
            let html = markdown::safe_html(&value);
            view! { <section class="preview" aria-label="Preview"><p class="quiet">"As it will look. Nothing is saved yet."</p><div class="prose" inner_html=html></div></section> }
        });
        let told = (was_refused && !is_shown).then(|| refused.message.clone());
        let back = back_to(asset, column);
        let id = id_of(&name);
        let help_id = format!("{id}-help");
        let wrong_id = format!("{id}-wrong");
        let describes = format!("{wrong_id} {help_id}");
        let input = input(self.long, &id, value, describes, !wrong.is_empty());
        let (label, field, help) = (self.label, self.field, self.help);
        let (urn, column) = (asset.urn.to_string(), column.to_owned());
        view! {
            <details class="edit" open=was_refused || is_unsaved>
                <summary>"Edit" <span class="hidden">" " {label}</span></summary>
                <InPlace keep=KeepUnsaved::url().to_owned()>
                    <form method="post" action=EditField::url()>
                        <input r#type="hidden" name="urn" value=urn/>
                        <input r#type="hidden" name="column" value=column/>
                        <input r#type="hidden" name="field" value=field/>
                        <input r#type="hidden" name="revision" value=revision/>
                        <input r#type="hidden" name="back" value=back/>
                        {told.map(|told| view! { <p class="note note-poor" role="alert">{told}</p> })}
                        {unsaved}
                        <label r#for=id>{label}</label>
                        {input}
                        <p class="wrong" id=wrong_id>{wrong.join(" ")}</p>
                        <p class="help" id=help_id>{help}</p>
                        {preview}
                        <p class="actions"><button>"Save"</button> {is_markdown.then(|| view! { <button class="secondary" name="preview" value="yes">"Preview"</button> })} {forget}</p>
                    </form>
                </InPlace>
            </details>
        }
        .into_any()
    }
}

fn input(is_long: bool, id: &str, value: String, describes: String, is_wrong: bool) -> AnyView {
    let id = id.to_owned();
    let invalid = is_wrong.then_some("true");
    if is_long {
        return view! { <textarea id=id name="value" rows="10" aria-describedby=describes aria-invalid=invalid inner_html=escaped(&value)></textarea> }.into_any();
    }
    view! { <input id=id name="value" value=value aria-describedby=describes aria-invalid=invalid autocomplete="off"/> }.into_any()
}

fn back_to(asset: &AssetView, column: &str) -> String {
    if column.is_empty() {
        return href(&asset.urn);
    }
    format!("{}?tab=columns&column={}", href(&asset.urn), encode(column))
}

/// Of the field of a form, in the page.
fn id_of(form: &str) -> String {
    format!("edit-{}", form.replace([':', '.', ' ', '[', ']', '{', '}', '\\'], "-"))
}

fn size(asset: &AssetView) -> AnyView {
    let facts = &asset.facts;
    let line = |title: &'static str, value: Option<String>| {
        value.map(|value| view! { <div><dt>{title}</dt><dd>{value}</dd></div> })
    };
    let all = [
        facts.rows.is_some(),
        facts.bytes.is_some(),
        facts.files.is_some(),
        facts.data_changed_at.is_some(),
        facts.contract.is_some(),
    ];
    let checked = facts.freshness.as_ref().map(|freshness| view! { <div><dt>"Freshness"</dt><dd>{freshness.status.title()} ", " <Time at=freshness.checked_at/></dd></div> });
    let changed =
        facts.data_changed_at.map(|at| view! { <div><dt>"Data changed"</dt><dd><Time at=at/></dd></div> });
    let lines = view! {
        {line("Platform", facts.platform.clone())}
        {line("Rows", facts.rows.map(grouped))}
        {line("Size", facts.bytes.map(bytes))}
        {line("Files", facts.files.map(grouped))}
        {line("Partitions", facts.partitions.map(grouped))}
        {line("Contract", facts.contract.map(|is_enforced| if is_enforced { "Enforced where it is made".to_owned() } else { "None that is enforced".to_owned() }))}
        {changed}
        {checked}
    };
    (all.contains(&true) || facts.platform.is_some())
        .then(|| view! { <section><h2>"Size and freshness"</h2><dl class="facts">{lines}</dl></section> })
        .into_any()
}

/// The first columns, for whoever only wants to know what is in it.
fn columns_glance(asset: &AssetView) -> AnyView {
    const SHOWN: usize = 12;
    let total = asset.facts.columns.len();
    let names = asset.facts.columns.iter().take(SHOWN).map(|(path, column)| {
        let name = column.name.clone().filter(|name| name != path.as_str());
        view! { <li><code>{path.to_string()}</code> {name.map(|name| view! { <span class="quiet">" " {name}</span> })}</li> }
    });
    let names = names.collect_view();
    let more = crate::ui::links::tab(&asset.urn, "columns");
    (total > 0).then(|| {
        view! {
            <section class="glance" aria-labelledby="glance">
                <h2 id="glance">"What is in it"</h2>
                <ul>{names}</ul>
                <p><a href=more>{if total > SHOWN { format!("All {} columns, with types and meaning", grouped(total as u64)) } else { "Types and meaning of the columns".to_owned() }}</a></p>
            </section>
        }
    })
.into_any()
}
