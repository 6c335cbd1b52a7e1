//! The capital programme: funds, suppliers, purchases, and the spend they make.

use ledgerline::domain::fund::FundCode;
use ledgerline::domain::money::Pence;
use ledgerline::domain::purchase::{Invoice, Line, NewPurchase, Recorded};
use ledgerline::domain::reference::{LineRef, OrderRef};
use ledgerline::domain::shares::Shares;
use ledgerline::domain::words::Nature;
use ledgerline::store::spend::{SpendFilter, tally};
use ledgerline::store::{self, purchase, supplier};

use crate::desk::Desk;
use crate::plays;

/// A hub in the middle of its grant: 2 March 2026.
const GRANT: &str = "
    --today 2026-03-02 fund add CIP 'Capital Grant for Musical Instruments' --award 311099 --from 2024-09-01 --spend-by 2026-08-31
    fund plan CIP WCET 40000
    fund plan CIP TECH 2,000.00
    fund plan CIP PROG 3000 --type VC --qty 4
    fund add OWN 'Own reserves' --award £5,000.00 --revenue
    supplier add 'Normans Musical Instruments' --alias NORMANS --lot 'Lot 2'
    supplier add \"Dawson's\"
";

fn hub() -> Desk {
    let desk = Desk::new();
    desk.script(GRANT);
    desk
}

const BUY: &str = "--today 2026-03-02 purchase add --supplier normans";

#[test]
fn a_fund_is_added_and_planned() {
    plays!(
        Desk::new(),
        "fund",
        "
        fund add CIP 'Capital Grant for Musical Instruments' --award 311099 --from 2024-09-01 --spend-by 2026-08-31
        fund add cip 'Another' --award 1
        fund add X 'Turned round' --award 1 --from 2026-01-02 --spend-by 2026-01-01
        fund add X 'Below nought' --award -1
        fund add 'a b' 'No code' --award 1
        fund add OWN 'Own reserves' --award £5,000.00 --revenue
        fund plan CIP WCET 40000
        fund plan CIP wcet 50000
        fund plan CIP PROG 3000 --type cello --qty 4
        fund plan CIP PROG 300000 --type VN
        fund plan CIP PROG 1 --qty 4
        fund plan CIQ WCET 1
        fund plan CIP WCTE 1
        category retire EY
        fund plan CIP EY 1
        --today 2026-03-02 fund list
        fund list --format csv
        --today 2026-08-31 fund show cip
        fund show CIP --format json
        fund show NONE
        "
    );
}

#[test]
fn a_supplier_is_found_however_it_is_spelt() {
    plays!(
        Desk::new(),
        "supplier",
        "
        supplier add 'Normans Musical Instruments' --alias NORMANS --lot 'Lot 2'
        supplier add normans
        supplier add \"Dawson's Music Ltd.\"
        supplier alias 'DAWSONS MUSIC LTD' dawsons
        supplier alias Dawsons Normans
        supplier alias Dawson Other
        supplier alias 'Nobody & Co' Other
        supplier add Twice --alias TWICE
        supplier list
        supplier list --format csv
        "
    );
}

