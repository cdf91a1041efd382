//! What a verb takes from the process in which it was asked, beside its arguments: what comes on the input, and
//! keys. It goes with the question where a server does the work.

use std::io::{self, IsTerminal, Read, Write};

use loggia_catalog::secrets::SecretKey;
use loggia_model::Secret as Hidden;
use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcsetattr};
use serde::{Deserialize, Serialize};

use crate::args::{Account, Secret, Verb};
use crate::{Failure, keys};

#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Brought {
    value: Option<String>,
    keys: Option<Keys>,
}

#[derive(Serialize, Deserialize)]
struct Keys {
    old: String,
    new: String,
}

/// Bytes of a secret that are read: more than one may have.
const MOST_BYTES: u64 = 128 * 1024;

impl Brought {
    /// # Errors
    /// Where the input or a key cannot be read.
    pub fn of(verb: &Verb) -> Result<Self, Failure> {
        match verb {
            Verb::Secret(Secret::Set { .. }) => Ok(Self { value: Some(input("value")?), keys: None }),
            Verb::Account(Account::Add { .. }) => Ok(Self { value: Some(input("password")?), keys: None }),
            Verb::Secret(Secret::Rotate) => {
                let written = |key: SecretKey| key.written().reveal().to_owned();
                let keys = Keys { old: written(keys::old()?), new: written(keys::current()?) };
                Ok(Self { value: None, keys: Some(keys) })
            }
            _ => Ok(Self::default()),
        }
    }

    pub fn value(&self) -> Option<Hidden> {
        self.value.as_deref().map(Hidden::new)
    }

    /// The old one and the new one.
    ///
    /// # Errors
    /// Where they are not there.
    pub fn keys(&self) -> Result<(SecretKey, SecretKey), Failure> {
        let Some(keys) = &self.keys else { return Err(Failure("no keys came with the question".into())) };
        Ok((keys.old.parse()?, keys.new.parse()?))
    }
}

/// Without the end of its last line, which typing and `echo` add.
fn input(what: &str) -> Result<String, Failure> {
    let mut text = String::new();
    let input = io::stdin();
    if input.is_terminal() {
        let _quiet = Quiet::begin()?;
        eprint!("{what}: ");
        io::stderr().flush()?;
        input.read_line(&mut text)?;
        eprintln!();
    } else {
        input.take(MOST_BYTES).read_to_string(&mut text)?;
    }
    let text = text.strip_suffix('\n').unwrap_or(&text);
    Ok(text.strip_suffix('\r').unwrap_or(text).to_owned())
}

/// A terminal that does not show what is typed, until this is dropped.
struct Quiet(Termios);

impl Quiet {
    fn begin() -> Result<Self, Failure> {
        let before = tcgetattr(io::stdin())?;
        let mut quiet = before.clone();
        quiet.local_modes.remove(LocalModes::ECHO);
        tcsetattr(io::stdin(), OptionalActions::Flush, &quiet)?;
        Ok(Self(before))
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        // A terminal that is gone needs nothing back.
        let _restored = tcsetattr(io::stdin(), OptionalActions::Now, &self.0);
    }
}
