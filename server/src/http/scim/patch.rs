//! PATCH (RFC 7644, section 3.5.2): operations become changes of what is known; and the habits of those that send them.

use loggia_catalog::provisioning::{EmailChoice, GroupEdit, NamePart, UserEdit};
use serde_json::{Map, Value};

use super::error::ScimError;
use super::members::{members, members_as_far_as_known};
use super::object::{attribute, check_schemas, complex, text, truth, values};
use super::path::{Chosen, Path, Target};
use super::schemas::{GROUP, USER};
use super::users::{emails, name};

const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// Attributes of a user of RFC 7643 that are not kept: a directory that sends them is not to be kept from the rest.
const NOT_KEPT: [&str; 15] = [
    "nickname",
    "profileurl",
    "usertype",
    "preferredlanguage",
    "locale",
    "timezone",
    "password",
    "phonenumbers",
    "ims",
    "photos",
    "addresses",
    "entitlements",
    "roles",
    "x509certificates",
    "schemas",
];
/// The catalog's own to say.
const FIXED: [&str; 3] = ["id", "meta", "groups"];

/// Each is done after the other: what a directory sends at once is far fewer.
const MOST_OPERATIONS: usize = 1_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Op {
    Add,
    Replace,
    Remove,
}

pub fn user_edits(body: &Map<String, Value>) -> Result<Vec<UserEdit>, ScimError> {
    edits(body, USER, user_edit)
}

pub fn group_edits(body: &Map<String, Value>) -> Result<Vec<GroupEdit>, ScimError> {
    edits(body, GROUP, group_edit)
}

/// `None` for what is not kept.
type Read<E> = fn(Op, &Target, Option<&Value>) -> Result<Option<E>, ScimError>;

fn edits<E>(body: &Map<String, Value>, core: &str, read: Read<E>) -> Result<Vec<E>, ScimError> {
    check_schemas(body, PATCH)?;
    let operations = values("Operations", attribute(body, "Operations"))?;
    if operations.is_empty() {
        return Err(ScimError::syntax("'Operations' is missing or empty"));
    }
    if operations.len() > MOST_OPERATIONS {
        let message = format!(
            "'Operations' are {}, and {MOST_OPERATIONS} may be: send fewer at once",
            operations.len()
        );
        return Err(ScimError::too_many(message));
    }
    let mut edits = Vec::with_capacity(operations.len());
    for operation in operations {
        let operation = complex("Operations", operation)?;
        let op = text("op", attribute(operation, "op"))?.unwrap_or_default();
        let op = match op.to_ascii_lowercase().as_str() {
            "add" => Op::Add,
            "replace" => Op::Replace,
            "remove" => Op::Remove,
            _ => {
                let shown: String = op.chars().take(40).collect();
                return Err(ScimError::syntax(format!(
                    "'op' is '{shown}', not one of add, replace and remove"
                )));
            }
        };
        let value = attribute(operation, "value");
        match text("path", attribute(operation, "path"))?.filter(|path| !path.trim().is_empty()) {
            Some(path) => match Path::read(&path, core)? {
                Path::Of(target) => edits.extend(read(op, &target, value)?),
                Path::Extension => {}
            },
            None => edits.extend(of_object(op, value, core, read)?),
        }
    }
    Ok(edits)
}

/// Without a path, each name in the object is one; Entra writes whole paths there.
fn of_object<E>(op: Op, value: Option<&Value>, core: &str, read: Read<E>) -> Result<Vec<E>, ScimError> {
    if op == Op::Remove {
        return Err(ScimError::no_target("'remove' needs a 'path' that says what"));
    }
    let value = value.ok_or_else(|| ScimError::value("an operation has neither 'path' nor 'value'"))?;
    let mut edits = Vec::new();
    for (path, value) in complex("value", value)? {
        let Path::Of(target) = Path::read(path, core)? else { continue };
        // As in a whole resource, the catalog's own is left alone.
        if !FIXED.contains(&target.attribute.as_str()) {
            edits.extend(read(op, &target, Some(value))?);
        }
    }
    Ok(edits)
}

fn user_edit(op: Op, target: &Target, value: Option<&Value>) -> Result<Option<UserEdit>, ScimError> {
    let attribute = target.attribute.as_str();
    if NOT_KEPT.contains(&attribute) {
        return Ok(None);
    }
    if FIXED.contains(&attribute) {
        return Err(ScimError::fixed(format!("'{attribute}' is the catalog's to say")));
    }
    match attribute {
        "name" if target.chosen.is_none() => return name_edit(op, target, value),
        "emails" => return email_edit(op, target, value).map(Some),
        _ if target.chosen.is_some() || target.part.is_some() => return Err(unknown(target)),
        _ => {}
    }
    let said = match op {
        Op::Remove => None,
        Op::Add | Op::Replace => Some(value.unwrap_or(&Value::Null)),
    };
    Ok(Some(match attribute {
        "username" => match text("userName", said)? {
            Some(name) => UserEdit::UserName(name),
            None => return Err(ScimError::value("'userName' is never without a value")),
        },
        "externalid" => UserEdit::ExternalId(text("externalId", said)?),
        "displayname" => UserEdit::DisplayName(text("displayName", said)?),
        "title" => UserEdit::Title(text("title", said)?),
        "active" => UserEdit::Active(truth("active", said)?),
        _ => return Err(unknown(target)),
    }))
}

