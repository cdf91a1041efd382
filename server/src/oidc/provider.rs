//! One provider: what it says of itself, its keys, and the two ways to it and back.

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::Utc;
use loggia_catalog::Catalog;
use loggia_catalog::federation::{Claims, Entering};
use loggia_model::{Actor, Door, Secret};
use openidconnect::core::{CoreClient, CoreJsonWebKeySet, CoreResponseType, CoreTokenResponse};
use openidconnect::url::Url;
use openidconnect::{
    AccessToken, AuthType, AuthUrl, AuthenticationFlow, AuthorizationCode, ClientId, ClientSecret, CsrfToken,
    IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl,
    RequestTokenError, Scope, TokenResponse, TokenUrl,
};
use serde::Deserialize;
use serde_json::{Map, Value};
use tokio::sync::Mutex;

use crate::keys;
use crate::oidc::address::of_provider;
use crate::oidc::file::Configured;
use crate::oidc::logout::{self, Logout};
use crate::oidc::token::{self, Expected};
use crate::oidc::web::Web;
use crate::oidc::{OidcError, said};

/// For so long, what a provider has said of itself is taken to be so.
const KNOWN_FOR: Duration = Duration::from_secs(3_600);
/// How often, in so long a time, its keys are asked for because a token names one that is not known. Whoever sends
/// made-up tokens does not make this program ask more.
const ASKED_AT_MOST: u32 = 6;
const ASKED_WITHIN: Duration = Duration::from_secs(60);

pub struct Provider {
    configured: Configured,
    web: Web,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    metadata: Option<(Instant, Arc<Metadata>)>,
    keys: Option<(Instant, Arc<CoreJsonWebKeySet>)>,
    /// One for each door by which tokens come: strangers at one do not use up the other's.
    of_entrance: Asked,
    of_logout: Asked,
}

#[derive(Default)]
struct Asked {
    since: Option<Instant>,
    times: u32,
}

/// Why keys are asked for again.
#[derive(Clone, Copy)]
enum Token {
    OfEntrance,
    OfLogout,
}

/// OpenID Connect Discovery 1.0, 3, as far as it matters here.
#[derive(Deserialize)]
struct Announced {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    userinfo_endpoint: Option<String>,
    end_session_endpoint: Option<String>,
    #[serde(default)]
    id_token_signing_alg_values_supported: Vec<String>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}

/// The same, with addresses that may be asked.
struct Metadata {
    authorization: Url,
    token: Url,
    keys: Url,
    userinfo: Option<Url>,
    end_session: Option<Url>,
    expected: Expected,
    by_basic: bool,
    says_issuer: bool,
}

/// What a provider sends somebody back with.
#[derive(Debug, Default, Deserialize)]
pub struct Sent {
    pub code: Option<String>,
    pub state: Option<String>,
    /// RFC 9207.
    pub iss: Option<String>,
    pub error: Option<String>,
    pub error_description: Option<String>,
}

impl Provider {
    pub fn new(configured: Configured, web: Web) -> Self {
        Self { configured, web, known: Mutex::default() }
    }

    pub fn name(&self) -> &str {
        &self.configured.provider.name
    }

    pub fn title(&self) -> &str {
        &self.configured.provider.title
    }

    /// Where somebody is sent to sign in, and what must be the same when they come back.
    ///
    /// # Errors
    /// Where the provider cannot be reached.
    pub async fn entrance(&self, redirect: &str, back: String) -> Result<(Url, Entering), OidcError> {
        let metadata = self.metadata().await?;
        let client = CoreClient::new(
            ClientId::new(self.configured.client_id.clone()),
            IssuerUrl::new(self.configured.issuer.clone()).map_err(OidcError::wrong)?,
            CoreJsonWebKeySet::default(),
        )
        .set_auth_uri(AuthUrl::from_url(metadata.authorization.clone()))
        .set_redirect_uri(RedirectUrl::new(redirect.to_owned()).map_err(OidcError::wrong)?);
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let (url, state, nonce) = client
            .authorize_url(
                AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
                CsrfToken::new_random,
                Nonce::new_random,
            )
            .add_scopes(self.configured.scopes.iter().cloned().map(Scope::new))
            .set_pkce_challenge(challenge)
            .url();
        let entering = Entering {
            provider: self.name().to_owned(),
            state: state.secret().clone(),
            nonce: nonce.secret().clone(),
            verifier: verifier.secret().clone(),
            redirect: redirect.to_owned(),
            back,
        };
        Ok((url, entering))
    }

