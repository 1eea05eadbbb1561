//! What the daemon says of itself: libraries, mounts, limits.

use super::Finding;
use super::machine::Machine;
use crate::client::Client;
use crate::exit::Failure;
use crate::output::{field_of, word};
use serde_json::Value;
use std::sync::mpsc;
use std::time::Duration;

/// How long a mount may take to answer.
const MOUNT: Duration = Duration::from_secs(5);

/// What was asked.
pub(super) struct Asked {
    pub(super) status: Value,
    /// What each library's scan left out, where that is known.
    pub(super) skipped: Vec<Option<Value>>,
}

/// Asks the daemon.
pub(super) async fn ask(client: &Client) -> Result<Asked, Failure> {
    let status: String = client.call("Manager", "Status", &()).await?;
    let status: Value = serde_json::from_str(&status)?;
    let mut skipped = Vec::new();
    for library in list(&status, "libraries") {
        let id = field_of(library, "id").as_u64();
        let id = id.and_then(|id| u32::try_from(id).ok()).unwrap_or(0);
        // Not known before a scan is over.
        let text = client.call::<String>("Storage", "ListSkipped", &id).await;
        skipped.push(text.ok().and_then(|text| serde_json::from_str(&text).ok()));
    }
    Ok(Asked { status, skipped })
}

pub(super) fn reachable(asked: &Asked) -> Finding {
    let get = |name: &str| word(field_of(&asked.status, name));
    Finding::ok("daemon", format!("kphotosd {}, {}", get("version"), get("state")))
}

pub(super) fn unreachable(failure: &Failure) -> Finding {
    Finding::problem(
        "daemon",
        failure.message.clone(),
        "start kphotosd (packaging/run DIR, or systemctl start kphotosd); what only it knows was not checked",
    )
}

/// All checks of what it said.
pub(super) fn checks(asked: &Asked, machine: &Machine, daemon_uid: u32) -> Vec<Finding> {
    let libraries = list(&asked.status, "libraries");
    let mut findings = Vec::new();
    if libraries.is_empty() {
        let mend = "kphotos library add DIR";
        findings.push(Finding::warning("library", "there is none", mend));
    }
    for (at, library) in libraries.iter().enumerate() {
        let skipped = asked.skipped.get(at).and_then(Option::as_ref);
        findings.push(self::library(library, skipped));
    }
    let folders = libraries
        .iter()
        .filter_map(|library| field_of(library, "folders").as_u64())
        .sum();
    findings.push(machine.watches(folders));
    let mounts = list(&asked.status, "mounts");
    for mount in mounts {
        let path = word(field_of(mount, "path"));
        findings.push(self::mount(mount, answers(&path)));
    }
    let is_open = mounts.iter().any(|mount| field_of(mount, "access") != "private");
    findings.push(machine.allow_other(daemon_uid, is_open));
    findings.extend(limits(list(&asked.status, "limits")));
    findings
}

fn list<'a>(document: &'a Value, name: &str) -> &'a [Value] {
    field_of(document, name).as_array().map_or(&[], Vec::as_slice)
}

/// Whether a library is there, and can be read wholly.
fn library(library: &Value, skipped: Option<&Value>) -> Finding {
    const CHECK: &str = "library";
    let get = |name: &str| word(field_of(library, name));
    let (name, path) = (get("name"), get("path"));
    if get("state") == "offline" {
        return Finding::problem(
            CHECK,
            format!("{name} is offline: {path} is absent, empty, or may not be read"),
            format!("bring its disk back, or let the daemon's user in; then: kphotos library scan {name}"),
        );
    }
    let count = |reason: &str| {
        skipped
            .and_then(|skipped| field_of(skipped, "reasons").get(reason)?.as_u64())
            .unwrap_or(0)
    };
    let unreadable = count("not-permitted") + count("too-long") + count("unreadable");
    if unreadable > 0 {
        let folders = if unreadable == 1 { "folder" } else { "folders" };
        return Finding::warning(
            CHECK,
            format!("{name}: {unreadable} {folders} cannot be read"),
            format!(
                "kphotos library show {name} --skipped says which; let the daemon's user in, and scan again"
            ),
        );
    }
    Finding::ok(CHECK, format!("{name}: {path}"))
}

