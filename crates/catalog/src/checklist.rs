//! What an asset has, and what it lacks: what any listing should have, and what rules ask for before it is published.

use loggia_model::facts::{AssetFacts, AssetType, CheckStatus, FormTarget, RuleFacts};
use loggia_model::{Timestamp, Urn};

use crate::clock::now;
use crate::directory::Directory;
use crate::markdown;
use crate::metadata_forms::lacking;
use crate::{Catalog, DirectoryEntry, Permits};

/// What can be asked for. Each is counted on what shows of the asset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    Owner,
    /// So many characters, without marks.
    Description(u32),
    /// So many columns in a hundred with a description.
    Columns(u32),
    /// So many terms, of this glossary or of any.
    Terms(u32, Option<Urn>),
    /// Everything that this metadata form requires.
    Form(Urn),
    /// Data that changed within so many days.
    Fresh(u32),
    /// No check that failed or could not run.
    Checks,
    /// Columns and types that whatever makes it keeps to.
    Contract,
}

/// One line of the list.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    pub asked: Asked,
    pub is_met: bool,
    /// What there is, such as `12 of 40 characters`.
    pub there_is: String,
    /// The rules that ask for it; none where it is only good to have.
    pub by: Vec<AskedBy>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct AskedBy {
    /// `None` where whoever looks may not know of the rule.
    pub rule: Option<DirectoryEntry>,
    /// It only warns until then.
    pub from: Option<Timestamp>,
    /// What it asks for can be had by nobody any more, and so stands in nobody's way.
    pub is_void: bool,
}

/// What is good to have where no rule asks for more.
const GOOD: [Asked; 4] = [Asked::Description(40), Asked::Owner, Asked::Terms(1, None), Asked::Columns(80)];

impl AskedBy {
    fn blocks(&self) -> bool {
        self.from.is_none() && !self.is_void
    }

    /// As a sentence names it.
    pub fn name(&self) -> &str {
        self.rule.as_ref().map_or("that you may not see", |rule| &rule.name)
    }
}

impl Line {
    /// The rules that keep the asset from being published.
    pub fn blocking(&self) -> impl Iterator<Item = &AskedBy> {
        self.by.iter().filter(|by| !self.is_met && by.blocks())
    }

    /// Whether it keeps the asset from being published.
    pub fn blocks(&self) -> bool {
        self.blocking().next().is_some()
    }
}

impl Asked {
    /// As a list of such things calls it.
    pub fn title(&self) -> &'static str {
        match self {
            Self::Owner => "An owner",
            Self::Description(_) => "A description",
            Self::Columns(_) => "Columns that say what they mean",
            Self::Terms(..) => "Glossary terms",
            Self::Form(_) => "A metadata form",
            Self::Fresh(_) => "Fresh data",
            Self::Checks => "Checks that pass",
            Self::Contract => "A contract",
        }
    }

    /// Why nobody can have it, where nobody can.
    pub fn why_void(&self) -> &'static str {
        match self {
            Self::Form(_) => "asks for a metadata form that is gone, paused, or not asked for here",
            _ => "asks for terms of a glossary that is gone",
        }
    }

    /// The field of the asset's form where it is given.
    pub fn field(&self) -> &'static str {
        match self {
            Self::Owner => "owners",
            Self::Description(_) => "description",
            Self::Columns(_) => "columns",
            Self::Terms(..) => "terms",
            Self::Form(_) => "forms",
            Self::Fresh(_) => "freshness",
            Self::Checks => "quality",
            Self::Contract => "contract",
        }
    }

    /// What it is good for, in a sentence.
    pub fn good_for(&self) -> &'static str {
        match self {
            Self::Owner => {
                "So that whoever has a question knows whom to ask, and whoever wants access gets an answer."
            }
            Self::Description(_) => {
                "So that whoever finds it knows what one row is, and what it must not be used for."
            }
            Self::Columns(_) => "So that nobody has to guess what a column means from its name.",
            Self::Terms(..) => {
                "So that it is found in the words of the business, and not only by its technical name."
            }
            Self::Form(_) => "So that what everybody asks of it is answered once, and can be searched for.",
            Self::Fresh(_) => "So that nobody builds on data that has stopped coming.",
            Self::Checks => "So that what is published can be relied on.",
            Self::Contract => "So that no column goes, or becomes another, while others build on it.",
        }
    }

    /// What asks for more of the same thing takes the place of what asks for less.
    fn is_of_the_kind_of(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Form(one), Self::Form(other)) => one == other,
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }
}

