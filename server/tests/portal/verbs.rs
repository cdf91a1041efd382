//! Every verb of the command line is tried by whoever has the data folder, and by another user of the machine, beside a
//! server and without one.
//!
//! Which there are comes from the program itself. A verb that is not in the table below fails the test.

use std::collections::BTreeSet;
use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use clap::CommandFactory;
use loggia_catalog::secrets::SecretKey;
use loggia_server::args::Args;
use tempfile::TempDir;

use crate::serving::{PROGRAM, Serving};

/// `nobody` of most systems.
const ANOTHER: u32 = 65_534;

const CATALOG: &str = "urn: urn:loggia:person:ana\nkind: person\nfacts: {name: Ana}\n---\n\
    urn: urn:loggia:person:bob\nkind: person\nfacts: {name: Bob}\n---\n\
    urn: urn:loggia:person:eve\nkind: person\nfacts: {name: Eve}\n";
const MORE: &str = "urn: urn:loggia:domain-unit:risk\nkind: domain-unit\nfacts: {name: Risk}\n";

/// By the verb as the program has it, in an order in which each finds what it needs. `{DIR}` is a folder of the owner's,
/// `{TOKEN}` the token that there is. What is asked of places elsewhere finds nobody there.
const TRIES: [(&str, &[&str]); 35] = [
    ("restore", &["{DIR}/catalog.backup"]),
    ("account add", &["ana", "--administrator"]),
    ("account add", &["bob"]),
    ("account list", &[]),
    ("account disable", &["bob"]),
    ("account enable", &["bob"]),
    ("account reset", &["bob"]),
    ("apply", &["{DIR}/more.yaml"]),
    ("service add", &["Mailer"]),
    ("service list", &[]),
    ("token make", &["mailer", "--name", "tried", "--days", "1"]),
    ("token list", &[]),
    ("token revoke", &["{TOKEN}"]),
    ("secret key", &[]),
    ("secret set", &["lake"]),
    ("secret list", &[]),
    ("secret rotate", &[]),
    ("secret remove", &["lake"]),
    ("harvest files", &["{DIR}/files", "--namespace", "file://tried"]),
    ("harvest dbt", &["--manifest", "{DIR}/nowhere.json"]),
    ("harvest sources", &["{DIR}/sources.yaml"]),
    ("harvest bucket", &["ftp://nowhere/at-all"]),
    ("harvest postgres", &["postgres://nobody@127.0.0.1:1/none", "--timeout", "1"]),
    ("harvest glue", &["--region", "eu-west-1", "--endpoint", "https://127.0.0.1:1", "--timeout", "1"]),
    ("person erase", &["eve", "--yes"]),
    ("export", &["{DIR}/exported"]),
    ("export", &["--format", "jsonl"]),
    ("backup", &["{DIR}/new.backup"]),
    ("verify", &[]),
    ("audit verify", &[]),
    ("audit export", &[]),
    ("index", &[]),
    ("index", &["--rebuild"]),
    ("read", &[]),
    ("serve", &["--addr", "127.0.0.1:0"]),
];

/// What must be there before the owner's folder is tried by another.
const PREPARED: [&str; 6] = ["restore", "account add", "apply", "service add", "token make", "secret set"];

#[derive(Clone, Copy, PartialEq)]
enum Who {
    Owner,
    Another,
}

/// A data folder, what the verbs need beside it, and the program where every user can run it.
struct Place {
    folder: TempDir,
    key: String,
}

