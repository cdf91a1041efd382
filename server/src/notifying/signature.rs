//! The signature of a message, by Standard Webhooks 1.0: `v1,` and the base64 of an HMAC-SHA256.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use loggia_model::Secret;
use sha2::Sha256;

/// What a secret begins with.
const PREFIX: &str = "whsec_";
/// Bytes that a key may have, by the specification.
const BYTES: std::ops::RangeInclusive<usize> = 24..=64;

/// A key that shows nothing of itself.
#[derive(Clone)]
pub struct Key(Vec<u8>);

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key(…)")
    }
}

impl Key {
    /// # Errors
    /// Says what would be right, and nothing of what it is.
    pub fn of(secret: &Secret) -> Result<Self, String> {
        let text = secret.reveal().trim();
        let bytes = text.strip_prefix(PREFIX).and_then(|rest| STANDARD.decode(rest).ok());
        let bytes = bytes.filter(|bytes| BYTES.contains(&bytes.len()));
        bytes.map(Self).ok_or_else(|| {
            format!("is not '{PREFIX}' and 24 to 64 bytes in base64: make one with 'echo {PREFIX}$(openssl rand -base64 32)'")
        })
    }

    /// Of id, time (seconds since the epoch) and body.
    pub fn sign(&self, id: &str, at: i64, body: &str) -> String {
        // HMAC takes keys of any length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.0) else { return String::new() };
        mac.update(format!("{id}.{at}.{body}").as_bytes());
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_signed_as_the_specification_shows() {
        let key = Key::of(&Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned())).unwrap();
        let signed = key.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_key_that_is_none_is_refused_without_being_shown() {
        for text in ["s3cret", "whsec_AAAA", "whsec_!!!"] {
            let why = Key::of(&Secret::new(text.to_owned())).unwrap_err();
            assert!(why.contains("24 to 64 bytes") && !why.contains(text), "{why}");
        }
    }
}
