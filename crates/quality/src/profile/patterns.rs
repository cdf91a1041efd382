//! Strings that look like something people know.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Pattern {
    Email,
    Uuid,
    /// `2026-03-01`, `01/03/2026` or `01.03.2026`.
    Date,
    /// ISO 13616, with the right check digits.
    Iban,
    /// International, or with the separators that people write.
    Phone,
    /// 12 to 19 digits that Luhn's sum and an issuer's first digits agree with (ISO/IEC 7812).
    CardNumber,
}

impl Pattern {
    pub const ALL: [Self; 6] =
        [Self::Email, Self::Uuid, Self::Date, Self::Iban, Self::Phone, Self::CardNumber];

    pub fn title(self) -> &'static str {
        match self {
            Self::Email => "email address",
            Self::Uuid => "UUID",
            Self::Date => "date",
            Self::Iban => "IBAN",
            Self::Phone => "telephone number",
            Self::CardNumber => "card number",
        }
    }

    /// Whether such a value most likely tells of a person.
    pub fn is_personal(self) -> bool {
        matches!(self, Self::Email | Self::Iban | Self::Phone | Self::CardNumber)
    }
}

/// The longest that any of them is.
const LONGEST: usize = 254;

/// The first that fits. A text is of at most one.
pub fn pattern(text: &str) -> Option<Pattern> {
    let first = *text.as_bytes().first()?;
    if text.len() < 7 || text.len() > LONGEST || !text.is_ascii() {
        return None;
    }
    if text.contains('@') {
        return is_email(text).then_some(Pattern::Email);
    }
    if text.len() == 36 && is_uuid(text) {
        return Some(Pattern::Uuid);
    }
    match first {
        b'A'..=b'Z' => is_iban(text).then_some(Pattern::Iban),
        b'0'..=b'9' | b'+' | b'(' => number(text),
        _ => None,
    }
}

fn number(text: &str) -> Option<Pattern> {
    // Most digits first: what is a card is no telephone.
    let mut digits = [0; 19];
    let mut count = 0;
    let mut separators = 0;
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' => {
                *digits.get_mut(count)? = byte - b'0';
                count += 1;
            }
            b' ' | b'-' | b'(' | b')' | b'.' | b'/' | b'+' => separators += 1,
            _ => return None,
        }
    }
    let digits = digits.get(..count)?;
    if is_date(text) {
        return Some(Pattern::Date);
    }
    if is_card(text, digits) {
        return Some(Pattern::CardNumber);
    }
    is_phone(text, digits, separators).then_some(Pattern::Phone)
}

fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let is_local = |byte: u8| byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte);
    let is_label = |label: &str| {
        !label.is_empty()
            && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let Some((_, last)) = domain.rsplit_once('.') else { return false };
    !local.is_empty()
        && local.len() <= 64
        && local.bytes().all(is_local)
        && domain.split('.').all(is_label)
        && last.len() >= 2
        && last.bytes().all(|byte| byte.is_ascii_alphabetic())
}

fn is_uuid(text: &str) -> bool {
    text.bytes().enumerate().all(|(place, byte)| match place {
        8 | 13 | 18 | 23 => byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    })
}

