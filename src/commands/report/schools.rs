//! `report schools`: which schools the stock reaches, the figure that funders ask for.

use anyhow::Result;
use clap::Args;

use super::year::OfYear;
use crate::commands::Desk;
use crate::domain::reach::{SchoolFigures, SchoolReachLine, Schools as Tally, YearSoFar};
use crate::domain::school::{phase, state_funded};
use crate::store::reach::{self, SchoolFacts};

/// Schools with a loan open in an academic year, their own or a pupil's, in order of URN.
///
/// A loan over 31 August counts in both years; a lost one until it was lost. The funder's figure is the number of rows with
/// --state-funded. A class's children count once for a hand-over, an instrument and a child once in a school.
///
/// Example: ledgerline report schools --year 2026/27 --state-funded
#[derive(Debug, Args)]
pub struct Schools {
    #[command(flatten)]
    of: OfYear,
    /// Only schools that the state pays for, by their type in the register
    #[arg(long)]
    state_funded: bool,
    /// Count only what the school itself borrowed, not its pupils' loans
    #[arg(long)]
    own_loans: bool,
}

/// How many schools there are of each sort.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    state_funded: i64,
    others: i64,
    unknown: i64,
}

impl Schools {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        let (today, db) = (desk.today(), desk.open()?);
        let span = self.of.span(today)?;
        db.expect_bulk()?;
        let counts = db.read(|tx| {
            let mut tally = Tally::new(self.own_loans);
            reach::each(tx, &self.of.filter(tx)?, &span, |loan| {
                tally.add(loan);
                Ok(())
            })?;
            let mut counts = Counts::default();
            desk.list::<SchoolReachLine<'_>>(|out| {
                reach::each_school(tx, |school| {
                    let Some(figures) = tally.take(school.urn) else {
                        return Ok(());
                    };
                    let line = line(school, figures);
                    counts.add(line.state_funded);
                    if self.state_funded && line.state_funded != Some(true) { Ok(()) } else { out.row(&line) }
                })
            })?;
            Ok(counts)
        })?;
        self.of.tell(desk, &span)?;
        self.tell(desk, &span, counts)
    }

    fn tell(&self, desk: &mut Desk<'_, '_>, span: &YearSoFar, counts: Counts) -> Result<()> {
        desk.say(if self.state_funded {
            format!("{} reached in {}.", were(counts.state_funded, "state-funded school", span), so_far(span))
        } else {
            let all = counts.state_funded + counts.others + counts.unknown;
            let reached = were(all, "school", span);
            format!("{reached} reached in {}; state-funded: {}.", so_far(span), counts.state_funded)
        })?;
        if counts.unknown == 0 {
            return Ok(());
        }
        let left_out = if self.state_funded { " and left out" } else { "" };
        desk.warn(match counts.unknown {
            1 => format!("one school is of a type that is not known{left_out}; 'ledgerline school edit URN --type …' records it"),
            many => format!(
                "{many} schools are of a type that is not known{left_out}; 'ledgerline import schools FILE --profile gias --update' fills it in"
            ),
        })
    }
}

impl Counts {
    fn add(&mut self, state_funded: Option<bool>) {
        *match state_funded {
            Some(true) => &mut self.state_funded,
            Some(false) => &mut self.others,
            None => &mut self.unknown,
        } += 1;
    }
}

/// `302 schools were`; while the year runs, `302 schools have been`.
fn were(number: i64, what: &str, span: &YearSoFar) -> String {
    let verb = match (span.is_running(), number) {
        (true, 1) => "has been",
        (true, _) => "have been",
        (false, 1) => "was",
        (false, _) => "were",
    };
    match number {
        0 => format!("No {what} {}", if span.is_running() { "has been" } else { "was" }),
        1 => format!("One {what} {verb}"),
        many => format!("{many} {what}s {verb}"),
    }
}

fn so_far(span: &YearSoFar) -> String {
    let so_far = if span.is_running() { " so far" } else { "" };
    format!("{}{so_far}", span.year)
}

fn line<'a>(school: &SchoolFacts<'a>, figures: SchoolFigures) -> SchoolReachLine<'a> {
    SchoolReachLine {
        school_urn: school.urn,
        school: school.name,
        phase: phase(school.school_type, school.phase),
        school_type: school.school_type,
        state_funded: state_funded(school.school_type),
        trust: school.trust,
        school_loans: figures.school_loans,
        pupil_loans: figures.pupil_loans,
        instruments: figures.instruments,
        named_pupils: figures.named_pupils,
        class_pupils: figures.class_pupils,
    }
}
