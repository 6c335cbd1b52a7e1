//! The whole program, run in-process at a made-up desk: one module a noun.

// Clippy knows tests by their attribute; this is the whole of a test binary, its helpers too.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod assets;
mod billing;
mod binary;
mod charges;
mod desk;
mod documents;
mod file;
mod funds;
mod holding;
mod import;
mod import_loans;
mod import_money;
mod layers;
mod lending;
mod mail;
mod mail_server;
mod mended;
mod mended_money;
mod money;
mod onward;
mod ordering;
mod paper;
mod policy;
mod programme;
mod queue;
mod reach;
mod receiving;
mod reminding;
mod reminding_binary;
mod reminding_mended;
mod repair;
mod round_trip;
mod sets;
mod stock;
mod stocktake;
mod undo;
mod upgrade;
mod wording;
mod year_of_mornings;
mod years_at_the_desk;
