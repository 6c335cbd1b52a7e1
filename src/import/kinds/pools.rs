//! Pools: lines that are capitalised as one. Known by the line, which is in one pool.
//!
//! A row that tells how its pool was judged is taken at its word; the pools of the others are judged once all rows are in.

use std::collections::{BTreeMap, HashMap};

use anyhow::Result;

use super::money::{Judgements, about, line_of, refuse_closed};
use super::{Finish, Intake, Outcome, Round, Row, Terms};
use crate::domain::date::{Date, in_words};
use crate::domain::policy::PoolRefusal;
use crate::domain::purchase::{ClosedPeriod, OrderLine};
use crate::domain::reference::LineRef;
use crate::domain::text::Name;
use crate::domain::words::Judged;
use crate::import::track::{Keys, Runs};
use crate::output::listing::Lister;
use crate::store::policy::pool;
use crate::store::purchase::records;
use crate::store::{Tx, setting};

columns! {
    Pool = "pool", Line = "line", PooledOn = "pooled_on", Policy = "policy", Judgement = "judgement",
}

pub const KEY: Option<&str> = Some("pool");

struct Pools {
    terms: Terms,
    closed: ClosedPeriod,
    judgements: Judgements,
    seen: Keys<LineRef>,
    /// Of a pool and a day, how many judgements rows without a line have told.
    replaced: HashMap<(String, Date), usize>,
    /// Pools that took lines in on a day and are not judged yet.
    unjudged: BTreeMap<(Date, String), Name>,
    orders: Runs,
}

pub fn begin(tx: &Tx, terms: Terms) -> Result<impl Intake + use<>> {
    Ok(Pools {
        terms,
        closed: setting::closed_to_files(tx)?,
        judgements: Judgements::begin(tx)?,
        seen: Keys::default(),
        replaced: HashMap::new(),
        unjudged: BTreeMap::new(),
        orders: Runs::default(),
    })
}

pub fn export(tx: &Tx, out: &mut Lister<'_>) -> Result<()> {
    records::each_pooled(tx, |record| out.row(record))
}

/// What a row says: a policy and a result where it tells how the pool was judged.
struct Entry {
    pool: Name,
    /// None where it tells of a judgement that another took the place of.
    line: Option<OrderLine>,
    on: Date,
    judged: Option<(i64, bool)>,
}

impl Intake for Pools {
    fn take(&mut self, tx: &Tx, row: &mut Row<'_>, _round: Round) -> Result<Outcome> {
        let Some(entry) = self.read(tx, row)? else {
            return Ok(Outcome::Rejected);
        };
        let Some(line) = &entry.line else {
            return self.take_judgement(tx, row, &entry);
        };
        if row.repeats(Column::Line, self.seen.first(line.reference, row.line())) {
            return Ok(Outcome::Rejected);
        }
        if let Some((held, since)) = pool::of_line(tx, line.id)?.filter(|(held, _)| held.key() == entry.pool.key()) {
            return self.compare(tx, row, &entry, (&held, since));
        }
        let Some(is_told_anew) = self.judge(tx, row, &entry, line)? else {
            return Ok(Outcome::Rejected);
        };
        let Some(held) = row.found(Column::PooledOn, pool::open(tx, &entry.pool, entry.on))? else {
            return Ok(Outcome::Rejected);
        };
        pool::add_line(tx, &held, line.reference, entry.on)?;
        match entry.judged {
            Some(judged) if is_told_anew => pool::restore(tx, &held, judged, entry.on)?,
            Some(_) => {}
            None => {
                self.unjudged.insert((entry.on, entry.pool.key()), entry.pool.clone());
            }
        }
        self.orders.add(line.reference.order.number());
        Ok(Outcome::Created)
    }

    fn finish(&mut self, tx: &Tx) -> Result<Finish> {
        let mut remarks = Vec::new();
        for ((on, _), name) in std::mem::take(&mut self.unjudged) {
            let held = pool::open(tx, &name, on)?;
            let standing = pool::standing(tx, &held, on)?;
            let pooling = pool::judge(tx, &held, standing, on)?;
            let result = if pooling.is_capital() { "capital" } else { "revenue" };
            let policy_on = in_words(pooling.policy.effective_on);
            remarks.push(format!("The pool '{}' is {result} by the policy of {policy_on}: {}.", pooling.name, pooling.because()));
        }
        Ok(Finish { about: about(std::mem::take(&mut self.orders)), remarks, ..Finish::default() })
    }
}

