//! Files that somebody has edited by hand, and what `check` says of them.
