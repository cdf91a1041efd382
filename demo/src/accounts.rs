//! `accounts.parquet`: every account of the pilot's customers.

use arrow_array::RecordBatch;
use arrow_schema::ArrowError;

use crate::columns::{amounts, dates, group, lists, optional, required, strings, timestamps};
use crate::customers::Customer;
use crate::days::{CLOSE, Month, moment};
use crate::dice::Dice;
use crate::words::NOTES;

pub const GUARANIES_PER_DOLLAR: i64 = 7_300;
/// Days without a movement.
const DORMANT_AFTER: i64 = 181;
/// Every so many-th account moved to another branch on the last day, and was delivered from both.
const MOVED_EVERY: usize = 281;
/// The savings account that was debited for an old fee when it was empty.
const OVERDRAWN: usize = 1_500;

#[derive(Clone)]
pub struct Account<'a> {
    pub id: String,
    pub customer: &'a Customer,
    pub kind: &'static str,
    pub currency: &'static str,
    pub status: &'static str,
    /// Hundredths.
    balance: i64,
    opened_on: i64,
    last_movement_at: Option<i64>,
    branch: Option<&'static str>,
    products: Option<Vec<&'static str>>,
    notes: Option<String>,
}

pub fn open(customers: &[Customer]) -> Vec<Account<'_>> {
    let mut dice = Dice::new(0x6163_636F_756E_7473);
    let mut accounts: Vec<Account<'_>> = Vec::new();
    for customer in customers {
        let more = i64::from(dice.chance(if customer.is_business() { 380 } else { 80 }));
        for _ in 0..=more {
            let opened = open_one(customer, accounts.len(), &mut dice);
            accounts.push(opened);
        }
    }
    overdraw_one(&mut accounts);
    deliver_moved_twice(accounts)
}

fn open_one<'a>(customer: &'a Customer, at: usize, dice: &mut Dice) -> Account<'a> {
    let kind = kind(customer, dice);
    let currency = if dice.chance(130) { "USD" } else { "PYG" };
    let opened_on = customer.since + dice.mostly_small(0, CLOSE - customer.since);
    let status = status(customer, opened_on, dice);
    Account {
        id: format!("{}-{:07}-{}", customer.branch, 310_000 + at * 7, dice.between(0, 9)),
        customer,
        kind,
        currency,
        balance: balance(customer, kind, currency, dice),
        opened_on,
        last_movement_at: last_movement(status, opened_on, dice),
        status,
        branch: (!dice.chance(12)).then_some(customer.branch),
        products: (!dice.chance(20)).then(|| products(kind, dice)),
        notes: dice.chance(70).then(|| note(dice)),
    }
}

fn kind(customer: &Customer, dice: &mut Dice) -> &'static str {
    if customer.is_business() {
        return dice.pick(&["current", "current", "current", "savings", "term deposit"]);
    }
    dice.pick(&["savings", "savings", "savings", "savings", "payroll", "payroll", "current", "term deposit"])
}

fn status(customer: &Customer, opened_on: i64, dice: &mut Dice) -> &'static str {
    match dice.between(0, 1_000) + customer.loyalty / 4 {
        ..=140 => "closed",
        ..=230 if opened_on < CLOSE - DORMANT_AFTER => "dormant",
        _ => "active",
    }
}

/// Guaraníes have no cents; dollars do.
fn balance(customer: &Customer, kind: &str, currency: &str, dice: &mut Dice) -> i64 {
    let months_saved = if kind == "term deposit" { dice.between(6, 40) } else { dice.mostly_small(0, 9) };
    let guaranies = customer.income / 100 * months_saved + dice.between(0, 900_000);
    let overdrawn = kind == "current" && dice.chance(customer.trouble / 8);
    let signed = if overdrawn { -guaranies / 6 } else { guaranies };
    if currency == "USD" { signed * 100 / GUARANIES_PER_DOLLAR } else { signed * 100 }
}

fn last_movement(status: &str, opened_on: i64, dice: &mut Dice) -> Option<i64> {
    let age = CLOSE - opened_on;
    let days_ago = match status {
        "active" => dice.mostly_small(0, age.min(85)),
        "dormant" => dice.between(DORMANT_AFTER, age.min(900)),
        _ => dice.between(0, age.min(700)),
    };
    let second = dice.around_the_middle(6 * 3_600, 23 * 3_600);
    (!dice.chance(18)).then(|| moment(CLOSE - days_ago, second))
}

