//! What a cell's number format makes of its number: a day, a time, a percentage, an amount, a number with noughts before it.

use super::decimal::Decimal;
use crate::domain::date::{Date, iso, plus_days};
use crate::import::reader::Mark;

/// How a cell shows its number, as far as it matters to what the number means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Format {
    Plain,
    /// A day, perhaps with a time.
    Day,
    Time,
    /// Hours that go on after twenty-four.
    Duration,
    Percent,
    /// Two decimals: money, mostly.
    Pence,
    /// Digits with noughts before them and characters among them, such as `"VN-"0000`.
    Padded(Vec<Place>),
}

/// One place of a padded number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Digit,
    Character(char),
}

impl Format {
    /// The formats that need no code, by their number.
    pub fn built_in(number: u32) -> Format {
        match number {
            14..=17 | 22 | 27..=31 | 34..=36 | 50..=54 | 57 | 58 => Format::Day,
            18..=21 | 32 | 33 | 45 | 47 | 55 | 56 => Format::Time,
            46 => Format::Duration,
            9 | 10 => Format::Percent,
            2 | 4 | 7 | 8 | 39 | 40 | 43 | 44 => Format::Pence,
            _ => Format::Plain,
        }
    }

    /// Reads a format's code, of which the first section is for what is above nought.
    pub fn of_code(code: &str) -> Format {
        if code.trim().to_ascii_lowercase().starts_with("general") {
            return Format::Plain;
        }
        let mut seen = Seen::default();
        let mut characters = code.chars();
        while let Some(character) = characters.next() {
            match character {
                ';' => break,
                '"' => seen.literal(characters.by_ref().take_while(|&quoted| quoted != '"')),
                '\\' => seen.literal(characters.next()),
                // A gap as wide as a character, and a character that fills the cell.
                '_' | '*' => drop(characters.next()),
                '[' => seen.bracket(&characters.by_ref().take_while(|&inner| inner != ']').collect::<String>()),
                other => seen.character(other),
            }
        }
        seen.format()
    }

    /// A number as the cell shows it, or in full where the format has no meaning of its own.
    pub fn show(&self, number: Decimal, epoch: Epoch) -> (String, Mark) {
        let text = match self {
            Format::Plain => None,
            Format::Pence => Some(number.to_decimals(2).text()),
            Format::Percent => Some(format!("{}%", number.percent().text())),
            Format::Padded(places) => {
                return number
                    .whole()
                    .map_or((number.text(), Mark::Number), |whole| (padded(places, whole), Mark::Text));
            }
            Format::Day => return shown_or(number, number.seconds().and_then(|seconds| epoch.moment(seconds))),
            Format::Time => return shown_or(number, number.seconds().map(|seconds| clock(seconds % 86_400))),
            Format::Duration => return shown_or(number, number.seconds().map(clock)),
        };
        (text.unwrap_or_else(|| number.text()), Mark::Number)
    }
}

fn shown_or(number: Decimal, shown: Option<String>) -> (String, Mark) {
    shown.map_or_else(|| (number.text(), Mark::Number), |text| (text, Mark::Text))
}

fn clock(seconds: u64) -> String {
    format!("{:02}:{:02}:{:02}", seconds / 3_600, seconds / 60 % 60, seconds % 60)
}

/// The digits from the right into their places; those for which there is no place stand before the first.
fn padded(places: &[Place], whole: u64) -> String {
    let digits = places.iter().filter(|place| **place == Place::Digit).count();
    let number = format!("{whole:0>digits$}");
    let (before, within) = number.split_at(number.len() - digits);
    let mut within = within.chars();
    let mut before = Some(before);
    let mut text = String::new();
    for place in places {
        match place {
            Place::Digit => {
                text.push_str(before.take().unwrap_or_default());
                text.extend(within.next());
            }
            Place::Character(character) => text.push(*character),
        }
    }
    text
}

/// The day from which a workbook counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Epoch {
    #[default]
    Of1900,
    Of1904,
}

impl Epoch {
    /// The moment so many seconds after the epoch: a day, with its time unless that is midnight.
    fn moment(self, seconds: u64) -> Option<String> {
        let (days, time) = (seconds / 86_400, seconds % 86_400);
        let day = match (self, days) {
            (Epoch::Of1900, 0) => return Some(clock(time)),
            // The epoch counts a 29 February that 1900 did not have.
            (Epoch::Of1900, 60) => "1900-02-29".to_string(),
            (Epoch::Of1900, 1..60) => since(Date::new(1899, 12, 31).ok()?, days)?,
            (Epoch::Of1900, _) => since(Date::new(1899, 12, 30).ok()?, days)?,
            (Epoch::Of1904, _) => since(Date::new(1904, 1, 1).ok()?, days)?,
        };
        Some(if time == 0 { day } else { format!("{day} {}", clock(time)) })
    }
}

