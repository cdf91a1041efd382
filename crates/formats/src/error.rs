//! Why a whole text cannot be read. What spoils only one thing in it is a [`Refused`](crate::Refused).

use loggia_model::ParseError;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// Line and column count from 1, the column in bytes.
    #[error("{file}: line {line} column {column}: {wrong}")]
    Text { file: String, line: usize, column: usize, wrong: String },
    /// The caller's, not the file's.
    #[error("the namespace for the tables cannot be used: {0}")]
    Namespace(ParseError),
}
