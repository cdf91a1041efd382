//! The pages. Each awaits use cases of the catalog and makes HTML of what they answer.

pub mod access;
pub mod accounts;
pub mod asset;
pub mod audit;
pub mod browse;
pub mod error;
pub mod forms;
pub mod glossary;
pub mod history;
pub mod home;
pub mod open;
pub mod organisation;
pub mod person;
pub mod policy;
pub mod product;
pub mod project;
pub mod publish;
pub mod responsibilities;
pub mod rules;
pub mod search;
pub mod service;
pub mod sign_in;
pub mod sources;
pub mod term;
pub mod unit;
