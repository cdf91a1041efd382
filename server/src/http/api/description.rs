//! What the API is like, as OpenAPI 3.1 has it. There is nothing of the catalog in it, so it needs no token.

use axum::extract::Request;
use axum::response::Response;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

use super::answer::answer;
use super::asked::Asked;
use super::problem::Problem;
use super::{asset, glossary, search};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Loggia",
        description = "Reads a catalog: what is found, what each asset is, and what words mean. What a token shows is \
                       what its owner may see.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    paths(search::search, asset::asset, glossary::terms, glossary::term, description),
    components(schemas(Problem)),
    modifiers(&Bearer),
    tags((name = "Catalog", description = "What the catalog has.")),
)]
struct Description;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, description: &mut utoipa::openapi::OpenApi) {
        let words = "A token of a person, from the page of their account, or of a service.";
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(words)).build();
        let components = description.components.get_or_insert_default();
        components.security_schemes.insert("token".to_owned(), SecurityScheme::Http(scheme));
    }
}

/// This description.
#[utoipa::path(
    get,
    path = "/api/v1/openapi.json",
    tag = "Catalog",
    operation_id = "openapi",
    security(()),
    responses(
        (status = 200, description = "OpenAPI 3.1.", body = Object),
        (status = 304, description = "It is as `If-None-Match` has it."),
        (status = 400, description = "There are no parameters.", body = Problem, content_type = "application/problem+json"),
        (status = 421, description = "The catalog is not asked by its own name.", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn description(request: Request) -> Result<Response, Problem> {
    Asked::of(request.uri(), &[])?;
    answer(request.headers(), &Description::openapi())
}
