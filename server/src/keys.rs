//! The key that seals secrets, from a file or the environment of this process. It is read anew each time, so a
//! server has the new one as soon as the file has.

use std::fs::File;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use loggia_catalog::Catalog;
use loggia_catalog::secrets::{SecretKey, SecretName};
use loggia_model::{Actor, Secret};

use crate::Failure;

/// Two variables, of which one may be set.
struct Named {
    file: &'static str,
    text: &'static str,
}

const CURRENT: Named = Named { file: "LOGGIA_SECRET_KEY_FILE", text: "LOGGIA_SECRET_KEY" };
const OLD: Named = Named { file: "LOGGIA_OLD_SECRET_KEY_FILE", text: "LOGGIA_OLD_SECRET_KEY" };

/// More than any key has.
const MOST_BYTES: u64 = 4 * 1024;
/// What anybody but the owner may do.
const OF_OTHERS: u32 = 0o077;

/// # Errors
/// Where there is none, or others can read the file.
pub fn current() -> Result<SecretKey, Failure> {
    read(&CURRENT, &variable)
}

/// The one before it.
///
/// # Errors
/// As [`current`].
pub fn old() -> Result<SecretKey, Failure> {
    read(&OLD, &variable)
}

/// The value of a secret, where one is named.
///
/// # Errors
/// Where there is none of this name, or the key does not open it.
pub async fn value(
    catalog: &Catalog,
    actor: &Actor,
    name: Option<&SecretName>,
) -> Result<Option<Secret>, Failure> {
    let Some(name) = name else { return Ok(None) };
    Ok(Some(catalog.secret(actor, name, &current()?).await?))
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn read(
    Named { file, text }: &Named,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<SecretKey, Failure> {
    let said = |name: &str| variable(name).filter(|said| !said.trim().is_empty());
    let (written, whence) = match (said(file), said(text)) {
        (Some(_), Some(_)) => {
            return Err(Failure(format!("{file} and {text} are both set: unset one of them")));
        }
        (Some(path), None) => (in_file(Path::new(&path))?, file),
        (None, Some(written)) => (Secret::new(written), text),
        (None, None) => {
            return Err(Failure(format!(
                "there is no key for secrets: set {file} or {text}; 'loggia secret key' makes one"
            )));
        }
    };
    written.reveal().parse().map_err(|why| Failure(format!("{whence}: {why}")))
}

fn in_file(path: &Path) -> Result<Secret, Failure> {
    let cannot = |why: std::io::Error| Failure(format!("the key {} cannot be read: {why}", path.display()));
    let file = File::open(path).map_err(cannot)?;
    let about = file.metadata().map_err(cannot)?;
    if about.permissions().mode() & OF_OTHERS != 0 {
        return Err(Failure(format!(
            "the key {0} can be read by others than its owner: chmod 600 {0}",
            path.display()
        )));
    }
    let mut text = String::new();
    file.take(MOST_BYTES).read_to_string(&mut text).map_err(cannot)?;
    Ok(Secret::new(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(variables: &[(&str, &str)]) -> Result<SecretKey, String> {
        let variable = |name: &str| {
            variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned())
        };
        read(&CURRENT, &variable).map_err(|failure| failure.to_string())
    }

    #[test]
    fn a_key_comes_from_a_file_of_its_owners_alone_or_from_the_environment() {
        let key = SecretKey::generate().unwrap();
        let written = key.written();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        std::fs::write(&path, format!("{}\n", written.reveal())).unwrap();
        let place = path.display().to_string();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert!(said(&[(CURRENT.file, &place)]).unwrap_err().contains("can be read by others"));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        assert_eq!(said(&[(CURRENT.file, &place)]), Ok(key.clone()));
        assert_eq!(said(&[(CURRENT.text, written.reveal())]), Ok(key));
    }

    #[test]
    fn what_is_wrong_is_said_without_the_key() {
        for (variables, why) in [
            (&[][..], "there is no key for secrets: set LOGGIA_SECRET_KEY_FILE or LOGGIA_SECRET_KEY"),
            (&[(CURRENT.text, "s3cret")], "LOGGIA_SECRET_KEY: this is no key"),
            (&[(CURRENT.text, "s3cret"), (CURRENT.file, "/x")], "are both set"),
            (&[(CURRENT.file, "/nowhere/key")], "the key /nowhere/key cannot be read"),
        ] {
            let said = said(variables).unwrap_err();
            assert!(said.contains(why) && !said.contains("s3cret"), "{said}");
        }
    }
}
