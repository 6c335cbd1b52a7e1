//! Each command: its arguments, whose doc comments are the help, and what it does, side by side.

pub mod backup;
pub mod category;
pub mod check;
pub mod completions;
pub mod demo;
pub mod export;
pub mod find;
pub mod fund;
pub mod import;
pub mod init;
pub mod instrument;
pub mod lend;
pub mod loan;
pub mod log;
pub mod man;
pub mod organisation;
pub mod overdue;
pub mod person;
pub mod purchase;
pub mod remind;
pub mod renew;
pub mod repair;
pub mod report;
pub mod request;
pub mod return_;
pub mod scheme;
pub mod school;
pub mod set;
pub mod setting;
pub mod status;
pub mod stocktake;
pub mod supplier;
pub mod swap;
pub mod term;
pub mod transfer;
pub mod type_;
pub mod undo;

mod agreements;
mod batch;
mod desk;
mod due_flags;
mod lookup;
mod sample;

pub use desk::Desk;
