//! The whole program, run in-process at a made-up desk: one module a noun.

mod binary;
mod desk;
mod file;
mod lending;
mod money;
// Clippy knows tests by their attribute; this is the whole of a test binary, its helpers too.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod documents;
mod layers;
mod stock;
mod years_at_the_desk;
