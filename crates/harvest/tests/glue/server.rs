//! A region of Glue for one test, and a server before it that may misbehave.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use loggia_connect::aws::AwsWanted;
use loggia_connect::glue::Pages;
use loggia_harvest::glue::Wanted;
use loggia_model::{DatasetName, Secret, Urn};
use loggia_testkit::{Outcome, There, Trouble, aws};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

pub const SECRET: &str = "s3cret-of-the-key";
pub const TOKEN: &str = "t0ken-that-runs-out";

/// The account of every caller that the server does not know.
const ACCOUNT: &str = "123456789012";

pub struct Region {
    pub name: &'static str,
    address: String,
}

impl Region {
    /// Empty. Each test has a region of its own.
    pub async fn fresh(name: &'static str) -> Outcome<Self> {
        let region = Self { name, address: aws()? };
        let known = region.ask("GetDatabases", &json!({})).await?;
        for database in known["DatabaseList"].as_array().there()? {
            region.ask("DeleteDatabase", &json!({ "Name": database["Name"] })).await?;
        }
        Ok(region)
    }

    pub async fn database(&self, name: &str) -> Outcome {
        let input = json!({ "Name": name, "Description": "Of the bank." });
        self.ask("CreateDatabase", &json!({ "DatabaseInput": input })).await.map(drop)
    }

    pub async fn table(&self, database: &str, table: Value) -> Outcome {
        let question = json!({ "DatabaseName": database, "TableInput": table });
        self.ask("CreateTable", &question).await.map(drop)
    }

    pub async fn partitions(&self, database: &str, table: &str, values: &[&str]) -> Outcome {
        let list: Vec<Value> = values.iter().map(|value| json!({ "Values": [value] })).collect();
        let question = json!({ "DatabaseName": database, "TableName": table, "PartitionInputList": list });
        let answer = self.ask("BatchCreatePartition", &question).await?;
        assert!(answer["Errors"].as_array().is_none_or(Vec::is_empty), "{answer}");
        Ok(())
    }

    pub async fn drop_table(&self, database: &str, table: &str) -> Outcome {
        let question = json!({ "DatabaseName": database, "Name": table });
        self.ask("DeleteTable", &question).await.map(drop)
    }

    pub fn wanted(&self) -> Wanted {
        self.wanted_at(&self.address)
    }

    pub fn wanted_at(&self, endpoint: &str) -> Wanted {
        let value = json!({ "access_key_id": "AKTEST", "secret_access_key": SECRET, "session_token": TOKEN });
        let access = AwsWanted {
            region: Some(self.name.to_owned()),
            profile: None,
            endpoint: Some(endpoint.to_owned()),
            secret: Some(Secret::new(value.to_string())),
        };
        Wanted {
            access,
            databases: Vec::new(),
            namespace: None,
            count_partitions: true,
            limit: Duration::from_secs(20),
            pages: Pages::default(),
        }
    }

    pub fn urn(&self, database: &str, table: &str) -> String {
        let namespace = format!("arn:aws:glue:{}:{ACCOUNT}", self.name);
        let name = DatasetName::new(namespace, format!("table/{database}/{table}"));
        name.map(|name| Urn::asset(&name).to_string()).unwrap_or_default()
    }

    /// Its tables as they are made, which the harvest itself cannot do.
    async fn ask(&self, action: &str, question: &Value) -> Outcome<Value> {
        let (status, body) =
            forward(&self.address, self.name, action, question.to_string().as_bytes()).await?;
        let answer = serde_json::from_slice(&body).unwrap_or_default();
        if status == 200 { Ok(answer) } else { Err(Trouble::new(format!("{action}: {status} {answer}"))) }
    }
}

/// What the server in between does with a question.
pub enum Act {
    Pass,
    /// Gives what was asked for in pages of at most so many.
    Paged(usize),
    Say(u16, String),
    /// Takes the question, and never answers.
    Silence,
    /// Breaks off in the middle of an answer.
    BreakOff,
}

