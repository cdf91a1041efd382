//! The program as a process, and what it answers over HTTP.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

pub const PROGRAM: &str = env!("CARGO_BIN_EXE_loggia");

pub fn loggia(data: &Path, arguments: &[&str]) -> Output {
    Command::new(PROGRAM).arg("--data").arg(data).args(arguments).output().unwrap()
}

pub fn ok(data: &Path, arguments: &[&str]) -> String {
    let output = loggia(data, arguments);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {error}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

pub fn fails(data: &Path, arguments: &[&str]) -> String {
    let output = loggia(data, arguments);
    assert!(!output.status.success(), "{arguments:?} was expected to fail");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A server of the folder; ends with the test.
pub struct Serving {
    child: Child,
    pub address: String,
}

impl Serving {
    pub fn start(data: &Path) -> Self {
        Self::start_with(data, &[])
    }

    pub fn start_with(data: &Path, arguments: &[&str]) -> Self {
        Self::start_in(data, arguments, &[])
    }

    /// With these variables in its environment.
    pub fn start_in(data: &Path, arguments: &[&str], variables: &[(&str, &Path)]) -> Self {
        let mut child = Command::new(PROGRAM)
            .arg("--data")
            .arg(data)
            .args(["serve", "--addr", "127.0.0.1:0"])
            .args(arguments)
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().rsplit('/').next().unwrap().to_owned();
        Self { child, address }
    }

    /// The status and the text of a page, without the marks that the framework leaves between texts.
    pub fn get(&self, path: &str) -> (u16, String) {
        let answer = self.send("GET", path, &[("accept", "text/html")]);
        (answer.status, String::from_utf8_lossy(&answer.body).replace("<!>", ""))
    }

    /// As a form of a page of ours; the page that it leads to.
    pub fn post(&self, path: &str, body: &str) -> Answer {
        let length = body.len().to_string();
        let headers = [
            ("accept", "text/html"),
            ("content-type", "application/x-www-form-urlencoded"),
            ("sec-fetch-site", "same-origin"),
            ("content-length", length.as_str()),
        ];
        self.send_with("POST", path, &headers, body)
    }

    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send_with(method, path, headers, "")
    }

    fn send_with(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        // The older version, so that no answer comes in chunks.
        let asked = format!("{method} {path} HTTP/1.0\r\nhost: {}\r\n{headers}\r\n{body}", self.address);
        stream.write_all(asked.as_bytes()).unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let end = answer.windows(4).position(|some| some == b"\r\n\r\n").unwrap();
        let (head, body) = answer.split_at_checked(end + 4).unwrap();
        let head = String::from_utf8_lossy(head).into_owned();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, head, body: body.to_vec() }
    }
}

pub struct Answer {
    pub status: u16,
    head: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

/// A Parquet file of some kilobytes with one text of a gigabyte.
pub fn unfolding() -> Vec<u8> {
    unfolding_in("message t { required binary text (UTF8); }", &[])
}

/// As [`unfolding`], in the one column of this schema, with the level at which it is defined.
pub fn unfolding_in(schema: &str, levels: &[i16]) -> Vec<u8> {
    use std::sync::Arc;

    use parquet::basic::{Compression, ZstdLevel};
    use parquet::data_type::{ByteArray, ByteArrayType};
    use parquet::file::properties::WriterProperties;
    use parquet::file::writer::SerializedFileWriter;
    use parquet::schema::parser::parse_message_type;

    let schema = Arc::new(parse_message_type(schema).unwrap());
    let zstd = Compression::ZSTD(ZstdLevel::try_new(1).unwrap());
    let properties = WriterProperties::builder().set_compression(zstd).set_dictionary_enabled(false).build();
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(properties)).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    let text = ByteArray::from(vec![b' '; 1 << 30]);
    column
        .typed::<ByteArrayType>()
        .write_batch(&[text], Some(levels).filter(|levels| !levels.is_empty()), None)
        .unwrap();
    column.close().unwrap();
    group.close().unwrap();
    writer.into_inner().unwrap()
}
