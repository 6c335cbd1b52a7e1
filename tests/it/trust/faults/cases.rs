//! The commands that are made to fail: a line each.

use super::super::Hub;
use super::scene::{self, Tree};

/// What a command begins with.
#[derive(Clone, Copy, Debug)]
pub enum From {
    Nothing,
    Empty,
    Sample,
    Old,
}

/// A command line, after others that must have gone well.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    pub from: From,
    pub before: &'static [&'static str],
    pub line: &'static str,
}

const fn sample(before: &'static [&'static str], line: &'static str) -> Case {
    Case { from: From::Sample, before, line }
}

const ORDER: &str = "purchase order --supplier 'Bright Strings Ltd' --lines lines.csv";
const RETURN_SET: &str = "return --set 'Ukuleles A'";

pub const DESK: &[Case] = &[
    Case { from: From::Nothing, before: &[], line: "init --hub 'Test Hub'" },
    sample(&[], "lend VN-0002 --to P2 --due +30d"),
    sample(&[], "return VN-0001"),
    sample(&[RETURN_SET], "lend --set 'Ukuleles A' --to 900003 --pupils 28 --year-group 4 --due +30d"),
    sample(&[], "renew VN-0001 --due +290d"),
    sample(&["return VN-0001"], "undo"),
    sample(&["stocktake start --location 'Main store'"], "stocktake scan VN-0002 VN-0003"),
];

pub const MONEY: &[Case] = &[
    sample(&["term add 2026/27 autumn 2026-09-01 2026-12-18"], "charge raise --term 2026/27-autumn"),
    sample(&[], ORDER),
    sample(&[ORDER], "purchase receive O6/1"),
    sample(&[ORDER, "purchase receive O6/1"], "purchase invoice O6 --invoice X1"),
];

pub const FILES: &[Case] = &[
    sample(&[], "import people people.csv --commit"),
    sample(&[], "import people mixed.csv --commit --skip-rejects --rejects rejects.csv"),
    sample(&[], "import people people.csv"),
    Case {
        from: From::Empty,
        before: &["export all --db sample.db --output moving"],
        line: "import all moving --commit",
    },
    sample(&[], "export all --output moving"),
    sample(&["export people --output loans.csv"], "export loans --output loans.csv"),
    sample(&[], "export audit --fund CIP --output pack"),
    sample(&[], "backup copy.db"),
    sample(&["backup copies --today 2026-11-20", "backup copies --today 2026-11-21"], "backup copies --keep 2"),
    sample(&["backup copy.db", "return VN-0001"], "restore copy.db"),
    sample(&["person add 'Eve Gone' --role adult --email eve@family.example"], "privacy erase 'Eve Gone' --yes"),
    Case { from: From::Old, before: &[], line: "loan list" },
    sample(&["organisation edit G2 --address '1 Hall Road, Northshire'"], "remind --letters letters"),
    sample(&[], "remind arm"),
];

const LINES: &str = "description,nature,type,kind,category,group,adapted,qty,line_net,vat_rate,vat_recoverable,fund\n\
    Viola,instrument,VA,acoustic,PROG,secondary,no,2,1300.00,20,yes,CIP\n";
const PEOPLE: &str = "name,role,email\nAda One,adult,ada@family.example\nBen Two,adult,ben@family.example\n";
const MIXED: &str = "name,role,email\nAda One,adult,ada@family.example\nCat,nonsense,\n";

impl Case {
    /// A folder in which the command can run, and all that is in it.
    pub fn set(&self) -> (Hub, Tree) {
        let hub = Hub::without_file();
        let mut tree = match self.from {
            From::Nothing => Tree::new(),
            From::Empty => scene::empty(),
            From::Sample => scene::sample(),
            From::Old => scene::old(),
        };
        if let From::Empty = self.from {
            let sample = scene::sample().into_values().next().expect("a file");
            tree.insert("sample.db".into(), sample);
        }
        for (name, content) in [("lines.csv", LINES), ("people.csv", PEOPLE), ("mixed.csv", MIXED)] {
            tree.insert(name.into(), Some(content.into()));
        }
        tree.insert("copies".into(), None);
        scene::write(&tree, hub.folder());
        self.before.iter().for_each(|line| drop(hub.done(line)));
        let tree = scene::read(hub.folder());
        (hub, tree)
    }
}
