//! Why a workbook cannot be taken.

use crate::domain::refusal::Refusal;
use crate::domain::text::escape;

/// More names than anybody reads in a hint.
const MOST_NAMED: usize = 20;

/// Why a workbook as a whole cannot be taken.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum WorkbookRefusal {
    #[error("the workbook is damaged or cut short: {}", escape(.0))]
    Damaged(String),
    #[error("the workbook is protected with a password")]
    Encrypted,
    #[error("the workbook unpacks to more than it may: over a gigabyte, or a cell of over a million characters")]
    TooLarge,
    #[error("the file is a workbook of the old sort, .xls")]
    OldExcel,
    #[error("the file is a binary workbook, .xlsb")]
    Binary,
    #[error("the file is a zip archive without a sheet in it")]
    NotAWorkbook,
    #[error("the workbook has no sheet '{}'", escape(.asked))]
    NoSuchSheet { asked: String, sheets: Vec<String> },
    #[error("every sheet of the workbook is hidden")]
    AllHidden { sheets: Vec<String> },
    #[error("the sheet '{}' is empty", escape(.0))]
    EmptySheet(String),
    #[error("the file is no workbook, so it has no sheet '{}'", escape(.0))]
    NoWorkbook(String),
}

impl Refusal for WorkbookRefusal {
    fn hint(&self) -> Option<String> {
        let hint = match self {
            WorkbookRefusal::Damaged(_) => "open it in the spreadsheet, save it again and import that",
            WorkbookRefusal::Encrypted => "save it without a password, or save the sheet as 'CSV UTF-8'",
            WorkbookRefusal::TooLarge => "delete what is not needed from the sheet, or save it as 'CSV UTF-8'",
            WorkbookRefusal::OldExcel | WorkbookRefusal::Binary => {
                "save it as an 'Excel Workbook (.xlsx)' and import that"
            }
            WorkbookRefusal::NotAWorkbook => "unpack it and import the file that is in it",
            WorkbookRefusal::NoSuchSheet { sheets, .. } => return Some(format!("it has {}", listed(sheets))),
            WorkbookRefusal::AllHidden { sheets } => {
                return Some(format!("--sheet NAME reads a hidden one; it has {}", listed(sheets)));
            }
            WorkbookRefusal::EmptySheet(_) => "the headings must stand in it; --sheet NAME reads another sheet",
            WorkbookRefusal::NoWorkbook(_) => "leave --sheet out",
        };
        Some(hint.to_string())
    }
}

/// `'Stock', 'Loans' and 3 more`
pub fn listed(sheets: &[String]) -> String {
    let mut names: Vec<String> = sheets.iter().take(MOST_NAMED).map(|name| format!("'{}'", escape(name))).collect();
    let more = sheets.len().saturating_sub(MOST_NAMED);
    let last = if more > 0 { Some(format!("{more} more")) } else { names.pop() };
    match (names.is_empty(), last) {
        (false, Some(last)) => format!("{} and {last}", names.join(", ")),
        (true, last) => last.unwrap_or_else(|| "none".to_string()),
        (false, None) => names.join(", "),
    }
}
