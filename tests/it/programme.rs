//! Random programmes of spending against plain sums: after every step each row of spend, each line behind it, each tag and each
//! past day agree.

use std::collections::BTreeMap;

use ledgerline::domain::money::Pence;
use proptest::prelude::*;

use crate::desk::Desk;
use crate::import_money::same_in_an_empty_hub;

mod model;

use model::{Bill, Line, Model, Money, half_up};

#[derive(Clone, Debug)]
enum Step {
    Order(Vec<Row>),
    Receive { line: usize, qty: i64 },
    Invoice { line: usize, qty: i64, net: Option<i64> },
    InvoiceAll { order: usize, extra: Option<i64> },
    Pay { order: usize },
    Credit { line: usize, net: i64, qty: i64 },
    Cancel { line: usize, qty: i64 },
    Recode { line: usize, percent: i64, category: usize },
    Pool { line: usize },
    Policy { threshold: i64, basis: usize },
    Extend { days: i64 },
    Plan { category: usize, amount: i64 },
    Undo,
    Wait { days: i64 },
}

#[derive(Clone, Debug)]
struct Row {
    qty: i64,
    net: i64,
    recovered: bool,
    typed: bool,
    percent: i64,
    category: usize,
}

const CATEGORIES: [&str; 3] = ["WCET", "TECH", "ENS"];
const AWARD: i64 = 400_000;

fn row() -> impl Strategy<Value = Row> {
    let percent = prop_oneof![4 => Just(100), 1 => Just(0), 2 => Just(60), 1 => Just(33)];
    (1i64..8, 1i64..60_000, any::<bool>(), any::<bool>(), percent, 0..3usize).prop_map(
        |(qty, net, recovered, typed, percent, category)| Row { qty, net, recovered, typed, percent, category },
    )
}

fn step() -> impl Strategy<Value = Step> {
    let line = || 0..8usize;
    prop_oneof![
        2 => prop::collection::vec(row(), 1..4).prop_map(Step::Order),
        5 => (line(), 0i64..6).prop_map(|(line, qty)| Step::Receive { line, qty }),
        4 => (line(), 1i64..6, prop::option::of(1i64..60_000)).prop_map(|(line, qty, net)| Step::Invoice { line, qty, net }),
        2 => (0..4usize, prop::option::of(1i64..5_000)).prop_map(|(order, extra)| Step::InvoiceAll { order, extra }),
        3 => (0..4usize).prop_map(|order| Step::Pay { order }),
        3 => (line(), 1i64..40_000, 0i64..3).prop_map(|(line, net, qty)| Step::Credit { line, net, qty }),
        2 => (line(), 0i64..4).prop_map(|(line, qty)| Step::Cancel { line, qty }),
        3 => (line(), prop_oneof![Just(0i64), Just(100), Just(45)], 0..3usize)
            .prop_map(|(line, percent, category)| Step::Recode { line, percent, category }),
        2 => line().prop_map(|line| Step::Pool { line }),
        1 => (0i64..100_000, 0..4usize).prop_map(|(threshold, basis)| Step::Policy { threshold, basis }),
        1 => (1i64..400).prop_map(|days| Step::Extend { days }),
        1 => (0..3usize, 0i64..300_000).prop_map(|(category, amount)| Step::Plan { category, amount }),
        3 => Just(Step::Undo),
        4 => (1i64..30).prop_map(|days| Step::Wait { days }),
    ]
}

/// A hub with two funds, one day at a time, and what was said of earlier days.
struct Programme {
    desk: Desk,
    model: Model,
    /// The model before the last change, for an undo and the undo of that.
    before: Option<Model>,
    changed_on: i64,
    day: i64,
    entered: usize,
    /// Spend as it stood at the end of past days.
    past: Vec<(i64, String)>,
}

fn date(day: i64) -> String {
    let first: jiff::civil::Date = "2025-01-06".parse().expect("a day");
    first.saturating_add(jiff::Span::new().days(day)).to_string()
}

fn shares(percent: i64) -> String {
    match percent {
        100 => "CIP".to_string(),
        0 => "OWN".to_string(),
        _ => format!("CIP:{percent}%;OWN:{}%", 100 - percent),
    }
}