fn name_edit(op: Op, target: &Target, value: Option<&Value>) -> Result<Option<UserEdit>, ScimError> {
    let Some(part) = target.part.as_deref() else {
        return Ok(Some(match (op, value) {
            (Op::Remove, _) | (Op::Replace, None) => UserEdit::NoName,
            (Op::Add, None) => return Err(ScimError::value("'name' has no value")),
            (_, Some(value)) => UserEdit::Name(name(value)?),
        }));
    };
    let part = match part {
        "formatted" => NamePart::Formatted,
        "familyname" => NamePart::Family,
        "givenname" => NamePart::Given,
        "middlename" | "honorificprefix" | "honorificsuffix" => return Ok(None),
        _ => return Err(unknown(target)),
    };
    let said = if op == Op::Remove { None } else { text("name", value)? };
    Ok(Some(UserEdit::NamePart(part, said)))
}

fn email_edit(op: Op, target: &Target, value: Option<&Value>) -> Result<UserEdit, ScimError> {
    let Some(chosen) = &target.chosen else {
        return match (&target.part, op) {
            (Some(_), _) => Err(unknown(target)),
            (None, Op::Remove) => Ok(UserEdit::Emails(Vec::new())),
            (None, Op::Add) => Ok(UserEdit::AddEmails(emails(value)?)),
            (None, Op::Replace) => Ok(UserEdit::Emails(emails(value)?)),
        };
    };
    let which = choice(chosen, target)?;
    match (op, target.part.as_deref()) {
        // An address without its value is none.
        (Op::Remove, None | Some("value")) => Ok(UserEdit::RemoveEmails(which)),
        (Op::Remove, Some("primary")) => Ok(UserEdit::SetEmail { which, value: None, primary: Some(false) }),
        (Op::Add | Op::Replace, Some("value")) => {
            let value = text("emails.value", value)?;
            Ok(UserEdit::SetEmail { which, value: Some(value.unwrap_or_default()), primary: None })
        }
        (Op::Add | Op::Replace, Some("primary")) => {
            let primary = truth("emails.primary", value)?;
            Ok(UserEdit::SetEmail { which, value: None, primary })
        }
        (Op::Add | Op::Replace, None) => {
            let parts = complex("emails", value.unwrap_or(&Value::Null))?;
            let said = text("emails.value", attribute(parts, "value"))?;
            let primary = truth("emails.primary", attribute(parts, "primary"))?;
            Ok(UserEdit::SetEmail { which, value: said, primary })
        }
        _ => Err(unknown(target)),
    }
}

fn choice(chosen: &Chosen, target: &Target) -> Result<EmailChoice, ScimError> {
    match (chosen.by.as_str(), chosen.value.as_str()) {
        ("type", kind) => Ok(EmailChoice::Type(kind.to_owned())),
        ("value", value) => Ok(EmailChoice::Value(value.to_owned())),
        ("primary", "true") => Ok(EmailChoice::Primary),
        _ => Err(unknown(target)),
    }
}

fn group_edit(op: Op, target: &Target, value: Option<&Value>) -> Result<Option<GroupEdit>, ScimError> {
    let attribute = target.attribute.as_str();
    if attribute == "schemas" {
        return Ok(None);
    }
    if FIXED.contains(&attribute) {
        return Err(ScimError::fixed(format!("'{attribute}' is the catalog's to say")));
    }
    let is_part = target.chosen.is_some() || target.part.is_some();
    match (attribute, op) {
        ("members", _) => member_edit(op, target, value).map(Some),
        ("displayname", Op::Add | Op::Replace) if !is_part => match text("displayName", value)? {
            Some(name) => Ok(Some(GroupEdit::DisplayName(name))),
            None => Err(ScimError::value("'displayName' is never without a value")),
        },
        ("displayname", Op::Remove) => Err(ScimError::value("'displayName' is never without a value")),
        ("externalid", Op::Add | Op::Replace) if !is_part => {
            Ok(Some(GroupEdit::ExternalId(text("externalId", value)?)))
        }
        ("externalid", Op::Remove) if !is_part => Ok(Some(GroupEdit::ExternalId(None))),
        _ => Err(unknown(target)),
    }
}

fn member_edit(op: Op, target: &Target, value: Option<&Value>) -> Result<GroupEdit, ScimError> {
    match (&target.chosen, &target.part, op) {
        (Some(chosen), None, Op::Remove) if chosen.by == "value" => {
            Ok(GroupEdit::Remove(chosen.value.parse().into_iter().collect()))
        }
        (None, None, Op::Add) => Ok(GroupEdit::Add(members(value)?)),
        (None, None, Op::Replace) => Ok(GroupEdit::Members(members(value)?)),
        // Entra names in the value who is to go.
        (None, None, Op::Remove) if value.is_some() => Ok(GroupEdit::Remove(members_as_far_as_known(value)?)),
        (None, None, Op::Remove) => Ok(GroupEdit::Members(Vec::new())),
        _ => Err(unknown(target)),
    }
}

fn unknown(target: &Target) -> ScimError {
    let part = target.part.as_ref().map(|part| format!(".{part}")).unwrap_or_default();
    let chosen = if target.chosen.is_some() { "[…]" } else { "" };
    let shown: String = format!("{}{chosen}{part}", target.attribute).chars().take(120).collect();
    ScimError::path(format!("'{shown}' is nothing that can be changed here: /scim/v2/Schemas says what can"))
}
