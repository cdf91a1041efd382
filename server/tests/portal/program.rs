//! The program itself, as a process: its verbs, its errors, and being killed.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use loggia_testkit::{Engine, TestDatabase};
use tempfile::TempDir;

use super::serving::{PROGRAM, Serving, fails, loggia, ok, unfolding};

fn asset_line(number: usize) -> String {
    format!(
        r#"{{"urn":"urn:loggia:asset:test;t{number:05}","kind":"asset","body":{{"code":{{"at":"2026-01-01T00:00:00Z","by":"local","facts":{{"name":"Table {number}","columns":{{"id":{{"type":"int"}}}}}}}}}}}}"#
    )
}

fn write_lines(file: &Path, numbers: std::ops::Range<usize>) {
    let lines: Vec<String> = numbers.map(asset_line).collect();
    std::fs::write(file, lines.join("\n")).unwrap();
}

#[test]
fn every_verb_works_beside_a_running_server_through_it() {
    let folder = TempDir::new().unwrap();
    let (data, lines) = (folder.path().join("data"), folder.path().join("a.jsonl"));
    write_lines(&lines, 0..20);
    let serving = Serving::start(&data);
    assert!(ok(&data, &["apply", lines.to_str().unwrap()]).contains("20 added"));
    assert_eq!(ok(&data, &["export", "--format", "jsonl"]).lines().count(), 20);
    assert!(ok(&data, &["verify"]).contains("agree"));
    let backup = folder.path().join("b.gz");
    assert!(ok(&data, &["backup", backup.to_str().unwrap()]).contains("20 records"));
    assert!(fails(&data, &["serve"]).contains("another loggia is writing"));
    assert!(fails(&data, &["apply", "nowhere"]).contains("nowhere"));
    drop(serving);
    let other = folder.path().join("other");
    assert!(ok(&other, &["restore", backup.to_str().unwrap()]).contains("20 records restored"));
    assert_eq!(ok(&other, &["export", "--format", "jsonl"]), ok(&data, &["export", "--format", "jsonl"]));
    assert!(fails(&other, &["restore", backup.to_str().unwrap()]).contains("not empty"));
}

