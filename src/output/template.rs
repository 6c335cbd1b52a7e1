//! Fills in texts that the hub edits, and breaks their lines to a page's width.

mod bounds;

use std::collections::HashSet;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, ValueKind};
use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior, escape_formatter};
use serde::Serialize;
use serde_json::Value;

use crate::domain::template::TemplateFault;
use crate::domain::text::{closest, escape};

/// Columns of a page of plain text, so that it prints well wherever it is opened.
pub const PAGE_WIDTH: usize = 72;

/// Steps after which a template is taken to have no end. A page takes a few hundred.
const MOST_STEPS: u64 = 200_000;

/// Filters of the engine that write for a programmer or a browser: `O'Brien` would become `O&#x27;Brien`.
const NOT_FOR_PAPER: [&str; 4] = ["escape", "e", "safe", "pprint"];

/// The one name under which an environment knows its text.
const NAME: &str = "text";

/// A text with named fields, read once and filled in as often as it is wanted.
#[derive(Clone, Debug)]
pub struct Template {
    source: String,
    environment: Environment<'static>,
}

impl Template {
    pub fn new(source: &str) -> Result<Template, TemplateFault> {
        bounds::check(source)?;
        let read = environment().and_then(|mut environment| {
            environment.add_template_owned(NAME, source.to_string())?;
            Ok(environment)
        });
        let environment = read.map_err(|error| told(&error, source, &Value::Null))?;
        Ok(Template { source: source.to_string(), environment })
    }

    /// Looks into every branch for fields that there are not, whether or not anything leads there. `drawn` are the names of what
    /// [`Template::fill`] is given beside the fields. What is named of each loan of a loop cannot be seen like this.
    pub fn knows_its_fields(&self, fields: &impl Serialize, drawn: &[&str]) -> Result<(), TemplateFault> {
        let template = self.environment.get_template(NAME).map_err(|error| told(&error, &self.source, &Value::Null))?;
        let fields = serde_json::to_value(fields).map_err(|error| fault(1, error))?;
        let is_global = |name: &str| self.environment.globals().any(|(global, _)| global == name);
        let is_known = |name: &str| drawn.contains(&name) || is_global(name) || leads_somewhere(&fields, name);
        let unknown = template.undeclared_variables(true).into_iter().filter(|name| !is_known(name));
        let first = unknown.map(|name| (line_naming(&self.source, &name), name)).min();
        first.map_or(Ok(()), |(line, name)| Err(fault(line, no_such_field(&name, &fields))))
    }

    /// Fills it in: each field must be one that there is, and no value is obeyed as a control character. `drawn` are further
    /// fields of several lines each, which this program drew itself. Lines are as long as they come.
    pub fn fill(&self, fields: &impl Serialize, drawn: &[(&str, &str)]) -> Result<String, TemplateFault> {
        let mut fields = serde_json::to_value(fields).map_err(|error| fault(1, error))?;
        escape_all(&mut fields);
        if let Value::Object(fields) = &mut fields {
            fields.extend(drawn.iter().map(|(name, text)| (name.to_string(), Value::from(*text))));
        }
        let mut page = bounds::Page::default();
        let filled = self.environment.get_template(NAME);
        let filled = filled.and_then(|template| template.render_captured_to(Serde(&fields), &mut page).map(drop));
        filled.map_err(|error| told(&error, &self.source, &fields))?;
        let filled = String::from_utf8_lossy(&page.0);
        // A text may have been made to print what a value may not.
        Ok(filled.split('\n').map(escape).collect::<Vec<String>>().join("\n"))
    }
}

/// Whether there is such a field, `hirer.phone` among them. What stands behind one that is empty here cannot be told.
fn leads_somewhere(fields: &Value, name: &str) -> bool {
    let mut reached = fields;
    for part in name.split('.') {
        match reached {
            Value::Object(fields) => match fields.get(part) {
                Some(next) => reached = next,
                None => return false,
            },
            Value::Null | Value::Array(_) => return true,
            Value::String(_) | Value::Number(_) | Value::Bool(_) => return false,
        }
    }
    true
}

/// The first line that names a field between braces, and not in the text or in a remark.
fn line_naming(source: &str, field: &str) -> usize {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    let is_named = |at: usize| {
        let (before, after) = (&source[..at], &source[at + field.len()..]);
        let opened = ["{{", "{%", "{#"].into_iter().filter_map(|mark| before.rfind(mark)).max();
        let in_braces = opened.is_some_and(|opened| {
            !before[opened..].starts_with("{#") && !before[opened..].contains("}}") && !before[opened..].contains("%}")
        });
        in_braces && !before.ends_with(is_part) && !after.starts_with(|c: char| c.is_alphanumeric() || c == '_')
    };
    let at = source.match_indices(field).map(|(at, _)| at).find(|at| is_named(*at)).unwrap_or(0);
    source[..at].matches('\n').count() + 1
}

