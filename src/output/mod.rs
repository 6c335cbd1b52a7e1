//! How results leave: listings as table, CSV or JSON, written whole or not at all.

pub mod card;
pub mod csv;
pub mod digest;
pub mod folder;
pub mod json;
pub mod letters;
pub mod listing;
pub mod table;
pub mod template;
