//! The whole program, run in-process at a made-up desk: one module a noun.

mod desk;
mod import;
mod import_loans;
mod lending;
mod round_trip;
mod stock;
