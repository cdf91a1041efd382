//! What leaves the catalog: the operator's file says by which ways, and here they are gone.

mod address;
mod courier;
mod file;
mod mail;
mod signature;
mod webhook;

pub use self::courier::Couriers;
pub use self::file::NotificationsFile;
