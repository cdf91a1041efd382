//! Tells a person that a long step is alive: how long it has run and what it last said. On a terminal
//! one line that is drawn over; elsewhere, as in a CI log, a line every fifteen seconds.

use std::io::{IsTerminal, Write, stdout};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(3);
const BETWEEN_LINES: Duration = Duration::from_secs(15);
const WIDTH: usize = 72;

pub struct Ticker {
    started: Instant,
    last_shown: Instant,
    on_terminal: bool,
    drawn: bool,
}

impl Ticker {
    pub fn start() -> Self {
        let dumb = std::env::var_os("TERM").is_none_or(|term| term == "dumb");
        let now = Instant::now();
        Self { started: now, last_shown: now, on_terminal: !dumb && stdout().is_terminal(), drawn: false }
    }

    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// Call about once a second, or more often: it shows itself only when there is something to show.
    pub fn tick(&mut self, last_line: &str) {
        let wait = match (self.on_terminal, self.drawn) {
            (true, true) => Duration::from_secs(1),
            (true, false) => PATIENCE,
            (false, _) => BETWEEN_LINES,
        };
        if self.last_shown.elapsed() < wait {
            return;
        }
        self.last_shown = Instant::now();
        let seconds = self.elapsed().as_secs();
        let said: String = last_line.trim().chars().take(WIDTH).collect();
        if self.on_terminal {
            print!("\r\x1b[2K  … {seconds} s  {said}");
            self.drawn = true;
        } else {
            println!("  … {seconds} s  {said}");
        }
        // A terminal that has gone away must not end the work.
        let _ = stdout().flush();
    }

    /// Leaves the line free for what comes next.
    pub fn clear(&mut self) {
        if self.drawn {
            print!("\r\x1b[2K");
            let _ = stdout().flush();
            self.drawn = false;
        }
    }
}
