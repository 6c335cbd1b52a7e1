//! `check`: whether the file is whole, and whether its records keep the rules, whoever wrote them.

mod billing;
mod days;
mod derived;
mod erasing;
mod fund;
mod journal;
mod layout;
mod lending;
mod naming;
mod ordering;
mod policy;
mod reminding;
mod unread;

use std::collections::HashSet;

use anyhow::Result;

use super::db::{Db, Tx};
use super::remember::Table;
use super::spend::{self, SpendFilter};
use crate::domain::date::Date;
use crate::listing;

pub use erasing::faults as erasing_faults;

listing! {
    /// One fault that `check` found.
    pub struct Fault {
        rule: String,
        record: String,
        fault: String,
    }
}

/// A rule of the spec as a query for the records that break it: the record's reference and what is wrong with it.
/// Where the query takes a day, it is today.
pub(super) struct Rule {
    pub(super) name: &'static str,
    /// The tables of which an undo may break it. What is not named here is judged by [`super::timeline`], or by constraints.
    pub(super) undone: &'static [Table],
    pub(super) sql: &'static str,
}

/// Every rule, those of each area in a file of their own.
fn rules() -> impl Iterator<Item = &'static Rule> {
    RULES
        .iter()
        .chain(lending::RULES)
        .chain(billing::RULES)
        .chain(ordering::RULES)
        .chain(fund::RULES)
        .chain(policy::RULES)
        .chain(reminding::RULES)
        .chain(derived::RULES)
        .chain(erasing::RULES)
        .chain(journal::RULES)
}

