//! Every text field of every command, fed SQL, formulas, escapes, right-to-left marks, NUL and a megabyte.
