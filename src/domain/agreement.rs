//! The paper of a loan: what an agreement and a receipt can say, and who signs.

use serde::Serialize;

use super::date::{Date, in_words};
use super::money::Pence;
use super::reference::LoanRef;
use super::refusal::Refusal;
use super::words::{Condition, LoanState, RateUnit, Role, Scheme};

/// The program's own text, for schemes of which the hub has none.
pub const STANDARD: &str = include_str!("agreement.txt");

/// Why a loan has no paper.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AgreementRefusal {
    #[error("{0} is void: it never was, and so there is nothing to sign")]
    Void(LoanRef),
}

impl Refusal for AgreementRefusal {
    fn hint(&self) -> Option<String> {
        let AgreementRefusal::Void(loan) = self;
        Some(format!("'ledgerline log --loan {loan}' tells why it was made void"))
    }
}

/// A name and how to reach whoever bears it; empty where that is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Signer {
    pub name: String,
    pub email: String,
    pub phone: String,
    pub address: String,
}

/// An instrument as its agreement describes it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Described {
    pub tag: String,
    /// Size and type: 1/2 cello.
    pub name: String,
    /// The type's name: cello.
    pub r#type: String,
    pub size: String,
    pub make: String,
    pub model: String,
    pub serial: String,
    pub condition: String,
    pub accessories: Vec<String>,
    pub replacement_value: String,
}

/// The records of one loan, as far as they are written on paper.
#[derive(Clone, Debug)]
pub struct PaperFacts {
    pub hub: String,
    pub owner: Option<String>,
    pub loan: LoanRef,
    pub scheme: Scheme,
    pub borrower: Signer,
    /// Of a person who borrows.
    pub role: Option<Role>,
    pub hirer: Option<Signer>,
    /// The school that borrows, or that the pupil went to.
    pub school: Option<Signer>,
    pub pupils: Option<i64>,
    /// All but what is made of the rest: its name and its condition.
    pub instrument: Described,
    pub condition: Condition,
    pub out_on: Date,
    pub due_on: Date,
    pub state: LoanState,
    pub ended_on: Option<Date>,
    pub returned_condition: Option<Condition>,
    pub returned_at: String,
    pub missing: String,
    pub fee: Option<(Pence, RateUnit)>,
}

/// The fields of an agreement's text; days and amounts in words, what is not known empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Agreement {
    hub: String,
    lender: String,
    loan: String,
    scheme: String,
    printed_on: String,
    borrower: String,
    is_pupil: bool,
    pupils: Option<i64>,
    school: String,
    hirer: Signer,
    instrument: Described,
    out_on: String,
    due_on: String,
    fee: String,
    fee_per: String,
    state: String,
    ended_on: String,
    returned_condition: String,
    returned_at: String,
    missing: String,
}

