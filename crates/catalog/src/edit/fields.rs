//! The fields that can be edited in place, in the words of a form.

use loggia_model::facts::{AssetFacts, Document};
use loggia_model::{ColumnPath, Layered, Source};

use super::short_text;
use crate::{CatalogError, Result};

/// Documents of one asset: who has more keeps a page of them.
const MOST_DOCUMENTS: usize = 30;

/// One field of an asset, in the words of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AssetEdit {
    /// Empty takes the person's word away, and the source's shows again.
    Name(String),
    Description(String),
    Unit(String),
    /// Names or addresses, separated by commas.
    Owners(String),
    Tags(String),
    /// Names of terms, separated by commas.
    Terms(String),
    Project(String),
    /// One a line: what it is called, and the address of its page.
    Documents(String),
    /// People and groups, separated by commas; the two that follow alike.
    Responsible(String),
    Consulted(String),
    Informed(String),
}

/// One field of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnEdit {
    Name(String),
    Description(String),
    Tags(String),
    Terms(String),
}

/// One field of an asset or, with a path, of one of its columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    Asset(AssetEdit),
    Column(ColumnPath, ColumnEdit),
}

impl Edit {
    /// Of a column where `column` is not empty.
    ///
    /// # Errors
    /// `Invalid` where there is no such field, or the path is none.
    pub fn of(column: &str, field: &str, value: String) -> Result<Self> {
        let unknown = || CatalogError::invalid("field", format!("'{field}' cannot be edited"));
        if column.is_empty() {
            return Ok(Self::Asset(match field {
                "name" => AssetEdit::Name(value),
                "description" => AssetEdit::Description(value),
                "unit" => AssetEdit::Unit(value),
                "owners" => AssetEdit::Owners(value),
                "tags" => AssetEdit::Tags(value),
                "terms" => AssetEdit::Terms(value),
                "documents" => AssetEdit::Documents(value),
                "project" => AssetEdit::Project(value),
                "responsible" => AssetEdit::Responsible(value),
                "consulted" => AssetEdit::Consulted(value),
                "informed" => AssetEdit::Informed(value),
                _ => return Err(unknown()),
            }));
        }
        let path = column.parse().map_err(|error| CatalogError::invalid("column", format!("{error}")))?;
        let edit = match field {
            "name" => ColumnEdit::Name(value),
            "description" => ColumnEdit::Description(value),
            "tags" => ColumnEdit::Tags(value),
            "terms" => ColumnEdit::Terms(value),
            _ => return Err(unknown()),
        };
        Ok(Self::Column(path, edit))
    }

    /// Where it stands in what shows of an asset.
    pub fn place(&self) -> Vec<&str> {
        match self {
            Self::Asset(edit) => vec![edit.field()],
            Self::Column(path, edit) => vec!["columns", path.as_str(), edit.field()],
        }
    }
}

impl AssetEdit {
    /// Labels may be taken away one and all; of the other fields, a person can only take back the own word.
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Name(text)
            | Self::Description(text)
            | Self::Unit(text)
            | Self::Owners(text)
            | Self::Project(text)
            | Self::Documents(text)
            | Self::Responsible(text)
            | Self::Consulted(text)
            | Self::Informed(text) => text.trim().is_empty(),
            Self::Tags(_) | Self::Terms(_) => false,
        }
    }

    pub fn field(&self) -> &'static str {
        match self {
            Self::Name(_) => "name",
            Self::Description(_) => "description",
            Self::Unit(_) => "unit",
            Self::Owners(_) => "owners",
            Self::Tags(_) => "tags",
            Self::Terms(_) => "terms",
            Self::Project(_) => "project",
            Self::Documents(_) => "documents",
            Self::Responsible(_) => "responsible",
            Self::Consulted(_) => "consulted",
            Self::Informed(_) => "informed",
        }
    }
}

impl ColumnEdit {
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Name(text) | Self::Description(text) => text.trim().is_empty(),
            Self::Tags(_) | Self::Terms(_) => false,
        }
    }

    pub fn field(&self) -> &'static str {
        match self {
            Self::Name(_) => "name",
            Self::Description(_) => "description",
            Self::Tags(_) => "tags",
            Self::Terms(_) => "terms",
        }
    }
}

/// Whether what shows is a source's word, and no person has said another.
pub(super) fn is_a_sources(layers: &Layered<AssetFacts>, field: &str) -> bool {
    let states = |facts: &AssetFacts| match field {
        "name" => facts.name.is_some(),
        "description" => facts.description.is_some(),
        "unit" => facts.unit.is_some(),
        "owners" => facts.owners.is_some(),
        "project" => facts.project.is_some(),
        "documents" => facts.documents.is_some(),
        "responsible" => facts.responsible.is_some(),
        "consulted" => facts.consulted.is_some(),
        "informed" => facts.informed.is_some(),
        _ => false,
    };
    layers.source_of(states).is_some_and(|(source, _)| *source != Source::person())
}

pub(super) fn is_a_sources_of_column(layers: &Layered<AssetFacts>, path: &ColumnPath, field: &str) -> bool {
    let states = |facts: &AssetFacts| {
        facts.columns.get(path).is_some_and(|column| match field {
            "name" => column.name.is_some(),
            "description" => column.description.is_some(),
            _ => false,
        })
    };
    layers.source_of(states).is_some_and(|(source, _)| *source != Source::person())
}

/// One a line, `The design of it https://wiki.example/design`; an address alone is called by itself.
pub(super) fn documents(field: &str, text: &str) -> Result<Vec<Document>> {
    let mut documents = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (title, url) = line.rsplit_once(char::is_whitespace).unwrap_or(("", line));
        let title = short_text(field, title)?;
        let document = Document { title: title.unwrap_or_else(|| url.to_owned()), url: url.to_owned() };
        if !document.is_sound() {
            let short: String = line.chars().take(80).collect();
            let message = format!(
                "has the line '{short}', which does not end with the address of a page, such as https://example.org/page"
            );
            return Err(CatalogError::invalid(field, message));
        }
        documents.push(document);
    }
    if documents.len() > MOST_DOCUMENTS {
        let message =
            format!("are {}, and may be {MOST_DOCUMENTS}: lead to a page that has them all", documents.len());
        return Err(CatalogError::invalid(field, message));
    }
    Ok(documents)
}
