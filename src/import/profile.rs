//! Maps shipped with the program, one TOML file each in `profiles/`.

use anyhow::Result;
use clap::ValueEnum;

use super::mapping::Map;

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
    /// Councils' lists of payments, as they publish them
    CouncilSpend = "council-spend.toml";
}

impl Profile {
    pub fn map(self) -> Result<Map> {
        let mut map = Map::read(self.text())?;
        map.shipped = true;
        Ok(map)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::kinds::Kind;

    #[test]
    fn every_profile_is_a_map_of_its_kind() {
        for profile in Profile::value_variants() {
            let map = profile.map().expect("a map");
            let name = map.kind.clone().expect("a kind");
            for kind in Kind::ALL.iter().filter(|kind| kind.name() == name) {
                let known = |column: &&String| kind.columns().contains(&column.as_str());
                assert_eq!(map.named().find(|column| !known(column)), None, "{profile:?}");
            }
        }
    }
}
