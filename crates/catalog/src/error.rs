//! What a use case can answer instead of what was asked.
//!
//! `NotFound` for what is not there, or what the actor may not know to be there; `Forbidden` for what the actor
//! may know of and may not do, `Invalid` for what the caller can put right field by field,
//! `Conflict` where somebody was faster, `Taken` where what is to be one's alone is another's, `Refused` for what cannot be done at all and why; the other two
//! are the machine's troubles.

use loggia_model::{Difference, Urn};

use crate::access::Forbidden;
use crate::ports::{AppendError, Conflict, IndexError, StoreError};

pub type Result<T> = std::result::Result<T, CatalogError>;

#[derive(Debug, thiserror::Error)]
pub enum CatalogError {
    #[error("there is no {0} in this catalog")]
    NotFound(String),
    #[error("{}", list(.0))]
    Invalid(Vec<FieldError>),
    #[error(transparent)]
    Conflict(Box<Conflict>),
    #[error("{0}")]
    Taken(String),
    #[error("{0}")]
    Refused(String),
    #[error("{0}")]
    Forbidden(Box<Forbidden>),
    /// For a moment, nobody can tell.
    #[error("{0}")]
    Busy(String),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Index(#[from] IndexError),
}

/// What is wrong with one field of a form or file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    pub field: String,
    pub message: String,
}

impl CatalogError {
    pub fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::Invalid(vec![FieldError { field: field.into(), message: message.into() }])
    }

    pub fn no(urn: &Urn) -> Self {
        Self::NotFound(urn.to_string())
    }

    pub(crate) fn moved(fields: &[Difference]) -> Self {
        let names: Vec<String> = fields.iter().map(|field| field.path.join(" › ")).collect();
        Self::Refused(format!(
            "this was changed again since, so it cannot be taken back by itself: {}; restore an earlier revision instead",
            names.join(", ")
        ))
    }
}

/// What is wrong with a form, gathered field by field: who corrects one thing should not be told the next
/// only then.
#[derive(Debug, Default)]
pub(crate) struct Wrong(Vec<FieldError>);

impl Wrong {
    /// What a field says, or nothing where it is wrong; that is told by [`Wrong::settled`].
    pub fn unless<T: Default>(&mut self, field: Result<T>) -> Result<T> {
        match field {
            Err(CatalogError::Invalid(errors)) => {
                self.0.extend(errors);
                Ok(T::default())
            }
            other => other,
        }
    }

    pub fn settled(mut self) -> Result<()> {
        let mut known = Vec::with_capacity(self.0.len());
        self.0.retain(|error| {
            let is_new = !known.contains(error);
            known.extend(is_new.then(|| error.clone()));
            is_new
        });
        if self.0.is_empty() { Ok(()) } else { Err(CatalogError::Invalid(self.0)) }
    }
}

impl From<AppendError> for CatalogError {
    fn from(error: AppendError) -> Self {
        match error {
            AppendError::Conflict(conflict) => Self::Conflict(conflict),
            AppendError::Store(error) => Self::Store(error),
        }
    }
}

fn list(errors: &[FieldError]) -> String {
    let lines: Vec<String> =
        errors.iter().map(|error| format!("{}: {}", error.field, error.message)).collect();
    lines.join("; ")
}
