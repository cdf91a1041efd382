//! The routes.

use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::{SsrMode, path};

use crate::pages::{
    access, accounts, asset, audit, browse, error, forms, glossary, home, inbox, inbox_mail, metadata_forms,
    notifications, open, organisation, person, policy, posts, product, project, publish, responsibilities,
    rules, search, service, sign_in, sources, term, unit, unplaced,
};
use crate::ui::frame::Frame;

/// Every data route is rendered whole before the first byte: the default mode needs scripts to put its
/// fragments in order.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Router>
            <Frame>
                <Routes fallback=error::not_found>
                    <Route path=path!("/") view=home::page ssr=SsrMode::Async/>
                    <Route path=path!("/search") view=search::page ssr=SsrMode::Async/>
                    <Route path=path!("/browse") view=browse::page ssr=SsrMode::Async/>
                    <Route path=path!("/assets/*id") view=asset::page ssr=SsrMode::Async/>
                    <Route path=path!("/domains/*id") view=unit::page ssr=SsrMode::Async/>
                    <Route path=path!("/glossary") view=glossary::index ssr=SsrMode::Async/>
                    <Route path=path!("/glossary/*id") view=glossary::page ssr=SsrMode::Async/>
                    <Route path=path!("/terms/*id") view=term::page ssr=SsrMode::Async/>
                    <Route path=path!("/products") view=product::index ssr=SsrMode::Async/>
                    <Route path=path!("/products/*id") view=product::page ssr=SsrMode::Async/>
                    <Route path=path!("/projects") view=project::index ssr=SsrMode::Async/>
                    <Route path=path!("/projects/*id") view=project::page ssr=SsrMode::Async/>
                    <Route path=path!("/responsibilities/*id") view=responsibilities::page ssr=SsrMode::Async/>
                    <Route path=path!("/people/*id") view=person::page ssr=SsrMode::Async/>
                    <Route path=path!("/groups/*id") view=organisation::group ssr=SsrMode::Async/>
                    <Route path=path!("/services/*id") view=service::page ssr=SsrMode::Async/>
                    <Route path=path!("/organisation") view=organisation::page ssr=SsrMode::Async/>
                    <Route path=path!("/policies") view=policy::index ssr=SsrMode::Async/>
                    <Route path=path!("/policies/try") view=policy::trial ssr=SsrMode::Async/>
                    <Route path=path!("/policies/*id") view=policy::page ssr=SsrMode::Async/>
                    <Route path=path!("/rules") view=rules::index ssr=SsrMode::Async/>
                    <Route path=path!("/rules/*id") view=rules::page ssr=SsrMode::Async/>
                    <Route path=path!("/metadata-forms") view=metadata_forms::index ssr=SsrMode::Async/>
                    <Route path=path!("/metadata-forms/*id") view=metadata_forms::page ssr=SsrMode::Async/>
                    <Route path=path!("/publish") view=publish::plan ssr=SsrMode::Async/>
                    <Route path=path!("/publish/:ticket") view=publish::run ssr=SsrMode::Async/>
                    <Route path=path!("/access/*id") view=access::page ssr=SsrMode::Async/>
                    <Route path=path!("/audit") view=audit::page ssr=SsrMode::Async/>
                    <Route path=path!("/accounts") view=accounts::page ssr=SsrMode::Async/>
                    <Route path=path!("/sign-in") view=sign_in::page ssr=SsrMode::Async/>
                    <Route path=path!("/welcome") view=sign_in::welcome ssr=SsrMode::Async/>
                    <Route path=path!("/password") view=accounts::password ssr=SsrMode::Async/>
                    <Route path=path!("/account") view=sign_in::account ssr=SsrMode::Async/>
                    <Route path=path!("/open") view=open::page ssr=SsrMode::Async/>
                    <Route path=path!("/sources") view=sources::page ssr=SsrMode::Async/>
                    <Route path=path!("/unplaced") view=unplaced::page ssr=SsrMode::Async/>
                    <Route path=path!("/inbox") view=inbox::page ssr=SsrMode::Async/>
                    <Route path=path!("/inbox/mail") view=inbox_mail::page ssr=SsrMode::Async/>
                    <Route path=path!("/notifications") view=notifications::page ssr=SsrMode::Async/>
                    <Route path=path!("/ask") view=posts::ask ssr=SsrMode::Async/>
                    <Route path=path!("/posts/*id") view=posts::page ssr=SsrMode::Async/>
                    <Route path=path!("/new/:kind") view=forms::new ssr=SsrMode::Async/>
                    <Route path=path!("/edit/*id") view=forms::edit ssr=SsrMode::Async/>
                    <Route path=path!("/history/*id") view=crate::pages::history::page ssr=SsrMode::Async/>
                </Routes>
            </Frame>
        </Router>
    }
}
