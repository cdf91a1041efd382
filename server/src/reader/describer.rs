//! Describes many tables, one after the other, by one reader: a new one only where the last has ended.

use loggia_connect::files::{Table, Way};
use loggia_model::facts::AssetFacts;

use super::{Ask, DESCRIBING, Reader, Said, UNASKED, within};

pub struct Describer {
    way: Way,
    reader: Option<Reader>,
}

/// Why there is no answer.
enum Unanswered {
    /// By the reader's own word: it can be asked on.
    Refused(String),
    /// It ended, or was ended.
    Ended(String),
}

impl Describer {
    pub fn new(way: Way) -> Self {
        Self { way, reader: None }
    }

    /// # Errors
    /// Why the table cannot be read: what is wrong with its files, or what reading them would have cost.
    pub async fn describe(&mut self, table: &Table) -> Result<AssetFacts, String> {
        let is_fresh = self.reader.is_none();
        match self.answer(table).await {
            Ok(facts) => Ok(facts),
            // What the tables before this one have left in its memory is not this table's fault.
            Err(Unanswered::Ended(_)) if !is_fresh => match self.answer(table).await {
                Ok(facts) => Ok(facts),
                Err(Unanswered::Refused(why) | Unanswered::Ended(why)) => Err(why),
            },
            Err(Unanswered::Refused(why) | Unanswered::Ended(why)) => Err(why),
        }
    }

    async fn answer(&mut self, table: &Table) -> Result<AssetFacts, Unanswered> {
        let mut reader = match self.reader.take() {
            Some(reader) => reader,
            None => Reader::start().map_err(Unanswered::Ended)?,
        };
        let asking = async {
            reader.ask(&Ask::Describe { way: self.way.clone(), table: table.clone() }).await?;
            reader.next().await
        };
        let said = within(DESCRIBING, asking).await.map_err(Unanswered::Ended)?;
        let answer = match said {
            Said::Described(facts) => Ok(*facts),
            Said::Refused(why) => Err(Unanswered::Refused(why)),
            _ => return Err(Unanswered::Ended(UNASKED.to_owned())),
        };
        self.reader = Some(reader);
        answer
    }
}