    /// What the provider says of whoever it has sent back.
    ///
    /// # Errors
    /// Where it cannot be reached, or anything is not as it was when they were sent there.
    pub async fn returned(
        &self,
        catalog: &Catalog,
        entering: &Entering,
        sent: Sent,
    ) -> Result<Claims, OidcError> {
        let metadata = self.metadata().await?;
        if sent.state.as_deref() != Some(entering.state.as_str()) {
            return Err(OidcError::Wrong("the answer is to another question (state)".to_owned()));
        }
        let says_another = sent.iss.as_ref().is_some_and(|issuer| *issuer != self.configured.issuer);
        if says_another || (metadata.says_issuer && sent.iss.is_none()) {
            return Err(OidcError::Wrong("the answer does not come from this provider (iss)".to_owned()));
        }
        if let Some(error) = sent.error {
            let words = sent.error_description.unwrap_or_default();
            return Err(OidcError::Wrong(format!("the provider answers {error:?}: {words:?}")));
        }
        let code = sent.code.filter(|code| !code.is_empty());
        let code = code.ok_or_else(|| OidcError::Wrong("the answer has no code".to_owned()))?;
        let machine = Actor::local(Door::Browser);
        let secret = keys::value(catalog, &machine, self.configured.client_secret.as_ref()).await;
        let secret = secret.map_err(|why| OidcError::Unreachable(format!("without its secret: {why}")))?;
        let answer = self.exchanged(&metadata, entering, code, secret).await?;
        let id_token =
            answer.id_token().ok_or_else(|| OidcError::Wrong("the answer has no ID token".to_owned()))?;
        let (id_token, access_token) = (id_token.to_string(), answer.access_token());
        let verified = self.verified(&metadata, entering, &id_token, access_token).await?;
        let asked = match &metadata.userinfo {
            Some(url) => Some(self.web.json_for::<Map<String, Value>>(url, access_token.secret()).await?),
            None => None,
        };
        said::claims(&self.configured, &verified, asked.as_ref(), &id_token)
    }

    /// Whose sessions a logout token ends.
    ///
    /// # Errors
    /// Where it is none of this provider, or that cannot be told.
    pub async fn logout(&self, token: &str) -> Result<Logout, OidcError> {
        let metadata = self.metadata().await?;
        let verify = |keys: &CoreJsonWebKeySet| logout::verified(&metadata.expected, keys, Utc::now(), token);
        match verify(self.keys(&metadata).await?.as_ref()) {
            Err(OidcError::UnknownKey(why)) => match self.new_keys(&metadata, Token::OfLogout).await? {
                Some(keys) => verify(&keys),
                None => Err(OidcError::UnknownKey(why)),
            },
            other => other,
        }
    }

    /// Where somebody is sent to end the provider's own session; `None` where it has no such place.
    ///
    /// # Errors
    /// Where the provider cannot be reached.
    pub async fn exit(&self, id_token: &str, back: &str) -> Result<Option<Url>, OidcError> {
        let metadata = self.metadata().await?;
        Ok(metadata.end_session.clone().map(|mut url| {
            url.query_pairs_mut()
                .append_pair("id_token_hint", id_token)
                .append_pair("client_id", &self.configured.client_id)
                .append_pair("post_logout_redirect_uri", back);
            url
        }))
    }

    async fn exchanged(
        &self,
        metadata: &Metadata,
        entering: &Entering,
        code: String,
        secret: Option<Secret>,
    ) -> Result<CoreTokenResponse, OidcError> {
        let mut client = CoreClient::new(
            ClientId::new(self.configured.client_id.clone()),
            IssuerUrl::new(self.configured.issuer.clone()).map_err(OidcError::wrong)?,
            CoreJsonWebKeySet::default(),
        )
        .set_token_uri(TokenUrl::from_url(metadata.token.clone()))
        .set_redirect_uri(RedirectUrl::new(entering.redirect.clone()).map_err(OidcError::wrong)?)
        .set_auth_type(if metadata.by_basic { AuthType::BasicAuth } else { AuthType::RequestBody });
        if let Some(secret) = secret {
            client = client.set_client_secret(ClientSecret::new(secret.reveal().to_owned()));
        }
        let asked = client
            .exchange_code(AuthorizationCode::new(code))
            .set_pkce_verifier(PkceCodeVerifier::new(entering.verifier.clone()));
        asked.request_async(&self.web).await.map_err(|error| match error {
            RequestTokenError::Request(why) => why,
            // What it could not read may hold tokens, so that stays out of the log.
            RequestTokenError::Parse(why, _) => {
                OidcError::Wrong(format!("the code was answered by what is no token: {why}"))
            }
            other => OidcError::Wrong(format!("the code was not taken: {other}")),
        })
    }

