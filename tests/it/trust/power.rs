//! A power cut that drops what was written and not synced.