impl Pools {
    fn read(&self, tx: &Tx, row: &mut Row<'_>) -> Result<Option<Entry>> {
        let pool = row.needed::<Name>(Column::Pool);
        let on = row.day(Column::PooledOn);
        let judged = row.parse::<Judged>(Column::Judgement);
        let is_capital = judged.filter(|judged| *judged != Judged::Unjudged).map(|judged| judged == Judged::Capital);
        let policy = match is_capital {
            Some(_) => {
                let begins = row.day(Column::Policy);
                self.judgements.policy(row, Column::Policy.into(), begins, None)
            }
            None => None,
        };
        let tells_of_line = judged.is_none() || !row.text(Column::Line).is_empty();
        let line = if tells_of_line { line_of(tx, row, Column::Line)? } else { None };
        let on = if row.text(Column::PooledOn).is_empty() { Some(self.terms.today) } else { on };
        if let Some(on) = on.filter(|on| *on > self.terms.today) {
            row.fault(Column::PooledOn, PoolRefusal::NotYet(on));
        }
        let entry = pool.zip(on).filter(|_| row.is_sound());
        Ok(entry.map(|(pool, on)| Entry { pool, line, on, judged: policy.zip(is_capital) }))
    }

    /// The place of a row's judgement among those of its pool and day.
    fn place(&self, entry: &Entry) -> usize {
        self.replaced.get(&(entry.pool.key(), entry.on)).copied().unwrap_or_default()
    }

    /// Whether a row's line may go into its pool, by the desk's rules, and whether the judgement it tells is not on record yet;
    /// none with its faults noted.
    fn judge(&self, tx: &Tx, row: &mut Row<'_>, entry: &Entry, line: &OrderLine) -> Result<Option<bool>> {
        refuse_closed(row, Column::PooledOn, self.closed, entry.on);
        row.judged(pool::judge_line(tx, &entry.pool, line, entry.on))?;
        if entry.judged.is_none() {
            row.judged(pool::judge_asset(tx, line, entry.on))?;
        }
        self.told_anew(tx, row, entry)
    }

    /// Whether the judgement that a row tells is not on record yet; none where another is.
    fn told_anew(&self, tx: &Tx, row: &mut Row<'_>, entry: &Entry) -> Result<Option<bool>> {
        let known = pool::judgements_of(tx, &entry.pool, entry.on)?;
        let held = known.get(self.place(entry));
        if held.is_some() && entry.judged.is_some() && held != entry.judged.as_ref() {
            row.fault(Column::Judgement, "is not what was made of the pool on that day");
        }
        Ok(row.is_sound().then_some(held.is_none()))
    }

    /// A row without a line: a judgement that another of the same day took the place of.
    fn take_judgement(&mut self, tx: &Tx, row: &mut Row<'_>, entry: &Entry) -> Result<Outcome> {
        let Some(judged) = entry.judged else {
            row.fault(Column::Judgement, "is that of no policy, and the row names no line");
            return Ok(Outcome::Rejected);
        };
        let told_anew = self.told_anew(tx, row, entry)?;
        if told_anew == Some(true) {
            refuse_closed(row, Column::PooledOn, self.closed, entry.on);
        }
        if !row.is_sound() {
            return Ok(Outcome::Rejected);
        }
        if told_anew == Some(true) {
            let Some(held) = row.found(Column::PooledOn, pool::open(tx, &entry.pool, entry.on))? else {
                return Ok(Outcome::Rejected);
            };
            pool::restore(tx, &held, judged, entry.on)?;
        }
        *self.replaced.entry((entry.pool.key(), entry.on)).or_default() += 1;
        Ok(if told_anew == Some(true) { Outcome::Created } else { Outcome::Unchanged })
    }

    /// What becomes of a row whose line is in the pool: nothing takes it out again.
    fn compare(&self, tx: &Tx, row: &mut Row<'_>, entry: &Entry, (held, since): (&Name, Date)) -> Result<Outcome> {
        let mut fields = Vec::new();
        if held != &entry.pool {
            fields.push("pool");
        }
        if row.has(Column::PooledOn) && since != entry.on {
            fields.push("pooled_on");
        }
        let known = pool::judgements_of(tx, &entry.pool, entry.on)?;
        if entry.judged.is_some() && known.get(self.place(entry)) != entry.judged.as_ref() {
            fields.push("judgement");
        }
        if self.terms.update && !fields.is_empty() {
            row.fault(Column::Line, format!("is in the pool '{held}' since {}, which no file changes", in_words(since)));
            return Ok(Outcome::Rejected);
        }
        self.terms.settle(row.text(Column::Line), fields, || Ok(()))
    }
}
