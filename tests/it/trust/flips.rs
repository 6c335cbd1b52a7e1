//! Random bytes of the file changed.
