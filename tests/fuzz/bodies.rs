//! What must hold of each reader, whatever it is given: shared by the fuzz targets beside this file and by the tests that
//! `cargo test` runs (tests/it/trust/fuzzing.rs). Each body panics where something does not hold, and says whether the input
//! was one that the reader takes.

use std::cell::RefCell;
use std::fmt::Display;
use std::str::FromStr;

use ledgerline::domain::agreement::Agreement;
use ledgerline::domain::date::{self, AcademicYear, Date, DateOrder, FinancialYear, YearStart, named};
use ledgerline::domain::due::Length;
use ledgerline::domain::listing::Cell;
use ledgerline::domain::money::{Pence, parse_price};
use ledgerline::domain::reference as numbers;
use ledgerline::domain::reminder::{Ladder, Rung, trials};
use ledgerline::domain::text::{escape, fold, is_unsafe, shown};
use ledgerline::domain::words::{Scheme, Stage};
use ledgerline::import::Source;
use ledgerline::import::draft;
use ledgerline::import::kinds::Kind;
use ledgerline::import::mapping::{MapFile, Mapping};
use ledgerline::output::csv::CsvWriter;
use ledgerline::wording::reminder::Wording;
use ledgerline::wording::{HubText, agreement};

const TODAY: Date = Date::constant(2026, 11, 22);

/// Rows are told apart as long as there are no more of them than this, so that one input does not take a minute.
const MOST_ROWS: usize = 500;

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A file of rows: those that are read are read again from what is written of them.
pub fn rows(bytes: &[u8]) -> bool {
    let Some((columns, read)) = all_rows(bytes) else { return false };
    let width = read.iter().map(Vec::len).max().unwrap_or(0).max(columns).max(2);
    let headings: Vec<String> = (0..width).map(|number| format!("c{number}")).collect();
    let mut written = Vec::new();
    let mut out =
        CsvWriter::begin(&mut written, &headings.iter().map(String::as_str).collect::<Vec<_>>(), false).expect("begun");
    for row in &read {
        for column in 0..width {
            out.cell(&Cell::Text(row.get(column).map_or("", String::as_str).into()));
        }
        out.end_row().expect("a row");
    }
    out.finish().expect("written");
    drop(out);
    let Some((_, again)) = all_rows(&written) else { panic!("what was written is refused: {:?}", text(&written)) };
    // A row of nothing but blanks is passed over; a tab that comes first is guarded, and is more than a blank.
    let says = |cell: &String| !cell.trim_ascii().is_empty() || cell.starts_with(['\t', '\r']);
    let kept: Vec<Vec<String>> = read.into_iter().filter(|row| row.iter().any(says)).collect();
    assert_eq!(kept.len(), again.len(), "rows");
    for (before, after) in kept.iter().zip(&again) {
        let cells = |row: &Vec<String>| {
            (0..width).map(|column| row.get(column).cloned().unwrap_or_default()).collect::<Vec<_>>()
        };
        assert_eq!(cells(before), cells(after));
    }
    true
}

/// How many columns a file has, and its rows; nothing where it is refused.
fn all_rows(bytes: &[u8]) -> Option<(usize, Vec<Vec<String>>)> {
    let source = Source::piped(bytes, None).ok()?;
    let mut rows = source.rows().ok()?;
    let columns = rows.headings().len();
    let mut read = Vec::new();
    let mut line = rows.headings_line();
    while let Some(row) = rows.next().ok()? {
        assert!(row.line >= line, "line {} comes after line {line}", row.line);
        line = row.line;
        read.push((0..row.len()).map(|column| row.cell(column).to_string()).collect());
        if read.len() == MOST_ROWS {
            break;
        }
    }
    Some((columns, read))
}

