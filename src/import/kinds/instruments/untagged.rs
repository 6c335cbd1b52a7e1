//! Rows without a tag, told apart by what does not change in an instrument's life and by their place among equals.

use std::collections::hash_map::DefaultHasher;
use std::collections::{HashMap, VecDeque};
use std::hash::{Hash, Hasher};

use anyhow::Result;

use crate::domain::instrument::Details;
use crate::domain::money::Pence;
use crate::domain::tag::Tag;
use crate::store::{Tx, record};

/// Instruments on record by what they are, looked through only once a row has no tag.
#[derive(Default)]
pub(super) struct Untagged {
    on_record: Option<HashMap<u64, VecDeque<String>>>,
    matched: Vec<Tag>,
    matches: usize,
}

/// How many tags a remark names.
const NAMED: usize = 3;

impl Untagged {
    /// The next instrument on record that is like this one, if any is left.
    pub fn alike(&mut self, tx: &Tx, details: &Details, had_some: bool) -> Result<Option<Tag>> {
        if !had_some {
            return Ok(None);
        }
        let on_record = match &mut self.on_record {
            Some(on_record) => on_record,
            None => self.on_record.insert(look_through(tx)?),
        };
        let next = on_record.get_mut(&likeness_of(details)).and_then(VecDeque::pop_front);
        Ok(next.map(|tag| Tag::from_record(&tag)))
    }

    pub fn matched(&mut self, tag: &Tag) {
        self.matches += 1;
        if self.matched.len() < NAMED {
            self.matched.push(tag.clone());
        }
    }

    pub fn remark(&self) -> Option<String> {
        let named: Vec<&str> = self.matched.iter().map(Tag::as_str).collect();
        let rows = if self.matches == 1 { "1 row".to_string() } else { format!("{} rows", self.matches) };
        let more = if self.matches > NAMED { ", …" } else { "" };
        (self.matches > 0).then(|| {
            format!(
                "{rows} without a tag: instruments that are alike are on record ({}{more}). Give the rows tags if they are others.",
                named.join(", ")
            )
        })
    }
}

fn look_through(tx: &Tx) -> Result<HashMap<u64, VecDeque<String>>> {
    let mut found: HashMap<u64, VecDeque<String>> = HashMap::new();
    record::each_instrument(tx, |line| {
        let texts = [line.type_code, line.size, line.make, line.model, line.serial];
        let key = likeness(texts, line.acquired_on.map(|day| day.to_string()), line.cost);
        found.entry(key).or_default().push_back(line.tag.to_string());
        Ok(())
    })?;
    Ok(found)
}

fn likeness_of(details: &Details) -> u64 {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let (size, make, model, serial) =
        (text(&details.size), text(&details.make), text(&details.model), text(&details.serial));
    let texts = [details.type_code.as_str(), &size, &make, &model, &serial];
    likeness(texts, details.acquired_on.map(|day| day.to_string()), details.cost)
}

fn likeness(texts: [&str; 5], acquired_on: Option<String>, cost: Option<Pence>) -> u64 {
    let mut hasher = DefaultHasher::new();
    (texts, acquired_on, cost).hash(&mut hasher);
    hasher.finish()
}
