//! The customers of the pilot: what is known of them, and three hidden traits from which the tables follow.

use time::macros::date;

use crate::days::{CLOSE, day};
use crate::dice::Dice;
use crate::words::{COMPANY_FORMS, FAMILY, GIVEN, PLACES, TRADES};

const HOW_MANY: i64 = 3_594;

pub struct Customer {
    pub id: String,
    pub name: String,
    pub email: Option<String>,
    pub national_id: Option<String>,
    pub ruc: Option<String>,
    pub born: Option<i64>,
    pub since: i64,
    pub country: &'static str,
    pub city: &'static str,
    pub department: &'static str,
    pub branch: &'static str,
    pub segment: &'static str,
    /// Hundredths of a guaraní a month.
    pub income: i64,
    /// How much the customer lives in the app, 0 to 1,000.
    pub digital: i64,
    /// How content the customer is, 0 to 1,000.
    pub loyalty: i64,
    /// How short of money the customer is, 0 to 1,000.
    pub trouble: i64,
}

impl Customer {
    pub fn is_business(&self) -> bool {
        self.born.is_none()
    }

    pub fn tenure_months(&self) -> i64 {
        (CLOSE - self.since) * 12 / 365
    }
}

pub fn invent() -> Vec<Customer> {
    let mut dice = Dice::new(0x6775_6172_616E_6931);
    (0..HOW_MANY).map(|at| invent_one(at, &mut dice)).collect()
}

/// The core customer number. Gaps of two and more, as years of closed accounts leave them.
pub fn number(at: i64) -> String {
    format!("C{:07}", 100_211 + at * 83)
}

fn invent_one(at: i64, dice: &mut Dice) -> Customer {
    let business = dice.chance(120);
    let (given, family) = (dice.pick(&GIVEN), dice.pick(&FAMILY));
    let (city, department, branch) = dice.pick(&PLACES);
    let cedula = dice.between(612_000, 6_980_000);
    let income = dice.mostly_small(2_798_309, 38_000_000) * 100;
    Customer {
        id: number(at),
        name: if business {
            company(family, dice)
        } else {
            format!("{given} {} {family}", dice.pick(&FAMILY))
        },
        email: dice.chance(780).then(|| email(given, family, dice)),
        national_id: (!business && !dice.chance(15)).then(|| written_cedula(cedula, dice)),
        ruc: business.then(|| format!("{}-{}", 80_000_000 + at * 37, dice.between(0, 9))),
        born: (!business).then(|| birthday(at, dice)),
        since: CLOSE - dice.mostly_small(40, 8_900),
        country: if dice.chance(955) { "PY" } else { dice.pick(&["AR", "BR", "BR", "UY", "ES"]) },
        city: typed(city, dice),
        department,
        branch,
        segment: segment(business, income),
        income,
        digital: dice.around_the_middle(0, 1_000),
        loyalty: dice.around_the_middle(0, 1_000),
        trouble: dice.mostly_small(0, 1_000),
    }
}

fn company(family: &str, dice: &mut Dice) -> String {
    format!("{} {family} {}", dice.pick(&TRADES), dice.pick(&COMPANY_FORMS))
}

fn email(given: &str, family: &str, dice: &mut Dice) -> String {
    let plain =
        |name: &str| name.chars().flat_map(char::to_lowercase).map(without_accent).collect::<String>();
    format!("{}.{}{}@example.com", plain(given), plain(family), dice.between(1, 99))
}

fn without_accent(letter: char) -> char {
    match letter {
        'á' => 'a',
        'é' => 'e',
        'í' => 'i',
        'ó' => 'o',
        'ú' => 'u',
        'ñ' => 'n',
        other => other,
    }
}

/// With dots, as on the card; now and then somebody leaves them out.
fn written_cedula(number: i64, dice: &mut Dice) -> String {
    if dice.chance(30) {
        return number.to_string();
    }
    let (millions, thousands, ones) = (number / 1_000_000, number / 1_000 % 1_000, number % 1_000);
    if millions > 0 {
        format!("{millions}.{thousands:03}.{ones:03}")
    } else {
        format!("{thousands}.{ones:03}")
    }
}

/// Three came from the old system without one, and got its first possible date.
fn birthday(at: i64, dice: &mut Dice) -> i64 {
    let adult = CLOSE - 18 * 365;
    let born = adult - dice.around_the_middle(0, 60 * 365);
    if [404, 1_717, 2_929].contains(&at) { day(date!(1900 - 01 - 01)) } else { born }
}

/// As the clerk typed it.
fn typed(city: &'static str, dice: &mut Dice) -> &'static str {
    if dice.chance(910) {
        return city;
    }
    match city {
        "Asunción" => dice.pick(&["ASUNCION", "asuncion", "Asuncion", "Asunción ", "Asunc."]),
        "Ciudad del Este" => dice.pick(&["CIUDAD DEL ESTE", "Cd. del Este", "CDE", "ciudad del este"]),
        "San Lorenzo" => "SAN LORENZO",
        "Luque" => "luque ",
        "Ñemby" => "Nemby",
        "Encarnación" => "ENCARNACION",
        other => other,
    }
}

fn segment(business: bool, income: i64) -> &'static str {
    match income / 100 {
        _ if business => "small business",
        20_000_000.. => "premium",
        9_000_000.. => "preferred",
        _ => "mass",
    }
}
