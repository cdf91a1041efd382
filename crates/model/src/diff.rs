//! The difference of two revisions, field by field, and taking such a difference back.

use serde_json::{Map, Value};

/// One field that two revisions do not have alike. `None` stands for a field that is not there.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// The names on the way to the field, outermost first.
    pub path: Vec<String>,
    pub before: Option<Value>,
    pub after: Option<Value>,
}

impl Difference {
    /// The same field by field: where a whole object came or went, a difference for each field in it.
    pub fn leaves(&self) -> Vec<Self> {
        let mut leaves = Vec::new();
        spread(&mut self.path.clone(), self.before.as_ref(), self.after.as_ref(), &mut leaves);
        leaves
    }
}

fn spread(
    path: &mut Vec<String>,
    before: Option<&Value>,
    after: Option<&Value>,
    leaves: &mut Vec<Difference>,
) {
    let (old, new) = (before.and_then(Value::as_object), after.and_then(Value::as_object));
    let is_leaf = (old.is_none() && new.is_none())
        || (before.is_some() && old.is_none())
        || (after.is_some() && new.is_none());
    if is_leaf {
        leaves.push(Difference { path: path.clone(), before: before.cloned(), after: after.cloned() });
        return;
    }
    let added = new.into_iter().flatten().filter(|(key, _)| old.is_none_or(|old| !old.contains_key(*key)));
    for (key, _) in old.into_iter().flatten().chain(added) {
        path.push(key.clone());
        spread(path, old.and_then(|old| old.get(key)), new.and_then(|new| new.get(key)), leaves);
        path.pop();
    }
}

/// Walks objects; every other value, lists too, counts as one.
pub fn differences(before: &Value, after: &Value) -> Vec<Difference> {
    let mut found = Vec::new();
    compare(&mut Vec::new(), Some(before), Some(after), &mut found);
    found
}

fn compare(
    path: &mut Vec<String>,
    before: Option<&Value>,
    after: Option<&Value>,
    found: &mut Vec<Difference>,
) {
    if before == after {
        return;
    }
    let (Some(Value::Object(old)), Some(Value::Object(new))) = (before, after) else {
        found.push(Difference { path: path.clone(), before: before.cloned(), after: after.cloned() });
        return;
    };
    let added = new.keys().filter(|key| !old.contains_key(*key));
    for key in old.keys().chain(added) {
        path.push(key.clone());
        compare(path, old.get(key), new.get(key), found);
        path.pop();
    }
}

/// Takes `made` back from `current`, leaving whatever else has changed since.
///
/// # Errors
/// The fields that somebody has changed again since then; `current` is then left as it was.
pub fn revert(current: &mut Value, made: &[Difference]) -> Result<(), Vec<Difference>> {
    let moved: Vec<Difference> =
        made.iter().filter(|change| find(current, &change.path) != change.after.as_ref()).cloned().collect();
    if !moved.is_empty() {
        return Err(moved);
    }
    for change in made {
        put(current, &change.path, change.before.as_ref());
    }
    Ok(())
}

/// The same changes, but where `current` has more in an object that was made or taken away, field by field.
pub fn fitted(current: &Value, made: Vec<Difference>) -> Vec<Difference> {
    made.into_iter().flat_map(|change| fit(current, change)).collect()
}

fn fit(current: &Value, change: Difference) -> Vec<Difference> {
    if find(current, &change.path) == change.after.as_ref() {
        return vec![change];
    }
    let (made, object) = match (&change.before, &change.after) {
        (None, Some(Value::Object(object))) => (true, object),
        (Some(Value::Object(object)), None) => (false, object),
        _ => return vec![change],
    };
    let field = |(key, value): (&String, &Value)| {
        let path = change.path.iter().chain([key]).cloned().collect();
        let (before, after) = if made { (None, Some(value.clone())) } else { (Some(value.clone()), None) };
        fit(current, Difference { path, before, after })
    };
    object.iter().flat_map(field).collect()
}

fn find<'a>(value: &'a Value, path: &[String]) -> Option<&'a Value> {
    path.iter().try_fold(value, |value, key| value.get(key))
}

fn put(target: &mut Value, path: &[String], value: Option<&Value>) {
    let Some((first, rest)) = path.split_first() else {
        *target = value.cloned().unwrap_or(Value::Null);
        return;
    };
    if !target.is_object() {
        *target = Value::Object(Map::new());
    }
    let Some(object) = target.as_object_mut() else { return };
    match (rest.is_empty(), value) {
        (true, None) => {
            object.shift_remove(first);
        }
        (true, Some(value)) => {
            object.insert(first.clone(), value.clone());
        }
        (false, _) => put(object.entry(first.clone()).or_insert(Value::Null), rest, value),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_change_is_taken_back_and_a_later_one_to_another_field_stays() {
        let old = json!({"name": "a", "tags": ["x"]});
        let new = json!({"name": "a", "tags": ["x", "y"], "note": "n"});
        let made = differences(&old, &new);
        let mut current = json!({"name": "b", "tags": ["x", "y"], "note": "n"});
        revert(&mut current, &made).unwrap();
        assert_eq!(current, json!({"name": "b", "tags": ["x"]}));
    }

    #[test]
    fn an_object_that_came_is_told_field_by_field() {
        let made = differences(&json!({}), &json!({"person": {"at": 1, "facts": {"name": "a"}}}));
        let leaves: Vec<_> =
            made.iter().flat_map(Difference::leaves).map(|leaf| leaf.path.join("/")).collect();
        assert_eq!(leaves, ["person/at", "person/facts/name"]);
    }

    #[test]
    fn of_an_object_that_was_made_only_what_was_made_is_taken_back() {
        let made = differences(&json!({}), &json!({"said": {"name": "a", "by": {"who": "x"}}}));
        let mut current = json!({"said": {"name": "a", "by": {"who": "x"}, "note": "n"}});
        assert!(revert(&mut current, &made).is_err());
        let made = fitted(&current, made);
        revert(&mut current, &made).unwrap();
        assert_eq!(current, json!({"said": {"note": "n"}}));
    }

    #[test]
    fn what_somebody_has_changed_since_is_not_taken_back() {
        let made = differences(&json!({"name": "a"}), &json!({"name": "b"}));
        let mut current = json!({"name": "c"});
        assert_eq!(revert(&mut current, &made), Err(made));
        assert_eq!(current, json!({"name": "c"}));
    }
}
