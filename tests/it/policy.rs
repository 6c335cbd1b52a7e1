//! Capital or revenue by the hub's own policy, pools, and lines that move.

use ledgerline::args;
use ledgerline::store::remember::Table;
use ledgerline::store::{self, policy};

use crate::desk::Desk;
use crate::plays;

const BUY: &str = "purchase add --supplier Normans";

/// A hub that began to keep its policies after it had bought: lines of CIP and of OWN in 2025.
fn hub() -> Desk {
    let desk = Desk::new();
    let script = "
        fund add CIP 'Capital Grant for Musical Instruments' --award 20000 --from 2024-09-01 --spend-by 2026-08-31
        fund plan CIP WCET 3000
        fund plan CIP PROG 2000
        fund add OWN 'Own reserves' --award 5000 --revenue
        supplier add Normans
        BUY --fund CIP --description 'Violins' --nature instrument --qty 12 --unit-net 145 --type VN --category PROG --invoice INV-7 --on 2025-03-02
        BUY --fund CIP --description 'Ukuleles' --nature instrument --qty 30 --unit-net 30 --type UKE --category WCET --invoice INV-8 --on 2025-03-03
        BUY --fund CIP --description 'Carriage' --nature delivery --qty 1 --unit-net 400 --invoice INV-8 --on 2025-03-03
    ";
    desk.script(&script.replace("BUY", BUY));
    desk
}

#[test]
fn a_bill_is_judged_once_by_the_policy_of_its_day() {
    let script = "
        policy list
        purchase why O1/1
        policy add --effective 2025-03-03 --threshold 100 --basis item --min-life-months 12
        policy list --format csv
        policy add --effective 2024-04-01 --threshold 100 --basis item --min-life-months 12
        policy add --effective 2024-04-01 --threshold 5 --basis line --min-life-months 0
        policy add --effective 2026-04-01 --threshold 100 --basis line --min-life-months 200
        policy list
        report lines --format csv
        report lines --as-at 2026-11-21 --format csv
        BUY --fund CIP --description 'Violin' --nature instrument --qty 1 --unit-net 500 --type VN --category PROG --invoice INV-9 --on 2026-05-05
        BUY --fund CIP --description 'Speakers' --nature equipment --qty 3 --unit-net 33.34 --invoice INV-10 --on 2026-05-05
        BUY --fund CIP --description 'Speakers' --nature equipment --qty 3 --unit-net 33.33 --invoice INV-11 --on 2026-05-05
        BUY --fund OWN --description 'Strings' --nature consumable --qty 3 --unit-net 33.33 --invoice INV-11 --on 2026-05-05
        purchase why O1/1
        purchase why O2/1
        purchase why O3/1
        purchase why O4/1
        purchase why O5/1 --format csv
        purchase why O7/1
        purchase why O9/1
        check
        undo
        policy list --format csv
    ";
    plays!(hub(), "policy", &script.replace("BUY", BUY));
}

#[test]
fn lines_are_capital_together() {
    let script = "
        purchase pool Ukuleles O2/1
        policy add --effective 2024-04-01 --threshold 1000 --basis line --min-life-months 12
        purchase pool Ukuleles O2/1 O3/1 O99/1
        purchase pool Ukuleles O2/1 O3/1
        purchase pool Ukuleles O2/1
        purchase why O2/1
        BUY --fund CIP --description 'More ukuleles' --nature instrument --qty 5 --unit-net 30 --type UKE --category WCET --invoice INV-9 --on 2025-06-01
        purchase pool ukuleles O4/1 O2/1
        purchase pool ukuleles O4/1 --on 2025-05-31
        purchase pool ukuleles O4/1 --on +1d
        purchase pool ukuleles O4/1
        purchase pool Others O4/1
        report lines --format csv
        report lines --format csv --as-at 2026-11-21
        purchase why O4/1
        purchase why O4/1 --format json
        policy list
        log --order O4
        instrument history UKE-0031
        check
        undo
        purchase why O2/1
        setting set closed-until 2026-11-22
        purchase pool Ukuleles O4/1
        purchase pool Ukuleles O4/1 --override 'the auditor asked'
        report overrides --format csv
        check
    ";
    plays!(hub(), "pool", &script.replace("BUY", BUY));
}

