//! A word on every column, for whoever writes a map, and what others call it.

use strsim::jaro_winkler;

use crate::domain::text::fold;

/// What a column holds, and headings of other programs and sheets that mean the same.
struct Entry {
    /// Of this kind alone; of any kind where it is empty.
    kind: &'static str,
    column: &'static str,
    holds: &'static str,
    also: &'static [&'static str],
}

const fn any(column: &'static str, holds: &'static str, also: &'static [&'static str]) -> Entry {
    Entry { kind: "", column, holds, also }
}

const fn of(kind: &'static str, column: &'static str, holds: &'static str, also: &'static [&'static str]) -> Entry {
    Entry { kind, column, holds, also }
}

/// Those of one kind stand before those of any.
const ENTRIES: &[Entry] = &[
    of("categories", "code", "short and for good: WCET", &[]),
    of("funds", "name", "its official name", &[]),
    of("funds", "nature", "capital or revenue", &[]),
    of(
        "instruments",
        "type",
        "what it is: a code or name of 'ledgerline type list'",
        &["instrument", "instrument type", "item type", "itype", "description"],
    ),
    of("loans", "note", "anything else", &["notes", "comment", "comments"]),
    of("loans", "state", "open, returned, lost or void", &["status"]),
    of("loans", "year_group", "of a class set's children", &[]),
    of("loans", "school_urn", "the pupil's school on the day of the hand-over", &[]),
    of("organisations", "role", "setting, partner, hub or repairer", &[]),
    of("people", "name", "first name and surname", &["full name", "student", "pupil", "pupil name"]),
    of("people", "role", "pupil, teacher or adult", &["categorycode", "category"]),
    of("plans", "type", "a code or name of 'ledgerline type list'", &[]),
    of("schools", "type", "such as Community school", &["typeofestablishment (name)"]),
    of("schools", "status", "open or closed", &["establishmentstatus (name)"]),
    of("schools", "name", "its name", &["establishmentname", "school", "school name"]),
    of("schools", "la", "the local authority's name", &["la (name)", "local authority"]),
    of("schools", "phase", "such as Primary", &["phaseofeducation (name)"]),
    of("schools", "trust", "its academy trust's name", &["trusts (name)"]),
    of("suppliers", "name", "as sentences and reports give it", &["supplier"]),
    of("terms", "name", "autumn, spring, summer", &["term"]),
    of("types", "code", "short and for good: VN", &[]),
    any("academic_year", "2026/27", &["year"]),
    any("accessories", "each expected back, with commas between: case,bow", &["components"]),
    any(
        "acquired_on",
        "the day it came",
        &[
            "purchase date",
            "purchased",
            "date bought",
            "bought",
            "bought on",
            "date of purchase",
            "date acquired",
            "acquired",
            "dateaccessioned",
        ],
    ),
    any("adapted", "yes or no: made or changed for a disabled player", &[]),
    any("address", "on one line", &["postal address"]),
    any("aliases", "other spellings, with semicolons between", &[]),
    any("amount", "pounds, 120.00", &[]),
    any("area", "the local area that benefits", &["council", "local authority"]),
    any("authorised_by", "who agreed to its leaving", &[]),
    any("award", "pounds in all", &[]),
    any("basis", "item, line, order or pool", &[]),
    any(
        "borrower",
        "a reference, a URN or an exact name",
        &["checked out to", "checked out", "lent to", "loaned to", "name"],
    ),
    any("category", "a code or name of 'ledgerline category list'", &[]),
    any("code", "short and for good", &[]),
    any("condition", "new, good, worn, damaged or unplayable", &["state"]),
    any("cost", "pounds paid, 120.00", &["purchase cost", "price", "price paid", "purchase price"]),
    any("crime_ref", "the police's reference, where it was stolen", &[]),
    any("description", "in a line", &[]),
    any("disposal", "how it left: sold, scrapped, donated, stolen or transferred", &[]),
    any(
        "due_on",
        "the day it is due back",
        &["due", "due date", "date due", "date_due", "duedate", "expected checkin date", "return by"],
    ),
    any("effective_on", "the first day it holds", &[]),
    any("email", "an address that mail reaches", &["e-mail", "email address"]),
    any("family", "strings, woodwind, brass, percussion, keyboard, guitar, technology or other", &[]),
    any("first_on", "its first day", &["first day", "start", "starts", "start date", "from"]),
    any("framework_lot", "the lot of the framework it is on", &["lot"]),
    any("from_on", "the first day to spend", &[]),
    any("fsm_percent", "pupils with free school meals in the hundred", &["percentagefsm", "fsm"]),
    any("fund", "its code", &[]),
    any("group", "early-years, primary, secondary, special, alternative-provision or out-of-school", &[]),
    any(
        "hirer",
        "the adult who signs: a reference or an exact name",
        &["parent", "guardian", "parent name", "parent/carer"],
    ),
    any("invoice_date", "the day on the invoice", &["date paid", "payment date"]),
    any("invoice_no", "the supplier's number of it", &["invoice", "invoice number", "transaction number"]),
    any("kind", "acoustic, electric, amplified, digital, equipment or software", &[]),
    any("la", "a local authority, where it is that authority's alone", &["local authority"]),
    any("laestab", "seven digits: the authority's three and the school's four", &["dfe number"]),
    any("last_on", "its last day", &["last day", "end", "ends", "end date", "to"]),
    any("life_months", "how many months it lasts", &[]),
    any("line", "its number within the order", &[]),
    any("line_net", "pounds without VAT for the whole line", &["net", "net amount", "amount"]),
    any("line_vat", "pounds of VAT for the whole line", &["vat"]),
    any("loan", "its reference, L17, where it has one", &[]),
    any("location", "where it is kept", &["store", "default location", "place", "holdingbranch"]),
    any("lost_on", "the day it was found lost", &[]),
    any("make", "who made it", &["maker", "manufacturer", "brand"]),
    any("min_life_months", "the fewest months it must last", &[]),
    any("missing", "accessories that did not come back, with commas between", &[]),
    any("missing_on", "the day since which it is missing", &[]),
    any("model", "the maker's name for it", &["model name", "model no"]),
    any("name", "its name", &[]),
    any("nature", "instrument, equipment, software, accessory, delivery, consumable, repair or service", &[]),
    any(
        "note",
        "anything else",
        &["notes", "asset notes", "comment", "comments", "remarks", "itemnotes", "short description"],
    ),
    any("off_framework", "why it was bought off the framework", &[]),
    any("order", "its reference, O12", &["order no", "order number"]),
    any("order_date", "the day it was ordered", &["ordered", "ordered on"]),
    any("organisation", "its reference, G3, where it has one", &[]),
    any(
        "out_on",
        "the day of the hand-over",
        &["out", "date out", "checkout date", "issuedate", "issued", "lent on", "loan date"],
    ),
    any("outer", "the school's loan it stands in: L17", &[]),
    any("override", "the reason for going against a rule", &[]),
    any("owner", "an organisation on record", &["owned by", "company", "homebranch"]),
    any("paid_on", "the day it was paid", &["date paid", "payment date"]),
    any("person", "the reference, P17, where there is one", &[]),
    any("phone", "a number", &["telephone", "tel", "phone number", "mobile"]),
    any("planned", "pounds", &["plan"]),
    any("postcode", "", &["post code", "zip", "zipcode"]),
    any("predecessor_urn", "the URN of the school it took over from", &[]),
    any("proceeds", "pounds it was sold for", &[]),
    any("pupils", "how many children play", &[]),
    any("purchase_line", "the line it was bought on: O12/3", &[]),
    any("qty", "how many", &["quantity"]),
    any("received_on", "the day it arrived", &[]),
    any("reference", "the hub's own number for it", &[]),
    any(
        "replacement_value",
        "pounds owed if it is lost",
        &["value (rrp)", "rrp", "replacement cost", "insurance value", "replacementprice", "value"],
    ),
    any("retired_on", "the day it left the stock", &[]),
    any("returned_at", "where it was put", &[]),
    any("returned_condition", "new, good, worn, damaged or unplayable", &[]),
    any(
        "returned_on",
        "the day it came back",
        &["returned", "return date", "date returned", "returndate", "last checkin date"],
    ),
    any("role", "what they are to the service", &[]),
    any("roll", "how many pupils it has", &["numberofpupils", "number of pupils"]),
    any("scheme", "hire, school, class-set, free or hub", &[]),
    any("school_urn", "six digits, a school on record", &["urn", "school urn"]),
    any("serial", "the maker's number of it", &["serial number", "serial no", "stocknumber"]),
    any("size", "3/4, 15in", &[]),
    any("sizes", "smallest first, with commas between: 1/4,1/2", &[]),
    any("source", "purchase, donation, transfer or unknown", &[]),
    any("spend_by", "the last day to spend", &[]),
    any("state", "where it stands", &[]),
    any("status", "where it stands", &[]),
    any("supplier", "its name, or an alias", &["supplier name", "beneficiary_name", "vendor"]),
    any(
        "tag",
        "the text on its label, unique for ever",
        &[
            "asset tag",
            "asset no",
            "asset number",
            "asset",
            "barcode",
            "code",
            "instrument no",
            "instrument number",
            "inventory number",
        ],
    ),
    any("threshold", "pounds, at or above which it is capital", &[]),
    any("type", "a code or name of 'ledgerline type list'", &[]),
    any("urn", "six digits", &[]),
    any("vat_rate", "in the hundred: 20", &[]),
    any("vat_recoverable", "yes or no", &[]),
    any("voided_on", "the day it was voided", &[]),
    any("year_group", "N1, N2, R, or 1 to 14", &["year", "yr", "school year"]),
];

fn entry(kind: &str, column: &str) -> Option<&'static Entry> {
    let means = |entry: &&Entry| entry.column == column && (entry.kind == kind || entry.kind.is_empty());
    ENTRIES.iter().find(means)
}

