//! `GET /api/v1/glossary`: what the words of the business mean, for programs.

use axum::extract::{Request, State};
use axum::response::Response;
use loggia_catalog::Catalog;
use loggia_catalog::find::LAST_PAGE;
use loggia_catalog::ports::Scope;
use loggia_catalog::words::TermView;
use loggia_model::Kind;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::admit::admit;
use super::answer::answer;
use super::asked::{Asked, Parameter, Shape, described};
use super::asset::named;
use super::problem::{Problem, Problems};
use super::words::Named;

/// Terms on one page.
const PAGE: u32 = 50;

const PARAMETERS: [Parameter; 1] =
    [Parameter { name: "page", about: "50 terms each, by name.", shape: Shape::Number(1, LAST_PAGE as u64) }];

struct Parameters;

impl IntoParams for Parameters {
    fn into_params(
        _in: impl Fn() -> Option<utoipa::openapi::path::ParameterIn>,
    ) -> Vec<utoipa::openapi::path::Parameter> {
        described(&PARAMETERS)
    }
}

/// Terms of all glossaries.
#[derive(Debug, Serialize, ToSchema)]
pub struct Terms {
    pub total: u64,
    pub page: u32,
    pub pages: u32,
    pub terms: Vec<Term>,
}

/// A word of the business; the relations are those of SKOS.
#[derive(Debug, Serialize, ToSchema)]
pub struct Term {
    pub urn: String,
    pub name: String,
    /// Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub definition: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub glossary: Option<Named>,
    /// `draft`, `approved` or `deprecated`.
    pub status: String,
    pub synonyms: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub broader: Option<Named>,
    pub narrower: Vec<Named>,
    pub related: Vec<Named>,
    pub owners: Vec<Named>,
    /// Where it has become part of another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub merged_into: Option<Named>,
    /// How many entities carry it.
    pub carried: u64,
    pub revision: u64,
}

impl From<TermView> for Term {
    fn from(view: TermView) -> Self {
        Self {
            urn: view.urn.to_string(),
            name: view.name,
            glossary: view.glossary.as_ref().map(Named::from),
            status: view.status.as_str().to_owned(),
            synonyms: view.facts.synonyms.put.iter().cloned().collect(),
            broader: view.path.iter().rev().nth(1).map(Named::from),
            narrower: Named::all(&view.narrower),
            related: Named::all(&view.related),
            owners: Named::all(&view.owners),
            merged_into: view.merged_into.as_ref().map(Named::from),
            carried: view.carried,
            revision: view.revision,
            definition: view.facts.definition,
        }
    }
}

/// The terms of all glossaries, by name.
#[utoipa::path(
    get,
    path = "/api/v1/glossary",
    tag = "Catalog",
    operation_id = "terms",
    params(Parameters),
    security(("token" = [])),
    responses(
        (status = 200, description = "Those that may be read.", body = Terms),
        (status = 304, description = "They are as `If-None-Match` has them."),
        Problems,
    )
)]
pub async fn terms(State(catalog): State<Catalog>, request: Request) -> Result<Response, Problem> {
    let actor = admit(&catalog, request.headers(), request.extensions(), Scope::Read).await?;
    let asked = Asked::of(request.uri(), &PARAMETERS)?;
    let page = asked.page();
    let offset = u64::from(page.saturating_sub(1)) * u64::from(PAGE);
    let (terms, total) = catalog.terms(&actor, offset, PAGE).await?;
    let pages = u32::try_from(total.div_ceil(u64::from(PAGE))).unwrap_or(LAST_PAGE).clamp(1, LAST_PAGE);
    let terms = Terms { total, page, pages, terms: terms.into_iter().map(Term::from).collect() };
    answer(request.headers(), &terms)
}

/// One term.
#[utoipa::path(
    get,
    path = "/api/v1/glossary/{urn}",
    tag = "Catalog",
    operation_id = "term",
    params(("urn" = String, Path, description = "Percent-encoded, such as `urn:loggia:term:banking%2Farrears`.")),
    security(("token" = [])),
    responses(
        (status = 200, description = "The term.", body = Term),
        (status = 304, description = "It is as `If-None-Match` has it."),
        (status = 404, description = "It is not there, or one may not know that it is.", body = Problem, content_type = "application/problem+json"),
        Problems,
    )
)]
pub async fn term(State(catalog): State<Catalog>, request: Request) -> Result<Response, Problem> {
    let actor = admit(&catalog, request.headers(), request.extensions(), Scope::Read).await?;
    Asked::of(request.uri(), &[])?;
    let urn = named(request.uri(), Kind::Term)?;
    let term = Term::from(catalog.term(&actor, &urn, 0, 0).await?);
    answer(request.headers(), &term)
}
