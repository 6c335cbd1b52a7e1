//! The spec's closed lists of words, each a type, so that no other word can be written down.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use super::listing::{Cell, ToCell};
use super::text::closest;

/// A word that is not on its list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WordError {
    pub text: String,
    pub what: &'static str,
    pub words: &'static [&'static str],
}

impl std::error::Error for WordError {}

impl fmt::Display for WordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let article = if self.what.starts_with(['a', 'e', 'i', 'o']) { "an" } else { "a" };
        write!(f, "'{}' is not {article} {}; ", super::text::escape(&self.text), self.what)?;
        match closest(&self.text, self.words.iter().copied()) {
            Some(word) => write!(f, "did you mean {word}?"),
            None => write!(f, "it is one of {}", self.words.join(", ")),
        }
    }
}

/// A type whose values are the words of a closed list.
pub trait Word: Copy + FromStr<Err = WordError> + Send + Sync + 'static {
    const WORDS: &'static [&'static str];
    fn as_str(self) -> &'static str;
}

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident ($what:literal) { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)* })*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub enum $name { $($(#[$variant_doc])* $variant,)* }

            impl $name {
                pub const ALL: &'static [$name] = &[$($name::$variant),*];
            }

            impl Word for $name {
                const WORDS: &'static [&'static str] = &[$($word),*];

                fn as_str(self) -> &'static str {
                    match self { $($name::$variant => $word,)* }
                }
            }

            impl fmt::Display for $name {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    f.pad(self.as_str())
                }
            }

            impl FromStr for $name {
                type Err = WordError;

                fn from_str(text: &str) -> Result<$name, WordError> {
                    // As it is recorded, and so nearly always.
                    match text {
                        $($word => return Ok($name::$variant),)*
                        _ => {}
                    }
                    let word = text.trim();
                    let found = Self::ALL.iter().find(|candidate| candidate.as_str().eq_ignore_ascii_case(word));
                    found.copied().ok_or_else(|| WordError { text: text.to_string(), what: $what, words: Self::WORDS })
                }
            }

            impl ToCell for $name {
                fn to_cell(&self) -> Cell<'_> {
                    Cell::Code(Cow::Borrowed(self.as_str()))
                }
            }
        )*
    };
}

