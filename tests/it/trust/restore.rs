//! A backup put back in place of the file.
