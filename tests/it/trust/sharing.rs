//! One file between the logins of an office.