impl Catalog {
    /// The whole list for an asset, by what shows of it; what rules ask for first.
    pub(crate) fn checklist(&self, permits: &Permits, facts: &AssetFacts, unit: Option<&Urn>) -> Vec<Line> {
        let above = unit.map(|unit| self.directory.and_above(unit)).unwrap_or_default();
        let mut lines: Vec<Line> = Vec::new();
        for (urn, rule) in self.directory.rules() {
            if !self.speaks_of(&rule, facts, &above) {
                continue;
            }
            for asked in asked_by(&rule) {
                let by = AskedBy {
                    rule: self.named(permits, &urn),
                    from: rule.enforced_from.filter(|from| *from > now()),
                    is_void: self.is_void(&asked, &above),
                };
                match lines.iter_mut().find(|line| line.asked == asked) {
                    Some(line) => line.by.push(by),
                    None => lines.push(self.line(permits, asked, facts, vec![by])),
                }
            }
        }
        let forms = self.forms_that_require(permits, &above).map(Asked::Form);
        for good in GOOD.into_iter().chain(forms) {
            let is_asked = lines.iter().any(|line| line.asked.is_of_the_kind_of(&good));
            let is_about_something = good != Asked::Columns(80) || !facts.columns.is_empty();
            if !is_asked && is_about_something {
                lines.push(self.line(permits, good, facts, Vec::new()));
            }
        }
        lines
    }

    /// Whether a rule is for this asset, which stands in the first of these units and so in all of them.
    pub(crate) fn speaks_of(&self, rule: &RuleFacts, facts: &AssetFacts, units: &[Urn]) -> bool {
        let asset_type = facts.asset_type.unwrap_or(AssetType::Table);
        rule.paused != Some(true)
            && rule.unit.as_ref().is_none_or(|unit| units.contains(&self.directory.resolve(unit)))
            && rule.project.as_ref().is_none_or(|project| facts.project.as_ref() == Some(project))
            && rule.asset_type.is_none_or(|wanted| asset_type == wanted)
    }

    /// Whether it can be had by nobody of what stands in these units, such as a term of a glossary that is gone, or a form
    /// that is not asked there.
    pub(crate) fn is_void(&self, asked: &Asked, units: &[Urn]) -> bool {
        match asked {
            Asked::Terms(_, Some(glossary)) => self.directory.entry(glossary).is_none(),
            Asked::Form(form) => {
                let facts = self.directory.form(form);
                facts.is_none_or(|facts| !self.is_asked(&facts, FormTarget::Asset, units))
            }
            _ => false,
        }
    }

    fn line(&self, permits: &Permits, asked: Asked, facts: &AssetFacts, by: Vec<AskedBy>) -> Line {
        let (is_met, mut there_is) = answer(&self.directory, &asked, facts);
        if let Asked::Terms(_, Some(glossary)) = &asked {
            let name = self.named(permits, glossary).map(|glossary| glossary.name);
            there_is = format!("{there_is} of {}", name.unwrap_or_else(|| "one glossary".to_owned()));
        }
        if let Asked::Form(form) = &asked {
            let name = self.named(permits, form).map(|form| form.name);
            there_is = match name {
                Some(name) => format!("{name}: {there_is}"),
                None if is_met => "a form that you may not see is filled in".to_owned(),
                None => "something of a form that you may not see".to_owned(),
            };
        }
        Line { asked, is_met, there_is, by }
    }

