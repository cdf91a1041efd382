//! Filters (RFC 7644, section 3.4.2.2): read into a type, and asked of one user or group at a time.

use super::{Group, User};

/// Bytes; a directory asks for one name, or for a few.
const LONGEST: usize = 2_000;
/// Brackets in brackets.
const DEEPEST: usize = 16;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filter(Node);

/// What is wrong with a filter, and what would be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct FilterError(String);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Node {
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
    Present(Attribute),
    Compare(Attribute, Operator, Value),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Attribute {
    Id,
    UserName,
    ExternalId,
    DisplayName,
    /// All of them, or those of one type.
    Email(Option<String>),
    Active,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equal,
    NotEqual,
    Contains,
    StartsWith,
    EndsWith,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Value {
    Text(String),
    Truth(bool),
}

/// Whose word is looked up, where a filter means one.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Narrow<'a> {
    Id(&'a str),
    UserName(&'a str),
    ExternalId(&'a str),
}

impl Filter {
    /// # Errors
    /// Says what cannot be understood.
    pub fn of_users(text: &str) -> Result<Self, FilterError> {
        read(text, user_attribute, "userName, externalId, id, displayName, emails.value and active")
    }

    /// # Errors
    /// Says what cannot be understood.
    pub fn of_groups(text: &str) -> Result<Self, FilterError> {
        read(text, group_attribute, "displayName, externalId and id")
    }

    pub(super) fn holds_of_user(&self, user: &User) -> bool {
        self.0.holds(&|attribute| match attribute {
            Attribute::Id => vec![Value::text(user.id.as_str())],
            Attribute::UserName => vec![Value::text(&user.words.user_name)],
            Attribute::ExternalId => user.words.external_id.iter().map(Value::text).collect(),
            Attribute::DisplayName => user.words.display_name.iter().map(Value::text).collect(),
            Attribute::Email(kind) => {
                let is_meant = |own: &Option<String>| match kind {
                    Some(kind) => own.as_ref().is_some_and(|own| own.to_lowercase() == kind.to_lowercase()),
                    None => true,
                };
                let emails = user.words.emails.iter().filter(|email| is_meant(&email.kind));
                emails.map(|email| Value::text(&email.value)).collect()
            }
            Attribute::Active => user.words.active.into_iter().map(Value::Truth).collect(),
        })
    }

    /// Members are not asked about, and need not be there.
    pub(super) fn holds_of_group(&self, group: &Group) -> bool {
        self.0.holds(&|attribute| match attribute {
            Attribute::Id => vec![Value::text(group.urn.rest())],
            Attribute::ExternalId => group.words.external_id.iter().map(Value::text).collect(),
            Attribute::DisplayName => vec![Value::text(&group.words.display_name)],
            Attribute::UserName | Attribute::Email(_) | Attribute::Active => Vec::new(),
        })
    }

    /// What is looked up instead of looking at everybody.
    pub(super) fn narrow(&self) -> Option<Narrow<'_>> {
        self.0.narrow()
    }
}

impl Value {
    fn text(text: impl AsRef<str>) -> Self {
        Self::Text(text.as_ref().to_owned())
    }
}

impl Attribute {
    /// Of identifiers, upper and lower case are two.
    fn is_exact(&self) -> bool {
        matches!(self, Self::Id | Self::ExternalId)
    }
}

impl Node {
    fn holds(&self, of: &impl Fn(&Attribute) -> Vec<Value>) -> bool {
        match self {
            Self::All(nodes) => nodes.iter().all(|node| node.holds(of)),
            Self::Any(nodes) => nodes.iter().any(|node| node.holds(of)),
            Self::Not(node) => !node.holds(of),
            Self::Present(attribute) => !of(attribute).is_empty(),
            Self::Compare(attribute, Operator::NotEqual, value) => {
                !of(attribute).iter().any(|own| compare(attribute, Operator::Equal, own, value))
            }
            Self::Compare(attribute, operator, value) => {
                of(attribute).iter().any(|own| compare(attribute, *operator, own, value))
            }
        }
    }

    fn narrow(&self) -> Option<Narrow<'_>> {
        match self {
            Self::All(nodes) => nodes.iter().find_map(Self::narrow),
            Self::Compare(attribute, Operator::Equal, Value::Text(text)) => match attribute {
                Attribute::Id => Some(Narrow::Id(text)),
                Attribute::UserName => Some(Narrow::UserName(text)),
                Attribute::ExternalId => Some(Narrow::ExternalId(text)),
                Attribute::DisplayName | Attribute::Email(_) | Attribute::Active => None,
            },
            Self::Any(_) | Self::Not(_) | Self::Present(_) | Self::Compare(..) => None,
        }
    }
}

fn compare(attribute: &Attribute, operator: Operator, own: &Value, wanted: &Value) -> bool {
    let (own, wanted) = match (own, wanted) {
        (Value::Truth(own), Value::Truth(wanted)) => return own == wanted,
        (Value::Text(own), Value::Text(wanted)) => (own, wanted),
        _ => return false,
    };
    let (own, wanted) = match attribute.is_exact() {
        true => (own.clone(), wanted.clone()),
        false => (own.to_lowercase(), wanted.to_lowercase()),
    };
    match operator {
        Operator::Equal => own == wanted,
        Operator::NotEqual => own != wanted,
        Operator::Contains => own.contains(&wanted),
        Operator::StartsWith => own.starts_with(&wanted),
        Operator::EndsWith => own.ends_with(&wanted),
    }
}

fn user_attribute(name: &str) -> Option<Attribute> {
    match name.trim_start_matches("urn:ietf:params:scim:schemas:core:2.0:user:") {
        "id" => Some(Attribute::Id),
        "username" => Some(Attribute::UserName),
        "externalid" => Some(Attribute::ExternalId),
        "displayname" => Some(Attribute::DisplayName),
        "emails" | "emails.value" => Some(Attribute::Email(None)),
        "active" => Some(Attribute::Active),
        _ => None,
    }
}

fn group_attribute(name: &str) -> Option<Attribute> {
    match name.trim_start_matches("urn:ietf:params:scim:schemas:core:2.0:group:") {
        "id" => Some(Attribute::Id),
        "externalid" => Some(Attribute::ExternalId),
        "displayname" => Some(Attribute::DisplayName),
        _ => None,
    }
}

fn read(text: &str, attribute: fn(&str) -> Option<Attribute>, known: &str) -> Result<Filter, FilterError> {
    if text.len() > LONGEST {
        return Err(FilterError(format!("the filter has more than {LONGEST} bytes: ask for less at once")));
    }
    let mut reader = Reader { tokens: tokens(text)?.into_iter().peekable(), attribute, known };
    let node = reader.any(0)?;
    match reader.tokens.next() {
        None => Ok(Filter(node)),
        Some(token) => Err(FilterError(format!("the filter goes on with {token} where it should end"))),
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Word(String),
    Text(String),
    Sign(char),
}

impl std::fmt::Display for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let shown: String = match self {
            Self::Word(text) | Self::Text(text) => text.chars().take(40).collect(),
            Self::Sign(sign) => sign.to_string(),
        };
        write!(f, "'{shown}'")
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, FilterError> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '(' | ')' | '[' | ']' => {
                tokens.push(Token::Sign(first));
                first.len_utf8()
            }
            '"' => {
                // A text is one of JSON, escapes and all.
                let mut read = serde_json::Deserializer::from_str(rest).into_iter::<String>();
                let value = read.next().and_then(Result::ok);
                let value = value.ok_or_else(|| {
                    FilterError("the filter has a text that does not end, or is none of JSON".to_owned())
                })?;
                tokens.push(Token::Text(value));
                read.byte_offset()
            }
            _ => {
                let ends = |letter: char| letter.is_whitespace() || "()[]\"".contains(letter);
                let length = rest.find(ends).unwrap_or(rest.len());
                tokens.push(Token::Word(rest.get(..length).unwrap_or_default().to_owned()));
                length
            }
        };
        rest = rest.get(length..).unwrap_or_default().trim_start();
    }
    Ok(tokens)
}

