//! One family that is everywhere in a hub: in records, notes, the journal, what undo keeps, messages, a merge.

use std::path::{Path, PathBuf};

use super::super::{Hub, Told, told};

/// Whatever of the family may not be found in any file: as it was typed, and folded. Searched without regard to case.
pub const TRACES: &[&str] = &[
    "Zoë",
    "zoe o'brien",
    "zoe",
    "Núñez",
    "nunez",
    "o'brien",
    "obrien",
    "Máire",
    "maire",
    "zoe.obrien@example.org",
    "zoe.old@example.org",
    "zoe.alt@example.net",
    "496 0777",
    "496 0778",
    "Sycamore",
    "Quince Row",
    "250 2.0.0 queued for",
    // What was written of them in notes and reasons.
    "cellar flooded",
    "left-handed",
    "in hospital",
    "says sorry",
    "let off by the head",
];

/// P1 signs for P2; P3 was P1 once more and is merged; P4 and P5 are another family.
pub fn hub() -> Hub {
    let hub = Hub::without_file();
    std::fs::create_dir(hub.folder().join("tmp")).expect("a folder");
    fill(&hub);
    hub
}

fn fill(hub: &Hub) {
    for line in [
        "init --hub 'Test Hub'",
        "school add 100001 'St Thomas' --phase Primary",
        "fund add CIP 'Capital grant' --award 10000 --from 2025-04-01 --spend-by 2027-03-31",
        "rate set --scheme hire --per term 30",
        "term add 2025/26 autumn 2025-09-03 2025-12-19",
        "person add \"Zoë O'Brien-Núñez\" --role adult --email zoe.old@example.org --phone '0113 496 0778' --address '3 Quince Row, Leeds'",
        "person edit P1 --email zoe.obrien@example.org --phone '0113 496 0777' --address '12 Sycamore Grove, Leeds'",
        "person add \"Máire O'Brien-Núñez\" --role pupil --school 100001 --year-group 5 --hirer P1",
        "person add \"Zoe Obrien Nunez\" --role adult --email zoe.alt@example.net",
        "person add 'Ben Shah' --role adult --email ben@example.org",
        "person add 'Mia Shah' --role pupil --school 100001 --year-group 6 --hirer P4",
        "instrument add --type VN --replacement-value 300",
        "instrument add --type VN --replacement-value 300",
        "instrument add --type VC --replacement-value 900",
        "instrument add --type FL",
        "instrument edit VN-0001 --note \"Zoe O'Brien-Nunez broke the bow\"",
        "instrument edit VN-0001 --note mended",
        "lend VN-0001 --to P2 --on 2025-09-10 --due 2026-07-31 --note \"ring Zoë O'Brien-Núñez on 0113 496 0777: cellar flooded\"",
        "lend VN-0002 --to P5 --on 2025-09-10 --due 2026-07-31",
        "lend VC-0001 --to P3 --on 2025-10-01 --due 2025-12-31",
        "remission add P1 --year 2025/26 --percent 50 --band FSM --seen-on 2025-09-01",
        "charge raise --term 2025/26-autumn",
        "remind hold L1 --until 2026-12-24 --reason \"Zoë is in hospital\"",
        "remind release L1",
        "remind hold L1 --until 2026-11-22 --reason 'in hospital again'",
        "return VC-0001 --on 2025-12-20",
        "person merge P3 P1",
        "request add --type FL --for P2 --note 'Máire is left-handed'",
        "request add --type FL --for P2 --size 3/4 --note 'Máire is left-handed'",
        "undo",
        "charge add L1 --for damage 12 --note 'Zoë says sorry'",
        "return VN-0001 VN-0002 --on 2026-03-01",
    ] {
        hub.done(line);
    }
    // What the family owes is waived, but for what was broken; the others pay.
    for line in hub.done("charge list --format csv").lines().skip(1) {
        let charge = line.split(',').next().expect("a reference");
        let settled = match line {
            line if line.contains(",damage,") || !line.contains(",P1,") => format!("charge pay {charge}"),
            _ => format!("charge waive {charge} --reason 'let off by the head'"),
        };
        hub.done(&settled);
    }
    // A message by mail, and what the mail server said of it.
    hub.write(
        "messages.csv",
        "message,contact,route,address,claimed_at,claimed_on,settled_at,answer\n\
         M1,P1,email,zoe.obrien@example.org,2026-08-01T09:00:00+00:00,2026-08-01,2026-08-01T09:00:01+00:00,250 2.0.0 queued for zoe.obrien@example.org\n",
    );
    hub.write("reminders.csv", "loan,due_on,stage,state,message\nL1,2026-07-31,first,sent,M1\n");
    hub.done("import messages messages.csv --commit");
    hub.done("import reminders reminders.csv --commit");
    std::fs::remove_file(hub.folder().join("messages.csv")).expect("removed");
    // The hold lasts through today; let go, it stays on record nowhere but in what undo keeps.
    hub.done("remind release L1");
    // It is the officer's to remove copies from before.
    hub.remove_copies();
}

pub trait Office {
    /// Writes a file into the folder.
    fn write(&self, name: &str, content: &str);
    /// Removes the copies that imports have left beside the file.
    fn remove_copies(&self);
    /// Runs a command with its own folder for temporary files.
    fn run_here(&self, line: &str) -> Told;
    /// Every file in the folder and below it.
    fn files(&self) -> Vec<PathBuf>;
    /// What is found of some texts, in which file.
    fn traces(&self, texts: &[&str]) -> Vec<String>;
    /// What is published and counted.
    fn figures(&self) -> Vec<String>;
}

impl Office for Hub {
    fn write(&self, name: &str, content: &str) {
        std::fs::write(self.folder().join(name), content).expect("written");
    }

    fn remove_copies(&self) {
        for file in self.files() {
            if file.to_string_lossy().contains("hub.db.before-") {
                std::fs::remove_file(file).expect("removed");
            }
        }
    }

    fn run_here(&self, line: &str) -> Told {
        let tmp = self.folder().join("tmp");
        let mut command = self.command(line);
        command.env("TMPDIR", &tmp).env("SQLITE_TMPDIR", &tmp);
        told(command.output().expect("it runs"))
    }

    fn files(&self) -> Vec<PathBuf> {
        below(self.folder())
    }

    fn traces(&self, texts: &[&str]) -> Vec<String> {
        let mut found = Vec::new();
        for file in self.files() {
            // Byte for byte, whatever the bytes are.
            let letters =
                |bytes: &[u8]| bytes.iter().map(|byte| char::from(byte.to_ascii_lowercase())).collect::<String>();
            let content = letters(&std::fs::read(&file).expect("read"));
            for text in texts {
                if content.contains(&letters(text.as_bytes())) {
                    found.push(format!("'{text}' in {}", file.display()));
                }
            }
        }
        found
    }

    fn figures(&self) -> Vec<String> {
        let mut figures: Vec<String> = [
            "report reach --year 2025/26 --exact --format csv",
            "report schools --year 2025/26 --format csv",
            "report spend --format csv",
            "report assets --format csv",
            "overdue --format csv",
        ]
        .iter()
        .map(|line| self.done(line))
        .collect();
        for line in ["loan list", "charge list", "remission list", "person list", "instrument list", "remind log"] {
            let listed = self.done(&format!("{line} --format csv"));
            figures.push(format!("{line}: {}", listed.lines().count()));
        }
        figures
    }
}

fn below(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() { below(&path) } else { vec![path] }).collect()
}
