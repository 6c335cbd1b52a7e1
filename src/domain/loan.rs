//! The rules of lending: hand over, take back, renew. Each takes the facts and gives what is to be written, or a refusal.

mod lines;
mod mend;
mod onward;
mod refusal;
mod swap;
#[cfg(test)]
mod tests;
mod transfer;

pub use lines::{LoanLine, OverdueLine};
pub use mend::{Correction, Days, correct, void};
pub use onward::{HeldTerms, OnwardRefusal, kept_due};
pub use refusal::LoanRefusal;
pub use swap::{Swap, SwapFacts, swap, swapped};
pub use transfer::{Transfer, TransferFacts, moving, scheme_after, transfer};

use super::borrower::BorrowerRef;
use super::date::Date;
use super::due::Due;
use super::instrument::Instrument;
use super::person::YearGroup;
use super::reference::{LoanRef, PersonRef, RepairRef, Urn};
use super::setting::LateBorrowers;
use super::tag::Tag;
use super::text::escape;
use super::words::{Condition, LoanState, Role, Scheme, SchoolStatus};

/// An open loan as the rules see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenLoan {
    pub loan: LoanRef,
    pub borrower: BorrowerRef,
    pub borrower_name: String,
    pub out_on: Date,
    pub due_on: Date,
}

/// What is out of one instrument: the loan, and inside a school's loan perhaps a pupil's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OpenLoans {
    pub outer: Option<OpenLoan>,
    pub inner: Option<OpenLoan>,
}

impl OpenLoans {
    /// Whoever has the instrument now.
    pub fn holder(&self) -> Option<&OpenLoan> {
        self.inner.as_ref().or(self.outer.as_ref())
    }
}

/// Who is to borrow, with the facts the rules need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Party {
    School { urn: Urn, name: String, status: SchoolStatus },
    Organisation { reference: super::reference::OrganisationRef, name: String },
    Person { reference: PersonRef, name: String, role: Role, school: Option<Urn>, hirer: Option<PersonRef> },
}

impl Party {
    pub fn reference(&self) -> BorrowerRef {
        match self {
            Party::School { urn, .. } => BorrowerRef::School(*urn),
            Party::Organisation { reference, .. } => BorrowerRef::Organisation(*reference),
            Party::Person { reference, .. } => BorrowerRef::Person(*reference),
        }
    }

    pub fn name(&self) -> &str {
        match self {
            Party::School { name, .. } | Party::Organisation { name, .. } | Party::Person { name, .. } => name,
        }
    }

    /// The school a loan counts for: the borrower itself, or the pupil's school of that day.
    pub fn school(&self) -> Option<Urn> {
        match self {
            Party::School { urn, .. } => Some(*urn),
            Party::Organisation { .. } => None,
            Party::Person { school, .. } => *school,
        }
    }

    /// The scheme where none is named: hire for a person, hub or school for the others.
    pub fn usual_scheme(&self) -> Scheme {
        match self {
            Party::School { .. } => Scheme::School,
            Party::Organisation { .. } => Scheme::Hub,
            Party::Person { .. } => Scheme::Hire,
        }
    }
}

/// What the desk asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub scheme: Scheme,
    pub hirer: Option<Hirer>,
    pub on: Date,
    pub due: Due,
    pub pupils: Option<i64>,
    pub year_group: Option<YearGroup>,
    pub note: Option<String>,
    /// The number of the set that is asked for.
    pub set: Option<i64>,
}

/// The adult who signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hirer {
    pub reference: PersonRef,
    pub name: String,
    pub role: Role,
}

/// The facts of one hand-over.
#[derive(Clone, Debug)]
pub struct LendFacts<'a> {
    pub instrument: &'a Instrument,
    pub open: OpenLoans,
    /// An ended loan of the instrument that was still running on or after the hand-over day, and its last day.
    pub later_end: Option<(LoanRef, Date)>,
    /// A repair that it came back from after the hand-over day, and was away for on it.
    pub mended: Option<(RepairRef, Date)>,
    pub party: &'a Party,
    /// How many loans the borrower has that are late today.
    pub late: i64,
    pub late_borrowers: LateBorrowers,
    pub today: Date,
}

/// A loan to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLoan {
    pub instrument_id: i64,
    /// The school's loan it stands inside.
    pub outer: Option<LoanRef>,
    pub scheme: Scheme,
    pub borrower: BorrowerRef,
    pub school: Option<Urn>,
    pub hirer: Option<PersonRef>,
    pub pupils: Option<i64>,
    pub year_group: Option<YearGroup>,
    pub out_on: Date,
    pub due_on: Date,
    pub note: Option<String>,
    /// The number of the set it goes out with.
    pub set: Option<i64>,
    /// The first loan of the same hand-over, where that is another.
    pub batch: Option<LoanRef>,
}