struct Reader<'a> {
    tokens: std::iter::Peekable<std::vec::IntoIter<Token>>,
    attribute: fn(&str) -> Option<Attribute>,
    known: &'a str,
}

impl Reader<'_> {
    fn any(&mut self, depth: usize) -> Result<Node, FilterError> {
        let mut nodes = vec![self.all(depth)?];
        while self.takes_word("or") {
            nodes.push(self.all(depth)?);
        }
        Ok(one_or(nodes, Node::Any))
    }

    fn all(&mut self, depth: usize) -> Result<Node, FilterError> {
        let mut nodes = vec![self.one(depth)?];
        while self.takes_word("and") {
            nodes.push(self.one(depth)?);
        }
        Ok(one_or(nodes, Node::All))
    }

    fn one(&mut self, depth: usize) -> Result<Node, FilterError> {
        if depth > DEEPEST {
            return Err(FilterError(format!("the filter has more than {DEEPEST} brackets in brackets")));
        }
        if self.takes_word("not") {
            self.expect('(')?;
            let node = self.any(depth + 1)?;
            self.expect(')')?;
            return Ok(Node::Not(Box::new(node)));
        }
        if self.takes('(') {
            let node = self.any(depth + 1)?;
            self.expect(')')?;
            return Ok(node);
        }
        let attribute = self.attribute()?;
        let operator = match self.word("an operator such as 'eq'")?.to_lowercase().as_str() {
            "pr" => return Ok(Node::Present(attribute)),
            "eq" => Operator::Equal,
            "ne" => Operator::NotEqual,
            "co" => Operator::Contains,
            "sw" => Operator::StartsWith,
            "ew" => Operator::EndsWith,
            other => {
                let shown: String = other.chars().take(40).collect();
                return Err(FilterError(format!("'{shown}' is not one of eq, ne, co, sw, ew and pr")));
            }
        };
        let value = self.value(&attribute)?;
        if matches!(value, Value::Truth(_)) && !matches!(operator, Operator::Equal | Operator::NotEqual) {
            return Err(FilterError("'active' is true or false: ask by eq or ne".to_owned()));
        }
        Ok(Node::Compare(attribute, operator, value))
    }

    /// `emails[type eq "work"].value` among them.
    fn attribute(&mut self) -> Result<Attribute, FilterError> {
        let word = self.word("an attribute")?;
        let found = (self.attribute)(&word.to_lowercase());
        let Some(attribute) = found else {
            let shown: String = word.chars().take(80).collect();
            return Err(FilterError(format!("'{shown}' cannot be asked about; there are {}", self.known)));
        };
        if !matches!(attribute, Attribute::Email(None)) || !self.takes('[') {
            return Ok(attribute);
        }
        let is_type = self.takes_word("type") && self.takes_word("eq");
        let kind = match self.tokens.next() {
            Some(Token::Text(kind)) if is_type => kind,
            _ => return Err(FilterError("of emails, ask as in emails[type eq \"work\"].value".to_owned())),
        };
        self.expect(']')?;
        self.takes_word(".value");
        Ok(Attribute::Email(Some(kind)))
    }

    fn value(&mut self, attribute: &Attribute) -> Result<Value, FilterError> {
        let is_truth = matches!(attribute, Attribute::Active);
        match self.tokens.next() {
            Some(Token::Text(text)) if !is_truth => Ok(Value::Text(text)),
            Some(Token::Text(text) | Token::Word(text)) if is_truth => match text.to_lowercase().as_str() {
                "true" => Ok(Value::Truth(true)),
                "false" => Ok(Value::Truth(false)),
                _ => Err(FilterError("'active' is compared with true or false".to_owned())),
            },
            Some(token) => Err(FilterError(format!("{token} is no text between quotes"))),
            None => Err(FilterError("the filter ends where a value should stand".to_owned())),
        }
    }

    fn word(&mut self, what: &str) -> Result<String, FilterError> {
        match self.tokens.next() {
            Some(Token::Word(word)) => Ok(word),
            Some(token) => Err(FilterError(format!("the filter has {token} where {what} should stand"))),
            None => Err(FilterError(format!("the filter ends where {what} should stand"))),
        }
    }

    fn takes_word(&mut self, wanted: &str) -> bool {
        let is_it = |token: &Token| matches!(token, Token::Word(word) if word.eq_ignore_ascii_case(wanted));
        self.tokens.next_if(is_it).is_some()
    }

    fn takes(&mut self, sign: char) -> bool {
        self.tokens.next_if_eq(&Token::Sign(sign)).is_some()
    }

    fn expect(&mut self, sign: char) -> Result<(), FilterError> {
        if self.takes(sign) { Ok(()) } else { Err(FilterError(format!("the filter lacks a '{sign}'"))) }
    }
}