    /// The forms that ask for something that is required of an asset in these units.
    fn forms_that_require(&self, permits: &Permits, units: &[Urn]) -> impl Iterator<Item = Urn> {
        let mut forms = self.directory.forms();
        forms.retain(|(urn, facts)| {
            self.is_asked(facts, FormTarget::Asset, units)
                && facts.fields().any(|(_, field)| field.required)
                && self.may_know(permits, urn)
        });
        forms.into_iter().map(|(urn, _)| urn)
    }
}

/// Each thing that a rule asks for.
pub(crate) fn asked_by(rule: &RuleFacts) -> Vec<Asked> {
    let least = |number: Option<u32>| number.filter(|number| *number > 0);
    let mut asked = Vec::new();
    asked.extend(least(rule.description_length).map(Asked::Description));
    asked.extend((rule.owner == Some(true)).then_some(Asked::Owner));
    asked.extend(least(rule.terms).map(|terms| Asked::Terms(terms, rule.glossary.clone())));
    asked.extend(rule.form.clone().map(Asked::Form));
    asked.extend(least(rule.described_columns).map(Asked::Columns));
    asked.extend(least(rule.fresh_days).map(Asked::Fresh));
    asked.extend((rule.checks_pass == Some(true)).then_some(Asked::Checks));
    asked.extend((rule.contract == Some(true)).then_some(Asked::Contract));
    asked
}

/// Whether an asset has it, and what there is.
pub(crate) fn answer(directory: &Directory, asked: &Asked, facts: &AssetFacts) -> (bool, String) {
    match asked {
        Asked::Owner => match facts.owners.as_ref().map_or(0, Vec::len) {
            0 => (false, "nobody is named".to_owned()),
            1 => (true, "one person".to_owned()),
            some => (true, format!("{some} people")),
        },
        Asked::Description(least) => {
            let length = facts.description.as_deref().map_or(0, |text| markdown::plain(text).chars().count());
            (length as u64 >= u64::from(*least), format!("{length} of {least} characters"))
        }
        Asked::Columns(percent) => {
            let all = facts.columns.len();
            let described = facts.columns.values().filter(|column| column.description.is_some()).count();
            let is_met = described as u64 * 100 >= all as u64 * u64::from((*percent).min(100));
            (is_met, format!("{described} of {all} columns are described; {percent} in a hundred are wanted"))
        }
        Asked::Terms(least, glossary) => {
            let is_of = |term: &Urn| {
                let entry = directory.entry(&directory.resolve(term));
                entry.is_some_and(|entry| glossary.is_none() || entry.glossary == *glossary)
            };
            let count = facts.terms.put.iter().filter(|term| is_of(term)).count();
            (count as u64 >= u64::from(*least), format!("{count} of {least} terms"))
        }
        Asked::Form(form) => match lacking(directory, form, &facts.forms) {
            // Nobody can fill it in: the rule is void.
            None => (false, "it is gone, or paused".to_owned()),
            Some(lacking) if lacking.is_empty() => (true, "filled in".to_owned()),
            Some(lacking) => (false, format!("{} to be filled in", lacking.join(", "))),
        },
        Asked::Fresh(days) => match facts.data_changed_at {
            Some(at) => {
                let is_met = at >= now().plus_seconds(-86_400 * i64::from(*days));
                (is_met, format!("the data is of {}; it may be {days} days old", at.date()))
            }
            None => (false, "nobody knows when the data last changed".to_owned()),
        },
        Asked::Checks => {
            let is_bad = |status: CheckStatus| matches!(status, CheckStatus::Fail | CheckStatus::Error);
            let bad = facts.checks.iter().filter(|check| is_bad(check.status)).count();
            (bad == 0, format!("{bad} of {} checks failed", facts.checks.len()))
        }
        Asked::Contract if facts.contract == Some(true) => (true, "it is enforced".to_owned()),
        Asked::Contract => {
            (false, "its source tells of none that is enforced, such as that of a dbt model".to_owned())
        }
    }
}
