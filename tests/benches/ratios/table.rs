//! The table of ratios, printed as Markdown.
//!
//! A ratio says how many times as good K-Photos is: 2 is twice the rate, or half the time. A row without a public
//! tool has none, and its target is an absolute one.

use std::fmt;
use std::time::Duration;

/// A measured value with its unit.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Figure {
    /// Less is better.
    Time(Duration),
    /// Something a second; more is better.
    Rate(f64, &'static str),
    /// Bytes a second; more is better.
    Throughput(f64),
    /// Bytes; less is better.
    Size(u64),
}

/// What is to be reached.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Target {
    /// At least this ratio.
    Ratio(f64),
    /// At most this time.
    Time(Duration),
    /// At most this many bytes.
    Size(u64),
    /// Shown for comparison.
    None,
}

#[derive(Debug)]
struct Row {
    what: String,
    ours: Figure,
    theirs: Option<(String, Figure)>,
    target: Target,
    how: String,
}

/// The rows so far.
#[derive(Debug, Default)]
pub(crate) struct Table {
    title: String,
    rows: Vec<Row>,
    notes: Vec<String>,
}

impl Table {
    /// What was measured, where, by what.
    pub(crate) fn begin(&mut self, title: String) {
        eprintln!("{title}");
        self.title = title;
    }

    /// A figure beside that of a public tool.
    pub(crate) fn against(
        &mut self,
        what: impl Into<String>,
        ours: Figure,
        tool: impl Into<String>,
        theirs: Figure,
        target: Target,
        how: impl Into<String>,
    ) {
        self.add(what.into(), ours, Some((tool.into(), theirs)), target, how.into());
    }

    /// A figure that no public tool has.
    pub(crate) fn alone(
        &mut self,
        what: impl Into<String>,
        ours: Figure,
        target: Target,
        how: impl Into<String>,
    ) {
        self.add(what.into(), ours, None, target, how.into());
    }

    /// Something that was not measured, and why.
    pub(crate) fn note(&mut self, text: impl Into<String>) {
        let text = text.into();
        eprintln!("note: {text}");
        self.notes.push(text);
    }

    fn add(
        &mut self,
        what: String,
        ours: Figure,
        theirs: Option<(String, Figure)>,
        target: Target,
        how: String,
    ) {
        let row = Row {
            what,
            ours,
            theirs,
            target,
            how,
        };
        // As they come: the whole takes minutes.
        eprintln!("{row}");
        self.rows.push(row);
    }
}

impl Figure {
    fn ratio_to(self, theirs: Self) -> Option<f64> {
        match (self, theirs) {
            (Self::Time(ours), Self::Time(theirs)) => Some(theirs.as_secs_f64() / ours.as_secs_f64()),
            (Self::Rate(ours, _), Self::Rate(theirs, _))
            | (Self::Throughput(ours), Self::Throughput(theirs)) => Some(ours / theirs),
            (Self::Size(ours), Self::Size(theirs)) => Some(theirs as f64 / ours as f64),
            (Self::Time(_) | Self::Rate(..) | Self::Throughput(_) | Self::Size(_), _) => None,
        }
    }
}

impl Target {
    /// Whether it is reached; `None` if there is none.
    fn reached(self, ours: Figure, ratio: Option<f64>) -> Option<bool> {
        match (self, ours) {
            (Self::Ratio(least), _) => ratio.map(|ratio| ratio >= least),
            (Self::Time(most), Figure::Time(ours)) => Some(ours <= most),
            (Self::Size(most), Figure::Size(ours)) => Some(ours <= most),
            (Self::Time(_) | Self::Size(_) | Self::None, _) => None,
        }
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Time(time) if time >= Duration::from_secs(10) => write!(f, "{:.0} s", time.as_secs_f64()),
            Self::Time(time) if time >= Duration::from_secs(1) => write!(f, "{:.2} s", time.as_secs_f64()),
            Self::Time(time) => write!(f, "{:.1} ms", time.as_secs_f64() * 1e3),
            Self::Rate(rate, unit) if rate < 10.0 => write!(f, "{rate:.1} {unit}/s"),
            Self::Rate(rate, unit) => write!(f, "{rate:.0} {unit}/s"),
            Self::Throughput(rate) => write!(f, "{:.0} MB/s", rate / 1e6),
            Self::Size(bytes) => write!(f, "{:.1} MB", bytes as f64 / 1e6),
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Ratio(least) => write!(f, "≥ {least}"),
            Self::Time(most) => write!(f, "≤ {}", Figure::Time(most)),
            Self::Size(most) => write!(f, "≤ {}", Figure::Size(most)),
            Self::None => write!(f, "–"),
        }
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            what,
            ours,
            theirs,
            target,
            how,
        } = self;
        let ratio = theirs.as_ref().and_then(|(_, theirs)| ours.ratio_to(*theirs));
        write!(f, "| {what} | {ours} | ")?;
        match theirs {
            Some((tool, figure)) => write!(f, "{tool}: {figure} | ")?,
            None => write!(f, "– | ")?,
        }
        match ratio {
            Some(ratio) if ratio < 10.0 => write!(f, "{ratio:.2} | ")?,
            Some(ratio) => write!(f, "{ratio:.0} | ")?,
            None => write!(f, "– | ")?,
        }
        write!(f, "{target}")?;
        match target.reached(*ours, ratio) {
            Some(true) => write!(f, " reached")?,
            Some(false) => write!(f, " **missed**")?,
            None => {}
        }
        write!(f, " | {how} |")
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n", self.title)?;
        writeln!(f, "| what | K-Photos | theirs | ratio | target | how |")?;
        writeln!(f, "|---|---|---|---|---|---|")?;
        for row in &self.rows {
            writeln!(f, "{row}")?;
        }
        if !self.notes.is_empty() {
            writeln!(f)?;
        }
        for note in &self.notes {
            writeln!(f, "- {note}")?;
        }
        Ok(())
    }
}
