//! The small pieces that pages are made of.

pub mod cards;
pub mod chart;
pub mod compatibility;
pub mod difference;
pub mod escape;
pub mod explore;
pub mod filled;
pub mod follow;
pub mod frame;
pub mod icon;
pub mod later;
pub mod links;
pub mod loaded;
pub mod members;
pub mod pager;
pub mod parts;
pub mod projects;
pub mod source;
pub mod thread;
pub mod time;
pub mod title;
pub mod tokens;
pub mod tree;
pub mod waiting;