/// What a column of a kind holds, in a few words.
pub fn holds(kind: &str, column: &str) -> Option<&'static str> {
    entry(kind, column).map(|entry| entry.holds)
}

/// How surely a heading is a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Likeness {
    /// The same word, or one that means the same.
    Same,
    /// A word much like it.
    Near,
}

/// For each column of a kind the heading that most likely holds it, each heading once.
pub fn likely(kind: &str, columns: &[&str], headings: &[String]) -> Vec<Option<(usize, Likeness)>> {
    let mut found: Vec<Option<(usize, Likeness)>> = vec![None; columns.len()];
    let mut taken = vec![false; headings.len()];
    let bare: Vec<String> = headings.iter().map(|heading| bare(heading)).collect();
    // The surest first, so that a heading goes to the column whose own name it bears.
    for rank in 0..3 {
        for (place, column) in
            columns.iter().enumerate().filter(|(place, _)| found[*place].is_none()).collect::<Vec<_>>()
        {
            let fits = |heading: &String| match rank {
                0 => *heading == self::bare(column),
                1 => also(kind, column).any(|other| *heading == self::bare(other)),
                _ => is_near(heading, &self::bare(column)),
            };
            let heading = (0..headings.len()).find(|at| !taken[*at] && !bare[*at].is_empty() && fits(&bare[*at]));
            if let Some(at) = heading {
                taken[at] = true;
                found[place] = Some((at, if rank < 2 { Likeness::Same } else { Likeness::Near }));
            }
        }
    }
    found
}

