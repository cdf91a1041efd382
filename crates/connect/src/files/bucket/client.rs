//! Who asks a bucket: a client that goes where it was sent and no further, and takes no more than fits.

use std::time::Duration;

use async_trait::async_trait;
use http_body_util::{BodyExt, Limited};
use object_store::ClientOptions;
use object_store::client::{
    ClientConfigKey, HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse,
    HttpResponseBody, HttpService,
};
use reqwest::redirect::Policy;
use reqwest::{NoProxy, Proxy};

/// From the question to the last byte of the answer, where the options do not say less.
const TIMEOUT: Duration = Duration::from_secs(30);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Bytes of one answer. A page of a listing has a thousand keys of a kilobyte at most, and of an object no more
/// than 4 MiB are asked for at once.
const LARGEST: usize = 16 << 20;

/// Makes the clients that object_store asks with.
#[derive(Debug)]
pub struct Connector;

impl HttpConnector for Connector {
    fn connect(&self, options: &ClientOptions) -> object_store::Result<HttpClient> {
        let said = |key| options.get_config_value(&key);
        let is_said = |key| said(key).as_deref() == Some("true");
        let lasting = |key, otherwise| {
            said(key).and_then(|text| humantime::parse_duration(&text).ok()).unwrap_or(otherwise)
        };
        let mut client = reqwest::Client::builder()
            .timeout(lasting(ClientConfigKey::Timeout, TIMEOUT).min(TIMEOUT))
            .connect_timeout(lasting(ClientConfigKey::ConnectTimeout, CONNECT_TIMEOUT).min(CONNECT_TIMEOUT))
            .https_only(!is_said(ClientConfigKey::AllowHttp))
            .danger_accept_invalid_certs(is_said(ClientConfigKey::AllowInvalidCertificates))
            // Another host would be sent the token of this one, and might be one that only this machine reaches.
            .redirect(Policy::none());
        if let Some(url) = said(ClientConfigKey::ProxyUrl) {
            let except = said(ClientConfigKey::ProxyExcludes).and_then(|hosts| NoProxy::from_string(&hosts));
            client = client.proxy(Proxy::all(url).map_err(unmade)?.no_proxy(except));
        }
        Ok(HttpClient::new(Bounded(client.build().map_err(unmade)?)))
    }
}

fn unmade(why: reqwest::Error) -> object_store::Error {
    object_store::Error::Generic { store: "HTTP", source: why.into() }
}

#[derive(Debug)]
struct Bounded(reqwest::Client);

#[async_trait]
impl HttpService for Bounded {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let (parts, body) = self.0.call(request).await?.into_parts();
        let body = Limited::new(body, LARGEST).map_err(|why| match why.downcast::<HttpError>() {
            Ok(broken) => *broken,
            Err(_too_long) => HttpError::new(HttpErrorKind::Unknown, TooLong),
        });
        Ok(HttpResponse::from_parts(parts, HttpResponseBody::new(body)))
    }
}

/// An answer is longer than what was asked for can be.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the answer is longer than {} MiB", LARGEST >> 20)]
pub struct TooLong;
