//! `purchase pool`: lines that are capitalised as one.

use anyhow::Result;
use clap::Args;

use crate::cli::DayArg;
use crate::commands::overriding::Overriding;
use crate::commands::{Desk, batch};
use crate::domain::date::{Date, in_words};
use crate::domain::policy::{PoolRefusal, Pooling};
use crate::domain::purchase::Warning;
use crate::domain::reference::LineRef;
use crate::domain::refusal::refuse;
use crate::domain::text::Name;
use crate::store::journal::{About, Event};
use crate::store::overriding::{self, Against};
use crate::store::policy::pool;
use crate::store::purchase::billing;
use crate::store::{Tx, purchase};

/// Capitalise lines as one: thirty ukuleles at £30 are one decision of £900, and thirty instruments.
///
/// A pool of that name takes the lines in where there is one. It is judged by the total of all its lines, whatever the
/// policy compares otherwise; the result holds for what of them is invoiced later, too.
///
/// Example: ledgerline purchase pool "Ukuleles 2026" O12/1 O14/1
#[derive(Debug, Args)]
pub struct Pool {
    /// What to call them together
    #[arg(allow_hyphen_values = true)]
    name: Name,
    /// The lines, as O12/1
    #[arg(required = true, value_name = "LINE")]
    lines: Vec<LineRef>,
    /// The day of the decision
    #[arg(long, default_value = "today", value_name = "DATE")]
    on: DayArg,
    #[command(flatten)]
    overriding: Overriding,
}

/// What came of it.
struct Pooled {
    is_new: bool,
    pooling: Pooling,
    warnings: Vec<Warning>,
}

impl Pool {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let today = desk.today();
        let on = self.on.on(today)?;
        if on > today {
            return Err(refuse(PoolRefusal::NotYet(on)));
        }
        let reason = self.overriding.reason()?;
        let mut db = desk.open()?;
        let done = desk.change(&mut db, |tx| self.pool(tx, on, reason.as_deref()))?;
        if done.is_new {
            desk.print(&done.pooling.name)?;
        }
        done.say(desk)
    }

    fn pool(&self, tx: &Tx, on: Date, reason: Option<&str>) -> Result<(Pooled, Option<Event>)> {
        let warnings: Vec<Warning> = overriding::judge_day(tx, on, reason.is_some())?.into_iter().collect();
        let pool = pool::open(tx, &self.name, on)?;
        let mut lines = self.lines.clone();
        lines.sort_unstable();
        lines.dedup();
        let typed: Vec<String> = lines.iter().map(ToString::to_string).collect();
        batch::all_or_none("pooled", &typed, |line| pool::add_line(tx, &pool, line.parse()?, on))?;
        let standing = pool::standing(tx, &pool, on)?;
        // The result may be new for those that were in it before, too.
        let mut about: Vec<About> = Vec::new();
        for line in standing.lines() {
            about.extend(billing::about(tx, [&purchase::line(tx, line)?])?);
        }
        batch::all_or_none("pooled", &typed, |line| standing.refuse_never(line.parse()?))?;
        let pooling = pool::judge(tx, &pool, standing, on)?;
        for line in &lines {
            let line_id = purchase::find_line(tx, *line)?;
            overriding::keep(tx, Against { subject: &line.to_string(), line_id, on, reason }, &warnings)?;
        }
        let subject = if let [only] = typed.as_slice() { only.clone() } else { format!("{} lines", typed.len()) };
        let result = if pooling.is_capital() { "capital" } else { "revenue" };
        let summary = format!("Pooled {} as '{}': {}, {result}", typed.join(", "), pool.name, pooling.because());
        let event = Event { on, command: "purchase pool", subject, summary, about };
        Ok((Pooled { is_new: pool.is_new, pooling, warnings }, Some(event)))
    }
}

impl Pooled {
    fn say(&self, desk: &mut Desk<'_, '_>) -> Result<()> {
        self.warnings.iter().try_for_each(|warning| desk.warn(warning))?;
        let (pooling, total) = (&self.pooling, &self.pooling.total);
        let lines = if total.lines == 1 { "1 line".to_string() } else { format!("{} lines", total.lines) };
        let (name, policy_on) = (&pooling.name, in_words(pooling.policy.effective_on));
        desk.say(format!("The pool '{name}' holds {lines}: {} in all.", total.cost.in_words()))?;
        match pooling.policy.shortfall(total.cost) {
            None => desk.say(format!("It is capital by the policy of {policy_on}: {}.", pooling.because())),
            Some(missing) => desk.warn(format!(
                "it is revenue by the policy of {policy_on}: {}, {} short; 'ledgerline purchase pool' takes more lines into it",
                pooling.because(),
                missing.in_words()
            )),
        }
    }
}
