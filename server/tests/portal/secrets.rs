//! Secrets on the command line: kept sealed, used by sources, and shown nowhere.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

use super::serving::{PROGRAM, Serving};

const SECRET: &str = "s3cret-of-the-key";
const VALUE: &str = r#"{"access_key_id": "AKTEST", "secret_access_key": "s3cret-of-the-key"}"#;

/// A folder with a catalog's data, and the keys beside it.
struct House {
    folder: TempDir,
}

impl House {
    fn new() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn data(&self) -> PathBuf {
        self.path("data")
    }

    /// A new key in a file of its owner's alone.
    fn make_key(&self, name: &str) {
        let made = Command::new(PROGRAM).args(["secret", "key"]).output().unwrap();
        let mut options = std::fs::OpenOptions::new();
        let mut file =
            options.create(true).truncate(true).write(true).mode(0o600).open(self.path(name)).unwrap();
        file.write_all(&made.stdout).unwrap();
    }

    fn run(&self, arguments: &[&str], input: &str) -> Output {
        let mut child = Command::new(PROGRAM)
            .arg("--data")
            .arg(self.data())
            .args(arguments)
            .env("LOGGIA_SECRET_KEY_FILE", self.path("key"))
            .env("LOGGIA_OLD_SECRET_KEY_FILE", self.path("key.old"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A verb that takes no input may have ended already.
        let _unread = child.stdin.take().unwrap().write_all(input.as_bytes());
        child.wait_with_output().unwrap()
    }

    /// All that it says, and no secret in it.
    fn said(&self, arguments: &[&str], input: &str) -> (bool, String) {
        let output = self.run(arguments, input);
        let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
        assert!(!said.contains(SECRET), "{said}");
        (output.status.success(), said)
    }

    fn ok(&self, arguments: &[&str], input: &str) -> String {
        let (went_well, said) = self.said(arguments, input);
        assert!(went_well, "{arguments:?}: {said}");
        said
    }

    fn fails(&self, arguments: &[&str]) -> String {
        let (went_well, said) = self.said(arguments, "");
        assert!(!went_well, "{arguments:?}: {said}");
        said
    }

    fn serve(&self) -> Serving {
        Serving::start_in(&self.data(), &[], &[("LOGGIA_SECRET_KEY_FILE", &self.path("key"))])
    }

    fn sources(&self, text: &str) -> String {
        let file = self.path("loggia.yaml");
        std::fs::write(&file, text).unwrap();
        file.display().to_string()
    }
}

/// A region of Glue with one table.
fn glue(region: &str) -> String {
    let address = std::env::var("LOGGIA_TEST_AWS").unwrap_or_else(|_| {
        panic!("LOGGIA_TEST_AWS does not say where a server is that speaks as AWS does: 'cargo xtask test' starts one")
    });
    let ask = |action: &str, question: &str| {
        let host = address.trim_start_matches("http://");
        let scope = format!("AKTEST/20260101/{region}/glue/aws4_request");
        let mut stream = TcpStream::connect(host).unwrap();
        write!(
            stream,
            "POST / HTTP/1.0\r\nHost: {host}\r\nX-Amz-Target: AWSGlue.{action}\r\nAuthorization: AWS4-HMAC-SHA256 \
             Credential={scope}, SignedHeaders=host, Signature=0\r\nContent-Length: {}\r\n\r\n{question}",
            question.len()
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
    };
    ask("DeleteDatabase", r#"{"Name": "core"}"#);
    ask("CreateDatabase", r#"{"DatabaseInput": {"Name": "core"}}"#);
    ask(
        "CreateTable",
        r#"{"DatabaseName": "core", "TableInput": {"Name": "accounts", "StorageDescriptor": {"Columns": [{"Name": "id", "Type": "int"}]}}}"#,
    );
    format!("{{region: {region}, endpoint: '{address}'}}")
}

/// Whether any file below holds these letters.
fn holds(folder: &Path, letters: &str) -> bool {
    std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).any(|path| {
        if path.is_dir() {
            return holds(&path, letters);
        }
        let bytes = std::fs::read(&path).unwrap_or_default();
        bytes.windows(letters.len()).any(|some| some == letters.as_bytes())
    })
}

#[test]
fn a_secret_lets_a_source_in_with_and_without_a_server() {
    let house = House::new();
    house.make_key("key");
    let sources =
        house.sources(&format!("sources: [{{name: aws, glue: {}, secret: reader}}]", glue("af-south-1")));
    let kept = house.ok(&["secret", "set", "reader"], &format!("{VALUE}\n"));
    assert!(kept.starts_with("reader is kept, sealed by the key "), "{kept}");

    let harvest = ["harvest", "sources", sources.as_str()];
    assert!(house.ok(&harvest, "").contains("glue:af-south-1/123456789012: 1 added"));
    let log = house.ok(&["export", "--format", "jsonl"], "");
    let backup = house.path("backup.jsonl");
    house.ok(&["backup", &backup.display().to_string()], "");
    let key = house.path("key");
    let variables: [(&str, &Path); 1] = [("LOGGIA_SECRET_KEY_FILE", &key)];
    let serving = Serving::start_in(&house.data(), &["--sources", &sources], &variables);
    let again = house.ok(&harvest, "");
    assert!(again.contains("0 added, 0 changed, 1 unchanged"), "{again}");
    assert!(house.ok(&["secret", "list"], "").starts_with("reader  set "));
    let (_, page) = serving.get("/sources");
    assert!(page.contains("AWS Glue: af-south-1") && !page.contains(SECRET), "{page}");

    let backup = std::fs::read_to_string(backup).unwrap();
    for text in [&log, &backup] {
        assert!(!text.contains("reader") && !text.contains(SECRET), "{text}");
    }
    assert!(!holds(&house.data(), SECRET), "not even the store has it as it is");
}

#[test]
fn a_secret_that_is_not_there_or_does_not_open_fails_its_source_alone() {
    let house = House::new();
    house.make_key("key");
    std::fs::create_dir(house.path("lake")).unwrap();
    std::fs::write(house.path("lake/t.csv"), "id\n1\n").unwrap();
    let sources = house.sources(&format!(
        "sources: [{{name: aws, glue: {}, secret: reader}}, {{name: lake, files: lake, namespace: 'file://x'}}]",
        glue("ap-east-1")
    ));
    let harvest = ["harvest", "sources", sources.as_str()];

    let absent = house.fails(&harvest);
    assert!(absent.contains("source aws: there is no secret 'reader' in this catalog"), "{absent}");
    assert!(absent.contains("files:file://x: 1 added"), "{absent}");

    house.ok(&["secret", "set", "reader"], VALUE);
    house.make_key("key");
    let other = house.fails(&harvest);
    assert!(other.contains("source aws: the secret 'reader' was sealed by the key"), "{other}");
    assert!(other.contains("files:file://x: 0 added, 0 changed, 1 unchanged"), "{other}");

    house.ok(&["secret", "set", "reader"], SECRET);
    let none = house.fails(&harvest);
    assert!(none.contains("the secret holds no credentials of AWS"), "{none}");
}

#[test]
fn keys_are_changed_beside_a_running_server_which_reads_the_new_one() {
    let house = House::new();
    house.make_key("key");
    let sources =
        house.sources(&format!("sources: [{{name: aws, glue: {}, secret: reader}}]", glue("me-south-1")));
    let serving = house.serve();
    house.ok(&["secret", "set", "reader"], VALUE);
    std::fs::rename(house.path("key"), house.path("key.old")).unwrap();
    house.make_key("key");

    let rotated = house.ok(&["secret", "rotate"], "");
    assert!(
        rotated.starts_with("1 sealed anew by the key ") && !rotated.contains("start it again"),
        "{rotated}"
    );
    assert!(house.ok(&["secret", "rotate"], "").starts_with("0 sealed anew"), "a second time does no harm");
    assert!(house.ok(&["harvest", "sources", &sources], "").contains("1 added"));

    drop(serving);
    std::fs::remove_file(house.path("key.old")).unwrap();
    assert!(house.ok(&["harvest", "sources", &sources], "").contains("1 unchanged"));
    house.ok(&["secret", "remove", "reader"], "");
    assert!(house.fails(&["secret", "remove", "reader"]).contains("there is no secret 'reader'"));
}

#[test]
fn a_key_that_others_can_read_or_a_name_that_is_none_is_refused() {
    use std::os::unix::fs::PermissionsExt;

    let house = House::new();
    house.make_key("key");
    assert!(house.fails(&["secret", "set", "Reader"]).contains("a secret's name has 1 to 100"));
    assert!(house.fails(&["secret", "set", "reader"]).contains("a secret has 1 to 65536 bytes"), "no value");
    std::fs::set_permissions(house.path("key"), std::fs::Permissions::from_mode(0o644)).unwrap();
    let (_, said) = house.said(&["secret", "set", "reader"], VALUE);
    assert!(said.contains("can be read by others than its owner: chmod 600"), "{said}");
}
