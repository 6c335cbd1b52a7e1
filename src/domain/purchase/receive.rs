//! Receiving: what of a line can still arrive, and what of it arrived and waits for its tags.

mod refusal;

pub use refusal::ReceiveRefusal;

use super::OrderLine;
use crate::domain::date::Date;
use crate::domain::reference::LineRef;
use crate::domain::words::Nature;

/// Where a line stands before something of it is received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    pub line: LineRef,
    pub nature: Nature,
    pub is_credit: bool,
    pub is_typed: bool,
    /// Not arrived, and not cancelled.
    pub to_come: i64,
    /// Arrived, and without a tag.
    pub waiting: i64,
    /// With a tag, as a file may tell, and never received.
    pub early: i64,
}

/// What was asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    pub qty: Option<i64>,
    pub names_type: bool,
    pub names_tags: bool,
    pub names_serials: bool,
}

impl Asked {
    /// Refuses what only instruments have, where a line of this nature brings none. A line that is being made has no
    /// reference yet.
    pub fn suits(self, nature: Nature, line: Option<LineRef>) -> Result<(), ReceiveRefusal> {
        let flags = [("type", self.names_type), ("tags", self.names_tags), ("serials", self.names_serials)];
        match flags.into_iter().find(|(_, given)| *given) {
            Some((what, _)) if !nature.brings_instruments() => Err(ReceiveRefusal::BringsNone { line, nature, what }),
            _ => Ok(()),
        }
    }
}

/// What is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Receipt {
    /// So many arrive, and bring instruments.
    Instruments(i64),
    /// So many arrive: a cost by its name, or something that waits until it is known what it is.
    Bare(i64),
    /// So many of those that arrived before get their tags.
    Tagged(i64),
}

impl Receipt {
    /// Of how many it is.
    pub fn qty(self) -> i64 {
        let (Receipt::Instruments(qty) | Receipt::Bare(qty) | Receipt::Tagged(qty)) = self;
        qty
    }
}

impl OrderLine {
    pub fn standing(&self) -> Standing {
        let (life, wanted) = (&self.life, self.life.ordered.wanted());
        let arrived = life.ordered.arrived();
        let credited = wanted - life.kept_qty();
        let here = life.tagged - life.retired;
        let brings = self.line.nature.brings_instruments();
        // What was sent back for credit and never had a tag waits for none.
        let sent_back_bare = (credited - life.retired).max(0);
        let waiting = if brings { (arrived - life.tagged - sent_back_bare).max(0) } else { 0 };
        // No more instruments can be here than were ordered and not credited.
        let room = if brings { life.kept_qty() - here - waiting } else { wanted - arrived };
        Standing {
            line: self.reference,
            nature: self.line.nature,
            is_credit: life.ordered.is_credit(),
            is_typed: self.line.type_code.is_some(),
            to_come: (wanted - arrived).min(room).max(0),
            waiting,
            early: (life.tagged.min(wanted) - arrived).max(0),
        }
    }
}

/// Whether what stood on record before as arrived may stand so again: no more than was ordered and not cancelled, whatever
/// went back since.
pub fn arrived_before(line: &OrderLine, qty: i64) -> Result<(), ReceiveRefusal> {
    let to_come = line.life.ordered.wanted() - line.life.ordered.arrived();
    if qty.abs() > to_come {
        return Err(ReceiveRefusal::TooMany { line: line.reference, to_come, qty: qty.abs() });
    }
    if (qty < 0) == line.life.ordered.is_credit() { Ok(()) } else { Err(ReceiveRefusal::Credit(line.reference)) }
}

