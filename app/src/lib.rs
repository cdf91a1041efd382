//! What the browser shows.
//!
//! Pages are plain components that exist on the server only: complete HTML that works with scripts off.
//! Islands are the few things that move; they and the server functions are all that reaches the browser.

// The types of views grow with the pages.
#![recursion_limit = "256"]

pub mod forms;
pub mod islands;

mod encode;

#[cfg(feature = "ssr")]
mod app;
#[cfg(feature = "ssr")]
mod pages;
#[cfg(feature = "ssr")]
mod request;
#[cfg(feature = "ssr")]
mod shell;
#[cfg(feature = "ssr")]
mod ui;

#[cfg(feature = "ssr")]
pub use crate::app::App;
#[cfg(feature = "ssr")]
pub use crate::forms::{own_path, refused_sign_in};
#[cfg(feature = "ssr")]
pub use crate::pages::audit::audit_query;
#[cfg(feature = "ssr")]
pub use crate::pages::error::{error_page, leading_page, sentence};
#[cfg(feature = "ssr")]
pub use crate::request::{
    ByTls, ENTERING_COOKIE, LEAVING_COOKIE, OpenToStrangers, SEEN_COOKIE, SESSION_COOKIE, SESSION_COOKIE_TLS,
    THEME_COOKIE, actor, cookie, cookie_header, own_cookie, session, session_cookie,
};
#[cfg(feature = "ssr")]
pub use crate::shell::{Canvas, Module, Site, shell};
#[cfg(feature = "ssr")]
pub use crate::ui::links::href;

/// A value as a URL has it.
#[cfg(feature = "ssr")]
pub fn encoded(text: &str) -> String {
    encode::encode(text)
}
