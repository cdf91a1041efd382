//! Passwords: kept as Argon2id (RFC 9106) and compared so that a login that nobody has takes as long as one that
//! somebody has.

use std::sync::LazyLock;
use std::thread::available_parallelism;
use std::time::Duration;

use argon2::password_hash::rand_core::OsRng;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use loggia_model::Secret;
use tokio::sync::Semaphore;

use crate::{CatalogError, Result};

/// The least that guessing must cost (OWASP, Password Storage: 19 MiB, two passes, one lane).
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;

/// NIST SP 800-63B-4: long, and of whatever one likes.
pub(crate) const SHORTEST: usize = 12;
pub(crate) const LONGEST: usize = 256;

/// Passwords that are compared at once: on half of the processors, so that those who read have the others.
static AT_ONCE: LazyLock<Semaphore> = LazyLock::new(|| {
    let processors = available_parallelism().map_or(1, usize::from);
    Semaphore::new((processors / 2).max(1))
});

/// Whoever comes when so many wait already is sent away.
const WAITING: Duration = Duration::from_secs(5);

fn argon2() -> Argon2<'static> {
    // These numbers are within what the algorithm takes; a test hashes with them.
    Argon2::new(
        Algorithm::Argon2id,
        Version::V0x13,
        Params::new(MEMORY_KIB, PASSES, 1, None).unwrap_or_default(),
    )
}

/// # Errors
/// `Invalid` where it is too short or too long.
pub(crate) async fn hashed(field: &str, password: &Secret) -> Result<String> {
    let length = password.reveal().chars().count();
    if !(SHORTEST..=LONGEST).contains(&length) {
        let message = format!("has {length} characters: {SHORTEST} to {LONGEST} are needed, of any kind");
        return Err(CatalogError::invalid(field, message));
    }
    let password = password.clone();
    computed(move || {
        let salt = SaltString::generate(&mut OsRng);
        let hash = argon2().hash_password(password.reveal().as_bytes(), &salt);
        hash.map(|hash| hash.to_string())
            .map_err(|why| CatalogError::Refused(format!("cannot be kept: {why}")))
    })
    .await?
}

/// Takes as long where there is nothing to compare with.
pub(crate) async fn is_right(password: &Secret, kept: Option<&str>) -> Result<bool> {
    static NOBODYS: LazyLock<String> = LazyLock::new(|| {
        let salt = SaltString::generate(&mut OsRng);
        argon2().hash_password(b"of nobody", &salt).map(|hash| hash.to_string()).unwrap_or_default()
    });
    let (password, kept) = (password.clone(), kept.map(ToOwned::to_owned));
    computed(move || {
        let is_somebodys = kept.is_some();
        let kept = kept.unwrap_or_else(|| NOBODYS.clone());
        let is_right = password.reveal().chars().count() <= LONGEST
            && PasswordHash::new(&kept)
                .is_ok_and(|hash| argon2().verify_password(password.reveal().as_bytes(), &hash).is_ok());
        is_right && is_somebodys
    })
    .await
}

async fn computed<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    let turn = tokio::time::timeout(WAITING, AT_ONCE.acquire()).await;
    let Ok(Ok(turn)) = turn else {
        return Err(CatalogError::Busy("too many are signing in just now: try again in a minute".into()));
    };
    // The turn goes along: whoever has hung up has the work still done.
    let work = move || {
        let _turn = turn;
        work()
    };
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| CatalogError::Busy("a password could not be looked at: try again".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_is_kept_so_that_it_cannot_be_read_and_two_alike_are_kept_differently() {
        let password = Secret::new("correct horse battery");
        let (one, other) = (hashed("p", &password).await.unwrap(), hashed("p", &password).await.unwrap());
        assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{one}");
        assert_ne!(one, other);
        assert!(is_right(&password, Some(&one)).await.unwrap());
        assert!(!is_right(&Secret::new("correct horse batterz"), Some(&one)).await.unwrap());
        assert!(!is_right(&Secret::new("of nobody"), None).await.unwrap());
        assert!(hashed("p", &Secret::new("short")).await.is_err());
    }
}
