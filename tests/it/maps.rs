//! Files of other systems, in their own headings, through the maps that are shipped and those among the examples.

use crate::desk::{Desk, Outcome};
use crate::plays;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The last line of what was said.
fn last(outcome: &Outcome) -> &str {
    outcome.stderr.lines().last().unwrap_or_default()
}

/// Puts examples into the desk's folder.
fn examples(desk: &Desk, names: &[&str]) {
    for name in names {
        desk.write(name, std::fs::read(format!("{ROOT}/examples/{name}")).expect("an example"));
    }
}

/// A file of these headings in which each row says something in some of them, by name or by `name#2`.
fn sheet(headings: &str, rows: &[&[(&str, &str)]]) -> String {
    let headings: Vec<&str> = headings.split(',').map(str::trim).collect();
    let mut sheet = csv::Writer::from_writer(Vec::new());
    sheet.write_record(&headings).expect("written");
    for row in rows {
        let mut cells = vec![""; headings.len()];
        for (heading, text) in *row {
            let (name, number) = heading.split_once('#').unwrap_or((heading, "1"));
            let mut places = (0..headings.len()).filter(|place| headings[*place] == name);
            let place = places.nth(number.parse::<usize>().expect("a number") - 1).expect("a heading");
            cells[place] = text;
        }
        sheet.write_record(&cells).expect("written");
    }
    String::from_utf8(sheet.into_inner().expect("a sheet")).expect("UTF-8")
}

/// Writes a file, checks that a check says what a commit does, and that the same file again changes nothing.
fn taken(desk: &Desk, sheet: &str, import: &str) -> Outcome {
    desk.write("sheet.csv", sheet);
    let checked = desk.run(import);
    let done = desk.run(&format!("{import} --commit"));
    assert_eq!((checked.exit, last(&checked)), (0, last(&done)), "{}", checked.stderr);
    let again = desk.run(&format!("{import} --commit"));
    assert!(last(&again).contains(" read: 0 created, 0 updated,"), "{}", again.stderr);
    done
}

const ASSET_TEMPLATE: &str = "\u{feff}Company,Name,Asset Tag,Category,Supplier,Manufacturer,Location,Order Number,Model,Model Notes,Model Number,Asset Notes,Purchase Date,Purchase Cost,Checkout Type,Checked Out To: Username,Checked Out To: First Name,Checked Out To: Last Name,Checked Out To: Email,Checked Out To: Location,Asset EOL Date";

const ASSET_LIST: &str = "ID, Company, Asset Name, Asset Tag, Serial, Model, Model No., Category, Status, Checked Out To, Employee Number, Location, Default Location, Manufacturer, Supplier, Purchase Date, Age, Purchase Cost, Order Number, EOL Rate, EOL Date, Warranty, Warranty Expires, Requestable, Notes, Checkouts, Checkins, Requests, Created By, Created At, Updated at, Checkout Date, Last Checkin Date, Expected Checkin Date, Last Audit, Next Audit Date, BYOD";

const ASSET_REPORT: &str = "ID, Company, Asset Name, Asset Tag, Model, Model No., Category, Manufacturer, Serial, Purchased, Cost, EOL, Warranty, Warranty Expires, Current Value, Diff, Fully Depreciated, Order Number, Supplier, Location, Address, Address, City, State, Country, Zip, Default Location, Address, Address, City, State, Country, Zip, Checked Out, Type, Username, Employee No., Manager, Department, Title, Phone, User Address, User City, User State, User Country, User Zip, Status, Checkout Date, Last Checkin Date, Expected Checkin Date, Created At, Updated at, Deleted, Last Audit, Next Audit Date, Notes, URL, Size";

#[test]
fn snipe_it_import_template() {
    let desk = Desk::new();
    let rows = sheet(
        ASSET_TEMPLATE,
        &[&[
            ("Asset Tag", "SN-1"),
            ("Category", "Violins"),
            ("Manufacturer", "Nosuch"),
            ("Model", "Student"),
            ("Asset Notes", "O'Dd \"note\""),
            ("Purchase Date", "3/28/2016"),
            ("Purchase Cost", "\u{a3}1,299.50"),
            ("Checked Out To: First Name", "Ana"),
        ]],
    );
    desk.write("sheet.csv", &rows);
    let asked = desk.refused("import instruments @/sheet.csv --profile snipe-it");
    assert!(asked.contains("line 2: acquired_on '3/28/2016': does not begin with the year"), "{asked}");
    taken(&desk, &rows, "import instruments @/sheet.csv --profile snipe-it --dates mdy");
    let shown = desk.done("export instruments --format csv");
    assert!(shown.contains("SN-1,VN,") && shown.contains("2016-03-28,1299.50"), "{shown}");

    let rubbish =
        sheet(ASSET_TEMPLATE, &[&[("Asset Tag", "SN-2"), ("Category", "VN"), ("Purchase Date", "1970-01-01")]]);
    desk.write("sheet.csv", rubbish);
    let refused = desk.refused("import instruments @/sheet.csv --profile snipe-it");
    assert!(refused.contains("acquired_on '1970-01-01': is what programs write where they know no day"), "{refused}");
}

