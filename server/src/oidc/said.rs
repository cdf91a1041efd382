//! From what a provider says of somebody, in its token and where it is asked, to what the catalog takes in.

use std::collections::BTreeSet;

use loggia_catalog::federation::Claims;
use loggia_model::Secret;
use serde_json::{Map, Value};

use crate::oidc::OidcError;
use crate::oidc::file::Configured;

/// Groups of one person that are looked at.
const MOST_GROUPS: usize = 2_000;

/// What stands in the token counts; what does not, and is asked for (UserInfo), must be of the same subject.
///
/// # Errors
/// Where it is another's.
pub fn claims(
    configured: &Configured,
    token: &Map<String, Value>,
    asked: Option<&Map<String, Value>>,
    id_token: &str,
) -> Result<Claims, OidcError> {
    let text = |said: &Map<String, Value>, name: &str| {
        said.get(name).and_then(Value::as_str).filter(|text| !text.trim().is_empty()).map(ToOwned::to_owned)
    };
    let subject =
        text(token, "sub").ok_or_else(|| OidcError::Wrong("the token has no subject (sub)".to_owned()))?;
    if asked.is_some_and(|asked| asked.get("sub").and_then(Value::as_str) != Some(subject.as_str())) {
        return Err(OidcError::Wrong(
            "who was asked about is not whom the token names (sub of UserInfo)".to_owned(),
        ));
    }
    let either = |name: &str| text(token, name).or_else(|| asked.and_then(|asked| text(asked, name)));
    // Whether an address is verified is said beside it.
    let beside = [Some(token), asked].into_iter().flatten().find(|said| text(said, "email").is_some());
    let email_is_verified =
        beside.and_then(|said| said.get("email_verified")).and_then(Value::as_bool) == Some(true);
    let groups = match &configured.groups_claim {
        Some(claim) => groups(token.get(claim).or_else(|| asked.and_then(|asked| asked.get(claim)))),
        None => BTreeSet::new(),
    };
    Ok(Claims {
        provider: configured.provider.name.clone(),
        issuer: configured.issuer.clone(),
        name: either("name"),
        email: either("email"),
        email_is_verified,
        login: either("preferred_username"),
        groups,
        sid: text(token, "sid"),
        subject,
        id_token: Secret::new(id_token),
    })
}

/// A list of words, or one.
fn groups(said: Option<&Value>) -> BTreeSet<String> {
    let several = match said {
        Some(Value::Array(several)) => several.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => &[],
    };
    several.iter().filter_map(Value::as_str).take(MOST_GROUPS).map(ToOwned::to_owned).collect()
}

/// What tests of tokens are made of: a provider's key, and what it signs.
#[cfg(test)]
pub mod made {
    use base64::Engine;
    use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
    use loggia_catalog::secrets::SecretKey;
    use openidconnect::core::{
        CoreEdDsaPrivateSigningKey, CoreHmacKey, CoreJsonWebKeySet, CoreJwsSigningAlgorithm,
    };
    use openidconnect::{JsonWebKeyId, PrivateSigningKey};
    use serde_json::{Value, json};

    use crate::oidc::token::{Expected, algorithms};

    pub const ISSUER: &str = "https://login.bank.example";
    pub const CLIENT: &str = "loggia";

    /// A key that was made for one test.
    pub struct Signer {
        key: CoreEdDsaPrivateSigningKey,
        kid: String,
    }

    impl Signer {
        pub fn new(kid: &str) -> Self {
            let chance = SecretKey::generate().unwrap().written();
            // PKCS #8 of an Ed25519 key (RFC 8410, 7) is this and 32 bytes of chance.
            let mut der = vec![48, 46, 2, 1, 0, 48, 5, 6, 3, 43, 101, 112, 4, 34, 4, 32];
            der.extend(chance.reveal().bytes().take(32));
            let body = STANDARD.encode(der);
            let pem = format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n");
            let id = Some(JsonWebKeyId::new(kid.to_owned()));
            Self { key: CoreEdDsaPrivateSigningKey::from_ed25519_pem(&pem, id).unwrap(), kid: kid.to_owned() }
        }

        pub fn keys(&self) -> CoreJsonWebKeySet {
            CoreJsonWebKeySet::new(vec![self.key.as_verification_key()])
        }

