//! Asking a provider over HTTP: within limits, and never where an answer points to.

use std::error::Error;
use std::pin::Pin;
use std::time::Duration;

use openidconnect::url::Url;
use openidconnect::{AsyncHttpClient, HttpRequest, HttpResponse};
use reqwest::Client;
use reqwest::redirect::Policy;
use serde::de::DeserializeOwned;

use crate::oidc::OidcError;

const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes of an answer: a hundred keys are far below this.
const LARGEST: usize = 1 << 20;

#[derive(Debug, Clone)]
pub struct Web(Client);

impl Web {
    /// # Errors
    /// Where this machine trusts nobody whom it could verify.
    pub fn new() -> Result<Self, reqwest::Error> {
        let client = Client::builder().redirect(Policy::none()).timeout(PATIENCE).build()?;
        Ok(Self(client))
    }

    /// # Errors
    /// Where it cannot be reached, or does not answer with such JSON.
    pub async fn json<T: DeserializeOwned>(&self, url: &Url) -> Result<T, OidcError> {
        let asked = self.0.get(url.clone()).header("accept", "application/json");
        parsed(url, &self.answer(asked.build().map_err(unreachable)?).await?)
    }

    /// The same, for whoever has the access token.
    ///
    /// # Errors
    /// As [`Web::json`].
    pub async fn json_for<T: DeserializeOwned>(&self, url: &Url, token: &str) -> Result<T, OidcError> {
        let asked = self.0.get(url.clone()).header("accept", "application/json").bearer_auth(token);
        parsed(url, &self.answer(asked.build().map_err(unreachable)?).await?)
    }

    async fn answer(&self, request: reqwest::Request) -> Result<HttpResponse, OidcError> {
        let mut answer = self.0.execute(request).await.map_err(unreachable)?;
        let (status, headers) = (answer.status(), answer.headers().clone());
        let mut body = Vec::new();
        while let Some(some) = answer.chunk().await.map_err(unreachable)? {
            if body.len() + some.len() > LARGEST {
                return Err(OidcError::Unreachable("it answers with more than a megabyte".to_owned()));
            }
            body.extend_from_slice(&some);
        }
        let mut response = HttpResponse::new(body);
        *response.status_mut() = status;
        *response.headers_mut() = headers;
        Ok(response)
    }
}

impl<'w> AsyncHttpClient<'w> for Web {
    type Error = OidcError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, OidcError>> + Send + 'w>>;

    fn call(&'w self, request: HttpRequest) -> Self::Future {
        Box::pin(async move { self.answer(reqwest::Request::try_from(request).map_err(unreachable)?).await })
    }
}

fn parsed<T: DeserializeOwned>(url: &Url, answer: &HttpResponse) -> Result<T, OidcError> {
    if !answer.status().is_success() {
        return Err(OidcError::Unreachable(format!("{url} answers {}", answer.status())));
    }
    serde_json::from_slice(answer.body())
        .map_err(|why| OidcError::Unreachable(format!("{url} does not answer as it should: {why}")))
}

/// With what lies below it: that a connection was refused is not in the words of the first error.
fn unreachable(error: reqwest::Error) -> OidcError {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(below) = cause {
        words = format!("{words}: {below}");
        cause = below.source();
    }
    OidcError::Unreachable(words)
}
