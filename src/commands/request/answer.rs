//! Loans that answer requests.

use std::collections::HashMap;

use anyhow::Result;

use crate::commands::Desk;
use crate::domain::borrower::BorrowerRef;
use crate::domain::date::in_words;
use crate::domain::instrument::Instrument;
use crate::domain::reference::LoanRef;
use crate::domain::request::{Request, answered};
use crate::store::request::{self as requests};
use crate::store::{Db, Tx};

use super::tell_who_waits;

/// A request that a loan answered, and what it was answered with.
#[derive(Debug)]
pub struct Answered {
    pub request: Request,
    instrument: Instrument,
}

/// Closes the borrower's open requests that these loans answer, one by each loan at the most.
pub fn answer(tx: &Tx, borrower: BorrowerRef, lent: &[(LoanRef, Instrument)]) -> Result<Vec<Answered>> {
    let mut queues = HashMap::new();
    let (mut done, mut closed) = (Vec::new(), Vec::new());
    if !requests::any_open_of(tx, borrower)? {
        return Ok(closed);
    }
    for (loan, instrument) in lent {
        let type_code = instrument.details.type_code.as_str();
        if !queues.contains_key(type_code) {
            queues.insert(type_code, requests::open_for(tx, &instrument.details.type_code)?);
        }
        let queue = queues.get(type_code).map(Vec::as_slice).unwrap_or_default();
        if let Some(request) = answered(queue, borrower, instrument, &done) {
            requests::answer(tx, request.id, *loan)?;
            done.push(request.id);
            closed.push(Answered { request: request.clone(), instrument: instrument.clone() });
        }
    }
    Ok(closed)
}

/// Says which requests were answered, what was kept for them and is free again, and who is next for that.
pub fn tell_answered(desk: &mut Desk<'_, '_>, db: &Db, closed: &[Answered]) -> Result<()> {
    let (today, mut freed) = (desk.today(), Vec::new());
    for Answered { request, instrument } in closed {
        let kept = request.standing_offer(today).filter(|offer| offer.tag != instrument.tag);
        let free = kept.map(|offer| format!(" {}, offered until now, is free again.", offer.tag)).unwrap_or_default();
        desk.say(format!("That answers {}, of {}.{free}", request.id, in_words(request.asked_on)))?;
        freed.extend(kept.map(|offer| &offer.tag));
    }
    if freed.is_empty() { Ok(()) } else { tell_who_waits(desk, db, freed) }
}