impl Standing {
    /// What a receipt comes to, or why there can be none.
    pub fn receive(&self, asked: Asked) -> Result<Receipt, ReceiveRefusal> {
        let Standing { line, nature, to_come, waiting, .. } = *self;
        if self.is_credit {
            return Err(ReceiveRefusal::Credit(line));
        }
        asked.suits(nature, Some(line))?;
        if !nature.brings_instruments() {
            return self.within(asked.qty, to_come).map(Receipt::Bare);
        }
        let is_typed = self.is_typed || asked.names_type;
        match () {
            () if self.early > 0 && (asked.names_tags || asked.names_serials) => {
                Err(ReceiveRefusal::EarlyFirst { line, early: self.early })
            }
            () if self.early > 0 => self.within(asked.qty, self.early).map(Receipt::Bare),
            () if waiting == 0 && to_come == 0 => Err(ReceiveRefusal::NothingMore(line)),
            () if waiting > 0 && (is_typed || asked.names_tags) => self.tag(asked.qty),
            () if to_come == 0 => Err(ReceiveRefusal::WaitsForTags { line, waiting }),
            () if is_typed => self.within(asked.qty, to_come).map(Receipt::Instruments),
            () if asked.names_tags || asked.names_serials => Err(ReceiveRefusal::NoType(line)),
            () => self.within(asked.qty, to_come).map(Receipt::Bare),
        }
    }

    /// Whether so many may be written down as arrived by a file, which tells the days; their tags come by themselves.
    pub fn arrive(&self, qty: i64) -> Result<(), ReceiveRefusal> {
        if self.is_credit {
            return Err(ReceiveRefusal::Credit(self.line));
        }
        self.within(Some(qty), self.to_come + self.early).map(drop)
    }

    fn tag(&self, qty: Option<i64>) -> Result<Receipt, ReceiveRefusal> {
        let Standing { line, to_come, waiting, .. } = *self;
        match qty {
            Some(qty) if qty > waiting && to_come > 0 => Err(ReceiveRefusal::WaitingFirst { line, waiting }),
            Some(qty) if qty > waiting => Err(ReceiveRefusal::TooManyTagged { line, waiting, qty }),
            qty => Ok(Receipt::Tagged(qty.unwrap_or(waiting))),
        }
    }

    fn within(&self, qty: Option<i64>, to_come: i64) -> Result<i64, ReceiveRefusal> {
        let line = self.line;
        match qty {
            _ if to_come == 0 => Err(ReceiveRefusal::NothingMore(line)),
            Some(qty) if qty > to_come => Err(ReceiveRefusal::TooMany { line, to_come, qty }),
            qty => Ok(qty.unwrap_or(to_come)),
        }
    }
}

/// Refuses a day on which nothing of an order can have arrived.
pub fn judge_day(line: LineRef, on: Date, ordered_on: Option<Date>, today: Date) -> Result<(), ReceiveRefusal> {
    match ordered_on {
        _ if on > today => Err(ReceiveRefusal::NotYet { line, on }),
        Some(ordered_on) if on < ordered_on => Err(ReceiveRefusal::BeforeOrder { line, on, ordered_on }),
        _ => Ok(()),
    }
}