fn one_or(mut nodes: Vec<Node>, many: fn(Vec<Node>) -> Node) -> Node {
    match (nodes.pop(), nodes.is_empty()) {
        (Some(node), true) => node,
        (last, _) => {
            nodes.extend(last);
            many(nodes)
        }
    }
}

#[cfg(test)]
mod tests {
    use loggia_model::Timestamp;

    use super::super::{Email, UserWords};
    use super::*;

    fn ana() -> User {
        User {
            id: "ana".parse().unwrap(),
            words: UserWords {
                user_name: "Ana@Bank.example".into(),
                external_id: Some("A-1".into()),
                emails: vec![
                    Email { value: "ana@bank.example".into(), kind: Some("work".into()), primary: None },
                    Email { value: "a@home.example".into(), kind: Some("home".into()), primary: None },
                ],
                active: Some(true),
                ..UserWords::default()
            },
            made: Timestamp::EPOCH,
            changed: Timestamp::EPOCH,
        }
    }

    #[test]
    fn a_filter_says_of_whom_it_holds() {
        for (filter, holds) in [
            ("userName eq \"ana@bank.EXAMPLE\"", true),
            ("USERNAME Eq \"ana@bank.example\"", true),
            ("urn:ietf:params:scim:schemas:core:2.0:User:userName sw \"ana\"", true),
            ("externalId eq \"a-1\"", false),
            ("externalId ne \"a-1\"", true),
            ("displayName pr", false),
            ("not (displayName pr)", true),
            ("displayName ne \"x\"", true),
            ("emails.value co \"home\"", true),
            ("emails[type eq \"work\"].value eq \"a@home.example\"", false),
            ("emails[type eq \"home\"].value eq \"a@home.example\"", true),
            ("active eq true", true),
            ("active eq \"False\"", false),
            ("active eq false or id eq \"ana\" and userName ew \"example\"", true),
            ("(active eq false or id eq \"ana\") and userName ew \"nothing\"", false),
            ("userName eq \"\\u0041na@bank.example\"", true),
        ] {
            assert_eq!(Filter::of_users(filter).unwrap().holds_of_user(&ana()), holds, "{filter}");
        }
    }