impl Programme {
    fn new() -> Programme {
        let desk = Desk::new();
        for line in [
            "--today 2025-01-06 fund add CIP 'Capital Grant for Musical Instruments' --award 4000 --from 2024-09-01 --spend-by 2028-08-31",
            "--today 2025-01-06 fund add OWN 'Own reserves' --award 900000 --revenue",
            // The first plan stands from the beginning: what is said of past days counts on from here.
            "--today 2025-01-06 fund plan CIP WCET 0",
            "--today 2025-01-06 fund plan CIP TECH 0",
            "--today 2025-01-06 fund plan CIP ENS 0",
            "--today 2025-01-06 supplier add Normans --lot 'Lot 2'",
            "--today 2025-01-06 policy add --effective 2024-09-01 --threshold 200 --basis line --min-life-months 12",
        ] {
            desk.done(line);
        }
        Programme { desk, model: Model::default(), before: None, changed_on: 0, day: 0, entered: 0, past: Vec::new() }
    }

    /// Runs a command; whether it was carried out. Anything but done or refused is a fault.
    fn run(&self, command: &str) -> bool {
        let outcome = self.desk.run(&format!("--today {} {command}", date(self.day)));
        assert!(outcome.exit <= 1, "{command}\n{}", outcome.stderr);
        outcome.exit == 0
    }

    fn line(&self, place: usize) -> Option<(usize, Line)> {
        let count = self.model.lines.len();
        let place = place.checked_rem(count)?;
        Some((place, self.model.lines[place].clone()))
    }

    /// A change that the plain sums know: carried out just where they expect it.
    fn expect(&mut self, command: &str, expected: Option<Model>) {
        let done = self.run(command);
        assert_eq!(done, expected.is_some(), "{command}\n{:#?}", self.model);
        if let Some(after) = expected {
            self.before = Some(std::mem::replace(&mut self.model, after));
            self.changed_on = self.day;
        }
    }

    /// The model with one line changed, if CIP can bear what it adds.
    fn with(&self, place: usize, change: impl FnOnce(&mut Line)) -> Option<Model> {
        let mut after = self.model.clone();
        change(&mut after.lines[place]);
        self.borne(after)
    }

    fn borne(&self, after: Model) -> Option<Model> {
        let (left_before, left) = (self.model.left(true, AWARD), after.left(true, AWARD));
        (left >= 0 || left >= left_before).then_some(after)
    }

    fn play(&mut self, step: &Step) {
        match step {
            Step::Order(rows) => self.order(rows),
            Step::Receive { line, qty } => self.receive(*line, *qty),
            Step::Invoice { line, qty, net } => self.invoice(*line, *qty, *net),
            Step::InvoiceAll { order, extra } => self.invoice_all(*order, *extra),
            Step::Pay { order } => self.pay(*order),
            Step::Credit { line, net, qty } => self.credit(*line, *net, *qty),
            Step::Cancel { line, qty } => self.cancel(*line, *qty),
            Step::Recode { line, percent, category } => self.recode(*line, *percent, *category),
            Step::Pool { line } => self.pool(*line),
            Step::Policy { threshold, basis } => {
                let basis = ["item", "line", "order", "pool"][*basis];
                let threshold = Pence::new(*threshold);
                let command = format!(
                    "policy add --effective {} --threshold {threshold} --basis {basis} --min-life-months 12",
                    date(self.day)
                );
                self.aside(&command);
            }
            Step::Extend { days } => {
                self.aside(&format!("fund extend CIP --spend-by {} --reason Agreed", date(1_400 + days)))
            }
            Step::Plan { category, amount } => {
                self.aside(&format!("fund plan CIP {} {}", CATEGORIES[*category], Pence::new(*amount)));
            }
            Step::Undo => self.undo(),
            Step::Wait { days } => {
                let said = self.desk.done(&format!("--today {} report spend --format csv", date(self.day)));
                self.past.push((self.day, said));
                self.day += days;
            }
        }
    }