/// Whether a mount says that it is ready, and answers.
fn mount(mount: &Value, answered: Result<(), String>) -> Finding {
    const CHECK: &str = "mount";
    const MEND: &str = "restart kphotosd; its log says more";
    let get = |name: &str| word(field_of(mount, name));
    let path = get("path");
    match get("state").as_str() {
        "ready" => match answered {
            Ok(()) => Finding::ok(CHECK, format!("{path} answers")),
            Err(why) => Finding::problem(CHECK, format!("{path} does not answer: {why}"), MEND),
        },
        "starting" => Finding::warning(CHECK, format!("{path} is being made"), "kphotos wait --ready"),
        _ => Finding::problem(CHECK, format!("{path} failed: {}", get("reason")), MEND),
    }
}

/// Looks into a mount on a thread of its own: one that hangs must not hang this.
fn answers(path: &str) -> Result<(), String> {
    let (say, said) = mpsc::channel();
    let path = path.to_owned();
    std::thread::spawn(move || {
        let looked = std::fs::read_dir(&path).map(|mut entries| entries.next());
        // Nobody listens any more once the time is over.
        let _ = say.send(looked.map(drop).map_err(|error| error.to_string()));
    });
    said.recv_timeout(MOUNT)
        .unwrap_or_else(|_| Err(format!("not within {} s", MOUNT.as_secs())))
}

/// What the daemon cannot do here; each says its cure behind a colon.
fn limits(limits: &[Value]) -> Vec<Finding> {
    const CHECK: &str = "limits";
    if limits.is_empty() {
        return vec![Finding::ok(
            CHECK,
            "the daemon and its parsers can do all they should, and no more",
        )];
    }
    let finding = |limit: &Value| {
        let text = word(limit);
        match text.rsplit_once(": ") {
            Some((what, cure)) => Finding::warning(CHECK, what, cure),
            None => Finding::warning(CHECK, text, "its log says more"),
        }
    };
    limits.iter().map(finding).collect()
}

#[cfg(test)]
mod tests {
    use super::super::Level;
    use super::*;
    use serde_json::json;

    #[test]
    fn a_library_that_is_away_is_a_problem_and_one_read_in_part_a_warning() {
        let check = |state: &str, reasons: Value, level| {
            let library = json!({"id": 1, "name": "nas", "path": "/nas", "state": state});
            let finding = super::library(&library, Some(&json!({"reasons": reasons})));
            assert_eq!(finding.level, level, "{finding:?}");
        };
        check("online", json!({"not-media": 9}), Level::Ok);
        check("online", json!({"not-permitted": 1}), Level::Warning);
        check("online", json!({"unreadable": 2, "too-long": 1}), Level::Warning);
        check("offline", json!({}), Level::Problem);
    }

    #[test]
    fn a_mount_has_to_be_ready_and_to_answer() {
        let check = |state: &str, answered: Result<(), &str>, level| {
            let said = json!({"path": "/m", "state": state, "reason": "gone"});
            assert_eq!(
                mount(&said, answered.map_err(str::to_owned)).level,
                level,
                "{state}"
            );
        };
        check("ready", Ok(()), Level::Ok);
        check("ready", Err("not within 5 s"), Level::Problem);
        check("starting", Ok(()), Level::Warning);
        check("failed", Ok(()), Level::Problem);
        assert!(answers("/nonexistent/mount").is_err());
        assert_eq!(answers("/"), Ok(()));
    }

    #[test]
    fn what_the_daemon_cannot_do_is_a_warning_with_its_cure() {
        assert_eq!(limits(&[])[0].level, Level::Ok);
        let said = limits(&[json!("no passthrough: run it as root")]);
        assert_eq!(
            said,
            [Finding::warning("limits", "no passthrough", "run it as root")]
        );
    }
}