#[test]
fn snipe_it_asset_list_and_its_loans() {
    let desk = Desk::new();
    desk.done("person add 'Ana Ruiz' --role adult --email ana@example.org");
    let rows = sheet(
        ASSET_LIST,
        &[
            &[
                ("Asset Tag", "SN-1"),
                ("Category", "Trumpet"),
                ("Status", "Ready to Deploy Deployed"),
                ("Checked Out To", "Ana Ruiz"),
                ("Employee Number", "E-9"),
                ("Location", "Hall"),
                ("Purchase Date", "2024-09-01"),
                ("Purchase Cost", "1,250.00"),
                ("Checkout Date", "2026-09-03 03:30 PM"),
                ("Expected Checkin Date", "2027-07-16"),
            ],
            &[
                ("Asset Tag", "SN-2"),
                ("Category", "Cellos"),
                ("Status", "out for repair"),
                ("Default Location", "Store"),
            ],
        ],
    );
    taken(&desk, &rows, "import instruments @/sheet.csv --profile snipe-it");
    let done = taken(&desk, &rows, "import loans @/sheet.csv --profile snipe-it");
    assert!(
        done.stderr.contains("1 row was passed over, as the map says of rows without a borrower."),
        "{}",
        done.stderr
    );
    assert_eq!(last(&done), "1 read: 1 created, 0 updated, 0 unchanged, 0 rejected");
    let shown = desk.done("loan list --format csv");
    assert!(
        shown.contains("SN-1,TPT") && shown.contains("Ana Ruiz") && shown.contains("2026-09-03,2027-07-16"),
        "{shown}"
    );
    let shown = desk.done("instrument list --format csv");
    assert!(shown.contains(",damaged,available,Store,") && shown.contains(",good,on-loan,Hall,"), "{shown}");
    desk.done("check");

    let odd = sheet(ASSET_LIST, &[&[("Asset Tag", "SN-3"), ("Category", "Harps of old"), ("Status", "Archived")]]);
    desk.write("sheet.csv", odd);
    plays!(
        desk,
        "maps_snipe_it_words",
        "import instruments @/sheet.csv --profile snipe-it\nimport schools @/sheet.csv --profile snipe-it"
    );
}

#[test]
fn snipe_it_asset_report_with_doubled_headings() {
    let desk = Desk::new();
    desk.done("person add 'Ana Ruiz' --role adult");
    let rows = sheet(
        ASSET_REPORT,
        &[&[
            ("Asset Tag", "SN-1"),
            ("Category", "Violin"),
            ("Serial", "00123"),
            ("Purchased", "2024-09-01"),
            ("Cost", "89.00"),
            ("Address#2", "Annexe"),
            ("City#2", "Northshire"),
            ("Checked Out", "Ana Ruiz"),
            ("Type", "user"),
            ("Phone", "01632 960001"),
            ("Status", "Ready to Deploy (deployed)"),
            ("Checkout Date", "2026-09-03"),
            ("Expected Checkin Date", "2026-12-18"),
            ("Size", "1/4"),
        ]],
    );
    let done = taken(&desk, &rows, "import instruments @/sheet.csv --profile snipe-it");
    assert!(done.stderr.contains(" more, which --show-map lists."), "{}", done.stderr);
    let done = taken(&desk, &rows, "import loans @/sheet.csv --profile snipe-it");
    assert!(done.stderr.contains("Never read, as the map has it: Username, Employee No., Phone,"), "{}", done.stderr);
    desk.write("own.toml", "[columns]\ntag = 'Asset Tag'\ntype = 'Category'\narea = 'City#2'\nsize = 'Size'\n[join]\nlocation = { headings = ['Address#1', 'Address#2'], with = ', ' }\n");
    desk.done("import instruments @/sheet.csv --map @/own.toml --update --commit");
    let shown = desk.done("instrument list --format csv");
    assert!(
        shown.contains("SN-1,VN,violin,1/4,") && shown.contains(",Annexe,") && shown.contains(",Northshire,"),
        "{shown}"
    );
    desk.write("own.toml", "[columns]\ntag = 'Asset Tag'\nlocation = 'Address'\n");
    let refused = desk.refused("import instruments @/sheet.csv --map @/own.toml");
    assert!(refused.contains("in a map write 'Address#1' or 'Address#2'"), "{refused}");
}