/// The days on which so many arrived that have no tag yet, of those before which so many were passed over.
pub fn days_arrived(receipts: &[(Date, i64)], passed_over: i64, count: i64) -> Vec<Date> {
    let each = receipts.iter().flat_map(|(on, qty)| (0..*qty).map(|_| *on));
    let (passed_over, count) = (usize::try_from(passed_over).unwrap_or(0), usize::try_from(count).unwrap_or(0));
    each.skip(passed_over).take(count).collect()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::domain::reference::OrderRef;

    const LINE: LineRef = LineRef { order: OrderRef::new(1), line: 1 };

    fn standing(to_come: i64, waiting: i64, is_typed: bool) -> Standing {
        Standing { line: LINE, nature: Nature::Instrument, is_credit: false, is_typed, to_come, waiting, early: 0 }
    }

    fn asked(flags: &str) -> Asked {
        let mut asked = Asked::default();
        for flag in flags.split_whitespace() {
            match flag {
                "type" => asked.names_type = true,
                "tags" => asked.names_tags = true,
                "serials" => asked.names_serials = true,
                number => asked.qty = number.parse().ok(),
            }
        }
        asked
    }

    #[test]
    fn what_waits_for_tags_comes_before_what_is_to_come() {
        use Receipt::{Bare, Instruments, Tagged};
        use ReceiveRefusal as No;
        for (to_come, waiting, typed, flags, expected) in [
            (5, 0, true, "", Ok(Instruments(5))),
            (5, 0, true, "2 tags", Ok(Instruments(2))),
            (5, 0, true, "5", Ok(Instruments(5))),
            (5, 0, true, "6", Err(No::TooMany { line: LINE, to_come: 5, qty: 6 })),
            (5, 0, false, "", Ok(Bare(5))),
            (5, 0, false, "type 3", Ok(Instruments(3))),
            (5, 0, false, "tags", Err(No::NoType(LINE))),
            (5, 0, false, "serials", Err(No::NoType(LINE))),
            (0, 0, true, "", Err(No::NothingMore(LINE))),
            (0, 0, false, "tags", Err(No::NothingMore(LINE))),
            (0, 4, false, "", Err(No::WaitsForTags { line: LINE, waiting: 4 })),
            (0, 4, false, "type", Ok(Tagged(4))),
            (0, 4, false, "tags", Ok(Tagged(4))),
            (0, 4, true, "1", Ok(Tagged(1))),
            (0, 4, true, "5", Err(No::TooManyTagged { line: LINE, waiting: 4, qty: 5 })),
            (2, 4, false, "", Ok(Bare(2))),
            (2, 4, false, "type", Ok(Tagged(4))),
            (2, 4, false, "type 6", Err(No::WaitingFirst { line: LINE, waiting: 4 })),
        ] {
            let found = standing(to_come, waiting, typed).receive(asked(flags));
            assert_eq!(found, expected, "{to_come} {waiting} {typed} {flags}");
        }
    }

    #[test]
    fn a_cost_and_a_credit_bring_no_instruments() {
        let delivery = Standing { nature: Nature::Delivery, ..standing(1, 0, false) };
        assert_eq!(delivery.receive(asked("")), Ok(Receipt::Bare(1)));
        let no = ReceiveRefusal::BringsNone { line: Some(LINE), nature: Nature::Delivery, what: "tags" };
        assert_eq!(delivery.receive(asked("tags")), Err(no));
        let no = ReceiveRefusal::BringsNone { line: None, nature: Nature::Delivery, what: "type" };
        assert_eq!(asked("type tags").suits(Nature::Delivery, None), Err(no));
        assert_eq!(asked("type tags").suits(Nature::Software, None), Ok(()));
        let credit = Standing { is_credit: true, ..standing(1, 0, true) };
        assert_eq!(credit.receive(asked("")), Err(ReceiveRefusal::Credit(LINE)));
    }

    #[test]
    fn what_a_file_tagged_is_received_first() {
        let tagged = Standing { early: 2, ..standing(1, 0, true) };
        assert_eq!(tagged.receive(asked("")), Ok(Receipt::Bare(2)));
        assert_eq!(tagged.receive(asked("tags")), Err(ReceiveRefusal::EarlyFirst { line: LINE, early: 2 }));
    }

    #[test]
    fn nothing_arrives_before_its_order_or_after_today() {
        let (ordered, today) = (Some(date(2026, 3, 31)), date(2026, 4, 1));
        for (on, is_fine) in
            [(date(2026, 3, 30), false), (date(2026, 3, 31), true), (date(2026, 4, 1), true), (date(2026, 4, 2), false)]
        {
            assert_eq!(judge_day(LINE, on, ordered, today).is_ok(), is_fine, "{on}");
        }
        assert_eq!(judge_day(LINE, date(2000, 1, 1), None, today), Ok(()));
    }

    #[test]
    fn what_waited_keeps_the_day_it_arrived() {
        let (one, two) = (date(2026, 3, 1), date(2026, 3, 9));
        let receipts = [(one, 2), (two, 3)];
        assert_eq!(days_arrived(&receipts, 1, 2), [one, two]);
        assert_eq!(days_arrived(&receipts, 4, 5), [two]);
    }
}