#[test]
fn a_purchase_is_recorded_in_one_go() {
    let desk = hub();
    let script = "
        BUY --fund CIP --description 'Violin outfits 3/4' --nature instrument --qty 3 --unit-net 33.34 --type VN --size 3/4 --category WCET --group primary --area York --invoice INV-1 --on 2026-02-27 --vat-recoverable no
        instrument list --format csv
        instrument show VN-0003
        instrument history VN-0001
        BUY --fund cip --description 'Violin outfits 3/4' --nature instrument --qty 3 --unit-net 33.34 --type VN --invoice inv-1 --on 2026-02-27
        BUY --fund CIP --description 'Bows' --nature accessory --qty 3 --unit-net 10 --category WCET --invoice INV-1 --on 2026-02-27
        BUY --fund CIP --description 'Bows' --nature accessory --qty 3 --unit-net 10 --invoice INV-1 --on 2026-02-28
        BUY --fund CIP --description 'Laptops' --nature equipment --qty 4 --unit-net 600 --category TECH --invoice INV-2
        BUY --fund CIP --description 'Cello' --nature instrument --qty 1 --unit-net 600 --category CURR --type cello --tags vc-77 --size 9/9
        BUY --fund CIP --description 'Cellos' --nature instrument --qty 2 --unit-net 600 --type VC --tags VC-77,VC-78
        BUY --fund CIP --description 'Cellos' --nature instrument --qty 2 --unit-net 600 --type VC --tags VC-79
        VC-80\\nVC-81 | BUY --fund CIP --description 'Cellos' --nature instrument --qty 2 --unit-net 600 --type VC --tags -
        BUY --fund CIP --description 'Rehairing' --nature repair --qty 1 --unit-net 50
        BUY --fund OWN --description 'Rehairing' --nature repair --qty 1 --unit-net 50 --vat-rate 0
        BUY --fund CIP --description 'Early' --nature instrument --qty 1 --unit-net 50 --on 2024-08-31
        BUY --fund CIP --description 'Early' --nature instrument --qty 1 --unit-net 50 --on 2024-08-31 --override 'Agreed with ACE on 3 Sep'
        BUY --fund CIP --description 'Too dear' --nature instrument --qty 1 --unit-net 311099.01
        BUY --fund CIP --description 'Too dear' --nature instrument --qty 1 --unit-net 311099.01 --override ' '
        BUY --fund CIP --description 'Negative' --nature instrument --qty 1 --unit-net -5
        BUY --fund CIP --description 'None' --nature instrument --qty 0 --unit-net 5
        BUY --fund CIP --description 'Tags alone' --nature instrument --qty 1 --unit-net 5 --tags X1
        BUY --fund CIP --description 'Tomorrow' --nature delivery --qty 1 --unit-net 5 --on +1d
        BUY --fund NONE --description 'x' --nature instrument --qty 1 --unit-net 5
        --today 2026-03-02 purchase add --fund CIP --supplier 'Jon Packer' --description x --nature instrument --qty 1 --unit-net 5
        BUY --fund CIP --description 'x' --nature instrument --qty 1 --unit-net 5 --category NOPE
        purchase list
        purchase list --supplier NORMANS --category uncategorised --format csv
        purchase show o1
        purchase show O7
        purchase show O99
    ";
    plays!(desk, "purchase", &script.replace("BUY", BUY));
}

/// Purchases of two years, two funds and two areas, one of them without a category.
fn spent() -> Desk {
    let desk = hub();
    let script = "
        BUY --fund CIP --description 'Ukuleles' --nature instrument --qty 30 --unit-net 30 --type UKE --category WCET --group primary --area York --invoice A1 --on 2025-03-31
        BUY --fund CIP --description 'Violins' --nature instrument --qty 3 --unit-net 100 --type VN --category WCET --group primary --area 'North Yorkshire' --invoice A2 --on 2025-09-01
        BUY --fund CIP --description 'Delivery' --nature delivery --qty 1 --unit-net 19.99 --invoice A2 --on 2025-09-01
        BUY --fund CIP --description 'Mixer' --nature equipment --qty 1 --unit-net 500 --category AMP --vat-recoverable no --invoice A3 --on 2026-02-01
        BUY --fund OWN --description 'Strings' --nature consumable --qty 10 --unit-net 5 --category PROG --invoice A4 --on 2026-02-01
    ";
    desk.script(&script.replace("BUY", BUY));
    desk
}

#[test]
fn spend_stands_against_plan() {
    plays!(
        spent(),
        "spend",
        "
        --today 2026-03-02 report spend
        report spend --format csv
        report spend --fund CIP --format json
        --today 2026-03-02 report spend --fund CIP --year 2024/25
        report spend --fund CIP --financial-year 2025/26 --format csv
        report spend --area york --format csv
        report spend --area Nowhere --fund OWN --format csv
        report spend --category uncategorised --format csv
        report spend --category WCET --group primary --supplier NORMANS --from 2025-04-01 --format csv
        report spend --year 2024/26
        report lines --format csv
        report lines --year 2024/25 --format csv
        report lines --from 2026-01-01 --to 2026-01-31 --format csv
        report lines --category AMP
        --today 2026-09-01 report spend --fund CIP --category AMP
        "
    );
}

