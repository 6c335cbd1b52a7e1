//! The whole program, run in-process at a made-up desk: one module a noun.

mod desk;
mod documents;
mod layers;
mod stock;
