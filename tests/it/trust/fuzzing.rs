//! Readers fed with random text: lists, days, money, references, maps, templates.
