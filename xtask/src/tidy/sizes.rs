//! A file that nobody can hold in mind is split before it gets there.

use super::Checkout;
use crate::failure::Result;

const MOST: usize = 500;
const LISTED_FROM: usize = 400;

pub(super) fn complaints(checkout: &Checkout) -> Result<Vec<String>> {
    let mut complaints = Vec::new();
    for file in checkout.with_extension(&["rs", "css", "ts", "mjs"]) {
        // What others wrote is taken as it comes.
        if file.iter().any(|part| part == "vendor") {
            continue;
        }
        let lines = checkout.read(file)?.lines().count();
        let name = file.display();
        if lines > MOST {
            complaints.push(format!("{name} has {lines} lines; split it by what its parts are for"));
        } else if lines >= LISTED_FROM {
            println!("  long, but allowed: {name} has {lines} lines");
        }
    }
    Ok(complaints)
}
