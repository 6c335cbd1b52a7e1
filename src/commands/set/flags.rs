//! `--set` and `--except`: a whole set in place of tags.

use anyhow::Result;
use clap::Args;

use crate::commands::batch;
use crate::commands::completions::{sets, tags};
use crate::domain::loan::OpenLoans;
use crate::domain::refusal::refuse;
use crate::domain::set::{InstrumentSet, SetRefusal, coming_back, with_holder};
use crate::domain::tag::Tag;
use crate::domain::text::escape;
use crate::store::{Tx, instrument, set};

/// A whole set, or all of it but a few.
#[derive(Debug, Args)]
pub struct SetFlags {
    /// A whole set, in place of tags: its name, or a part of its name
    #[arg(long, value_name = "NAME", allow_hyphen_values = true, conflicts_with = "tags", add = sets())]
    set: Option<String>,
    /// All of the set but these tags, with commas between them
    #[arg(long, value_name = "TAG,TAG", value_delimiter = ',', requires = "set", conflicts_with = "tags", add = tags())]
    except: Vec<String>,
}

impl SetFlags {
    /// Whether a set is asked for.
    pub fn given(&self) -> bool {
        self.set.is_some()
    }

    /// The set asked for, if one is.
    pub fn named(&self, tx: &Tx) -> Result<Option<InstrumentSet>> {
        self.set.as_deref().map(|typed| set::get(tx, typed)).transpose()
    }

    /// The tags of a set to lend.
    pub fn to_lend(&self, tx: &Tx, set: &InstrumentSet) -> Result<Vec<String>> {
        let members = set::tags(tx, set.id)?;
        if members.is_empty() {
            return Err(refuse(SetRefusal::Empty(set.name.clone())));
        }
        self.but_excepted(tx, set, members, &[])
    }

    /// The tags of a set to take back, or with `to_school` what pupils have of it; and a sentence about what of it is out
    /// elsewhere and stays there.
    pub fn to_take_back(&self, tx: &Tx, set: &InstrumentSet, to_school: bool) -> Result<(Vec<String>, Option<String>)> {
        let members = set::with_members(tx, Some(set.id))?.into_iter().flat_map(|(_, members)| members);
        let members: Vec<(Tag, OpenLoans)> = members.map(|member| (member.tag, member.open)).collect();
        let tags: Vec<Tag> = members.iter().map(|(tag, _)| tag.clone()).collect();
        let coming = coming_back(set::out_with(tx, set.id)?, members);
        if coming.back.is_empty() {
            return Err(refuse(SetRefusal::NothingOut(set.name.clone())));
        }
        let back = coming.back.into_iter().filter(|(_, open)| !to_school || open.inner.is_some());
        let back: Vec<Tag> = back.map(|(tag, _)| tag).collect();
        if back.is_empty() {
            return Err(refuse(SetRefusal::NothingAtHome(set.name.clone())));
        }
        let stays = |(tag, _): &(Tag, OpenLoans)| !self.except.iter().any(|typed| is_typed(tag, typed));
        let elsewhere = coming.elsewhere.iter().filter(|each| stays(each));
        let elsewhere: Vec<String> = elsewhere.map(|(tag, open)| with_holder(tag, open)).collect();
        let told = (!to_school && !elsewhere.is_empty())
            .then(|| format!("Lent on its own, and so still out: {}.", elsewhere.join(", ")));
        Ok((self.but_excepted(tx, set, back, &tags)?, told))
    }

    /// The chosen tags but for those excepted, which must be among them or among the others of the set.
    fn but_excepted(&self, tx: &Tx, set: &InstrumentSet, chosen: Vec<Tag>, others: &[Tag]) -> Result<Vec<String>> {
        let excepted = batch::all_or_none("left out", &self.except, |typed| {
            let tag = instrument::get(tx, typed)?.tag;
            if chosen.contains(&tag) || others.contains(&tag) {
                Ok(tag)
            } else {
                Err(refuse(SetRefusal::NotIn { tag, set: set.name.clone() }))
            }
        })?;
        let left: Vec<String> = chosen.iter().filter(|tag| !excepted.contains(tag)).map(Tag::to_string).collect();
        if left.is_empty() { Err(refuse(SetRefusal::AllExcepted(set.name.clone()))) } else { Ok(left) }
    }

    /// What to do where some are refused: leave them out, of a set this once.
    pub fn without(&self, at_fault: &[String]) -> String {
        if !self.given() {
            return batch::PUT_RIGHT.to_string();
        }
        let left_out: Vec<String> = self.except.iter().chain(at_fault).map(|tag| escape(tag.trim())).collect();
        format!("to leave them out: --except {}", shell(&left_out.join(",")))
    }

    /// The same for a hand-over, with how to leave them out for good.
    pub fn without_or_for_good(&self, set: Option<&InstrumentSet>, at_fault: &[String]) -> String {
        let this_once = self.without(at_fault);
        let Some(InstrumentSet { name, .. }) = set else {
            return this_once;
        };
        format!("{this_once}; or for good: ledgerline set edit \"{name}\" --remove {}", shell(&at_fault.join(",")))
    }
}

/// Whether a tag was typed so.
fn is_typed(tag: &Tag, typed: &str) -> bool {
    typed.trim().eq_ignore_ascii_case(tag.as_str())
}

/// Tags as a shell reads them back: one with a space in it needs quotation marks.
fn shell(tags: &str) -> String {
    if tags.contains([' ', '#']) { format!("\"{tags}\"") } else { tags.to_string() }
}
