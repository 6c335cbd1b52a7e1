//! What erasing left behind, and what it took too much of.

use super::Hub;

fn hub() -> Hub {
    let hub = Hub::without_file();
    hub.done("init --hub 'Test Hub' --sample");
    hub
}

/// Everything that is written in the file's journal and in what undo keeps.
fn kept(hub: &Hub) -> String {
    let file = rusqlite::Connection::open(hub.file()).expect("a file");
    let sql = "SELECT coalesce(before, '') || coalesce(after, '') FROM change UNION ALL SELECT summary FROM event_text";
    let mut rows = file.prepare(sql).expect("SQL");
    let texts = rows.query_map([], |row| row.get::<_, String>(0)).expect("rows");
    texts.map(|text| text.expect("text")).collect::<Vec<_>>().join("\n").to_lowercase()
}

#[test]
fn what_undo_keeps_of_their_own_records_and_of_keys_loses_the_name() {
    let hub = hub();
    hub.done("person add 'Hildy Parent' --role adult --email h@p.example");
    hub.done("person add 'Kit Parent' --role pupil --school 900001 --year-group 5 --hirer P9");
    hub.done("lend BN-0001 --to P10 --on 2026-10-01");
    hub.done("remission add P9 --year 2026/27 --percent 50 --band 'FSM Hildy Parent'");
    hub.done("return BN-0001 --at 'Hildy Parent car'");
    hub.done("supplier add 'Hildy Parent'");
    hub.done("stocktake start --location \"Hildy Parent's house\"");
    hub.done("privacy erase P10 --yes");
    hub.done("privacy erase P9 --yes");
    let kept = kept(&hub);
    assert!(!kept.contains("hildy"), "{kept}");
}

#[test]
fn what_is_a_schools_stays_and_nothing_struck_comes_back() {
    let hub = hub();
    hub.done("person add 'Una Teachwell' --role teacher --school 900001 --email music@oaklane.example --address 'Oak Lane Primary School'");
    hub.done("school edit 900001 --email music@oaklane.example");
    hub.done("school edit 900001 --name 'Oak Lane Academy'");
    hub.done("instrument edit VN-0001 --location 'Oak Lane Primary School'");
    hub.done("instrument edit VN-0001 --note 'ask Una Teachwell'");
    hub.done("instrument edit VN-0001 --note none");
    hub.done("privacy erase P9 --yes");
    let kept = kept(&hub);
    assert!(kept.contains("oak lane primary school") && kept.contains("music@oaklane.example"), "{kept}");
    assert!(!kept.contains("teachwell"), "{kept}");
    let told = hub.run("undo");
    assert_eq!(told.code, Some(1), "{told:?}");
    assert!(!hub.done("instrument show VN-0001").contains("(erased)"));
    hub.is_sound();
}