#[test]
fn snipe_it_users() {
    let desk = Desk::new();
    let template = "ID, Activated, Address, Image, City, Company, Country, Department, Email, Employee Number, End Date, First Name, Gravatar Email, Title, Last Name, Location, Manager First Name, Manager Last Name, Notes, Phone, Remote, Start Date, State, Username, VIP, Website, Zip";
    let rows = sheet(
        template,
        &[&[
            ("First Name", "Zo\u{eb}"),
            ("Last Name", "O'Sample"),
            ("Email", "zoe@example.org"),
            ("Phone", "01632 960001"),
            ("Address", "1 Made-up Lane"),
            ("City", "Northshire"),
            ("Zip", "ZZ1 1ZZ"),
            ("Notes", "secret"),
        ]],
    );
    let done = taken(&desk, &rows, "import people @/sheet.csv --profile snipe-it");
    assert!(done.stderr.contains("Never read, as the map has it: Image, Employee Number,"), "{}", done.stderr);
    let shown = desk.done("export people --format csv");
    assert!(
        shown.contains(
            ",Zo\u{eb} O'Sample,adult,,,,zoe@example.org,01632 960001,\"1 Made-up Lane, Northshire, ZZ1 1ZZ\""
        ),
        "{shown}"
    );
    let list = sheet(
        "ID,Company,Name,First Name,Last Name,Title,Email,Username",
        &[&[("Name", "Ben Li"), ("First Name", "Ben"), ("Title", "Head")]],
    );
    taken(&desk, &list, "import people @/sheet.csv --profile snipe-it");
    assert!(desk.done("export people --format csv").contains(",Ben Li,adult"));
}

#[test]
fn koha_borrowers_items_overdues_and_loans() {
    let desk = Desk::new();
    examples(
        &desk,
        &["koha-borrowers.csv", "koha-borrowers.toml", "koha-pupils.toml", "koha-items.csv", "koha-items.toml"],
    );
    examples(&desk, &["koha-overdues.csv", "koha-overdues.toml", "koha-loans.csv", "koha-loans.toml"]);
    plays!(
        desk,
        "maps_koha",
        "
        import people @/koha-borrowers.csv --map @/koha-borrowers.toml --commit
        import people @/koha-borrowers.csv --map @/koha-pupils.toml --commit
        export people --format csv
        import instruments @/koha-items.csv --map @/koha-items.toml --commit
        export instruments --format csv
        import loans @/koha-overdues.csv --map @/koha-overdues.toml --commit
        # The report of all loans has those two again, and a past one.
        import loans @/koha-loans.csv --map @/koha-loans.toml --commit
        export loans --format csv
        import people @/koha-borrowers.csv --map @/koha-borrowers.toml --commit
        import people @/koha-borrowers.csv --map @/koha-pupils.toml --commit
        import instruments @/koha-items.csv --map @/koha-items.toml --commit
        import loans @/koha-loans.csv --map @/koha-loans.toml --commit
        check
        "
    );
}

#[test]
fn koha_issues_by_their_numbers() {
    let desk = Desk::new();
    desk.write("people.csv", "person,name,role\nP51,Ana Ruiz,adult\n");
    desk.done("import people @/people.csv --commit");
    desk.done("instrument add --type VN --tag 101");
    let rows = sheet(
        "borrowernumber, itemnumber, date_due, issuedate, returndate",
        &[
            &[
                ("borrowernumber", "51"),
                ("itemnumber", "101"),
                ("date_due", "2025-07-18 23:59:00"),
                ("issuedate", "2024-09-03 10:12:13"),
                ("returndate", "2025-07-17 15:40:21"),
            ],
            &[
                ("borrowernumber", "51"),
                ("itemnumber", "101"),
                ("date_due", "2027-07-18 23:59:00"),
                ("issuedate", "2025-07-17 15:45:00"),
            ],
        ],
    );
    desk.write("map.toml", "[columns]\ntag = 'itemnumber'\nout_on = 'issuedate'\ndue_on = 'date_due'\nreturned_on = 'returndate'\n[join]\nborrower = { headings = ['borrowernumber'], before = 'P' }\n[format]\ntimes = 'drop'\n");
    taken(&desk, &rows, "import loans @/sheet.csv --map @/map.toml");
    let shown = desk.done("export loans --format csv");
    assert!(shown.contains(",101,hire,P51,,2024-09-03,2025-07-18,2025-07-17,returned"), "{shown}");
    assert!(shown.contains(",101,hire,P51,,2025-07-17,2027-07-18,,open"), "{shown}");
    desk.write(
        "strict.toml",
        "[columns]\ntag = 'itemnumber'\nout_on = 'issuedate'\ndue_on = 'date_due'\nborrower = 'borrowernumber'\n",
    );
    let refused = desk.refused("import loans @/sheet.csv --map @/strict.toml");
    assert!(
        refused.contains("has a time of day; times = \"drop\" under [format] in a map passes over it"),
        "{refused}"
    );

    desk.write("sheet.koc", "Version=1.0\tA=koct\t1.3.0\n2026-09-01 10:00:00 000\tissue\t900001\t3900001\n");
    let refused = desk.refused("import loans @/sheet.koc --map @/map.toml");
    assert!(refused.contains("what Koha writes when it lends offline"), "{refused}");
}