    /// A change that moves no pounds.
    fn aside(&mut self, command: &str) {
        if self.run(command) {
            self.before = Some(self.model.clone());
            self.changed_on = self.day;
        }
    }

    fn order(&mut self, rows: &[Row]) {
        let mut file = "description,nature,type,category,qty,line_net,vat_recoverable,fund\n".to_string();
        let mut after = self.model.clone();
        let mut within = true;
        for (place, row) in rows.iter().enumerate() {
            let (kind, yes) = (if row.typed { "UKE" } else { "" }, if row.recovered { "yes" } else { "no" });
            file += &format!(
                "Goods {place},instrument,{kind},{},{},{},{yes},{}\n",
                CATEGORIES[row.category],
                row.qty,
                Pence::new(row.net),
                shares(row.percent)
            );
            after.lines.push(Line {
                order: self.model.orders + 1,
                number: place + 1,
                qty: row.qty,
                net: row.net,
                vat: half_up(row.net, 20),
                recovered: row.recovered,
                typed: row.typed,
                received: 0,
                cancelled: 0,
                bills: Vec::new(),
                cip_percent: row.percent,
                category: CATEGORIES[row.category],
                pooled: false,
                brings: true,
            });
            within &= after.left(true, AWARD) >= 0 || row.percent == 0;
        }
        after.orders += 1;
        self.desk.write("lines.csv", file);
        self.expect("purchase order --supplier Normans --lines @/lines.csv", within.then_some(after));
    }

    fn receive(&mut self, line: usize, qty: i64) {
        let Some((place, held)) = self.line(line) else { return };
        // What arrived before its type was known waits for tags; that is played elsewhere.
        if !held.brings {
            return;
        }
        let wanted = if qty == 0 { held.left_to_arrive() } else { qty };
        let after = (wanted > 0 && wanted <= held.left_to_arrive())
            .then(|| {
                self.with(place, |line| {
                    line.received += wanted;
                    line.typed = true;
                })
            })
            .flatten();
        let given = if qty == 0 { String::new() } else { format!(" --qty {qty}") };
        self.expect(&format!("purchase receive O{}/{}{given} --type UKE", held.order, held.number), after);
    }

    fn invoice(&mut self, line: usize, qty: i64, net: Option<i64>) {
        let Some((place, held)) = self.line(line) else { return };
        let fits = qty <= held.left_to_bill();
        let bill = self.bill(&held, qty, net);
        let mut after = fits.then(|| self.with(place, |line| line.bills.push(bill))).flatten();
        if let Some(after) = &mut after {
            after.invoices += 1;
        }
        let priced = net.map(|net| format!(":{}", Pence::new(net))).unwrap_or_default();
        let command = format!(
            "purchase invoice O{} --invoice N{} --line {}:{qty}{priced}",
            held.order,
            self.model.invoices + 1,
            held.number
        );
        self.expect(&command, after);
    }

    fn bill(&mut self, held: &Line, qty: i64, net: Option<i64>) -> Bill {
        self.entered += 1;
        let (from, to) = (held.price(held.billed()), held.price(held.billed() + qty));
        let (net, vat) = net.map_or((to.0 - from.0, to.1 - from.1), |net| (net, half_up(net, 20)));
        Bill { qty, net, vat, day: self.day, entered: self.entered, paid: false }
    }

    fn invoice_all(&mut self, order: usize, extra: Option<i64>) {
        let Some(order) = order.checked_rem(self.model.orders).map(|place| place + 1) else { return };
        // With something extra and without lines named, only what is extra is billed: so each is played alone.
        let mut after = self.model.clone();
        after.invoices += 1;
        let mut command = format!("purchase invoice O{order} --invoice N{}", after.invoices);
        let of_order: Vec<usize> = (0..after.lines.len()).filter(|place| after.lines[*place].order == order).collect();
        // An order that was taken back has no lines.
        let Some(first) = of_order.first().map(|place| after.lines[*place].clone()) else { return };
        if let Some(net) = extra {
            command += &format!(" --extra delivery:{}", Pence::new(net));
            let mut line = Line {
                number: of_order.len() + 1,
                qty: 1,
                net,
                vat: half_up(net, 20),
                received: 0,
                cancelled: 0,
                bills: Vec::new(),
                category: "uncategorised",
                pooled: false,
                brings: false,
                typed: false,
                ..first
            };
            line.received = 1;
            let bill = self.bill(&line, 1, None);
            line.bills.push(bill);
            after.lines.push(line);
        } else {
            let mut any = false;
            for place in of_order {
                let held = after.lines[place].clone();
                if held.left_to_bill() > 0 {
                    let bill = self.bill(&held, held.left_to_bill(), None);
                    after.lines[place].bills.push(bill);
                    any = true;
                }
            }
            if !any {
                return self.expect(&command, None);
            }
        }
        let after = self.borne(after);
        self.expect(&command, after);
    }

