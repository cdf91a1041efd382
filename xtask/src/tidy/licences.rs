//! Every crate that Loggia is built from has a licence of the list in `deny.toml`.

use std::path::Path;

use serde_json::Value;

use super::{Checkout, spdx};
use crate::child;
use crate::failure::{Result, While};

const LIST: &str = "deny.toml";

pub(super) fn complaints(checkout: &Checkout) -> Result<Vec<String>> {
    let allowed = allowed_by(&checkout.read(Path::new(LIST))?)?;
    let metadata = child::output_of(&mut checkout.tools.cargo(["metadata", "--format-version", "1"]))?;
    let metadata: Value =
        serde_json::from_str(&metadata).while_(|| "cannot read what cargo metadata prints".to_owned())?;
    let packages =
        metadata.get("packages").and_then(Value::as_array).ok_or("cargo metadata lists no packages")?;
    Ok(packages.iter().filter_map(|package| complaint(package, &allowed)).collect())
}

fn allowed_by(list: &str) -> Result<Vec<String>> {
    let list: toml::Table = list.parse().while_(|| format!("cannot read {LIST}"))?;
    let allowed =
        list.get("licenses").and_then(|section| section.get("allow")).and_then(toml::Value::as_array);
    let allowed = allowed.ok_or_else(|| format!("{LIST} has no list `allow` under [licenses]"))?;
    Ok(allowed.iter().filter_map(toml::Value::as_str).map(str::to_owned).collect())
}

fn complaint(package: &Value, allowed: &[String]) -> Option<String> {
    let text = |key: &str| package.get(key).and_then(Value::as_str);
    let (name, version) = (text("name")?, text("version")?);
    let Some(licence) = text("license") else {
        return Some(format!("{name} {version} names no licence; leave it out, or ask its author for one"));
    };
    match spdx::satisfied(licence, |one| allowed.iter().any(|allowed| allowed == one)) {
        Ok(true) => None,
        Ok(false) => {
            Some(format!("{name} {version} is under {licence}, which the list in {LIST} does not permit"))
        }
        Err(why) => {
            Some(format!("{name} {version} is under \"{licence}\", which is no licence expression: {why}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_is_held_against_the_list() {
        let allowed = allowed_by("[licenses]\nallow = [\"MIT\", \"ISC\"]").unwrap();
        let package =
            |licence: Value| serde_json::json!({ "name": "a", "version": "1.0.0", "license": licence });
        assert_eq!(complaint(&package("MIT OR GPL-3.0".into()), &allowed), None);
        assert!(
            complaint(&package("GPL-3.0".into()), &allowed).unwrap().starts_with("a 1.0.0 is under GPL-3.0")
        );
        assert!(complaint(&package(Value::Null), &allowed).unwrap().contains("names no licence"));
    }
}
