//! Many processes at once on one file.
