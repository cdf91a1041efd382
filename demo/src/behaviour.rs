//! `behaviour.parquet`: how each customer used the bank in the last month.

use arrow_array::RecordBatch;
use arrow_schema::ArrowError;

use crate::columns::{
    booleans, dates, fractions, group, int32s, lists, optional, required, strings, timestamps,
};
use crate::customers::Customer;
use crate::days::{CLOSE, moment};
use crate::dice::Dice;
use crate::words::COMPLAINT_TOPICS;

/// Every so many-th customer has two profiles in the app, and so two rows.
const TWO_PROFILES_EVERY: usize = 590;

#[derive(Clone)]
pub struct Habit<'a> {
    pub customer: &'a Customer,
    pub products: i64,
    pub app_logins: i64,
    pub web_logins: i64,
    pub branch_visits: i64,
    pub last_login_at: Option<i64>,
    pub has_salary: bool,
    pub complaints: Vec<&'static str>,
    pub nps_answer: Option<i64>,
}

pub fn observe(customers: &[Customer]) -> Vec<Habit<'_>> {
    let mut dice = Dice::new(0x6861_6269_7473_2E2E);
    customers.iter().map(|customer| observe_one(customer, &mut dice)).collect()
}

fn observe_one<'a>(customer: &'a Customer, dice: &mut Dice) -> Habit<'a> {
    let app_logins = dice.mostly_small(0, (customer.digital * customer.loyalty / 7_000 - 10).max(0) + 6);
    let web_logins = dice.mostly_small(0, customer.digital / 40);
    let complaints = complaints(customer, dice);
    Habit {
        customer,
        products: 1 + dice.mostly_small(0, 5 + customer.loyalty / 500),
        app_logins,
        web_logins,
        branch_visits: dice.mostly_small(0, 6 - customer.digital / 250),
        last_login_at: last_login(app_logins + web_logins, dice),
        has_salary: !customer.is_business() && dice.chance(280 + customer.loyalty / 3),
        nps_answer: dice.chance(170).then(|| nps_answer(customer, &complaints, dice)),
        complaints,
    }
}

fn complaints(customer: &Customer, dice: &mut Dice) -> Vec<&'static str> {
    let most = (4 - customer.loyalty / 180).max(0);
    (0..dice.mostly_small(0, most)).map(|_| dice.pick(&COMPLAINT_TOPICS)).collect()
}

fn last_login(logins: i64, dice: &mut Dice) -> Option<i64> {
    let second = dice.around_the_middle(5 * 3_600, 24 * 3_600 - 1);
    match logins {
        0 if dice.chance(450) => None,
        0 => Some(moment(CLOSE - dice.mostly_small(31, 600), second)),
        _ => Some(moment(CLOSE - dice.mostly_small(0, 30), second)),
    }
}

fn nps_answer(customer: &Customer, complaints: &[&str], dice: &mut Dice) -> i64 {
    let content = 4 + customer.loyalty / 160 + dice.between(-2, 2);
    let annoyed = if complaints.is_empty() { 0 } else { 3 };
    (content - annoyed).clamp(0, 10)
}

pub fn table(habits: &[Habit<'_>]) -> Result<RecordBatch, ArrowError> {
    let habits = with_second_profiles(habits);
    let habits = || habits.iter();
    let shares: Vec<_> = habits().map(channel_shares).collect();
    let channel_share = group(
        vec![
            optional("app", fractions(shares.iter().map(|share| share.app))),
            optional("web", fractions(shares.iter().map(|share| share.web))),
            optional("branch", fractions(shares.iter().map(|share| share.branch))),
        ],
        None,
    )?;
    RecordBatch::try_from_iter_with_nullable([
        required("customer_id", strings(habits().map(|habit| habit.customer.id.as_str()))),
        required("as_of", dates(habits().map(|_| CLOSE))),
        required("tenure_months", int32s(habits().map(|habit| habit.customer.tenure_months()))),
        required("products_held", int32s(habits().map(|habit| habit.products))),
        required("app_logins_30d", int32s(habits().map(|habit| habit.app_logins))),
        required("web_logins_30d", int32s(habits().map(|habit| habit.web_logins))),
        required("branch_visits_30d", int32s(habits().map(|habit| habit.branch_visits))),
        required("channel_share", channel_share),
        optional("last_login_at", timestamps(habits().map(|habit| habit.last_login_at))),
        required("has_salary", booleans(habits().map(|habit| habit.has_salary))),
        required("complaints_12m", int32s(habits().map(|habit| i64::try_from(habit.complaints.len()).ok()))),
        optional("complaint_topics", lists(habits().map(topics))),
        optional("nps_answer", int32s(habits().map(|habit| habit.nps_answer))),
    ])
}

fn with_second_profiles<'a>(habits: &[Habit<'a>]) -> Vec<Habit<'a>> {
    let mut rows = Vec::with_capacity(habits.len() + 8);
    for (at, habit) in habits.iter().enumerate() {
        rows.push(habit.clone());
        if at % TWO_PROFILES_EVERY == TWO_PROFILES_EVERY / 2 {
            rows.push(Habit { app_logins: 1, web_logins: 0, ..habit.clone() });
        }
    }
    rows
}

struct Shares {
    app: Option<i64>,
    web: Option<i64>,
    branch: Option<i64>,
}

/// Ten-thousandths that add up to one; nothing where there was no contact at all.
fn channel_shares(habit: &Habit<'_>) -> Shares {
    let contacts = habit.app_logins + habit.web_logins + habit.branch_visits;
    let share = |of: i64| (of * 10_000).checked_div(contacts);
    let (app, web) = (share(habit.app_logins), share(habit.web_logins));
    Shares { app, web, branch: app.zip(web).map(|(app, web)| 10_000 - app - web) }
}

fn topics<'a>(habit: &'a Habit<'_>) -> Option<&'a [&'a str]> {
    (!habit.complaints.is_empty()).then_some(habit.complaints.as_slice())
}
