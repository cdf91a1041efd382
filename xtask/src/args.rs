//! The few options that the chores have, read without a library.

use crate::failure::Result;

/// The words after the command's name. Each command takes out what it knows, then calls [`Args::done`].
pub struct Args(Vec<String>);

impl Args {
    pub fn new(words: impl Iterator<Item = String>) -> Self {
        Self(words.collect())
    }

    /// Whether `--name` is there.
    pub fn flag(&mut self, name: &str) -> bool {
        let before = self.0.len();
        self.0.retain(|word| word != name);
        self.0.len() < before
    }

    /// Every value of `--name VALUE` or `--name=VALUE`, in order.
    pub fn values(&mut self, name: &str) -> Result<Vec<String>> {
        let mut values = Vec::new();
        let mut rest = Vec::new();
        let mut words = std::mem::take(&mut self.0).into_iter();
        while let Some(word) = words.next() {
            if word == name {
                values.push(words.next().ok_or_else(|| format!("{name} needs a value after it"))?);
            } else if let Some(value) = word.strip_prefix(name).and_then(|tail| tail.strip_prefix('=')) {
                values.push(value.to_owned());
            } else {
                rest.push(word);
            }
        }
        self.0 = rest;
        Ok(values)
    }

    /// What a command hands on to another program, untouched.
    pub fn rest(self) -> Vec<String> {
        self.0
    }

    /// Refuses what nobody took.
    pub fn done(self) -> Result<()> {
        match self.0.first() {
            None => Ok(()),
            Some(word) => Err(format!("no such option: {word}\n{}", crate::USAGE).into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Args;

    fn args(words: &[&str]) -> Args {
        Args::new(words.iter().map(|word| (*word).to_owned()))
    }

    #[test]
    fn values_are_taken_in_both_spellings_and_nothing_else_is() {
        let mut args = args(&["--only", "fmt", "--fresh", "--only=tidy"]);
        assert_eq!(args.values("--only").unwrap(), ["fmt", "tidy"]);
        assert!(args.flag("--fresh"));
        args.done().unwrap();
    }

    #[test]
    fn what_nobody_took_is_refused_by_name() {
        let refusal = args(&["--prot", "3001"]).done().unwrap_err().to_string();
        assert!(refusal.starts_with("no such option: --prot"), "{refusal}");
    }

    #[test]
    fn a_missing_value_is_said() {
        let refusal = args(&["--port"]).values("--port").unwrap_err().to_string();
        assert_eq!(refusal, "--port needs a value after it");
    }
}
