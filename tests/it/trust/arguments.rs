//! Every argument of every command, fed what no command expects.
