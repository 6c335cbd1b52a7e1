//! The commands that are killed, and the hub in which they begin.

use std::fs;
use std::path::Path;

use super::super::Hub;
use super::super::tools;

/// What is killed.
pub struct Deed {
    /// The command line. `@/` stands for the hub's folder.
    pub line: &'static str,
    /// What makes ready for it, from the hub in which each begins; the sample without any.
    pub ready: Ready,
    /// What it leaves beside the records.
    pub leaves: Leaves,
    /// The exit code of a run that nobody kills.
    pub exit: i32,
}

pub enum Ready {
    /// The sample hub, and these lines.
    Sample(&'static [&'static str]),
    /// A new hub, beside the export of a full one.
    New,
    /// The sample as a file of an older schema.
    Older(i64, &'static str),
}

pub enum Leaves {
    /// Only what is in the file, by one transaction.
    Records,
    /// Copies of the file under these beginnings of names: whole wherever they are.
    Copies(&'static str),
    /// A folder that is whole or not there.
    Folder(&'static str),
    /// A folder of letters, each of which is whole; what was begun is told of, and written by the next run.
    Letters(&'static str),
}

const TERM: &str = "term add 2026/27 Autumn 2026-09-01 2026-12-18";

pub const DEEDS: &[Deed] = &[
    Deed {
        line: "import instruments @/rows.csv --commit",
        ready: Ready::Sample(&[]),
        leaves: Leaves::Copies("hub.db.before-"),
        exit: 0,
    },
    Deed { line: "import all @/export --commit", ready: Ready::New, leaves: Leaves::Copies("hub.db.before-"), exit: 0 },
    Deed { line: "lend VN-0002 --to P4", ready: Ready::Sample(&[]), leaves: Leaves::Records, exit: 0 },
    Deed {
        line: "lend --set 'Ukuleles A' --to 900001 --pupils 28 --year-group 4",
        ready: Ready::Sample(&["return --set 'Ukuleles A'"]),
        leaves: Leaves::Records,
        exit: 0,
    },
    Deed {
        line: "charge raise --term 2026/27-autumn",
        ready: Ready::Sample(&[TERM]),
        leaves: Leaves::Records,
        exit: 0,
    },
    Deed {
        line: "purchase receive O6/1 --qty 12 --type VN --location Store",
        ready: Ready::Sample(&["purchase order --supplier 'Everyone Plays' --fund CIP --lines @/lines.csv"]),
        leaves: Leaves::Records,
        exit: 0,
    },
    Deed { line: "backup @/copy.db", ready: Ready::Sample(&[]), leaves: Leaves::Copies("copy.db"), exit: 0 },
    Deed {
        line: "backup @/copies --keep 2",
        ready: Ready::Sample(&["backup @/copies", "backup @/copies"]),
        leaves: Leaves::Copies("copies/"),
        exit: 0,
    },
    Deed {
        line: "restore @/kept.db",
        ready: Ready::Sample(&["backup @/kept.db", "return VN-0001", "instrument add --type VC"]),
        leaves: Leaves::Copies("hub.db.replaced-"),
        exit: 0,
    },
    Deed {
        line: "privacy erase 'Eve Gone' --yes",
        ready: Ready::Sample(&["person add 'Eve Gone' --role adult --email eve@family.example"]),
        leaves: Leaves::Records,
        exit: 0,
    },
    Deed {
        line: "export all --output @/exported",
        ready: Ready::Sample(&[]),
        leaves: Leaves::Folder("exported"),
        exit: 0,
    },
    Deed {
        line: "remind --letters @/letters",
        ready: Ready::Sample(&[
            "organisation edit G2 --address '2 Band Road, Northshire'",
            "person add 'Lou Letter' --role adult --address '3 Paper Street'",
            "lend VN-0002 --to P4 --on 2026-08-01 --due 2026-10-01",
            "lend VN-0003 --to P9 --on 2026-08-01 --due 2026-11-01",
        ]),
        leaves: Leaves::Letters("letters"),
        exit: 0,
    },
    Deed {
        line: "status",
        ready: Ready::Older(1, include_str!("../../old/version-1.sql")),
        leaves: Leaves::Copies("hub.db.version-"),
        exit: 0,
    },
    Deed {
        line: "status",
        ready: Ready::Older(2, include_str!("../../old/version-2.sql")),
        leaves: Leaves::Copies("hub.db.version-"),
        exit: 0,
    },
    Deed {
        line: "status",
        ready: Ready::Older(3, include_str!("../../old/version-3.sql")),
        leaves: Leaves::Copies("hub.db.version-"),
        exit: 0,
    },
    Deed {
        line: "status",
        ready: Ready::Older(4, include_str!("../../old/version-4.sql")),
        leaves: Leaves::Copies("hub.db.version-"),
        exit: 0,
    },
    Deed {
        line: "status",
        ready: Ready::Older(5, include_str!("../../old/version-5.sql")),
        leaves: Leaves::Copies("hub.db.version-"),
        exit: 0,
    },
];

/// The sample hub and what it exports, made once.
pub struct Sample {
    pub hub: Hub,
}

impl Sample {
    pub fn make() -> Sample {
        let hub = tools::in_memory();
        hub.done("init --sample");
        hub.done("instrument add --type VN");
        hub.done(&super::at(&hub, "export all --output @/export"));
        let rows: String = (1..=300).map(|number| format!("KILL-{number:04},VN,Fiddler {number}\n")).collect();
        fs::write(hub.folder().join("rows.csv"), format!("tag,type,make\n{rows}")).expect("written");
        let lines = "description,nature,qty,line_net\nStudent violin,instrument,12,600.00\n";
        fs::write(hub.folder().join("lines.csv"), lines).expect("written");
        Sample { hub }
    }

    /// The sample as a file of an older schema, as far as that has the same tables and columns.
    pub fn as_older(&self, version: i64, schema: &str, file: &Path) {
        let open = rusqlite::Connection::open(file).expect("a file");
        open.execute_batch("PRAGMA application_id = 1281648460; PRAGMA journal_mode = WAL; PRAGMA foreign_keys = OFF;")
            .expect("sound SQL");
        open.execute_batch(schema).expect("an older schema");
        open.execute("ATTACH ?1 AS new", [self.hub.file().to_str().expect("a path")]).expect("attached");
        let both = "SELECT t.name, group_concat('\"' || c.name || '\"') FROM main.sqlite_schema t, pragma_table_info(t.name, 'main') c
                    JOIN pragma_table_info(t.name, 'new') n ON n.name = c.name
                    WHERE t.type = 'table' AND t.name <> 'schema_version' GROUP BY 1";
        let mut tables = open.prepare(both).expect("sound SQL");
        let tables: Vec<(String, String)> =
            tables.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).and_then(Iterator::collect).expect("tables");
        for (table, columns) in tables {
            let sql = format!("INSERT INTO main.{table} ({columns}) SELECT {columns} FROM new.{table}");
            open.execute_batch(&sql).unwrap_or_else(|error| panic!("{table} of version {version}: {error}"));
        }
        if (2..5).contains(&version) {
            // What the older schema has no place for was never changed in it.
            open.execute_batch("DELETE FROM main.change").expect("sound SQL");
        }
        open.execute("INSERT INTO main.schema_version VALUES (?1)", [version]).expect("sound SQL");
        open.execute_batch("DETACH new").expect("detached");
    }
}
