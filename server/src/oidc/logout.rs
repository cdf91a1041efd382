//! Whether a logout token is what it claims to be (OpenID Connect Back-Channel Logout 1.0, 2.6). A function of what it
//! is given, and of nothing else.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::JsonWebKey;
use openidconnect::core::{CoreJsonWebKey, CoreJsonWebKeySet, CoreJwsSigningAlgorithm};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::oidc::OidcError;
use crate::oidc::token::{Expected, SKEW, is_subject, payload};

const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// How old one may be that says of itself no end: the catalog remembers each for longer.
const OLDEST: TimeDelta = TimeDelta::seconds(600);

/// Whose sessions end.
#[derive(Debug, PartialEq, Eq)]
pub struct Logout {
    pub token: String,
    pub subject: Option<String>,
    pub sid: Option<String>,
}

#[derive(Deserialize)]
struct Header {
    alg: CoreJwsSigningAlgorithm,
    kid: Option<String>,
    typ: Option<String>,
    crit: Option<Value>,
}

/// # Errors
/// `UnknownKey` where the provider may have changed its keys, else `Wrong`, and why.
pub fn verified(
    expected: &Expected,
    keys: &CoreJsonWebKeySet,
    now: DateTime<Utc>,
    token: &str,
) -> Result<Logout, OidcError> {
    let wrong = |why: &str| OidcError::Wrong(why.to_owned());
    let (signed, signature) =
        token.rsplit_once('.').ok_or_else(|| wrong("this is no logout token: it has no signature"))?;
    let header = signed.split('.').next().unwrap_or_default();
    let header = URL_SAFE_NO_PAD.decode(header).map_err(OidcError::wrong)?;
    let header: Header = serde_json::from_slice(&header)
        .map_err(|why| OidcError::Wrong(format!("this is no logout token: {why}")))?;
    if signed.split('.').count() != 2 {
        return Err(wrong("this is no logout token: it has not three parts"));
    }
    if header.crit.is_some() {
        return Err(wrong("the token asks for what is not known here (crit)"));
    }
    let types = ["logout+jwt", "application/logout+jwt", "jwt"];
    if header.typ.is_some_and(|typ| !types.contains(&typ.to_lowercase().as_str())) {
        return Err(wrong("the token is of another type (typ)"));
    }
    if !expected.algorithms.contains(&header.alg) {
        return Err(wrong("the token is signed by an algorithm that is not taken (alg)"));
    }
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(OidcError::wrong)?;
    let is_named = |key: &&CoreJsonWebKey| {
        header.kid.as_ref().is_none_or(|kid| key.key_id().is_some_and(|known| known.as_str() == kid))
    };
    // Whether a key is for signing, and by this algorithm, is looked at there too.
    let is_signed = keys
        .keys()
        .iter()
        .filter(is_named)
        .any(|key| key.verify_signature(&header.alg, signed.as_bytes(), &signature).is_ok());
    if !is_signed {
        return Err(OidcError::UnknownKey("no key fits the logout token".to_owned()));
    }
    said(expected, now, &payload(token)?)
}

