use jiff::civil::date;

use super::*;
use crate::domain::fund::share::AreaFacts;
use crate::domain::fund::{CategoryFacts, Fund};
use crate::domain::text::Name;

fn cip() -> FundFacts {
    let fund = Fund {
        code: FundCode::from_record("CIP"),
        name: Name::from_record("Capital Grant for Musical Instruments"),
        nature: FundNature::Capital,
        award: Pence::new(100_000),
        from_on: Some(date(2024, 9, 1)),
        spend_by: Some(date(2026, 8, 31)),
    };
    let planned = CategoryFacts { planned: Some(Pence::new(50_000)), used: Pence::new(20_000) };
    let categories = [(CategoryCode::from_record("WCET"), planned)].into();
    let york = AreaFacts { area: Name::from_record("York"), share: Pence::new(30_000), used: Pence::new(10_000) };
    FundFacts { fund, used: Pence::new(40_000), categories, areas: vec![york] }
}

fn line<'a>() -> Proposal<'a> {
    Proposal {
        nature: Nature::Instrument,
        category: None,
        area: None,
        costs: costing(10_000),
        ordered_on: Some(date(2026, 3, 2)),
        invoiced_on: Some(date(2026, 3, 2)),
        overridden: false,
    }
}

fn costing(pence: i64) -> Vec<(FundCode, Pence)> {
    vec![(FundCode::from_record("CIP"), Pence::new(pence))]
}

fn judge(facts: &FundFacts, proposal: &Proposal<'_>) -> Result<Vec<Warning>, PurchaseRefusal> {
    let mut funds = Funds::default();
    funds.add(facts.clone());
    funds.judge(proposal)
}

fn refused(proposal: &Proposal<'_>) -> String {
    judge(&cip(), proposal).expect_err("a refusal").to_string()
}

fn warned(proposal: &Proposal<'_>) -> Vec<String> {
    judge(&cip(), proposal).expect("no refusal").iter().map(ToString::to_string).collect()
}

#[test]
fn a_capital_fund_buys_no_running_costs() {
    for nature in Nature::ALL {
        let proposal = Proposal { nature: *nature, ..line() };
        let running = ["repair", "consumable", "service"].contains(&nature.to_string().as_str());
        assert_eq!(judge(&cip(), &proposal).is_err(), running, "{nature}");
        let mut revenue = cip();
        revenue.fund.nature = FundNature::Revenue;
        assert_eq!(judge(&revenue, &proposal), Ok(vec![]), "{nature}");
    }
}

#[test]
fn orders_outside_the_window_are_refused_on_either_side() {
    for (day, refused) in
        [(date(2024, 8, 31), true), (date(2024, 9, 1), false), (date(2026, 8, 31), false), (date(2026, 9, 1), true)]
    {
        let proposal = Proposal { ordered_on: Some(day), invoiced_on: Some(day), ..line() };
        assert_eq!(judge(&cip(), &proposal).is_err(), refused, "{day}");
    }
}

#[test]
fn a_late_invoice_is_only_warned_about() {
    let late = Some(date(2026, 9, 1));
    let said = "the invoice of 1 Sep 2026 falls outside the days of CIP (1 Sep 2024 to 31 Aug 2026)";
    assert_eq!(warned(&Proposal { ordered_on: None, invoiced_on: late, ..line() }), [said]);
    assert_eq!(warned(&Proposal { invoiced_on: late, ..line() }), [said]);
    assert_eq!(warned(&Proposal { ordered_on: None, invoiced_on: None, ..line() }), [""; 0]);
}

#[test]
fn the_last_penny_of_an_award_may_be_spent_and_not_one_more() {
    assert_eq!(warned(&Proposal { costs: costing(60_000), ..line() }), [""; 0]);
    let over = Proposal { costs: costing(60_001), ..line() };
    assert_eq!(refused(&over), "£600.01 is more than CIP has left, which is £600.00");
    let mut spent = cip();
    spent.used = Pence::new(100_001);
    for cost in [0, -5] {
        assert_eq!(judge(&spent, &Proposal { costs: costing(cost), ..line() }), Ok(vec![]), "{cost}");
    }
}

#[test]
fn over_the_plan_is_a_warning() {
    let (wcet, tech) = (CategoryCode::from_record("WCET"), CategoryCode::from_record("TECH"));
    let of = |category, cost| Proposal { category, costs: costing(cost), ..line() };
    assert_eq!(warned(&of(Some(&wcet), 30_000)), [""; 0]);
    assert_eq!(warned(&of(Some(&wcet), 30_001)), ["WCET is over its plan by £0.01: £500.00 planned from CIP"]);
    assert_eq!(warned(&of(Some(&tech), 1)), ["CIP has no plan for TECH"]);
    assert_eq!(warned(&of(None, 1)), [""; 0]);
}

#[test]
fn over_an_areas_share_is_a_warning() {
    let of = |area, cost| Proposal { area, costs: costing(cost), ..line() };
    assert_eq!(warned(&of(Some("york"), 20_000)), [""; 0]);
    let said = "York is over its share by £0.01: £300.00 of CIP is for it";
    assert_eq!(warned(&of(Some("yórk"), 20_001)), [said]);
    for (area, cost) in [(Some("Leeds"), 20_001), (None, 20_001), (Some("York"), -1)] {
        assert_eq!(warned(&of(area, cost)), [""; 0], "{area:?}");
    }
}

#[test]
fn an_override_turns_every_refusal_into_a_warning() {
    let all = Proposal {
        nature: Nature::Repair,
        costs: costing(60_001),
        ordered_on: Some(date(2026, 9, 1)),
        invoiced_on: Some(date(2026, 9, 1)),
        overridden: true,
        ..line()
    };
    let warnings = judge(&cip(), &all).expect("no refusal");
    assert_eq!(warnings.len(), 3, "{warnings:?}");
    assert!(warnings.iter().all(|warning| matches!(warning, Warning::Overridden(_))));
}

#[test]
fn facts_follow_line_by_line() {
    let mut facts = cip();
    let wcet = CategoryCode::from_record("WCET");
    facts.take(Some(&wcet), Some("york"), Pence::new(30_000));
    facts.take(None, Some("Leeds"), Pence::new(30_000));
    assert_eq!(facts.used, facts.fund.award);
    assert_eq!(facts.categories[&wcet].used, Pence::new(50_000));
    assert_eq!(facts.area(Some("YORK")).map(AreaFacts::left), Some(Pence::new(-10_000)));
    assert!(judge(&facts, &Proposal { costs: costing(1), ..line() }).is_err());
}
