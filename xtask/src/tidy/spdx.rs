//! Licence expressions: SPDX 2.3, annex D (`AND` binds closer than `OR`, `WITH` closest), and the old
//! `MIT/Apache-2.0` of the registry's early years, where the slash is an `OR`.

/// Whether the licensee may choose so that every licence that then applies is permitted.
///
/// # Errors
/// What the expression lacks, when it is none.
pub fn satisfied(expression: &str, permitted: impl Fn(&str) -> bool) -> Result<bool, String> {
    let mut parser = Parser { words: words(expression), at: 0, permitted };
    let satisfied = parser.any_of()?;
    match parser.peek() {
        None => Ok(satisfied),
        Some(word) => Err(format!("unexpected \"{word}\"")),
    }
}

fn words(expression: &str) -> Vec<String> {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    spaced.split_whitespace().map(str::to_owned).collect()
}

struct Parser<P> {
    words: Vec<String>,
    at: usize,
    permitted: P,
}

impl<P: Fn(&str) -> bool> Parser<P> {
    fn any_of(&mut self) -> Result<bool, String> {
        let mut satisfied = self.all_of()?;
        while self.take("OR") {
            // Always parsed, so that an error behind a licence that will do is still seen.
            satisfied |= self.all_of()?;
        }
        Ok(satisfied)
    }

    fn all_of(&mut self) -> Result<bool, String> {
        let mut satisfied = self.one()?;
        while self.take("AND") {
            satisfied &= self.one()?;
        }
        Ok(satisfied)
    }

    fn one(&mut self) -> Result<bool, String> {
        if self.take("(") {
            let satisfied = self.any_of()?;
            return if self.take(")") { Ok(satisfied) } else { Err("a \")\" is missing".to_owned()) };
        }
        let licence = self.name()?;
        if self.take("WITH") {
            let exception = self.name()?;
            return Ok((self.permitted)(&format!("{licence} WITH {exception}")));
        }
        Ok((self.permitted)(&licence))
    }

    fn name(&mut self) -> Result<String, String> {
        let word = self.peek().ok_or("a licence is missing at the end")?.to_owned();
        if matches!(word.as_str(), "OR" | "AND" | "WITH" | "(" | ")") {
            return Err(format!("a licence is missing before \"{word}\""));
        }
        self.at += 1;
        Ok(word)
    }

    fn take(&mut self, word: &str) -> bool {
        let found = self.peek() == Some(word);
        self.at += usize::from(found);
        found
    }

    fn peek(&self) -> Option<&str> {
        self.words.get(self.at).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::satisfied;

    fn check(expression: &str) -> Result<bool, String> {
        satisfied(expression, |one| {
            ["MIT", "ISC", "Apache-2.0", "Apache-2.0 WITH LLVM-exception"].contains(&one)
        })
    }

    #[test]
    fn one_choice_is_enough_and_all_parts_are_needed() {
        for (expression, expected) in [
            ("MIT", true),
            ("GPL-3.0-only", false),
            ("GPL-3.0-only OR MIT", true),
            ("MIT AND OpenSSL", false),
            ("MIT AND ISC", true),
            ("Apache-2.0 WITH LLVM-exception OR GPL-2.0", true),
            ("MIT WITH LLVM-exception", false),
        ] {
            assert_eq!(check(expression), Ok(expected), "{expression}");
        }
    }

    #[test]
    fn and_binds_closer_than_or_unless_there_are_parentheses() {
        assert_eq!(check("MIT OR ISC AND OpenSSL"), Ok(true));
        assert_eq!(check("(MIT OR ISC) AND OpenSSL"), Ok(false));
        assert_eq!(check("(MIT OR Apache-2.0) AND (ISC OR (GPL-2.0 AND MIT))"), Ok(true));
    }

    #[test]
    fn the_old_slash_is_an_or() {
        assert_eq!(check("MIT/Apache-2.0"), Ok(true));
        assert_eq!(check("GPL-2.0 / ISC"), Ok(true));
        assert_eq!(check("GPL-2.0/GPL-3.0"), Ok(false));
    }

    #[test]
    fn what_is_no_expression_is_refused() {
        assert_eq!(check(""), Err("a licence is missing at the end".to_owned()));
        assert_eq!(check("MIT OR"), Err("a licence is missing at the end".to_owned()));
        assert_eq!(check("AND MIT"), Err("a licence is missing before \"AND\"".to_owned()));
        assert_eq!(check("(MIT"), Err("a \")\" is missing".to_owned()));
        assert_eq!(check("MIT ISC"), Err("unexpected \"ISC\"".to_owned()));
    }
}