    async fn verified(
        &self,
        metadata: &Metadata,
        entering: &Entering,
        id_token: &str,
        access_token: &AccessToken,
    ) -> Result<Map<String, Value>, OidcError> {
        let verify = |keys: &CoreJsonWebKeySet| {
            token::verified(
                &metadata.expected,
                keys,
                &entering.nonce,
                Utc::now(),
                id_token,
                Some(access_token),
            )
        };
        match verify(self.keys(metadata).await?.as_ref()) {
            Err(OidcError::UnknownKey(why)) => match self.new_keys(metadata, Token::OfEntrance).await? {
                Some(keys) => verify(&keys),
                None => Err(OidcError::UnknownKey(why)),
            },
            other => other,
        }
    }

    async fn metadata(&self) -> Result<Arc<Metadata>, OidcError> {
        let mut known = self.known.lock().await;
        if let Some((since, metadata)) = &known.metadata
            && since.elapsed() < KNOWN_FOR
        {
            return Ok(metadata.clone());
        }
        let issuer = self.configured.issuer.trim_end_matches('/');
        let place = format!("{issuer}/.well-known/openid-configuration");
        let place: Url = place.parse().map_err(OidcError::wrong)?;
        let announced: Announced = self.web.json(&place).await?;
        let metadata = Arc::new(Metadata::of(announced, &self.configured)?);
        known.metadata = Some((Instant::now(), metadata.clone()));
        Ok(metadata)
    }

    async fn keys(&self, metadata: &Metadata) -> Result<Arc<CoreJsonWebKeySet>, OidcError> {
        let mut known = self.known.lock().await;
        if let Some((since, keys)) = &known.keys
            && since.elapsed() < KNOWN_FOR
        {
            return Ok(keys.clone());
        }
        self.ask_for_keys(&mut known, metadata).await
    }

    /// The keys as they are now; `None` where that has been asked often enough.
    async fn new_keys(
        &self,
        metadata: &Metadata,
        token: Token,
    ) -> Result<Option<Arc<CoreJsonWebKeySet>>, OidcError> {
        let mut known = self.known.lock().await;
        let asked = match token {
            Token::OfEntrance => &mut known.of_entrance,
            Token::OfLogout => &mut known.of_logout,
        };
        if !asked.may_ask(Instant::now()) {
            return Ok(None);
        }
        self.ask_for_keys(&mut known, metadata).await.map(Some)
    }

    async fn ask_for_keys(
        &self,
        known: &mut Known,
        metadata: &Metadata,
    ) -> Result<Arc<CoreJsonWebKeySet>, OidcError> {
        let keys: Arc<CoreJsonWebKeySet> = Arc::new(self.web.json(&metadata.keys).await?);
        known.keys = Some((Instant::now(), keys.clone()));
        Ok(keys)
    }
}

impl Asked {
    fn may_ask(&mut self, now: Instant) -> bool {
        if self.since.is_none_or(|since| now.duration_since(since) >= ASKED_WITHIN) {
            *self = Self { since: Some(now), times: 0 };
        }
        self.times += 1;
        self.times <= ASKED_AT_MOST
    }
}

impl Metadata {
    fn of(announced: Announced, configured: &Configured) -> Result<Self, OidcError> {
        // Discovery 1.0, 4.3: else one provider could speak for another.
        if announced.issuer != configured.issuer {
            return Err(OidcError::Wrong(format!(
                "the provider calls itself {:?}, not '{}': write its issuer as it does",
                announced.issuer, configured.issuer
            )));
        }
        let address = |address: &str| of_provider(address, &configured.url).map_err(OidcError::Wrong);
        let algorithms = token::algorithms(&announced.id_token_signing_alg_values_supported);
        if algorithms.is_empty() {
            return Err(OidcError::Wrong(
                "the provider announces no asymmetric algorithm that is known here".to_owned(),
            ));
        }
        // Where it says nothing, it is asked as RFC 6749 has every server understand.
        let methods = announced.token_endpoint_auth_methods_supported;
        let by_basic =
            methods.is_none_or(|methods| methods.iter().any(|method| method == "client_secret_basic"));
        Ok(Self {
            authorization: address(&announced.authorization_endpoint)?,
            token: address(&announced.token_endpoint)?,
            keys: address(&announced.jwks_uri)?,
            userinfo: announced.userinfo_endpoint.as_deref().map(address).transpose()?,
            end_session: announced.end_session_endpoint.as_deref().map(address).transpose()?,
            expected: Expected {
                issuer: configured.issuer.clone(),
                client_id: configured.client_id.clone(),
                algorithms,
            },
            by_basic,
            says_issuer: announced.authorization_response_iss_parameter_supported,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_up_keys_are_asked_for_a_few_times_a_minute() {
        let (mut asked, now) = (Asked::default(), Instant::now());
        let answers: Vec<bool> = (0..8).map(|_| asked.may_ask(now)).collect();
        assert_eq!(answers, [true, true, true, true, true, true, false, false]);
        assert!(!asked.may_ask(now + Duration::from_secs(59)));
        assert!(asked.may_ask(now + Duration::from_secs(60)));
    }
}
