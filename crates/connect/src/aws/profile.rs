//! One profile of `~/.aws/credentials` and `~/.aws/config`.

use std::collections::HashMap;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use loggia_model::Secret;

use super::ini::{self, Sections};
use super::{AwsError, Credentials, Variable};

/// What both files say of it together, the first counting.
pub struct Profile {
    name: String,
    values: HashMap<String, String>,
}

/// Of a file of profiles.
const MOST_BYTES: u64 = 1024 * 1024;

/// How a profile may get its credentials from somebody else.
const WAYS: [&str; 6] = [
    "role_arn",
    "sso_session",
    "sso_start_url",
    "credential_process",
    "web_identity_token_file",
    "login_session",
];

const ID: &str = "aws_access_key_id";
const KEY: &str = "aws_secret_access_key";

impl Profile {
    /// That of this name, of `AWS_PROFILE`, or `default`, which need not be there.
    pub fn read(named: Option<&str>, variable: Variable<'_>) -> Result<Self, AwsError> {
        let named = named.map(str::to_owned).or_else(|| variable("AWS_PROFILE"));
        let files = [
            place("AWS_SHARED_CREDENTIALS_FILE", "credentials", variable),
            place("AWS_CONFIG_FILE", "config", variable),
        ];
        let [credentials, config] = &files;
        let name = named.clone().unwrap_or_else(|| "default".to_owned());
        let own = sections(credentials.as_deref())?.remove(&name);
        let mut config = sections(config.as_deref())?;
        let more = config.remove(&format!("profile {name}"));
        let more = more.or_else(|| (name == "default").then(|| config.remove(&name)).flatten());
        if named.is_some() && own.is_none() && more.is_none() {
            return Err(AwsError::NoProfile { name, files: files.into_iter().flatten().collect() });
        }
        let mut values = more.unwrap_or_default();
        values.extend(own.unwrap_or_default());
        Ok(Self { name, values })
    }

    pub fn value(&self, name: &str) -> Option<String> {
        self.values.get(name).filter(|value| !value.is_empty()).cloned()
    }

    pub fn credentials(&self) -> Result<Credentials, AwsError> {
        let half = |has, lacks| AwsError::HalfProfile { name: self.name.clone(), has, lacks };
        match (self.value(ID), self.value(KEY)) {
            (Some(access_key_id), Some(secret)) => Ok(Credentials {
                access_key_id,
                secret_access_key: Secret::new(secret),
                session_token: self.value("aws_session_token").map(Secret::new),
            }),
            (Some(_), None) => Err(half(ID, KEY)),
            (None, Some(_)) => Err(half(KEY, ID)),
            (None, None) => Err(match WAYS.into_iter().find(|way| self.values.contains_key(*way)) {
                Some(way) => AwsError::Elsewhere { name: self.name.clone(), way },
                None => AwsError::NoCredentials,
            }),
        }
    }
}

/// `None` where nobody says where the home is.
fn place(own: &str, name: &str, variable: Variable<'_>) -> Option<PathBuf> {
    let home = || variable("HOME").map(|home| Path::new(&home).join(".aws").join(name));
    variable(own).map(PathBuf::from).or_else(home)
}

/// None, of a file that is not there.
fn sections(file: Option<&Path>) -> Result<Sections, AwsError> {
    let Some(file) = file else { return Ok(Sections::new()) };
    let unreadable = |why| AwsError::Unreadable { file: file.to_owned(), why };
    let open = match std::fs::File::open(file) {
        Err(why) if why.kind() == ErrorKind::NotFound => return Ok(Sections::new()),
        open => open.map_err(unreadable)?,
    };
    let mut text = String::new();
    let read = open.take(MOST_BYTES + 1).read_to_string(&mut text).map_err(unreadable)?;
    if u64::try_from(read).is_ok_and(|read| read > MOST_BYTES) {
        return Err(AwsError::TooLarge { file: file.to_owned(), most: MOST_BYTES });
    }
    ini::read(&text).map_err(|line| AwsError::Line { file: file.to_owned(), line })
}