    #[test]
    fn one_name_is_looked_up() {
        let narrow = |text: &str| format!("{:?}", Filter::of_users(text).unwrap().narrow());
        assert_eq!(narrow("userName eq \"a\""), "Some(UserName(\"a\"))");
        assert_eq!(narrow("active eq true and id eq \"a\""), "Some(Id(\"a\"))");
        assert_eq!(narrow("userName eq \"a\" or userName eq \"b\""), "None");
        assert_eq!(narrow("userName ne \"a\""), "None");
    }

    #[test]
    fn what_cannot_be_understood_is_named() {
        for (filter, why) in [
            ("", "ends where an attribute should stand"),
            ("userName", "ends where an operator"),
            ("userName eq", "ends where a value"),
            ("userName eq ana", "'ana' is no text between quotes"),
            ("userName eq \"ana", "a text that does not end"),
            ("userName gt \"a\"", "'gt' is not one of eq"),
            ("password eq \"a\"", "'password' cannot be asked about"),
            ("active co true", "ask by eq or ne"),
            ("active eq \"maybe\"", "true or false"),
            ("(userName pr", "lacks a ')'"),
            ("userName pr)", "goes on with ')'"),
            ("userName pr id pr", "goes on with 'id'"),
            ("emails[value eq \"a\"] pr", "emails[type eq"),
        ] {
            let told = Filter::of_users(filter).unwrap_err().to_string();
            assert!(told.contains(why), "{filter}: {told}");
        }
        let deep = format!("{}userName pr{}", "(".repeat(900), ")".repeat(900));
        assert!(Filter::of_users(&deep).unwrap_err().to_string().contains("brackets in brackets"));
        let long = format!("userName eq \"{}\"", "a".repeat(10_000));
        assert!(Filter::of_users(&long).unwrap_err().to_string().contains("more than 2000 bytes"));
        assert!(Filter::of_groups("userName pr").unwrap_err().to_string().contains("displayName"));
    }
}
