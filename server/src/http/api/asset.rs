//! `GET /api/v1/assets/{urn}`: what the page of an asset tells, for programs.

use axum::extract::{Request, State};
use axum::response::Response;
use loggia_catalog::assets::{AssetView, COLUMNS_A_PAGE, Column, Looked};
use loggia_catalog::ports::{Card, Scope};
use loggia_catalog::provenance::Provenance;
use loggia_catalog::{Catalog, CatalogError, Names};
use loggia_model::facts::{Check, Document, FieldValue, FormValues, Freshness, Listing};
use loggia_model::{Actor, Kind, Timestamp, Urn};
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

use super::admit::admit;
use super::answer::answer;
use super::asked::{Asked, Parameter, Shape, described, last_segment};
use super::problem::{Problem, Problems};
use super::words::Named;

/// Neighbours that are told, of either side; how many there are is told too.
const NEIGHBOURS: u32 = 200;

const PARAMETERS: [Parameter; 2] = [
    Parameter {
        name: "columns_from",
        about: "How many columns to leave out; 200 follow. The answer says with what the next ones come.",
        shape: Shape::Number(0, 1_000_000),
    },
    Parameter { name: "as_of", about: "As it stood at an instant.", shape: Shape::Instant },
];

struct Parameters;

impl IntoParams for Parameters {
    fn into_params(
        _in: impl Fn() -> Option<utoipa::openapi::path::ParameterIn>,
    ) -> Vec<utoipa::openapi::path::Parameter> {
        described(&PARAMETERS)
    }
}

/// One thing that holds data, as it shows to whoever asks.
#[derive(Debug, Serialize, ToSchema)]
pub struct Asset {
    /// Where another name was asked for, the one that it goes by.
    pub urn: String,
    pub name: String,
    /// Its OpenLineage namespace.
    pub namespace: String,
    /// Its OpenLineage name.
    pub technical: String,
    /// `table`, `view`, `dashboard` and the like.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub asset_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform: Option<String>,
    /// Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    pub revision: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub as_of: Option<String>,
    /// From the top domain unit down to its own.
    pub unit: Vec<Named>,
    /// The first is the one to ask.
    pub owners: Vec<Named>,
    pub terms: Vec<Named>,
    pub tags: Vec<String>,
    /// Where each shown fact comes from.
    pub sources: Vec<FactSource>,
    /// The other names that lead here.
    pub aliases: Vec<String>,
    /// The data products that offer it.
    pub products: Vec<Named>,
    /// What it is made from.
    pub upstream: Neighbours,
    /// What is made from it.
    pub downstream: Neighbours,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// When the data itself last changed, as far as its source knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub data_changed: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub freshness: Option<FreshnessTold>,
    pub checks: Vec<CheckTold>,
    /// Since when no source has it any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub missing_since: Option<String>,
    /// In which version others find it; none of what has not been published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listing: Option<ListingTold>,
    /// What is told is a draft, since the token may edit it: others see what was published.
    pub draft: bool,
    /// Where it can be opened in its own tool.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// What there is to read about it elsewhere.
    pub documents: Vec<DocumentTold>,
    /// What is filled into metadata forms.
    pub forms: Vec<FormTold>,
    pub columns: ColumnPage,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct DocumentTold {
    pub title: String,
    pub url: String,
}

impl From<&Document> for DocumentTold {
    fn from(document: &Document) -> Self {
        Self { title: document.title.clone(), url: document.url.clone() }
    }
}

/// What is filled into one metadata form.
#[derive(Debug, Serialize, ToSchema)]
pub struct FormTold {
    pub urn: String,
    pub name: String,
    /// By the key of the field, as the form's JSON Schema has it.
    #[schema(value_type = Object)]
    pub values: serde_json::Value,
}

impl FormTold {
    fn all(names: &Names, values: &FormValues) -> Vec<Self> {
        let told = |form: &Urn| {
            let values = values.of(form).map(|(key, value)| (key.to_string(), json(value)));
            Self { urn: form.to_string(), name: names.of(form), values: values.collect() }
        };
        values.forms().map(told).collect()
    }
}

/// A text, a number, or an amount.
fn json(value: &FieldValue) -> serde_json::Value {
    serde_json::to_value(value).unwrap_or_default()
}

/// What has been published of an asset.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListingTold {
    /// In the terms of semantic versioning: what a change of columns means for readers.
    pub version: String,
    /// `published`, `deprecated` or `retired`.
    pub status: String,
    #[schema(format = DateTime)]
    pub published: String,
    /// What was new, in the words of whoever published it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// Of one that is deprecated: from when on it is not kept any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub ends: Option<String>,
}

