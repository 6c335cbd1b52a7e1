//! A message that the server took, as a test looks at it.

/// A message that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    pub from: String,
    pub to: String,
    /// Headers and text as they came, with CRLF, without the dots that travel adds.
    pub raw: String,
}

impl Taken {
    /// A header's value with its folds taken out and its letters decoded; quotation marks stay.
    pub fn header(&self, name: &str) -> Option<String> {
        let headers = self.raw.split("\r\n\r\n").next().unwrap_or_default().replace("\r\n ", " ");
        let found = headers.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
        found.map(decoded_words)
    }

    /// The text below the headers, decoded from quoted-printable where it is that.
    pub fn text(&self) -> String {
        let (_, body) = self.raw.split_once("\r\n\r\n").expect("headers and a text");
        let body = body.replace("\r\n", "\n");
        match self.header("Content-Transfer-Encoding").as_deref() {
            Some("quoted-printable") => quoted_printable(&body),
            Some("base64") => String::from_utf8(base64(&body.replace('\n', ""))).expect("UTF-8").replace("\r\n", "\n"),
            _ => body,
        }
    }
}

/// Undoes quoted-printable.
fn quoted_printable(text: &str) -> String {
    let mut bytes = Vec::new();
    let text = text.replace("=\n", "");
    let mut rest = text.as_bytes();
    while let [first, more @ ..] = rest {
        rest = more;
        match (first, more) {
            (b'=', [high, low, after @ ..]) => {
                let digits = [*high, *low];
                let digits = std::str::from_utf8(&digits).expect("two digits");
                bytes.push(u8::from_str_radix(digits, 16).expect("two hexadecimal digits"));
                rest = after;
            }
            _ => bytes.push(*first),
        }
    }
    String::from_utf8(bytes).expect("UTF-8")
}

/// Undoes base64.
pub fn base64(text: &str) -> Vec<u8> {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bytes, mut bits, mut held) = (Vec::new(), 0, 0_usize);
    for letter in text.chars().filter(|&letter| letter != '=') {
        held = held << 6 | letters.find(letter).expect("base64");
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits & 0xff) as u8);
        }
    }
    bytes
}

/// Undoes what headers do to letters other than ASCII: `=?utf-8?b?…?=`.
fn decoded_words(text: &str) -> String {
    // Between two encoded words a space is only a fold.
    let text = text.replace("?= =?", "?==?");
    let mut told = String::new();
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once("=?utf-8?b?") {
        let (encoded, more) = after.split_once("?=").expect("an encoded word has an end");
        told.push_str(before);
        told.push_str(&String::from_utf8(base64(encoded)).expect("UTF-8 in each word by itself"));
        rest = more;
    }
    told + rest
}