#[tokio::test]
async fn a_database_is_harvested_through_a_running_server_and_unchanged_it_writes_nothing() {
    let database = TestDatabase::new(Engine::Postgres).await.unwrap();
    database.sql("CREATE TABLE loans (id int PRIMARY KEY); CREATE TABLE old (a int)").await.unwrap();
    let address = database.address().unwrap();
    let folder = TempDir::new().unwrap();
    let _serving = Serving::start(folder.path());
    let harvest = || ok(folder.path(), &["harvest", "postgres", &address]);

    assert!(harvest().contains(": 2 added, 0 changed, 0 unchanged, 0 missing, 0 refused"));
    assert!(harvest().contains(": 0 added, 0 changed, 2 unchanged, 0 missing, 0 refused"));
    database.sql("DROP TABLE old; ALTER TABLE loans ADD COLUMN amount numeric").await.unwrap();
    assert!(harvest().contains(": 0 added, 1 changed, 0 unchanged, 1 missing, 0 refused"));
    let listed = ok(folder.path(), &["export", "--format", "jsonl"]);
    assert!(listed.contains(r#""amount":{"type":"numeric","nullable":true}"#), "{listed}");

    let wrong = fails(folder.path(), &["harvest", "postgres", "postgres://ana:s3cret@127.0.0.1:1/core"]);
    assert!(wrong.contains("the database core at 127.0.0.1:1 cannot be reached"), "{wrong}");
    assert!(!wrong.contains("s3cret"), "{wrong}");
}

#[test]
fn an_address_of_any_length_is_refused_with_words() {
    let folder = TempDir::new().unwrap();
    let serving = Serving::start(folder.path());
    for (length, says) in
        [(60_000, "may have 1000"), (100_000, "may have 1,000"), (2_000_000, "may have 1,000")]
    {
        let mut stream = TcpStream::connect(&serving.address).unwrap();
        let question = "a".repeat(length);
        let asked = format!(
            "GET /search?q={question} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n",
            serving.address
        );
        // It may be refused before all of it is sent.
        let _refused_early = stream.write_all(asked.as_bytes());
        let mut answer = Vec::new();
        let _closed = stream.read_to_end(&mut answer);
        let answer = String::from_utf8_lossy(&answer);
        assert!(answer.starts_with("HTTP/1.1 4"), "{length}: {answer}");
        assert!(answer.contains(says) && answer.contains("</html>"), "{length}: {answer}");
    }
    assert!(TcpStream::connect(&serving.address).is_ok());
}

#[test]
fn an_export_applied_again_changes_nothing() {
    let folder = TempDir::new().unwrap();
    let (data, lines, yaml) =
        (folder.path().join("data"), folder.path().join("a.jsonl"), folder.path().join("yaml"));
    write_lines(&lines, 0..7);
    ok(&data, &["apply", lines.to_str().unwrap()]);
    ok(&data, &["export", yaml.to_str().unwrap()]);
    let answer = ok(&data, &["apply", yaml.to_str().unwrap()]);
    assert_eq!(answer.trim(), "0 added, 0 changed, 0 removed, 7 unchanged");
}

#[test]
fn a_bad_file_is_named_with_its_line_and_nothing_is_applied() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    let yaml = folder.path().join("bad.yaml");
    std::fs::write(&yaml, "urn: urn:loggia:term:a/b\nkind: term\nfacts:\n  nmae: B\n").unwrap();
    let error = fails(&data, &["apply", yaml.to_str().unwrap()]);
    assert!(error.contains("bad.yaml: line 4") && error.contains("nmae"), "{error}");
    let lines = folder.path().join("bad.jsonl");
    std::fs::write(&lines, format!("{}\n{{\"urn\":1}}\n", asset_line(1))).unwrap();
    let error = fails(&data, &["apply", lines.to_str().unwrap()]);
    assert!(error.contains("bad.jsonl") && error.contains("line 2"), "{error}");
    assert_eq!(ok(&data, &["export", "--format", "jsonl"]), "");
}

#[test]
fn what_cannot_be_opened_says_why_and_what_would_be_right() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "").unwrap();
    assert!(fails(&file, &["verify"]).contains("cannot be made"));
    let newer = folder.path().join("newer");
    ok(&newer, &["verify"]);
    let serving = Serving::start(&newer);
    let taken = fails(&folder.path().join("second"), &["serve", "--addr", &serving.address]);
    assert!(taken.contains("is in use") && taken.contains("--addr"), "{taken}");
    let open = fails(&folder.path().join("third"), &["serve", "--addr", "0.0.0.0:0"]);
    assert!(open.contains("not an address of this machine alone") && open.contains("--url"), "{open}");
    let nobody = ["serve", "--addr", "0.0.0.0:0", "--url", "https://catalog.example"];
    let nobody = fails(&folder.path().join("third"), &nobody);
    assert!(nobody.contains("nobody has an account yet"), "{nobody}");
    let plain = fails(&folder.path().join("third"), &["serve", "--url", "http://catalog.example"]);
    assert!(plain.contains("is not https:// and a host"), "{plain}");
    let missing = fails(&folder.path().join("fourth"), &["harvest", "dbt", "--manifest", "nowhere.json"]);
    assert!(missing.contains("nowhere.json"), "{missing}");
    let cut = folder.path().join("cut.backup");
    std::fs::write(&cut, "{\"header\":{\"format\":\"loggia-backup\",\"version\":1,\"made\":\"x\"}}\n")
        .unwrap();
    assert!(fails(&folder.path().join("fifth"), &["restore", cut.to_str().unwrap()]).contains("cut off"));
}

