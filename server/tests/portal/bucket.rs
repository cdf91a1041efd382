//! A bucket, through the program: on a real server that speaks S3.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use super::serving::{PROGRAM, Serving};

const SECRET: &str = "s3cret+key/of=nobody";

/// Whose address `LOGGIA_TEST_AWS` names.
fn server() -> String {
    std::env::var("LOGGIA_TEST_AWS").unwrap()
}

fn put(path: &str, body: &str) {
    let server = server();
    let host = server.trim_start_matches("http://");
    let mut stream = TcpStream::connect(host).unwrap();
    let head = format!("PUT /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close");
    let authorization = "Authorization: AWS4-HMAC-SHA256 Credential=AKIATEST/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=x";
    write!(stream, "{head}\r\n{authorization}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 2"), "{answer}");
}

/// Whether it went well, and all that was said.
fn loggia(folder: &TempDir, arguments: &[&str]) -> (bool, String) {
    let output = Command::new(PROGRAM)
        .arg("--data")
        .arg(folder.path().join("data"))
        .args(arguments)
        .env("AWS_ACCESS_KEY_ID", "AKIATEST")
        .env("AWS_SECRET_ACCESS_KEY", SECRET)
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8(said).unwrap();
    assert!(!said.contains(SECRET), "{said}");
    (output.status.success(), said)
}

#[test]
fn a_bucket_is_harvested_profiled_and_shown() {
    let folder = TempDir::new().unwrap();
    let bucket = format!("portal{}", std::process::id());
    put(&bucket, "");
    put(&format!("{bucket}/raw/people/year=2026/a.csv"), "id,name\n1,Ana\n2,Bruno\n");
    put(&format!("{bucket}/raw/rates.csv"), "code,rate\nPYG,7300.5\n");
    put(&format!("{bucket}/other/secret.csv"), "id\n1\n");
    let file = folder.path().join("loggia.yaml");
    let server = server();
    let source = format!(
        "{{name: lake, bucket: {{address: 's3://{bucket}/raw', endpoint: '{server}'}}, profile: true, preview: true}}"
    );
    fs::write(&file, format!("sources: [{source}]")).unwrap();
    let harvest = ["harvest", "sources", file.to_str().unwrap()];
    let (went_well, said) = loggia(&folder, &harvest);
    assert!(went_well && said.contains("2 added") && said.contains("profiles: 2 made"), "{said}");
    let (went_well, said) = loggia(&folder, &harvest);
    assert!(went_well && said.contains("2 unchanged"), "{said}");
    assert!(said.contains("profiles: 0 made, 2 of unchanged data, 0 refused"), "{said}");

    let address = format!("s3://{bucket}/nothing");
    let (went_well, said) = loggia(&folder, &["harvest", "bucket", &address, "--endpoint", &server]);
    assert!(!went_well && said.contains("has nothing there"), "{said}");
    let (went_well, said) = loggia(&folder, &["harvest", "bucket", "s3://key:s3cret+key/of=nobody@b"]);
    assert!(!went_well && said.contains("names a bucket that cannot be"), "{said}");

    let variables =
        [("AWS_ACCESS_KEY_ID", Path::new("AKIATEST")), ("AWS_SECRET_ACCESS_KEY", Path::new(SECRET))];
    let data = folder.path().join("data");
    let serving = Serving::start_in(&data, &["--sources", file.to_str().unwrap()], &variables);
    let asset = format!("/assets/s3:%2F%2F{bucket};raw%2Fpeople");
    let (status, page) = serving.get(&format!("{asset}?tab=preview"));
    assert!(status == 200 && page.contains("Bruno") && page.contains("2026"), "{page}");
    let (_, page) = serving.get("/sources");
    assert!(page.contains(&format!("s3://{bucket}/raw")) && !page.contains(SECRET), "{page}");
}
