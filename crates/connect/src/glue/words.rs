//! What an error answer of AWS says (JSON 1.1 protocol, "Operation error serialization").

use serde_json::Value;

/// The words of an answer that is not 200.
pub struct Said {
    /// `AccessDeniedException`; empty where there is none.
    pub code: String,
    pub message: String,
}

/// What becomes of the question.
#[derive(Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is worth another try, a little later.
    Again,
    Expired,
    Denied,
    Absent,
    Rejected,
}

/// Letters of a message that are repeated.
const SHOWN: usize = 500;

impl Said {
    /// `header` is `x-amzn-errortype`, which some send instead of a field.
    pub fn of(header: Option<&str>, body: &[u8]) -> Self {
        let body: Value = serde_json::from_slice(body).unwrap_or_default();
        let field = |names: &[&str]| names.iter().find_map(|name| body.get(name)).and_then(Value::as_str);
        let code = header.or_else(|| field(&["__type", "code", "Code"])).unwrap_or_default();
        // `com.amazon.coral.service#AccessDeniedException:http://…`
        let code = code.split(':').next().unwrap_or_default();
        let code = code.rsplit('#').next().unwrap_or_default();
        let message = field(&["message", "Message"]).unwrap_or_default();
        Self { code: code.to_owned(), message: message.chars().take(SHOWN).collect() }
    }

    pub fn fate(&self, status: u16) -> Fate {
        match self.code.as_str() {
            "ExpiredTokenException" | "ExpiredToken" => Fate::Expired,
            "ThrottlingException" | "Throttling" | "RequestLimitExceeded" | "TooManyRequestsException" => {
                Fate::Again
            }
            "EntityNotFoundException" => Fate::Absent,
            "AccessDeniedException"
            | "UnrecognizedClientException"
            | "InvalidSignatureException"
            | "InvalidClientTokenId"
            | "MissingAuthenticationTokenException" => Fate::Denied,
            _ if status >= 500 || status == 429 => Fate::Again,
            _ if status == 401 || status == 403 => Fate::Denied,
            _ => Fate::Rejected,
        }
    }

    /// The status where there is nothing else.
    pub fn words(&self, status: u16) -> String {
        match (self.code.as_str(), self.message.as_str()) {
            ("", "") => format!("status {status}"),
            (code, "") => code.to_owned(),
            ("", message) => format!("status {status}, {message}"),
            (code, message) => format!("{code}, {message}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_found_wherever_it_stands() {
        let denied = br#"{"__type": "com.amazon#AccessDeniedException", "Message": "no glue:GetTables"}"#;
        let said = Said::of(None, denied);
        assert_eq!(
            (said.words(400).as_str(), said.fate(400)),
            ("AccessDeniedException, no glue:GetTables", Fate::Denied)
        );
        let said = Said::of(Some("ThrottlingException:http://internal"), b"{}");
        assert_eq!((said.words(400).as_str(), said.fate(400)), ("ThrottlingException", Fate::Again));
        let said = Said::of(None, b"<html>");
        assert_eq!((said.words(502).as_str(), said.fate(502)), ("status 502", Fate::Again));
        assert_eq!((said.fate(403), said.fate(404)), (Fate::Denied, Fate::Rejected));
    }
}
