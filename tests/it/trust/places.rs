//! Read-only files, folders and file systems; files of others; links in place of files; who may read what.