impl ListingTold {
    fn of(listing: &Listing) -> Option<Self> {
        let release = listing.releases.first().filter(|_| listing.is_out())?;
        Some(Self {
            version: release.version.to_string(),
            status: listing.status.as_str().to_owned(),
            published: release.at.to_string(),
            note: release.note.clone(),
            ends: listing.ends_on.map(|at| at.to_string()),
        })
    }
}

/// Who or what says a fact.
#[derive(Debug, Serialize, ToSchema)]
pub struct FactSource {
    /// `name`, `description`, `owners` or `unit`.
    pub fact: String,
    /// Such as `person` or `harvest:dbt`.
    pub source: String,
    /// Whoever said it, or ran what did.
    pub by: String,
    #[schema(format = DateTime)]
    pub at: String,
}

/// As many as are told, and how many there are.
#[derive(Debug, Serialize, ToSchema)]
pub struct Neighbours {
    pub total: u64,
    pub assets: Vec<Named>,
}

/// What the source itself says of its freshness.
#[derive(Debug, Serialize, ToSchema)]
pub struct FreshnessTold {
    pub status: String,
    #[schema(format = DateTime)]
    pub checked: String,
}

/// A test that somebody runs on it, with its last result.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckTold {
    pub name: String,
    /// `not_null`, `unique` and the like.
    pub rule: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// `pass`, `warn`, `fail`, `error`, `skipped` or `unknown`.
    pub status: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Rows that failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failures: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub at: Option<String>,
}

/// Some of its columns, in the table's own order.
#[derive(Debug, Serialize, ToSchema)]
pub struct ColumnPage {
    pub total: u64,
    /// How many were left out before these.
    pub from: u64,
    /// What to give as `columns_from` for those that follow.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
    pub columns: Vec<ColumnTold>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ColumnTold {
    /// Counts from 1.
    pub position: u64,
    /// Where it stands in the table; a nested one after its parents and a dot each.
    pub path: String,
    /// The business name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// In the source's own words.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub data_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nullable: Option<bool>,
    /// `primary`, `foreign`, `unique` or `partition`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    pub tags: Vec<String>,
    pub terms: Vec<Named>,
    /// Where its values come from, by a foreign key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub references: Option<ReferenceTold>,
    pub forms: Vec<FormTold>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct ReferenceTold {
    pub asset: String,
    pub column: String,
}

/// One asset, with its columns, its neighbours and who says what of it.
#[utoipa::path(
    get,
    path = "/api/v1/assets/{urn}",
    tag = "Catalog",
    operation_id = "asset",
    params(
        ("urn" = String, Path, description = "Percent-encoded, such as `urn:loggia:asset:postgres:%2F%2Fhost:5432;db.schema.table`."),
        Parameters,
    ),
    security(("token" = [])),
    responses(
        (status = 200, description = "The asset.", body = Asset),
        (status = 304, description = "It is as `If-None-Match` has it."),
        (status = 404, description = "It is not there, or one may not know that it is.", body = Problem, content_type = "application/problem+json"),
        Problems,
    )
)]
pub async fn asset(State(catalog): State<Catalog>, request: Request) -> Result<Response, Problem> {
    let actor = admit(&catalog, request.headers(), request.extensions(), Scope::Read).await?;
    let asked = Asked::of(request.uri(), &PARAMETERS)?;
    let urn = named(request.uri(), Kind::Asset)?;
    let view = seen(&catalog, &actor, &urn, asked.instant("as_of")).await?;
    let from = asked.number("columns_from").unwrap_or_default();
    let told = told(&catalog, &actor, view, from).await?;
    answer(request.headers(), &told)
}

/// The URN in the path, of that kind.
pub fn named(uri: &http::Uri, kind: Kind) -> Result<Urn, Problem> {
    let text = last_segment(uri).ok_or_else(|| Problem::missing("the name in the address is not UTF-8"))?;
    let urn: Urn = text.parse().map_err(|error| Problem::missing(format!("{error}")))?;
    if urn.kind() == kind {
        return Ok(urn);
    }
    Err(Problem::missing(format!("{urn} is the name of a {}, and this asks for a {kind}", urn.kind())))
}

/// Another name leads to the asset itself.
async fn seen(
    catalog: &Catalog,
    actor: &Actor,
    urn: &Urn,
    as_of: Option<Timestamp>,
) -> Result<AssetView, CatalogError> {
    let canonical = match catalog.asset(actor, urn, as_of).await? {
        Looked::Here(view) => return Ok(*view),
        Looked::Elsewhere(canonical) => canonical,
    };
    match catalog.asset(actor, &canonical, as_of).await? {
        Looked::Here(view) => Ok(*view),
        Looked::Elsewhere(_) => Err(CatalogError::no(urn)),
    }
}

