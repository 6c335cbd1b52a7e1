//! What the files of a fund's and a purchase's life have in common.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use anyhow::Result;

use super::Row;
use crate::domain::date::Date;
use crate::domain::instrument::free_text;
use crate::domain::policy::Policies;
use crate::domain::purchase::ordering::{MOST_TOLD, more_like_these};
use crate::domain::purchase::{ClosedPeriod, OrderLine, ToldJudgement, Warning};
use crate::domain::reference::LineRef;
use crate::domain::setting::parse_yes_no;
use crate::domain::words::Judged;
use crate::import::track::Runs;
use crate::store::journal::About;
use crate::store::{Tx, policy, purchase};

/// Rows that nothing but their content tells apart: of equals, the first stand for those that were on record before. Kept of
/// each content are how many were on record, and how many rows were met.
pub struct Alike<K>(HashMap<K, (i64, i64)>);

impl<K> Default for Alike<K> {
    fn default() -> Alike<K> {
        Alike(HashMap::new())
    }
}

impl<K: Hash + Eq> Alike<K> {
    /// Whether a row's record was there before the file came; `on_record` counts its equals.
    pub fn is_on_record(&mut self, row: &mut Row<'_>, key: K, on_record: impl FnOnce() -> Result<i64>) -> Result<bool> {
        let (on_record, met) = match self.0.entry(key) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert((on_record()?, 0)),
        };
        Ok(row.place_among(met) <= *on_record)
    }
}

/// The line a row names, with its life.
pub fn line_of(tx: &Tx, row: &mut Row<'_>, column: impl Into<usize>) -> Result<Option<OrderLine>> {
    let column = column.into();
    let Some(reference) = row.needed::<LineRef>(column) else {
        return Ok(None);
    };
    row.found(column, purchase::line(tx, reference))
}

/// A day that a row cannot do without.
pub fn needed_day(row: &mut Row<'_>, column: impl Into<usize>) -> Option<Date> {
    let column = column.into();
    if row.text(column).is_empty() {
        row.fault(column, "is missing");
    }
    row.day(column)
}

/// A reason that a row cannot do without.
pub fn needed_reason(row: &mut Row<'_>, column: impl Into<usize>) -> Option<String> {
    let column = column.into();
    let reason = row.read(column, |text| free_text("the reason", text)).flatten();
    if row.text(column).trim().is_empty() {
        row.fault(column, "is missing; say why, in words an auditor will read");
    }
    reason
}

/// Whether a row's record stood before: its funds were asked when it was recorded, and are not asked again.
pub fn was_recorded(row: &mut Row<'_>, column: impl Into<usize>) -> bool {
    row.read(column, parse_yes_no).unwrap_or(false)
}

/// Notes a fault where a row is dated in a period that is closed.
pub fn refuse_closed(row: &mut Row<'_>, column: impl Into<usize>, closed: ClosedPeriod, on: Date) {
    if let Err(refusal) = closed.judge(on, false) {
        row.fault(column, format!("{refusal}; at the desk it can be entered with --override"));
    }
}

/// How bills were judged, as rows tell it.
pub struct Judgements {
    policies: Policies,
    /// The last bill that was on record before.
    last_bill: i64,
    /// Bills that no policy is to judge, since their rows say that none has.
    unjudged: HashSet<i64>,
}

/// The columns that tell a judgement.
#[derive(Clone, Copy)]
pub struct At {
    pub policy: usize,
    pub judgement: usize,
    pub judged_on: usize,
}

impl Judgements {
    pub fn begin(tx: &Tx) -> Result<Judgements> {
        Ok(Judgements { policies: policy::all(tx)?, last_bill: policy::last_bill(tx)?, unjudged: HashSet::new() })
    }

    /// What a row tells of the judgement of a bill of this day; none where that is left to the hub's policies.
    pub fn read(&self, row: &mut Row<'_>, at: At, invoiced_on: Option<Date>) -> Option<ToldJudgement> {
        let judged = row.parse::<Judged>(at.judgement);
        let policy_on = row.day(at.policy);
        let judged_on = row.day(at.judged_on);
        let is_capital = match judged {
            Some(Judged::Unjudged) => return Some(ToldJudgement::Unjudged),
            None if policy_on.is_some() => {
                row.fault(at.judgement, "is missing: what did the policy make of it?");
                return None;
            }
            None => return None,
            Some(judged) => judged == Judged::Capital,
        };
        let policy_id = self.policy(row, at.policy, policy_on, invoiced_on)?;
        Some(ToldJudgement::By { policy_id, is_capital, judged_on })
    }

    /// The policy that begins on a day, which is not after the day of what it judged.
    pub fn policy(&self, row: &mut Row<'_>, column: usize, begins: Option<Date>, on: Option<Date>) -> Option<i64> {
        let Some(begins) = begins else {
            if row.text(column).is_empty() {
                row.fault(column, "is missing: which policy judged it?");
            }
            return None;
        };
        let found = self.policies.beginning(begins).map(|(id, _)| id);
        match (found, on) {
            (None, _) => row.fault(column, "is the first day of no policy; import the policies first"),
            (_, Some(on)) if begins > on => row.fault(column, "is after the day of what it is said to have judged"),
            _ => {}
        }
        found
    }

    /// Keeps what a row tells of a bill.
    pub fn keep(&mut self, tx: &Tx, bill_id: i64, told: Option<ToldJudgement>) -> Result<()> {
        let Some(told) = told else {
            return Ok(());
        };
        if told == ToldJudgement::Unjudged {
            self.unjudged.insert(bill_id);
        }
        policy::keep(tx, bill_id, told)
    }

    /// Judges what was left to the hub's policies, now that all of it is in.
    pub fn finish(&self, tx: &Tx) -> Result<()> {
        policy::judge_bills_after(tx, self.last_bill, &|bill| self.unjudged.contains(&bill))
    }

    /// What is to be said of lines that are revenue by policy and that a capital fund bears.
    pub fn warning(&self, tx: &Tx) -> Result<Option<String>> {
        let lines = match policy::revenue_in_capital_after(tx, self.last_bill)? {
            0 => return Ok(None),
            1 => "1 line is".to_string(),
            many => format!("{many} lines are"),
        };
        Ok(Some(format!(
            "{lines} revenue by policy and borne by a capital fund; 'ledgerline purchase pool' puts lines together"
        )))
    }
}

/// The first few warnings of a file, and how many there were.
#[derive(Default)]
pub struct Warnings {
    told: Vec<String>,
    count: usize,
}

impl Warnings {
    pub fn add(&mut self, line: u64, warnings: &[Warning]) {
        for warning in warnings {
            self.count += 1;
            if self.count <= MOST_TOLD {
                self.told.push(format!("line {line}: {warning}"));
            }
        }
    }

    /// Those kept and, where there were more, how many.
    pub fn finish(&mut self) -> Vec<String> {
        let more = self.count.checked_sub(MOST_TOLD).filter(|more| *more > 0);
        self.told.extend(more.map(more_like_these));
        std::mem::take(&mut self.told)
    }
}

/// The orders that an import is about.
pub fn about(orders: Runs) -> Vec<About> {
    orders.joined().into_iter().map(|(first, last)| About::Orders(first, last)).collect()
}
