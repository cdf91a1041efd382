//! `credit_scores.parquet`: the last behavioural score of each customer.

use arrow_array::RecordBatch;
use arrow_schema::ArrowError;

use crate::columns::{amounts, booleans, dates, fractions, int32s, int64s, optional, required, strings};
use crate::customers::{Customer, number};
use crate::days::CLOSE;
use crate::dice::Dice;

/// Borrowers whose consent came too late for the accounts file.
const STRANGERS: i64 = 23;

struct Score {
    id: i64,
    customer: String,
    score: Option<i64>,
    bureau: Option<&'static str>,
    days_past_due: i64,
    bcp_category: Option<i64>,
    income: Option<i64>,
    income_verified: bool,
    scored_on: i64,
    model: &'static str,
}

pub fn table(customers: &[Customer]) -> Result<RecordBatch, ArrowError> {
    let scores = score_all(customers);
    let scores = || scores.iter();
    RecordBatch::try_from_iter_with_nullable([
        required("score_id", int64s(scores().map(|row| row.id))),
        required("customer_id", strings(scores().map(|row| row.customer.as_str()))),
        optional("score", int32s(scores().map(|row| row.score))),
        optional("score_band", strings(scores().map(|row| row.score.map(band)))),
        optional(
            "probability_of_default",
            fractions(scores().map(|row| row.score.map(probability_of_default))),
        ),
        optional("bureau_name", strings(scores().map(|row| row.bureau))),
        required("days_past_due", int32s(scores().map(|row| row.days_past_due))),
        optional("bcp_category", int32s(scores().map(|row| row.bcp_category))),
        optional("monthly_income", amounts(scores().map(|row| row.income))?),
        required("income_verified", booleans(scores().map(|row| row.income_verified))),
        required("scored_on", dates(scores().map(|row| row.scored_on))),
        required("model_version", strings(scores().map(|row| row.model))),
    ])
}

fn score_all(customers: &[Customer]) -> Vec<Score> {
    let mut dice = Dice::new(0x7363_6F72_6573_2121);
    let mut scores = Vec::new();
    for customer in customers {
        if !dice.chance(20) {
            let scored = score_one(&customer.id, customer, &mut dice);
            scores.push(scored);
        }
    }
    for (at, customer) in (0..STRANGERS).zip(customers) {
        // Below the first number of the pilot: nobody else has it.
        let scored = score_one(&number(-1 - at), customer, &mut dice);
        scores.push(scored);
    }
    for (id, score) in (7_400_001..).zip(&mut scores) {
        score.id = id;
    }
    scores
}

fn score_one(id: &str, customer: &Customer, dice: &mut Dice) -> Score {
    let days_past_due = days_past_due(customer, dice);
    let score = 915 - customer.trouble * 6 / 10 - days_past_due + dice.around_the_middle(-70, 70);
    let verified = dice.chance(640);
    Score {
        id: 0,
        customer: id.to_owned(),
        score: (customer.tenure_months() >= 6 && !dice.chance(10)).then(|| score.clamp(300, 950)),
        bureau: dice.chance(720).then(|| dice.pick(&["Buró del Este", "Buró del Este", "CrediSur"])),
        days_past_due,
        bcp_category: (!dice.chance(35)).then(|| bcp_category(days_past_due)),
        income: (verified || dice.chance(700)).then_some(customer.income),
        income_verified: verified,
        scored_on: CLOSE - dice.mostly_small(0, 60),
        model: if dice.chance(930) { "BHV-4.2" } else { "BHV-4.1" },
    }
}

fn days_past_due(customer: &Customer, dice: &mut Dice) -> i64 {
    if dice.chance(customer.trouble / 2) { dice.mostly_small(1, 320) } else { 0 }
}

fn band(score: i64) -> &'static str {
    match score {
        850.. => "A",
        750.. => "B",
        650.. => "C",
        530.. => "D",
        _ => "E",
    }
}

/// Ten-thousandths: next to nothing at 950, a third at 300.
fn probability_of_default(score: i64) -> i64 {
    let below = 950 - score;
    12 + below * below * 3_300 / (650 * 650)
}

fn bcp_category(days_past_due: i64) -> i64 {
    match days_past_due {
        ..61 => 1,
        61..91 => 2,
        91..151 => 3,
        151..271 => 4,
        _ => 5,
    }
}
