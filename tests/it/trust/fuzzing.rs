//! Readers fed with random text: lists, days, money, references, maps, templates.
//!
//! The bodies are those of the fuzz targets (tests/fuzz), which go on for as long as one likes.

#[path = "../../fuzz/bodies.rs"]
mod bodies;

use std::cell::Cell;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::{times, tried};

/// Feeds a body; of so many inputs some must be taken, or the body is never reached.
fn feed(what: &str, usual: usize, body: fn(&[u8]) -> bool, input: impl Strategy<Value = Vec<u8>>) {
    let (cases, taken) = (times(usual), Cell::new(0));
    let config =
        Config { cases: cases as u32, failure_persistence: None, max_shrink_iters: 4_000, ..Config::default() };
    let fed = TestRunner::new(config).run(&input, |bytes| {
        taken.set(taken.get() + usize::from(body(&bytes)));
        Ok(())
    });
    fed.unwrap_or_else(|error| panic!("{what}: {error}"));
    assert!(taken.get() * 20 > cases, "only {} of {cases} {what} were taken: the inputs miss their aim", taken.get());
    tried(cases, &format!("random {what}, {} of them taken", taken.get()));
}

/// Texts of pieces that mean something to a reader, and now and then of anything.
fn of(pieces: &'static [&'static str], most: usize) -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        12 => prop::sample::select(pieces).prop_map(|piece| piece.as_bytes().to_vec()),
        1 => any::<char>().prop_map(|c| c.to_string().into_bytes()),
        1 => any::<u8>().prop_map(|byte| vec![byte]),
    ];
    prop::collection::vec(piece, 0..most).prop_map(|pieces| pieces.concat())
}