async fn told(catalog: &Catalog, actor: &Actor, view: AssetView, from: u64) -> Result<Asset, CatalogError> {
    let names = catalog.names(actor).await?;
    let upstream = catalog.upstream(&view).await?;
    let (downstream, made_from_it) = catalog.downstream(&view, 0, NEIGHBOURS).await?;
    let columns = catalog.columns(&view, &Default::default(), from, COLUMNS_A_PAGE);
    let end = from.saturating_add(columns.shown.len() as u64);
    let facts = view.facts.as_ref();
    let told = upstream.iter().take(NEIGHBOURS as usize).map(|(urn, card)| Named {
        name: card.as_ref().map_or_else(|| names.of(urn), |card| card.name.clone()),
        urn: urn.to_string(),
    });
    Ok(Asset {
        urn: view.urn.to_string(),
        name: view.name.clone(),
        namespace: view.namespace.clone(),
        technical: view.technical.clone(),
        asset_type: facts.asset_type.map(|word| word.as_str().to_owned()),
        platform: facts.platform.clone(),
        description: facts.description.clone(),
        revision: view.revision,
        as_of: view.as_of.map(|at| at.to_string()),
        unit: Named::all(&view.unit_path),
        owners: Named::all(&view.owners),
        terms: Named::all(&view.terms),
        tags: facts.tags.put.iter().map(ToString::to_string).collect(),
        sources: sources(&names, &view),
        aliases: view.aliases.iter().map(ToString::to_string).collect(),
        products: view.products.iter().map(card_named).collect(),
        upstream: Neighbours { total: upstream.len() as u64, assets: told.collect() },
        downstream: Neighbours { total: made_from_it, assets: downstream.iter().map(card_named).collect() },
        rows: facts.rows,
        bytes: facts.bytes,
        data_changed: facts.data_changed_at.map(|at| at.to_string()),
        freshness: facts.freshness.as_ref().map(FreshnessTold::from),
        checks: facts.checks.iter().map(CheckTold::from).collect(),
        missing_since: view.missing_since.map(|at| at.to_string()),
        listing: view.listing.as_ref().and_then(ListingTold::of),
        draft: view.has_draft,
        link: facts.link.clone(),
        documents: facts.documents.iter().flatten().map(DocumentTold::from).collect(),
        forms: FormTold::all(&names, &facts.forms),
        columns: ColumnPage {
            total: columns.total,
            from,
            next: (end < columns.total && !columns.shown.is_empty()).then_some(end),
            columns: columns.shown.into_iter().map(|column| ColumnTold::of(&names, column)).collect(),
        },
    })
}

fn sources(names: &Names, view: &AssetView) -> Vec<FactSource> {
    let one = |fact: &str, from: &Option<Provenance>| {
        from.as_ref().map(|from| FactSource {
            fact: fact.to_owned(),
            source: from.source.to_string(),
            by: names.of_actor(&from.by),
            at: from.at.to_string(),
        })
    };
    [
        one("name", &view.name_from),
        one("description", &view.description_from),
        one("owners", &view.owners_from),
        one("unit", &view.unit_from),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn card_named(card: &Card) -> Named {
    Named { urn: card.urn.to_string(), name: card.name.clone() }
}

impl From<&Freshness> for FreshnessTold {
    fn from(freshness: &Freshness) -> Self {
        Self { status: freshness.status.as_str().to_owned(), checked: freshness.checked_at.to_string() }
    }
}

impl From<&Check> for CheckTold {
    fn from(check: &Check) -> Self {
        Self {
            name: check.name.clone(),
            rule: check.rule.clone(),
            column: check.column.clone(),
            status: check.status.as_str().to_owned(),
            message: check.message.clone(),
            failures: check.failures,
            at: check.at.map(|at| at.to_string()),
        }
    }
}

impl ColumnTold {
    fn of(names: &Names, column: Column) -> Self {
        let facts = column.facts;
        Self {
            position: column.position,
            path: column.path.to_string(),
            name: facts.name,
            data_type: facts.data_type,
            nullable: facts.nullable,
            key: facts.key.map(|key| key.as_str().to_owned()),
            description: facts.description,
            tags: facts.tags.put.iter().map(ToString::to_string).collect(),
            terms: Named::all(&column.terms),
            forms: FormTold::all(names, &facts.forms),
            references: facts
                .references
                .map(|to| ReferenceTold { asset: to.asset.to_string(), column: to.column.to_string() }),
        }
    }
}