/// Days and years: what is read is printed so that it is read as the same.
pub fn dates(bytes: &[u8]) -> bool {
    let text = text(bytes);
    let days = [
        date::parse(&text, TODAY),
        date::parse(&text, Date::constant(2199, 12, 31)),
        date::parse_fixed(&text, DateOrder::Dmy),
        date::parse_fixed(&text, DateOrder::Mdy),
        date::parse_fixed(&text, DateOrder::Ymd),
    ];
    for day in days.iter().flatten() {
        assert!(date::is_within_range(*day), "{text:?} is {day}");
        assert_eq!(date::parse(&day.to_string(), TODAY).as_ref(), Ok(day), "{text:?}");
        assert_eq!(date::from_iso(&String::from_utf8_lossy(&date::iso(*day))), Some(*day), "{text:?}");
        assert_eq!(date::parse_fixed(&day.strftime("%d/%m/%Y").to_string(), DateOrder::Dmy).as_ref(), Ok(day));
        assert_eq!(date::parse_fixed(&day.strftime("%m/%d/%Y").to_string(), DateOrder::Mdy).as_ref(), Ok(day));
        let year = AcademicYear::of(*day);
        assert!(year.first_day() <= *day && *day <= year.last_day(), "{day} in {year}");
        for months in [0, 1, 11, 12, 1200] {
            let later = date::plus_months(*day, months).expect("a day");
            assert_eq!(date::whole_months(*day, later), months, "{day} and {months} months");
        }
    }
    let _ = named::read(&text);
    let _ = text.parse::<YearStart>();
    let years = [prints_back::<AcademicYear>(&text), prints_back::<FinancialYear>(&text), prints_back::<Length>(&text)];
    if let Ok(year) = text.parse::<AcademicYear>() {
        assert_eq!(text.trim().replace('-', "/"), year.to_string(), "a year is written in one way");
    }
    days.iter().any(Result::is_ok) || years.contains(&true)
}

/// Whether a text is read; it is printed so that it is read as the same.
fn prints_back<T: FromStr + Display + PartialEq + std::fmt::Debug>(text: &str) -> bool {
    let Ok(read) = text.parse::<T>() else { return false };
    let printed = read.to_string();
    match printed.parse::<T>() {
        Ok(again) => assert_eq!(again, read, "{text:?} is printed as {printed:?}"),
        Err(_) => panic!("{text:?} is printed as {printed:?}, which is refused"),
    }
    true
}

/// Amounts, one a line: each is printed so that it is read as the same, and no sum or share of them is another than it is.
pub fn money(bytes: &[u8]) -> bool {
    let text = text(bytes);
    let amounts: Vec<Pence> = text.lines().filter_map(|line| line.parse().ok()).collect();
    for amount in &amounts {
        assert!(prints_back::<Pence>(&amount.to_string()) && prints_back::<Pence>(&amount.in_words()), "{amount}");
        assert_eq!(amount.in_words().parse(), Ok(*amount));
        assert_eq!(parse_price(&amount.to_string()).is_ok(), !amount.is_negative());
        for times in [0, 1, 3, 1_000_000, i64::MAX, i64::MIN] {
            let exact = i128::from(amount.pence()) * i128::from(times);
            if let Some(product) = amount.times(times) {
                assert_eq!(i128::from(product.pence()), exact);
                assert_eq!(product.to_string().parse(), Ok(product), "what may be reckoned may be recorded");
            } else {
                assert!(exact.unsigned_abs() > 10_000_000_000_000, "{amount} times {times} is refused");
            }
        }
        for rate in [0, 5, 20, 100] {
            let exact = i128::from(amount.pence()) * i128::from(rate);
            let off = (i128::from(amount.percent(rate).pence()) * 100 - exact).abs();
            assert!(off <= 50, "{rate}% of {amount}");
        }
        for number in [1, 3, 7, 1_000_000] {
            let off = i128::from(amount.shared_by(number).pence()) * i128::from(number) - i128::from(amount.pence());
            assert!(off.unsigned_abs() * 2 <= number.unsigned_abs().into(), "{amount} among {number}");
        }
    }
    let exact: i128 = amounts.iter().map(|amount| i128::from(amount.pence())).sum();
    assert_eq!(i128::from(amounts.iter().copied().sum::<Pence>().pence()), exact);
    !amounts.is_empty()
}

