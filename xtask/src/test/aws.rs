//! A server that speaks the protocols of AWS (moto) for one test run: started, and ended again, whatever happens.

use std::fs;
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::failure::{Result, While};
use crate::http;
use crate::places::Places;
use crate::python;

const PACKAGES: [&str; 1] = ["moto[server]==5.2.5"];

/// Ends when its input does, as that of PostgreSQL.
const KEEPER: &str = r#""$1" -H 127.0.0.1 -p "$2" >"$3" 2>&1 </dev/null & cat >/dev/null; kill $!"#;

/// It reads some megabytes of Python before it listens.
const STARTING: Duration = Duration::from_secs(60);

pub struct Aws {
    port: u16,
    keeper: Child,
    keepers_input: Option<ChildStdin>,
}

impl Aws {
    pub fn start(places: &Places) -> Result<Self> {
        let programs = python::environment(places, "test-python", "which speaks as AWS does", &PACKAGES)?;
        let port = http::free_port().while_(|| "cannot find a free port".to_owned())?;
        let log = places.log("moto");
        let logs = places.cache.join("logs");
        fs::create_dir_all(&logs).while_(|| format!("cannot make {}", logs.display()))?;
        let mut keeper = Command::new("sh");
        keeper.args(["-c", KEEPER, "sh"]).arg(programs.join("moto_server")).arg(port.to_string()).arg(&log);
        let mut keeper = keeper
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .while_(|| "cannot start the keeper of moto".to_owned())?;
        let keepers_input = keeper.stdin.take();
        let aws = Self { port, keeper, keepers_input };
        aws.wait().map_err(|why| format!("{why}\n  the whole log: {}", log.display()))?;
        Ok(aws)
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    fn wait(&self) -> Result<()> {
        let started = Instant::now();
        while !http::answers(self.port, "/moto-api/") {
            if started.elapsed() > STARTING {
                return Err(format!("moto did not answer on port {} within {STARTING:?}", self.port).into());
            }
            thread::sleep(Duration::from_millis(100));
        }
        Ok(())
    }
}

impl Drop for Aws {
    fn drop(&mut self) {
        drop(self.keepers_input.take());
        // Nothing is left to do about a keeper that failed.
        let _ = self.keeper.wait();
    }
}
