//! Sums by which anybody can tell that a file is still what it was: SHA-256, as `sha256sum` prints it.

use std::io::{self, Read};

use sha2::{Digest, Sha256};

/// The sum of all that can be read.
pub fn of(mut content: impl Read) -> io::Result<String> {
    let mut sum = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match content.read(&mut buffer)? {
            0 => return Ok(in_hexadecimal(sum)),
            read => sum.update(&buffer[..read]),
        }
    }
}

pub fn in_hexadecimal(sum: Sha256) -> String {
    sum.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