        pub fn signed(&self, claims: &Value) -> String {
            self.headed(json!({"alg": "EdDSA", "kid": self.kid, "typ": "JWT"}), claims)
        }

        pub fn headed(&self, header: Value, claims: &Value) -> String {
            let signed = format!("{}.{}", encoded(&header), encoded(claims));
            let signature = self.key.sign(&CoreJwsSigningAlgorithm::EdDsa, signed.as_bytes()).unwrap();
            format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
        }

        /// With the key itself in the header, which nobody may believe.
        pub fn with_own_key(&self, claims: &Value) -> String {
            let key = serde_json::to_value(self.key.as_verification_key()).unwrap();
            self.headed(json!({"alg": "EdDSA", "kid": self.kid, "jwk": key}), claims)
        }

        pub fn signed_by_secret(&self, claims: &Value, secret: &[u8]) -> String {
            let header = json!({"alg": "HS256", "kid": self.kid});
            let signed = format!("{}.{}", encoded(&header), encoded(claims));
            let key = CoreHmacKey::new(secret.to_vec());
            let signature = key.sign(&CoreJwsSigningAlgorithm::HmacSha256, signed.as_bytes()).unwrap();
            format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
        }
    }

    pub fn expected() -> Expected {
        Expected {
            issuer: ISSUER.to_owned(),
            client_id: CLIENT.to_owned(),
            algorithms: algorithms(&["EdDSA", "RS256"].map(ToOwned::to_owned)),
        }
    }

    /// Issued at 1000 seconds, and good until 1300.
    pub fn claims(nonce: &str) -> Value {
        json!({
            "iss": ISSUER, "aud": CLIENT, "sub": "8f1c", "iat": 1_000, "exp": 1_300, "nonce": nonce,
            "name": "Inés Núñez", "groups": ["data-stewards"],
        })
    }

    fn encoded(value: &Value) -> String {
        URL_SAFE_NO_PAD.encode(value.to_string())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::oidc::file::Configured;

    fn configured() -> Configured {
        Configured {
            provider: loggia_catalog::federation::Provider {
                name: "bank".into(),
                title: "Bank".into(),
                groups: Default::default(),
                admits: loggia_catalog::federation::Admits::Everyone,
                trusts_email: true,
            },
            issuer: made::ISSUER.into(),
            url: made::ISSUER.parse().unwrap(),
            client_id: made::CLIENT.into(),
            client_secret: None,
            scopes: Vec::new(),
            groups_claim: Some("groups".into()),
        }
    }

    fn object(value: Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap()
    }

    #[test]
    fn the_token_counts_before_what_is_asked_for() {
        let token = object(json!({"sub": "8f1c", "email": "a@x.example", "groups": "one", "sid": "s1"}));
        let asked = object(
            json!({"sub": "8f1c", "email": "b@x.example", "email_verified": true, "name": "Inés", "groups": ["two"]}),
        );
        let said = claims(&configured(), &token, Some(&asked), "t").unwrap();
        assert_eq!(said.email.as_deref(), Some("a@x.example"));
        assert!(!said.email_is_verified, "the verified one is another");
        assert_eq!((said.name.as_deref(), said.sid.as_deref()), (Some("Inés"), Some("s1")));
        assert_eq!(said.groups, ["one".to_owned()].into());
        let token = object(json!({"sub": "8f1c"}));
        let said = claims(&configured(), &token, Some(&asked), "t").unwrap();
        assert!(said.email_is_verified && said.groups == ["two".to_owned()].into());
    }

    #[test]
    fn what_is_said_of_another_is_refused() {
        let token = object(json!({"sub": "8f1c"}));
        for asked in [json!({"sub": "root", "name": "Root"}), json!({"name": "Root"})] {
            let refused = claims(&configured(), &token, Some(&object(asked)), "t").unwrap_err();
            assert!(refused.to_string().contains("sub of UserInfo"), "{refused}");
        }
    }

    #[test]
    fn only_true_is_verified() {
        for word in [json!("true"), json!(1), json!(null)] {
            let token = object(json!({"sub": "8f1c", "email": "a@x.example", "email_verified": word}));
            assert!(!claims(&configured(), &token, None, "t").unwrap().email_is_verified);
        }
    }
}