/// One of the forms that a reader takes, with its numbers at random, whole or with a piece more.
fn like(form: &'static str, more: &'static [&'static str]) -> impl Strategy<Value = Vec<u8>> {
    let form = || proptest::string::string_regex(form).expect("a form").prop_map(String::into_bytes);
    prop_oneof![3 => form(), 1 => (form(), of(more, 3)).prop_map(|(form, more)| [form, more].concat())]
}

#[test]
fn rows_are_read_back_as_they_are_written() {
    const PIECES: &[&str] = &[
        "a", "b,c", ",", ",,", ";", "\t", "\n", "\r\n", "\r", "\"", "\"\"", "\"x\ny\"", "'=1", "''-2", "=1", "@x", " ",
        "\u{feff}", "sep=;\n", "é", "\u{202e}", "🎻", "\0", "\u{a0}", "-1.50", "'", "\u{2028}",
    ];
    feed("lists", 4_000, bodies::rows, of(PIECES, 24));
}

#[test]
fn days_and_years_are_printed_as_they_are_read() {
    const MORE: &[&str] = &["0", "1", "9", "-", "/", ".", "+", "d", " ", "T", "\n", "٣", "０"];
    let days = like("(1[89]|2[0-2])[0-9]{2}-(0[0-9]|1[0-3])-[0-3][0-9]", MORE);
    let british = like("[0-3]?[0-9][/.-]1?[0-9][/.-](19|20|21)[0-9]{2}", MORE);
    let others =
        like("[+-][0-9]{1,6}d|(19|20|21)[0-9]{2}[/-][+0-9]?[0-9]|[0-9]{1,4}[dm]|today|tomorrow|yesterday", MORE);
    let years = like("200[0-9][/-][+0 ]?[0-9]|20[0-9]{2}/[0-9]{2}", MORE);
    feed("days and years", 8_000, bodies::dates, prop_oneof![days, british, others, years, of(MORE, 12)]);
}

#[test]
fn amounts_add_up_to_the_penny() {
    const MORE: &[&str] = &["0", "1", "9", "999", ",", ".", "-", "£", "\n", " ", "e", "000,000"];
    let amounts =
        like("(-?£?-?[0-9]{1,13}(\\.[0-9]{1,3})?\n?){1,6}|-?£?[0-9]{1,3}(,[0-9]{3}){0,4}(\\.[0-9]{2})?", MORE);
    feed("amounts", 8_000, bodies::money, prop_oneof![4 => amounts, 1 => of(MORE, 16)]);
}

#[test]
fn references_are_printed_as_they_are_read() {
    const MORE: &[&str] =
        &["L", "p", "O", "0", "1", "/", " ", "-", "+", "ſ", "K", "\u{202e}", "\n  ", "\n", "İ", "ﬀ", "é"];
    let references = like(" ?[A-Za-zſK][0-9]{1,14}(/[0-9]{1,13})?|[0-9]{6}", MORE);
    feed("references", 8_000, bodies::references, prop_oneof![references, of(MORE, 12)]);
}

#[test]
fn maps_are_tied_to_headings_or_refused() {
    const HEADINGS: &[&str] =
        &["Tag", "Type", "tag", ",", ",", "Asset \"No\"", "'", "\\", "#1", "=", "[x]", "é", "\u{1b}", "\u{feff}"];
    const PIECES: &[&str] = &[
        "[columns]\n",
        "[constants]\n",
        "[values.type]\n",
        "[format]\n",
        "[rows]\n",
        "[join]\n",
        "[people.columns]\n",
        "kind = 'loans'\n",
        "tag = 'Tag'\n",
        "type = ['Type', 'tag']\n",
        "note = { headings = ['Tag'], with = ', ' }\n",
        "'a' = 'VN'\n",
        "dates = 'dmy'\n",
        "decimal = ','\n",
        "need = ['tag']\n",
        "left_out = ['Tag']\n",
        "tag = 5\n",
        "= ",
        "\"\"\"",
        "'",
        "[",
        "]\n",
        "{",
        "}",
        "a.b.c = 1\n",
        "1979-05-27T07:32:00Z\n",
        "tag = 'Tag#1'\n",
        "none = ['']\n",
    ];
    let map = (of(HEADINGS, 8), of(PIECES, 7));
    let map = map.prop_map(|(headings, map)| {
        [headings.into_iter().filter(|b| *b != b'\n').collect(), b"\n".to_vec(), map].concat()
    });
    feed("maps", 300, bodies::maps, map);
}

/// What templates are made of, sound and otherwise.
const TEMPLATE: &[&str] = &[
    "{{ hub }}",
    "{{ borrower }}",
    "{{ loan }}",
    "{{ hirer.name }}",
    "{{ instrument.tag | upper }}",
    "{{ fee or 'nothing' }}",
    "{{ nome }}",
    "{{ contact }}",
    "{{ table }}",
    "{{ loans | length }}",
    "{{ count }}",
    "{{ late_instruments }}",
    "{{ instrument.accessories | join(', ') }}",
    "{% if fee %}",
    "{% if count > 1 %}",
    "{% elif pupils %}",
    "{% else %}",
    "{% endif %}",
    "{% for a in [hub, today] %}",
    "{{ a }}",
    "{% for loan in loans %}{{ loan.tag }}{% endfor %}",
    "{% endfor %}",
    "{% set a = hub ~ '!' %}",
    "{% set a = a ~ a %}",
    "{{ a * 99999999 }}",
    "{{ 'x' | indent(999999999) }}",
    "{{ range(99999) | list }}",
    "{{ loop.index }}",
    "{% for i in range(99999) %}xxxxxxxxxxxx{% endfor %}",
    "{# a remark #}",
    "{% raw %}",
    "{% endraw %}",
    "{{",
    "}}",
    "{%",
    "%}",
    "{#",
    "a line\n",
    "\n",
    "\t",
    "é",
    "{{ '\\u001b[2J' }}",
    "{{ hub[0] }}",
    "{{ -- 1 }}",
    "{{ (((hub))) }}",
    "{{ hub is defined }}",
    "{{ 1 // 0 }}",
    "{{ hub.x.y }}",
    "{{ self }}",
    "{{ hirer.nome if fee else '' }}",
    "{%- if pupils -%}",
];

#[test]
fn an_agreement_that_is_taken_is_always_filled_in() {
    let sound = of(
        &[
            "{{ hub }}",
            "{% if fee %}{{ fee }}{% endif %}",
            "text\n",
            "{{ hirer.name | upper }}",
            "{% set a = hub %}{{ a }}",
        ],
        6,
    );
    feed("agreements", 800, bodies::agreements, prop_oneof![1 => sound, 3 => of(TEMPLATE, 8)]);
}

#[test]
fn a_reminder_that_is_taken_always_makes_a_message() {
    let sound = of(
        &[
            "{{ hub }}",
            "{% if is_place %}{{ table }}{% endif %}",
            "text\n",
            "{{ contact | upper }}",
            "{{ loans[0].tag }}",
        ],
        6,
    );
    let body = prop_oneof![1 => sound, 2 => of(TEMPLATE, 8)];
    let message = body.prop_map(|body| [b"Subject: {{ hub }}\n\nDear {{ contact }}\n".to_vec(), body].concat());
    feed("reminders", 100, bodies::reminders, message);
}

/// Texts that once ended the program, took all its memory or were taken and then could not be printed.
#[test]
fn texts_that_broke_something_once_are_refused() {
    let deep = format!("{{{{ {}1 }}}}", "-".repeat(30_000));
    let doubled = "{% set a = a ~ a %}".repeat(40);
    for text in [
        "{{ 'x' * 100000000 }}",
        "{{ hub | indent(9999999999) }}",
        "{{ '%9999999999d' | format(1) }}",
        "{{ [1, 2, 3] | slice(99999999999) | list }}",
        "{{ [1] | batch(99999999999, 1) | list }}",
        "{% set n = namespace(a='xx') %}{% for i in range(40) %}{% set n.a = n.a ~ n.a %}{% endfor %}",
        "{% with a = hub ~ hub %}{% with a = a ~ a %}{{ a }}{% endwith %}{% endwith %}",
        "{% for i in range(40000) %}a line that is not short at all, many times over{% endfor %}",
        "{% if fee == 'never' %}{{ nome }}{% endif %}",
        "{% if fee == 'never' %}{{ hirer.nome }}{% endif %}",
        &format!("{{% set a = hub %}}{doubled}{{{{ a }}}}"),
        &deep,
    ] {
        assert!(!bodies::agreements(text.as_bytes()), "taken as an agreement: {text:.80}");
        let message = format!("Subject: {{{{ hub }}}}\n\n{text}\n");
        assert!(!bodies::reminders(message.as_bytes()), "taken as a reminder: {text:.80}");
    }
}