/// Decides a hand-over.
pub fn lend(facts: &LendFacts<'_>, request: &Request) -> Result<NewLoan, LoanRefusal> {
    let outer = place(facts)?;
    check_party(facts, request, outer.is_some())?;
    check_days(facts, request)?;
    Ok(new_loan(facts, request, outer))
}

/// The loan that was asked for, inside another or on its own.
fn new_loan(facts: &LendFacts<'_>, request: &Request, outer: Option<LoanRef>) -> NewLoan {
    NewLoan {
        instrument_id: facts.instrument.id,
        outer,
        scheme: request.scheme,
        borrower: facts.party.reference(),
        school: facts.party.school(),
        hirer: hirer(facts.party, request),
        pupils: request.pupils,
        year_group: request.year_group,
        out_on: request.on,
        due_on: request.due.on,
        note: request.note.clone(),
        set: request.set,
        batch: None,
    }
}

/// Where the loan would stand: on its own, or inside the loan to the pupil's school. Refused if it can stand nowhere.
fn place(facts: &LendFacts<'_>) -> Result<Option<LoanRef>, LoanRefusal> {
    let tag = &facts.instrument.tag;
    fit_to_go(facts.instrument, facts.party.reference(), facts.today)?;
    let Some(outer) = &facts.open.outer else {
        return Ok(None);
    };
    let of_the_school = match facts.party {
        Party::Person { role: Role::Pupil, school: Some(school), .. } => outer.borrower == BorrowerRef::School(*school),
        _ => false,
    };
    match facts.open.holder() {
        Some(holder) if of_the_school && facts.open.inner.is_some() => Err(LoanRefusal::OnInnerLoan {
            tag: tag.clone(),
            to: holder.borrower_name.clone(),
            until: holder.due_on,
            loan: holder.loan,
        }),
        Some(holder) if !of_the_school => Err(LoanRefusal::OnLoan {
            tag: tag.clone(),
            to: holder.borrower_name.clone(),
            until: holder.due_on,
            loan: holder.loan,
        }),
        _ => Ok(Some(outer.loan)),
    }
}

/// Whether an instrument may go to a borrower, as far as it lies in the instrument and not in who has it now.
pub fn fit_to_go(instrument: &Instrument, borrower: BorrowerRef, today: Date) -> Result<(), LoanRefusal> {
    let (tag, standing) = (&instrument.tag, &instrument.standing);
    if let Some((on, _)) = standing.retired {
        return Err(LoanRefusal::Retired(tag.clone(), on));
    }
    if let Some(since) = standing.missing_on {
        return Err(LoanRefusal::Missing(tag.clone(), since));
    }
    if let Some((repair, since)) = standing.in_repair {
        return Err(LoanRefusal::InRepair { tag: tag.clone(), repair, since });
    }
    if let Some(reserved) = standing.reservation(today).filter(|it| it.borrower != borrower) {
        return Err(LoanRefusal::Reserved { tag: tag.clone(), reserved: Box::new(reserved.clone()) });
    }
    if instrument.details.condition == Condition::Unplayable {
        return Err(LoanRefusal::Unplayable(tag.clone()));
    }
    Ok(())
}

fn check_party(facts: &LendFacts<'_>, request: &Request, inside_a_schools_loan: bool) -> Result<(), LoanRefusal> {
    match facts.party {
        Party::School { name, status: SchoolStatus::Closed, .. } => {
            return Err(LoanRefusal::SchoolClosed(name.clone()));
        }
        Party::Person { reference, name, role: Role::Pupil, .. }
            if hirer(facts.party, request).is_none() && !inside_a_schools_loan =>
        {
            return Err(LoanRefusal::NoHirer { name: name.clone(), reference: *reference });
        }
        _ => {}
    }
    if matches!(facts.party, Party::Person { .. }) && request.pupils.is_some() {
        return Err(LoanRefusal::PupilsOfAPerson(facts.party.name().to_string()));
    }
    if let Some(signs) = request.hirer.as_ref().filter(|hirer| hirer.role == Role::Pupil) {
        return Err(LoanRefusal::HirerIsPupil(signs.name.clone()));
    }
    if facts.late > 0 && facts.late_borrowers == LateBorrowers::Refuse {
        return Err(LoanRefusal::HasLate { name: facts.party.name().to_string(), late: facts.late });
    }
    Ok(())
}

