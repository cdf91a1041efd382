//! The server function about certifications.

use leptos::prelude::*;

use super::Outcome;

/// Stands for an asset (`certify`, with a level, a reason and a day) or takes that back (`end`).
#[server(input = leptos::server_fn::codec::PostUrl)]
pub async fn certify(
    urn: String,
    #[server(default)] action: String,
    #[server(default)] level: String,
    #[server(default)] reason: String,
    #[server(default)] until: String,
    #[server(default)] revision: String,
    #[server(default)] back: String,
) -> Result<Outcome, ServerFnError> {
    server::certify(&urn, &action, [level, reason, until], &revision, &back).await
}

#[cfg(feature = "ssr")]
mod server {
    use leptos::prelude::ServerFnError;
    use loggia_catalog::CatalogError;
    use loggia_catalog::certification::CertificationDraft;
    use loggia_model::Seq;

    use crate::forms::Outcome;
    use crate::forms::server::{Refused, finish, parse_urn, request, revision};
    use crate::pages::asset::CERTIFY_FORM;
    use crate::request::Request;

    pub async fn certify(
        urn: &str,
        action: &str,
        [level, reason, until]: [String; 3],
        based_on: &str,
        back: &str,
    ) -> Result<Outcome, ServerFnError> {
        let request = request()?;
        let values = [("level", &level), ("reason", &reason), ("until", &until)];
        let values = values.map(|(name, value)| (name.to_owned(), value.clone())).to_vec();
        let draft = CertificationDraft { level, reason, until };
        let result = done(&request, urn, action, &draft, based_on).await;
        let result = result.map(|(seq, told)| (seq, told.to_owned(), String::new()));
        let refused = Refused { form: CERTIFY_FORM.into(), values, ..Refused::default() };
        finish(&request, result, back, refused).await
    }

    async fn done(
        request: &Request,
        urn: &str,
        action: &str,
        draft: &CertificationDraft,
        based_on: &str,
    ) -> Result<(Seq, &'static str), CatalogError> {
        let (urn, based_on) = (parse_urn(urn)?, revision(based_on)?);
        match action {
            "certify" => {
                let seq = request.catalog.certify(&request.actor, &urn, draft, based_on).await?;
                Ok((seq, "Certified."))
            }
            "end" => {
                let seq = request.catalog.end_certification(&request.actor, &urn, based_on).await?;
                Ok((seq, "Taken back."))
            }
            other => Err(CatalogError::invalid("action", format!("'{other}' is neither certify nor end"))),
        }
    }
}
