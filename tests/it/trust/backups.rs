//! A year of nightly copies from cron, pruned to thirty.