words! {
    /// The family a type belongs to.
    Family ("family") {
        Strings = "strings",
        Woodwind = "woodwind",
        Brass = "brass",
        Percussion = "percussion",
        Keyboard = "keyboard",
        Guitar = "guitar",
        Technology = "technology",
        Other = "other",
    }

    /// How an instrument makes its sound, or what else it is.
    Kind ("kind") {
        Acoustic = "acoustic",
        Electric = "electric",
        Amplified = "amplified",
        Digital = "digital",
        Equipment = "equipment",
        Software = "software",
    }

    /// The group of children an instrument is for.
    Group ("group") {
        EarlyYears = "early-years",
        Primary = "primary",
        Secondary = "secondary",
        Special = "special",
        AlternativeProvision = "alternative-provision",
        OutOfSchool = "out-of-school",
    }

    /// The state an instrument is in.
    Condition ("condition") {
        New = "new",
        Good = "good",
        Worn = "worn",
        Damaged = "damaged",
        Unplayable = "unplayable",
    }

    /// Whether an instrument can be lent now; derived, never stored.
    Availability ("availability") {
        Available = "available",
        Reserved = "reserved",
        OnLoan = "on-loan",
        InRepair = "in-repair",
        Missing = "missing",
        Retired = "retired",
    }

    /// Where an instrument came from.
    Source ("source") {
        Purchase = "purchase",
        Donation = "donation",
        Transfer = "transfer",
        Unknown = "unknown",
    }

    /// How an instrument left the stock.
    Disposal ("reason to retire") {
        Sold = "sold",
        Scrapped = "scrapped",
        Donated = "donated",
        Stolen = "stolen",
        Transferred = "transferred",
    }

    /// What a person is to the service.
    Role ("role") {
        Pupil = "pupil",
        Teacher = "teacher",
        Adult = "adult",
    }

    /// What an organisation is to the service.
    OrganisationRole ("role of an organisation") {
        Setting = "setting",
        Partner = "partner",
        Hub = "hub",
        Repairer = "repairer",
    }

    /// Whether a school is open.
    SchoolStatus ("school status") {
        Open = "open",
        Closed = "closed",
    }

    /// The terms a loan is made on.
    Scheme ("scheme") {
        Hire = "hire",
        School = "school",
        ClassSet = "class-set",
        Free = "free",
        Hub = "hub",
    }

    /// Where a loan stands.
    LoanState ("loan state") {
        Open = "open",
        Returned = "returned",
        Lost = "lost",
        Void = "void",
    }

    /// What came of a repair.
    RepairOutcome ("outcome of a repair") {
        Repaired = "repaired",
        BeyondRepair = "beyond-repair",
    }

    /// Who pays for a repair.
    Payer ("payer") {
        Hub = "hub",
        Borrower = "borrower",
    }

    /// Where a request in the queue stands; derived from its days.
    RequestState ("state of a request") {
        Waiting = "waiting",
        Offered = "offered",
        Lent = "lent",
        Cancelled = "cancelled",
    }

    /// What a rate is per: a part of one counts as a whole.
    RateUnit ("unit of a rate") {
        Term = "term",
        Month = "month",
        Year = "year",
        Project = "project",
    }

    /// What a charge is for.
    ChargeType ("type of charge") {
        Hire = "hire",
        Deposit = "deposit",
        Damage = "damage",
        Loss = "loss",
        Accessory = "accessory",
    }

    /// Where a charge stands; derived.
    ChargeState ("state of a charge") {
        Owed = "owed",
        Paid = "paid",
        Waived = "waived",
        /// Nothing is left to pay once what is remitted is taken off.
        Remitted = "remitted",
    }

    /// What a stocktake found of an instrument or a tag.
    StocktakeResult ("result of a stocktake") {
        Present = "present",
        Missing = "missing",
        Unexpected = "unexpected",
        Unknown = "unknown",
        /// Expected, and since handed over by the desk or sent to be mended.
        Left = "left",
    }

    /// What a purchase line buys.
    Nature ("nature") {
        Instrument = "instrument",
        Equipment = "equipment",
        Software = "software",
        Accessory = "accessory",
        Delivery = "delivery",
        Consumable = "consumable",
        Repair = "repair",
        Service = "service",
    }

    /// A rule that an override can go against.
    Rule ("rule") {
        Nature = "nature",
        Window = "window",
        Award = "award",
        BilledBefore = "billed-before",
        ClosedPeriod = "closed-period",
    }

    /// What a policy compares with its threshold.
    Basis ("basis") {
        Item = "item",
        Line = "line",
        Order = "order",
        Pool = "pool",
    }

    /// What a file says of the judgement of a bill or a pool.
    Judged ("judgement") {
        Capital = "capital",
        Revenue = "revenue",
        /// No policy has judged it, and none is to.
        Unjudged = "unjudged",
    }

    /// How far the money of a purchase line has gone.
    LineState ("state of a line") {
        Committed = "committed",
        Delivered = "delivered",
        Spent = "spent",
        Paid = "paid",
    }

    /// Whether a fund buys assets or pays running costs.
    FundNature ("nature of a fund") {
        Capital = "capital",
        Revenue = "revenue",
    }

    /// Where a payment of a fund stands; derived.
    PaymentState ("state of a payment") {
        Promised = "promised",
        Overdue = "overdue",
        Received = "received",
    }

    /// What a row of the deadlines tells.
    DeadlineKind ("kind of deadline") {
        LastDay = "last day",
        OpenOrder = "open order",
        InvoicedLate = "invoiced late",
        PaidLate = "paid late",
        Promise = "promise",
    }

    /// What the money of purchase lines is summed up by.
    SpendAxis ("axis of spend") {
        Category = "category",
        Group = "group",
        Adapted = "adapted",
        Kind = "kind",
        Area = "area",
        Supplier = "supplier",
    }

    /// A stage of the reminder ladder.
    Stage ("stage") {
        DueSoon = "due-soon",
        First = "first",
        Second = "second",
        Final = "final",
    }

    /// How a reminder would reach its contact.
    Route ("route") {
        Email = "email",
        Letter = "letter",
        None = "none",
    }

    /// Where a reminder stands.
    ReminderState ("state of a reminder") {
        /// Nobody can be reached by mail, and no letter is written yet.
        Waiting = "waiting",
        /// Begun; if no run is under way, never finished.
        Claimed = "claimed",
        Sent = "sent",
        /// The mail server refused the address for good.
        Refused = "refused",
        /// A passing fault: the next run tries again.
        PutOff = "put-off",
        /// What it was about had settled itself when it was about to go.
        Dropped = "dropped",
    }
}

impl Nature {
    /// Whether a line of it brings instruments with tags, and not only a cost.
    pub fn brings_instruments(self) -> bool {
        matches!(self, Nature::Instrument | Nature::Equipment | Nature::Software)
    }

    /// Whether a line of it is revenue whatever it costs.
    pub fn is_always_revenue(self) -> bool {
        matches!(self, Nature::Repair | Nature::Consumable | Nature::Service | Nature::Delivery)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_offered_the_word_meant() {
        let error = "acustic".parse::<Kind>().expect_err("no such kind");
        assert_eq!(error.to_string(), "'acustic' is not a kind; did you mean acoustic?");
        assert_eq!("On-Loan".parse(), Ok(Availability::OnLoan));
    }

    #[test]
    fn every_word_reads_back() {
        for group in Group::ALL {
            assert_eq!(group.as_str().parse(), Ok(*group));
        }
    }
}
