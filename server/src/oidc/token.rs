//! Whether an ID token is what it claims to be (OpenID Connect Core 1.0, 3.1.3.7). A function of what it is given, and
//! of nothing else.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::core::{CoreIdToken, CoreIdTokenVerifier, CoreJsonWebKeySet, CoreJwsSigningAlgorithm};
use openidconnect::{
    AccessToken, AccessTokenHash, ClaimsVerificationError, ClientId, IssuerUrl, Nonce,
    SignatureVerificationError,
};
use serde_json::{Map, Value};

use crate::oidc::OidcError;

/// By which two clocks may differ.
pub const SKEW: TimeDelta = TimeDelta::seconds(60);

/// What every token of a provider for this program must say.
#[derive(Debug, Clone)]
pub struct Expected {
    pub issuer: String,
    pub client_id: String,
    /// Those that the provider announces, as far as they are asymmetric: a secret that two sides know proves nothing
    /// of who of them has signed.
    pub algorithms: Vec<CoreJwsSigningAlgorithm>,
}

/// The asymmetric algorithms that can be verified, by the names that a provider announces.
pub fn algorithms(announced: &[String]) -> Vec<CoreJwsSigningAlgorithm> {
    const KNOWN: [(&str, CoreJwsSigningAlgorithm); 9] = [
        ("RS256", CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256),
        ("RS384", CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384),
        ("RS512", CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512),
        ("PS256", CoreJwsSigningAlgorithm::RsaSsaPssSha256),
        ("PS384", CoreJwsSigningAlgorithm::RsaSsaPssSha384),
        ("PS512", CoreJwsSigningAlgorithm::RsaSsaPssSha512),
        ("ES256", CoreJwsSigningAlgorithm::EcdsaP256Sha256),
        ("ES384", CoreJwsSigningAlgorithm::EcdsaP384Sha384),
        ("EdDSA", CoreJwsSigningAlgorithm::EdDsa),
    ];
    let is_announced =
        |(name, _): &(&str, CoreJwsSigningAlgorithm)| announced.iter().any(|known| known == name);
    KNOWN.into_iter().filter(is_announced).map(|(_, algorithm)| algorithm).collect()
}

/// All that the token says.
///
/// # Errors
/// `UnknownKey` where the provider may have changed its keys, else `Wrong`, and why.
pub fn verified(
    expected: &Expected,
    keys: &CoreJsonWebKeySet,
    nonce: &str,
    now: DateTime<Utc>,
    token: &str,
    access_token: Option<&AccessToken>,
) -> Result<Map<String, Value>, OidcError> {
    let parsed: CoreIdToken =
        token.parse().map_err(|why| OidcError::Wrong(format!("this is no ID token: {why}")))?;
    let issuer = IssuerUrl::new(expected.issuer.clone()).map_err(OidcError::wrong)?;
    let client_id = ClientId::new(expected.client_id.clone());
    let verifier = CoreIdTokenVerifier::new_public_client(client_id, issuer, keys.clone())
        .set_allowed_algs(expected.algorithms.iter().cloned())
        .set_time_fn(move || now - SKEW)
        .set_issue_time_verifier_fn(move |issued| match issued > now + SKEW {
            true => Err(format!("the token is from {issued}, which is yet to come")),
            false => Ok(()),
        });
    let claims = parsed.claims(&verifier, &Nonce::new(nonce.to_owned())).map_err(refusal)?;
    if claims.authorized_party().is_some_and(|party| party.as_str() != expected.client_id) {
        return Err(OidcError::Wrong("the token was made for another program (azp)".to_owned()));
    }
    if let (Some(hash), Some(access_token)) = (claims.access_token_hash(), access_token) {
        let algorithm = parsed.signing_alg().map_err(OidcError::wrong)?;
        let key = parsed.signing_key(&verifier).map_err(OidcError::wrong)?;
        let own = AccessTokenHash::from_token(access_token, algorithm, key).map_err(OidcError::wrong)?;
        if own != *hash {
            return Err(OidcError::Wrong(
                "the access token is not the one of this ID token (at_hash)".to_owned(),
            ));
        }
    }
    let said = payload(token)?;
    // Two addresses may be one and the same to whoever reads them as such.
    if said.get("iss").and_then(Value::as_str) != Some(expected.issuer.as_str()) {
        return Err(OidcError::Wrong(format!("the issuer is not written as '{}' (iss)", expected.issuer)));
    }
    let subject = said.get("sub").and_then(Value::as_str).unwrap_or_default();
    if !is_subject(subject) {
        return Err(OidcError::Wrong("the subject is not 1 to 255 visible letters (sub)".to_owned()));
    }
    Ok(said)
}

