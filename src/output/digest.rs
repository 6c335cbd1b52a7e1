//! The loans of a message as a small table of plain text, for a school or an organisation.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

use super::template::PAGE_WIDTH;
use crate::domain::reminder::LoanFields;
use crate::domain::text::escape;

const COLUMNS: [&str; 5] = ["Tag", "Instrument", "With", "Due back", "Late"];

/// A line a loan, no wider than a page: what does not fit goes on below in its column.
pub fn drawn(loans: &[LoanFields]) -> String {
    let mut table = Table::new();
    table.load_style(presets::ASCII_FULL_CONDENSED).set_content_arrangement(ContentArrangement::Dynamic);
    table.force_no_tty().set_width(u16::try_from(PAGE_WIDTH).unwrap_or(u16::MAX)).set_header(COLUMNS);
    for loan in loans {
        let with = if loan.is_own { "you" } else { &loan.borrower };
        let late = match loan.days_late {
            0 if loan.is_today => "today".to_string(),
            0 => "not yet".to_string(),
            1 => "1 day".to_string(),
            days => format!("{days} days"),
        };
        table.add_row([&loan.tag, &loan.instrument, with, &loan.due_on, &late].map(escape));
    }
    if let Some(late) = table.column_mut(COLUMNS.len() - 1) {
        late.set_cell_alignment(CellAlignment::Right);
    }
    table.lines().map(|line| line.trim_end().to_string()).collect::<Vec<String>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::date::Date;
    use crate::domain::reminder::{MessageFields, Sender, Specimen, specimens};
    use crate::domain::words::Stage;

    #[test]
    fn the_widest_table_keeps_to_the_page() {
        let today = Date::constant(2026, 11, 22);
        let Specimen { contact: school, mut notices, .. } = specimens(Stage::Final, 28, today).swap_remove(2);
        notices[0].tag = "NORTHSHIRE-SCHOOLS-MUSIC-SERVICE-0000001".into();
        notices[1].type_name = "bass drum with stand, cover and everything else that goes with it".into();
        notices[2].borrower_name = "Maximiliana-Konstantina-Alexandra S.".into();
        let sender = Sender { hub: "Test Hub".into(), reply_to: None, hub_contact: None };
        let table = drawn(&MessageFields::of(&sender, &school, Stage::Final, &notices, today).loans);
        assert!(table.lines().all(|line| line.chars().count() <= PAGE_WIDTH), "{table}");
        assert!(table.contains("28 days") && table.contains(" today |"), "{table}");
    }
}