#[test]
fn a_narrow_terminal_shows_all_of_it() {
    let mut desk = spent();
    desk.terminal.width = Some(80);
    plays!(
        desk,
        "spend-narrow",
        "
        --today 2026-03-02 report spend --fund CIP
        purchase list --to 2025-03-31
        --today 2026-03-02 fund list
        "
    );
}

/// What stands in a column of a CSV, added up.
#[allow(clippy::expect_used)]
fn total(csv: &str, column: &str) -> Pence {
    let mut rows = csv::Reader::from_reader(csv.as_bytes());
    let place = rows.headers().expect("headers").iter().position(|name| name == column).expect("the column");
    rows.records().map(|row| row.expect("a row")[place].parse::<Pence>().expect("money")).sum()
}

#[test]
fn totals_are_the_sum_of_their_lines() {
    let desk = spent();
    for filter in
        ["", "--fund CIP", "--year 2025/26", "--financial-year 2024/25", "--area York", "--category uncategorised"]
    {
        let totals = desk.done(&format!("report spend {filter} --format csv"));
        let lines = desk.done(&format!("report lines {filter} --format csv"));
        let sum = total(&totals, "committed") + total(&totals, "spent");
        assert_eq!(sum, total(&lines, "grant_cost"), "{filter}");
    }
}

fn bought(supplier_id: i64) -> NewPurchase {
    NewPurchase {
        order: None,
        line_number: None,
        supplier_id,
        ordered_on: None,
        reference: None,
        off_framework_reason: None,
        line: Line {
            shares: Shares::one(FundCode::from_record("CIP")),
            category: None,
            description: "Violins".to_string(),
            nature: Nature::Instrument,
            type_code: None,
            size: None,
            kind: None,
            group: None,
            adapted: false,
            area: None,
            qty: 10,
            net: Pence::new(100_000),
            vat: Pence::new(20_000),
            vat_rate: None,
            vat_recoverable: true,
        },
        received_on: None,
        invoice: None,
        override_reason: None,
        import_key: None,
    }
}

/// Records a purchase as an import would; the reference, or the refusal.
fn record(db: &mut store::Db, new: &NewPurchase) -> Result<Recorded, String> {
    db.write(|tx| purchase::record(tx, new)).map_err(|error| error.to_string())
}

#[test]
fn references_from_outside_are_kept_and_never_given_again() {
    let desk = hub();
    let mut db = store::open(&desk.hub()).expect("a hub").db;
    let supplier_id = |name: &str| db.read(|tx| supplier::get(tx, name)).expect("a supplier").id;
    let (normans, dawsons) = (supplier_id("normans"), supplier_id("dawsons"));
    let named = |line| NewPurchase { order: Some(OrderRef::new(7)), line_number: Some(line), ..bought(normans) };
    let reference = |line| LineRef { order: OrderRef::new(7), line };
    assert_eq!(record(&mut db, &named(2)).expect("recorded").reference, reference(2));
    let next = NewPurchase { line_number: None, ..named(0) };
    assert_eq!(record(&mut db, &next).expect("recorded").reference, reference(3));
    assert_eq!(record(&mut db, &named(2)), Err("O7/2 is recorded already".into()));
    let other = NewPurchase { supplier_id: dawsons, ..next };
    let said = "O7 is an order with Normans Musical Instruments, not with this supplier";
    assert_eq!(record(&mut db, &other), Err(said.into()));
    let keyed = NewPurchase { import_key: Some("row 1".into()), ..bought(normans) };
    let recorded = record(&mut db, &keyed).expect("recorded");
    assert_eq!(recorded.reference.order, OrderRef::new(8));
    let found = db.read(|tx| purchase::find_by_import_key(tx, "row 1")).expect("read");
    assert_eq!(found, Some(recorded));
    assert!(record(&mut db, &keyed).is_err(), "an import key is unique");
}

#[test]
fn an_invoice_has_one_day_and_may_bill_several_lines() {
    let desk = hub();
    let mut db = store::open(&desk.hub()).expect("a hub").db;
    let id = db.read(|tx| supplier::get(tx, "normans")).expect("a supplier").id;
    let on = |day: &str, number: &str| NewPurchase {
        invoice: Some(Invoice { number: number.into(), on: day.parse().expect("a day"), paid_on: None }),
        ..bought(id)
    };
    for new in [on("2026-02-01", "7"), on("2026-02-01", " 7"), on("2026-02-02", ""), on("2026-02-03", "")] {
        assert!(record(&mut db, &new).is_ok());
    }
    let said = "invoice 7 of Normans Musical Instruments is on record with another day, 1 Feb 2026";
    assert_eq!(record(&mut db, &on("2026-02-02", "7")), Err(said.into()));
}