fn environment() -> Result<Environment<'static>, Error> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(MOST_STEPS));
    environment.set_debug(true);
    // Paper shows neither the engine's insides nor the marks of a web page.
    environment.remove_global("debug");
    NOT_FOR_PAPER.iter().chain(&bounds::BOUNDLESS_FILTERS).for_each(|filter| environment.remove_filter(filter));
    // A text that adds to what it has, round by round, would double each time.
    environment.remove_global("namespace");
    environment.set_formatter(|out, state, value| match value.kind() {
        // What is not on record is empty.
        ValueKind::None => Ok(()),
        // A function of the engine.
        ValueKind::Plain => Err(Error::new(ErrorKind::InvalidOperation, "this is no text to print")),
        _ => escape_formatter(out, state, value),
    });
    // A line that only steers the text leaves no line behind.
    environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    Ok(environment)
}

/// A stored text may hold what a printer or a terminal would act on.
fn escape_all(value: &mut Value) {
    match value {
        Value::String(text) => *text = escape(text),
        Value::Array(values) => values.iter_mut().for_each(escape_all),
        Value::Object(fields) => fields.values_mut().for_each(escape_all),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn fault(line: usize, reason: impl ToString) -> TemplateFault {
    TemplateFault { line, reason: reason.to_string() }
}

/// The engine's error in words for whoever wrote the template.
fn told(error: &Error, template: &str, fields: &Value) -> TemplateFault {
    let line = error.line().unwrap_or(1);
    let about = error.range().and_then(|range| template.get(range)).map(str::trim).filter(|text| !text.is_empty());
    let reason = match (error.kind(), about) {
        (ErrorKind::UndefinedError, Some(field)) => no_such_field(field, fields),
        (ErrorKind::OutOfFuel, _) => "it goes on for too long".to_string(),
        (ErrorKind::WriteFailure, _) => "it comes to more than any page has room for".to_string(),
        (kind, about) => {
            let reason = error.detail().map_or_else(|| kind.to_string(), str::to_string);
            about.map_or_else(|| reason.clone(), |about| format!("{reason}, at '{about}'"))
        }
    };
    fault(line, reason)
}

fn no_such_field(field: &str, fields: &Value) -> String {
    let names = names("", fields);
    let nearest = closest(field, names.iter().map(String::as_str));
    let meant = nearest.map(|near| format!("; did you mean {near}?")).unwrap_or_default();
    format!("there is no field '{field}'{meant}")
}

/// Every field's name, `hirer.phone` among them.
fn names(before: &str, value: &Value) -> Vec<String> {
    let dotted = |name: &str| if before.is_empty() { name.to_string() } else { format!("{before}.{name}") };
    match value {
        Value::Object(fields) => fields.iter().flat_map(|(name, value)| names(&dotted(name), value)).collect(),
        // Of each of the loans a text says loan.tag.
        Value::Array(values) => {
            let each = values.first().filter(|value| value.is_object());
            let of_each = each.map(|value| names(before.trim_end_matches('s'), value)).unwrap_or_default();
            [vec![before.to_string()], of_each].concat()
        }
        _ => vec![before.to_string()],
    }
}

/// Lines broken to the page's width, but for those of `drawn`. What goes on begins under the text beside a label, else as far
/// in as its line.
pub fn wrapped(text: &str, drawn: &str) -> String {
    let whole: HashSet<&str> = drawn.lines().map(str::trim).collect();
    let mut page = String::with_capacity(text.len());
    for line in text.trim_end().lines() {
        if whole.contains(line.trim()) {
            page.push_str(line.trim_end());
            page.push('\n');
            continue;
        }
        let indent = " ".repeat(hanging(line.trim_end()));
        let options = textwrap::Options::new(PAGE_WIDTH)
            .word_splitter(textwrap::WordSplitter::NoHyphenation)
            .subsequent_indent(&indent);
        for broken in textwrap::wrap(line.trim_end(), options) {
            page.push_str(broken.trim_end());
            page.push('\n');
        }
    }
    page
}

/// Where the text after a label begins: behind the first gap of two blanks or more in the left half of the page.
fn hanging(line: &str) -> usize {
    let margin = line.len() - line.trim_start().len();
    let words = &line[margin..];
    let beside = words.find("  ").map(|gap| {
        let text = words[gap..].trim_start();
        textwrap::core::display_width(&line[..line.len() - text.len()])
    });
    beside.filter(|column| *column <= PAGE_WIDTH / 2).unwrap_or(margin)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    struct Fields {
        name: &'static str,
        tags: Vec<&'static str>,
    }

    fn filled(template: &str) -> Result<String, TemplateFault> {
        let fields = Fields { name: "Ana\u{1b}[2J & co", tags: vec!["VN-0001", "VN-0002"] };
        Template::new(template)?.fill(&fields, &[]).map(|text| wrapped(&text, ""))
    }

    #[test]
    fn fields_are_filled_in_and_never_obeyed() {
        let lines = "{# a remark #}\nDear {{ name }},\n{% for tag in tags %}\n- {{ tag }}\n{% endfor %}\nBye";
        assert_eq!(filled(lines), Ok("Dear Ana\\u{1b}[2J & co,\n- VN-0001\n- VN-0002\nBye\n".to_string()));
    }

    #[test]
    fn a_fault_is_told_with_its_line() {
        let told = |template: &str| filled(template).map_err(|fault| fault.to_string());
        assert_eq!(told("a\n\n{{ nome }}"), Err("line 3: there is no field 'nome'; did you mean name?".into()));
        assert_eq!(told("{{ name.first }}"), Err("line 1: there is no field 'name.first'; did you mean name?".into()));
        assert_eq!(
            told("a\n{% if name %}b"),
            Err("line 2: unexpected end of input, expected end of block, at 'b'".into())
        );
        assert_eq!(told("{{ name | shout }}"), Err("line 1: filter shout is unknown, at 'shout'".into()));
        let endless = "{% for a in range(9999) %}{% for b in range(9999) %}{{ b }}{% endfor %}{% endfor %}";
        assert_eq!(told(endless), Err("line 1: it goes on for too long".into()));
    }

    #[test]
    fn a_field_that_there_is_not_is_found_where_nothing_leads() {
        let fields = Fields { name: "Ana", tags: vec![] };
        let told = |text: &str| {
            let template = Template::new(text).expect("sound");
            template.knows_its_fields(&fields, &["table"]).map_err(|fault| fault.to_string())
        };
        for sound in [
            "{% for tag in tags %}{{ loop.index }} {{ tag }}{% endfor %}{{ table }}",
            "{% set mine = name %}{{ mine }}{% for i in range(3) %}{{ i }}{% endfor %}",
            "{% if name is defined %}{{ name | upper }}{% endif %}",
        ] {
            assert_eq!(told(sound), Ok(()), "{sound}");
        }
        let nome = Err("line 3: there is no field 'nome'; did you mean name?".to_string());
        assert_eq!(told("nome {# nome #}\nnome\n{% if not name %}{{ nome }}{% endif %}"), nome);
        assert_eq!(told("{{ name }} nome\nnome\n{{ 'a' if not name else nome }}"), nome);
        let of_a_field = Err("line 2: there is no field 'name.nome'; did you mean name?".to_string());
        assert_eq!(told("{{ name }} nome\n{% if not name %}{{ name.nome }}{% endif %}"), of_a_field);
    }

    #[test]
    fn nothing_is_printed_of_the_engine() {
        let told = |template: &str| filled(template).map_err(|fault| fault.to_string());
        assert_eq!(told("{{ debug() }}"), Err("line 1: debug is unknown, at 'debug()'".into()));
        for filter in NOT_FOR_PAPER {
            let template = format!("{{{{ name | {filter} }}}}");
            assert_eq!(told(&template), Err(format!("line 1: filter {filter} is unknown, at '{filter}'")));
        }
        assert_eq!(told("{{ range }}"), Err("line 1: this is no text to print, at 'range'".into()));
        assert_eq!(told("a{{ none }}b"), Ok("ab\n".into()));
        assert_eq!(told("{{ tags | join(' and ') | upper }}"), Ok("VN-0001 AND VN-0002\n".into()));
    }

    #[test]
    fn lines_are_broken_under_their_text() {
        let long = format!("Make      {}\n  - {}", "word ".repeat(20).trim(), "VN-0001 ".repeat(12).trim());
        let page = wrapped(&long, "");
        assert!(page.lines().all(|line| line.len() <= PAGE_WIDTH), "{page}");
        assert!(page.contains("\n          word"), "{page}");
        assert!(page.contains("\n  VN-0001"), "{page}");
        assert!(!page.contains("VN-\n"), "{page}");
    }

    #[test]
    fn what_was_drawn_is_neither_escaped_nor_broken() {
        let wide = format!("tag      due\n{}", "VN-0001  ".repeat(12).trim());
        let fields = Fields { name: "Ana", tags: vec![] };
        let filled =
            Template::new("{{ name }}:\n  {{ table }}").and_then(|text| text.fill(&fields, &[("table", &wide)]));
        let page = wrapped(&filled.expect("filled"), &wide);
        assert_eq!(page.lines().count(), 3, "{page}");
    }

    #[test]
    fn a_text_cannot_print_what_would_be_obeyed() {
        assert_eq!(filled("a{{ '\\r\\u001b[2J' }}"), Ok("a\\r\\u{1b}[2J\n".into()));
    }
}
