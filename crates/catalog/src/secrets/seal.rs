//! Sealing and opening: XChaCha20-Poly1305 with a random nonce of 24 bytes (draft-irtf-cfrg-xchacha), and the
//! secret's name as associated data, so that a row that was put in another's place does not open.

use chacha20poly1305::XChaCha20Poly1305;
use chacha20poly1305::aead::{Aead, Generate, KeyInit, Nonce, Payload};
use loggia_model::Secret;
use zeroize::Zeroizing;

use super::SecretKey;
use crate::ports::SealedSecret;
use crate::{CatalogError, Result};

/// What begins each: that which follows is the nonce and the sealed bytes, in hex.
const FORMAT: &str = "x1:";
const NONCE_BYTES: usize = 24;

pub fn seal(name: &str, value: &Secret, key: &SecretKey) -> Result<String> {
    let cannot = |why: String| CatalogError::Refused(format!("the secret '{name}' cannot be sealed: {why}"));
    let nonce = Nonce::<XChaCha20Poly1305>::try_generate().map_err(|why| cannot(why.to_string()))?;
    let payload = Payload { msg: value.reveal().as_bytes(), aad: name.as_bytes() };
    let sealed = cipher(key).encrypt(&nonce, payload).map_err(|why| cannot(why.to_string()))?;
    Ok(format!("{FORMAT}{}{}", hex::encode(nonce), hex::encode(sealed)))
}

pub fn open(secret: &SealedSecret, key: &SecretKey) -> Result<Secret> {
    let name = &secret.name;
    if secret.key != key.fingerprint() {
        return Err(CatalogError::Refused(format!(
            "the secret '{name}' was sealed by the key {}, and the key at hand is {}: bring that key, or set the secret again",
            secret.key,
            key.fingerprint()
        )));
    }
    opened(name, &secret.sealed, key)
}

/// What this key has sealed under this name.
pub fn opened(name: &str, sealed: &str, key: &SecretKey) -> Result<Secret> {
    let damaged = || {
        CatalogError::Refused(format!(
            "the secret '{name}' is damaged: the key is the one that sealed it, and does not open it; set it again"
        ))
    };
    let bytes = sealed.strip_prefix(FORMAT).and_then(|hex| hex::decode(hex).ok()).ok_or_else(damaged)?;
    let (nonce, sealed) = bytes.split_at_checked(NONCE_BYTES).ok_or_else(damaged)?;
    let nonce = Nonce::<XChaCha20Poly1305>::try_from(nonce).map_err(|_| damaged())?;
    let payload = Payload { msg: sealed, aad: name.as_bytes() };
    let opened = cipher(key).decrypt(&nonce, payload).map_err(|_| damaged())?;
    let opened = Zeroizing::new(opened);
    Ok(Secret::new(std::str::from_utf8(&opened).map_err(|_| damaged())?))
}

fn cipher(key: &SecretKey) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(key.bytes().into())
}
