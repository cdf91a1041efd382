//! The server functions about metadata forms.

use std::collections::BTreeMap;

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::Outcome;

/// One row of the form that makes a metadata form.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FieldRow {
    pub key: String,
    pub label: String,
    #[serde(rename = "type")]
    pub field_type: String,
    pub required: String,
    pub default: String,
    pub help: String,
    pub choices: String,
    /// Counts from 1; rows of the same place stay in their order.
    pub place: String,
    pub removed: String,
}

impl FieldRow {
    /// Nobody has filled it in.
    pub fn is_blank(&self) -> bool {
        self.key.is_empty() && self.label.trim().is_empty()
    }
}

/// Makes a metadata form where `urn` is empty, and edits it otherwise. What it is for is `yes` or empty.
#[server(input = leptos::server_fn::codec::PostUrl)]
pub async fn edit_metadata_form(
    #[server(default)] urn: String,
    #[server(default)] revision: String,
    #[server(default)] name: String,
    #[server(default)] description: String,
    #[server(default)] unit: String,
    #[server(default)] on_asset: String,
    #[server(default)] on_column: String,
    #[server(default)] on_project: String,
    #[server(default)] fields: Vec<FieldRow>,
    #[server(default)] status: String,
    #[server(default)] confirmed: String,
    #[server(default)] back: String,
) -> Result<Outcome, ServerFnError> {
    let on = [on_asset, on_column, on_project];
    let kept = server::Kept { name, description, unit, on, fields, status, confirmed };
    server::edit(&urn, &revision, kept, &back).await
}

/// Fills in a metadata form of an asset, of one of its columns where `column` is not empty, or of a project. `seen` is the
/// revision that its inputs show: a page that is brought up to date in place leaves it as it is.
#[server(input = leptos::server_fn::codec::PostUrl)]
pub async fn fill_form(
    about: String,
    #[server(default)] column: String,
    form: String,
    #[server(default)] values: BTreeMap<String, String>,
    #[server(default)] seen: String,
    #[server(default)] back: String,
) -> Result<Outcome, ServerFnError> {
    server::fill(&about, &column, &form, values, &seen, &back).await
}

/// Puts what comes from one schema, and stands nowhere, into a unit or a project; `prefix` is what its URNs begin with.
#[server(input = leptos::server_fn::codec::PostUrl)]
pub async fn place(
    prefix: String,
    #[server(default)] place: String,
    #[server(default)] back: String,
) -> Result<Outcome, ServerFnError> {
    server::put(&prefix, place, &back).await
}

#[cfg(feature = "ssr")]
pub(crate) mod server {
    use std::collections::BTreeMap;

    use leptos::prelude::ServerFnError;
    use loggia_catalog::CatalogError;
    use loggia_catalog::metadata_forms::{FieldDraft, Filling, FormDraft};
    use loggia_model::Seq;
    use loggia_model::facts::{FieldKey, FormTarget};
    use serde::{Deserialize, Serialize};

    use super::FieldRow;
    use crate::forms::Outcome;
    use crate::forms::server::{Refused, finish, parse_urn, request, revision};
    use crate::pages::unplaced::form_name;
    use crate::request::Request;
    use crate::ui::links::href;

    /// As refused forms of a metadata form are called; what was typed is one value, in JSON.
    pub const METADATA_FORM: &str = "metadata-form";

    #[derive(Debug, Clone, Default, Serialize, Deserialize)]
    pub struct Kept {
        pub name: String,
        pub description: String,
        pub unit: String,
        /// In the order of [`FormTarget::ALL`].
        pub on: [String; 3],
        pub fields: Vec<FieldRow>,
        pub status: String,
        pub confirmed: String,
    }

    pub async fn edit(urn: &str, based_on: &str, kept: Kept, back: &str) -> Result<Outcome, ServerFnError> {
        let request = request()?;
        let mut kept = kept;
        kept.fields = in_place(kept.fields);
        let json = serde_json::to_string(&kept).unwrap_or_default();
        let result = save(&request, urn, based_on, kept).await;
        let values = vec![(METADATA_FORM.to_owned(), json)];
        let refused = Refused { form: METADATA_FORM.into(), values, ..Refused::default() };
        finish(&request, result, back, refused).await
    }

    /// Rows in the order of the places that somebody wrote, without those that are blank. One that was moved takes the
    /// place of the one that stood there.
    fn in_place(rows: Vec<FieldRow>) -> Vec<FieldRow> {
        let place = |(at, row): &(i64, FieldRow)| {
            let wanted: i64 = row.place.trim().parse().unwrap_or(*at);
            wanted.saturating_mul(2).saturating_add((wanted - at).signum())
        };
        let mut rows: Vec<(i64, FieldRow)> = (1_i64..).zip(rows).collect();
        rows.retain(|(_, row)| !row.is_blank());
        rows.sort_by_key(place);
        rows.into_iter().map(|(_, row)| row).collect()
    }