#[test]
fn a_credit_gives_money_back_to_its_fund() {
    let desk = hub();
    let mut db = store::open(&desk.hub()).expect("a hub").db;
    let id = db.read(|tx| supplier::get(tx, "normans")).expect("a supplier").id;
    let day = "2026-02-01".parse().expect("a day");
    let invoice = |number: &str| Some(Invoice { number: number.into(), on: day, paid_on: Some(day) });
    let sale = NewPurchase { invoice: invoice("1"), ..bought(id) };
    let mut credit = NewPurchase { invoice: invoice("CR1"), ..bought(id) };
    credit.line =
        Line { qty: -2, net: Pence::new(-20_000), vat: Pence::new(-4_000), vat_recoverable: false, ..credit.line };
    let ordered = NewPurchase { received_on: Some(day), ..bought(id) };
    for new in [&sale, &credit, &ordered] {
        record(&mut db, new).expect("recorded");
    }
    let sums = db.read(|tx| tally(tx, &SpendFilter::default())).expect("totals").total().sums;
    assert_eq!(sums.spent, Pence::new(76_000));
    assert_eq!(sums.paid, Pence::new(76_000));
    assert_eq!((sums.committed, sums.delivered), (Pence::new(100_000), Pence::new(100_000)));
    assert_eq!(total(&desk.done("report lines --format csv"), "grant_cost"), sums.used());
}

#[test]
fn the_file_itself_refuses_what_the_rules_would() {
    let desk = hub();
    let mut db = store::open(&desk.hub()).expect("a hub").db;
    let id = db.read(|tx| supplier::get(tx, "normans")).expect("a supplier").id;
    let on_line = |line: Line| NewPurchase { line, ..bought(id) };
    let sound = bought(id).line;
    for broken in [
        on_line(Line { qty: 0, ..sound.clone() }),
        on_line(Line { shares: Shares::one(FundCode::from_record("NONE")), ..sound.clone() }),
        on_line(Line { vat_rate: Some(101), ..sound.clone() }),
        NewPurchase { supplier_id: 99, ..bought(id) },
        NewPurchase { line_number: Some(0), ..bought(id) },
    ] {
        assert!(record(&mut db, &broken).is_err(), "{broken:?}");
    }
    let tallies = db.read(|tx| tally(tx, &SpendFilter::default())).expect("totals");
    assert_eq!(tallies.total().lines, 0);
}

/// 472 payments that five councils published, three of them credits: tests/data/README.md tells where from.
#[test]
fn real_council_payments_reconcile_to_the_penny() {
    let desk = Desk::new();
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/council-music-payments.csv");
    desk.done(
        "fund add CIP 'Capital Grant for Musical Instruments' --award 311099 --from 2024-09-01 --spend-by 2026-08-31",
    );
    let import = format!("import purchases '{file}' --profile council-spend --set fund=CIP");
    let checked = desk.run(&import);
    assert_eq!(checked.exit, 0, "{}", checked.stderr);
    assert!(
        checked.stderr.ends_with("472 read: 472 created, 0 updated, 0 unchanged, 0 rejected\n"),
        "{}",
        checked.stderr
    );
    assert_eq!(desk.done("report lines --format csv").lines().count(), 1, "a check writes nothing");
    let committed = desk.run(&format!("{import} --commit"));
    assert!(
        committed.stderr.contains("made with the rows that name them: NORMANS; JOHN PACKER LTD;"),
        "{}",
        committed.stderr
    );
    assert!(committed.stderr.contains("falls outside the days of CIP"), "{}", committed.stderr);
    let spend = desk.done("report spend --fund CIP --format csv");
    assert!(spend.contains("CIP,uncategorised,,0.00,0.00,0.00,286664.51,286664.51,-286664.51,472,0"), "{spend}");
    let lines = desk.done("report lines --fund CIP --format csv");
    assert_eq!(lines.matches(",-1,-").count(), 3, "three credits");
    let again = desk.run(&format!("{import} --commit"));
    assert!(again.stderr.ends_with("472 read: 0 created, 0 updated, 472 unchanged, 0 rejected\n"), "{}", again.stderr);
    desk.done("check");
}