fn said(expected: &Expected, now: DateTime<Utc>, claims: &Map<String, Value>) -> Result<Logout, OidcError> {
    let wrong = |why: &str| OidcError::Wrong(why.to_owned());
    let text = |name: &str| claims.get(name).and_then(Value::as_str).map(ToOwned::to_owned);
    if text("iss").as_deref() != Some(expected.issuer.as_str()) {
        return Err(wrong("the token is another issuer's (iss)"));
    }
    let is_ours = match claims.get("aud") {
        Some(Value::String(one)) => *one == expected.client_id,
        Some(Value::Array(several)) => several.iter().any(|one| *one == expected.client_id),
        _ => false,
    };
    if !is_ours {
        return Err(wrong("the token is for another program (aud)"));
    }
    let instant =
        |name: &str| claims.get(name).and_then(Value::as_i64).and_then(|at| DateTime::from_timestamp(at, 0));
    let issued = instant("iat").ok_or_else(|| wrong("the token does not say when it was made (iat)"))?;
    if issued > now + SKEW || issued < now - OLDEST - SKEW {
        return Err(wrong("the token is too old, or yet to come (iat)"));
    }
    if claims.contains_key("exp") && instant("exp").is_none_or(|end| end <= now - SKEW) {
        return Err(wrong("the token has expired (exp)"));
    }
    if !claims.get("events").and_then(|events| events.get(EVENT)).is_some_and(Value::is_object) {
        return Err(wrong("the token does not speak of a logout (events)"));
    }
    if claims.contains_key("nonce") {
        return Err(wrong("the token is one by which somebody signs in (nonce)"));
    }
    let token =
        text("jti").filter(|token| is_subject(token)).ok_or_else(|| wrong("the token has no name (jti)"))?;
    let (subject, sid) =
        (text("sub").filter(|sub| is_subject(sub)), text("sid").filter(|sid| is_subject(sid)));
    if subject.is_none() && sid.is_none() {
        return Err(wrong("the token names neither a session nor a subject"));
    }
    Ok(Logout { token, subject, sid })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::oidc::said::made::{CLIENT, ISSUER, Signer, claims, expected};

    fn logout() -> Value {
        json!({"iss": ISSUER, "aud": CLIENT, "iat": 1_000, "exp": 1_120, "jti": "j1", "sub": "8f1c", "sid": "s1", "events": {EVENT: {}}})
    }

    fn with(field: &str, value: Value) -> Value {
        let mut said = logout();
        match value {
            Value::Null => said.as_object_mut().unwrap().remove(field),
            value => said.as_object_mut().unwrap().insert(field.to_owned(), value),
        };
        said
    }

    fn taken(signer: &Signer, keys: &CoreJsonWebKeySet, said: &Value) -> Result<Logout, String> {
        let now = DateTime::from_timestamp(1_060, 0).unwrap();
        verified(&expected(), keys, now, &signer.signed(said)).map_err(|error| error.to_string())
    }

    #[test]
    fn a_logout_is_taken_as_the_provider_signed_it() {
        let signer = Signer::new("k1");
        let both = Logout { token: "j1".into(), subject: Some("8f1c".into()), sid: Some("s1".into()) };
        assert_eq!(taken(&signer, &signer.keys(), &logout()), Ok(both));
        let several = with("aud", json!([CLIENT, "other"]));
        assert!(taken(&signer, &signer.keys(), &several).is_ok());
        let without = with("sub", Value::Null);
        assert_eq!(taken(&signer, &signer.keys(), &without).unwrap().subject, None);
    }

    #[test]
    fn whatever_it_says_otherwise_it_is_refused_for_that() {
        let signer = Signer::new("k1");
        let mut nameless = with("sub", Value::Null);
        nameless.as_object_mut().unwrap().remove("sid");
        for (said, why) in [
            (with("iss", "https://evil.example".into()), "(iss)"),
            (with("aud", "other".into()), "(aud)"),
            (with("aud", Value::Null), "(aud)"),
            (with("iat", Value::Null), "(iat)"),
            (with("iat", 399.into()), "(iat)"),
            (with("iat", 1_121.into()), "(iat)"),
            (with("exp", 999.into()), "(exp)"),
            (with("exp", "soon".into()), "(exp)"),
            (with("events", json!({"other": {}})), "(events)"),
            (with("events", json!({EVENT: true})), "(events)"),
            (with("nonce", "n".into()), "(nonce)"),
            (with("jti", Value::Null), "(jti)"),
            (nameless, "neither a session nor a subject"),
            (claims("n"), "(events)"),
        ] {
            let refused = taken(&signer, &signer.keys(), &said).unwrap_err();
            assert!(refused.contains(why), "{said}: {refused}");
        }
    }

    #[test]
    fn nothing_but_a_key_of_the_provider_and_an_algorithm_that_it_announces_counts() {
        let (signer, thief) = (Signer::new("k1"), Signer::new("k1"));
        let unknown = "key that the provider does not have";
        assert!(taken(&thief, &signer.keys(), &logout()).unwrap_err().contains(unknown));
        assert!(taken(&Signer::new("k2"), &signer.keys(), &logout()).unwrap_err().contains(unknown));
        let now = DateTime::from_timestamp(1_060, 0).unwrap();
        let token = signer.signed(&logout());
        let body = token.split('.').nth(1).unwrap();
        let unsigned = URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#);
        let typed = signer.headed(json!({"alg": "EdDSA", "kid": "k1", "typ": "at+jwt"}), &logout());
        let critical = signer.headed(json!({"alg": "EdDSA", "kid": "k1", "crit": ["x"]}), &logout());
        for (forged, why) in [
            (format!("{unsigned}.{body}."), "(alg)"),
            (signer.signed_by_secret(&logout(), b"public key"), "(alg)"),
            (typed, "(typ)"),
            (critical, "(crit)"),
            (format!("{token}.x"), "three parts"),
            (String::new(), "no signature"),
            ("a.b.c".to_owned(), ""),
        ] {
            let refused = verified(&expected(), &signer.keys(), now, &forged).unwrap_err().to_string();
            assert!(refused.contains(why), "{forged}: {refused}");
        }
    }
}
