//! A hub that moves loses nothing: every table is brought across by a kind, or stays behind for a reason.

use std::collections::BTreeSet;

/// Each table that `export all` and `import all` take along, and the kind that does.
const MOVES: &[(&str, &str)] = &[
    ("setting", "settings"),
    ("numbering", "numbers"),
    ("type", "types"),
    ("type_size", "types"),
    ("category", "categories"),
    ("school", "schools"),
    ("organisation", "organisations"),
    ("person", "people"),
    ("merged_person", "people"),
    ("term", "terms"),
    ("scheme", "schemes"),
    ("rate", "rates"),
    ("remission", "remissions"),
    ("supplier", "suppliers"),
    ("supplier_alias", "suppliers"),
    ("fund", "funds"),
    ("extension", "fund-extensions"),
    ("fund_payment", "fund-payments"),
    ("fund_share", "fund-shares"),
    ("policy", "policies"),
    ("plan", "plans"),
    ("purchase", "purchases"),
    ("purchase_line", "purchases"),
    ("coding", "recodings"),
    ("coding_fund", "recodings"),
    ("cancellation", "cancellations"),
    ("override", "overrides"),
    ("pool", "pools"),
    ("pool_line", "pools"),
    ("pooling", "pools"),
    ("receipt", "deliveries"),
    ("invoice", "invoices"),
    ("invoice_line", "invoices"),
    ("instrument", "instruments"),
    ("accessory", "instruments"),
    ("instrument_set", "sets"),
    ("set_member", "sets"),
    ("loan", "loans"),
    ("repair", "repairs"),
    ("request", "requests"),
    ("charge", "charges"),
    ("stocktake", "stocktakes"),
    ("stocktake_expected", "stocktake-scans"),
    ("stocktake_scan", "stocktake-scans"),
    ("ladder", "ladder"),
    ("hold", "holds"),
    ("message", "messages"),
    ("reminder", "reminders"),
];

/// Each table that stays with its file, and why.
const STAYS: &[(&str, &str)] = &[
    ("schema_version", "a new file has its own"),
    ("event", "the journal is of the file in which things were done"),
    ("event_text", "goes with the journal"),
    ("event_subject", "goes with the journal"),
    ("change", "what an event changed can be undone only where it was done"),
    ("backup", "a backup is a copy of the file it was made of"),
    ("sharing", "a group of logins is of one machine"),
    ("arming", "ties a file to a place, so that a copy sends nothing"),
];

fn tables() -> BTreeSet<String> {
    let schema = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/schema.sql")).expect("the schema");
    let name = |line: &str| line.strip_prefix("CREATE TABLE ")?.split([' ', '(']).next().map(str::to_string);
    schema.lines().filter_map(name).collect()
}

#[test]
fn no_table_is_forgotten_in_a_move() {
    let tables = tables();
    assert!(tables.len() > 40, "the schema was not read: {tables:?}");
    let known: Vec<&str> = MOVES.iter().chain(STAYS).map(|(table, _)| *table).collect();
    let once: BTreeSet<String> = known.iter().map(|table| table.to_string()).collect();
    assert_eq!(known.len(), once.len(), "a table is in both lists, or twice in one");
    let forgotten: Vec<&String> = tables.difference(&once).collect();
    assert!(forgotten.is_empty(), "no kind brings these across, and nothing says why: {forgotten:?}");
    let gone: Vec<&String> = once.difference(&tables).collect();
    assert!(gone.is_empty(), "these are in a list and no longer in the schema: {gone:?}");
    let kinds: BTreeSet<&str> = ledgerline::import::kinds::Kind::ALL.iter().map(|kind| kind.name()).collect();
    let named: BTreeSet<&str> = MOVES.iter().map(|(_, kind)| *kind).collect();
    assert_eq!(kinds, named, "a kind brings no table, or a table is brought by no kind");
}