/// Who signs: the one named, else the pupil's own hirer.
fn hirer(party: &Party, request: &Request) -> Option<PersonRef> {
    let own = match party {
        Party::Person { hirer, .. } => *hirer,
        _ => None,
    };
    request.hirer.as_ref().map(|hirer| hirer.reference).or(own)
}

fn check_days(facts: &LendFacts<'_>, request: &Request) -> Result<(), LoanRefusal> {
    if request.on > facts.today {
        return Err(LoanRefusal::HandOverInFuture(request.on));
    }
    if request.due.on < request.on {
        return Err(LoanRefusal::DueBeforeHandOver { due_on: request.due.on, out_on: request.on });
    }
    // A loan may start the day another ended; inside a school's loan, not before that loan began.
    let tag = || facts.instrument.tag.clone();
    if let Some((repair, until)) = facts.mended {
        return Err(LoanRefusal::WasInRepair { tag: tag(), repair, until });
    }
    if let Some((loan, until)) = facts.later_end {
        return Err(LoanRefusal::Overlaps { tag: tag(), loan, until });
    }
    match &facts.open.outer {
        Some(outer) if request.on < outer.out_on => {
            Err(LoanRefusal::BeforeOuter { tag: tag(), loan: outer.loan, out_on: outer.out_on })
        }
        _ => Ok(()),
    }
}

/// Which loans a return closes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReturnTo {
    /// Back with the service: every open loan of the instrument.
    Service,
    /// Back with the school that has it: the pupil's loan only.
    School,
}

/// Decides a return: the loans to close, innermost first.
pub fn take_back(
    tag: &Tag,
    open: &OpenLoans,
    to: ReturnTo,
    on: Date,
    today: Date,
) -> Result<Vec<LoanRef>, LoanRefusal> {
    if on > today {
        return Err(LoanRefusal::ReturnInFuture(on));
    }
    let closing: Vec<&OpenLoan> = match (to, &open.inner, &open.outer) {
        (_, _, None) => return Err(LoanRefusal::NotOnLoan(tag.clone())),
        (ReturnTo::School, None, Some(outer)) => {
            return Err(LoanRefusal::NoInnerLoan { tag: tag.clone(), holder: outer.borrower_name.clone() });
        }
        (ReturnTo::School, Some(inner), _) => vec![inner],
        (ReturnTo::Service, inner, Some(outer)) => inner.iter().chain([outer]).collect(),
    };
    if let Some(later) = closing.iter().find(|loan| loan.out_on > on) {
        return Err(LoanRefusal::ReturnBeforeHandOver { tag: tag.clone(), out_on: later.out_on, on });
    }
    Ok(closing.into_iter().map(|loan| loan.loan).collect())
}

/// Judges a renewal: a later due day for whoever has the instrument.
pub fn renew(tag: &Tag, holder: &OpenLoan, due_on: Date) -> Result<(), LoanRefusal> {
    if due_on <= holder.due_on {
        return Err(LoanRefusal::NotLater { tag: tag.clone(), due_on: holder.due_on, asked: due_on });
    }
    Ok(())
}

/// Checks what is said to be missing against what belongs to the instrument; gives the names as recorded.
pub fn missing(instrument: &Instrument, named: &[String]) -> Result<Vec<String>, LoanRefusal> {
    let known = &instrument.details.accessories;
    let find = |name: &String| {
        let found = known.iter().find(|accessory| super::text::fold(accessory) == super::text::fold(name));
        found.cloned().ok_or_else(|| LoanRefusal::NoSuchAccessory {
            tag: instrument.tag.clone(),
            name: escape(name),
            known: known.clone(),
        })
    };
    // A comma too many names nothing.
    let mut missing: Vec<String> =
        named.iter().filter(|name| !name.trim().is_empty()).map(find).collect::<Result<_, _>>()?;
    // Said twice, it is missing once.
    let mut seen = std::collections::BTreeSet::new();
    missing.retain(|name| seen.insert(name.clone()));
    Ok(missing)
}

/// The state of a loan, from the days it bears. Derived here and nowhere else.
pub fn state(returned_on: Option<Date>, lost_on: Option<Date>, voided_on: Option<Date>) -> LoanState {
    match (returned_on, lost_on, voided_on) {
        (Some(_), _, _) => LoanState::Returned,
        (_, Some(_), _) => LoanState::Lost,
        (_, _, Some(_)) => LoanState::Void,
        _ => LoanState::Open,
    }
}
