//! What a directory says of people and groups, in the words of RFC 7643, section 4: what it gets back as it said it.

use loggia_model::ActorKey;
use serde::{Deserialize, Serialize};

use crate::accounts::plain;
use crate::newcomers::Called;
use crate::{CatalogError, Result};

/// Characters of a text.
const LONGEST: usize = 400;
/// Characters of a group's name: as any name here.
const LONGEST_NAME: usize = 200;
pub(super) const MOST_EMAILS: usize = 20;

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct UserWords {
    pub user_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub external_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<PersonName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub emails: Vec<Email>,
    /// `None`: the directory says nothing of it, and the account stays as it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, deny_unknown_fields)]
pub struct PersonName {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub formatted: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub family_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given_name: Option<String>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Email {
    pub value: String,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub primary: Option<bool>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GroupWords {
    pub display_name: String,
    pub external_id: Option<String>,
    pub members: Vec<ActorKey>,
}

impl UserWords {
    /// As names are compared: upper and lower case are one.
    pub(super) fn key(&self) -> String {
        plain(&self.user_name)
    }

    /// # Errors
    /// `Invalid` names the attributes that cannot be kept.
    pub(super) fn check(&self) -> Result<()> {
        if self.key().is_empty() {
            return Err(CatalogError::invalid("userName", "is missing or empty"));
        }
        text("userName", Some(&self.user_name))?;
        text("externalId", self.external_id.as_ref())?;
        text("displayName", self.display_name.as_ref())?;
        text("title", self.title.as_ref())?;
        if let Some(name) = &self.name {
            text("name.formatted", name.formatted.as_ref())?;
            text("name.familyName", name.family_name.as_ref())?;
            text("name.givenName", name.given_name.as_ref())?;
        }
        if self.emails.len() > MOST_EMAILS {
            let message = format!("are {}: somebody has {MOST_EMAILS} at most", self.emails.len());
            return Err(CatalogError::invalid("emails", message));
        }
        for email in &self.emails {
            if email.value.trim().is_empty() {
                return Err(CatalogError::invalid("emails.value", "is missing or empty"));
            }
            text("emails.value", Some(&email.value))?;
            text("emails.type", email.kind.as_ref())?;
        }
        if self.emails.iter().filter(|email| email.primary == Some(true)).count() > 1 {
            return Err(CatalogError::invalid("emails.primary", "is true more than once"));
        }
        Ok(())
    }

    /// The one that is the primary, else the first.
    pub(super) fn address(&self) -> Option<&str> {
        let primary = self.emails.iter().find(|email| email.primary == Some(true));
        primary.or(self.emails.first()).map(|email| email.value.trim())
    }

    /// As people read it.
    pub(super) fn called(&self) -> Option<String> {
        let name = self.name.as_ref();
        let formatted = || name.and_then(|name| name.formatted.clone());
        let of_parts = || {
            let parts = name.into_iter().flat_map(|name| [&name.given_name, &name.family_name]);
            let parts: Vec<&str> = parts.flatten().map(|part| part.trim()).collect();
            (!parts.is_empty()).then(|| parts.join(" "))
        };
        self.display_name.clone().or_else(formatted).or_else(of_parts)
    }

    /// `called` is what [`UserWords::called`] says.
    pub(super) fn as_newcomer<'a>(&'a self, called: Option<&'a str>) -> Called<'a> {
        Called {
            login: Some(self.user_name.as_str()),
            email: self.address(),
            name: called,
            title: self.title.as_deref(),
        }
    }
}

impl GroupWords {
    /// # Errors
    /// `Invalid` names the attributes that cannot be kept.
    pub(super) fn check(&self) -> Result<()> {
        if self.display_name.trim().is_empty() {
            return Err(CatalogError::invalid("displayName", "is missing or empty"));
        }
        if self.display_name.chars().count() > LONGEST_NAME {
            let message = format!("has more than {LONGEST_NAME} characters");
            return Err(CatalogError::invalid("displayName", message));
        }
        text("displayName", Some(&self.display_name))?;
        text("externalId", self.external_id.as_ref())
    }
}

fn text(field: &str, text: Option<&String>) -> Result<()> {
    let Some(text) = text else { return Ok(()) };
    if text.chars().count() > LONGEST {
        return Err(CatalogError::invalid(field, format!("has more than {LONGEST} characters")));
    }
    if text.chars().any(char::is_control) {
        return Err(CatalogError::invalid(field, "has line breaks or control characters"));
    }
    Ok(())
}
