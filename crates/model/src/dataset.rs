//! The name of a dataset as OpenLineage's Naming specification has it: a namespace that says where
//! (`postgres://host:port`, `s3://bucket`, `file`) and a name that says which.

use std::fmt;

use crate::ParseError;

#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct DatasetName {
    namespace: String,
    name: String,
}

impl DatasetName {
    /// # Errors
    /// Where either part is empty, has blanks at its ends or control characters, or both are too long.
    pub fn new(namespace: impl Into<String>, name: impl Into<String>) -> Result<Self, ParseError> {
        let (namespace, name) = (namespace.into(), name.into());
        check("dataset namespace", &namespace)?;
        check("dataset name", &name)?;
        Ok(Self { namespace, name })
    }

    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    /// The last part of the name, which is what people call the thing: `accounts` of
    /// `core.public.accounts`, `2026` of `/landing/2026`.
    pub fn short(&self) -> &str {
        let trimmed = self.name.trim_end_matches('/');
        trimmed.rsplit(['.', '/']).find(|part| !part.is_empty()).unwrap_or(trimmed)
    }
}

impl fmt::Display for DatasetName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.namespace, self.name)
    }
}

fn check(what: &'static str, text: &str) -> Result<(), ParseError> {
    if text.is_empty() {
        return Err(ParseError::new(what, text, "is empty"));
    }
    if text.len() > 600 {
        return Err(ParseError::new(what, text, "is longer than 600 bytes"));
    }
    if text.trim() != text || text.chars().any(char::is_control) {
        return Err(ParseError::new(what, text, "has blanks at an end, or control characters"));
    }
    Ok(())
}