const RULES: &[Rule] = &[
    Rule {
        name: "one schema version",
        undone: &[],
        sql: "SELECT 'file', 'has ' || count(*) || ' schema versions' FROM schema_version HAVING count(*) <> 1",
    },
    Rule {
        name: "one loan at a time",
        undone: &[],
        // Of each loan, the latest end among the loans of the instrument that began before it.
        sql: "SELECT 'L' || id, 'begins on ' || out_on || ', when ' || tag || ' was out until ' || busy_until
              FROM (
                  SELECT l.id, i.tag, l.out_on,
                         max(coalesce(l.returned_on, l.lost_on, '9999-12-31'))
                             OVER (PARTITION BY l.instrument_id
                                   ORDER BY l.out_on, coalesce(l.returned_on, l.lost_on, '9999-12-31'), l.id
                                   ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS busy_until
                  FROM loan l JOIN instrument i ON i.id = l.instrument_id
                  WHERE l.outer_id IS NULL AND l.voided_on IS NULL
              ) AS one_after_another
              WHERE busy_until > out_on",
    },
    Rule {
        name: "an inner loan stands inside an open one",
        undone: &[],
        sql: "SELECT 'L' || n.id, 'is open inside L' || o.id || ', which has ended' FROM loan n JOIN loan o ON o.id = n.outer_id
              WHERE n.returned_on IS NULL AND n.lost_on IS NULL AND n.voided_on IS NULL
                AND (o.returned_on IS NOT NULL OR o.lost_on IS NOT NULL OR o.voided_on IS NOT NULL)",
    },
    Rule {
        name: "an inner loan lies within the outer one",
        undone: &[],
        sql: "SELECT 'L' || n.id, 'has other days than L' || o.id || ', inside which it stands'
              FROM loan n JOIN loan o ON o.id = n.outer_id
              WHERE n.voided_on IS NULL AND o.voided_on IS NULL
                AND (n.out_on < o.out_on OR coalesce(n.returned_on, n.lost_on, '9999-12-31') > coalesce(o.returned_on, o.lost_on, '9999-12-31'))",
    },
    Rule {
        name: "an inner loan is to a pupil of the school",
        undone: &[],
        sql: "SELECT 'L' || n.id, 'is inside L' || o.id || ', which is not to its pupil''s school' FROM loan n JOIN loan o ON o.id = n.outer_id
              WHERE o.person_id IS NOT NULL OR o.school_urn IS NOT n.school_urn",
    },
    Rule {
        name: "a pupil's loan has a hirer",
        undone: &[Table::Person],
        sql: "SELECT 'L' || l.id, 'is to the pupil P' || p.id || ' and nobody signed' FROM loan l JOIN person p ON p.id = l.person_id
              WHERE p.role = 'pupil' AND l.hirer_id IS NULL AND l.outer_id IS NULL AND l.voided_on IS NULL",
    },
    Rule {
        name: "a pupil never signs",
        undone: &[Table::Person],
        sql: "SELECT 'L' || l.id, 'is signed by the pupil P' || h.id FROM loan l JOIN person h ON h.id = l.hirer_id WHERE h.role = 'pupil'
              UNION ALL
              SELECT 'P' || p.id, 'has the pupil P' || h.id || ' as hirer' FROM person p JOIN person h ON h.id = p.hirer_id WHERE h.role = 'pupil'",
    },
    Rule {
        name: "a hand-over begins with one of its own loans",
        undone: &[],
        sql: "SELECT 'L' || l.id, 'is of a hand-over that would begin with L' || l.batch_id
              FROM loan l LEFT JOIN loan f ON f.id = l.batch_id
              WHERE l.batch_id IS NOT NULL AND (f.id IS NULL OR coalesce(f.batch_id, f.id) <> f.id)",
    },
    Rule {
        name: "no hand-over in the future",
        undone: &[],
        sql: "SELECT 'L' || id, 'went out on ' || out_on || ', which has not come yet' FROM loan WHERE out_on > ?1
              UNION ALL
              SELECT 'L' || id, 'came back on ' || returned_on || ', which has not come yet' FROM loan WHERE returned_on > ?1
              UNION ALL
              SELECT 'R' || id, 'was asked for on ' || asked_on || ', which has not come yet' FROM request WHERE asked_on > ?1",
    },
    Rule {
        name: "what is gone is not on loan",
        undone: &[],
        sql: "SELECT i.tag, 'is ' || CASE WHEN i.retired_on IS NULL THEN 'missing' ELSE 'retired' END || ' and on loan as L' || l.id
              FROM instrument i JOIN loan l ON l.instrument_id = i.id
              WHERE (i.retired_on IS NOT NULL OR i.missing_on IS NOT NULL)
                AND l.returned_on IS NULL AND l.lost_on IS NULL AND l.voided_on IS NULL",
    },
    Rule {
        name: "what is gone is not away to be mended",
        undone: &[Table::Instrument, Table::Repair],
        sql: "SELECT i.tag, 'is ' || CASE WHEN i.retired_on IS NULL THEN 'missing' ELSE 'retired' END || ' and away to be mended as J' || r.id
              FROM instrument i JOIN repair r ON r.instrument_id = i.id
              WHERE (i.retired_on IS NOT NULL OR i.missing_on IS NOT NULL) AND r.back_on IS NULL",
    },
    Rule {
        name: "one repair at a time",
        undone: &[Table::Repair],
        sql: "SELECT 'J' || id, 'begins on ' || sent_on || ', when ' || tag || ' was away until ' || away_until
              FROM (
                  SELECT r.id, i.tag, r.sent_on,
                         max(coalesce(r.back_on, '9999-12-31'))
                             OVER (PARTITION BY r.instrument_id ORDER BY r.sent_on, coalesce(r.back_on, '9999-12-31'), r.id
                                   ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS away_until
                  FROM repair r JOIN instrument i ON i.id = r.instrument_id
              ) AS one_after_another
              WHERE away_until > sent_on",
    },
    Rule {
        name: "no repair in the future",
        undone: &[],
        sql: "SELECT 'J' || id, 'was sent on ' || sent_on || ', which has not come yet' FROM repair WHERE sent_on > ?1
              UNION ALL
              SELECT 'J' || id, 'came back on ' || back_on || ', which has not come yet' FROM repair WHERE back_on > ?1
              UNION ALL
              SELECT 'J' || id, 'is to be back by ' || back_by || ', before it was sent on ' || sent_on FROM repair WHERE back_by < sent_on",
    },
    Rule {
        name: "a repair that is paid for has a cost",
        undone: &[Table::Repair],
        sql: "SELECT 'J' || id, 'is paid for by the ' || payer || ' and cost nothing that is known' FROM repair
              WHERE payer IS NOT NULL AND cost_pence IS NULL",
    },
    Rule {
        name: "a stocktake is kept within its days",
        undone: &[Table::Stocktake, Table::StocktakeScan],
        sql: "SELECT 'stocktake ' || s.id, 'has ' || c.tag || ' scanned on ' || c.scanned_on || ', before it began or after it was closed'
              FROM stocktake s JOIN stocktake_scan c ON c.stocktake_id = s.id
              WHERE c.scanned_on < s.started_on OR c.scanned_on > s.closed_on OR c.scanned_on > ?1
              UNION ALL
              SELECT 'stocktake ' || id, 'is of ' || coalesce(closed_on, started_on) || ', which has not come yet' FROM stocktake
              WHERE started_on > ?1 OR closed_on > ?1",
    },
    Rule {
        name: "a scan is of the instrument that bears its tag",
        undone: &[Table::StocktakeScan, Table::StocktakeExpected],
        sql: "SELECT 'stocktake ' || c.stocktake_id, 'has ' || c.tag || ' scanned as ' || i.tag
              FROM stocktake_scan c JOIN instrument i ON i.id = c.instrument_id WHERE c.tag_key <> i.tag_key
              UNION ALL
              SELECT 'stocktake ' || e.stocktake_id, 'expects ' || i.tag || ', and has it scanned as unknown'
              FROM stocktake_expected e JOIN instrument i ON i.id = e.instrument_id
              JOIN stocktake_scan c ON c.stocktake_id = e.stocktake_id AND c.tag_key = i.tag_key WHERE c.instrument_id IS NULL",
    },
    Rule {
        name: "what has left is written when a stocktake is closed",
        undone: &[Table::Stocktake, Table::StocktakeExpected],
        sql: "SELECT 'stocktake ' || s.id, 'is open, and ' || i.tag || ' is written down as gone' FROM stocktake s
              JOIN stocktake_expected e ON e.stocktake_id = s.id JOIN instrument i ON i.id = e.instrument_id
              WHERE s.closed_on IS NULL AND e.left_since = 1",
    },
    Rule {
        name: "an offer is of what can be had",
        undone: &[Table::Request, Table::Instrument, Table::Loan],
        sql: "SELECT 'R' || q.id, 'is offered ' || i.tag || ', which is ' || CASE WHEN l.id IS NOT NULL THEN 'on loan as L' || l.id
                         WHEN i.retired_on IS NOT NULL THEN 'retired' ELSE 'missing' END
              FROM request q JOIN instrument i ON i.id = q.instrument_id
              LEFT JOIN loan l ON l.instrument_id = i.id AND l.outer_id IS NULL
                  AND l.returned_on IS NULL AND l.lost_on IS NULL AND l.voided_on IS NULL
              WHERE q.loan_id IS NULL AND q.cancelled_on IS NULL AND q.lapses_on >= ?1
                AND (l.id IS NOT NULL OR i.retired_on IS NOT NULL OR i.missing_on IS NOT NULL)
              UNION ALL
              SELECT 'R' || q.id, 'is for ' || q.type || ' and is offered ' || i.tag || ', which is ' || i.type
              FROM request q JOIN instrument i ON i.id = q.instrument_id
              WHERE q.loan_id IS NULL AND q.cancelled_on IS NULL AND q.type <> i.type",
    },
    Rule {
        name: "a request ends once, by a loan to whoever asked",
        undone: &[Table::Request, Table::Loan],
        sql: "SELECT 'R' || id, 'is answered and cancelled' FROM request WHERE loan_id IS NOT NULL AND cancelled_on IS NOT NULL
              UNION ALL
              SELECT 'R' || q.id, 'is answered by L' || l.id || CASE WHEN l.voided_on IS NULL THEN ', which is another''s' ELSE ', which is void' END
              FROM request q JOIN loan l ON l.id = q.loan_id
              WHERE l.voided_on IS NOT NULL OR q.person_id IS NOT l.person_id OR q.organisation_id IS NOT l.organisation_id
                 OR (l.person_id IS NULL AND q.school_urn IS NOT l.school_urn)",
    },
    Rule {
        name: "who was merged is no longer on record",
        undone: &[Table::MergedPerson, Table::Person],
        sql: "SELECT 'P' || m.id, 'was merged into P' || m.into_id || ' and is still on record' FROM merged_person m JOIN person p ON p.id = m.id
              UNION ALL
              SELECT 'P' || m.id, 'was merged into P' || m.into_id || ', who was merged too' FROM merged_person m JOIN merged_person n ON n.id = m.into_id",
    },
    Rule {
        name: "tags are looked up in capitals",
        undone: &[],
        sql: "SELECT tag, 'is looked up as ' || tag_key FROM instrument WHERE upper(tag) <> tag_key",
    },
    Rule {
        name: "numbers given out are never given again",
        undone: &[],
        sql: "SELECT 'L' || max(id), 'is beyond the last number given out' FROM loan HAVING max(id) > coalesce((SELECT last FROM numbering WHERE noun = 'loan'), 0)
              UNION ALL
              SELECT 'P' || max(id), 'is beyond the last number given out' FROM person HAVING max(id) > coalesce((SELECT last FROM numbering WHERE noun = 'person'), 0)
              UNION ALL
              SELECT 'O' || max(id), 'is beyond the last number given out' FROM purchase HAVING max(id) > coalesce((SELECT last FROM numbering WHERE noun = 'order'), 0)
              UNION ALL
              SELECT 'J' || max(id), 'is beyond the last number given out' FROM repair HAVING max(id) > coalesce((SELECT last FROM numbering WHERE noun = 'repair'), 0)
              UNION ALL
              SELECT 'R' || max(id), 'is beyond the last number given out' FROM request HAVING max(id) > coalesce((SELECT last FROM numbering WHERE noun = 'request'), 0)
              UNION ALL
              SELECT 'C' || max(id), 'is beyond the last number given out' FROM charge HAVING max(id) > coalesce((SELECT last FROM numbering WHERE noun = 'charge'), 0)
              UNION ALL
              SELECT 'M' || max(id), 'is beyond the last number given out' FROM message HAVING max(id) > coalesce((SELECT last FROM numbering WHERE noun = 'message'), 0)
              UNION ALL
              SELECT 'E' || max(id), 'is beyond the last number given out' FROM event HAVING max(id) > coalesce((SELECT last FROM numbering WHERE noun = 'event'), 0)",
    },
    Rule {
        name: "whoever answers for a loan pays its charges",
        undone: &[Table::Charge, Table::Loan, Table::Person],
        sql: "SELECT 'C' || c.id, 'is charged to somebody who does not answer for L' || l.id
              FROM charge c JOIN loan l ON l.id = c.loan_id
              WHERE c.person_id NOT IN (coalesce(l.person_id, 0), coalesce(l.hirer_id, 0))
                 OR c.organisation_id IS NOT NULL AND c.organisation_id IS NOT l.organisation_id
                 OR c.school_urn IS NOT NULL AND c.school_urn IS NOT l.school_urn",
    },
    Rule {
        name: "nothing is owed for a void loan",
        undone: &[Table::Charge, Table::Loan],
        sql: "SELECT 'C' || c.id, 'is owed for L' || l.id || ', which is void' FROM charge c JOIN loan l ON l.id = c.loan_id
              WHERE l.voided_on IS NOT NULL AND c.paid_on IS NULL AND c.waived_on IS NULL AND c.amount_pence > c.remitted_pence",
    },
    Rule {
        name: "hire alone is remitted",
        undone: &[Table::Charge],
        sql: "SELECT 'C' || id, 'is remitted, and is no hire' FROM charge WHERE charge_type <> 'hire' AND remitted_pence > 0",
    },
    Rule {
        name: "what is remitted rests on a remission",
        undone: &[Table::Charge, Table::Remission],
        sql: "SELECT 'C' || c.id, 'is remitted, and nobody behind L' || l.id || ' has a remission for ' || c.academic_year
              FROM charge c JOIN loan l ON l.id = c.loan_id
              WHERE c.remitted_pence > 0 AND c.paid_on IS NULL AND c.waived_on IS NULL
                AND NOT EXISTS (SELECT 1 FROM remission r
                                WHERE r.academic_year = c.academic_year AND r.person_id IN (l.person_id, l.hirer_id))",
    },
    Rule {
        name: "hire is for a term on record",
        undone: &[Table::Charge, Table::Term],
        sql: "SELECT 'C' || c.id, 'was raised for ' || c.term || ', which is no term on record' FROM charge c
              WHERE c.term IS NOT NULL AND NOT EXISTS (SELECT 1 FROM term t WHERE t.academic_year || '-' || t.name_key = c.term)",
    },
    Rule {
        name: "no money in the future",
        undone: &[],
        sql: "SELECT 'C' || id, 'was paid on ' || paid_on || ', which has not come yet' FROM charge WHERE paid_on > ?1
              UNION ALL
              SELECT 'C' || id, 'was raised on ' || raised_on || ', which has not come yet' FROM charge WHERE raised_on > ?1
              UNION ALL
              SELECT 'P' || person_id, 'has a remission whose evidence was seen on ' || seen_on || ', which has not come yet'
              FROM remission WHERE seen_on > ?1",
    },
];

/// Whether the file has the tables, columns and indexes of the schema, and nothing beside them.
pub fn has_our_layout(tx: &Tx) -> Result<bool> {
    Ok(layout::faults(tx)?.is_empty())
}

impl Fault {
    pub fn new(rule: &str, record: impl Into<String>, fault: impl Into<String>) -> Fault {
        Fault { rule: rule.to_string(), record: record.into(), fault: fault.into() }
    }
}

/// What `check` has found.
#[derive(Debug)]
pub struct Findings {
    pub faults: Vec<Fault>,
    /// How many lines have pounds that are not yet explained by instruments: no fault, but somebody will ask.
    pub unexplained_lines: i64,
}

/// Faults in the file itself, then in what its records say.
pub fn findings(db: &Db, today: Date) -> Result<Findings> {
    let whole = "the file is whole".to_string();
    let file = db.page_faults()?.into_iter().map(|fault| layout::of_pages(&fault));
    let mut faults: Vec<Fault> =
        file.map(|fault| Fault { rule: whole.clone(), record: "file".to_string(), fault }).collect();
    let unexplained_lines = db.read(|tx| {
        faults.extend(derived::judged(&whole, unread::references(tx))?);
        let of_layout = layout::faults(tx)?;
        if !of_layout.is_empty() {
            // The rules speak of tables and columns that may not be there.
            faults.extend(of_layout);
            return Ok(0);
        }
        faults.extend(derived::judged("every value can be read", unread::faults(tx))?);
        for rule in rules() {
            faults.extend(derived::judged(rule.name, broken(tx, rule, today))?);
        }
        faults.extend(derived::judged("the ladder is in order", reminding::ladder_faults(tx))?);
        faults.extend(derived::judged("days exist", days::faults(tx))?);
        faults.extend(derived::judged("words can be read again", derived::faults(tx))?);
        faults.extend(derived::judged("records are as the journal left them", journal::faults(tx))?);
        faults.extend(derived::judged("every record was made by an event", journal::unaccounted(tx))?);
        unexplained_lines(tx).or_else(|error| {
            faults.extend(derived::judged("every pound is explained", Err(error))?);
            Ok(0)
        })
    })?;
    Ok(Findings { faults, unexplained_lines })
}

fn broken(tx: &Tx, rule: &Rule, today: Date) -> Result<Vec<Fault>> {
    let day = [today.into()];
    let values = if rule.sql.contains("?1") { &day[..] } else { &[] };
    tx.all(&policy::statement(rule), values, |row| {
        Ok(Fault {
            rule: rule.name.to_string(),
            record: naming::said(row, 0, "a record"),
            fault: naming::said(row, 1, "breaks it"),
        })
    })
}

/// The faults that an undo of records in these tables may have made, one line each.
pub fn faults_after_undo(tx: &Tx, tables: &HashSet<Table>, today: Date) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    for rule in rules().chain(ordering::UNDONE).filter(|rule| rule.undone.iter().any(|table| tables.contains(table))) {
        faults.extend(broken(tx, rule, today)?.into_iter().map(|fault| format!("{} {}", fault.record, fault.fault)));
    }
    if tables.contains(&Table::Ladder) || tables.contains(&Table::Setting) {
        faults.extend(reminding::ladder_faults(tx)?.into_iter().map(|fault| fault.fault));
    }
    Ok(faults)
}

fn unexplained_lines(tx: &Tx) -> Result<i64> {
    let mut count = 0;
    spend::each(tx, &SpendFilter::default(), |line, _| {
        count += i64::from(!line.is_explained());
        Ok(())
    })?;
    Ok(count)
}
