//! One letter, by SMTP: encrypted unless the operator says otherwise, and over within half a minute.

use std::net::IpAddr;
use std::time::Duration;

use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::response::Code;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use loggia_catalog::ports::{Letter, Undelivered};
use loggia_model::Secret;
use serde::Deserialize;

/// For each answer of the server.
const PATIENCE: Duration = Duration::from_secs(15);
/// For the whole letter.
const WHOLE: Duration = Duration::from_secs(25);

/// How what is said to the server is kept from others.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// The connection begins in the clear and must become TLS before anything is said (RFC 3207).
    #[default]
    Starttls,
    /// TLS from the first byte (RFC 8314).
    Tls,
    /// None: for a server on this machine or in a network of one's own, and never with a password.
    None,
}

/// Where letters come from, and the server that takes them.
#[derive(Debug, Clone)]
pub struct Mailer {
    from: Mailbox,
    host: String,
    port: u16,
    security: Security,
    login: Option<String>,
}

impl Mailer {
    /// `server` is a host, and a port where it is not the usual one.
    ///
    /// # Errors
    /// Says what would be right.
    pub fn new(from: &str, server: &str, security: Security, login: Option<String>) -> Result<Self, String> {
        let from: Mailbox =
            from.parse().map_err(|why| format!("has a 'from' that is no address, '{from}': {why}"))?;
        let wrong = || {
            format!(
                "has a 'server' that is none, '{server}': write a host, and a port where it needs one: smtp.example:587"
            )
        };
        let (host, port) = match server.rsplit_once(':') {
            Some((host, port)) if !host.contains(':') || host.starts_with('[') => {
                (host, Some(port.parse::<u16>().map_err(|_| wrong())?))
            }
            _ => (server, None),
        };
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let is_name = !host.is_empty()
            && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.');
        if !is_name && host.parse::<IpAddr>().is_err() {
            return Err(wrong());
        }
        if security == Security::None && login.is_some() {
            return Err(
                "says 'security: none' and a login: a password is not sent where others can read along"
                    .into(),
            );
        }
        let usual = match security {
            Security::Starttls => 587,
            Security::Tls => 465,
            Security::None => 25,
        };
        Ok(Self { from, host, port: port.unwrap_or(usual), security, login })
    }

    /// As people read it.
    pub fn shown(&self) -> String {
        format!("{} by {}:{}", self.from, self.host, self.port)
    }

    /// # Errors
    /// Where there is nothing to trust for TLS.
    pub fn open(&self, password: Option<&Secret>) -> Result<Post, String> {
        let builder = match self.security {
            Security::Starttls => AsyncSmtpTransport::<Tokio1Executor>::starttls_relay(&self.host),
            Security::Tls => AsyncSmtpTransport::<Tokio1Executor>::relay(&self.host),
            Security::None => Ok(AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&self.host)),
        };
        let builder = builder.map_err(|why| why.to_string())?.port(self.port).timeout(Some(PATIENCE));
        let builder = match (&self.login, password) {
            (Some(login), Some(password)) => {
                builder.credentials(Credentials::new(login.clone(), password.reveal().trim().to_owned()))
            }
            _ => builder,
        };
        Ok(Post { from: self.from.clone(), transport: builder.build() })
    }
}

/// RFC 5321, 4.2: of the address or the letter, and not of who sends or of the server.
fn is_of_the_letter(code: Code) -> bool {
    matches!(u16::from(code), 550..=553 | 556)
}

/// RFC 3463, 3.8: such as relaying that is denied, which is of this program and not of the letter.
fn is_of_policy(said: &str) -> bool {
    said.contains("5.7.")
}

/// A way to the server, with a connection of its own for each letter.
#[derive(Debug, Clone)]
pub struct Post {
    from: Mailbox,
    transport: AsyncSmtpTransport<Tokio1Executor>,
}

impl Post {
    /// # Errors
    /// Says why it was not taken; for good where the server says so of the letter or whoever it is for.
    pub async fn send(&self, letter: &Letter) -> Result<(), Undelivered> {
        let message = self.message(letter).map_err(Undelivered::for_good)?;
        match tokio::time::timeout(WHOLE, self.transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(Undelivered {
                why: with_causes(&error),
                wait: None,
                is_final: error.status().is_some_and(is_of_the_letter) && !is_of_policy(&error.to_string()),
            }),
            Err(_) => {
                Err(Undelivered::now(format!("the mail server does not answer within {} s", WHOLE.as_secs())))
            }
        }
    }

    /// RFC 5322, with a text for whoever reads no HTML.
    fn message(&self, letter: &Letter) -> Result<Message, String> {
        let address: Address = letter
            .to_address
            .parse()
            .map_err(|why| format!("'{}' is no address that can be mailed: {why}", letter.to_address))?;
        let domain = self.from.email.domain();
        let choices = HeaderValue::new(
            HeaderName::new_from_ascii_str("List-Unsubscribe"),
            format!("<{}>", letter.choices),
        );
        let by_itself =
            HeaderValue::new(HeaderName::new_from_ascii_str("Auto-Submitted"), "auto-generated".to_owned());
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(Some(letter.to_name.clone()), address))
            .subject(letter.subject.clone())
            // The same in every try: whoever gets it twice can tell.
            .message_id(Some(format!("<{}@{domain}>", letter.id)))
            .raw_header(choices)
            .raw_header(by_itself)
            .multipart(
                MultiPart::alternative()
                    .singlepart(part(ContentType::TEXT_PLAIN, &letter.text))
                    .singlepart(part(ContentType::TEXT_HTML, &letter.html)),
            )
            .map_err(|why| format!("the letter cannot be written: {why}"))
    }
}

fn part(kind: ContentType, text: &str) -> SinglePart {
    SinglePart::builder().header(kind).body(text.to_owned())
}

fn with_causes(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut cause = error.source();
    while let Some(below) = cause {
        let more = below.to_string();
        if !words.contains(&more) {
            words = format!("{words}: {more}");
        }
        cause = below.source();
    }
    words
}
