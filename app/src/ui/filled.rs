//! Metadata forms on the page of what they ask about: what is filled in, and the form to do so.

use leptos::prelude::*;
use leptos::server_fn::ServerFn;
use loggia_catalog::metadata_forms::{FieldLine, Section, Shown};
use loggia_catalog::{Names, markdown};
use loggia_model::facts::FieldType;
use loggia_model::{Kind, Urn};

use crate::forms::FillForm;
use crate::forms::server::Refused;
use crate::pages::error::sentence;
use crate::pages::forms::names;
use crate::ui::escape::escaped;
use crate::ui::links::href;
use crate::ui::time::counted;

/// What is filled in, and of what.
pub struct Filled<'a> {
    pub about: &'a Urn,
    /// Empty where it is about the whole.
    pub column: &'a str,
    pub revision: u64,
    pub may_fill: bool,
    /// The page that it stands on.
    pub back: String,
    /// 2 on the page of a thing, 3 within one of its parts.
    pub level: u8,
}

/// As a refused form of one metadata form is called.
fn form_name(form: &Urn, column: &str) -> String {
    format!("fill:{form}:{column}")
}

impl Filled<'_> {
    /// Forms that are empty show to those who may fill them in.
    pub fn view(&self, known: &Names, sections: Vec<Section>, refused: &Refused) -> AnyView {
        let is_shown = |section: &Section| {
            let is_filled = section.fields.iter().any(|line| line.shown.is_some());
            is_filled || !section.others.is_empty() || (self.may_fill && section.is_asked)
        };
        let sections = sections.into_iter().filter(is_shown);
        sections.map(|section| self.section(known, section, refused)).collect_view().into_any()
    }

    fn section(&self, known: &Names, section: Section, refused: &Refused) -> AnyView {
        let id = format!("form-{}", section.form.urn.rest().replace(['/', '.'], "-"));
        let title = view! { <a href=href(&section.form.urn)>{section.form.name.clone()}</a> };
        let heading = if self.level > 2 {
            view! { <h3 id=id.clone()>{title}</h3> }.into_any()
        } else {
            view! { <h2 id=id.clone()>{title}</h2> }.into_any()
        };
        let missing = section.missing() as u64;
        let lacks = (missing > 0 && self.may_fill && section.is_asked).then(|| {
            view! { <p class="quiet">{counted(missing, "required field is", "required fields are")} " empty."</p> }
        });
        let lines = section
            .fields
            .iter()
            .filter(|line| line.shown.is_some() || self.may_fill)
            .map(line)
            .collect_view();
        let others = (!section.others.is_empty()).then(|| {
            let others = section.others.iter().map(|(key, value)| {
                view! { <div><dt>{key.to_string()}</dt><dd>{shown(value)}</dd></div> }
            });
            view! {
                <details>
                    <summary>"What the form does not ask for any more"</summary>
                    <dl class="facts">{others.collect_view()}</dl>
                </details>
            }
        });
        let form = (self.may_fill && section.is_asked).then(|| self.form(known, &section, &id, refused));
        view! {
            <section class="filled" aria-labelledby=id>
                {heading}
                {lacks}
                <dl class="facts">{lines}</dl>
                {others}
                {form}
            </section>
        }
        .into_any()
    }

    fn form(&self, known: &Names, section: &Section, place: &str, refused: &Refused) -> AnyView {
        let was_refused = refused.form == form_name(&section.form.urn, self.column);
        let wrong = |field: &str| refused.error(field).filter(|_| was_refused).map(sentence);
        let told = was_refused.then(|| {
            view! { <p class="note note-poor" role="alert">{refused.message.clone()}</p> }
        });
        let is_of = |kind: FieldType| section.fields.iter().any(|line| line.field.field_type == kind);
        let people =
            is_of(FieldType::Person).then(|| names(known, Kind::Person, list_of(place, FieldType::Person)));
        let terms = is_of(FieldType::Term).then(|| names(known, Kind::Term, list_of(place, FieldType::Term)));
        let inputs = section.fields.iter().map(|line| {
            let key = line.key.as_str();
            let kept = refused.value(key).filter(|_| was_refused);
            input(line, place, kept.unwrap_or(&line.input), wrong(key))
        });
        let inputs = inputs.collect_view();
        let description = section.description.as_deref().map(markdown::safe_html);
        let back = format!("{}#{place}", self.back);
        view! {
            <details class="edit" open=was_refused>
                <summary>"Fill in" <span class="hidden">" " {section.form.name.clone()}</span></summary>
                <form method="post" action=FillForm::url()>
                    <input r#type="hidden" name="about" value=self.about.to_string()/>
                    <input r#type="hidden" name="column" value=self.column.to_owned()/>
                    <input r#type="hidden" name="form" value=section.form.urn.to_string()/>
                    <input r#type="hidden" name="seen" value=self.revision.to_string()/>
                    <input r#type="hidden" name="back" value=back/>
                    {told}
                    {description.map(|html| view! { <div class="prose" inner_html=html></div> })}
                    {inputs}
                    {people}
                    {terms}
                    <button>"Save"</button>
                </form>
            </details>
        }
        .into_any()
    }
}