fn since(epoch: Date, days: u64) -> Option<String> {
    let day = plus_days(epoch, days.try_into().ok()?).filter(|day| day.year() < 9_999)?;
    String::from_utf8(iso(day).to_vec()).ok()
}

/// What has been met with in a format's code.
#[derive(Default)]
struct Seen {
    has_day: bool,
    has_month_or_minute: bool,
    has_time: bool,
    is_duration: bool,
    is_percent: bool,
    is_scientific: bool,
    has_other_digits: bool,
    decimals: Option<usize>,
    places: Vec<Place>,
}

impl Seen {
    fn literal(&mut self, characters: impl IntoIterator<Item = char>) {
        self.places.extend(characters.into_iter().map(Place::Character));
    }

    fn bracket(&mut self, inner: &str) {
        let inner = inner.to_ascii_lowercase();
        self.is_duration |= !inner.is_empty() && ["h", "m", "s"].iter().any(|unit| inner.replace(unit, "").is_empty());
        // A currency, as opposed to a colour, a condition or a language.
        let currency = inner.strip_prefix('$').and_then(|rest| rest.split('-').next()).unwrap_or_default();
        self.has_other_digits |= !currency.is_empty();
    }

    fn character(&mut self, character: char) {
        match character {
            '0' => match &mut self.decimals {
                Some(decimals) => *decimals += 1,
                None => self.places.push(Place::Digit),
            },
            '#' | '?' => self.has_other_digits = true,
            '.' => self.decimals = Some(0),
            ',' => self.has_other_digits = true,
            '%' => self.is_percent = true,
            'y' | 'Y' | 'd' | 'D' => self.has_day = true,
            'm' | 'M' => self.has_month_or_minute = true,
            'h' | 'H' | 's' | 'S' => self.has_time = true,
            'e' | 'E' => self.is_scientific = true,
            other => self.places.push(Place::Character(other)),
        }
    }

    fn format(self) -> Format {
        let digits = self.places.iter().filter(|place| **place == Place::Digit).count();
        if self.is_duration {
            Format::Duration
        } else if self.has_day || (self.has_month_or_minute && !self.has_time) {
            Format::Day
        } else if self.has_time {
            Format::Time
        } else if self.is_percent {
            Format::Percent
        } else if self.is_scientific {
            Format::Plain
        } else if self.decimals == Some(2) {
            Format::Pence
        } else if digits >= 2 && self.decimals.is_none() && !self.has_other_digits {
            Format::Padded(self.places)
        } else {
            Format::Plain
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(code: &str, number: &str) -> String {
        Format::of_code(code).show(Decimal::read(number).expect("a number"), Epoch::Of1900).0
    }

    #[test]
    fn formats_say_what_a_number_is() {
        for (code, number, found) in [
            ("General", "45536", "45536"),
            ("dd/mm/yyyy", "45536", "2024-09-01"),
            ("dd/mm/yyyy;@", "45536.4375", "2024-09-01 10:30:00"),
            ("[$-F800]dddd, mmmm dd, yyyy", "45536", "2024-09-01"),
            ("[$-809]d mmm", "45536", "2024-09-01"),
            ("mmm-yy", "60", "1900-02-29"),
            ("d/m/yy", "59", "1900-02-28"),
            ("d/m/yy", "61", "1900-03-01"),
            ("d/m/yy", "0.5", "12:00:00"),
            ("d/m/yy", "-3", "-3"),
            ("d/m/yy", "99999999", "99999999"),
            ("hh:mm", "0.4375", "10:30:00"),
            ("[h]:mm", "1.5", "36:00:00"),
            ("0%", "0.2", "20%"),
            ("0.00%", "0.175", "17.5%"),
            ("#,##0.00", "1199.4949999999999", "1199.5"),
            ("\"£\"#,##0.00;[Red]-\"£\"#,##0.00", "33.3333333333333", "33.33"),
            ("[$£-809]#,##0", "199.99", "199.99"),
            ("00000", "123", "00123"),
            ("\"VN-\"0000", "42", "VN-0042"),
            ("\\M\\H0000000", "12", "MH0000012"),
            ("000-000", "1234567", "1234-567"),
            ("00000", "1.5", "1.5"),
            ("0\" months\"", "120", "120"),
            ("0", "120", "120"),
            ("0.00E+00", "123456789012", "123456789012"),
            ("@", "7", "7"),
            ("\"open", "7", "7"),
        ] {
            assert_eq!(shown(code, number), found, "{code} of {number}");
        }
        let of_1904 = Format::Day.show(Decimal::read("44074").expect("a number"), Epoch::Of1904);
        assert_eq!(of_1904.0, "2024-09-01");
    }
}
