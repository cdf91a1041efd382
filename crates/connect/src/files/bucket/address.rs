//! Which bucket, which part of it, and what opens it.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// `s3://bucket/prefix`, `gs://bucket/prefix`, `abfss://container@account.dfs.core.windows.net/prefix`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BucketAddress {
    pub(super) scheme: Scheme,
    /// The bucket, or what stands for it.
    authority: String,
    /// Without slashes around it; empty for all that is in the bucket.
    pub prefix: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Scheme {
    S3,
    Gs,
    Abfss,
}

const SCHEMES: [(&str, Scheme); 4] =
    [("s3", Scheme::S3), ("s3a", Scheme::S3), ("gs", Scheme::Gs), ("abfss", Scheme::Abfss)];

impl BucketAddress {
    /// Without the prefix: what OpenLineage names the tables of a bucket in (spec/Naming.md).
    pub fn root(&self) -> String {
        format!("{}://{}", self.scheme.as_str(), self.authority)
    }

    /// Whether a key is at or below the prefix.
    pub fn may_hold(&self, key: &str) -> bool {
        Path::new(key).starts_with(&self.prefix)
    }
}

impl Scheme {
    fn as_str(self) -> &'static str {
        match self {
            Self::S3 => "s3",
            Self::Gs => "gs",
            Self::Abfss => "abfss",
        }
    }
}

impl fmt::Display for BucketAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let root = self.root();
        if self.prefix.is_empty() { f.write_str(&root) } else { write!(f, "{root}/{}", self.prefix) }
    }
}

/// What is wrong with an address. It is not repeated: it may have a password in it.
#[derive(Debug, thiserror::Error)]
#[error("the address of the bucket {0}")]
pub struct AddressError(&'static str);

impl FromStr for BucketAddress {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, AddressError> {
        let known = text.split_once("://").and_then(|(scheme, rest)| {
            let (_, scheme) = SCHEMES.iter().find(|(name, _)| *name == scheme)?;
            Some((*scheme, rest))
        });
        let Some((scheme, rest)) = known else {
            return Err(AddressError(
                "is none: write s3://BUCKET/PREFIX, gs://… or abfss://CONTAINER@ACCOUNT.dfs.core.windows.net/…",
            ));
        };
        let (authority, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
        let names: Vec<&str> = authority.split('@').collect();
        let expected = if scheme == Scheme::Abfss { 2 } else { 1 };
        if names.len() != expected || names.iter().any(|name| name.is_empty() || !name.bytes().all(is_plain))
        {
            return Err(AddressError(
                "names a bucket that cannot be: it has letters, digits, '.', '-' and '_' alone",
            ));
        }
        let prefix = prefix.trim_end_matches('/');
        if object_store::path::Path::parse(prefix).is_err() || prefix.starts_with('/') {
            return Err(AddressError("has a prefix that cannot be: an empty name, '.' or '..' is in it"));
        }
        Ok(Self { scheme, authority: authority.to_owned(), prefix: prefix.to_owned() })
    }
}

/// What opens a bucket: object_store's own options, by their names. Handed from process to process, never kept;
/// no value is in its `Debug`.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Access(BTreeMap<String, String>);

impl Access {
    pub fn with(mut self, key: &str, value: impl Into<String>) -> Self {
        self.0.insert(key.to_owned(), value.into());
        self
    }

    /// Those that are options of such a store.
    pub(super) fn parsed<K: FromStr>(&self) -> impl Iterator<Item = (K, String)> {
        self.0.iter().filter_map(|(key, value)| Some((key.parse().ok()?, value.clone())))
    }
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.0.keys()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_bucket_and_a_prefix() {
        for (text, shown, root, prefix) in [
            ("s3://bank", "s3://bank", "s3://bank", ""),
            ("s3a://bank/sales/2026/", "s3://bank/sales/2026", "s3://bank", "sales/2026"),
            ("gs://bank/día 1", "gs://bank/día 1", "gs://bank", "día 1"),
            (
                "abfss://raw@bank.dfs.core.windows.net/x",
                "abfss://raw@bank.dfs.core.windows.net/x",
                "abfss://raw@bank.dfs.core.windows.net",
                "x",
            ),
        ] {
            let address: BucketAddress = text.parse().unwrap();
            assert_eq!((address.to_string().as_str(), address.root().as_str()), (shown, root));
            assert_eq!(address.prefix, prefix);
        }
        for text in [
            "bank",
            "http://bank",
            "s3://",
            "s3:///x",
            "s3://key:s3cret@bank/x",
            "s3://b/a//b",
            "s3://b/../c",
        ] {
            let why = text.parse::<BucketAddress>().unwrap_err().to_string();
            assert!(!why.contains("s3cret"), "{why}");
        }
    }

    #[test]
    fn access_does_not_show_what_it_holds() {
        let access = Access::default().with("aws_secret_access_key", "s3cret");
        assert_eq!(format!("{access:?}"), "{\"aws_secret_access_key\"}");
    }
}