fn list_of(place: &str, kind: FieldType) -> String {
    format!("{place}-{}-names", kind.as_str())
}

fn line(line: &FieldLine) -> AnyView {
    let value = match &line.shown {
        Some(value) => shown(value),
        None if line.field.required => view! { <span class="quiet">"Required, and empty"</span> }.into_any(),
        None => "–".into_any(),
    };
    view! { <div><dt>{line.field.label.clone()}</dt><dd>{value}</dd></div> }.into_any()
}

pub fn shown(value: &Shown) -> AnyView {
    match value {
        Shown::Text(text) => view! { <span class="lines">{text.clone()}</span> }.into_any(),
        Shown::Link(link) => {
            view! { <a href=link.clone() rel="noopener noreferrer nofollow">{link.clone()}</a> }.into_any()
        }
        Shown::Entity(entry) => view! { <a href=href(&entry.urn)>{entry.name.clone()}</a> }.into_any(),
        Shown::Hidden => view! { <span class="quiet">{value.text().to_owned()}</span> }.into_any(),
    }
}

fn input(line: &FieldLine, place: &str, value: &str, wrong: Option<String>) -> AnyView {
    let id = format!("in-{place}--{}", line.key);
    let (help_id, wrong_id) = (format!("{id}-help"), format!("{id}-wrong"));
    let describes = format!("{wrong_id} {help_id}");
    let invalid = wrong.is_some().then_some("true");
    let (name, value) = (format!("values[{}]", line.key), value.to_owned());
    let field = &line.field;
    let control = match field.field_type {
        FieldType::Text => view! { <textarea id=id.clone() name=name rows="2" aria-describedby=describes aria-invalid=invalid inner_html=escaped(&value)></textarea> }.into_any(),
        FieldType::Choice => {
            let words = std::iter::once(String::new()).chain(field.choices.iter().cloned());
            let options = words.map(|word| view! { <option value=word.clone() selected=word == value>{if word.is_empty() { "–".to_owned() } else { word.clone() }}</option> });
            view! { <select id=id.clone() name=name aria-describedby=describes aria-invalid=invalid>{options.collect_view()}</select> }.into_any()
        }
        kind => {
            let list = matches!(kind, FieldType::Person | FieldType::Term).then(|| list_of(place, kind));
            let (type_of, mode) = match kind {
                FieldType::Date => ("date", None),
                FieldType::Link => ("url", None),
                FieldType::Number => ("text", Some("decimal")),
                _ => ("text", None),
            };
            view! { <input id=id.clone() name=name r#type=type_of inputmode=mode list=list value=value aria-describedby=describes aria-invalid=invalid autocomplete="off"/> }.into_any()
        }
    };
    let required = field.required.then(|| view! { <span class="quiet">" (required)"</span> });
    view! {
        <div class="field">
            <label r#for=id>{field.label.clone()} {required}</label>
            {control}
            <p class="wrong" id=wrong_id>{wrong}</p>
            <p class="help" id=help_id>{field.help.clone().unwrap_or_else(|| help(field.field_type).to_owned())}</p>
        </div>
    }
    .into_any()
}

/// Where the form says nothing itself.
fn help(kind: FieldType) -> &'static str {
    match kind {
        FieldType::Text => "",
        FieldType::Number => "A number, such as 12 or 0.5.",
        FieldType::Date => "A day.",
        FieldType::Choice => "One of these.",
        FieldType::Person => "The name of one person.",
        FieldType::Term => "The name of one glossary term.",
        FieldType::Link => "The address of a page.",
        FieldType::Money => "An amount and its currency, such as 1250.50 EUR.",
    }
}
