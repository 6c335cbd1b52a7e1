//! What holds between the days of a loan and those of its instrument.

use super::Rule;

pub(super) const RULES: &[Rule] = &[Rule {
    // An undo is judged over all the days of an instrument.
    name: "no loan runs on after its instrument was retired",
    undone: &[],
    sql: "SELECT 'L' || l.id, 'ran until ' || coalesce(l.returned_on, l.lost_on) || ', and ' || i.tag || ' was retired on ' || i.retired_on
          FROM instrument i JOIN loan l ON l.instrument_id = i.id
          WHERE i.retired_on IS NOT NULL AND l.voided_on IS NULL AND coalesce(l.returned_on, l.lost_on) > i.retired_on",
}];