#[test]
fn money_that_is_exported_comes_back_unchanged() {
    let setup = |desk: &Desk| {
        desk.done("fund add CIP 'Capital Grant' --award 100000");
        desk.done("fund add OWN 'Own reserves' --award 5000 --revenue");
    };
    let (from, to) = (Desk::new(), Desk::new());
    setup(&from);
    setup(&to);
    from.done("supplier add \"O'Hara & Sons\" --alias OHARA --alias '=SUM(A1)' --lot Wind");
    from.done("fund plan CIP WCET 2500");
    from.done("fund plan CIP WCET 900 --type UKE --qty 30");
    from.done("purchase add --fund CIP --supplier OHARA --description '-Ukulele, \"soprano\"' --nature instrument --qty 30 --unit-net 24.99 --category WCET --vat-recoverable no --invoice A/1 --on 2026-03-31");
    from.done("purchase add --fund OWN --supplier OHARA --description Reeds --nature consumable --qty 1 --unit-net 12 --vat-rate 0");
    from.write(
        "credit.csv",
        "fund,invoice_date,invoice_no,supplier,description,nature,category,line_net,vat_rate\nCIP,2026-04-01,C/9,ohara,Returned,instrument,WCET,-24.99,20\n",
    );
    from.done("import purchases @/credit.csv --commit");
    for kind in ["suppliers", "plans", "purchases"] {
        let file = from.done(&format!("export {kind} --format csv"));
        to.write("in.csv", &file);
        to.done(&format!("import {kind} @/in.csv --commit"));
        assert_eq!(to.done(&format!("export {kind} --format csv")), file, "{kind}");
        let again = to.run(&format!("import {kind} @/in.csv --commit"));
        assert!(again.stderr.contains(": 0 created, 0 updated,"), "{}", again.stderr);
    }
    assert_eq!(from.done("report spend --format csv"), to.done("report spend --format csv"));
}

#[test]
fn purchases_that_break_a_rule_are_rejected_with_its_sentence() {
    let desk = Desk::new();
    desk.done("fund add CIP 'Capital Grant' --award 1000 --from 2026-01-01 --spend-by 2026-12-31");
    desk.done("supplier add Normans");
    desk.write(
        "lines.csv",
        "fund,order,line,order_date,invoice_date,invoice_no,supplier,description,nature,category,qty,line_net\n\
         CIP,O1,1,2026-03-01,2026-03-02,N1,Normans,Violin,instrument,PROG,1,400\n\
         CIP,O2,1,2025-03-01,2026-03-02,N2,Normans,Violin,instrument,PROG,1,400\n\
         CIP,O3,1,2026-03-01,2026-03-02,N3,Normans,Cello,instrument,PROG,1,700\n\
         CIP,O4,1,2026-03-01,2026-03-02,N4,Normans,Reeds,consumable,PROG,1,5\n\
         CIP,O5,1,2026-03-01,2026-03-02,N1,normans,Violin,instrument,PROG,1,400\n\
         NOPE,O6,1,2026-03-01,2026-03-02,N6,Normons,Violin,toy,NOPE,0,1.234\n\
         CIP,O1,1,2026-03-01,2026-03-02,N1,Normans,Violin,instrument,PROG,1,400\n",
    );
    plays!(desk, "purchases_rejected", "import purchases @/lines.csv --commit\nreport spend --format csv");
}

#[test]
fn terms_come_in_from_a_file() {
    let desk = Desk::new();
    desk.write(
        "terms.csv",
        "academic_year,name,first_on,last_on,la\n2026/27,autumn,02/09/2026,18/12/2026,\n2026/27,spring,2026-12-01,2027-03-25,\n\
         2026/27,summer,2027-04-12,2027-07-21,Salford\n",
    );
    plays!(
        desk,
        "terms_imported",
        "term import @/terms.csv --commit\nimport terms @/terms.csv --commit --skip-rejects\nterm list --format csv\nexport terms --format csv"
    );
}

