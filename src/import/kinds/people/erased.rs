//! People who were erased: they come in as they went out, and nothing brings their names back.

use super::{Column, Row};
use crate::domain::date::{Date, in_words};
use crate::domain::person::Person;
use crate::domain::privacy::erased_name;

/// Notes as a fault what a row says of somebody who is erased, or would erase.
pub(super) fn judge(row: &mut Row<'_>, before: Option<&Person>, after: &Person, today: Date) {
    match (before, before.and_then(|before| before.erased_on), after.erased_on) {
        (None, _, None) | (Some(_), None, None) => {}
        (Some(before), Some(on), _) => {
            if before != after {
                let (id, day) = (before.id, in_words(on));
                row.fault(Column::Person, format!("{id} was erased on {day}, and nothing of theirs is brought back"));
            }
        }
        (Some(before), None, Some(_)) => {
            let id = before.id;
            row.fault(Column::ErasedOn, format!("no file erases {id}; to do so: ledgerline privacy erase {id}"));
        }
        (None, _, Some(on)) => {
            if on > today {
                row.fault(Column::ErasedOn, format!("{} has not come yet", in_words(on)));
            }
            if after.id.number() == 0 {
                row.fault(Column::Person, "is missing, and whoever was erased has nothing but a reference");
            } else if after.name != erased_name(after.id) {
                row.fault(Column::Name, format!("whoever was erased is called '{}'", erased_name(after.id)));
            }
            let contact = after.email.is_some() || after.phone.is_some() || after.address.is_some();
            if contact || row.has(Column::Hirer) && !row.text(Column::Hirer).is_empty() {
                row.fault(Column::ErasedOn, "whoever was erased has no hirer and no contact");
            }
        }
    }
}
