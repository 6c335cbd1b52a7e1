//! In what a row says something else than the loan on record.

use super::Row;
use super::facts::Facts;
use super::read::{COLUMNS, Column, Entry};
use crate::domain::borrower::BorrowerRef;
use crate::domain::record::LoanRecord;
use crate::domain::words::LoanState;

/// The columns in which a row says something else than the record. What a row leaves out, it does not say.
pub(super) fn differences(row: &Row<'_>, record: &LoanRecord<'_>, entry: &Entry, facts: &Facts) -> Vec<&'static str> {
    let ended = |state| entry.ended.filter(|(how, _)| *how == state).map(|(_, on)| on);
    let year_group = entry.year_group.map(|year| year.to_string()).unwrap_or_default();
    let is_person = matches!(entry.borrower, BorrowerRef::Person(_));
    let same = [
        (Column::Tag, record.tag.eq_ignore_ascii_case(entry.tag.as_str())),
        (Column::Borrower, record.borrower == Some(entry.borrower)),
        (Column::OutOn, record.out_on == entry.out_on),
        (Column::DueOn, record.due_on == entry.due_on),
        (Column::Scheme, entry.scheme.is_none_or(|scheme| scheme == record.scheme)),
        (Column::Hirer, entry.hirer.as_ref().is_none_or(|hirer| Some(hirer.reference) == record.hirer)),
        (Column::ReturnedOn, record.returned_on == ended(LoanState::Returned)),
        (Column::LostOn, record.lost_on == ended(LoanState::Lost)),
        (Column::VoidedOn, record.voided_on == ended(LoanState::Void)),
        (Column::Note, record.note == entry.note.as_deref().unwrap_or_default()),
        (Column::Outer, entry.outer.is_none_or(|outer| Some(outer) == record.outer)),
        (Column::Pupils, record.pupils == entry.pupils),
        (Column::YearGroup, record.year_group == year_group),
        (Column::SchoolUrn, !entry.in_full || !is_person || record.school_urn == entry.school),
        (Column::ReturnedCondition, record.returned_condition == entry.returned_condition),
        (Column::ReturnedAt, record.returned_at == entry.returned_at.as_deref().unwrap_or_default()),
        (Column::Missing, record.missing == entry.missing.join(", ")),
        (Column::Set, facts.set(record.set) == entry.set),
        (Column::Batch, record.batch == entry.batch),
    ];
    let differs = same.into_iter().filter(|(column, same)| row.has(*column) && !same);
    differs.map(|(column, _)| COLUMNS[usize::from(column)]).collect()
}