fn is_date(text: &str) -> bool {
    let mut parts = text.split(['-', '/', '.']);
    let (Some(one), Some(two), Some(three), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let within = |text: &str, most: u32| {
        text.len() <= 2 && text.parse().is_ok_and(|number: u32| (1..=most).contains(&number))
    };
    let is_year = |text: &str| text.len() == 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    if text.contains('-') {
        return is_year(one) && within(two, 12) && within(three, 31);
    }
    // Days first, or months.
    is_year(three) && within(one, 31) && within(two, 31) && (within(one, 12) || within(two, 12))
}

/// The remainder of 97 that the text has, with its first four letters moved to the end and letters as
/// numbers from 10, is 1.
fn is_iban(text: &str) -> bool {
    let mut letters = [0; 34];
    let mut count = 0;
    for byte in text.bytes().filter(|byte| *byte != b' ') {
        let Some(place) = letters.get_mut(count) else { return false };
        *place = byte;
        count += 1;
    }
    let Some(([country @ .., _, _], rest)) = letters.get(..count).and_then(|all| all.split_at_checked(4))
    else {
        return false;
    };
    let head = letters.get(..4).unwrap_or_default();
    if count < 15 || !country.iter().all(u8::is_ascii_uppercase) {
        return false;
    }
    if !head.iter().skip(2).all(u8::is_ascii_digit) {
        return false;
    }
    let mut remainder: u32 = 0;
    for byte in rest.iter().chain(head) {
        remainder = match byte {
            b'0'..=b'9' => remainder * 10 + u32::from(byte - b'0'),
            b'A'..=b'Z' => remainder * 100 + u32::from(byte - b'A') + 10,
            _ => return false,
        } % 97;
    }
    remainder == 1
}

fn is_card(text: &str, digits: &[u8]) -> bool {
    let is_written_so = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b' ' | b'-'));
    let is_of_an_issuer =
        matches!(digits, [3, 0 | 4..=8, ..] | [4, ..] | [5, 0..=8, ..] | [6, ..] | [2, 2..=7, ..]);
    is_written_so && is_of_an_issuer && (12..=19).contains(&digits.len()) && luhn(digits)
}

fn luhn(digits: &[u8]) -> bool {
    let doubled = |digit: u8| if digit > 4 { digit * 2 - 9 } else { digit * 2 };
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| u32::from(if place % 2 == 1 { doubled(*digit) } else { *digit }))
        .sum();
    sum.is_multiple_of(10)
}

/// E.164 has at most 15 digits.
fn is_phone(text: &str, digits: &[u8], separators: usize) -> bool {
    let is_written_so = text.bytes().enumerate().all(|(place, byte)| {
        byte.is_ascii_digit() || b" -()".contains(&byte) || (byte == b'+' && place == 0)
    });
    // A day that no calendar has is still no telephone.
    // Account numbers have separators too, and most often a digit or two at their end.
    let last = text.len() - text.trim_end_matches(|letter: char| letter.is_ascii_digit()).len();
    let is_like_a_date = text.len() == 10 && matches!(text.as_bytes(), [_, _, _, _, b'-', _, _, b'-', _, _]);
    let is_international = text.starts_with('+') || text.starts_with("00");
    is_written_so
        && !is_like_a_date
        && last >= 3
        && (7..=15).contains(&digits.len())
        && (is_international || (1..=6).contains(&separators))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_are_told_by_what_they_look_like() {
        for (found, texts) in [
            (
                Some(Pattern::Email),
                vec!["ana@example.com", "a.b+c@mail.example.com.py", "o'neil@example.org"],
            ),
            (Some(Pattern::Uuid), vec!["123e4567-e89b-12d3-a456-426614174000"]),
            (Some(Pattern::Date), vec!["2026-03-01", "01/03/2026", "1.3.2026", "03/31/2026"]),
            (Some(Pattern::Iban), vec!["DE89370400440532013000", "GB29 NWBK 6016 1331 9268 19"]),
            (Some(Pattern::Phone), vec!["+595981123456", "(021) 123-4567", "0049 30 123456", "021-123-4567"]),
            (Some(Pattern::CardNumber), vec!["4111111111111111", "5500-0000-0000-0004", "3782 822463 10005"]),
            (
                None,
                vec![
                    "",
                    "ana",
                    "ana@localhost",
                    "@example.com",
                    "a@b@example.com",
                    "ana@-example.com",
                    "123e4567-e89b-12d3-a456-42661417400g",
                    "2026-13-01",
                    "31/31/2026",
                    "DE89370400440532013001",
                    "DEAB370400440532013000",
                    "4111111111111112",
                    "9111111111111111",
                    "1234567",
                    "192.168.100.100",
                    "001-0310063-7",
                    "1234567890123456789012345",
                    "+1",
                    "Asunción de la Virgen",
                ],
            ),
        ] {
            for text in texts {
                assert_eq!(pattern(text), found, "{text}");
            }
        }
    }
}