fn products(kind: &str, dice: &mut Dice) -> Vec<&'static str> {
    let own = match kind {
        "savings" => "SAV-01",
        "payroll" => "PAY-01",
        "current" => "CUR-01",
        _ => "CDA-12",
    };
    let others = ["DEB-01", "CRD-GO", "CRD-CL", "LOA-P1", "LOA-H1", "INS-LI"];
    let mut held = vec![own];
    for _ in 0..dice.mostly_small(0, 5) {
        let other = dice.pick(&others);
        if !held.contains(&other) {
            held.push(other);
        }
    }
    held
}

/// What branch staff type, addresses included that belong elsewhere.
fn note(dice: &mut Dice) -> String {
    if dice.chance(25) {
        return format!("enviar extracto a contador{}@example.com ", dice.between(1, 99));
    }
    dice.pick(&NOTES).to_owned()
}

fn overdraw_one(accounts: &mut [Account<'_>]) {
    if let Some(account) = accounts.iter_mut().skip(OVERDRAWN).find(|account| account.kind == "savings") {
        account.balance = -3_850_000;
    }
}

fn deliver_moved_twice(accounts: Vec<Account<'_>>) -> Vec<Account<'_>> {
    let mut delivered = Vec::with_capacity(accounts.len() + 20);
    for (at, account) in accounts.into_iter().enumerate() {
        if at % MOVED_EVERY == MOVED_EVERY - 1 {
            delivered.push(Account { branch: Some("012"), ..account.clone() });
        }
        delivered.push(account);
    }
    delivered
}

/// Those that were there at the end of a month.
pub fn opened_by<'a>(accounts: &[Account<'a>], month: &Month) -> Vec<Account<'a>> {
    accounts.iter().filter(|account| account.opened_on < month.first + month.days).cloned().collect()
}

pub fn table(accounts: &[Account<'_>]) -> Result<RecordBatch, ArrowError> {
    let customers = || accounts.iter().map(|account| account.customer);
    let customer_ids: Vec<_> =
        customers().enumerate().map(|(at, customer)| padded(at, &customer.id)).collect();
    let address = group(
        vec![
            optional("city", strings(customers().map(|customer| customer.city))),
            optional("department", strings(customers().map(|customer| customer.department))),
        ],
        None,
    )?;
    RecordBatch::try_from_iter_with_nullable([
        required("account_id", strings(accounts.iter().map(|account| account.id.as_str()))),
        required("customer_id", strings(customer_ids.iter().map(String::as_str))),
        optional("national_id", strings(customers().map(|customer| customer.national_id.as_deref()))),
        optional("ruc", strings(customers().map(|customer| customer.ruc.as_deref()))),
        required("full_name", strings(customers().map(|customer| customer.name.as_str()))),
        optional("email", strings(customers().map(|customer| customer.email.as_deref()))),
        optional("birth_date", dates(customers().map(|customer| customer.born))),
        required("country", strings(customers().map(|customer| customer.country))),
        optional("segment", strings(customers().map(|customer| customer.segment))),
        required("account_type", strings(accounts.iter().map(|account| account.kind))),
        required("currency", strings(accounts.iter().map(|account| account.currency))),
        required("balance", amounts(accounts.iter().map(|account| account.balance))?),
        required("opened_on", dates(accounts.iter().map(|account| account.opened_on))),
        optional("last_movement_at", timestamps(accounts.iter().map(|account| account.last_movement_at))),
        required("status", strings(accounts.iter().map(|account| account.status))),
        optional("branch_code", strings(accounts.iter().map(|account| account.branch))),
        required("address", address),
        optional("product_codes", lists(accounts.iter().map(|account| account.products.as_deref()))),
        optional("notes", strings(accounts.iter().map(|account| account.notes.as_deref()))),
    ])
}

/// The old mainframe fills to a fixed width; most of it is trimmed on the way, not all.
fn padded(at: usize, id: &str) -> String {
    if at % 97 == 5 { format!("{id}    ") } else { id.to_owned() }
}
