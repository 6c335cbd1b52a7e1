//! The whole program, run in-process at a made-up desk: one module a noun.

mod binary;
mod desk;
mod file;
mod lending;
mod money;
mod stock;
mod years_at_the_desk;
