//! `doctor`: what could keep K-Photos from working well here, and how to mend it.
//!
//! | file | what is looked at |
//! |---|---|
//! | [`machine`] | the system: FUSE, the kernel, watches, the clock, the programs |
//! | [`places`] | folders: state, export, the socket, the mounts |
//! | [`daemon`] | what the daemon says of itself: libraries, mounts, limits |
//! | [`sys`] | the two questions to the kernel that std does not ask |
//!
//! It works without a daemon: what only the daemon knows is then not asked.
//! Each check is a function of what it looks at, so that a test can show it
//! another machine. Nothing is changed, and nothing is read of the photos.

mod daemon;
mod machine;
mod places;
mod sys;

use crate::client::Client;
use crate::exit::{Failure, Kind};
use crate::output::{Output, table};
use machine::Machine;
use places::Places;
use serde::Serialize;
use serde_json::json;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::time::{Duration, SystemTime};

/// How long the daemon may take to greet; one that loads for longer is not well.
const GREETING: Duration = Duration::from_secs(10);

/// How a check went.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Level {
    Ok,
    Warning,
    Problem,
}

/// What a check found.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub(super) struct Finding {
    check: &'static str,
    level: Level,
    /// What is so.
    message: String,
    /// How to mend it.
    mend: Option<String>,
}

impl Finding {
    fn ok(check: &'static str, message: impl Into<String>) -> Self {
        Self::new(check, Level::Ok, message, None)
    }

    fn warning(check: &'static str, message: impl Into<String>, mend: impl Into<String>) -> Self {
        Self::new(check, Level::Warning, message, Some(mend.into()))
    }

    fn problem(check: &'static str, message: impl Into<String>, mend: impl Into<String>) -> Self {
        Self::new(check, Level::Problem, message, Some(mend.into()))
    }

    fn new(check: &'static str, level: Level, message: impl Into<String>, mend: Option<String>) -> Self {
        Self {
            check,
            level,
            message: message.into(),
            mend,
        }
    }
}

/// Checks everything and says what was found.
///
/// # Errors
/// That there is a problem.
pub(super) async fn doctor(socket: Result<&Path, Failure>, output: Output) -> Result<(), Failure> {
    let machine = Machine::this();
    let mut findings = machine.checks();
    // The socket is its daemon's.
    let owner = socket
        .as_ref()
        .ok()
        .and_then(|socket| std::fs::metadata(socket).ok());
    let daemon_uid = owner.map_or(machine.uid, |owner| owner.uid());
    let (reached, asked) = match socket {
        Ok(socket) => {
            findings.extend(places::socket(socket, machine.uid));
            match Client::connect(socket, Some(GREETING)).await {
                Ok(client) => daemon::ask(&client).await.map_or_else(
                    |failure| (daemon::unreachable(&failure), None),
                    |asked| (daemon::reachable(&asked), Some(asked)),
                ),
                Err(failure) => (daemon::unreachable(&failure), None),
            }
        }
        Err(failure) => (daemon::unreachable(&failure), None),
    };
    findings.push(reached);
    let places = asked
        .as_ref()
        .and_then(|asked| Places::of_status(&asked.status))
        .or_else(|| Places::by_default(machine.uid == 0, |name| std::env::var_os(name)));
    if let Some(places) = &places {
        findings.extend(places.checks(SystemTime::now()));
    }
    if let Some(asked) = &asked {
        findings.extend(daemon::checks(asked, &machine, daemon_uid));
    }
    report(&findings, output)
}

fn report(findings: &[Finding], output: Output) -> Result<(), Failure> {
    let count = |level| findings.iter().filter(|finding| finding.level == level).count();
    let (problems, warnings) = (count(Level::Problem), count(Level::Warning));
    if output.json {
        output.json(&json!({
            "items": findings, "total": findings.len(), "next": null,
            "problems": problems, "warnings": warnings,
        }))?;
    } else {
        output.bytes(human(findings, output.quiet).as_bytes())?;
    }
    if problems == 0 {
        return Ok(());
    }
    // In JSON the document is the answer; a second one would be one too many.
    let message = match problems {
        _ if output.json => String::new(),
        1 => "there is a problem; what mends it stands below it".to_owned(),
        _ => format!("there are {problems} problems; what mends each stands below it"),
    };
    Err(Failure::new(Kind::Unavailable, message))
}

/// A line a finding, with what mends it below; `brief`: without those that are well.
fn human(findings: &[Finding], brief: bool) -> String {
    let mut rows = Vec::new();
    for finding in findings {
        let level = match finding.level {
            Level::Ok if brief => continue,
            Level::Ok => "ok",
            Level::Warning => "warning",
            Level::Problem => "problem",
        };
        let row = |first: &str, second: &str, text: &str| [first, second, text].map(str::to_owned).to_vec();
        rows.push(row(level, finding.check, &finding.message));
        if let Some(mend) = &finding.mend {
            rows.push(row("", "", &format!("→ {mend}")));
        }
    }
    table(&rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_finding_is_a_line_with_what_mends_it_below() {
        let findings = [
            Finding::ok("kernel", "Linux 6.18"),
            Finding::warning("export", "on the same disk", "set export_dir"),
        ];
        assert_eq!(
            human(&findings, false),
            "ok       kernel  Linux 6.18\nwarning  export  on the same disk\n                 → set export_dir\n"
        );
        assert_eq!(human(&findings, true).lines().count(), 2);
    }
}
