//! What a PATCH (RFC 7644, section 3.5.2) asks to be changed, one after the other.

use std::collections::HashSet;

use loggia_model::ActorKey;

use super::words::{Email, GroupWords, MOST_EMAILS, PersonName, UserWords};

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserEdit {
    UserName(String),
    ExternalId(Option<String>),
    DisplayName(Option<String>),
    Title(Option<String>),
    Active(Option<bool>),
    /// The parts that are said; the others stay.
    Name(PersonName),
    NoName,
    NamePart(NamePart, Option<String>),
    /// In place of all.
    Emails(Vec<Email>),
    AddEmails(Vec<Email>),
    /// Where there is none of that choice, one is added.
    SetEmail {
        which: EmailChoice,
        value: Option<String>,
        primary: Option<bool>,
    },
    RemoveEmails(EmailChoice),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NamePart {
    Formatted,
    Family,
    Given,
}

/// Upper and lower case are one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EmailChoice {
    Type(String),
    Value(String),
    Primary,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupEdit {
    DisplayName(String),
    ExternalId(Option<String>),
    Add(Vec<ActorKey>),
    /// Who is not in it may be named.
    Remove(Vec<ActorKey>),
    /// In place of all.
    Members(Vec<ActorKey>),
}

impl UserEdit {
    pub(super) fn apply(self, words: &mut UserWords) {
        match self {
            Self::UserName(name) => words.user_name = name,
            Self::ExternalId(id) => words.external_id = id,
            Self::DisplayName(name) => words.display_name = name,
            Self::Title(title) => words.title = title,
            Self::Active(active) => words.active = active,
            Self::Name(parts) => {
                let name = words.name.get_or_insert_default();
                name.formatted = parts.formatted.or(name.formatted.take());
                name.family_name = parts.family_name.or(name.family_name.take());
                name.given_name = parts.given_name.or(name.given_name.take());
            }
            Self::NoName => words.name = None,
            Self::NamePart(part, text) => {
                let name = words.name.get_or_insert_default();
                match part {
                    NamePart::Formatted => name.formatted = text,
                    NamePart::Family => name.family_name = text,
                    NamePart::Given => name.given_name = text,
                }
                if *name == PersonName::default() {
                    words.name = None;
                }
            }
            Self::Emails(emails) => words.emails = emails,
            // More than may be are not compared with each other: they are refused as a whole.
            Self::AddEmails(emails) if words.emails.len() + emails.len() > MOST_EMAILS * 2 => {
                words.emails.extend(emails);
            }
            Self::AddEmails(emails) => emails.into_iter().for_each(|email| add(&mut words.emails, email)),
            Self::SetEmail { which, value, primary } => set(&mut words.emails, &which, value, primary),
            Self::RemoveEmails(which) => words.emails.retain(|email| !which.holds(email)),
        }
    }
}

impl EmailChoice {
    fn holds(&self, email: &Email) -> bool {
        match self {
            Self::Type(kind) => {
                email.kind.as_ref().is_some_and(|own| own.to_lowercase() == kind.to_lowercase())
            }
            Self::Value(value) => email.value.to_lowercase() == value.to_lowercase(),
            Self::Primary => email.primary == Some(true),
        }
    }

    /// One that it holds of.
    fn made(&self) -> Email {
        match self {
            Self::Type(kind) => Email { kind: Some(kind.clone()), ..Email::default() },
            Self::Value(value) => Email { value: value.clone(), ..Email::default() },
            Self::Primary => Email { primary: Some(true), ..Email::default() },
        }
    }
}

/// What is there already is not there twice; the primary is one.
fn add(emails: &mut Vec<Email>, email: Email) {
    emails
        .retain(|known| known.kind != email.kind || known.value.to_lowercase() != email.value.to_lowercase());
    if email.primary == Some(true) {
        no_primary(emails);
    }
    emails.push(email);
}

fn set(emails: &mut Vec<Email>, which: &EmailChoice, value: Option<String>, primary: Option<bool>) {
    let place = emails.iter().position(|email| which.holds(email));
    if primary == Some(true) {
        no_primary(emails);
    }
    let changed = |email: &mut Email| {
        if let Some(value) = &value {
            email.value.clone_from(value);
        }
        email.primary = primary.or(email.primary);
    };
    match place.and_then(|place| emails.get_mut(place)) {
        Some(email) => changed(email),
        None => {
            let mut email = which.made();
            changed(&mut email);
            add(emails, email);
        }
    }
}

fn no_primary(emails: &mut [Email]) {
    for email in emails.iter_mut().filter(|email| email.primary == Some(true)) {
        email.primary = Some(false);
    }
}

impl GroupEdit {
    /// What comes after each other and adds, or takes away, in one.
    pub(super) fn together(edits: Vec<Self>) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::with_capacity(edits.len());
        for edit in edits {
            match (all.last_mut(), edit) {
                (Some(Self::Add(before)), Self::Add(more))
                | (Some(Self::Remove(before)), Self::Remove(more)) => {
                    before.extend(more);
                }
                (_, edit) => all.push(edit),
            }
        }
        all
    }

    pub(super) fn apply(self, words: &mut GroupWords) {
        match self {
            Self::DisplayName(name) => words.display_name = name,
            Self::ExternalId(id) => words.external_id = id,
            Self::Members(members) => words.members = once_each(members),
            Self::Add(members) => {
                let mut all = std::mem::take(&mut words.members);
                all.extend(members);
                words.members = once_each(all);
            }
            Self::Remove(members) => {
                let gone: HashSet<ActorKey> = members.into_iter().collect();
                words.members.retain(|member| !gone.contains(member));
            }
        }
    }
}

/// In the order in which they were first named.
pub(super) fn once_each(mut members: Vec<ActorKey>) -> Vec<ActorKey> {
    let mut seen = HashSet::with_capacity(members.len());
    members.retain(|member| seen.insert(member.clone()));
    members
}