/// References: what is read is printed so that it is read as the same, in either case.
pub fn references(bytes: &[u8]) -> bool {
    let text = text(bytes);
    fn in_either_case<T: FromStr + Display + PartialEq + std::fmt::Debug>(text: &str) -> bool {
        let is_read = prints_back::<T>(text);
        assert_eq!(text.parse::<T>().ok(), text.to_ascii_lowercase().parse().ok(), "{text:?}");
        assert_eq!(text.parse::<T>().ok(), text.to_ascii_uppercase().parse().ok(), "{text:?}");
        is_read
    }
    // What is typed is shown and folded too.
    assert!(!escape(&text).chars().any(is_unsafe), "{text:?}");
    assert!(shown(&text).split('\n').skip(1).all(|line| line.starts_with("  ")), "{text:?}");
    assert_eq!(fold(&fold(&text)), fold(&text), "{text:?}");
    [
        in_either_case::<numbers::PersonRef>(&text),
        in_either_case::<numbers::OrganisationRef>(&text),
        in_either_case::<numbers::LoanRef>(&text),
        in_either_case::<numbers::OrderRef>(&text),
        in_either_case::<numbers::EventRef>(&text),
        in_either_case::<numbers::RequestRef>(&text),
        in_either_case::<numbers::RepairRef>(&text),
        in_either_case::<numbers::ChargeRef>(&text),
        in_either_case::<numbers::MessageRef>(&text),
        in_either_case::<numbers::LineRef>(&text),
        in_either_case::<numbers::Urn>(&text),
    ]
    .contains(&true)
}

/// Maps: a first line of headings, a comma between them, and a map in TOML. One that is read is tied to every kind or refused; the
/// map that is drawn up for the headings can be read.
pub fn maps(bytes: &[u8]) -> bool {
    let text = text(bytes);
    let (headings, map) = text.split_once('\n').unwrap_or(("", &text));
    let headings: Vec<String> = headings.split(',').map(|heading| heading.trim().to_string()).collect();
    for kind in [Kind::Instruments, Kind::Loans] {
        let drawn = draft::draft(kind, "file.csv", &headings);
        if let Err(error) = MapFile::read(&drawn) {
            panic!("the map drawn up for {headings:?} is refused: {error}\n{drawn}");
        }
    }
    if MapFile::read(map).is_err() {
        return false;
    }
    for kind in Kind::ALL {
        let Ok(read) = MapFile::read(map) else { panic!("read once, and refused the next time") };
        if let Some(map) = read.of(kind.name()) {
            let _ = Mapping::resolve(kind.wanted(), &map, &[], headings.as_slice());
        }
    }
    true
}

/// The text of an agreement: one that is taken can be filled in for every loan that it was tried on, on any day.
pub fn agreements(bytes: &[u8]) -> bool {
    let Ok(text) = HubText::judged("the text", bytes, "ledgerline scheme show hire") else { return false };
    let mut taken = false;
    for scheme in [Scheme::Hire, Scheme::School] {
        if agreement::try_out(&text, scheme, TODAY).is_err() {
            continue;
        }
        taken = true;
        for specimen in Agreement::specimens(scheme, Date::constant(2028, 2, 29)) {
            let page = text.page(&specimen).expect("what was taken is filled in");
            assert!(!page.chars().any(|c| c != '\n' && is_unsafe(c)), "{page:?}");
        }
    }
    taken
}

thread_local! {
    /// The wording of a new hub, loaded once.
    static WORDING: RefCell<Option<Wording>> = const { RefCell::new(None) };
}

fn wording() -> Wording {
    WORDING.with_borrow_mut(|kept| {
        kept.get_or_insert_with(|| {
            let folder = tempfile::tempdir().expect("a folder");
            let path = folder.path().join("hub.db");
            let db = ledgerline::store::lay_out(&path, "Test Hub").expect("a hub");
            db.read(|tx| Wording::load(tx, &Ladder::with([]))).expect("the wording")
        })
        .clone()
    })
}

/// The text of a reminder: one that is taken makes a message for everybody that it was tried on.
pub fn reminders(bytes: &[u8]) -> bool {
    let Ok(text) = HubText::judged("the text", bytes, "ledgerline remind ladder show first") else { return false };
    let (stage, days) = (Stage::First, 1);
    let rung = Rung { template: Some(text.text.clone()), ..Ladder::with([]).rung(stage).clone() };
    if wording().try_out(&rung, &text, TODAY).is_err() {
        return false;
    }
    let own = wording().with(stage, &text).expect("what was taken is compiled");
    for specimen in trials(stage, days, Date::constant(2028, 2, 29)) {
        let message = own.message(&specimen.contact, &specimen.notices, Date::constant(2028, 2, 29));
        let message = message.expect("what was taken makes a message");
        assert!(!message.subject.chars().any(is_unsafe), "{:?}", message.subject);
        assert!(!message.body.chars().any(|c| c != '\n' && is_unsafe(c)), "{:?}", message.body);
    }
    true
}
