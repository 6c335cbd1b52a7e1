//! What holds between the days of a loan and those of its instrument.

use super::Rule;

pub(super) const RULES: &[Rule] = &[
    Rule {
    // An undo is judged over all the days of an instrument.
    name: "no loan runs on after its instrument was retired",
    undone: &[],
    sql: "SELECT 'L' || l.id, 'ran until ' || coalesce(l.returned_on, l.lost_on) || ', and ' || i.tag || ' was retired on ' || i.retired_on
          FROM instrument i JOIN loan l ON l.instrument_id = i.id
          WHERE i.retired_on IS NOT NULL AND l.voided_on IS NULL AND coalesce(l.returned_on, l.lost_on) > i.retired_on",
    },
    Rule {
        name: "a loan ends after it begins",
        undone: &[],
        sql: "SELECT 'L' || id, 'came back on ' || returned_on || ', before it went out on ' || out_on FROM loan WHERE returned_on < out_on
              UNION ALL
              SELECT 'L' || id, 'was lost on ' || lost_on || ', before it went out on ' || out_on FROM loan WHERE lost_on < out_on
              UNION ALL
              SELECT 'L' || id, 'is due on ' || due_on || ', before it went out on ' || out_on FROM loan WHERE due_on < out_on",
    },
    Rule {
        name: "nothing goes for good in the future",
        undone: &[],
        sql: "SELECT tag, 'was retired on ' || retired_on || ', which has not come yet' FROM instrument WHERE retired_on > ?1
              UNION ALL
              SELECT tag, 'is missing since ' || missing_on || ', which has not come yet' FROM instrument WHERE missing_on > ?1",
    },
];
