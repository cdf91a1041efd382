//! Where a verb's words go: to the terminal, or through the socket to whoever asked.

use std::io::Write;
use std::sync::Arc;

use tokio::sync::mpsc;

/// One line of what a verb says.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Said {
    /// The result.
    Out(String),
    /// Progress and remarks.
    Note(String),
    /// The end.
    Exit { code: u8, failure: Option<String> },
}

pub enum Out {
    Terminal,
    Socket(mpsc::Sender<Said>),
    /// Work that nobody waits for: each line, as it comes, to whoever looks.
    Heard(Arc<dyn Fn(&str) + Send + Sync>),
}

impl Out {
    pub fn terminal() -> Self {
        Self::Terminal
    }

    /// A line of the result. `false` where nobody reads any more.
    pub async fn line(&mut self, text: impl Into<String>) -> bool {
        self.say(Said::Out(text.into())).await
    }

    /// A remark beside the result.
    pub async fn note(&mut self, text: impl Into<String>) {
        self.say(Said::Note(text.into())).await;
    }

    async fn say(&mut self, said: Said) -> bool {
        match self {
            Self::Terminal => show(&said),
            Self::Socket(socket) => socket.send(said).await.is_ok(),
            Self::Heard(hear) => {
                if let Said::Out(text) | Said::Note(text) = &said {
                    hear(text);
                }
                true
            }
        }
    }
}

/// Shows a line to the person. `false` where the output is closed.
pub fn show(said: &Said) -> bool {
    match said {
        Said::Out(text) => writeln!(std::io::stdout(), "{text}").is_ok(),
        Said::Note(text) => writeln!(std::io::stderr(), "{text}").is_ok(),
        Said::Exit { .. } => true,
    }
}