#[test]
fn a_whole_order_may_be_compared() {
    let desk = Desk::new();
    desk.write(
        "orders.csv",
        "fund,order,line,order_date,invoice_date,invoice_no,supplier,description,nature,category,type,qty,line_net\n\
         CIP,O1,1,2026-03-01,2026-03-02,N1,Normans,Violins,instrument,PROG,VN,2,300\n\
         CIP,O1,2,2026-03-01,2026-03-02,N1,Normans,Carriage,delivery,,,1,500\n\
         CIP,O1,3,2026-03-01,2026-03-02,N1,Normans,Violas,instrument,PROG,VA,1,200\n\
         CIP,O2,1,2026-03-01,2026-03-02,N2,Normans,Violas,instrument,PROG,VA,1,499\n\
         CIP,O3,1,2026-03-01,2026-03-02,N3,Normans,Viola back,instrument,PROG,VA,-1,-600\n\
         CIP:60%;OWN:40%,O4,1,2026-03-01,2026-03-02,N4,Normans,Cello,instrument,PROG,VC,1,900.01\n",
    );
    plays!(
        desk,
        "policy_import",
        "
        fund add CIP 'Capital Grant' --award 20000
        fund add OWN 'Own reserves' --award 5000 --revenue
        supplier add Normans
        policy add --effective 2024-04-01 --threshold 500 --basis order --min-life-months 12
        import purchases @/orders.csv --commit
        import purchases @/orders.csv --commit
        purchase why O1/1
        purchase why O1/2
        purchase why O2/1
        purchase why O3/1
        report lines --format csv
        purchase recode O4/1 --fund OWN --category ENS --reason 'not for the grant' --on 2026-04-01
        export purchases --format csv
        check
        "
    );
}

#[test]
fn a_line_moves_with_a_reason() {
    let script = "
        purchase recode O1/1 --reason 'why not'
        purchase recode O1/1 --fund CIP --reason 'why not'
        purchase recode O1/1 --category PROG --reason ' '
        purchase recode O1/1 --category PROG --reason 'the same'
        purchase recode O1/1 --fund OWN --reason 'late' --on +1d
        purchase recode O1/1 --fund OWN --reason 'early' --on 2025-03-01
        category retire EY
        purchase recode O1/1 --category EY --reason 'retired'
        purchase recode O9/9 --category PROG --reason 'unknown'
        --as jo purchase recode O1/1 --fund 'CIP:60%;OWN:40%' --category ENS --reason 'the orchestra pays its part' --on 2025-04-01
        report spend --format csv
        report spend --as-at 2025-03-31 --format csv
        instrument list --category ENS --format csv
        report idle --fund OWN --since 2026-11-01 --format csv
        purchase recode O1/1 --fund OWN --reason 'before the last' --on 2025-03-31
        purchase recode O1/1 --category uncategorised --reason 'not sorted yet'
        report recodings
        report recodings --fund OWN --format csv
        report recodings --as-at 2025-12-31 --format csv
        report recodings --from 2026-01-01 --to 2026-12-31 --format csv
        purchase why O1/1
        log --order O1
        instrument history VN-0001
        undo
        report recodings --format csv
        check
    ";
    plays!(hub(), "recode", script);
}

#[test]
fn moving_a_line_asks_the_funds() {
    let script = "
        fund add OLD 'Last year' --award 100000 --from 2023-09-01 --spend-by 2024-08-31
        fund add LITTLE 'Little' --award 1739.99
        BUY --fund OWN --description 'Repairs' --nature repair --qty 1 --unit-net 50 --invoice R1 --on 2025-05-01
        purchase recode O4/1 --fund CIP --reason 'the grant pays'
        purchase recode O1/1 --fund OLD --reason 'from last year'
        purchase recode O1/1 --fund LITTLE --reason 'a little'
        purchase recode O1/1 --category WCET --reason 'whole classes'
        purchase recode O4/1 --fund CIP --reason 'the grant pays' --override 'ACE agreed by letter'
        --as jo purchase recode O1/1 --fund LITTLE --reason 'a little' --override 'the trustees agreed'
        setting set closed-until 2026-11-22
        purchase recode O2/1 --fund OWN --reason 'closed'
        purchase recode O2/1 --fund OWN --reason 'closed' --override 'the auditor asked'
        report overrides
        report overrides --fund CIP --format csv
        report overrides --as-at 2026-11-21 --format csv
        report overrides --from 2026-11-22 --to 2026-11-22 --format json
        report spend
        report spend --fund OWN
        purchase why O1/1
        purchase show O1
        check
    ";
    plays!(hub(), "recode_rules", &script.replace("BUY", BUY));
}

