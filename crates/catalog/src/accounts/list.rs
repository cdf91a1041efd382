//! Accounts, as whoever administers the organisation sees them.

use loggia_model::{Actor, ActorKey, Timestamp};
use loggia_policy::Action;

use crate::ports::{Account, Act, AuditFilter, plain_name};
use crate::{Catalog, DirectoryEntry, Names, Result};

pub struct AccountView {
    /// `None` where the person has no entry any more.
    pub person: Option<DirectoryEntry>,
    pub key: ActorKey,
    pub login: String,
    pub has_password: bool,
    /// The issuers of whom they are known to have come.
    pub issuers: Vec<String>,
    /// When they last came in, as far as the audit goes back.
    pub entered: Option<Timestamp>,
    pub made: Timestamp,
    pub is_disabled: bool,
    /// Of whoever asks.
    pub is_own: bool,
    /// Whether they administer everything without an end.
    pub is_administrator: bool,
}

pub struct AccountsPage {
    /// By login.
    pub accounts: Vec<AccountView>,
    /// How many there are of this name.
    pub total: u64,
}

impl Catalog {
    /// Accounts whose login, or whose person's name, has this in it; of all, where it is empty.
    ///
    /// # Errors
    /// `Forbidden` for whoever does not administer the organisation.
    pub async fn accounts_like(
        &self,
        actor: &Actor,
        text: &str,
        offset: u64,
        limit: u32,
    ) -> Result<AccountsPage> {
        self.check_all(actor, Action::Administer).await?;
        // Whoever was given a name or a role just now is to be called so.
        self.caught_up(actor).await;
        self.flush_audit_or_not().await;
        let names = self.names(actor).await?;
        let wanted = plain_name(text);
        let mut found = self.store.accounts().await?;
        found.retain(|account| {
            let name = account.person.person().map(|person| names.of(&person)).unwrap_or_default();
            plain_name(&account.login).contains(&wanted) || plain_name(&name).contains(&wanted)
        });
        let total = u64::try_from(found.len()).unwrap_or(u64::MAX);
        let (offset, limit) = (usize::try_from(offset), usize::try_from(limit));
        let page = found.into_iter().skip(offset.unwrap_or(usize::MAX)).take(limit.unwrap_or(usize::MAX));
        let mut accounts = Vec::new();
        for account in page {
            accounts.push(self.account_view(actor, &names, account).await?);
        }
        Ok(AccountsPage { accounts, total })
    }

    async fn account_view(&self, actor: &Actor, names: &Names, account: Account) -> Result<AccountView> {
        let Account { person: key, login, password, is_disabled, made } = account;
        let identities = self.store.identities(&key).await?;
        let of_theirs = AuditFilter { who: Some(key.clone()), ..AuditFilter::default() };
        let entered = self.store.audit(&of_theirs, Some(Act::SignedIn), None, 1).await?.pop();
        let person = key.person();
        let is_administrator =
            person.as_ref().is_some_and(|person| self.directory.administrators(None).contains(person));
        let there = person.filter(|person| self.directory.entry(person).is_some());
        Ok(AccountView {
            person: there.and_then(|person| names.known(&person)),
            login,
            has_password: password.is_some(),
            issuers: identities.into_iter().map(|identity| identity.issuer).collect(),
            entered: entered.map(|line| line.noted.until),
            made,
            is_disabled,
            is_own: key == actor.key,
            is_administrator,
            key,
        })
    }
}
