//! The steps of a run, at each of which a test may let the process die.

/// Counts steps until the one at which a test wants the end. Outside tests there is none.
#[derive(Debug)]
pub struct Steps {
    fatal: Option<String>,
    left: u32,
}

impl Steps {
    /// `claimed` dies at the first claim, `claimed:3` at the third.
    pub fn until(fault: Option<&str>) -> Steps {
        let (step, count) = fault.map_or((None, None), |fault| match fault.split_once(':') {
            Some((step, count)) => (Some(step), count.parse().ok()),
            None => (Some(fault), None),
        });
        Steps { fatal: step.map(str::to_string), left: count.unwrap_or(1) }
    }

    /// Dies here as a killed process does, if this is the step.
    pub fn reached(&mut self, step: &str) {
        if self.fatal.as_deref() != Some(step) {
            return;
        }
        self.left -= 1;
        if self.left == 0 {
            std::process::abort();
        }
    }
}
