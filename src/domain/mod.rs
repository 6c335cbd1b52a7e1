//! The rules: facts in, decision out. Nothing here reads, writes, knows the clock or names SQL.

pub mod borrower;
pub mod charge;
pub mod code;
pub mod date;
pub mod due;
pub mod fund;
pub mod instrument;
pub mod listing;
pub mod loan;
pub mod money;
pub mod person;
pub mod purchase;
pub mod record;
pub mod reference;
pub mod refusal;
pub mod reminder;
pub mod school;
pub mod setting;
pub mod spend;
pub mod supplier;
pub mod tag;
pub mod term;
pub mod text;
pub mod words;