    async fn save(
        request: &Request,
        urn: &str,
        based_on: &str,
        kept: Kept,
    ) -> Result<(Seq, String, String), CatalogError> {
        let urn = if urn.is_empty() { None } else { Some(parse_urn(urn)?) };
        let on = FormTarget::ALL.iter().zip(&kept.on).filter(|(_, is)| *is == "yes");
        let draft = FormDraft {
            on: on.map(|(target, _)| target.as_str().to_owned()).collect(),
            name: kept.name,
            description: kept.description,
            unit: kept.unit,
            fields: kept.fields.into_iter().map(FieldDraft::from).collect(),
            status: kept.status,
            confirmed: kept.confirmed,
        };
        let based_on = revision(based_on)?;
        let (urn, seq) =
            request.catalog.save_metadata_form(&request.actor, urn.as_ref(), &draft, based_on).await?;
        Ok((seq, "Saved.".to_owned(), href(&urn)))
    }

    impl From<FieldRow> for FieldDraft {
        fn from(row: FieldRow) -> Self {
            Self {
                key: row.key,
                label: row.label,
                field_type: row.field_type,
                required: row.required,
                default: row.default,
                help: row.help,
                choices: row.choices,
                removed: row.removed,
            }
        }
    }

    impl From<FieldDraft> for FieldRow {
        fn from(draft: FieldDraft) -> Self {
            Self {
                key: draft.key,
                label: draft.label,
                field_type: draft.field_type,
                required: draft.required,
                default: draft.default,
                help: draft.help,
                choices: draft.choices,
                place: String::new(),
                removed: draft.removed,
            }
        }
    }

    pub async fn put(prefix: &str, place: String, back: &str) -> Result<Outcome, ServerFnError> {
        let request = request()?;
        let result = request.catalog.place(&request.actor, prefix, &place).await;
        let result = result.map(|(seq, count)| (seq, format!("Put there: {count}."), String::new()));
        let values = vec![("place".to_owned(), place)];
        finish(&request, result, back, Refused { form: form_name(prefix), values, ..Refused::default() })
            .await
    }

    pub async fn fill(
        about: &str,
        column: &str,
        form: &str,
        values: BTreeMap<String, String>,
        based_on: &str,
        back: &str,
    ) -> Result<Outcome, ServerFnError> {
        let request = request()?;
        let kept = values.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
        let refused = Refused { form: format!("fill:{form}:{column}"), values: kept, ..Refused::default() };
        let result = filled(&request, about, column, form, values, based_on).await;
        let result = result.map(|seq| (seq, "Saved.".to_owned(), String::new()));
        finish(&request, result, back, refused).await
    }

    async fn filled(
        request: &Request,
        about: &str,
        column: &str,
        form: &str,
        values: BTreeMap<String, String>,
        based_on: &str,
    ) -> Result<Seq, CatalogError> {
        let wrong = |field: &str, error| CatalogError::invalid(field, format!("{error}"));
        let column = match column {
            "" => None,
            path => Some(path.parse().map_err(|error| wrong("column", error))?),
        };
        let key = |(key, text): (String, String)| match key.parse::<FieldKey>() {
            Ok(parsed) => Ok((parsed, text)),
            Err(error) => Err(wrong(&key, error)),
        };
        let values = values.into_iter().map(key).collect::<Result<_, _>>()?;
        let filling = Filling { form: parse_urn(form)?, column, values };
        let urn = parse_urn(about)?;
        request.catalog.fill_form(&request.actor, &urn, &filling, revision(based_on)?).await
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn a_row_that_is_moved_takes_the_place_of_the_one_that_stood_there() {
            let moved = |places: [&str; 4]| {
                let row = |(label, place): (&str, &str)| FieldRow {
                    label: label.to_owned(),
                    place: place.to_owned(),
                    ..FieldRow::default()
                };
                let rows = ["a", "b", "c", ""].into_iter().zip(places).map(row).collect();
                in_place(rows).into_iter().map(|row| row.label).collect::<String>()
            };
            assert_eq!(moved(["1", "2", "3", "4"]), "abc");
            assert_eq!(moved(["1", "2", "1", "4"]), "cab");
            assert_eq!(moved(["3", "2", "3", "4"]), "bca");
            assert_eq!(moved(["1", "2", "x", "4"]), "abc");
        }
    }
}
