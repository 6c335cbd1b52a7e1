//! Each command: its arguments, whose doc comments are the help, and what it does, side by side.

pub mod category;
pub mod fund;
pub mod init;
pub mod instrument;
pub mod purchase;
pub mod report;
pub mod setting;
pub mod supplier;
pub mod type_;

mod batch;
mod desk;
mod lookup;
mod sample;

pub use desk::Desk;
