//! The tags of a line's instruments: typed, piped or scanned, and each judged.

use anyhow::Result;

use crate::commands::{Desk, batch};
use crate::domain::instrument::{Instrument, InstrumentRefusal, TypeCode};
use crate::domain::purchase::PurchaseRefusal;
use crate::domain::purchase::receive::ReceiveRefusal;
use crate::domain::reference::LineRef;
use crate::domain::refusal::{Plain, Refused, refuse};
use crate::domain::tag::Tag;
use crate::store::{Tx, history, instrument};

/// What tags are judged by.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// So many instruments are to bear one.
    pub qty: i64,
    /// The line of which they arrived before, where those of the stock may be named too: they came with it.
    pub ties: Option<LineRef>,
    /// Of which type they are, where somebody said so; else the first of the stock says it.
    pub of: Option<TypeCode>,
    /// Each is given a serial as well.
    pub has_serials: bool,
}

/// A tag, and the instrument of the stock that bears it.
#[derive(Clone, Debug)]
pub struct Label {
    pub tag: Tag,
    pub held: Option<Instrument>,
}

/// The tags as they were given; none where the next free ones will do. At a terminal each is judged as it is scanned, with
/// those before it; `judge` says what is wanted, and `also` what else speaks against one in its place.
pub fn read(
    desk: &mut Desk<'_, '_>,
    given: &[String],
    judge: impl Fn(&Tx) -> Result<Wanted>,
    also: impl Fn(&Tx, &Label, usize) -> Result<()>,
) -> Result<Option<Vec<String>>> {
    if given.is_empty() {
        return Ok(None);
    }
    if given != ["-"] && given.iter().all(|tag| tag.trim().is_empty()) {
        return Err(refuse(ReceiveRefusal::NoTag));
    }
    let db = desk.open()?;
    let typed = batch::tags_in_turn(desk, given, |before, typed| {
        db.read(|tx| {
            let wanted = judge(tx)?;
            let label = wanted.scan(tx, before, typed)?;
            also(tx, &label, before.len())?;
            Ok(wanted.told(before.len() + 1))
        })
    })?;
    Ok(Some(typed))
}

impl Wanted {
    /// Judges a tag that was scanned after others.
    fn scan(&self, tx: &Tx, before: &[String], typed: &str) -> Result<Label> {
        if self.still(before.len()) <= 0 {
            return Err(refuse(ReceiveRefusal::AllScanned(self.qty)));
        }
        let mut first = None;
        if let Some(before) = before.first().filter(|_| self.ties.is_some()) {
            first = instrument::find(tx, &read_tag(before)?)?.map(|held| held.details.type_code);
        }
        self.judge(tx, first.as_ref(), typed)
    }

    fn still(&self, scanned: usize) -> i64 {
        i64::try_from(scanned).map_or(0, |scanned| self.qty - scanned)
    }

    /// What is said of a tag that will do, when so many are scanned with it.
    fn told(&self, scanned: usize) -> String {
        match self.still(scanned) {
            0 => "will be recorded; that is all of them".to_string(),
            still => format!("will be recorded; {still} still wanted"),
        }
    }

    /// Judges tags that are all there: every fault is listed, with those of the batch as a whole, and one refuses them all.
    pub fn judge_all(
        &self,
        tx: &Tx,
        typed: &[String],
        of_all: impl IntoIterator<Item = Refused>,
    ) -> Result<Vec<Label>> {
        let mut of_all = Vec::from_iter(of_all);
        if !i64::try_from(typed.len()).is_ok_and(|given| given == self.qty) {
            of_all.insert(0, Refused::new(PurchaseRefusal::TagCount { given: typed.len(), wanted: self.qty }));
        }
        let (mut first, hint) = (None, |_: &[String]| batch::PUT_RIGHT.to_string());
        batch::judged_whole("recorded", typed, of_all, hint, |typed| {
            let label = self.judge(tx, first.as_ref(), typed)?;
            first = first.take().or_else(|| label.held.as_ref().map(|held| held.details.type_code.clone()));
            Ok(label)
        })
    }

    /// Judges one tag; `first` is the type that the first of the stock is of.
    fn judge(&self, tx: &Tx, first: Option<&TypeCode>, typed: &str) -> Result<Label> {
        let tag = read_tag(typed)?;
        let Some(line) = self.ties else {
            refuse_taken(tx, &tag)?;
            return Ok(Label { tag, held: None });
        };
        match instrument::find(tx, &tag)? {
            Some(held) => {
                refuse_unfit(tx, &held)?;
                self.suits(line, first, &held)?;
                Ok(Label { tag: held.tag.clone(), held: Some(held) })
            }
            None if self.of.is_none() => Err(refuse(ReceiveRefusal::NewTagNoType(tag))),
            None => Ok(Label { tag, held: None }),
        }
    }

    /// Refuses an instrument of another type than the line's, and one for which there is a serial.
    fn suits(&self, line: LineRef, first: Option<&TypeCode>, held: &Instrument) -> Result<()> {
        let (tag, of) = (held.tag.clone(), &held.details.type_code);
        match self.of.as_ref().or(first) {
            Some(wanted) if wanted != of => {
                let (held, wanted) = (of.clone(), wanted.clone());
                Err(refuse(ReceiveRefusal::TagOfOtherType { tag, held, line, wanted }))
            }
            _ if self.has_serials => Err(refuse(ReceiveRefusal::TagHasSerial(tag))),
            _ => Ok(()),
        }
    }
}

fn read_tag(typed: &str) -> Result<Tag> {
    typed.parse::<Tag>().map_err(|error| refuse(Plain::new(error.to_string())))
}

/// Refuses a tag that was ever given.
fn refuse_taken(tx: &Tx, tag: &Tag) -> Result<()> {
    if instrument::tag_exists(tx, tag)? {
        return Err(refuse(ReceiveRefusal::TagTaken(tag.clone())));
    }
    Ok(())
}

/// Refuses an instrument that a line brought, and one that is not in the stock any more.
fn refuse_unfit(tx: &Tx, held: &Instrument) -> Result<()> {
    let tag = held.tag.clone();
    if let Some(line) = history::purchase_line_of(tx, held.id)? {
        return Err(refuse(ReceiveRefusal::TagBought { tag, line }));
    }
    match (held.standing.retired, held.standing.missing_on) {
        (Some((on, disposal)), _) => Err(refuse(InstrumentRefusal::Retired { tag, on, disposal })),
        (None, Some(since)) => Err(refuse(InstrumentRefusal::Missing(tag, since))),
        (None, None) => Ok(()),
    }
}
