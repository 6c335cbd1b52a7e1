//! Every write, sync and rename fails in turn.
