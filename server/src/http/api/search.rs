//! `GET /api/v1/search`: what the search page finds, for programs.

use axum::extract::{Request, State};
use axum::response::Response;
use loggia_catalog::find::{FacetView, LAST_PAGE, LONGEST, SearchRequest};
use loggia_catalog::ports::{Card, Choice, FACETS, Scope};
use loggia_catalog::{Catalog, Names};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::admit::admit;
use super::answer::answer;
use super::asked::{Asked, Parameter, Shape, described};
use super::problem::{Problem, Problems};
use super::words::Named;

/// The names and values are those of the search page's address.
const PARAMETERS: [Parameter; 11] = [
    Parameter {
        name: "q",
        about: "Words to find; without any, everything is found.",
        shape: Shape::Text(LONGEST),
    },
    Parameter {
        name: "domain",
        about: "The slug of a domain unit; what is below it counts too.",
        shape: Shape::Values,
    },
    Parameter {
        name: "kind",
        about: "Such as `table`, `dashboard`, `term`, `data-product`.",
        shape: Shape::Values,
    },
    Parameter { name: "platform", about: "Such as `postgres`.", shape: Shape::Values },
    Parameter { name: "owner", about: "The slug of a person.", shape: Shape::Values },
    Parameter { name: "tag", about: "A tag.", shape: Shape::Values },
    Parameter { name: "term", about: "A glossary term, as `GLOSSARY/TERM`.", shape: Shape::Values },
    Parameter {
        name: "form",
        about: "What is filled into a metadata form, as `FORM/FIELD=WORD`; each field narrows for itself.",
        shape: Shape::Values,
    },
    Parameter {
        name: "freshness",
        about: "How old the data is.",
        shape: Shape::AnyOf(&["day", "week", "month", "year", "older", "unknown"]),
    },
    Parameter {
        name: "sort",
        about: "`relevance` where nothing is said.",
        shape: Shape::OneOf(&["relevance", "name", "changed", "fresh"]),
    },
    Parameter { name: "page", about: "20 results each.", shape: Shape::Number(1, LAST_PAGE as u64) },
];

struct Parameters;

impl IntoParams for Parameters {
    fn into_params(
        _in: impl Fn() -> Option<utoipa::openapi::path::ParameterIn>,
    ) -> Vec<utoipa::openapi::path::Parameter> {
        described(&PARAMETERS)
    }
}

/// What was found.
#[derive(Debug, Serialize, ToSchema)]
pub struct Found {
    pub total: u64,
    pub page: u32,
    pub pages: u32,
    /// Nothing has all of the words: these have some of them, or words that are spelled alike.
    pub loosened: bool,
    pub hits: Vec<Hit>,
    pub facets: Vec<Facet>,
}

/// An entity that was found.
#[derive(Debug, Serialize, ToSchema)]
pub struct Hit {
    pub urn: String,
    /// As the parameter `kind` has it.
    pub kind: String,
    pub name: String,
    /// What its source calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub technical: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform: Option<String>,
    /// The first paragraph of its description, as plain text.
    pub summary: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<Named>,
    pub owners: Vec<Named>,
    /// When it last changed in the catalog.
    #[schema(format = DateTime)]
    pub changed: String,
    /// When the data itself last changed, as far as its source knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub data_changed: Option<String>,
    /// Since when its source no longer has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub missing_since: Option<String>,
    pub deprecated: bool,
}

/// What the results can be narrowed by.
#[derive(Debug, Serialize, ToSchema)]
pub struct Facet {
    /// The parameter.
    pub facet: String,
    /// As people read it: of a metadata form, the field and the form.
    pub title: String,
    pub values: Vec<FacetValue>,
    /// How many more values there are, each with fewer results.
    pub others: u64,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct FacetValue {
    pub value: String,
    /// As people read it.
    pub title: String,
    /// How many results there would be with it.
    pub count: u64,
    pub chosen: bool,
}

impl Hit {
    pub fn of(names: &Names, card: &Card) -> Self {
        Self {
            urn: card.urn.to_string(),
            kind: card.sort.clone(),
            name: card.name.clone(),
            technical: (!card.technical.is_empty()).then(|| card.technical.clone()),
            platform: card.platform.clone(),
            summary: card.summary.clone(),
            unit: card.unit.as_ref().and_then(|unit| Named::known(names, unit)),
            owners: card.owners.iter().filter_map(|owner| Named::known(names, owner)).collect(),
            changed: card.changed_at.to_string(),
            data_changed: card.data_changed_at.map(|at| at.to_string()),
            missing_since: card.missing_since.map(|at| at.to_string()),
            deprecated: card.deprecated,
        }
    }
}

impl From<FacetView> for Facet {
    fn from(view: FacetView) -> Self {
        let values = view.values.into_iter().map(|value| FacetValue {
            value: value.value,
            title: value.title,
            count: value.count,
            chosen: value.chosen,
        });
        Self {
            facet: view.facet.as_str().to_owned(),
            title: view.title,
            values: values.collect(),
            others: view.others,
        }
    }
}

/// Search, with exact counts of what the results can be narrowed by.
#[utoipa::path(
    get,
    path = "/api/v1/search",
    tag = "Catalog",
    operation_id = "search",
    params(Parameters),
    security(("token" = [])),
    responses(
        (status = 200, description = "What was found and may be known of.", body = Found),
        (status = 304, description = "It is as `If-None-Match` has it."),
        Problems,
    )
)]
pub async fn search(State(catalog): State<Catalog>, request: Request) -> Result<Response, Problem> {
    let actor = admit(&catalog, request.headers(), request.extensions(), Scope::Search).await?;
    let asked = Asked::of(request.uri(), &PARAMETERS)?;
    let choices = FACETS.into_iter().filter_map(|facet| {
        let mut values = asked.values(facet.as_str());
        values.retain(|value| !value.is_empty());
        (!values.is_empty()).then_some(Choice { facet, values })
    });
    let wanted = SearchRequest {
        text: asked.text("q").trim().to_owned(),
        choices: choices.collect(),
        sort: asked.text("sort").parse().unwrap_or_default(),
        page: asked.page(),
    };
    let view = catalog.search(&actor, wanted).await?;
    let names = catalog.names(&actor).await?;
    let found = Found {
        total: view.total,
        page: view.request.page,
        pages: view.pages,
        loosened: view.loosened,
        hits: view.hits.iter().map(|hit| Hit::of(&names, &hit.card)).collect(),
        facets: view.facets.into_iter().map(Facet::from).collect(),
    };
    answer(request.headers(), &found)
}