#[test]
fn funds_and_policies_come_and_go_in_files() {
    let (from, to) = (Desk::new(), Desk::new());
    from.done("fund add CIP 'Capital Grant, official' --award 100000 --from 2024-09-01 --spend-by 2026-08-31");
    from.done("fund add OWN \"'=Own\" --award 5000 --revenue");
    from.done("supplier add Normans");
    from.done("policy add --effective 2024-04-01 --threshold 500 --basis pool --min-life-months 12");
    from.done("policy add --effective 2025-04-01 --threshold 99.99 --basis item --min-life-months 0");
    from.done("purchase add --fund 'CIP:60%;OWN:40%' --supplier Normans --description Violins --nature instrument --qty 3 --unit-net 99.99 --on 2026-03-31");
    from.done("purchase add --fund CIP --supplier Normans --description Reeds --nature consumable --qty 1 --unit-net 12 --override 'ACE agreed' --on 2026-03-31");
    for kind in ["funds", "policies", "suppliers", "purchases"] {
        let file = from.done(&format!("export {kind} --format csv"));
        to.write("in.csv", &file);
        to.done(&format!("import {kind} @/in.csv --commit"));
        assert_eq!(to.done(&format!("export {kind} --format csv")), file, "{kind}");
        let again = to.run(&format!("import {kind} @/in.csv --commit"));
        assert!(again.stderr.contains(": 0 created, 0 updated,"), "{}", again.stderr);
    }
    for report in ["spend", "lines", "overrides"] {
        let report = format!("report {report} --format csv");
        assert_eq!(from.done(&report).replace("nature", ""), to.done(&report).replace("nature", ""), "{report}");
    }
    to.write("funds.csv", "code,name,nature,award,from_on,spend_by\nCIP,Capital Grant,capital,100001,2024-09-01,2026-08-31\nOWN,Own,revenue,5000,,2027-08-31\nNEW,,capital,,2027-01-01,2026-01-01\n");
    to.write("policies.csv", "effective_on,threshold,basis,min_life_months\n2024-04-01,400,pool,12\n2026-04-01,-1,thing,x\n2026-05-01,1,line,1201\n2026-05-01,1,line,12\n");
    plays!(
        to,
        "funds_and_policies",
        "
        import funds @/funds.csv --commit --skip-rejects
        import funds @/funds.csv --commit --update --skip-rejects
        import policies @/policies.csv --commit --skip-rejects
        import policies @/policies.csv --commit --update --skip-rejects
        export funds --format csv
        export policies --format csv
        "
    );
}

/// Bills so many of a line for so much, as a later invoice of its order would, and has it judged.
fn bill(desk: &Desk, number: &str, on: &str, qty: i64, pence: i64) {
    let mut db = store::open(&desk.hub()).expect("a hub").db;
    db.write(|tx| {
        let invoice = "INSERT INTO invoice (supplier_id, number, number_key, invoiced_on) VALUES (1, ?1, ?1, ?2)";
        let invoice_id = tx.insert(Table::Invoice, invoice, args![number, on])?;
        let line =
            "INSERT INTO invoice_line (invoice_id, line_id, qty, net_pence, vat_pence) VALUES (?1, 1, ?2, ?3, 0)";
        tx.insert(Table::InvoiceLine, line, args![invoice_id, qty, pence])?;
        policy::judge_invoice(tx, invoice_id)
    })
    .expect("billed");
}

#[test]
fn parts_of_a_line_and_its_credits_are_judged_as_one() {
    let desk = Desk::new();
    desk.script(
        "fund add CIP 'Capital Grant' --award 20000
        supplier add Normans
        policy add --effective 2026-01-01 --threshold 1000 --basis line --min-life-months 12
        policy add --effective 2026-05-01 --threshold 1000.01 --basis line --min-life-months 12",
    );
    desk.write(
        "order.csv",
        "fund,order,line,order_date,supplier,description,nature,category,type,qty,line_net\n\
         CIP,O1,1,2026-02-01,Normans,Violins,instrument,PROG,VN,10,1000\n",
    );
    desk.done("import purchases @/order.csv --commit");
    assert!(desk.done("purchase why O1/1").contains("O1/1 is not invoiced yet"));
    bill(&desk, "N1", "2026-03-01", 3, 30_000);
    bill(&desk, "C1", "2026-03-20", -1, -10_000);
    bill(&desk, "N2", "2026-06-01", 4, 40_000);
    bill(&desk, "C2", "2026-06-20", 0, -1_000);
    bill(&desk, "N3", "2026-06-30", 3, 60_000);
    plays!(
        desk,
        "policy_parts",
        "
        purchase why O1/1
        report lines --format csv
        check
        "
    );
}
