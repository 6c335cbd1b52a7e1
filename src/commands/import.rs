//! `import`: bring a file of records in, or only check it.

mod all;
mod file;
mod maps;
mod taking;

use std::path::PathBuf;

use anyhow::Result;
use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

pub use all::file_name;

use super::Desk;
use crate::domain::date::DateOrder;
use crate::error::Usage;
use crate::import::kinds::Kind;
use crate::import::profile::Profile;

/// Import a file of records; without --commit, only check it.
///
/// The last line says how many rows were read and what became of them; every fault stands before it.
/// With any faulty row nothing is written, unless --skip-rejects. A file that was taken in once changes nothing the second time.
/// A file whose headings are not ours needs a map: --show-map prints one to start from.
/// Before anything is written, the hub's file is kept beside itself as it was: hub.db.before-E12. The ten newest such copies stay.
///
/// 'import all' takes a folder as 'export all' writes it, every kind in its order, all or nothing. In a hub that is new, what
/// it was made with (types, categories, settings) takes the folder's values.
///
/// Messages and reminders come with what was said, so that a hub that moves says nothing twice. Where reminders are armed never
/// moves, since it ties a file to a place; 'ledgerline remind arm' arms the new file.
///
/// The file is a workbook (.xlsx, .xlsm or .ods), or CSV with commas, semicolons or tabs in UTF-8, UTF-16 or Windows-1252;
/// its content says which, not its name. A first line such as 'sep=|' names another delimiter.
///
/// The headings of CSV are its first row; of a workbook, the first row with more than one filled cell, so a title may stand
/// above them. Days, percentages and amounts are taken as the sheet shows them, and numbers with noughts before them too (00042,
/// VN-0042); other numbers in full, formulas as their results. A cell with an error (#N/A) is a fault. The line of a fault is
/// the row of the sheet. Rejected rows are always written as CSV, to be mended and imported again.
///
/// Example: ledgerline import schools edubasealldata.csv --profile gias --commit
///
/// Example: ledgerline import instruments stock.xlsx --sheet 'Loan stock' --map stock.toml --rejects mend.csv
///
/// Example: ledgerline import all /srv/moving --commit
#[derive(Debug, Args)]
#[command(after_long_help = maps::HELP)]
pub struct Import {
    /// What the file holds; or 'all', for a folder
    #[arg(value_name = "KIND", required_unless_present = "show_profile", requires = "file")]
    #[arg(hide_possible_values = true, long_help = kinds_in_words())]
    what: Option<What>,
    /// The file: a workbook (.xlsx, .ods) or CSV, with a row of headings; - reads it from stdin; or the folder
    file: Option<PathBuf>,
    #[command(flatten)]
    how: How,
    /// Print a map for this file to start from: our columns, its headings; with --profile or --map, what that leaves out
    #[arg(long, conflicts_with_all = ["set", "update", "rejects", "skip_rejects", "commit"])]
    show_map: bool,
    /// Print a shipped map, to start one of your own from
    #[arg(long, value_name = "P", exclusive = true, hide_possible_values = true)]
    show_profile: Option<Profile>,
}

/// How a file is read, and whether what it says is written.
#[derive(Debug, Args)]
pub struct How {
    /// A map shipped with the program, for files of a known layout
    #[arg(long, value_name = "P", conflicts_with = "map")]
    profile: Option<Profile>,
    /// A map of your own (TOML): which heading holds what
    #[arg(long, value_name = "FILE")]
    map: Option<PathBuf>,
    /// Read this sheet of a workbook; without it, the first that is not hidden
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// A value for every row; may be given several times
    #[arg(long, value_name = "FIELD=VALUE", value_parser = field_and_value, allow_hyphen_values = true)]
    set: Vec<(String, String)>,
    /// What comes first in the file's dates, whatever the map says: the day, the month or the year
    #[arg(long, value_name = "dmy|mdy|ymd", value_parser = maps::date_order)]
    dates: Option<DateOrder>,
    /// Change records that are there already to what the file says
    #[arg(long)]
    update: bool,
    /// Write the rejected rows to this file, each with its reason; with 'all', to files in this folder
    #[arg(long, value_name = "FILE")]
    rejects: Option<PathBuf>,
    /// Leave rejected rows out and take all the others
    #[arg(long)]
    skip_rejects: bool,
    /// Write; without it the file is only checked
    #[arg(long)]
    commit: bool,
}

/// The kinds, for the help of the argument: as a sentence, since a line each would fill a screen.
fn kinds_in_words() -> String {
    let kinds: Vec<&str> = Kind::ALL.iter().map(|kind| kind.name()).collect();
    format!(
        "What the file holds, or 'all' for a folder. Most hubs move in with schools, people, terms, instruments and loans, in that \
         order. All kinds, each after those that it refers to: {}",
        kinds.join(", ")
    )
}

/// A kind of record, or every kind.
#[derive(Clone, Copy, Debug)]
enum What {
    Kind(Kind),
    All,
}

impl ValueEnum for What {
    fn value_variants<'a>() -> &'a [What] {
        static ALL: std::sync::LazyLock<Vec<What>> = std::sync::LazyLock::new(|| {
            Kind::value_variants().iter().map(|kind| What::Kind(*kind)).chain([What::All]).collect()
        });
        &ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        match self {
            What::Kind(kind) => kind.to_possible_value(),
            What::All => Some(PossibleValue::new("all").help("A folder as 'export all' writes it")),
        }
    }
}

fn field_and_value(text: &str) -> Result<(String, String), String> {
    let (field, value) = text.split_once('=').ok_or("it is FIELD=VALUE, such as source=donation")?;
    Ok((field.trim().to_string(), value.trim().to_string()))
}

impl Import {
    pub fn run(self, desk: &mut Desk<'_, '_>) -> Result<()> {
        if let Some(profile) = self.show_profile {
            return desk.page(profile.text());
        }
        let (Some(what), Some(file)) = (self.what, &self.file) else {
            return Err(Usage("name what the file holds, and the file".to_string()).into());
        };
        match what {
            What::Kind(kind) if self.show_map => {
                let map = self.how.map_to_start_from(desk, kind, file)?;
                desk.page(&map)
            }
            What::Kind(kind) => {
                desk.refuse_output()?;
                self.how.import(desk, kind, file)
            }
            What::All if self.show_map => Err(Usage("--show-map goes with one kind".into()).into()),
            What::All => {
                desk.refuse_output()?;
                self.how.import_all(desk, file)
            }
        }
    }
}