impl Place {
    fn new() -> Self {
        // Not in a folder of this user's own: only what the program does keeps others out.
        let folder = tempfile::tempdir_in("/tmp").unwrap();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        let key = SecretKey::generate().unwrap().written().reveal().to_owned();
        let place = Self { folder, key };
        let program = place.at("loggia");
        if fs::hard_link(PROGRAM, &program).is_err() {
            fs::copy(PROGRAM, &program).unwrap();
        }
        fs::write(place.at("catalog.yaml"), CATALOG).unwrap();
        fs::write(place.at("more.yaml"), MORE).unwrap();
        fs::create_dir(place.at("files")).unwrap();
        fs::write(place.at("files/loans.csv"), "id,amount\n1,2\n3,4\n").unwrap();
        let files = place.at("files");
        let sources = format!("sources: [{{name: tried, files: '{}'}}]\n", files.display());
        fs::write(place.at("sources.yaml"), sources).unwrap();
        let first = place.at("first");
        for words in [["apply", "catalog.yaml"], ["backup", "catalog.backup"]] {
            let output = place.command(&first, Who::Owner).args(words).output().unwrap();
            assert!(output.status.success(), "{}", said(&output));
        }
        place
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn data(&self) -> PathBuf {
        self.at("data")
    }

    fn command(&self, data: &Path, who: Who) -> Command {
        let mut command = Command::new(self.at("loggia"));
        command
            .current_dir(self.folder.path())
            .arg("--data")
            .arg(data)
            .env("LOGGIA_SECRET_KEY", &self.key)
            .env("LOGGIA_OLD_SECRET_KEY", &self.key)
            .env("AWS_ACCESS_KEY_ID", "tried")
            .env("AWS_SECRET_ACCESS_KEY", "tried")
            .env_remove("LOGGIA_DATABASE")
            .env_remove("LOGGIA_URL");
        if who == Who::Another && is_root() {
            command.uid(ANOTHER).gid(ANOTHER);
        }
        command
    }

    fn run(&self, who: Who, words: &[String]) -> Output {
        let mut child = self
            .command(&self.data(), who)
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut input = child.stdin.take().unwrap();
        if words.starts_with(&["account".to_owned(), "add".to_owned()])
            || words.starts_with(&["secret".to_owned(), "set".to_owned()])
        {
            // Whoever is refused may be gone before they have read it.
            let _unread = input.write_all(b"correct horse battery\n");
        }
        drop(input);
        child.wait_with_output().unwrap()
    }

    fn words(&self, verb: &str, arguments: &[&str]) -> Vec<String> {
        let verb = verb.split(' ').map(ToOwned::to_owned);
        let folder = self.folder.path().display().to_string();
        let token = if arguments.contains(&"{TOKEN}") { self.token() } else { String::new() };
        let arguments =
            arguments.iter().map(|word| word.replace("{DIR}", &folder).replace("{TOKEN}", &token));
        verb.chain(arguments).collect()
    }

    /// The id of the token that there is.
    fn token(&self) -> String {
        let listed = self.run(Who::Owner, &["token".to_owned(), "list".to_owned()]);
        String::from_utf8_lossy(&listed.stdout).split(' ').next().unwrap_or_default().to_owned()
    }

    fn prepare(&self) {
        for (verb, arguments) in TRIES.iter().filter(|(verb, _)| PREPARED.contains(verb)) {
            let output = self.run(Who::Owner, &self.words(verb, arguments));
            assert!(output.status.success(), "{verb}: {}", said(&output));
        }
    }

    /// All that verbs could have changed.
    fn state(&self) -> String {
        let told = [
            &["export", "--format", "jsonl"][..],
            &["account", "list"],
            &["token", "list"],
            &["secret", "list"],
            &["audit", "verify"],
        ];
        let told = told.map(|words| {
            let words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
            let output = self.run(Who::Owner, &words);
            assert!(output.status.success(), "{words:?}: {}", said(&output));
            String::from_utf8_lossy(&output.stdout).into_owned()
        });
        told.join("\n")
    }

    fn serve(&self) -> Serving {
        let key = Path::new(&self.key);
        Serving::start_in(&self.data(), &[], &[("LOGGIA_SECRET_KEY", key)])
    }

    /// `done`; `no`, where it was begun and could not be done; `kept out`, where the folder is not theirs to open.
    fn answer(&self, who: Who, verb: &str, arguments: &[&str]) -> &'static str {
        let words = self.words(verb, arguments);
        if verb == "serve" {
            return self.served(who, &words);
        }
        outcome(verb, &self.run(who, &words))
    }

    /// It goes on until it is ended, where it may.
    fn served(&self, who: Who, words: &[String]) -> &'static str {
        let mut child = self
            .command(&self.data(), who)
            .args(words)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        if line.contains("Loggia serves") {
            child.kill().unwrap();
            child.wait().unwrap();
            return "done";
        }
        outcome("serve", &child.wait_with_output().unwrap())
    }
}

fn outcome(verb: &str, output: &Output) -> &'static str {
    if output.status.success() {
        return "done";
    }
    let said = said(output);
    assert_eq!(output.status.code(), Some(1), "{verb}: {said}");
    let sentence = said.lines().find_map(|line| line.strip_prefix("loggia: ")).unwrap_or_default();
    assert!(sentence.len() > 10, "{verb} says why: {said}");
    if sentence.contains("Permission denied") { "kept out" } else { "no" }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn is_root() -> bool {
    fs::metadata("/proc/self").unwrap().uid() == 0
}