#[test]
fn a_pound_without_its_instrument_is_listed() {
    let desk = Desk::new();
    for line in [
        "fund add CIP 'Capital Grant' --award 5000",
        "supplier add Normans",
        "purchase add --fund CIP --supplier Normans --description Violins --nature instrument --qty 2 --unit-net 100 --type VN --on 2026-11-02",
        "purchase add --fund CIP --supplier Normans --description Speakers --nature equipment --qty 2 --unit-net 80 --invoice N7 --on 2026-11-03",
        "purchase add --fund CIP --supplier Normans --description Carriage --nature delivery --qty 1 --unit-net 9 --on 2026-11-03",
    ] {
        desk.done(line);
    }
    plays!(
        desk,
        "unexplained",
        "report unexplained\nreport unexplained --format csv\nreport unexplained --to 2026-11-02\ncheck"
    );
}

/// 28 payments in one file with three generations of headings: tests/data/README.md tells where from.
#[test]
fn three_generations_of_headings_reconcile_to_the_penny() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/leeds-spend-as-published.csv");
    let map = "[columns]
        line_net = [\"Net amount\", \"Net Amount\", \"NetAmount\"]
        supplier = [\"Supplier name\", \"SupplierName\"]
        invoice_date = [\"Date paid\", \"DatePaid\"]
        invoice_no = [\"Transaction number\", \"Transaction Number\", \"TransactionNumber\"]
        description = [\"Detailed expenditure type\", \"Detailed expenses type\", \"DetailedExpenditureType\", \"Supplier name\", \"SupplierName\"]
        [constants]
        nature = \"equipment\"
        vat_rate = 0
        [missing]
        supplier = \"make\"\n";
    for how in ["--profile council-spend", "--map @/leeds.toml"] {
        let desk = Desk::new();
        desk.write("leeds.toml", map);
        desk.done("fund add OWN 'Own reserves' --award 50000 --revenue");
        let import = format!("import purchases '{file}' {how} --set fund=OWN --commit");
        let done = desk.run(&import);
        assert!(done.stderr.ends_with("28 read: 28 created, 0 updated, 0 unchanged, 0 rejected\n"), "{}", done.stderr);
        assert_eq!(total(&desk.done("report spend --format csv"), "spent"), Pence::new(3_206_624), "{how}");
        let again = desk.run(&import);
        assert!(
            again.stderr.ends_with("28 read: 0 created, 0 updated, 28 unchanged, 0 rejected\n"),
            "{}",
            again.stderr
        );
        assert_eq!(desk.done("supplier list --format csv").lines().count(), 4, "{how}");
    }
}

#[test]
fn five_spellings_become_one_supplier() {
    let desk = Desk::new();
    desk.done("fund add OWN 'Own reserves' --award 50000 --revenue");
    let mut file = "supplier,line_net,invoice_date,invoice_no,description,nature\n".to_string();
    let spellings = [
        "Normans",
        "NORMANS MUSICAL INSTRUMENTS",
        "Normans (Burton Upon Trent) Ltd",
        "Norman's Musical Inst.",
        "normans",
    ];
    for (number, name) in spellings.iter().enumerate() {
        file += &format!("{name},100,2026-02-0{},N{number},Violins,equipment\n", number + 1);
    }
    desk.write("spend.csv", &file);
    desk.write("map.toml", "[missing]\nsupplier = \"make\"\n");
    desk.done("import purchases @/spend.csv --map @/map.toml --set fund=OWN --commit");
    plays!(
        desk,
        "one_supplier",
        "
        supplier list
        supplier alias Normans 'Normans Musical Instruments'
        supplier alias normans 'Normans (Burton Upon Trent) Ltd'
        supplier alias Normans 'Norman''s Musical Inst.'
        supplier alias Normans NORMANS
        supplier list --format csv
        report lines --supplier 'normans (burton upon trent) ltd' --format csv
        check
        undo
        supplier list
        undo
        supplier list --format csv
        purchase add --fund OWN --supplier Normans --description Violas --nature equipment --qty 1 --unit-net 5 --invoice X7 --on 2026-02-06
        supplier add Other
        purchase add --fund OWN --supplier Other --description Violas --nature equipment --qty 1 --unit-net 5 --invoice X7 --on 2026-02-07
        supplier alias Normans Other
        check
        "
    );
}
