//! What is built into the program: how many crates, under which licences, how many of them twice.
