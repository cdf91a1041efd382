//! The key that seals. It lives outside of the store: in a file or the environment of whoever runs this.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chacha20poly1305::XChaCha20Poly1305;
use chacha20poly1305::aead::{Generate, Key};
use loggia_model::Secret;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

pub const BYTES: usize = 32;

#[derive(Clone, PartialEq, Eq)]
pub struct SecretKey(Zeroizing<[u8; BYTES]>);

/// It does not repeat the text.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error(
        "this is no key: it must be 32 bytes, as 44 letters of base64 or 64 of hex ('loggia secret key' makes one)"
    )]
    NoKey,
    #[error("this machine gives no random numbers: {0}")]
    NoChance(String),
}

impl SecretKey {
    /// # Errors
    /// Where the system gives no random numbers.
    pub fn generate() -> Result<Self, KeyError> {
        let key = Key::<XChaCha20Poly1305>::try_generate();
        key.map(|key| Self(Zeroizing::new(key.into()))).map_err(|why| KeyError::NoChance(why.to_string()))
    }

    /// As it is kept, in base64.
    pub fn written(&self) -> Secret {
        Secret::new(STANDARD.encode(*self.0))
    }

    /// Tells keys apart, and tells nothing else of them.
    pub fn fingerprint(&self) -> String {
        let digest = Sha256::new().chain_update(b"loggia secret key").chain_update(*self.0).finalize();
        hex::encode(digest.get(..6).unwrap_or_default())
    }

    pub(super) fn bytes(&self) -> &[u8; BYTES] {
        &self.0
    }
}

impl FromStr for SecretKey {
    type Err = KeyError;

    fn from_str(text: &str) -> Result<Self, KeyError> {
        let text = text.trim();
        let mut bytes = Zeroizing::new([0; BYTES]);
        if hex::decode_to_slice(text, bytes.as_mut_slice()).is_ok() {
            return Ok(Self(bytes));
        }
        let decoded = Zeroizing::new(STANDARD.decode(text).map_err(|_| KeyError::NoKey)?);
        if decoded.len() != BYTES {
            return Err(KeyError::NoKey);
        }
        bytes.copy_from_slice(&decoded);
        Ok(Self(bytes))
    }
}

/// By its fingerprint.
impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey({})", self.fingerprint())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_in_base64_and_in_hex() {
        let key = SecretKey::generate().unwrap();
        let written = key.written();
        assert_eq!(written.reveal().parse::<SecretKey>().unwrap(), key);
        assert_eq!(format!(" {}\n", hex::encode(key.bytes())).parse::<SecretKey>().unwrap(), key);
        assert_ne!(SecretKey::generate().unwrap().fingerprint(), key.fingerprint());
        assert!(!format!("{key:?}").contains(written.reveal()));
    }

    #[test]
    fn what_is_no_key_is_refused_without_repeating_it() {
        for text in ["", "s3cret", &"a".repeat(63), &"b".repeat(44), &format!("{}=", "b".repeat(47))] {
            let said = text.parse::<SecretKey>().unwrap_err().to_string();
            assert!(said.starts_with("this is no key") && !said.contains("s3cret"), "{said}");
        }
    }
}
