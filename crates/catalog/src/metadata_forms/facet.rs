//! What is filled in as searches are narrowed by it: `FORM/FIELD=WORD`, in which the word is the value or, where there would
//! be too many of them, what it is among.

use loggia_model::facts::{FieldKey, FieldType, FieldValue};
use loggia_model::{Kind, Urn};

/// A value of a field that searches are narrowed by.
pub(crate) fn facet_value(form: &Urn, key: &FieldKey, word: &str) -> String {
    format!("{}/{key}={word}", form.rest())
}

/// The form and the field of `FORM/FIELD`.
pub(crate) fn of_facet(field: &str) -> Option<(Urn, FieldKey)> {
    let (form, key) = field.rsplit_once('/')?;
    let form = format!("urn:loggia:{}:{form}", Kind::MetadataForm).parse().ok()?;
    Some((form, key.parse().ok()?))
}

/// The word of a value that is no entity: of a date its year, of a number or an amount its decade.
pub(crate) fn facet_word(field_type: FieldType, value: &FieldValue) -> String {
    match (field_type, value) {
        (FieldType::Date, FieldValue::Text(date)) => date.split('-').next().unwrap_or_default().to_owned(),
        (FieldType::Number, FieldValue::Number(number)) => decade(&in_digits(number)),
        (FieldType::Money, FieldValue::Money(money)) => {
            format!("{} {}", money.currency, decade(&money.amount))
        }
        _ => value.to_string(),
    }
}

/// JSON may say a number with an exponent.
fn in_digits(number: &serde_json::Number) -> String {
    let text = number.to_string();
    match number.as_f64() {
        Some(float) if text.contains(['e', 'E']) => format!("{float}"),
        _ => text,
    }
}

/// `1000 to under 10000` of 2500; `0 to under 1` of what has no whole part.
fn decade(amount: &str) -> String {
    if amount.starts_with('-') {
        return "below 0".to_owned();
    }
    let whole = amount.split('.').next().unwrap_or_default().trim_start_matches(['+', '0']);
    match whole.len() {
        0 => "0 to under 1".to_owned(),
        digits => format!("1{} to under 1{}", "0".repeat(digits - 1), "0".repeat(digits)),
    }
}

#[cfg(test)]
mod tests {
    use loggia_model::facts::Money;
    use serde_json::json;

    use super::*;

    fn word(field_type: FieldType, value: FieldValue) -> String {
        facet_word(field_type, &value)
    }

    #[test]
    fn what_has_many_values_is_told_with_its_neighbours() {
        let number = |value: serde_json::Value| {
            let value: FieldValue = serde_json::from_value(value).unwrap();
            word(FieldType::Number, value)
        };
        assert_eq!([number(json!(3)), number(json!(3.5))], ["1 to under 10"; 2]);
        assert_eq!([number(json!(30)), number(json!(99.9))], ["10 to under 100"; 2]);
        assert_eq!(number(json!(2_500)), "1000 to under 10000");
        assert_eq!(number(json!(1e30)), format!("1{} to under 1{}", "0".repeat(30), "0".repeat(31)));
        assert_eq!([number(json!(0)), number(json!(0.25))], ["0 to under 1"; 2]);
        assert_eq!([number(json!(-7)), number(json!(-1_000.5))], ["below 0"; 2]);
        let cost = |amount: &str| {
            let money = Money { amount: amount.into(), currency: "PYG".into() };
            word(FieldType::Money, FieldValue::Money(money))
        };
        assert_eq!([cost("1200.50"), cost("0.99")], ["PYG 1000 to under 10000", "PYG 0 to under 1"]);
        assert_eq!(word(FieldType::Date, FieldValue::Text("2027-03-01".into())), "2027");
        assert_eq!(word(FieldType::Choice, FieldValue::Text("secret".into())), "secret");
    }
}
