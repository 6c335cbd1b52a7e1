//! `report schools`: which schools the stock reaches, the figure that funders ask for.

use anyhow::Result;
use clap::Args;

use super::period::OfPeriod;
use crate::commands::Desk;
use crate::domain::reach::{SchoolFigures, SchoolReachLine, Schools as Tally, Span, hide_small_of_schools};
use crate::domain::school::{phase, state_funded};
use crate::store::reach::{self, SchoolFacts};

/// Schools with a loan open in a year or other period, their own or a pupil's, in order of URN.
///
/// A loan over 31 August counts in both years; a lost one until it was lost. The funder's figure is the number of rows with
/// --state-funded. A class's children count once for a hand-over, an instrument and a child once in a school.
///
/// Counts of a few children are shown. For publishing, --hide-small leaves them out, with enough others that none can be
/// worked out; beside 'report reach' only that is safe. Publish one such list of a year.
///
/// Example: ledgerline report schools --year 2026/27 --state-funded
#[derive(Debug, Args)]
pub struct Schools {
    /// Only schools that the state pays for, by their type in the register
    #[arg(long)]
    state_funded: bool,
    /// Count only what the school itself borrowed, not its pupils' loans
    #[arg(long)]
    own_loans: bool,
    /// Leave out counts of 1 to 4 children, and what would give one away
    #[arg(long)]
    hide_small: bool,
    #[command(flatten)]
    of: OfPeriod,
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
        db.expect_bulk()?;
        let (span, counts, hidden) = db.read(|tx| {
            let span = self.of.span(tx, today)?;
            let mut tally = Tally::new(self.own_loans);
            reach::each(tx, &self.of.filter(tx)?, &span, |loan| {
                tally.add(loan);
                Ok(())
            })?;
            let mut counts = Counts::default();
            let mut lines = Vec::new();
            reach::each_school(tx, |school| {
                if let Some(figures) = tally.take(school.urn) {
                    let line = line(school, figures);
                    counts.add(line.state_funded);
                    if !self.state_funded || line.state_funded == Some(true) {
                        lines.push(line);
                    }
                }
                Ok(())
            })?;
            let hidden = if self.hide_small { hide_small_of_schools(&mut lines) } else { 0 };
            desk.list::<SchoolReachLine>(|out| lines.iter().try_for_each(|line| out.row(line)))?;
            Ok((span, counts, hidden))
        })?;
        self.of.tell(desk, &span)?;
        self.tell(desk, &span, counts)?;
        match hidden {
            _ if !self.hide_small => Ok(()),
            0 => desk.say("No count of children is from 1 to 4, so none is hidden."),
            1 => desk.say("One count is hidden, so that no child can be picked out."),
            many => desk.say(format!("{many} counts are hidden, so that no child can be picked out.")),
        }
    }

    fn tell(&self, desk: &mut Desk<'_, '_>, span: &Span, counts: Counts) -> Result<()> {
        desk.say(if self.state_funded {
            format!("{} reached {}.", were(counts.state_funded, "state-funded school", span), so_far(span))
        } else {
            let all = counts.state_funded + counts.others + counts.unknown;
            let reached = were(all, "school", span);
            format!("{reached} reached {}; state-funded: {}.", so_far(span), counts.state_funded)
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
fn were(number: i64, what: &str, span: &Span) -> String {
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

fn so_far(span: &Span) -> String {
    let so_far = if span.is_running() { " so far" } else { "" };
    format!("{}{so_far}", span.period.in_words())
}

fn line(school: &SchoolFacts<'_>, figures: SchoolFigures) -> SchoolReachLine {
    SchoolReachLine {
        school_urn: school.urn,
        school: school.name.to_string(),
        phase: phase(school.school_type, school.phase).to_string(),
        school_type: school.school_type.to_string(),
        state_funded: state_funded(school.school_type),
        trust: school.trust.to_string(),
        school_loans: Some(figures.school_loans),
        pupil_loans: Some(figures.pupil_loans),
        instruments: Some(figures.instruments),
        named_pupils: Some(figures.named_pupils),
        class_pupils: Some(figures.class_pupils),
    }
}