/// What the middle part of a token says, verified or not.
pub fn payload(token: &str) -> Result<Map<String, Value>, OidcError> {
    let part = token.split('.').nth(1).unwrap_or_default();
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(OidcError::wrong)?;
    serde_json::from_slice(&bytes).map_err(OidcError::wrong)
}

pub fn is_subject(subject: &str) -> bool {
    (1..=255).contains(&subject.chars().count()) && !subject.chars().any(char::is_control)
}

fn refusal(error: ClaimsVerificationError) -> OidcError {
    match error {
        // One that has changed its keys may have named the new one as the old, or not at all.
        ClaimsVerificationError::SignatureVerification(
            why @ (SignatureVerificationError::NoMatchingKey | SignatureVerificationError::CryptoError(_)),
        ) => OidcError::UnknownKey(why.to_string()),
        ClaimsVerificationError::SignatureVerification(why) => OidcError::wrong(why),
        other => OidcError::wrong(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oidc::said::made::{CLIENT, ISSUER, Signer, claims, expected};

    const NONCE: &str = "n-0S6_WzA2Mj";

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    /// Why a token is refused at an instant; empty where it is taken.
    fn why(keys: &CoreJsonWebKeySet, now: i64, token: &str) -> String {
        let access = AccessToken::new("access".to_owned());
        let verified = verified(&expected(), keys, NONCE, at(now), token, Some(&access));
        verified.err().map(|error| error.to_string()).unwrap_or_default()
    }

    fn with(field: &str, value: Value) -> Value {
        let mut claims = claims(NONCE);
        match value {
            Value::Null => claims.as_object_mut().unwrap().remove(field),
            value => claims.as_object_mut().unwrap().insert(field.to_owned(), value),
        };
        claims
    }

    #[test]
    fn a_token_is_taken_as_the_provider_signed_it() {
        let signer = Signer::new("k1");
        let token = signer.signed(&claims(NONCE));
        let said = verified(&expected(), &signer.keys(), NONCE, at(1_100), &token, None).unwrap();
        assert_eq!(said["sub"], "8f1c");
        assert_eq!(said["groups"][0], "data-stewards");
    }

    #[test]
    fn whatever_a_token_says_otherwise_it_is_refused_for_that() {
        let signer = Signer::new("k1");
        for (claims, says) in [
            (with("iss", "https://evil.example".into()), "issuer"),
            (with("iss", format!("{ISSUER}/").into()), "issuer"),
            (with("iss", Value::Null), "no ID token"),
            (with("aud", "another".into()), "must contain `loggia`"),
            (with("aud", serde_json::json!([CLIENT, "another"])), "`another` is not a trusted audience"),
            (with("aud", serde_json::json!([])), "must contain `loggia`"),
            (with("azp", "another".into()), "made for another program"),
            (with("nonce", "another".into()), "nonce mismatch"),
            (with("nonce", Value::Null), "missing nonce"),
            (with("exp", Value::Null), "no ID token"),
            (with("exp", "soon".into()), "no ID token"),
            (with("exp", 1_039.into()), "expired"),
            (with("iat", 1_161.into()), "yet to come"),
            (with("sub", "".into()), "the subject is not"),
            (with("sub", "a\u{0}b".into()), "the subject is not"),
            (with("sub", "x".repeat(256).into()), "the subject is not"),
            (with("at_hash", "77QmUPtjPfzWtF2AnpK9RQ".into()), "not the one of this ID token"),
        ] {
            let said = why(&signer.keys(), 1_100, &signer.signed(&claims));
            assert!(said.contains(says), "{claims}: {said}");
        }
    }

    #[test]
    fn clocks_may_differ_by_a_minute() {
        let signer = Signer::new("k1");
        let token = signer.signed(&claims(NONCE));
        // Issued at 1000, and good until 1300.
        for (now, says) in [(939, "yet to come"), (940, ""), (1_000, ""), (1_359, ""), (1_360, "expired")] {
            let said = why(&signer.keys(), now, &token);
            assert!(said.contains(says) && says.is_empty() == said.is_empty(), "{now}: {said}");
        }
    }

    #[test]
    fn nothing_but_a_key_of_the_provider_and_an_algorithm_that_it_announces_counts() {
        let (signer, thief) = (Signer::new("k1"), Signer::new("k1"));
        let (keys, claims) = (signer.keys(), claims(NONCE));
        let token = signer.signed(&claims);
        let (head, rest) = token.split_once('.').unwrap();
        let body = rest.split_once('.').unwrap().0;
        let headed = |header: Value| URL_SAFE_NO_PAD.encode(header.to_string());
        let unsigned = headed(serde_json::json!({"alg": "none"}));
        let by_none = headed(serde_json::json!({"alg": "none", "kid": "k1"}));
        // A public key taken for a secret: the oldest trick.
        let by_secret = signer.signed_by_secret(&claims, b"public key");
        let critical = signer
            .headed(serde_json::json!({"alg": "EdDSA", "kid": "k1", "crit": ["b64"], "b64": false}), &claims);
        let by_hand = Signer::new("k1").with_own_key(&claims);
        for (forged, says) in [
            (thief.signed(&claims), "key that the provider does not have"),
            (Signer::new("k2").signed(&claims), "key that the provider does not have"),
            (format!("{unsigned}.{body}."), "signature"),
            (format!("{by_none}.{body}.{}", token.rsplit_once('.').unwrap().1), "signature"),
            (by_secret, "is not one of: "),
            (critical, "critical"),
            (by_hand, "key that the provider does not have"),
            (format!("{head}.{body}.AAAA"), "key that the provider does not have"),
            (format!("{head}.{body}."), "key that the provider does not have"),
            (format!("{head}.{body}"), "no id token"),
            (String::new(), "no id token"),
            ("a.b.c".to_owned(), "no id token"),
        ] {
            let said = why(&keys, 1_100, &forged);
            assert!(said.to_lowercase().contains(says), "{forged}: {said}");
        }
        let other = signer.signed(&with("sub", "root".into()));
        let mixed =
            format!("{head}.{}.{}", other.split('.').nth(1).unwrap(), token.rsplit_once('.').unwrap().1);
        assert!(why(&keys, 1_100, &mixed).contains("key that the provider does not have"));
        let narrow = Expected { algorithms: algorithms(&["RS256".to_owned()]), ..expected() };
        let said = verified(&narrow, &keys, NONCE, at(1_100), &token, None).unwrap_err().to_string();
        assert!(said.contains("is not one of: RS256"), "{said}");
    }

    #[test]
    fn a_new_key_is_told_apart_from_a_forgery() {
        let (old, new) = (Signer::new("k1"), Signer::new("k2"));
        let token = new.signed(&claims(NONCE));
        let refused = verified(&expected(), &old.keys(), NONCE, at(1_100), &token, None);
        assert!(matches!(refused, Err(OidcError::UnknownKey(_))));
        assert_eq!(why(&new.keys(), 1_100, &token), "");
        let expired = new.signed(&with("exp", 1.into()));
        let refused = verified(&expected(), &new.keys(), NONCE, at(1_100), &expired, None);
        assert!(matches!(refused, Err(OidcError::Wrong(_))));
    }

    #[test]
    fn of_what_a_provider_announces_only_asymmetric_algorithms_are_taken() {
        let announced = ["HS256", "none", "ES256", "RS256", "XX"].map(ToOwned::to_owned);
        let taken = [CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256, CoreJwsSigningAlgorithm::EcdsaP256Sha256];
        assert_eq!(algorithms(&announced), taken);
        assert!(algorithms(&[]).is_empty());
    }
}
