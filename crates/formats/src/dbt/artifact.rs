//! The envelope that all of dbt's artifacts share: `metadata`, and beside it large sections.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::Artifact;
use crate::text::Text;
use crate::{FormatError, Refused};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Manifest,
    Catalog,
    RunResults,
    Sources,
}

impl Kind {
    const ALL: [Self; 4] = [Self::Manifest, Self::Catalog, Self::RunResults, Self::Sources];

    /// As `dbt_schema_version` has it.
    fn in_schema(self) -> &'static str {
        match self {
            Self::Manifest => "manifest",
            Self::Catalog => "catalog",
            Self::RunResults => "run-results",
            Self::Sources => "sources",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Manifest => "manifest",
            Self::Catalog => "catalog",
            Self::RunResults => "run_results file",
            Self::Sources => "sources file",
        }
    }

    /// The oldest and the newest schema that is read.
    fn versions(self) -> (u32, u32) {
        match self {
            Self::Manifest => (5, 12),
            Self::Catalog => (1, 1),
            Self::RunResults => (4, 6),
            Self::Sources => (1, 3),
        }
    }
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, expecting = "an object")]
pub struct Metadata {
    pub adapter_type: Option<String>,
    pub project_name: Option<String>,
    pub generated_at: Option<String>,
}

/// The sections of all four kinds; each kind has some of them.
#[derive(Deserialize)]
#[serde(expecting = "an object, which every dbt artifact is")]
pub struct Sections<'a> {
    #[serde(borrow)]
    pub metadata: Option<&'a RawValue>,
    #[serde(borrow)]
    pub nodes: Option<&'a RawValue>,
    #[serde(borrow)]
    pub sources: Option<&'a RawValue>,
    #[serde(borrow)]
    pub exposures: Option<&'a RawValue>,
    #[serde(borrow)]
    pub groups: Option<&'a RawValue>,
    #[serde(borrow)]
    pub unit_tests: Option<&'a RawValue>,
    #[serde(borrow)]
    pub metrics: Option<&'a RawValue>,
    #[serde(borrow)]
    pub semantic_models: Option<&'a RawValue>,
    #[serde(borrow)]
    pub saved_queries: Option<&'a RawValue>,
    #[serde(borrow)]
    pub results: Option<&'a RawValue>,
    #[serde(borrow)]
    pub args: Option<&'a RawValue>,
}

pub struct Document<'a> {
    text: Text<'a>,
    pub metadata: Metadata,
    pub sections: Sections<'a>,
}

impl<'a> Document<'a> {
    pub fn open(artifact: Artifact<'a>, wanted: Kind) -> Result<Self, FormatError> {
        let text = Text::open(artifact.file, artifact.bytes)?;
        let sections: Sections<'a> = text.object(None)?;
        check_kind(&text, sections.metadata, wanted)?;
        let metadata = sections.metadata.map(|part| text.object(Some(part))).transpose()?.unwrap_or_default();
        Ok(Self { text, metadata, sections })
    }

    /// Every entry of a section whose name is `wanted`. Those that are not what they should be are refused.
    pub fn entries<T: Deserialize<'a>>(
        &self,
        section: Option<&'a RawValue>,
        wanted: impl Fn(&str) -> bool,
        refused: &mut Vec<Refused>,
    ) -> Result<BTreeMap<String, T>, FormatError> {
        let Some(section) = section else { return Ok(BTreeMap::new()) };
        let parts: BTreeMap<String, &'a RawValue> = self.text.object(Some(section))?;
        let mut entries = BTreeMap::new();
        for (name, part) in parts.into_iter().filter(|(name, _)| wanted(name)) {
            match self.text.object(Some(part)) {
                Ok(entry) => {
                    entries.insert(name, entry);
                }
                Err(error) => refused.push(Refused::new(name, error)),
            }
        }
        Ok(entries)
    }

    /// The list `results`; an entry that is not what it should be is refused by its `unique_id`.
    pub fn results<T: Deserialize<'a>>(&self, refused: &mut Vec<Refused>) -> Result<Vec<T>, FormatError> {
        #[derive(Deserialize)]
        struct Named {
            unique_id: String,
        }
        let Some(section) = self.sections.results else { return Ok(Vec::new()) };
        let parts: Vec<&'a RawValue> = self.text.part(section)?;
        let mut results = Vec::with_capacity(parts.len());
        for (index, part) in parts.into_iter().enumerate() {
            match self.text.object(Some(part)) {
                Ok(result) => results.push(result),
                Err(error) => {
                    let named = self.text.object::<Named>(Some(part)).map(|named| named.unique_id);
                    let what =
                        named.unwrap_or_else(|_| format!("result {} of {}", index + 1, self.text.file()));
                    refused.push(Refused::new(what, error));
                }
            }
        }
        Ok(results)
    }

    /// The command that wrote it: `build`, `test`, `generate`. Old versions do not always say.
    pub fn command(&self) -> Option<String> {
        #[derive(Deserialize)]
        struct Args {
            which: Option<String>,
        }
        let args: Option<Args> = self.sections.args.and_then(|part| self.text.object(Some(part)).ok());
        args?.which
    }

    pub fn file(&self) -> &'a str {
        self.text.file()
    }

    pub fn wrong_metadata(&self, wrong: &str) -> FormatError {
        self.text.wrong(self.sections.metadata, wrong)
    }
}

fn check_kind<'a>(text: &Text<'a>, metadata: Option<&'a RawValue>, wanted: Kind) -> Result<(), FormatError> {
    #[derive(Deserialize)]
    #[serde(expecting = "an object")]
    struct Head<'a> {
        #[serde(borrow)]
        dbt_schema_version: Option<&'a RawValue>,
    }
    let head: Option<Head<'a>> = metadata.map(|part| text.object(Some(part))).transpose()?;
    let Some(place) = head.and_then(|head| head.dbt_schema_version) else {
        let wrong = "there is no metadata.dbt_schema_version, which every dbt artifact has: is this dbt's?";
        return Err(text.wrong(metadata, wrong));
    };
    let schema: String = text.part(place)?;
    let Some((kind, version)) = kind_and_version(&schema) else {
        let wrong = format!(
            "dbt_schema_version '{schema}' does not end in a kind and a version such as manifest/v12.json"
        );
        return Err(text.wrong(Some(place), wrong));
    };
    let title = wanted.title();
    if kind != wanted.in_schema() {
        let known = Kind::ALL.into_iter().find(|known| known.in_schema() == kind);
        let found = known.map_or_else(|| kind.to_owned(), |known| known.title().to_owned());
        return Err(text.wrong(Some(place), format!("this is a dbt {found}, not a {title}")));
    }
    let (oldest, newest) = wanted.versions();
    let wrong = match version {
        old if old < oldest => {
            format!("{title} schema v{old} is older than v{oldest}, the oldest that can be read")
        }
        new if new > newest => {
            format!("{title} schema v{new} is newer than v{newest}, the newest that can be read")
        }
        _ => return Ok(()),
    };
    Err(text.wrong(Some(place), wrong))
}

/// `manifest` and 12 of `https://schemas.getdbt.com/dbt/manifest/v12.json`.
fn kind_and_version(schema: &str) -> Option<(&str, u32)> {
    let (rest, file) = schema.rsplit_once('/')?;
    let version = file.strip_prefix('v')?.strip_suffix(".json")?.parse().ok()?;
    Some((rest.rsplit('/').next()?, version))
}