fn also(kind: &str, column: &str) -> impl Iterator<Item = &'static str> {
    entry(kind, column).into_iter().flat_map(|entry| entry.also).copied()
}

/// A heading's letters and digits alone.
fn bare(heading: &str) -> String {
    fold(heading).chars().filter(|c| c.is_alphanumeric()).collect()
}

fn is_near(heading: &str, column: &str) -> bool {
    const NEAR: f64 = 0.92;
    jaro_winkler(heading, column) >= NEAR
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::kinds::Kind;

    #[test]
    fn every_column_has_a_word() {
        for kind in Kind::ALL {
            let wordless: Vec<&&str> =
                kind.columns().iter().filter(|column| holds(kind.name(), column).is_none()).collect();
            assert!(wordless.is_empty(), "ENTRIES above lack columns of {}: {wordless:?}", kind.name());
        }
    }

    #[test]
    fn headings_find_their_columns() {
        let headings =
            ["Model No.", "Asset Tag", "Category", "Locaton", "Purchase Date", "Model", "Colour"].map(str::to_string);
        let found =
            likely("instruments", &["tag", "category", "model", "location", "acquired_on", "serial"], &headings);
        let places: Vec<Option<usize>> = found.iter().map(|found| found.map(|(place, _)| place)).collect();
        assert_eq!(places, [Some(1), Some(2), Some(5), Some(3), Some(4), None]);
        assert_eq!(found[3], Some((3, Likeness::Near)));
    }
}