/// Of the program, as one types them.
fn verbs() -> BTreeSet<String> {
    fn below(command: &clap::Command, path: &str, found: &mut BTreeSet<String>) {
        for verb in command.get_subcommands() {
            let path = format!("{path} {}", verb.get_name()).trim().to_owned();
            if verb.has_subcommands() {
                below(verb, &path, found);
            } else {
                found.insert(path);
            }
        }
    }
    let mut found = BTreeSet::new();
    below(&Args::command(), "", &mut found);
    found
}

#[test]
fn no_verb_goes_untried() {
    let tried: BTreeSet<String> = TRIES.iter().map(|(verb, _)| (*verb).to_owned()).collect();
    let there = verbs();
    let untried: Vec<_> = there.difference(&tried).collect();
    assert!(untried.is_empty(), "nobody has tried {untried:?}: add them to the table");
    let gone: Vec<_> = tried.difference(&there).collect();
    assert!(gone.is_empty(), "{gone:?} are not there any more");
}

#[test]
fn everybody_of_the_machine_gets_by_every_verb_what_the_table_says() {
    let columns = [(Who::Owner, false), (Who::Owner, true), (Who::Another, false), (Who::Another, true)];
    let mut table = format!("{:18}{:>12}{:>12}{:>12}{:>12}", "", "owner", "served", "another", "served");
    let mut answers = vec![Vec::new(); TRIES.len()];
    for (who, is_served) in columns {
        let place = Place::new();
        let serving = is_served.then(|| place.serve());
        let before = (who == Who::Another).then(|| {
            place.prepare();
            place.state()
        });
        let closed = before.is_some() && !is_root();
        if closed {
            fs::set_permissions(place.data(), Permissions::from_mode(0o000)).unwrap();
        }
        for (row, (verb, arguments)) in answers.iter_mut().zip(TRIES) {
            // Only the owner can ask which token there is.
            let arguments = if closed && arguments == ["{TOKEN}"] { &["any"][..] } else { arguments };
            row.push(place.answer(who, verb, arguments));
        }
        if closed {
            fs::set_permissions(place.data(), Permissions::from_mode(0o700)).unwrap();
        }
        if let Some(before) = before {
            assert_eq!(place.state(), before, "nothing was changed");
        }
        drop(serving);
    }
    for ((verb, arguments), row) in TRIES.iter().zip(&answers) {
        // Verbs that are tried twice are told apart by what is asked.
        let is_twice = TRIES.iter().filter(|(other, _)| other == verb).count() > 1;
        let first = arguments.first().filter(|_| is_twice).copied().unwrap_or_default();
        let first = first.rsplit('/').next().unwrap_or_default();
        table.push_str(&format!("\n{:18}", format!("{verb} {first}").trim()));
        for cell in row {
            table.push_str(&format!("{cell:>12}"));
        }
    }
    insta::assert_snapshot!("verbs", table);
}

#[test]
fn the_folder_is_its_owners_alone_and_so_is_what_is_in_one_that_was_there() {
    let place = Place::new();
    let data = place.data();
    let serving = place.serve();
    place.prepare();
    assert_eq!(fs::metadata(&data).unwrap().mode() & 0o777, 0o700);
    drop(serving);

    // As an older version, or somebody by hand, may have left it.
    let entries = || fs::read_dir(&data).unwrap().map(|entry| entry.unwrap().path());
    fs::set_permissions(&data, Permissions::from_mode(0o755)).unwrap();
    for path in entries() {
        let mode = if path.is_dir() { 0o755 } else { 0o644 };
        fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    }
    let _serving = place.serve();
    for path in entries() {
        let about = fs::metadata(&path).unwrap();
        assert_eq!(about.mode() & 0o077, 0, "{} is open to others", path.display());
    }
    assert!(data.join("loggia.sock").exists() && !data.join(".listen").exists());
    if is_root() {
        let before = place.state();
        for (verb, arguments) in TRIES.iter().filter(|(verb, _)| PREPARED.contains(verb)) {
            assert_eq!(place.answer(Who::Another, verb, arguments), "kept out", "{verb}");
        }
        assert_eq!(place.state(), before, "nothing was changed");
    }
    let backup = place.at("new.backup");
    let made = place.run(Who::Owner, &["backup".to_owned(), backup.display().to_string()]);
    assert!(made.status.success(), "{}", said(&made));
    assert_eq!(fs::metadata(&backup).unwrap().mode() & 0o077, 0, "a backup has everything");
}
