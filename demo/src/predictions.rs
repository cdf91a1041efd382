//! `churn_predictions.parquet`: what the churn model made of it.

use arrow_array::RecordBatch;
use arrow_schema::ArrowError;
use time::macros::date;

use crate::behaviour::Habit;
use crate::columns::{booleans, fractions, lists, optional, required, strings, timestamps};
use crate::days::{day, moment};
use crate::dice::Dice;

/// A quarter of the customers is scored on each; of the first, 90 days have passed and the outcome is known.
const RUNS: [(i64, &str); 4] = [
    (day(date!(2026 - 08 - 01)), "3.0"),
    (day(date!(2026 - 09 - 01)), "3.0"),
    (day(date!(2026 - 10 - 01)), "3.0"),
    (day(date!(2026 - 11 - 01)), "3.1"),
];

struct Prediction<'a> {
    customer: &'a str,
    scored_at: i64,
    model: &'static str,
    /// Ten-thousandths.
    probability: i64,
    reasons: Vec<&'static str>,
    actual: Option<bool>,
    treated: bool,
    offer: Option<&'static str>,
}

impl Prediction<'_> {
    fn band(&self) -> &'static str {
        match self.probability {
            6_000.. => "high",
            3_000.. => "medium",
            _ => "low",
        }
    }
}

pub fn table(habits: &[Habit<'_>]) -> Result<RecordBatch, ArrowError> {
    let mut dice = Dice::new(0x6368_7572_6E21_2121);
    let predictions: Vec<_> = (0..).zip(habits).map(|(at, habit)| predict(at, habit, &mut dice)).collect();
    let predictions = || predictions.iter();
    RecordBatch::try_from_iter_with_nullable([
        required("customer_id", strings(predictions().map(|row| row.customer))),
        required("scored_at", timestamps(predictions().map(|row| row.scored_at))),
        required("model_version", strings(predictions().map(|row| row.model))),
        required("churn_probability", fractions(predictions().map(|row| row.probability))),
        required("churn_band", strings(predictions().map(Prediction::band))),
        optional("top_reasons", lists(predictions().map(|row| Some(row.reasons.as_slice())))),
        required("predicted_churn", booleans(predictions().map(|row| row.probability >= 6_000))),
        optional("actual_churn", booleans(predictions().map(|row| row.actual))),
        required(
            "campaign_group",
            strings(predictions().map(|row| if row.treated { "treatment" } else { "control" })),
        ),
        optional("retention_offer", strings(predictions().map(|row| row.offer))),
    ])
}

fn predict<'a>(at: i64, habit: &Habit<'a>, dice: &mut Dice) -> Prediction<'a> {
    let (scored_on, model) = dice.pick(&RUNS);
    let weights = weights(habit);
    let unexplained = 6_500 - habit.customer.loyalty * 8 + dice.around_the_middle(-1_200, 1_200);
    let probability = probability(unexplained + weights.iter().map(|(weight, _)| weight).sum::<i64>());
    let outcome_known = scored_on == RUNS.iter().map(|(day, _)| *day).min().unwrap_or_default();
    let treated = !dice.chance(150);
    Prediction {
        customer: &habit.customer.id,
        scored_at: moment(scored_on, 4 * 3_600 + 12 * 60 + at / 600),
        model,
        probability,
        reasons: strongest(weights),
        actual: outcome_known.then(|| dice.between(1, 10_000) <= sharpened(probability)),
        treated,
        offer: (treated && probability >= 3_000).then(|| offer(probability, dice)),
    }
}

/// What speaks for leaving, in ten-thousandths.
fn weights(habit: &Habit<'_>) -> Vec<(i64, &'static str)> {
    let complaints = i64::try_from(habit.complaints.len()).unwrap_or_default();
    let logins = habit.app_logins + habit.web_logins;
    let unhappy = habit.nps_answer.is_some_and(|answer| answer <= 6);
    let all = [
        (complaints * 1_150, "complaints in the last year"),
        (if habit.has_salary { 0 } else { 650 }, "no salary paid in"),
        (if logins == 0 { 1_250 } else { 0 }, "no login for a month"),
        (if habit.products == 1 { 600 } else { 0 }, "only one product"),
        (if habit.customer.tenure_months() < 24 { 750 } else { 0 }, "with us for less than two years"),
        (if unhappy { 900 } else { 0 }, "would not recommend us"),
    ];
    all.into_iter().filter(|(weight, _)| *weight > 0).collect()
}

/// From any sum to ten-thousandths: an S-shaped curve that reaches a half at 6,100.
fn probability(sum: i64) -> i64 {
    let fourth_power = |value: i64| value * value * value * value;
    let (steep, half) = (fourth_power(sum.clamp(1_200, 15_000) / 10), fourth_power(610));
    steep * 10_000 / (steep + half)
}

fn strongest(mut weights: Vec<(i64, &'static str)>) -> Vec<&'static str> {
    weights.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    weights.into_iter().map(|(_, reason)| reason).take(3).collect()
}

/// What in truth happens: the model is good, and too timid at both ends.
fn sharpened(probability: i64) -> i64 {
    if probability >= 6_000 { probability + 400 } else { probability / 4 }
}

fn offer(probability: i64, dice: &mut Dice) -> &'static str {
    if probability >= 6_000 {
        dice.pick(&["CALL-VIP", "FEE-0-12M"])
    } else {
        dice.pick(&["FEE-0-3M", "CASHBACK-5"])
    }
}
