//! What moves. An island gets what it needs as small props and loads more only after a touch.

pub mod columns;
pub mod explore;
pub mod form;
pub mod publishing;
pub mod shortcuts;
pub mod trying;
pub mod unread;

#[cfg(feature = "hydrate")]
mod browser;
