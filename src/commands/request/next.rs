//! Who is next for an instrument that has just come free.

use anyhow::Result;

use crate::commands::Desk;
use crate::domain::date::{Date, in_words};
use crate::domain::instrument::Instrument;
use crate::domain::request::{is_ready, next_for};
use crate::domain::tag::Tag;
use crate::store::request::{self as requests};
use crate::store::{Db, instrument};

/// Names whoever waits for each of these instruments, if it can be lent now. Nobody is named twice: the second violin of
/// a batch names the second in the queue. Asked after the change is written.
pub fn tell_who_waits<'t>(desk: &mut Desk<'_, '_>, db: &Db, tags: impl IntoIterator<Item = &'t Tag>) -> Result<()> {
    let today = desk.today();
    let sentences = db.read(|tx| {
        let (mut named, mut sentences) = (Vec::new(), Vec::new());
        if !requests::any_open(tx)? {
            return Ok(sentences);
        }
        for tag in tags {
            let Some(found) = instrument::find(tx, tag)? else {
                continue;
            };
            if !is_ready(found.details.condition, found.standing.availability(today)) {
                continue;
            }
            if !requests::any_open_for(tx, &found.details.type_code)? {
                continue;
            }
            let queue = requests::open_for(tx, &found.details.type_code)?;
            if let Some(next) = next_for(&queue, &found, &named, today) {
                let (id, name, since) = (next.id, &next.borrower_name, in_words(next.asked_on));
                let wanted = next.wanted.in_words();
                sentences.push(format!(
                    "{name} is next for {wanted} ({id}, since {since}): ledgerline request offer {id} {}",
                    found.tag
                ));
                named.push(id);
            }
        }
        Ok(sentences)
    })?;
    sentences.into_iter().try_for_each(|sentence| desk.say(sentence))
}

/// What to add when an instrument leaves the stock that was offered to somebody: they are back in their place.
pub fn waits_again(left: &Instrument, today: Date) -> String {
    let told = |name: &str, id| format!(" {name}, to whom it was offered, waits again ({id}).");
    left.standing.reservation(today).map(|offer| told(&offer.borrower_name, offer.request)).unwrap_or_default()
}
