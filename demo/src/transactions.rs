//! `transactions/month=…/part-0.parquet`: what was booked on the accounts, one file a month.

use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::ArrowError;

use crate::accounts::{Account, GUARANIES_PER_DOLLAR};
use crate::columns::{amounts, booleans, dates, group, optional, required, strings, timestamps};
use crate::days::{MONTHS, Month, SECONDS_PER_DAY, moment};
use crate::dice::Dice;
use crate::purposes::{PURPOSES, Purpose};
use crate::words::{FAMILY, GIVEN};

const A_MONTH: usize = 12_000;
/// Bookings on accounts that the accounts file does not have, all of them from one interface.
const STRANGERS: [i64; 5] = [9, 14, 11, 15, 12];
/// The month in which a file was delivered twice for a few minutes, and how many rows that made.
const DELIVERED_TWICE: (&str, usize) = ("2026-08", 9);

#[derive(Clone)]
struct Transaction {
    id: String,
    account: String,
    customer: Option<String>,
    booked_at: i64,
    value_date: i64,
    /// Hundredths.
    amount: i64,
    currency: &'static str,
    purpose: &'static Purpose,
    channel: Option<&'static str>,
    merchant: Option<Merchant>,
    description: Option<String>,
    is_reversed: bool,
}

#[derive(Clone)]
struct Merchant {
    name: &'static str,
    category_code: &'static str,
    city: Option<&'static str>,
}

const MERCHANT_CITIES: [&str; 6] =
    ["Asunción", "Ciudad del Este", "San Lorenzo", "Luque", "Encarnación", "ASUNCION"];

pub fn table(month: &Month, accounts: &[Account<'_>]) -> Result<RecordBatch, ArrowError> {
    let transactions = book(month, accounts);
    let rows = || transactions.iter();
    let direction = |row: &Transaction| if row.purpose.credit { "credit" } else { "debit" };
    RecordBatch::try_from_iter_with_nullable([
        required("transaction_id", strings(rows().map(|row| row.id.as_str()))),
        required("account_id", strings(rows().map(|row| row.account.as_str()))),
        optional("customer_id", strings(rows().map(|row| row.customer.as_deref()))),
        required("booked_at", timestamps(rows().map(|row| row.booked_at))),
        required("value_date", dates(rows().map(|row| row.value_date))),
        required("amount", amounts(rows().map(|row| row.amount))?),
        required("currency", strings(rows().map(|row| row.currency))),
        required("direction", strings(rows().map(direction))),
        optional("channel", strings(rows().map(|row| row.channel))),
        optional("category", strings(rows().map(|row| row.purpose.category))),
        optional("merchant", merchants(&transactions)?),
        optional("description", strings(rows().map(|row| row.description.as_deref()))),
        required("is_reversed", booleans(rows().map(|row| row.is_reversed))),
    ])
}

fn merchants(transactions: &[Transaction]) -> Result<ArrayRef, ArrowError> {
    let merchants = || transactions.iter().map(|row| row.merchant.as_ref());
    group(
        vec![
            optional("name", strings(merchants().map(|merchant| merchant.map(|merchant| merchant.name)))),
            optional(
                "city",
                strings(merchants().map(|merchant| merchant.and_then(|merchant| merchant.city))),
            ),
            optional(
                "mcc",
                strings(merchants().map(|merchant| merchant.map(|merchant| merchant.category_code))),
            ),
        ],
        Some(merchants().map(|merchant| merchant.is_some()).collect()),
    )
}

/// In the order of booking.
fn book(month: &Month, accounts: &[Account<'_>]) -> Vec<Transaction> {
    let mut dice = Dice::new(month.first.unsigned_abs() * 0x7478);
    let attempts = 0..3 * A_MONTH;
    let mut booked: Vec<_> =
        attempts.filter_map(|_| book_one(month, accounts, &mut dice)).take(A_MONTH).collect();
    estrange(month, &mut booked);
    booked.sort_by_key(|row| row.booked_at);
    for (at, row) in booked.iter_mut().enumerate() {
        row.id = format!("T{}-{:06}", month.name.replace('-', ""), at + 1);
    }
    deliver_twice(month, &mut booked);
    booked
}

fn book_one(month: &Month, accounts: &[Account<'_>], dice: &mut Dice) -> Option<Transaction> {
    let account = dice.one_of(accounts)?;
    let purpose = dice.one_of(&PURPOSES).filter(|purpose| suits(purpose, account))?;
    let day = month.first + dice.between(0, month.days - 1);
    let later = if purpose.credit { 0 } else { dice.pick(&[0, 0, 0, 0, 1, 2]) };
    Some(Transaction {
        id: String::new(),
        account: account.id.clone(),
        customer: (!dice.chance(4)).then(|| account.customer.id.clone()),
        booked_at: moment(day, dice.around_the_middle(5 * 3_600, SECONDS_PER_DAY - 1)),
        value_date: day + later,
        amount: amount(purpose, account.currency, dice),
        currency: account.currency,
        purpose,
        channel: dice.one_of(purpose.channels).copied(),
        merchant: merchant(purpose, dice),
        description: (!dice.chance(60)).then(|| description(purpose, dice)),
        is_reversed: dice.chance(6),
    })
}

fn suits(purpose: &Purpose, account: &Account<'_>) -> bool {
    match purpose.category {
        _ if account.status == "closed" => false,
        "transfer in" | "transfer out" | "fees" => true,
        "salary" => account.kind == "payroll",
        _ => account.kind != "term deposit",
    }
}

/// Guaraníes have no cents, and cash machines no small notes.
fn amount(purpose: &Purpose, currency: &str, dice: &mut Dice) -> i64 {
    let thousands = dice.mostly_small(purpose.least, purpose.most);
    let guaranies = match purpose.category {
        "cash" => (thousands / 50).max(1) * 50_000,
        _ => thousands * 1_000 + dice.pick(&[0, 0, 0, 500, 250, 900]),
    };
    if currency == "USD" { guaranies * 100 / GUARANIES_PER_DOLLAR } else { guaranies * 100 }
}

fn merchant(purpose: &Purpose, dice: &mut Dice) -> Option<Merchant> {
    let (name, category_code) = *dice.one_of(purpose.merchants)?;
    Some(Merchant { name, category_code, city: dice.one_of(&MERCHANT_CITIES).copied() })
}

/// Payers type what they like, their neighbour's address included.
fn description(purpose: &Purpose, dice: &mut Dice) -> String {
    let text = dice.pick(purpose.texts);
    match purpose.category {
        "transfer out" if dice.chance(9) => {
            format!("{text}, confirmar a n.{}@example.com", dice.between(100, 999))
        }
        "transfer out" | "transfer in" if dice.chance(350) => {
            format!("{text} {} {}", dice.pick(&GIVEN), dice.pick(&FAMILY))
        }
        _ => text.to_owned(),
    }
}

fn estrange(month: &Month, booked: &mut [Transaction]) {
    let strangers = MONTHS.iter().zip(STRANGERS).find(|(other, _)| other.name == month.name);
    let (_, how_many) = strangers.unwrap_or((month, 0));
    for (row, at) in booked.iter_mut().step_by(613).zip(0..how_many) {
        row.account = format!("999-{:07}-0", at + 1);
        row.customer = None;
    }
}

fn deliver_twice(month: &Month, booked: &mut Vec<Transaction>) {
    let (bad_month, how_many) = DELIVERED_TWICE;
    if month.name == bad_month {
        let again: Vec<_> = booked.iter().skip(7_300).take(how_many).cloned().collect();
        booked.extend(again);
    }
}
