//! What must never be in a log, an export or a message: passwords, keys, tokens.

use std::fmt;

use zeroize::Zeroizing;

/// Its letters are overwritten when it is dropped, and only [`Secret::reveal`] shows them.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// For whoever hands it on to the one that asks for it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Words without what stands before the `@` of an address in them: that may be a password.
pub fn without_passwords(words: &str) -> String {
    let mut safe = String::new();
    let mut rest = words;
    while let Some((before, after)) = rest.split_once("://") {
        safe.push_str(before);
        safe.push_str("://");
        let end = after.find(char::is_whitespace).unwrap_or(after.len());
        let (address, more) = after.split_at(end);
        safe.push_str(address.rsplit_once('@').map_or(address, |(_, place)| place));
        rest = more;
    }
    safe + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_not_shown_unless_somebody_says_so() {
        let secret = Secret::new("s3cret");
        assert_eq!(format!("{:?} {:#?}", Some(&secret), secret), "Some(Secret(…)) Secret(…)");
        assert_eq!(secret.reveal(), "s3cret");
    }
}
