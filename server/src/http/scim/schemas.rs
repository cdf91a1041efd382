//! What users and groups are like (RFC 7643, section 7): what is kept, and no more.

use serde_json::{Value, json};

pub const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
pub const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
const SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:Schema";

/// By id.
pub fn schemas() -> [(&'static str, Value); 2] {
    [(USER, user()), (GROUP, group())]
}

fn user() -> Value {
    let parts = [
        text("formatted", "The whole name."),
        text("familyName", "The family name."),
        text("givenName", "The given name."),
    ];
    let mut name_of_user = text("userName", "By which the directory knows them: nobody else of it has it.");
    set(&mut name_of_user, "required", true.into());
    set(&mut name_of_user, "uniqueness", "server".into());
    let mut kind = text("type", "What the address is for.");
    set(&mut kind, "canonicalValues", json!(["work", "home", "other"]));
    let email = [
        text("value", "The address."),
        kind,
        of_type("primary", "boolean", "Whether it is the one to be used: of one at most."),
    ];
    json!({
        "schemas": [SCHEMA],
        "id": USER,
        "name": "User",
        "description": "Somebody who can sign in, by a provider of identities.",
        "attributes": [
            name_of_user,
            complex("name", "The parts of the name.", false, &parts),
            text("displayName", "The name that is shown, where nobody else is called so."),
            text("title", "What they do."),
            of_type("active", "boolean", "Whether they may come in."),
            complex("emails", "Addresses.", true, &email),
        ],
    })
}

fn group() -> Value {
    let mut name = text("displayName", "The name: no other group's, person's or service's.");
    set(&mut name, "required", true.into());
    set(&mut name, "uniqueness", "server".into());
    let mut value = text("value", "The id of a user of the same directory.");
    let mut reference = of_type("$ref", "reference", "Where that user is.");
    let mut kind = text("type", "What kind of member it is.");
    set(&mut reference, "referenceTypes", json!(["User"]));
    set(&mut kind, "canonicalValues", json!(["User"]));
    for part in [&mut value, &mut reference, &mut kind] {
        set(part, "mutability", "immutable".into());
        set(part, "caseExact", true.into());
    }
    json!({
        "schemas": [SCHEMA],
        "id": GROUP,
        "name": "Group",
        "description": "People who are given roles together, by an administrator of the catalog.",
        "attributes": [name, complex("members", "Who is in it.", true, &[value, reference, kind])],
    })
}

fn text(name: &str, about: &str) -> Value {
    let mut text = of_type(name, "string", about);
    set(&mut text, "caseExact", false.into());
    set(&mut text, "uniqueness", "none".into());
    text
}

fn of_type(name: &str, kind: &str, about: &str) -> Value {
    json!({
        "name": name,
        "type": kind,
        "multiValued": false,
        "description": about,
        "required": false,
        "mutability": "readWrite",
        "returned": "default",
    })
}

fn complex(name: &str, about: &str, is_list: bool, parts: &[Value]) -> Value {
    let mut complex = of_type(name, "complex", about);
    set(&mut complex, "multiValued", is_list.into());
    set(&mut complex, "subAttributes", parts.into());
    complex
}

fn set(object: &mut Value, name: &str, value: Value) {
    if let Some(object) = object.as_object_mut() {
        object.insert(name.to_owned(), value);
    }
}
