//! Each command: its arguments, whose doc comments are the help, and what it does, side by side.

pub mod backup;
pub mod category;
pub mod charge;
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
pub mod rate;
pub mod remind;
pub mod remission;
pub mod renew;
pub mod report;
pub mod return_;
pub mod scheme;
pub mod school;
pub mod setting;
pub mod status;
pub mod supplier;
pub mod term;
pub mod type_;

mod batch;
mod desk;
mod due_flags;
mod lookup;
mod progress;
mod sample;

pub use desk::Desk;
