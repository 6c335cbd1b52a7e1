//! A full disk and a limit on the size of files, at many sizes.
