//! How far a long command has come, for whoever waits at a terminal.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressFinish, ProgressStyle};

/// A bar on the terminal, once a command has taken over a second.
pub struct Progress {
    bar: Option<ProgressBar>,
}

impl Progress {
    pub fn new(on_terminal: bool) -> Progress {
        let style = ProgressStyle::with_template("{wide_bar} {percent:>3} %  {eta} left");
        let style = style.unwrap_or_else(|_| ProgressStyle::default_bar());
        // Also where a command ends early, nothing is left of it.
        let bar = || ProgressBar::hidden().with_style(style).with_finish(ProgressFinish::AndClear);
        Progress { bar: on_terminal.then(bar) }
    }

    /// Whether there is anybody to be shown.
    pub fn is_shown(&self) -> bool {
        self.bar.is_some()
    }

    /// So much of the whole is done.
    pub fn tick(&mut self, done: u64, whole: u64) {
        let Some(bar) = &self.bar else { return };
        if bar.is_hidden() && bar.elapsed() > Duration::from_secs(1) {
            bar.set_length(whole);
            bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(5));
        }
        bar.set_position(done);
    }

    pub fn end(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}