    fn pay(&mut self, order: usize) {
        let Some(order) = order.checked_rem(self.model.orders).map(|place| place + 1) else { return };
        let mut after = self.model.clone();
        let unpaid = after
            .lines
            .iter_mut()
            .filter(|line| line.order == order)
            .flat_map(|line| &mut line.bills)
            .filter(|bill| !bill.paid);
        let count = unpaid.map(|bill| bill.paid = true).count();
        self.expect(&format!("purchase pay O{order}"), (count > 0).then_some(after));
    }

    fn credit(&mut self, line: usize, net: i64, qty: i64) {
        let Some((place, held)) = self.line(line) else { return };
        let (net_left, vat_left) = held.billed_money();
        let fits = !held.bills.is_empty() && net <= net_left && qty <= held.billed_kept();
        self.entered += 1;
        let vat = if net == net_left { vat_left } else { half_up(net, 20).min(vat_left) };
        let bill = Bill { qty: -qty, net: -net, vat: -vat, day: self.day, entered: self.entered, paid: false };
        let mut after = fits.then(|| self.with(place, |line| line.bills.push(bill))).flatten();
        if let Some(after) = &mut after {
            after.invoices += 1;
        }
        let given = if qty == 0 { String::new() } else { format!(" --qty {qty}") };
        let command = format!(
            "purchase credit O{}/{} --invoice N{} --net {}{given}",
            held.order,
            held.number,
            self.model.invoices + 1,
            Pence::new(net)
        );
        self.expect(&command, after);
    }

    fn cancel(&mut self, line: usize, qty: i64) {
        let Some((place, held)) = self.line(line) else { return };
        let wanted = if qty == 0 { held.left_to_cancel() } else { qty };
        let after = (wanted > 0 && wanted <= held.left_to_cancel())
            .then(|| self.with(place, |line| line.cancelled += wanted))
            .flatten();
        let given = if qty == 0 { String::new() } else { format!(" --qty {qty}") };
        self.expect(&format!("purchase cancel O{}/{}{given} --reason 'Out of stock'", held.order, held.number), after);
    }

    fn recode(&mut self, line: usize, percent: i64, category: usize) {
        let Some((place, held)) = self.line(line) else { return };
        let changes = held.cip_percent != percent || held.category != CATEGORIES[category];
        let after = changes
            .then(|| {
                self.with(place, |line| {
                    line.cip_percent = percent;
                    line.category = CATEGORIES[category];
                })
            })
            .flatten();
        let command = format!(
            "purchase recode O{}/{} --fund '{}' --category {} --reason Moved",
            held.order,
            held.number,
            shares(percent),
            CATEGORIES[category]
        );
        self.expect(&command, after);
    }

    fn pool(&mut self, line: usize) {
        let Some((place, held)) = self.line(line) else { return };
        let after = (!held.pooled && held.brings).then(|| self.with(place, |line| line.pooled = true)).flatten();
        self.expect(&format!("purchase pool UKES O{}/{}", held.order, held.number), after);
    }

    /// The last change is taken back, or brought back; but not where the stock has moved on. Only where it was done do the
    /// plain sums follow.
    fn undo(&mut self) {
        let Some(before) = self.before.take() else { return };
        if self.run("undo") {
            // What is taken back was never there: what was said of its days since no longer holds.
            self.past.retain(|(day, _)| *day < self.changed_on);
            let orders = self.model.orders.max(before.orders);
            let invoices = self.model.invoices.max(before.invoices);
            self.model = Model { orders, invoices, ..before };
        }
        // A number is never given twice, so a second undo is not followed.
        self.before = None;
    }

