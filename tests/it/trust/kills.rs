//! Commands killed at random moments: all or nothing.