impl Agreement {
    /// What the paper of a loan says. A void loan has none.
    pub fn of(facts: PaperFacts, today: Date) -> Result<Agreement, AgreementRefusal> {
        if facts.state == LoanState::Void {
            return Err(AgreementRefusal::Void(facts.loan));
        }
        let is_open = facts.state == LoanState::Open;
        let hirer = signer(&facts);
        let name =
            [facts.instrument.size.as_str(), facts.instrument.r#type.as_str()].join(" ").trim_start().to_string();
        // Neither is remembered of the day of the hand-over, so paper printed after the end must not claim to know.
        let condition = if is_open { facts.condition.to_string() } else { String::new() };
        let (fee, fee_per) = match facts.fee.filter(|_| is_open) {
            Some((amount, unit)) => (amount.in_words(), unit.to_string()),
            None => (String::new(), String::new()),
        };
        Ok(Agreement {
            lender: facts.owner.unwrap_or_else(|| facts.hub.clone()),
            hub: facts.hub,
            loan: facts.loan.to_string(),
            scheme: facts.scheme.to_string(),
            printed_on: in_words(today),
            borrower: facts.borrower.name,
            is_pupil: facts.role == Some(Role::Pupil),
            pupils: facts.pupils,
            school: facts.school.map(|school| school.name).unwrap_or_default(),
            hirer,
            instrument: Described { name, condition, ..facts.instrument },
            out_on: in_words(facts.out_on),
            due_on: in_words(facts.due_on),
            fee,
            fee_per,
            state: facts.state.to_string(),
            ended_on: facts.ended_on.map(in_words).unwrap_or_default(),
            returned_condition: facts.returned_condition.map(|condition| condition.to_string()).unwrap_or_default(),
            returned_at: facts.returned_at,
            missing: facts.missing,
        })
    }

    /// Loans that never were, by which a text is tried before it is kept: each way a loan can stand, with much known of it
    /// and with little.
    pub fn specimens(scheme: Scheme, today: Date) -> Vec<Agreement> {
        let states = [LoanState::Open, LoanState::Returned, LoanState::Lost];
        let facts = states.into_iter().flat_map(|state| [full(scheme, state, today), bare(scheme, state, today)]);
        facts.filter_map(|facts| Agreement::of(facts, today).ok()).collect()
    }
}

/// Who signs: the hirer, else a borrower who is no child, else the child's school.
fn signer(facts: &PaperFacts) -> Signer {
    let school = facts.school.as_ref().filter(|_| facts.role == Some(Role::Pupil));
    facts.hirer.as_ref().or(school).unwrap_or(&facts.borrower).clone()
}

fn full(scheme: Scheme, state: LoanState, today: Date) -> PaperFacts {
    let text = str::to_string;
    let hirer = Signer {
        name: text("Pat Specimen"),
        email: text("pat@example.org"),
        phone: text("01632 960000"),
        address: text("1 Specimen Street"),
    };
    let instrument = Described {
        tag: text("VN-0000"),
        name: String::new(),
        r#type: text("violin"),
        size: text("1/2"),
        make: text("Maker"),
        model: text("Model"),
        serial: text("00001"),
        condition: String::new(),
        accessories: vec![text("bow"), text("case")],
        replacement_value: Pence::new(15_000).in_words(),
    };
    PaperFacts {
        owner: Some(text("Specimen Trust")),
        borrower: Signer { name: text("Alex Specimen"), ..Signer::default() },
        role: Some(Role::Pupil),
        hirer: Some(hirer),
        school: Some(Signer { name: text("Specimen School"), ..Signer::default() }),
        pupils: Some(28),
        instrument,
        returned_condition: Some(Condition::Good),
        returned_at: text("Main store"),
        missing: text("bow"),
        fee: Some((Pence::new(3_000), RateUnit::Term)),
        ..bare(scheme, state, today)
    }
}

fn bare(scheme: Scheme, state: LoanState, today: Date) -> PaperFacts {
    PaperFacts {
        hub: "Specimen Hub".to_string(),
        owner: None,
        loan: LoanRef::new(0),
        scheme,
        borrower: Signer { name: "Specimen School".to_string(), ..Signer::default() },
        role: None,
        hirer: None,
        school: None,
        pupils: None,
        instrument: Described { tag: "VN-0000".to_string(), r#type: "violin".to_string(), ..Described::default() },
        condition: Condition::Good,
        out_on: today,
        due_on: today,
        state,
        ended_on: (state != LoanState::Open).then_some(today),
        returned_condition: None,
        returned_at: String::new(),
        missing: String::new(),
        fee: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Date = Date::constant(2026, 11, 22);

    fn facts() -> PaperFacts {
        full(Scheme::Hire, LoanState::Open, TODAY)
    }

    fn signed_by(facts: PaperFacts) -> Option<String> {
        Agreement::of(facts, TODAY).ok().map(|agreement| agreement.hirer.name)
    }

    #[test]
    fn an_adult_signs_and_a_child_never_does() {
        assert_eq!(signed_by(facts()).as_deref(), Some("Pat Specimen"));
        assert_eq!(signed_by(PaperFacts { hirer: None, ..facts() }).as_deref(), Some("Specimen School"));
        let teacher = PaperFacts { hirer: None, role: Some(Role::Teacher), ..facts() };
        assert_eq!(signed_by(teacher).as_deref(), Some("Alex Specimen"));
        let school = PaperFacts { hirer: None, role: None, ..facts() };
        assert_eq!(signed_by(school).as_deref(), Some("Alex Specimen"));
    }

    #[test]
    fn paper_of_an_ended_loan_claims_nothing_about_the_hand_over() {
        let ended = Agreement::of(full(Scheme::Hire, LoanState::Returned, TODAY), TODAY).expect("paper");
        assert_eq!((ended.instrument.condition.as_str(), ended.fee.as_str()), ("", ""));
        let open = Agreement::of(facts(), TODAY).expect("paper");
        assert_eq!((open.instrument.condition.as_str(), open.fee.as_str()), ("good", "£30.00"));
    }

    #[test]
    fn a_void_loan_has_no_paper() {
        let void = PaperFacts { state: LoanState::Void, ..facts() };
        assert_eq!(Agreement::of(void, TODAY), Err(AgreementRefusal::Void(LoanRef::new(0))));
        assert_eq!(Agreement::specimens(Scheme::Hire, TODAY).len(), 6);
    }
}