#[test]
fn lend_engine_items() {
    let desk = Desk::new();
    examples(&desk, &["lend-engine-items.csv", "lend-engine-items.toml"]);
    plays!(
        desk,
        "maps_lend_engine",
        "
        import instruments @/lend-engine-items.csv --map @/lend-engine-items.toml --commit
        export instruments --format csv
        import instruments @/lend-engine-items.csv --map @/lend-engine-items.toml --commit
        "
    );
    // The same, with tabs.
    let tabs = desk
        .read("lend-engine-items.csv")
        .replace("\"1,250.00\"", "1250.00")
        .replace("\"case,bow\"", "case")
        .replace(',', "\t");
    desk.write("tabs.txt", tabs.replace("MU-", "MT-"));
    desk.done("import instruments @/tabs.txt --map @/lend-engine-items.toml --commit");
    assert_eq!(desk.done("instrument list --format csv").lines().count(), 5);
}

#[test]
fn what_is_left_out_of_a_wide_file_stays_readable() {
    let desk = Desk::new();
    for (file, read) in [("gias-schools.csv", 4), ("gias-layout-2024.csv", 2)] {
        let done = desk.run(&format!("import schools {ROOT}/tests/data/{file} --profile gias"));
        assert!(last(&done).starts_with(&format!("{read} read: {read} created")), "{}", done.stderr);
        let said: Vec<&str> =
            done.stderr.lines().filter(|line| line.starts_with("Left out") || line.starts_with("Never")).collect();
        assert!(
            said.iter().all(|line| line.len() < 500) && said.iter().any(|line| line.contains("HeadLastName")),
            "{said:?}"
        );
        let listed = desk.done(&format!("import schools {ROOT}/tests/data/{file} --profile gias --show-map"));
        assert!(listed.contains("#   \"Gender (name)\"") && listed.contains("#   email: "), "{listed}");
        desk.write("gias.toml", &listed);
        let again = desk.run(&format!("import schools {ROOT}/tests/data/{file} --map @/gias.toml"));
        assert_eq!(last(&again), last(&done), "{}", again.stderr);
    }
    for council in ["council-music-payments.csv", "leeds-spend-as-published.csv"] {
        let checked =
            desk.run(&format!("import purchases {ROOT}/tests/data/{council} --profile council-spend --show-map"));
        assert_eq!(checked.exit, 0, "{}", checked.stderr);
    }
}

#[test]
fn a_map_to_start_from_is_printed_and_can_be_used() {
    let desk = Desk::new();
    desk.write("Stock 2026.csv", "Asset Number,Instrument,\"Size \"\"in\"\"\",a.b,Serial no,Serial no,\u{1f3bb},Conditon\nX1,VN,3/4,,S1,,,good\n");
    plays!(
        desk,
        "maps_to_start_from",
        "
        import instruments '@/Stock 2026.csv' --show-map
        import instruments '@/Stock 2026.csv' --show-map --output @/map.toml
        import instruments '@/Stock 2026.csv' --map @/map.toml --commit
        import instruments '@/Stock 2026.csv' --map @/map.toml --show-map --commit
        import instruments --show-map
        "
    );
    assert!(desk.done("export instruments --format csv").contains("X1,VN,3/4,"));
}

#[test]
fn one_profile_serves_several_kinds() {
    let desk = Desk::new();
    let shown = desk.done("import --show-profile snipe-it");
    desk.write("mine.toml", shown);
    desk.write("sheet.csv", "Asset Tag,Category\nX1,Violins\n");
    let refused = desk.refused("import instruments @/sheet.csv --map @/mine.toml");
    assert!(refused.contains("a heading"), "{refused}");
    desk.done("import instruments @/sheet.csv --profile snipe-it --commit");
    assert_eq!(desk.run("import instruments @/sheet.csv --profile snipe-it --dates dym").exit, 2);
}
