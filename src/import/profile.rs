//! Maps shipped with the program, one TOML file each in `profiles/`; some have a part for each of several kinds.

use anyhow::Result;
use clap::ValueEnum;

use super::kinds::Kind;
use super::mapping::{MapFile, Mapping};

macro_rules! profiles {
    ($($(#[$doc:meta])* $profile:ident = $file:literal;)*) => {
        /// A map that is shipped.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
        pub enum Profile { $($(#[$doc])* $profile),* }

        impl Profile {
            /// The map as it is written, remarks and all.
            pub fn text(self) -> &'static str {
                match self { $(Profile::$profile => include_str!(concat!("profiles/", $file))),* }
            }
        }
    };
}

profiles! {
    /// The DfE's register of schools, as it is downloaded
    Gias = "gias.toml";
    /// Snipe-IT: instruments, people and open loans, from its exports and its import template
    SnipeIt = "snipe-it.toml";
    /// Councils' lists of payments, as they publish them
    CouncilSpend = "council-spend.toml";
}

/// Where a shipped map that fits a file takes each column of a kind from; nothing where none fits.
pub fn places(kind: Kind, headings: &[String]) -> Vec<Option<usize>> {
    /// So many columns are taken from a file whose layout is known.
    const FITS: usize = 6;
    let fitting = Profile::value_variants().iter().find_map(|profile| {
        let mut map = profile.file().ok()?.of(kind.name())?;
        map.shipped = true;
        let places = Mapping::resolve(kind.wanted(), &map, &[], headings).ok()?.first_places();
        (places.iter().flatten().count() >= FITS).then_some(places)
    });
    fitting.unwrap_or_default()
}

impl Profile {
    pub fn file(self) -> Result<MapFile> {
        MapFile::read(self.text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_profile_is_a_map_of_its_kinds() {
        for profile in Profile::value_variants() {
            let of: Vec<String> = profile.file().expect("maps").kinds().into_iter().map(str::to_string).collect();
            assert!(!of.is_empty(), "{profile:?}");
            for name in of {
                let kind = Kind::ALL.iter().find(|kind| kind.name() == name).expect("a kind");
                let map = profile.file().expect("maps").of(&name).expect("a map");
                let known = |column: &&String| kind.columns().contains(&column.as_str());
                assert_eq!(map.named().find(|column| !known(column)), None, "{profile:?}");
            }
        }
    }
}