#[test]
fn accounts_are_made_and_disabled_beside_a_running_server_which_then_asks_who_comes() {
    let folder = TempDir::new().unwrap();
    let add = |words: &[&str], password: &str| {
        let words = [&["account", "add"], words].concat();
        let mut child = Command::new(PROGRAM)
            .arg("--data")
            .arg(folder.path())
            .args(&words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(password.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned()
    };
    let serving = Serving::start(folder.path());
    assert_eq!(serving.get("/").0, 200, "nobody has an account yet");
    let short = add(&["Ana Benítez", "--administrator"], "short\n");
    assert!(short.contains("password: has 5 characters: 12 to 256 are needed"), "{short}");
    assert_eq!(serving.get("/").0, 200, "and still nobody has one");
    assert_eq!(ok(folder.path(), &["export", "--format", "jsonl"]), "", "nor is anybody made");
    let made = add(&["Ana Benítez", "--login", "Ana", "--administrator"], "correct horse battery\n");
    assert_eq!(made.trim(), "ana-benitez signs in as 'ana', and administers everything");
    assert_eq!(serving.get("/").0, 303);
    let taken = add(&["Bruno", "--login", "ANA"], "another horse battery\n");
    assert!(taken.contains("is somebody else's"), "{taken}");
    let listed = ok(folder.path(), &["account", "list"]);
    assert!(listed.starts_with("ana  ana-benitez  since") && !listed.contains("argon2"), "{listed}");
    let last = fails(folder.path(), &["account", "disable", "ana"]);
    assert!(last.contains("nobody would be left who administers the organisation"), "{last}");
    add(&["Bruno", "--login", "bruno"], "another horse battery\n");
    ok(folder.path(), &["account", "disable", "bruno"]);
    assert!(ok(folder.path(), &["account", "list"]).trim().ends_with("disabled"));
    assert!(fails(folder.path(), &["account", "enable", "nobody"]).contains("there is no account 'nobody'"));
    let backup = folder.path().join("all.backup");
    ok(folder.path(), &["backup", backup.to_str().unwrap()]);
    assert!(!std::fs::read_to_string(backup).unwrap().contains("argon2"));
}

#[test]
fn tokens_are_made_told_and_revoked_beside_a_running_server() {
    let folder = TempDir::new().unwrap();
    let serving = Serving::start(folder.path());
    let none = fails(folder.path(), &["token", "make", "Nightly loader", "--name", "cron"]);
    assert!(none.contains("there is no service called 'Nightly loader'"), "{none}");
    assert!(none.contains("loggia service add"), "{none}");
    let made = ok(folder.path(), &["service", "add", "Nightly loader"]);
    assert!(made.starts_with("urn:loggia:service:nightly-loader is there"), "{made}");
    assert_eq!(ok(folder.path(), &["service", "list"]).trim(), "nightly-loader  Nightly loader");
    let make = ["token", "make", "nightly-loader", "--name", "cron", "--scope", "search", "--days", "7"];
    let token = ok(folder.path(), &make);
    assert!(token.starts_with("loggia_") && token.trim().len() == 56, "the token alone: {token}");
    let listed = ok(folder.path(), &["token", "list"]);
    assert!(listed.contains("service nightly-loader  'cron'  search  good until"), "{listed}");
    assert!(listed.trim().ends_with("never used") && !listed.contains(token.trim()), "{listed}");
    let id = listed.split_whitespace().next().unwrap();
    ok(folder.path(), &["token", "revoke", id]);
    assert_eq!(ok(folder.path(), &["token", "list"]), "");
    assert!(fails(folder.path(), &["token", "revoke", id]).contains("there is no such token"));
    let wide = fails(folder.path(), &["token", "make", "nightly-loader", "--name", "x", "--scope", "write"]);
    assert!(wide.contains("there are read, search and provision"), "{wide}");
    let backup = folder.path().join("all.backup");
    ok(folder.path(), &make);
    ok(folder.path(), &["backup", backup.to_str().unwrap()]);
    assert!(!std::fs::read_to_string(backup).unwrap().contains("cron"), "no backup has tokens");
    assert_eq!(serving.get("/").0, 200);
}

/// The heart of it: whatever was acknowledged before the kill is there afterwards, in the store and in the
/// index, and nothing else. An apply is acknowledged as a whole; a harvest batch by batch, and resumes.
#[test]
fn killed_fifty_times_it_has_every_acknowledged_change_and_nothing_else() {
    const KILLS: usize = 50;
    const EACH: usize = 1_200;
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    let mut dice = 0x5EED_u64;
    let mut acknowledged = 0;
    let mut killed_under_way = 0;
    for round in 0..KILLS {
        let lines = folder.path().join("round.jsonl");
        write_lines(&lines, acknowledged..acknowledged + EACH);
        let mut importing = Command::new(PROGRAM)
            .arg("--data")
            .arg(&data)
            .arg("apply")
            .arg(&lines)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let patience = Duration::from_millis(5 + (dice >> 33) % 300);
        let begun = Instant::now();
        let mut ended = None;
        while begun.elapsed() < patience && ended.is_none() {
            ended = importing.try_wait().unwrap();
            std::thread::yield_now();
        }
        // SIGKILL: nothing is tidied up.
        importing.kill().unwrap();
        importing.wait().unwrap();
        let was_acknowledged = ended.is_some_and(|status| status.success());
        killed_under_way += usize::from(ended.is_none());

        let verified = loggia(&data, &["verify"]);
        assert!(verified.status.success(), "round {round}: {}", String::from_utf8_lossy(&verified.stdout));
        let found = ok(&data, &["export", "--format", "jsonl"]).lines().count();
        let whole = found == acknowledged || found == acknowledged + EACH;
        assert!(
            whole,
            "round {round}: {found} found, {acknowledged} were acknowledged: an apply is all or nothing"
        );
        assert!(
            !was_acknowledged || found == acknowledged + EACH,
            "round {round}: what was acknowledged is gone"
        );
        acknowledged = found;
    }
    assert!(killed_under_way >= KILLS / 2, "only {killed_under_way} of {KILLS} kills came before the end");
}

/// A harvest is acknowledged batch by batch: a run that was killed leaves whole batches, and the next run
/// goes on from there.
#[test]
fn a_harvest_that_is_killed_resumes_and_never_doubles() {
    const TABLES: usize = 3_000;
    let folder = TempDir::new().unwrap();
    let (data, files) = (folder.path().join("data"), folder.path().join("files"));
    std::fs::create_dir(&files).unwrap();
    for number in 0..TABLES {
        std::fs::write(files.join(format!("t{number:04}.csv")), "id,name\n1,a\n").unwrap();
    }
    let arguments = ["harvest", "files", files.to_str().unwrap(), "--namespace", "file://killed"];
    for patience in [60, 120, 180, 240, 300, 360, 420, 480, 540, 600] {
        let mut harvesting = Command::new(PROGRAM)
            .arg("--data")
            .arg(&data)
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_millis(patience) && harvesting.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        harvesting.kill().unwrap();
        harvesting.wait().unwrap();
        ok(&data, &["verify"]);
        let found = ok(&data, &["export", "--format", "jsonl"]).lines().count();
        assert!(found.is_multiple_of(500) && found <= TABLES, "{found} assets are not whole batches");
    }
    ok(&data, &arguments);
    assert_eq!(ok(&data, &["export", "--format", "jsonl"]).lines().count(), TABLES);
    assert!(ok(&data, &arguments).contains(&format!("0 added, 0 changed, {TABLES} unchanged")));
}

#[test]
fn a_profile_is_made_once_for_each_version_of_the_data_and_hostile_files_end_their_reader_alone() {
    let folder = TempDir::new().unwrap();
    let (data, lake) = (folder.path().join("data"), folder.path().join("lake"));
    std::fs::create_dir(&lake).unwrap();
    let write = |rows: usize| {
        let lines: String = (0..rows).map(|row| format!("{row},p{row}@example.com\n")).collect();
        std::fs::write(lake.join("people.csv"), format!("id,email\n{lines}")).unwrap();
    };
    write(50);
    let harvest = ["harvest", "files", lake.to_str().unwrap(), "--namespace", "file://bank", "--profile"];
    assert!(ok(&data, &harvest).contains("profiles: 1 made, 0 of unchanged data, 0 refused"));
    assert!(ok(&data, &harvest).contains("profiles: 0 made, 1 of unchanged data, 0 refused"));
    write(60);
    let serving = Serving::start(&data);
    assert!(ok(&data, &harvest).contains("profiles: 1 made, 0 of unchanged data, 0 refused"));
    drop(serving);

    std::fs::write(lake.join("bomb.parquet"), unfolding()).unwrap();
    let said = fails(&data, &harvest);
    assert!(said.contains("bomb.parquet: takes more than 768 MiB of memory to read"), "{said}");
    assert!(ok(&data, &["verify"]).contains("agree"), "what was read before stands");
}
