//! The stock: adding, listing, editing, retiring.

use crate::desk::Desk;
use crate::plays;

#[test]
fn an_instrument_gets_the_next_free_tag_of_its_type() {
    let desk = Desk::new();
    plays!(
        desk,
        "stock",
        "
        instrument add --type VN --size 3/4 --make Stentor --serial 0042 --accessory case --accessory bow
        instrument add --type violin --size 4/4 --make stentor --serial 0042
        instrument add --type VN --tag vn-0003
        instrument add --type VN
        instrument add --type VN --tag VN-0003
        instrument add --type viol
        instrument add --type VN --serial 1.23E+11
        instrument add --type VN --cost -5
        instrument add --type VN --cost 1.234
        instrument add --type VN --acquired-on 09/13/2024
        instrument list --format csv
        instrument show vn-0001
        instrument edit VN-0001 --condition worn --note '=cmd'
        instrument edit VN-0001 --condition worn
        instrument retire VN-0001 --reason sold --proceeds 40
        instrument retire VN-0001 --reason sold
        instrument lost VN-0002 --on +1d
        instrument lost VN-0002
        instrument list --availability missing --format json
        instrument found VN-0002 --location 'Main store'
        instrument history VN-0002
        instrument show VN-0009
        "
    );
}

#[test]
fn the_demo_tells_its_story_in_eighty_columns_on_any_day() {
    let desk = Desk::without_hub();
    for day in ["2026-11-22", "2026-08-31", "2026-09-01", "2028-02-29", "2027-07-21"] {
        let story = desk.done(&format!("demo --today {day}"));
        for line in story.lines() {
            assert!(line.chars().count() <= 80, "{day}: {line}");
        }
        for part in [
            "THE STOCK",
            "28 ukuleles are at",
            "14 days late",
            "Dear Carl Bow,",
            "CAPITAL GRANT",
            " remaining; ",
            "NEXT",
        ] {
            assert!(story.contains(part), "{day}: no {part} in\n{story}");
        }
    }
    assert!(!desk.hub().exists(), "a throw-away file is all it makes");
}
