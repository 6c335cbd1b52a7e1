//! A data-protection officer asks what is held about a family, has it erased, and looks for traces in every byte.

mod erasing;
mod family;
mod interrupted;
mod lists;
mod sweeping;
mod ways_back;
