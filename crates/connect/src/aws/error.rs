//! Why there is no way into AWS. No message repeats what may be secret.

use std::path::PathBuf;

#[derive(Debug, thiserror::Error)]
pub enum AwsError {
    #[error(
        "there are no credentials for AWS: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or name a profile of ~/.aws or a secret"
    )]
    NoCredentials,
    #[error("{has} is set and {lacks} is not: set both, or neither")]
    Half { has: &'static str, lacks: &'static str },
    #[error(
        "no region is named: say it with --region, 'region:' in the sources file, AWS_REGION or the profile's 'region'"
    )]
    NoRegion,
    #[error("'{0}' is no region: write one such as eu-west-1")]
    Region(String),
    #[error("the endpoint is no address ({0}): write https://HOST, or http://HOST:PORT where that is meant")]
    Endpoint(&'static str),
    #[error(
        "the secret holds no credentials of AWS: its value must be JSON with access_key_id, secret_access_key and, where there is one, session_token"
    )]
    Secret,
    #[error(
        "the secret holds no options of such a bucket: its value must be JSON of names and texts, such as azure_storage_account_key"
    )]
    Options,
    #[error("there is no profile '{name}' in {}", .files.iter().map(|file| file.display().to_string()).collect::<Vec<_>>().join(" or "))]
    NoProfile { name: String, files: Vec<PathBuf> },
    #[error(
        "the profile '{name}' gets its credentials by '{way}', which is not followed: give it aws_access_key_id and aws_secret_access_key, or export them into the environment"
    )]
    Elsewhere { name: String, way: &'static str },
    #[error("the profile '{name}' has {has} and no {lacks}: write both")]
    HalfProfile { name: String, has: &'static str, lacks: &'static str },
    #[error("'{}' cannot be read: {why}", file.display())]
    Unreadable { file: PathBuf, why: std::io::Error },
    #[error("'{}' cannot be read: it is larger than {most} bytes", file.display())]
    TooLarge { file: PathBuf, most: u64 },
    #[error("'{}' cannot be read: line {line} is neither [a section] nor NAME = VALUE", file.display())]
    Line { file: PathBuf, line: usize },
}