/// A server before Glue.
pub struct Between {
    pub address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Between {
    /// `decide` is told how many came before of the same kind, and the kind.
    pub async fn new(
        region: &Region,
        decide: impl Fn(usize, &str) -> Act + Send + Sync + 'static,
    ) -> Outcome<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = format!("http://{}", listener.local_addr()?);
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let (seen, decide, name, glue) =
            (asked.clone(), Arc::new(decide), region.name, region.address.clone());
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (seen, decide, glue) = (seen.clone(), decide.clone(), glue.clone());
                // What goes wrong here, the asker hears of.
                tokio::spawn(async move { serve(stream, &seen, decide.as_ref(), name, &glue).await.ok() });
            }
        });
        Ok(Self { address, asked })
    }

    /// How often it was asked this.
    pub fn asked(&self, action: &str) -> usize {
        self.asked.lock().unwrap().iter().filter(|asked| *asked == action).count()
    }
}

async fn serve(
    stream: TcpStream,
    seen: &Mutex<Vec<String>>,
    decide: &(impl Fn(usize, &str) -> Act + Sync),
    region: &str,
    glue: &str,
) -> Outcome {
    let mut stream = BufReader::new(stream);
    let (head, body) = message(&mut stream).await?;
    let target = head.iter().find_map(|line| line.strip_prefix("x-amz-target: ")).there()?;
    let action = target.trim_start_matches("AWSGlue.").to_owned();
    let before = {
        let mut seen = seen.lock().unwrap();
        let before = seen.iter().filter(|asked| **asked == action).count();
        seen.push(action.clone());
        before
    };
    let (status, answer) = match decide(before, &action) {
        Act::Pass => forward(glue, region, &action, &body).await?,
        Act::Paged(size) => {
            let (status, answer) = forward(glue, region, &action, &body).await?;
            (status, paged(&serde_json::from_slice(&body)?, &serde_json::from_slice(&answer)?, size))
        }
        Act::Say(status, text) => (status, text.into_bytes()),
        Act::Silence => {
            tokio::time::sleep(Duration::from_secs(60)).await;
            return Ok(());
        }
        Act::BreakOff => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{\"Tab").await?;
            return Ok(());
        }
    };
    let head =
        format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", answer.len());
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(&answer).await?;
    stream.flush().await?;
    Ok(())
}

/// As Glue does it: the token says where the next page begins.
fn paged(question: &Value, answer: &Value, size: usize) -> Vec<u8> {
    let most = question["MaxResults"].as_u64().map_or(size, |most| size.min(usize::try_from(most).unwrap()));
    let from: usize = question["NextToken"].as_str().map_or(0, |token| token.parse().unwrap());
    let mut answer = answer.clone();
    for list in ["DatabaseList", "TableList", "Partitions"] {
        let Some(all) = answer[list].as_array().cloned() else { continue };
        let page: Vec<&Value> = all.iter().skip(from).take(most).collect();
        let next = from + page.len();
        answer[list] = json!(page);
        if next < all.len() {
            answer["NextToken"] = json!(next.to_string());
        }
    }
    answer.as_object_mut().unwrap().retain(|_, value| !value.is_null());
    answer.to_string().into_bytes()
}

/// Asks Glue itself.
async fn forward(glue: &str, region: &str, action: &str, body: &[u8]) -> Outcome<(u16, Vec<u8>)> {
    let host = glue.trim_start_matches("http://");
    let mut stream = BufReader::new(TcpStream::connect(host).await?);
    // The server tells the region by the scope of the signature.
    let scope = format!("AKTEST/20260101/{region}/glue/aws4_request");
    let head = format!(
        "POST / HTTP/1.0\r\nHost: {host}\r\nContent-Type: application/x-amz-json-1.1\r\nX-Amz-Target: AWSGlue.{action}\r\n\
         Authorization: AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body).await?;
    let (head, body) = message(&mut stream).await?;
    let status = head.first().and_then(|line| line.split(' ').nth(1)).there()?;
    Ok((status.parse()?, body))
}

/// The lines of the head, with the names in small letters, and the body.
async fn message(stream: &mut BufReader<TcpStream>) -> Outcome<(Vec<String>, Vec<u8>)> {
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await?;
        let line = line.trim_end();
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(": ").unwrap_or((line, ""));
        head.push(if value.is_empty() {
            line.to_owned()
        } else {
            format!("{}: {value}", name.to_lowercase())
        });
    }
    let length = head.iter().find_map(|line| line.strip_prefix("content-length: ")).there()?;
    let mut body = vec![0; length.parse()?];
    stream.read_exact(&mut body).await?;
    Ok((head, body))
}