    fn agree(&self) -> Result<(), TestCaseError> {
        let today = date(self.day);
        let spend = self.desk.done(&format!("--today {today} report spend --format csv"));
        prop_assert_eq!(rows_of_spend(&spend), self.model.spend());
        let lines = self.desk.done(&format!("--today {today} report lines --format csv"));
        prop_assert_eq!(sums_of_lines(&lines), self.model.spend());
        for (day, said) in &self.past {
            let again = self.desk.done(&format!("--today {today} report spend --format csv --as-at {}", date(*day)));
            prop_assert_eq!(&again, said, "as at {}", date(*day));
        }
        self.tags_agree()?;
        let register = self.desk.done(&format!("--today {today} report assets --format csv"));
        prop_assert_eq!(
            register.lines().count() - 1,
            usize::try_from(self.model.lines.iter().map(|line| line.received * i64::from(line.brings)).sum::<i64>())
                .expect("a count")
        );
        self.desk.done(&format!("--today {today} check"));
        Ok(())
    }

    /// Each line has as many instruments as arrived, and they bear what it costs.
    fn tags_agree(&self) -> Result<(), TestCaseError> {
        let file = rusqlite::Connection::open(self.desk.hub()).expect("a file");
        for line in self.model.lines.iter().filter(|line| line.brings && line.received > 0) {
            let sql = "SELECT count(*) FROM instrument i JOIN purchase_line l ON l.id = i.purchase_line_id WHERE l.purchase_id = ?1 AND l.line = ?2";
            let tags: i64 =
                file.query_row(sql, (line.order as i64, line.number as i64), |row| row.get(0)).expect("a count");
            prop_assert_eq!(tags, line.received, "{:?}", line);
        }
        Ok(())
    }
}

fn pence(text: &str) -> i64 {
    text.parse::<Pence>().expect("money").pence()
}

fn rows(csv: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    reader.deserialize().map(|row| row.expect("a row")).collect()
}

fn rows_of_spend(csv: &str) -> BTreeMap<(String, String), Money> {
    let money =
        |row: &BTreeMap<String, String>| ["committed", "delivered", "spent", "paid"].map(|column| pence(&row[column]));
    let keyed = rows(csv).into_iter().map(|row| ((row["fund"].clone(), row["category"].clone()), money(&row)));
    keyed.filter(|(_, money)| money.iter().any(|amount| *amount != 0)).collect()
}

fn sums_of_lines(csv: &str) -> BTreeMap<(String, String), Money> {
    let mut sums: BTreeMap<(String, String), Money> = BTreeMap::new();
    for row in rows(csv) {
        let category = if row["category"].is_empty() { "uncategorised".to_string() } else { row["category"].clone() };
        let sum = sums.entry((row["fund"].clone(), category)).or_default();
        let places: &[usize] = match row["state"].as_str() {
            "committed" => &[0],
            "delivered" => &[0, 1],
            "spent" => &[2],
            _ => &[2, 3],
        };
        places.iter().for_each(|place| sum[*place] += pence(&row["grant_cost"]));
    }
    sums.retain(|_, money| money.iter().any(|amount| *amount != 0));
    sums
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20, max_shrink_iters: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_pound_is_where_plain_sums_say(first in prop::collection::vec(row(), 1..4), steps in prop::collection::vec(step(), 10..40)) {
        let mut programme = Programme::new();
        programme.order(&first);
        for step in &steps {
            programme.play(step);
            programme.agree()?;
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2, max_shrink_iters: 50, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_random_programme_goes_through_files(first in prop::collection::vec(row(), 1..4), steps in prop::collection::vec(step(), 10..40)) {
        let mut programme = Programme::new();
        programme.order(&first);
        steps.iter().for_each(|step| programme.play(step));
        let days: Vec<String> = [programme.day / 3, programme.day * 2 / 3].map(date).to_vec();
        same_in_an_empty_hub(&programme.desk, &date(programme.day), &days);
    }
}
